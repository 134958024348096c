"""Business cases: asked for from named organisations, with projects that are decided one by one."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q, Sum

from accounts.models import User
from accounts.permissions import Permission
from funds.models import Round
from organisations.models import District, Organisation
from pcc_grants.lib import clock
from pcc_grants.lib.money import POSITIVE, MoneyField

from .applications import Application
from .common import both_or_neither


class BusinessCaseQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The office sees all; an applicant those of their organisations, once they are invited."""
        if user.may(Permission.READ_APPLICATIONS):
            return self
        if user.may(Permission.APPLY):
            return self.filter(
                organisation__in=Organisation.objects.visible_to(user), invited_at__isnull=False
            )
        return self.none()

    def standing(self):
        return self.filter(ended_at=None)


class BusinessCase(models.Model):
    """A business case that the office wants from one organisation in a round by invitation.

    `amount`: in an allocated round the organisation's allocation, decided before it is invited; in an invited
    one the most it may ask for. `application` is the case as it was written.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="business_cases")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="business_cases")
    amount = MoneyField(validators=[POSITIVE])
    last_year = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="The allocation of the year before, from which it was rolled forward.",
    )  # fmt: skip
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=clock.now)
    proposed_reasons = models.TextField(blank=True, help_text="Why this amount, where it is not last year's.")
    invited_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(null=True, blank=True)
    application = models.OneToOneField(
        Application, null=True, blank=True, on_delete=models.PROTECT, related_name="business_case"
    )
    tactical_pot = MoneyField(
        default=Decimal(0),
        help_text="Kept for projects that arise during the year: up to a third, in pounds.",
    )
    waits_for = models.TextField(
        blank=True, help_text="Why the next year cannot be approved yet, such as a return that is owed."
    )
    ended_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_reason = models.TextField(blank=True)

    objects = BusinessCaseQuerySet.as_manager()

    class Meta:
        ordering = ["round", "organisation__name"]
        constraints = [
            models.UniqueConstraint(fields=["round", "organisation"], name="one_business_case_per_round"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="business_case_amount_positive"),
            models.CheckConstraint(
                condition=Q(tactical_pot__gte=0) & Q(tactical_pot__lte=F("amount") / Decimal(3)),
                name="business_case_pot_up_to_a_third",
            ),
            models.CheckConstraint(
                condition=both_or_neither("invited_by", "invited_at"), name="business_case_invited_by_and_at"
            ),
            models.CheckConstraint(
                condition=both_or_neither("ended_by", "ended_at"), name="business_case_ended_by_and_at"
            ),
            models.CheckConstraint(
                condition=Q(application=None) | Q(invited_at__isnull=False),
                name="business_case_written_when_invited",
            ),
        ]

    def __str__(self):
        return f"{self.organisation}: {self.round}"


class ProjectQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(business_case__in=BusinessCase.objects.visible_to(user))

    def total(self) -> Decimal:
        """Pounds: what was approved of each, or is asked for while it is not decided."""
        amount = models.Case(
            models.When(approved_amount__isnull=False, then="approved_amount"), default="amount"
        )
        return self.aggregate(total=Sum(amount))["total"] or Decimal(0)


class Project(models.Model):
    """One project of a business case, approved, changed or refused on its own.

    A planned one is sent with the business case; a tactical one during the year, as a small business case of
    its own, paid from the tactical pot.
    """

    class Kind(models.TextChoices):
        PLANNED = "planned", "Planned"
        TACTICAL = "tactical", "Tactical"

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        SUBMITTED = "submitted", "Waiting for a recommendation"
        RECOMMENDED = "recommended", "Waiting for a decision"
        APPROVED = "approved", "Approved"
        REFUSED = "refused", "Not approved"
        DEFERRED = "deferred", "Deferred"
        RETAINED = "retained", "Funded directly"
        WITHDRAWN = "withdrawn", "Withdrawn"

    business_case = models.ForeignKey(BusinessCase, on_delete=models.PROTECT, related_name="projects")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.PLANNED)
    status = models.CharField(max_length=20, choices=Status, default=Status.DRAFT, db_index=True)
    title = models.CharField(max_length=150)
    provider_name = models.CharField(max_length=200, help_text="Who delivers it.")
    provider_number = models.CharField(max_length=20, blank=True, help_text="Charity or company number.")
    provider = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="provided_projects",
        help_text="The provider in our register, linked by the office.",
    )  # fmt: skip
    districts = models.ManyToManyField(District, blank=True, related_name="+")
    schools = models.TextField(blank=True, help_text="Schools where it takes place, one a line.")
    amount = MoneyField(validators=[POSITIVE], help_text="In pounds.")
    aims = models.TextField(help_text="What it will do.")
    outcomes = models.TextField(help_text="What will change, one a line.")
    evidence = models.TextField(help_text="Evidence of need.")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    submitted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)

    recommended_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recommended_at = models.DateTimeField(null=True, blank=True)
    recommends_approval = models.BooleanField(null=True, blank=True)
    recommended_amount = MoneyField(null=True, blank=True)
    recommendation = models.TextField(blank=True)
    approved_amount = MoneyField(null=True, blank=True)

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["business_case", "number"]
        constraints = [
            models.UniqueConstraint(fields=["business_case", "number"], name="project_number_unique"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="project_amount_positive"),
            models.CheckConstraint(
                condition=both_or_neither("submitted_by", "submitted_at"), name="project_submitted_by_and_at"
            ),
            models.CheckConstraint(
                condition=both_or_neither("recommended_by", "recommended_at", "recommends_approval"),
                name="project_recommended_whole",
            ),
            models.CheckConstraint(
                condition=Q(status="approved", approved_amount__gt=0)
                | (~Q(status="approved") & Q(approved_amount=None)),
                name="project_amount_when_approved",
            ),
        ]

    def __str__(self):
        return f"{self.title}"

    @property
    def reference(self) -> str:
        """The reference of the business case and the project's number in it."""
        application = self.business_case.application
        return f"{application.reference}-P{self.number}" if application else f"P{self.number}"


# Projects that were sent and are still meant to happen.
LIVE_PROJECTS = (
    Project.Status.SUBMITTED,
    Project.Status.RECOMMENDED,
    Project.Status.DEFERRED,
    Project.Status.APPROVED,
    Project.Status.RETAINED,
)


class OverlapQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The office alone: partnerships do not see one another's projects."""
        return self if user.may(Permission.READ_APPLICATIONS) else self.none()

    def to_look_at(self):
        """Open ones: nobody has settled them, and both projects are still meant to happen."""
        return self.filter(
            status=Overlap.Status.FOUND, first__status__in=LIVE_PROJECTS, second__status__in=LIVE_PROJECTS
        )


class Overlap(models.Model):
    """Two projects that look alike, and what the office made of it."""

    class Status(models.TextChoices):
        FOUND = "found", "To look at"
        DIFFERENT = "different", "Not an overlap"
        RETAINED = "retained", "Overlap: provider to be funded directly"
        CHANGED = "changed", "Overlap: settled in another way"

    first = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="overlaps_as_first")
    second = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="overlaps_as_second")
    likeness = models.PositiveSmallIntegerField(help_text="In percent: how alike they are, all in all.")
    reasons = models.JSONField(default=list, help_text="Why, one sentence each.")
    status = models.CharField(max_length=20, choices=Status, default=Status.FOUND, db_index=True)
    found_at = models.DateTimeField(default=clock.now)
    settled_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)

    objects = OverlapQuerySet.as_manager()

    class Meta:
        ordering = ["-likeness", "id"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="overlap_once_per_pair"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="overlap_in_order"),
            models.CheckConstraint(
                condition=both_or_neither("settled_by", "settled_at"), name="overlap_settled_by_and_at"
            ),
            models.CheckConstraint(
                condition=Q(status="found", settled_at=None)
                | (~Q(status="found") & Q(settled_at__isnull=False) & ~Q(note="")),
                name="overlap_settled_says_why",
            ),
        ]

    def __str__(self):
        return f"{self.first} and {self.second}"

    @property
    def is_open(self) -> bool:
        """Nobody has settled it, and both projects are still meant to happen."""
        both = (self.first.status, self.second.status)
        return self.status == self.Status.FOUND and all(one in LIVE_PROJECTS for one in both)
