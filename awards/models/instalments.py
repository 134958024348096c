"""The parts in which an award is paid, what each waits for, and the payments."""

from datetime import date

from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from accounts.permissions import Permission
from applications.models import both_or_neither
from pcc_grants.lib import clock
from pcc_grants.lib.money import POSITIVE, MoneyField

from .awards import Award, Status


class InstalmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(award__in=Award.objects.visible_to(user))

    def with_blocked(self):
        """Annotate `is_blocked`: a condition is neither met nor waived."""
        return self.annotate(
            is_blocked=Exists(Condition.objects.filter(instalment=OuterRef("pk"), met_at=None))
        )

    def ready(self, day: date | None = None):
        """What may be released on a London date: planned, due, no unmet condition, the award active."""
        return self.with_blocked().filter(
            status=Instalment.Status.PLANNED,
            due_on__lte=day or clock.today(),
            award__status=Status.ACTIVE,
            is_blocked=False,
        )

    def stuck(self, day: date | None = None):
        """Due on a London date but not payable: on hold, a condition unmet, or the award not active."""
        return (
            self.with_blocked()
            .filter(due_on__lte=day or clock.today())
            .filter(
                Q(status=Instalment.Status.ON_HOLD)
                | Q(status=Instalment.Status.PLANNED, is_blocked=True)
                | ~Q(award__status=Status.ACTIVE),
                status__in=[
                    Instalment.Status.PLANNED,
                    Instalment.Status.APPROVED,
                    Instalment.Status.ON_HOLD,
                ],
                award__status__in=[Status.OFFERED, Status.ACCEPTED, Status.ACTIVE, Status.SUSPENDED],
            )
        )

    def with_standing(self):
        """Fetch all that `awards.services.standing` looks at, so that a list costs the same at any length."""
        return self.select_related(
            "award__organisation", "award__fund", "payment", "approved_by"
        ).prefetch_related("conditions")


class Instalment(models.Model):
    """One part of an award. The parts add up to the award to the penny.

    Blocked and ready are worked out from the conditions and the date, not stored (docs/adr).
    """

    class Status(models.TextChoices):
        PLANNED = "planned", "Planned"
        APPROVED = "approved", "Approved"
        PAID = "paid", "Paid"
        ON_HOLD = "on_hold", "On hold"
        CANCELLED = "cancelled", "Cancelled"

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="instalments")
    number = models.PositiveSmallIntegerField()
    amount = MoneyField(validators=[POSITIVE])
    due_on = models.DateField()
    period = models.CharField(
        max_length=100, blank=True, help_text="What it pays for, such as: quarter 1 2019-20."
    )
    status = models.CharField(max_length=20, choices=Status, default=Status.PLANNED, db_index=True)
    approved_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    hold_reason = models.TextField(blank=True)

    objects = InstalmentQuerySet.as_manager()

    class Meta:
        ordering = ["award", "number"]
        constraints = [
            models.UniqueConstraint(fields=["award", "number"], name="instalment_number_unique"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="instalment_amount_positive"),
            models.CheckConstraint(
                condition=both_or_neither("approved_by", "approved_at"), name="instalment_approved_by_and_at"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "paid"]) | Q(approved_at__isnull=False),
                name="instalment_approved_before_paid",
            ),
            models.CheckConstraint(
                condition=~Q(status="on_hold") | ~Q(hold_reason=""), name="instalment_hold_has_reason"
            ),
        ]

    def __str__(self):
        return f"{self.award.reference} instalment {self.number}"


class ConditionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(instalment__award__in=Award.objects.visible_to(user))


class Condition(models.Model):
    """Something that must be so before an instalment is released.

    Met with evidence, by a person or by a later stage of the grant's life.
    """

    class Kind(models.TextChoices):
        AGREEMENT = "agreement", "Agreement signed"
        RETURN = "return", "Return accepted"
        OTHER = "other", "Something else"

    instalment = models.ForeignKey(Instalment, on_delete=models.CASCADE, related_name="conditions")
    kind = models.CharField(max_length=20, choices=Kind)
    waiting_for = models.CharField(
        max_length=300,
        blank=True,
        help_text="Completes “Waiting for …”, such as: the mid-year return, due 31 October 2019",
    )
    met_at = models.DateTimeField(null=True, blank=True)
    met_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    evidence = models.TextField(blank=True)

    objects = ConditionQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=both_or_neither("met_by", "met_at"), name="condition_met_by_and_at"
            ),
            models.CheckConstraint(
                condition=Q(met_at=None) | ~Q(evidence=""), name="condition_met_has_evidence"
            ),
        ]

    def __str__(self):
        return f"{self.instalment}: {self.get_kind_display().lower()}"


class PaymentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Finance, the office and the auditor see every payment; a recipient those of their own awards."""
        if user.may(Permission.READ_PAYMENTS):
            return self
        return self.filter(instalment__in=Instalment.objects.visible_to(user))


class Payment(models.Model):
    """Money paid for one instalment. Never changed: triggers (migration 0002) refuse it."""

    instalment = models.OneToOneField(Instalment, on_delete=models.PROTECT, related_name="payment")
    amount = MoneyField(validators=[POSITIVE])
    paid_on = models.DateField(db_index=True)
    finance_reference = models.CharField(max_length=50, unique=True)
    difference_reason = models.TextField(blank=True, help_text="Why the amount is not the one planned.")
    paid_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        ordering = ["-paid_on", "-id"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount_positive")]

    def __str__(self):
        return f"Payment {self.finance_reference}"
