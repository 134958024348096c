"""What the office recommends: the ranked list of a round against the money that is left."""

from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction
from django.db.models import DecimalField, F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.permissions import Permission
from applications.models import MOVES, Application, Commitment, Status
from applications.services.assessing import (
    blind_applications,
    locked_application,
    refuse_conflict,
    totals,
    with_scores,
)
from applications.services.checking import diligence_gaps_of
from applications.services.scores import refused_by_criteria
from audit.services import record
from funds.models import Budget, Round
from pcc_grants.lib import clock
from pcc_grants.lib.money import PENNY, format_money
from pcc_grants.lib.rules import RuleBroken, require_move
from pcc_grants.lib.text import clean

from .words import clean_purpose, one_a_line

RECOMMENDATIONS = (Status.RECOMMENDED, Status.RESERVE, Status.NOT_RECOMMENDED)
WITH_AMOUNT = (Status.RECOMMENDED, Status.RESERVE)
RANKED = (Status.ASSESSED, *RECOMMENDATIONS, Status.DEFERRED, Status.APPROVED, Status.DECLINED)
WIDE_SPREAD = 2
PROPOSED = ("purpose", "reasons", "conditions")


@transaction.atomic
def recommend(
    *,
    by,
    application,
    outcome,
    recommendation,
    amount=None,
    purpose="",
    reasons="",
    conditions="",
    diligence_reason="",
) -> Application:
    """Recommend an assessed application for approval, the reserve list, or not. Open until decided.

    `amount` in pounds, never more than was asked for; not used for those not recommended. `purpose`,
    `reasons` and `conditions` (one a line) are the words proposed for publication: the approver may take or
    change them; purpose and conditions are not used for those not recommended. While due diligence that the
    round needs is not in order, recommending for approval takes `diligence_reason`. The same recommendation
    by the same person twice changes nothing. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    application = locked_application(application)
    if application.round.is_allocated:
        raise RuleBroken("The projects of this business case are recommended one by one.")
    recommendation = clean(recommendation)
    if outcome not in RECOMMENDATIONS:
        raise RuleBroken("Select whether you recommend this application.")
    amount = _recommended_amount(application, outcome, amount)
    words = proposed_words(outcome, purpose, reasons, conditions)
    diligence_reason = clean(diligence_reason) if outcome == Status.RECOMMENDED else ""
    wanted = (outcome, amount, recommendation, *words, by.pk)
    if standing_of(application) == wanted and application.diligence_reason == diligence_reason:
        return application
    require_move(MOVES, application.status, outcome, _cannot_recommend(application))
    refuse_conflict(application, by, what_to_do="Someone else must make the recommendation.")
    if outcome in WITH_AMOUNT and (refusal := refused_by_criteria(application)):
        raise RuleBroken(refusal)
    if not recommendation:
        raise RuleBroken("Enter your recommendation.")
    if outcome == Status.RECOMMENDED and not diligence_reason:
        _require_diligence(application)
    application.status = outcome
    application.diligence_reason = diligence_reason
    application.recommended_amount = amount
    application.recommendation = recommendation
    application.proposed_purpose, application.proposed_reasons, application.proposed_conditions = words
    application.recommended_by = by
    application.recommended_at = clock.now()
    application.save(
        update_fields=[
            "status",
            "recommended_amount",
            "recommendation",
            "proposed_purpose",
            "proposed_reasons",
            "proposed_conditions",
            "recommended_by",
            "recommended_at",
            "diligence_reason",
        ]
    )
    said = (
        f"{by} made a recommendation on {application.reference}: {application.get_status_display().lower()}"
    )
    record(
        "application.recommended",
        application,
        f"{said}, {format_money(amount)}." if amount else f"{said}.",
        by=by,
        changes={"outcome": outcome, "amount": amount, "recommendation": recommendation}
        | {name: text for name, text in zip(PROPOSED, words, strict=True) if text}
        | ({"diligence_reason": diligence_reason} if diligence_reason else {}),
    )
    return application


def standing_of(application: Application) -> tuple:
    """What is recommended now, in which words and by whom: to tell the same recommendation made again."""
    return (
        application.status,
        application.recommended_amount,
        application.recommendation,
        application.proposed_purpose,
        application.proposed_reasons,
        application.proposed_conditions,
        application.recommended_by_id,
    )


def proposed_words(outcome, purpose: str, reasons: str, conditions: str) -> tuple[str, str, str]:
    """Purpose, reasons and conditions as they are kept for this outcome. Raises RuleBroken."""
    if outcome not in WITH_AMOUNT:
        return "", clean(reasons), ""
    return clean_purpose(purpose) if clean(purpose) else "", clean(reasons), one_a_line(conditions)


def _require_diligence(application: Application) -> None:
    if gaps := diligence_gaps_of(application):
        raise RuleBroken(
            f"{' '.join(gaps)} Put it right first, or say why you recommend the application all the same."
        )


def _recommended_amount(application: Application, outcome, amount) -> Decimal | None:
    if outcome not in WITH_AMOUNT:
        return None
    if amount is None:
        raise RuleBroken("Enter the amount you recommend.")
    if amount < PENNY:
        raise RuleBroken("The amount you recommend must be more than £0.")
    if amount > application.amount_asked:
        raise RuleBroken(
            f"The amount you recommend must be {format_money(application.amount_asked)} or less, "
            f"which is what was asked for. It is {format_money(amount)}."
        )
    return amount


def _cannot_recommend(application: Application) -> str:
    if application.status in (Status.APPROVED, Status.DECLINED):
        return f"A decision has been made on this application: {application.get_status_display().lower()}."
    return (
        "A recommendation is made once an application has been scored by everyone asked. "
        f"This one is: {application.get_status_display().lower()}."
    )


# -- Money left ----------------------------------------------------------------------------------------------


def budgets_with_committed(budgets):
    """Annotate `committed`: what decisions hold of each budget, less what was released."""
    held = (
        Commitment.objects.filter(budget=OuterRef("pk"))
        .order_by()
        .values("budget")
        .annotate(total=Sum(F("amount") - F("released")))
        .values("total")
    )
    return budgets.annotate(
        committed=Coalesce(
            Subquery(held), Decimal(0), output_field=DecimalField(max_digits=14, decimal_places=2)
        )
    )


def money_left(fund, start_year: int) -> Decimal:
    """Pounds not yet committed of a fund's budgets, all sources, for the financial year `start_year`/+1."""
    budgets = budgets_with_committed(Budget.objects.filter(fund=fund, start_year=start_year))
    return sum((budget.amount - budget.committed for budget in budgets), Decimal(0))


# -- The ranked list -----------------------------------------------------------------------------------------


@dataclass
class RankedApplication:
    """One row of the list. Money in pounds; `running_total` is what the rows down to here would take."""

    rank: int
    application: Application
    percentage: Decimal | None
    spread: int
    scores_hidden: bool
    takes: Decimal
    running_total: Decimal = Decimal(0)
    first_below_line: bool = False
    first_not_recommended: bool = False  # after the last that is recommended, where the money goes further
    failed: tuple[str, ...] = ()  # the criteria that it does not pass: it cannot be recommended for money

    @property
    def is_wide(self) -> bool:
        """The assessors are so far apart that someone should ask why."""
        return self.spread >= WIDE_SPREAD


@dataclass
class Ranking:
    """A round's scored applications, best first, against what is left of the fund's budgets for its year."""

    round: Round
    left: Decimal
    rows: list[RankedApplication] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        return self.rows[-1].running_total if self.rows else Decimal(0)

    @property
    def remaining(self) -> Decimal:
        return self.left - self.total

    @property
    def reserve(self) -> list[RankedApplication]:
        """The reserve list, in its order: the first takes the place of what falls away."""
        return [row for row in self.rows if row.application.status == Status.RESERVE]


def ranking(round: Round, *, seen_by) -> Ranking:
    """The list an officer builds a recommendation from; constant in queries.

    `seen_by` (a user; None: the system itself, which sees all) does not see scores of what they have still
    to score themselves; such rows come last. Before them come those that do not pass a criterion.
    Money already committed to approved applications is out of `left`, so those take nothing here.
    """
    applications = with_scores(
        Application.objects.filter(round=round, status__in=RANKED).select_related(
            "round__fund", "organisation", "recommended_by"
        )
    )
    blind = blind_applications(seen_by) if seen_by else set()
    scored = [(None if a.pk in blind else totals(a), a) for a in applications]
    scored.sort(key=lambda pair: (*_place(pair[0]), pair[1].submitted_at, pair[1].pk))
    result = Ranking(round=round, left=money_left(round.fund, round.start_year))
    running = Decimal(0)
    above = True
    for rank, (given, application) in enumerate(scored, start=1):
        row = RankedApplication(
            rank=rank,
            application=application,
            percentage=given["percentage"] if given else None,
            spread=given["spread"] if given else 0,
            scores_hidden=given is None,
            takes=Decimal(0) if given and given["failed"] else _takes(application),
            failed=tuple(str(criterion) for criterion in given["failed"]) if given else (),
        )
        running += row.takes
        row.running_total = running
        row.first_below_line = above and running > result.left
        above = above and not row.first_below_line
        result.rows.append(row)
    if above:
        _mark_where_the_recommendation_ends(result.rows)
    return result


def _mark_where_the_recommendation_ends(rows: list[RankedApplication]) -> None:
    last = max(
        (at for at, row in enumerate(rows) if row.application.status == Status.RECOMMENDED), default=None
    )
    if last is not None and last + 1 < len(rows):
        rows[last + 1].first_not_recommended = True


def _place(given: dict | None) -> tuple:
    """What passes every criterion comes first, then the better score; what the reader may not see is last."""
    if given is None:
        return 2, 0
    percentage = given["percentage"]
    return bool(given["failed"]), -(Decimal(-1) if percentage is None else percentage)


def _takes(application: Application) -> Decimal:
    """What a row would take of the money left: what is recommended, or asked while nobody has recommended."""
    if application.status == Status.RECOMMENDED:
        return application.recommended_amount
    if application.status in (Status.ASSESSED, Status.DEFERRED):
        return application.recommended_amount or application.amount_asked
    return Decimal(0)
