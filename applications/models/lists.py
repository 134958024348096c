"""How people work through long lists."""

from django.db import models
from django.db.models.functions import Lower

from accounts.models import User
from pcc_grants.lib import clock


class SavedFilterQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own, and those that others share."""
        return self.filter(models.Q(owner=user) | models.Q(is_shared=True))


class SavedFilter(models.Model):
    """A filter of the list of applications, kept under a name."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_filters")
    name = models.CharField(max_length=100)
    query = models.CharField(max_length=2000, help_text="The query string of the list.")
    is_shared = models.BooleanField(default=False, help_text="Colleagues see it too.")
    created_at = models.DateTimeField(default=clock.now)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint("owner", Lower("name"), name="saved_filter_name_unique_per_person")
        ]

    def __str__(self):
        return self.name
