"""The rounds in which funds open, their checklists and their check of eligibility."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.permissions import Permission
from organisations.models import DueDiligence, Organisation
from pcc_grants.lib import clock
from pcc_grants.lib.money import POSITIVE, MoneyField
from questionnaires.models import Questionnaire

from .funds import Fund, Route, Theme

SCORE_DESCRIPTIONS = [
    "No evidence",
    "Poor: little evidence",
    "Weak: some evidence, large gaps",
    "Fair: enough evidence, some gaps",
    "Good: strong evidence",
    "Excellent: strong evidence throughout",
]


def score_descriptions() -> list[str]:
    return list(SCORE_DESCRIPTIONS)


class RoundQuerySet(models.QuerySet):
    def published(self):
        return self.exclude(published_at=None)

    def with_state(self):
        """Adds `state`: preparing, soon, open or closed at this moment, and `state_rank` to sort by it."""
        now = clock.now()
        state = models.Case(
            models.When(published_at=None, then=models.Value("preparing")),
            models.When(opens_at__gt=now, then=models.Value("soon")),
            models.When(closes_at__gte=now, then=models.Value("open")),
            default=models.Value("closed"),
        )
        rank = models.Case(
            *(
                models.When(state=name, then=models.Value(index))
                for index, name in enumerate(("open", "soon", "preparing", "closed"))
            )
        )
        return self.annotate(state=state).annotate(state_rank=rank)

    def in_order_of_interest(self):
        """Open rounds first, the next to close leading; then what opens next; then the latest closed."""
        ahead = models.Case(
            models.When(state="open", then="closes_at"), models.When(state="soon", then="opens_at")
        )
        return self.with_state().order_by("state_rank", ahead, "-closes_at", "pk")

    def visible_to(self, user):
        """Published rounds are public; the office sees drafts as well."""
        if user.is_authenticated and user.may(Permission.READ_FUNDS):
            return self
        return self.published()


class Round(models.Model):
    """One opening of a fund, with its own dates and maximum. `number` counts from 1; 0 is never used here."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    route = models.CharField(
        max_length=20,
        choices=[(route, route.label) for route in (Route.OPEN, Route.INVITED, Route.ALLOCATED)],
        default=Route.OPEN,
        help_text="An invited or allocated round takes business cases of those who are asked, and no others.",
    )
    has_tactical_pot = models.BooleanField(
        default=False,
        help_text="Allocated rounds: up to a third may be kept for projects that arise during the year.",
    )
    name = models.CharField(max_length=100, help_text="Such as: Round 2, 2018/19")
    slug = models.SlugField()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    grace_minutes = models.PositiveSmallIntegerField(default=15)
    maximum = MoneyField(
        validators=[POSITIVE], help_text="The most one application can ask for, in pounds a year."
    )
    years = models.PositiveSmallIntegerField(default=1, help_text="For how many years an award may run.")
    start_year = models.PositiveSmallIntegerField(
        help_text="The financial year whose budget pays the first year."
    )
    decision_expected_on = models.DateField(null=True, blank=True)
    projects_start_on = models.DateField()
    projects_end_on = models.DateField()
    assessors_needed = models.PositiveSmallIntegerField(
        default=2, help_text="0: the office judges it without assessors. Never in an open round."
    )
    score_descriptions = ArrayField(
        models.CharField(max_length=100),
        default=score_descriptions,
        help_text="What each score means, from 0 upwards.",
    )
    diligence_needed = ArrayField(
        models.CharField(max_length=20, choices=DueDiligence.Kind),
        default=list,
        blank=True,
        help_text="What must be known of an organisation before it is recommended.",
    )
    outcomes_together = models.BooleanField(
        default=False, help_text="Applicants hear of decisions together, when the office releases them."
    )
    outcomes_release_at = models.DateTimeField(null=True, blank=True)
    outcomes_scheduled_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outcomes_released_at = models.DateTimeField(null=True, blank=True)
    terms = models.TextField(help_text="The terms that every agreement of this round carries.")
    who_may_apply = ArrayField(
        models.CharField(max_length=20, choices=Organisation.Kind),
        default=list,
        blank=True,
        help_text="The types of organisation that may apply; empty: every type.",
    )
    themes = models.ManyToManyField(
        Theme, blank=True, related_name="rounds", help_text="What of the fund's types it takes; empty: all."
    )
    questionnaire = models.ForeignKey(
        Questionnaire, null=True, blank=True, on_delete=models.PROTECT, related_name="rounds"
    )
    tested_at = models.DateTimeField(null=True, blank=True, help_text="When somebody tried the form out.")
    tested_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-closes_at", "fund"]
        constraints = [
            models.UniqueConstraint(fields=["fund", "number"], name="round_number_unique"),
            models.UniqueConstraint(fields=["fund", "slug"], name="round_slug_unique"),
            models.CheckConstraint(
                condition=Q(closes_at__gt=models.F("opens_at")), name="round_closes_after_opening"
            ),
            models.CheckConstraint(
                condition=Q(projects_end_on__gt=models.F("projects_start_on")),
                name="round_projects_end_after_start",
            ),
            models.CheckConstraint(
                condition=Q(maximum__gt=0, years__gte=1, number__gte=1)
                & (Q(assessors_needed__gte=1) | ~Q(route="open")),
                name="round_numbers_positive",
            ),
            models.CheckConstraint(
                condition=Q(has_tactical_pot=False) | Q(route="allocated"),
                name="round_tactical_pot_of_an_allocation",
            ),
            models.CheckConstraint(
                condition=Q(score_descriptions__len__gte=2, score_descriptions__len__lte=11),
                name="round_scale_has_2_to_11_steps",
            ),
            models.CheckConstraint(
                condition=Q(outcomes_release_at=None, outcomes_scheduled_by=None)
                | Q(outcomes_release_at__isnull=False, outcomes_scheduled_by__isnull=False),
                name="round_outcomes_scheduled_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None, published_by=None)
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="round_published_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(tested_at=None, tested_by=None)
                | Q(tested_at__isnull=False, tested_by__isnull=False),
                name="round_tested_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | Q(questionnaire__isnull=False),
                name="round_published_has_questions",
            ),
        ]

    def __str__(self):
        return f"{self.fund}: {self.name}"

    @property
    def is_open(self) -> bool:
        """New applications may be started: published, opened, and not past the closing time (inclusive)."""
        return self.published_at is not None and self.opens_at <= clock.now() <= self.closes_at

    @property
    def submissions_end_at(self):
        """The last moment at which a submission is received: the closing time and the published grace."""
        return self.closes_at + timedelta(minutes=self.grace_minutes)

    @property
    def accepts_submissions(self) -> bool:
        return self.published_at is not None and self.opens_at <= clock.now() <= self.submissions_end_at

    @property
    def has_closed(self) -> bool:
        return self.published_at is not None and clock.now() > self.closes_at

    @property
    def is_by_invitation(self) -> bool:
        """Only organisations that are asked for a business case take part."""
        return self.route != Route.OPEN

    @property
    def is_allocated(self) -> bool:
        return self.route == Route.ALLOCATED

    @property
    def highest_score(self) -> int:
        return len(self.score_descriptions) - 1

    @property
    def reference_prefix(self) -> str:
        """'SIK-0218': the fund, the round's number and the year in which it opened."""
        return f"{self.fund.code}-{self.number:02}{self.opens_at.astimezone(clock.LONDON).year % 100:02}"

    @property
    def has_opened(self) -> bool:
        return self.opens_at <= clock.now()

    @property
    def kinds_that_may_apply(self) -> list[str]:
        """The types of organisation that may apply, in words; empty: every type."""
        return [str(label) for kind, label in Organisation.Kind.choices if kind in self.who_may_apply]

    @property
    def offered_themes(self):
        """The types of project that this round takes: its own choice of the fund's, or all of them."""
        return self.themes.all() if self.themes.exists() else self.fund.themes.all()


class CheckItem(models.Model):
    """One line of the officer's checklist of a round: may we fund it, or is it whole?"""

    class About(models.TextChoices):
        ELIGIBILITY = "eligibility", "Eligibility"
        COMPLETENESS = "completeness", "Completeness"

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="check_items")
    position = models.PositiveSmallIntegerField()
    about = models.CharField(max_length=20, choices=About)
    text = models.CharField(max_length=300, help_text="A question that is answered yes when all is well.")
    hint = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["round", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "position"],
                name="check_item_position_unique",
                deferrable=models.Deferrable.DEFERRED,
            )
        ]

    def __str__(self):
        return self.text


class EligibilityQuestion(models.Model):
    """One question of the check before signing in. A "no" is a result with its reason, never an error.

    Of the kind `kind` it asks for the type of organisation; else it is answered yes, no or not sure, and
    `good_answer` lets people go on; empty: any answer does. Not sure always goes on.
    """

    class Asks(models.TextChoices):
        ORGANISATION = "organisation", "What type of organisation they are"
        YES_NO = "yes_no", "Yes or no"

    class Good(models.TextChoices):
        YES = "yes", "Yes"
        NO = "no", "No"

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="eligibility_questions")
    key = models.SlugField(max_length=60)
    position = models.PositiveSmallIntegerField()
    asks = models.CharField(max_length=20, choices=Asks, default=Asks.YES_NO)
    text = models.CharField(max_length=300)
    hint = models.CharField(max_length=300, blank=True)
    good_answer = models.CharField(max_length=3, choices=Good, blank=True)
    only_if = models.SlugField(
        max_length=60,
        blank=True,
        help_text="The key of an earlier question that must have been answered yes.",
    )
    reason = models.CharField(
        max_length=300, blank=True, help_text="Finishes: “This is because you told us …”."
    )
    advice = models.TextField(blank=True, help_text="What they can do instead, one point a line.")

    class Meta:
        ordering = ["round", "position"]
        constraints = [
            models.UniqueConstraint(fields=["round", "key"], name="eligibility_key_unique"),
            models.UniqueConstraint(
                fields=["round", "position"],
                name="eligibility_position_unique",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(good_answer="") | ~Q(reason=""), name="eligibility_refusal_has_reason"
            ),
        ]

    def __str__(self):
        return self.text


class RoundExtension(models.Model):
    """The closing time moved later for everyone, and why: shown on the fund's page, told to every draft."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="extensions")
    closed_at_before = models.DateTimeField()
    closes_at = models.DateTimeField()
    reason = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=models.F("closed_at_before")), name="round_extension_is_later"
            )
        ]

    def __str__(self):
        return f"{self.round} extended"
