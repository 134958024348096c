"""Options to run longer: of a contract, or of an award with a decision point."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.models import User
from applications.models import Decision, both_or_neither
from funds.models import Round
from pcc_grants.lib import clock
from pcc_grants.lib.financial_year import FinancialYear
from pcc_grants.lib.money import POSITIVE, MoneyField

from .awards import IN_FORCE, Award


class ExtensionOptionQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(award__in=Award.objects.visible_to(user))

    def open(self):
        """Options that wait for their turn: one declined closes those after it that were there by then."""
        status = ExtensionOption.Status
        closed_by = ExtensionOption.objects.filter(
            award=OuterRef("award"),
            number__lt=OuterRef("number"),
            status=status.DECLINED,
            decided_at__gte=OuterRef("added_at"),
        )
        return self.filter(~Exists(closed_by), status=status.AVAILABLE)

    def in_the_way_of(self, *, award, number, added_at):
        """What keeps an award's option with this number from a decision: options before it that are still
        open, or that were declined after it was added. The three may be references to an outer query."""
        declined = Q(status=ExtensionOption.Status.DECLINED, decided_at__gte=added_at)
        before = Q(award=award, number__lt=number)
        return self.filter(before).filter(declined | Q(pk__in=ExtensionOption.objects.open().values("pk")))

    def to_decide(self):
        """The next open option of each award in force, soonest first."""
        earlier = ExtensionOption.objects.in_the_way_of(
            award=OuterRef("award"), number=OuterRef("number"), added_at=OuterRef("added_at")
        )
        return (
            self.filter(status=ExtensionOption.Status.AVAILABLE, award__status__in=IN_FORCE)
            .exclude(Exists(earlier))
            .select_related("award__organisation", "award__fund")
            .order_by("decide_by", "id")
        )


class ExtensionOption(models.Model):
    """A right to run longer, such as a contract's year or a grant's half year: a dated decision each time."""

    class Status(models.TextChoices):
        AVAILABLE = "available", "Available"
        GRANTED = "granted", "Granted"
        DECLINED = "declined", "Declined"
        LAPSED = "lapsed", "Lapsed: nobody decided in time"

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="extension_options")
    number = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    decide_by = models.DateField()
    amount = MoneyField(
        null=True, blank=True, validators=[POSITIVE], help_text="What it costs, committed when it is granted."
    )
    start_year = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The financial year whose budget pays."
    )
    decision = models.OneToOneField(
        Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="extension_option"
    )
    status = models.CharField(max_length=20, choices=Status, default=Status.AVAILABLE)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)
    reapply_in = models.ForeignKey(
        Round, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="The round in which the recipient was asked to apply again.",
    )  # fmt: skip

    objects = ExtensionOptionQuerySet.as_manager()

    class Meta:
        ordering = ["award", "number"]
        constraints = [
            models.UniqueConstraint(fields=["award", "number"], name="extension_number_unique"),
            models.CheckConstraint(
                condition=Q(status="available") | ~Q(added_by=F("decided_by")), name="extension_four_eyes"
            ),
            models.CheckConstraint(
                condition=both_or_neither("decided_by", "decided_at"), name="extension_decided_by_and_at"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["available", "lapsed"], decided_at=None)
                | (~Q(status__in=["available", "lapsed"]) & Q(decided_at__isnull=False)),
                name="extension_decision_recorded",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="extension_ends_after_start"
            ),
            models.CheckConstraint(
                condition=both_or_neither("amount", "start_year"), name="extension_amount_from_a_year"
            ),
        ]

    def __str__(self):
        return f"{self.award.reference} extension {self.number}"

    @property
    def is_past_its_date(self) -> bool:
        """A decision point, with money of its own, that nobody decided on in time."""
        return (
            self.status == self.Status.AVAILABLE
            and self.amount is not None
            and clock.today() > self.decide_by
        )

    @property
    def financial_year(self) -> FinancialYear | None:
        """The year whose budget pays; none for an option that costs nothing of its own."""
        return FinancialYear(self.start_year) if self.start_year else None
