"""The append-only trail. A database trigger refuses UPDATE, DELETE and TRUNCATE (migration 0002)."""

from django.db import models
from django.db.models.functions import Now

READ_AUDIT = "read audit"  # accounts.permissions.Permission, which this app may not import


class EventQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The whole trail to those who read it; one record's part goes with the record (`about`)."""
        return self if user.may(READ_AUDIT) else self.none()

    def about(self, target):
        """The events of one record, newest first."""
        return self.filter(target_type=target._meta.label_lower, target_id=str(target.pk))


class Event(models.Model):
    """Who did what to which record, and when.

    No foreign keys: the trail outlives what it speaks of. `at` is the moment of business, `recorded_at`
    the database's own clock; they differ only where history was loaded.
    """

    at = models.DateTimeField(db_index=True)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    actor_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    actor_name = models.CharField(max_length=200)
    verb = models.CharField(max_length=100, db_index=True)
    sentence = models.TextField()
    target_type = models.CharField(max_length=100)
    target_id = models.CharField(max_length=64)
    target_name = models.CharField(max_length=300)
    changes = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["target_type", "target_id", "-id"], name="audit_event_target")]

    def __str__(self):
        return self.sentence
