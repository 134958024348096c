"""Assessments and their scores, decisions, and the money that decisions commit."""

from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.permissions import Permission
from funds.models import Criterion, Fund
from organisations.models import Organisation
from pcc_grants.lib import clock
from pcc_grants.lib.money import POSITIVE, MoneyField

from .applications import Application


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
