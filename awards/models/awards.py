"""Awards of money and their agreements."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from accounts.models import User
from accounts.permissions import Permission
from applications.models import Application, Decision, both_or_neither
from funds.models import Fund, LegalPower
from organisations.models import District, Membership, Organisation
from pcc_grants.lib import clock
from pcc_grants.lib.financial_year import FinancialYear
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

# The agreement is in force: money may be planned, released and, while active, paid.
IN_FORCE = (Status.ACTIVE, Status.SUSPENDED)

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

    def of_member(self, user):
        """The awards offered to organisations this person acts for, whatever other roles they hold."""
        return self.filter(
            organisation__in=Membership.objects.filter(user=user, ended_at=None).values("organisation"),
            status__in=SEEN_BY_GRANTEE,
        )

    def with_paid(self):
        """Annotate `paid`: pounds paid so far."""
        return self.annotate(
            paid=Coalesce(Sum("instalments__payment__amount"), Decimal(0), output_field=MoneyField())
        ).order_by("-created_at", "-id")  # a query with sums loses the model's own ordering

    def proposed(self):
        """Direct awards that wait for the approver."""
        return self.filter(status=Status.PROPOSED)


class DirectGround(models.TextChoices):
    """Why an award was not competed for (GovS 015: compete by default)."""

    ONLY_PROVIDER = "only_provider", "Only this organisation can provide it"
    INTERIM = "interim", "It keeps a service going in between"
    URGENT = "urgent", "It could not wait for a competition"
    NATIONAL_BODY = "national_body", "Membership of a national body"
    PILOT = "pilot", "It tries something out"
    SMALL = "small", "Its value is too small for a competition"
    RETAINED = "retained", "Money retained from overlapping projects"
    OTHER = "other", "Another reason"


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

    continues = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="continued_by",
        help_text="The award of the time before, which this one goes on from.",
    )  # fmt: skip
    direct_ground = models.CharField(max_length=20, choices=DirectGround, blank=True)
    direct_reason = models.TextField(blank=True, help_text="Why it was not competed for. Direct awards only.")
    proposed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    offered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField(null=True, blank=True)
    accept_by = models.DateField(null=True, blank=True)
    declined_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    declined_at = models.DateTimeField(null=True, blank=True)
    declined_reason = models.TextField(blank=True)
    suspended_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspension_reason = models.TextField(blank=True)
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
                condition=both_or_neither("suspended_by", "suspended_at"), name="award_suspended_by_and_at"
            ),
            models.CheckConstraint(
                condition=both_or_neither("closed_by", "closed_at"), name="award_closed_by_and_at"
            ),
            models.CheckConstraint(
                condition=Q(status__in=["proposed", "refused", "prepared"], offered_at=None)
                | (
                    ~Q(status__in=["proposed", "refused", "prepared"])
                    & Q(offered_at__isnull=False, accept_by__isnull=False)
                ),
                name="award_offered_is_stamped",
            ),
            models.CheckConstraint(
                condition=Q(status="declined", declined_at__isnull=False)
                | (~Q(status="declined") & Q(declined_at=None)),
                name="award_declined_is_stamped",
            ),
            models.CheckConstraint(
                condition=(Q(status="suspended", suspended_at__isnull=False) & ~Q(suspension_reason=""))
                | (~Q(status="suspended") & Q(suspended_at=None)),
                name="award_suspended_is_stamped",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status__in=["closed", "ended_early"], closed_at__isnull=False) & ~Q(ending_reason="")
                )
                | (~Q(status__in=["closed", "ended_early"]) & Q(closed_at=None)),
                name="award_ended_is_stamped",
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
        """A crime and disorder reduction grant: published at any amount.

        Elected Local Policing Bodies (Specified Information) Order 2011, Schedule, paragraph 3(f).
        """
        return self.kind == self.Kind.GRANT and self.legal_power == LegalPower.CRIME_AND_DISORDER

    @property
    def is_over(self) -> bool:
        return self.status in {Status.CLOSED, Status.DECLINED, Status.ENDED_EARLY, Status.REFUSED}

    @property
    def is_in_force(self) -> bool:
        return self.status in IN_FORCE

    @property
    def offer_has_expired(self) -> bool:
        """An offer that nobody accepted by its last day (that day included)."""
        return self.status == Status.OFFERED and clock.today() > self.accept_by

    @property
    def is_grant(self) -> bool:
        return self.kind == self.Kind.GRANT

    @property
    def financial_year(self) -> FinancialYear:
        """The first financial year whose budget pays."""
        return FinancialYear(self.start_year)

    @property
    def paid_total(self) -> Decimal:
        """Pounds paid so far; for one award (lists use `with_paid`)."""
        total = self.instalments.aggregate(total=Sum("payment__amount"))["total"]
        return total or Decimal(0)

    def chain(self) -> list["Award"]:
        """The awards of which each goes on from the one before, this one among them, the first leading."""
        first = self
        while first.continues is not None:
            first = first.continues
        found, layer = [], [first]
        while layer:
            found += layer
            layer = list(Award.objects.filter(continues__in=layer).order_by("created_at", "pk"))
        return found


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
