"""Funds, what they score, the money behind them, and the rounds in which they open."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models import User
from accounts.permissions import Permission
from organisations.models import DueDiligence, Organisation
from pcc_grants.lib import clock
from pcc_grants.lib.financial_year import FinancialYear
from pcc_grants.lib.money import POSITIVE, MoneyField
from questionnaires.models import Questionnaire


class LegalPower(models.TextChoices):
    """Under what law money is given or spent; the publication rule follows from it (domain.md section 2)."""

    CRIME_AND_DISORDER = "prsra_s9", "Police Reform and Social Responsibility Act 2011, section 9"
    VICTIMS = "asbcpa_s143", "Anti-social Behaviour, Crime and Policing Act 2014, section 143"
    CONTRACT = "contract", "Contract for services"
    OTHER = "other", "Subscription or other spending"


class Route(models.TextChoices):
    """How money of a fund finds its recipients."""

    OPEN = "open", "Open competition"
    INVITED = "invited", "Invited business case"
    ALLOCATED = "allocated", "Allocation"
    DIRECT = "direct", "Direct award"
    CONTRACT = "contract", "Contract"


class FundQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The office sees every fund; everyone sees those that have opened, given something, or ended."""
        if user.is_authenticated and user.may(Permission.READ_FUNDS):
            return self
        known = Q(pk__in=Round.objects.published().values("fund")) | Q(
            pk__in=self.model.objects.filter(
                decisions__outcome="approved", decisions__published_at__isnull=False
            ).values("pk")
        )
        return self.filter(known | Q(ended_on__isnull=False))


class Fund(models.Model):
    """One funding stream of the office."""

    code = models.CharField(max_length=4, unique=True)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200, unique=True)
    purpose = models.TextField(help_text="What the fund is for, in a sentence or two. Published.")
    route = models.CharField(max_length=20, choices=Route)
    legal_power = models.CharField(max_length=20, choices=LegalPower)
    who_can_apply = models.TextField(blank=True)
    not_funded = models.TextField(blank=True)
    monitoring_terms = models.TextField(blank=True, help_text="What reports recipients owe. Published.")
    ended_on = models.DateField(null=True, blank=True)
    ending_notice = models.TextField(blank=True)
    created_at = models.DateTimeField(default=clock.now)

    objects = FundQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on=None) | ~Q(ending_notice=""), name="fund_ending_has_notice"
            )
        ]

    def __str__(self):
        return self.name

    @property
    def has_ended(self) -> bool:
        return self.ended_on is not None and self.ended_on <= clock.today()


class Theme(models.Model):
    """A type of project that the fund supports."""

    fund = models.ForeignKey(Fund, on_delete=models.CASCADE, related_name="themes")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=300)

    class Meta:
        ordering = ["fund", "position"]
        constraints = [models.UniqueConstraint(fields=["fund", "position"], name="theme_position_unique")]

    def __str__(self):
        return self.name


# What the scores of a round mean, from 0 upwards, unless it sets others (screens.md 2.3).
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


class Criterion(models.Model):
    """Something that applications are judged against: passed or not, or scored on the scale of the round.

    A fund's own criteria are copied into each round when it is prepared; from then on the round's are its
    own, and fixed once it is published. `key` names a criterion across rounds: the questions of a form name
    it to say what they are scored for. `weight` is relative to the others'.
    """

    fund = models.ForeignKey(Fund, null=True, blank=True, on_delete=models.CASCADE, related_name="criteria")
    round = models.ForeignKey(
        "Round", null=True, blank=True, on_delete=models.CASCADE, related_name="criteria"
    )
    key = models.SlugField(max_length=60)
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    question = models.CharField(max_length=300, help_text="What a new form asks about it.")
    guidance = models.TextField(blank=True, help_text="What a good answer covers, one point a line.")
    word_limit = models.PositiveSmallIntegerField(default=400)
    weight = models.PositiveSmallIntegerField(default=1)
    is_pass_fail = models.BooleanField(
        default=False, help_text="Passed or not, before anything is scored; it has no weight."
    )

    class Meta:
        ordering = ["fund", "round", "-is_pass_fail", "position"]  # passed or not comes first
        verbose_name_plural = "criteria"
        constraints = [
            models.CheckConstraint(
                condition=Q(fund=None, round__isnull=False) | Q(fund__isnull=False, round=None),
                name="criterion_of_a_fund_or_a_round",
            ),
            models.UniqueConstraint(fields=["fund", "position"], name="criterion_position_unique"),
            models.UniqueConstraint(fields=["round", "position"], name="criterion_position_in_round_unique"),
            models.UniqueConstraint(fields=["fund", "key"], name="criterion_key_unique"),
            models.UniqueConstraint(fields=["round", "key"], name="criterion_key_in_round_unique"),
            models.CheckConstraint(
                condition=Q(weight__gt=0, word_limit__gt=0), name="criterion_weight_positive"
            ),
        ]

    def __str__(self):
        return self.name


class FundingSource(models.Model):
    """Where money comes in from, and what binds it."""

    name = models.CharField(max_length=200, unique=True)
    ring_fenced_for = models.TextField(blank=True)
    spend_by = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name


class Budget(models.Model):
    """What one source gives one fund for one financial year. Locked before money is committed against it."""

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="budgets")
    source = models.ForeignKey(FundingSource, on_delete=models.PROTECT, related_name="budgets")
    start_year = models.PositiveSmallIntegerField(
        help_text="The calendar year in which the financial year starts."
    )
    amount = MoneyField()

    class Meta:
        ordering = ["start_year", "fund", "source"]
        constraints = [
            models.UniqueConstraint(
                fields=["fund", "source", "start_year"], name="one_budget_per_fund_source_year"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="budget_not_negative"),
            models.CheckConstraint(
                condition=Q(start_year__gte=2000, start_year__lt=2100), name="budget_year_sane"
            ),
        ]

    def __str__(self):
        return f"{self.fund} {self.financial_year} from {self.source}"

    @property
    def financial_year(self) -> FinancialYear:
        return FinancialYear(self.start_year)


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
