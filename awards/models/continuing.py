"""What comes after an award or beside it: the next year, retained money, the end of a fund."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from applications.models import BusinessCase, Project, both_or_neither
from pcc_grants.lib import clock
from pcc_grants.lib.money import POSITIVE, MoneyField

from .awards import Award


class Continuation(models.Model):
    """A business case asked for to go on with an award: its next year, or its next half (domain.md 3)."""

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="continuations")
    business_case = models.OneToOneField(BusinessCase, on_delete=models.PROTECT, related_name="continuation")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

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
