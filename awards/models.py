"""Awards of money, the agreement, the instalments with their conditions, and the payments."""

from datetime import date

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.models import User
from accounts.permissions import Permission
from applications.models import Application, Decision, both_or_neither
from funds.models import Fund, LegalPower
from organisations.models import District, Organisation
from pcc_grants.lib import clock
from pcc_grants.lib.money import POSITIVE, MoneyField


class Status(models.TextChoices):
    PROPOSED = "proposed", "Waiting for a decision"
    REFUSED = "refused", "Refused"
    PREPARED = "prepared", "Offer being prepared"
    OFFERED = "offered", "Offer to accept"
    ACCEPTED = "accepted", "Accepted"
    ACTIVE = "active", "Active"
    SUSPENDED = "suspended", "Payment on hold"
    CLOSED = "closed", "Closed"
    DECLINED = "declined", "Offer declined"
    ENDED_EARLY = "ended_early", "Ended early"


# The legal moves (domain.md section 7); `proposed` and `prepared` come before the offer.
MOVES: dict[str, set[str]] = {
    Status.PROPOSED: {Status.PREPARED, Status.REFUSED},
    Status.REFUSED: set(),
    Status.PREPARED: {Status.OFFERED},
    Status.OFFERED: {Status.ACCEPTED, Status.DECLINED, Status.PREPARED},
    Status.ACCEPTED: {Status.ACTIVE},
    Status.ACTIVE: {Status.SUSPENDED, Status.CLOSED, Status.ENDED_EARLY},
    Status.SUSPENDED: {Status.ACTIVE, Status.ENDED_EARLY},
    Status.CLOSED: set(),
    Status.DECLINED: set(),
    Status.ENDED_EARLY: set(),
}

# Awards that the organisation itself can see.
SEEN_BY_GRANTEE = (
    Status.OFFERED,
    Status.ACCEPTED,
    Status.ACTIVE,
    Status.SUSPENDED,
    Status.CLOSED,
    Status.DECLINED,
    Status.ENDED_EARLY,
)


class AwardQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The office sees every award; an applicant those offered to their organisation."""
        if user.may(Permission.READ_AWARDS):
            return self
        if user.may(Permission.APPLY):
            return self.filter(
                organisation__in=Organisation.objects.visible_to(user), status__in=SEEN_BY_GRANTEE
            )
        return self.none()


class Award(models.Model):
    """Money promised to one organisation for one purpose: a grant, a contract, or another purchase.

    An award by competition follows from an application; a direct one carries the reason for not competing.
    """

    class Kind(models.TextChoices):
        GRANT = "grant", "Grant"
        CONTRACT = "contract", "Contract"
        SUBSCRIPTION = "subscription", "Subscription"
        PURCHASE = "purchase", "One-off purchase"

    reference = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    legal_power = models.CharField(max_length=20, choices=LegalPower)
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="awards")
    application = models.OneToOneField(
        Application, null=True, blank=True, on_delete=models.PROTECT, related_name="award"
    )
    decision = models.OneToOneField(
        Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="award"
    )
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="awards")
    partners = models.ManyToManyField(Organisation, blank=True, related_name="partner_awards")
    districts = models.ManyToManyField(District, blank=True, related_name="+")
    status = models.CharField(max_length=20, choices=Status, db_index=True)
    responsible_officer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    title = models.CharField(max_length=150)
    purpose = models.TextField(help_text="Finishes the sentence “They were awarded £x to …”. Published.")
    reasons = models.TextField(
        help_text="Why it will reduce crime and disorder, or is good value for money. Published."
    )
    amount = MoneyField(validators=[POSITIVE])
    start_year = models.PositiveSmallIntegerField(help_text="The first financial year whose budget pays.")
    years = models.PositiveSmallIntegerField(
        default=1, help_text="Over how many financial years' budgets it is spread."
    )
    starts_on = models.DateField()
    ends_on = models.DateField()
    special_conditions = models.TextField(blank=True)
    agreed_outcomes = models.TextField(blank=True, help_text="One a line.")
    delivery_standards = models.TextField(blank=True, help_text="One a line. For contracts.")
    annual_value = MoneyField(null=True, blank=True, help_text="For contracts.")
    publish_location = models.BooleanField(default=True)

    service_name = models.CharField(
        max_length=150,
        blank=True,
        help_text="Named in a paper's heading instead of the payee, such as a service.",
    )
    heading_purpose = models.CharField(
        max_length=150, blank=True, help_text="In brackets after the payee in a heading."
    )

    direct_reason = models.TextField(blank=True, help_text="Why it was not competed for. Direct awards only.")
    proposed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    offered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField(null=True, blank=True)
    accept_by = models.DateField(null=True, blank=True)
    declined_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    declined_at = models.DateTimeField(null=True, blank=True)
    declined_reason = models.TextField(blank=True)
    closed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    ending_reason = models.TextField(blank=True)

    objects = AwardQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0, years__gte=1), name="award_amount_positive"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="award_ends_after_start"),
            models.CheckConstraint(
                condition=~Q(purpose="") & ~Q(reasons=""), name="award_has_purpose_and_reasons"
            ),
            models.CheckConstraint(
                condition=Q(application__isnull=False) | ~Q(direct_reason=""),
                name="award_competed_or_says_why_not",
            ),
            models.CheckConstraint(
                condition=both_or_neither("proposed_by", "proposed_at"), name="award_proposed_by_and_at"
            ),
            models.CheckConstraint(
                condition=both_or_neither("offered_by", "offered_at"), name="award_offered_by_and_at"
            ),
            models.CheckConstraint(
                condition=both_or_neither("declined_by", "declined_at"), name="award_declined_by_and_at"
            ),
            models.CheckConstraint(
                condition=both_or_neither("closed_by", "closed_at"), name="award_closed_by_and_at"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["proposed", "refused"]) | Q(decision__isnull=False),
                name="award_follows_a_decision",
            ),
        ]

    def __str__(self):
        return f"{self.reference} {self.title}"

    @property
    def is_cdr_grant(self) -> bool:
        """A crime and disorder reduction grant: published at any amount (Specified Information Order 2011, 3(f))."""
        return self.kind == self.Kind.GRANT and self.legal_power == LegalPower.CRIME_AND_DISORDER

    @property
    def is_over(self) -> bool:
        return self.status in {Status.CLOSED, Status.DECLINED, Status.ENDED_EARLY, Status.REFUSED}


class Agreement(models.Model):
    """The agreement as it was offered, frozen with its hash, and how it was signed."""

    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="agreement")
    text = models.JSONField(help_text="The agreement's data: sections of numbered clauses.")
    document_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=clock.now)
    signed_name = models.CharField(max_length=150, blank=True)
    signed_role = models.CharField(max_length=150, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    signed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    signed_from = models.GenericIPAddressField(null=True, blank=True)
    on_paper = models.BooleanField(default=False, help_text="Signed by hand; an officer recorded it.")
    countersigned_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    countersigned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=both_or_neither("signed_by", "signed_at"), name="agreement_signed_by_and_at"
            ),
            models.CheckConstraint(
                condition=Q(signed_at=None) | ~Q(signed_name=""), name="agreement_signed_has_name"
            ),
            models.CheckConstraint(
                condition=both_or_neither("countersigned_by", "countersigned_at"),
                name="agreement_countersigned_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(countersigned_by=None) | Q(signed_by__isnull=False),
                name="agreement_signed_before_countersigned",
            ),
        ]

    def __str__(self):
        return f"Agreement for {self.award}"


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


class Condition(models.Model):
    """Something that must be so before an instalment is released. Met with evidence, by a person or by a later stage."""

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


class Payment(models.Model):
    """Money paid for one instalment. Never changed: migration 0002's trigger refuses UPDATE and DELETE."""

    instalment = models.OneToOneField(Instalment, on_delete=models.PROTECT, related_name="payment")
    amount = MoneyField(validators=[POSITIVE])
    paid_on = models.DateField(db_index=True)
    finance_reference = models.CharField(max_length=50, unique=True)
    difference_reason = models.TextField(blank=True, help_text="Why the amount is not the one planned.")
    paid_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-paid_on", "-id"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="payment_amount_positive")]

    def __str__(self):
        return f"Payment {self.finance_reference}"


class ExtensionOption(models.Model):
    """A contract's right to run a year longer: a dated decision each time."""

    class Status(models.TextChoices):
        AVAILABLE = "available", "Available"
        GRANTED = "granted", "Granted"
        DECLINED = "declined", "Declined"

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="extension_options")
    number = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    decide_by = models.DateField()
    status = models.CharField(max_length=20, choices=Status, default=Status.AVAILABLE)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["award", "number"]
        constraints = [
            models.UniqueConstraint(fields=["award", "number"], name="extension_number_unique"),
            models.CheckConstraint(
                condition=both_or_neither("decided_by", "decided_at"), name="extension_decided_by_and_at"
            ),
            models.CheckConstraint(
                condition=Q(status="available", decided_at=None)
                | (~Q(status="available") & Q(decided_at__isnull=False)),
                name="extension_decision_recorded",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="extension_ends_after_start"
            ),
        ]

    def __str__(self):
        return f"{self.award.reference} extension {self.number}"
