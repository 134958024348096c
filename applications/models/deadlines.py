"""More time for one draft, the reminders before a round closes, and copies of what was written."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.permissions import Permission
from funds.models import Round
from notifications.models import Attachment
from pcc_grants.lib import clock

from .applications import Application
from .common import both_or_neither


class ExtensionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The office sees every one of them; what it says on a page of its own is for nobody else."""
        return self if user.may(Permission.READ_APPLICATIONS) else self.none()

    def waiting(self):
        """Proposed, and neither confirmed nor refused."""
        return self.filter(confirmed_at=None, refused_at=None)

    def waiting_first(self):
        """What waits, the first to run out leading; then the rest, the latest first."""
        settled = models.Case(
            models.When(confirmed_at=None, refused_at=None, then=models.Value(0)), default=models.Value(1)
        )
        ahead = models.Case(models.When(confirmed_at=None, refused_at=None, then="until"))
        return self.order_by(settled, ahead, "-pk")


class Extension(models.Model):
    """More time for one application, proposed by one officer and confirmed by another (screens.md 3.12)."""

    class Reason(models.TextChoices):
        ADJUSTMENT = "adjustment", "A reasonable adjustment"
        FAULT = "fault", "A fault of the service"
        OTHER = "other", "Another reason"

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="extensions")
    round = models.ForeignKey(
        Round, on_delete=models.PROTECT, related_name="+", help_text="In which it counts: not after a move."
    )
    until = models.DateTimeField()
    reason = models.CharField(max_length=20, choices=Reason)
    explanation = models.TextField()
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=clock.now)
    confirmed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    refused_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    refused_at = models.DateTimeField(null=True, blank=True)

    objects = ExtensionQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=both_or_neither("confirmed_by", "confirmed_at"),
                name="draft_extension_confirmed_by_and_at",
            ),
            models.CheckConstraint(
                condition=both_or_neither("refused_by", "refused_at"),
                name="draft_extension_refused_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | ~Q(confirmed_by=models.F("proposed_by")),
                name="draft_extension_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(refused_at=None),
                name="draft_extension_confirmed_or_refused",
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(confirmed_at=None, refused_at=None),
                name="one_extension_waiting",
            ),
        ]

    def __str__(self):
        return f"{self.application.reference} until {clock.format_deadline(self.until)}"

    @property
    def in_words(self) -> str:
        """Once confirmed: until when, why, and by which two people. For the office and for who decides."""
        return (
            f"Until {clock.format_deadline(self.until)}. {self.get_reason_display()}. Proposed by "
            f"{self.proposed_by}, confirmed by {self.confirmed_by} on {clock.format_date(self.confirmed_at)}."
            f"\n{self.explanation}"
        )


class DraftReminder(models.Model):
    """One stage of telling the people of a draft about a closing time, once for each (screens.md 3.12)."""

    class Stage(models.TextChoices):
        WEEK_BEFORE = "week_before", "7 days before closing"
        TWO_DAYS_BEFORE = "two_days_before", "2 days before closing"
        MORNING = "morning", "The morning of the closing day"
        MOVED = "moved", "The closing time moved for everyone"

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="reminders")
    stage = models.CharField(max_length=20, choices=Stage)
    closes_at = models.DateTimeField(help_text="The closing time that this stage was worked out from.")
    was_sent = models.BooleanField(default=True, help_text="Not when a later stage had been reached already.")
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "stage", "closes_at"], name="one_reminder_per_draft_and_stage"
            )
        ]

    def __str__(self):
        return f"{self.application.reference}: {self.get_stage_display()}"


class Copy(models.Model):
    """What an application said at a moment, kept as data; its PDF is made from it once, in the background."""

    class Kind(models.TextChoices):
        SUBMITTED = "submitted", "Application as submitted"
        UNSUBMITTED = "unsubmitted", "Draft that was not submitted"

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="copies")
    kind = models.CharField(max_length=20, choices=Kind)
    data = models.JSONField()
    attachment = models.OneToOneField(Attachment, on_delete=models.PROTECT, related_name="application_copy")
    taken_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "copies"

    def __str__(self):
        return f"{self.application.reference}: {self.get_kind_display().lower()}"
