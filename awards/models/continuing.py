"""What comes after an award or beside it: the next year, retained money, the end of a fund."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from applications.models import BusinessCase, Project, both_or_neither
from pcc_grants.lib import clock
from pcc_grants.lib.money import POSITIVE, MoneyField

from .awards import Award


class ContinuationQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(award__in=Award.objects.visible_to(user))

    def with_case(self):
        """Fetch all that pages show of the business case."""
        return self.select_related("business_case__round__fund", "business_case__application__award")


class Continuation(models.Model):
    """A business case asked for to go on with an award: its next year, or its next half (domain.md 3)."""

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="continuations")
    business_case = models.OneToOneField(BusinessCase, on_delete=models.PROTECT, related_name="continuation")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    objects = ContinuationQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"{self.award.reference} goes on in {self.business_case.round}"


class Retention(models.Model):
    """Money of a partnership's project that the office keeps, to fund the provider with a direct award."""

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="retentions")
    project = models.OneToOneField(Project, on_delete=models.PROTECT, related_name="retention")
    amount = MoneyField(validators=[POSITIVE])

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="retention_amount_positive")]

    def __str__(self):
        return f"{self.project} for {self.award}"


class EndingNoticeQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(award__in=Award.objects.visible_to(user))

    def overdue(self):
        """The plan was due, and is not with us: not sent, or asked for again."""
        return self.filter(plan_due_on__lt=clock.today()).filter(
            Q(plan_sent_at=None) | Q(is_satisfactory=False)
        )


class EndingNotice(models.Model):
    """A recipient was told that the fund ends, and says how the work goes on without it."""

    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="ending_notice")
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=clock.now)
    message = models.TextField()
    plan_due_on = models.DateField()
    plan = models.TextField(blank=True, help_text="How the work goes on after the fund has ended.")
    plan_sent_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    plan_sent_at = models.DateTimeField(null=True, blank=True)
    is_satisfactory = models.BooleanField(null=True, blank=True)
    reviewed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review = models.TextField(blank=True, help_text="What the office answered.")
    reminded_for = models.DateField(
        null=True, blank=True, help_text="The due date about which the recipient was reminded."
    )

    objects = EndingNoticeQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=both_or_neither("plan_sent_by", "plan_sent_at"), name="ending_plan_sent_by_and_at"
            ),
            models.CheckConstraint(
                condition=Q(plan_sent_at=None) | ~Q(plan=""), name="ending_plan_not_empty"
            ),
            models.CheckConstraint(
                condition=both_or_neither("reviewed_by", "reviewed_at", "is_satisfactory"),
                name="ending_plan_reviewed_whole",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at=None) | Q(plan_sent_at__isnull=False),
                name="ending_plan_reviewed_when_sent",
            ),
        ]

    def __str__(self):
        return f"{self.award.reference}: the fund ends"

    @property
    def is_with_recipient(self) -> bool:
        return self.plan_sent_at is None or self.is_satisfactory is False

    @property
    def is_overdue(self) -> bool:
        return self.is_with_recipient and self.plan_due_on < clock.today()

    @property
    def shown_status(self) -> str:
        """How the plan stands, in words; overdue is worked out from the date, not stored."""
        if self.is_overdue:
            return "Overdue"
        if self.plan_sent_at is None:
            return "Plan due"
        if self.is_satisfactory is None:
            return "To review"
        return "Accepted" if self.is_satisfactory else "Changes requested"
