"""The application itself, its states and legal moves, and its moves between funds."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.permissions import Permission
from funds.models import Fund, Round, Theme
from organisations.models import District, Membership, Organisation
from pcc_grants.lib import clock
from pcc_grants.lib.money import MoneyField
from questionnaires.models import Response

from .common import both_or_neither


class Status(models.TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    CLARIFICATION = "clarification", "Waiting for an answer from the applicant"
    ELIGIBLE = "eligible", "Being assessed"
    INELIGIBLE = "ineligible", "Not eligible"
    ASSESSED = "assessed", "Assessed"
    RECOMMENDED = "recommended", "Recommended"
    RESERVE = "reserve", "On the reserve list"
    NOT_RECOMMENDED = "not_recommended", "Not recommended"
    APPROVED = "approved", "Approved"
    DECLINED = "declined", "Declined"
    DEFERRED = "deferred", "Deferred"
    WITHDRAWN = "withdrawn", "Withdrawn"
    NOT_SUBMITTED = "not_submitted", "Not submitted in time"


_RECOMMENDATIONS = {Status.RECOMMENDED, Status.RESERVE, Status.NOT_RECOMMENDED}
_DECISIONS = {Status.APPROVED, Status.DECLINED, Status.DEFERRED}
FINAL = (Status.APPROVED, Status.DECLINED)  # a decision that stands

# The legal moves (domain.md section 7). A draft that was deleted can be restored for 30 days. What was not
# submitted in time is a draft again when it, or its round, is given more time (docs/adr/0022-more-time.md).
# What was assessed is being assessed again when an officer reopens the scores of an assessor.
MOVES: dict[str, set[str]] = {
    Status.DRAFT: {Status.SUBMITTED, Status.NOT_SUBMITTED, Status.WITHDRAWN},
    Status.SUBMITTED: {
        Status.DRAFT,
        Status.CLARIFICATION,
        Status.ELIGIBLE,
        Status.INELIGIBLE,
        Status.WITHDRAWN,
    },
    Status.CLARIFICATION: {Status.SUBMITTED, Status.WITHDRAWN},
    Status.ELIGIBLE: {Status.ASSESSED, Status.WITHDRAWN},
    Status.INELIGIBLE: set(),
    Status.ASSESSED: _RECOMMENDATIONS | {Status.ELIGIBLE, Status.WITHDRAWN},
    Status.RECOMMENDED: _RECOMMENDATIONS | _DECISIONS | {Status.WITHDRAWN},
    Status.RESERVE: _RECOMMENDATIONS | _DECISIONS | {Status.WITHDRAWN},
    Status.NOT_RECOMMENDED: _RECOMMENDATIONS | _DECISIONS | {Status.WITHDRAWN},
    Status.DEFERRED: _RECOMMENDATIONS | _DECISIONS | {Status.WITHDRAWN},
    Status.APPROVED: set(),
    Status.DECLINED: set(),
    Status.WITHDRAWN: {Status.DRAFT},
    Status.NOT_SUBMITTED: {Status.DRAFT},
}

# What the applicant is told (screens.md 1.10): nothing of scores or recommendations before the decision.
STATUS_FOR_APPLICANT: dict[str, str] = {
    Status.DRAFT: "Draft",
    Status.SUBMITTED: "Submitted",
    Status.CLARIFICATION: "We have a question",
    Status.ELIGIBLE: "Being assessed",
    Status.INELIGIBLE: "Decision made: not successful",
    Status.ASSESSED: "Being assessed",
    Status.RECOMMENDED: "Being assessed",
    Status.RESERVE: "Being assessed",
    Status.NOT_RECOMMENDED: "Being assessed",
    Status.DEFERRED: "Being assessed",
    Status.APPROVED: "Decision made: offer",
    Status.DECLINED: "Decision made: not successful",
    Status.WITHDRAWN: "Withdrawn",
    Status.NOT_SUBMITTED: "Not submitted in time",
}


class ApplicationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The office sees what was submitted; an assessor what they score; an applicant what is theirs."""
        if user.may(Permission.READ_APPLICATIONS):
            return self.exclude(submitted_at=None)
        seen = Q(pk__in=())
        if user.may(Permission.APPLY):
            seen |= Q(pk__in=self.model.objects.of_applicant(user).values("pk"))
        if user.may(Permission.READ_ASSESSMENTS):
            from .assessing import Assessment  # which refers to this module

            seen |= Q(
                pk__in=Assessment.objects.visible_to(user).exclude(declared_at=None).values("application")
            )
        return self.filter(seen)

    def drafts_visible_to(self, user):
        """Drafts of published rounds, and what was not submitted in time: whose they are, not the answers."""
        if not user.may(Permission.READ_APPLICATIONS):
            return self.none()
        return self.filter(status__in=[Status.DRAFT, Status.NOT_SUBMITTED], round__published_at__isnull=False)

    def of_applicant(self, user):
        """Those of the organisations that a person acts for, and those on which they were given a part."""
        from .people import Participant  # which refers to this module

        member_of = Membership.objects.filter(user=user, ended_at=None).values("organisation")
        takes_part_in = Participant.objects.current().filter(user=user).values("application")
        return self.filter(Q(organisation__in=member_of) | Q(pk__in=takes_part_in))

    def called(self, reference):
        """The one with this reference now, or in another fund before a move or before its return."""
        moves = Transfer.objects.filter(Q(old_reference=reference) | Q(new_reference=reference))
        return self.filter(Q(reference=reference) | Q(pk__in=moves.values("application")))

    def in_their_own_fund(self):
        """Those that stand in the round they were sent to: never moved, or moved by mistake and returned."""
        return self.exclude(pk__in=Transfer.objects.standing().values("application"))


class Application(models.Model):
    """One organisation's bid to one round. On the applicant's own pages it is called an application."""

    reference = models.CharField(max_length=20, unique=True)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="applications")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="applications")
    partners = models.ManyToManyField(Organisation, blank=True, related_name="partner_applications")
    status = models.CharField(max_length=20, choices=Status, default=Status.DRAFT, db_index=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    response = models.OneToOneField(
        Response, on_delete=models.PROTECT, related_name="application", help_text="What was answered."
    )
    eligibility = models.JSONField(
        default=dict, blank=True, help_text="The answers of the check before applying: {key: answer}."
    )

    # What the answers say, in the shape that lists, assessment and awards work with; `answering` keeps it.
    title = models.CharField(max_length=150, blank=True)
    summary = models.TextField(blank=True, help_text="What the project will do. Published if funded.")
    theme = models.ForeignKey(Theme, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    districts = models.ManyToManyField(District, blank=True, related_name="+")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    amount_asked = MoneyField(null=True, blank=True, help_text="In pounds, for the first or only year.")
    amounts = ArrayField(
        MoneyField(),
        default=list,
        blank=True,
        help_text="In pounds, for each year; the first is amount_asked.",
    )

    signature_asked_of = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="signatures_asked_for"
    )
    signature_asked_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    signature_asked_at = models.DateTimeField(null=True, blank=True)

    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    signed_name = models.CharField(max_length=150, blank=True)
    signed_role = models.CharField(max_length=150, blank=True)
    received_in_grace = models.BooleanField(default=False)

    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    check_notes = models.TextField(blank=True)

    recommended_at = models.DateTimeField(null=True, blank=True)
    recommended_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recommended_amount = MoneyField(null=True, blank=True)
    recommendation = models.TextField(blank=True)
    proposed_purpose = models.TextField(blank=True, help_text="The purpose that the approver may publish.")
    proposed_reasons = models.TextField(blank=True, help_text="The reasons that the approver may publish.")
    proposed_conditions = models.TextField(blank=True, help_text="One a line.")
    diligence_reason = models.TextField(
        blank=True, help_text="Why it is recommended although due diligence is not in order."
    )

    outcome_released_at = models.DateTimeField(
        null=True, blank=True, help_text="When the applicant could first see what was decided."
    )

    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_reason = models.TextField(blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["round", "status"], name="application_round_status")]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_asked=None) | Q(amount_asked__gt=0), name="application_asks_for_something"
            ),
            models.CheckConstraint(
                condition=both_or_neither("submitted_by", "submitted_at"),
                name="application_submitted_by_and_at",
            ),
            models.CheckConstraint(
                condition=both_or_neither("checked_by", "checked_at"), name="application_checked_by_and_at"
            ),
            models.CheckConstraint(
                condition=both_or_neither("recommended_by", "recommended_at"),
                name="application_recommended_by_and_at",
            ),
            models.CheckConstraint(
                condition=both_or_neither("withdrawn_by", "withdrawn_at"),
                name="application_withdrawn_by_and_at",
            ),
            models.CheckConstraint(
                condition=both_or_neither("signature_asked_of", "signature_asked_by", "signature_asked_at"),
                name="application_signature_asked_whole",
            ),
            models.CheckConstraint(
                condition=Q(signature_asked_at=None) | Q(status="draft"),
                name="application_signature_asked_of_a_draft",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "not_submitted", "withdrawn"])
                | Q(submitted_at__isnull=False),
                name="application_past_draft_was_submitted",
            ),
            models.CheckConstraint(
                condition=Q(outcome_released_at=None) | Q(status__in=["approved", "declined", "ineligible"]),
                name="application_released_when_decided",
            ),
        ]

    def __str__(self):
        return f"{self.reference} {self.title}".strip()

    @property
    def fund(self) -> Fund:
        return self.round.fund

    @property
    def was_deleted_as_draft(self) -> bool:
        """Withdrawn without ever having been submitted: such a draft can be restored for 30 days."""
        return self.status == Status.WITHDRAWN and self.submitted_at is None

    @property
    def status_for_applicant(self) -> str:
        """What the applicant is told: nothing of a decision before its outcome is released."""
        if self.status in FINAL and self.outcome_released_at is None:
            return STATUS_FOR_APPLICANT[Status.ELIGIBLE]
        return STATUS_FOR_APPLICANT[self.status]


class TransferQuerySet(models.QuerySet):
    def standing(self):
        """Moves that were not taken back as a mistake."""
        return self.filter(returned_at=None)


class Transfer(models.Model):
    """An application moved to another fund's round, keeping its history (domain.md section 3).

    The answers to the questions of either fund stay what they were: a move made by mistake can be returned.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="transfers")
    from_round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+")
    to_round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+")
    from_response = models.ForeignKey(
        Response, on_delete=models.PROTECT, related_name="+", help_text="The answers as they stood before."
    )
    to_response = models.ForeignKey(
        Response, null=True, on_delete=models.PROTECT, related_name="+", help_text="The answers since."
    )
    old_reference = models.CharField(max_length=20)
    new_reference = models.CharField(max_length=20, blank=True)
    reason = models.TextField()
    moved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    moved_at = models.DateTimeField(default=clock.now)
    returned_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_reason = models.TextField(blank=True, help_text="Why the move was a mistake.")

    objects = TransferQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=both_or_neither("returned_by", "returned_at"), name="transfer_returned_by_and_at"
            )
        ]

    def __str__(self):
        return f"{self.old_reference} to {self.to_round}"


class Partner(models.Model):
    """A partner organisation that an application names; the office links it to the register."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="named_partners")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    number = models.CharField(max_length=20, blank=True, help_text="Charity or company number, as typed.")
    part = models.TextField(blank=True, help_text="What they will do.")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    linked_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    linked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["application", "position"]
        constraints = [
            models.UniqueConstraint(fields=["application", "position"], name="partner_position_unique"),
            models.CheckConstraint(
                condition=both_or_neither("organisation", "linked_by", "linked_at"),
                name="partner_linked_whole",
            ),
        ]

    def __str__(self):
        return self.name
