"""How people work through long lists."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.models import User
from accounts.permissions import Permission
from pcc_grants.lib import clock

from .applications import Application


class SavedFilterQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own, and those that colleagues share, for those who read the list."""
        if not user.may(Permission.READ_APPLICATIONS):
            return self.none()
        return self.filter(Q(owner=user) | Q(is_shared=True))


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


class BulkActionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The office sees what was done; what is only prepared is seen by who prepares it."""
        if not user.may(Permission.READ_APPLICATIONS):
            return self.none()
        return self.filter(Q(by=user) | ~Q(state=BulkAction.State.PREPARED))


class BulkAction(models.Model):
    """One thing done with every application of a filtered list: prepared, looked at, confirmed, carried out.

    Confirming writes down each application as a `BulkItem`; from then on the list itself does not matter.
    """

    class Action(models.TextChoices):
        ASSIGN = "assign", "Assign assessors"
        DUE = "due", "Move the date scores are due"
        REMIND = "remind", "Remind assessors who have not finished"
        WRITE = "write", "Write to the applicants"
        ELIGIBLE = "eligible", "Record as eligible"

    class State(models.TextChoices):
        PREPARED = "prepared", "Not confirmed"
        RUNNING = "running", "Under way"
        DONE = "done", "Done"

    action = models.CharField(max_length=20, choices=Action)
    state = models.CharField(max_length=20, choices=State, default=State.PREPARED, db_index=True)
    query = models.CharField(max_length=2000, blank=True, help_text="The filter, as the list's query string.")
    options = models.JSONField(default=dict, help_text="What was filled in for the action.")
    reason = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = BulkActionQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="prepared", confirmed_at=None)
                | (~Q(state="prepared") & Q(confirmed_at__isnull=False) & ~Q(reason="")),
                name="bulk_action_confirmed_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="done", finished_at__isnull=False)
                | (~Q(state="done") & Q(finished_at=None)),
                name="bulk_action_done_has_time",
            ),
        ]

    def __str__(self):
        return f"{self.get_action_display()} ({self.pk})"


class BulkItem(models.Model):
    """What became of one application in a bulk action."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DONE = "done", "Done"
        LEFT_OUT = "left_out", "Left out"

    bulk = models.ForeignKey(BulkAction, on_delete=models.CASCADE, related_name="items")
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=20, choices=Outcome, default=Outcome.WAITING)
    plan = models.JSONField(default=list, help_text="Of assigning: the assessors for this one.")
    sentence = models.TextField(blank=True, help_text="Why it was left out.")
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["bulk", "id"]
        constraints = [
            models.UniqueConstraint(fields=["bulk", "application"], name="one_bulk_item_per_application"),
            models.CheckConstraint(
                condition=~Q(outcome="left_out") | ~Q(sentence=""), name="bulk_item_left_out_says_why"
            ),
            models.CheckConstraint(
                condition=Q(outcome="waiting", done_at=None)
                | (~Q(outcome="waiting") & Q(done_at__isnull=False)),
                name="bulk_item_waits_or_is_done",
            ),
        ]

    def __str__(self):
        return f"{self.bulk}: {self.application.reference}"
