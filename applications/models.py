"""Applications, from a first draft to the Commissioner's decision."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.permissions import Permission
from funds.models import Criterion, Fund, Round, Theme
from organisations.models import District, Organisation
from pcc_grants.lib import clock
from pcc_grants.lib.money import POSITIVE, MoneyField


def both_or_neither(*names: str) -> Q:
    """A check that fields are all empty or all filled: who, and when."""
    return Q(**{f"{name}__isnull": True for name in names}) | Q(
        **{f"{name}__isnull": False for name in names}
    )


class Status(models.TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
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

# The legal moves (domain.md section 7). Clarification comes with the question engine.
MOVES: dict[str, set[str]] = {
    Status.DRAFT: {Status.SUBMITTED, Status.NOT_SUBMITTED, Status.WITHDRAWN},
    Status.SUBMITTED: {Status.DRAFT, Status.ELIGIBLE, Status.INELIGIBLE, Status.WITHDRAWN},
    Status.ELIGIBLE: {Status.ASSESSED, Status.WITHDRAWN},
    Status.INELIGIBLE: set(),
    Status.ASSESSED: _RECOMMENDATIONS | {Status.WITHDRAWN},
    Status.RECOMMENDED: _RECOMMENDATIONS | _DECISIONS | {Status.WITHDRAWN},
    Status.RESERVE: _RECOMMENDATIONS | _DECISIONS | {Status.WITHDRAWN},
    Status.NOT_RECOMMENDED: _RECOMMENDATIONS | _DECISIONS | {Status.WITHDRAWN},
    Status.DEFERRED: _RECOMMENDATIONS | _DECISIONS | {Status.WITHDRAWN},
    Status.APPROVED: set(),
    Status.DECLINED: set(),
    Status.WITHDRAWN: set(),
    Status.NOT_SUBMITTED: set(),
}

# What the applicant is told (screens.md 1.10): nothing of scores or recommendations before the decision.
STATUS_FOR_APPLICANT: dict[str, str] = {
    Status.DRAFT: "Draft",
    Status.SUBMITTED: "Submitted",
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
            seen |= Q(organisation__in=Organisation.objects.visible_to(user))
        if user.may(Permission.READ_ASSESSMENTS):
            seen |= Q(
                pk__in=Assessment.objects.visible_to(user).exclude(declared_at=None).values("application")
            )
        return self.filter(seen)


class Application(models.Model):
    """One organisation's bid to one round. On the applicant's own pages it is called an application."""

    reference = models.CharField(max_length=20, unique=True)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="applications")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="applications")
    partners = models.ManyToManyField(Organisation, blank=True, related_name="partner_applications")
    status = models.CharField(max_length=20, choices=Status, default=Status.DRAFT, db_index=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    title = models.CharField(max_length=150, blank=True)
    summary = models.TextField(blank=True, help_text="What the project will do. Published if funded.")
    theme = models.ForeignKey(Theme, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    districts = models.ManyToManyField(District, blank=True, related_name="+")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    amount_asked = MoneyField(null=True, blank=True, help_text="In pounds, for the first or only year.")
    unfinished = models.TextField(
        blank=True, help_text="What was typed of the project and has not yet the shape of its field."
    )

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
                condition=Q(status__in=["draft", "not_submitted", "withdrawn"])
                | Q(submitted_at__isnull=False),
                name="application_past_draft_was_submitted",
            ),
        ]

    def __str__(self):
        return f"{self.reference} {self.title}".strip()

    @property
    def fund(self) -> Fund:
        return self.round.fund

    @property
    def status_for_applicant(self) -> str:
        return STATUS_FOR_APPLICANT[self.status]


class Answer(models.Model):
    """What the application says to one criterion. Over-long text is kept; it only cannot be submitted."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="answers")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["criterion__position"]
        constraints = [
            models.UniqueConstraint(fields=["application", "criterion"], name="one_answer_per_criterion")
        ]

    def __str__(self):
        return f"{self.application.reference}: {self.criterion}"


class Transfer(models.Model):
    """An application moved to another fund's round, keeping its history (domain.md section 3)."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="transfers")
    from_round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+")
    to_round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="+")
    old_reference = models.CharField(max_length=20)
    reason = models.TextField()
    moved_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    moved_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["id"]

    def __str__(self):
        return f"{self.old_reference} to {self.to_round}"


class AssessmentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """An assessor sees their own; office and auditor see all (scores once submitted: the views' task)."""
        if user.may(Permission.READ_APPLICATIONS):
            return self
        if user.may(Permission.ASSESS):
            return self.filter(
                assessor=user, status__in=[Assessment.Status.ASSIGNED, Assessment.Status.SUBMITTED]
            )
        return self.none()


class Assessment(models.Model):
    """One assessor's scores of one application. Blind until submitted; an interest declared ends it."""

    class Status(models.TextChoices):
        ASSIGNED = "assigned", "To score"
        SUBMITTED = "submitted", "Scored"
        RECUSED = "recused", "Stepped aside: interest declared"

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="assessments")
    assessor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assessments")
    status = models.CharField(max_length=20, choices=Status, default=Status.ASSIGNED)
    assigned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField(default=clock.now)
    due_on = models.DateField()
    declared_at = models.DateTimeField(
        null=True, blank=True, help_text="When the assessor said whether they have an interest."
    )
    interest = models.TextField(blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["application", "id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "assessor"], name="one_assessment_per_assessor"),
            models.CheckConstraint(
                condition=Q(status="submitted", submitted_at__isnull=False)
                | (~Q(status="submitted") & Q(submitted_at=None)),
                name="assessment_submitted_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(status="recused") | ~Q(interest=""), name="assessment_recused_says_why"
            ),
        ]

    def __str__(self):
        return f"{self.application.reference} by {self.assessor}"


class Score(models.Model):
    """0 to 5 for one criterion, with the reason."""

    DESCRIPTORS = {
        0: "No evidence",
        1: "Poor: little evidence",
        2: "Weak: some evidence, large gaps",
        3: "Fair: enough evidence, some gaps",
        4: "Good: strong evidence",
        5: "Excellent: strong evidence throughout",
    }

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["criterion__position"]
        constraints = [
            models.UniqueConstraint(fields=["assessment", "criterion"], name="one_score_per_criterion"),
            models.CheckConstraint(condition=Q(score=None) | Q(score__lte=5), name="score_from_0_to_5"),
        ]

    def __str__(self):
        return f"{self.assessment}: {self.criterion}"


class DecisionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The office sees every decision. What an applicant is told stands on their own page."""
        return self if user.may(Permission.READ_DECISIONS) else self.none()


class Decision(models.Model):
    """A numbered decision of the Commissioner, in publishable words. Never changed; a later one supersedes.

    `application` is empty for decisions on direct awards, which name their recipient and purpose here.
    """

    class Outcome(models.TextChoices):
        APPROVED = "approved", "Approved"
        DECLINED = "declined", "Declined"
        DEFERRED = "deferred", "Deferred"

    number = models.CharField(max_length=20, unique=True)
    application = models.ForeignKey(
        Application, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions"
    )
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="decisions")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=20, choices=Outcome)
    amount = MoneyField(null=True, blank=True, validators=[POSITIVE])
    purpose = models.TextField(help_text="Finishes the sentence “They were awarded £x to …”. Published.")
    reasons = models.TextField(help_text="Why. Published.")
    exception_reason = models.TextField(blank=True, help_text="Why more than the round's maximum.")
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=clock.now)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(proposed_by=models.F("decided_by")), name="decision_four_eyes"
            ),
            models.CheckConstraint(
                condition=Q(outcome="approved", amount__gt=0) | (~Q(outcome="approved") & Q(amount=None)),
                name="decision_amount_when_approved",
            ),
            models.CheckConstraint(condition=~Q(reasons=""), name="decision_has_reasons"),
        ]

    def __str__(self):
        return f"Decision {self.number}"


class Commitment(models.Model):
    """Money of one budget that a decision has promised. What is given back is `released`, never deleted."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="commitments")
    budget = models.ForeignKey("funds.Budget", on_delete=models.PROTECT, related_name="commitments")
    amount = MoneyField(validators=[POSITIVE])
    released = MoneyField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["decision", "budget"], name="one_commitment_per_decision_and_budget"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, released__gte=0, released__lte=models.F("amount")),
                name="commitment_amounts_sane",
            ),
        ]

    def __str__(self):
        return f"{self.decision} from {self.budget}"
