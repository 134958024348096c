"""Decisions, the money that they commit, and the papers that go before and after them."""

from datetime import time

from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.permissions import Permission
from funds.models import Fund, Round
from organisations.models import Organisation
from pcc_grants.lib import clock
from pcc_grants.lib.money import POSITIVE, MoneyField

from .applications import Application
from .cases import BusinessCase, Project

MIDNIGHT = time(0)


class DecisionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The office sees every decision. What an applicant is told stands on their own page."""
        return self if user.may(Permission.READ_DECISIONS) else self.none()

    def on_the_register(self):
        """What the public decision register shows: approvals, since their publication."""
        return self.filter(outcome=Decision.Outcome.APPROVED, published_at__isnull=False)

    def made_in(self, year):
        """Those of a financial year, by their London date."""
        return self.filter(
            decided_at__gte=clock.london(year.starts_on, MIDNIGHT),
            decided_at__lt=clock.london(year.next.starts_on, MIDNIGHT),
        )

    def containing(self, words):
        """Those whose number, recipient, purpose, reasons or fund contains the words."""
        return self.filter(
            Q(number__iexact=words)
            | Q(organisation__name__icontains=words)
            | Q(organisation__known_as__icontains=words)
            | Q(purpose__icontains=words)
            | Q(reasons__icontains=words)
            | Q(fund__name__icontains=words)
        )


class Decision(models.Model):
    """A numbered decision of the Commissioner, in publishable words. Never changed; a later one supersedes.

    On an application, an allocation, one project of a business case, or, with none of these, on a direct
    award or an extension.
    """

    class Outcome(models.TextChoices):
        APPROVED = "approved", "Approved"
        DECLINED = "declined", "Declined"
        DEFERRED = "deferred", "Deferred"

    number = models.CharField(max_length=20, unique=True)
    application = models.ForeignKey(
        Application, null=True, blank=True, on_delete=models.PROTECT, related_name="decisions"
    )
    business_case = models.OneToOneField(
        BusinessCase,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="decision",
        help_text="The allocation that was decided.",
    )
    project = models.ForeignKey(
        Project,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="decisions",
        help_text="The project of a business case; its money is that of the allocation.",
    )
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="decisions")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=20, choices=Outcome)
    amount = MoneyField(null=True, blank=True, validators=[POSITIVE])
    purpose = models.TextField(help_text="Finishes the sentence “They were awarded £x to …”. Published.")
    reasons = models.TextField(help_text="Why. Published.")
    exception_reason = models.TextField(blank=True, help_text="Why more than the round's maximum.")
    conditions = models.TextField(blank=True, help_text="What the award is bound to, one a line. Published.")
    withheld = models.TextField(
        blank=True, help_text="Why the public register does not name the recipient and the purpose."
    )
    published_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when the public register shows it."
    )
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
            models.CheckConstraint(
                condition=Q(business_case=None, project=None)
                | Q(application=None, project=None)
                | Q(application=None, business_case=None),
                name="decision_on_one_thing",
            ),
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


class DecisionPack(models.Model):
    """What the office put before the approver on a round, frozen with its hash: ranking, scores, advice."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="decision_packs")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField(help_text="The pack as data; the page, the PDF and Word show the same.")
    sha256 = models.CharField(max_length=64)
    decide_by = models.DateField()
    note = models.TextField(blank=True, help_text="What the approver should know first.")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["round", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="decision_pack_number_unique"),
            models.CheckConstraint(condition=Q(number__gte=1), name="decision_pack_number_positive"),
        ]

    def __str__(self):
        return f"{self.round}: decision pack {self.number}"


class OutcomeLetter(models.Model):
    """What an applicant was told of the decision, as it was released, with its hash."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="outcome_letter")
    decision = models.ForeignKey(
        Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="letters"
    )
    content = models.JSONField(help_text="The letter as data; the page and the PDF show the same.")
    sha256 = models.CharField(max_length=64)
    released_at = models.DateTimeField(default=clock.now)

    def __str__(self):
        return f"Letter about {self.application.reference}"
