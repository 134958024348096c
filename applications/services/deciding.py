"""The Commissioner's decisions, numbered and in publishable words, and the money that they commit.

Locks are always taken in the same order: what is decided on (application or award), the counter, the budgets,
then the audit trail. Two decisions that meet at a budget wait for each other and never spend the same pound.
"""

from decimal import Decimal

from django.db import transaction
from django.db.models import F, Q

from accounts.permissions import Permission
from applications.models import FINAL, MOVES, Application, BusinessCase, Commitment, Decision, Status
from applications.services.assessing import locked_application, refuse_conflict
from applications.services.checking import diligence_gaps_of
from applications.services.feedback import feedback_gaps
from applications.services.recommending import budgets_with_committed
from applications.services.releasing import publish_outcome
from applications.services.scores import refused_by_criteria
from applications.services.words import clean_purpose, one_a_line
from audit.services import record
from funds.models import Budget, Route
from notifications.services import queue
from office.services import lock_series, next_number
from organisations.services import refuse_tie
from pcc_grants.lib import clock
from pcc_grants.lib.financial_year import FinancialYear
from pcc_grants.lib.money import PENNY, format_money, split
from pcc_grants.lib.rules import RuleBroken, require_move, require_someone_else
from pcc_grants.lib.text import clean, clean_line

# awards.models.IN_FORCE, which is of a later stage
IN_FORCE = ("active", "suspended")
WAITING = (Status.RECOMMENDED, Status.RESERVE, Status.NOT_RECOMMENDED, Status.DEFERRED)


def waiting_for_decision():
    """The applications a decision is wanted on, in order of the date it is expected."""
    return (
        Application.objects.filter(status__in=WAITING)
        .exclude(round__route=Route.ALLOCATED)  # decided project by project
        .select_related("round__fund", "organisation", "theme", "recommended_by")
        .order_by(F("round__decision_expected_on").asc(nulls_last=True), "recommended_at", "pk")
    )


@transaction.atomic
def decide(
    *,
    by,
    application,
    outcome,
    reasons,
    amount=None,
    purpose="",
    exception_reason="",
    conditions="",
    withheld="",
    seen=None,
) -> Decision:
    """Approve (with an amount), decline or defer a recommended application; commit money; tell the applicant.

    Nobody decides what they recommended, or on a recommendation that has changed since they read it (`seen`:
    when it was made). The amount may differ from what was asked and recommended; above the round's maximum,
    or above what was asked, it needs `exception_reason`. Nothing is approved that fails a criterion, or while
    due diligence is not in order and the office has not said why. Where applicants are told at once, feedback
    comes first. The very same decision by the same person twice returns the first. Approved and declined are
    final; deferred waits for another decision and is not told. Applicants of a round that releases its
    outcomes together hear of it then. `withheld` says why the public register does not name the recipient. A
    next year is approved only when nothing is owed for the one before (`BusinessCase.waits_for`). Raises
    RuleBroken.
    """
    decision, is_new = decide_quietly(
        by=by,
        application=application,
        outcome=outcome,
        reasons=reasons,
        amount=amount,
        purpose=purpose,
        exception_reason=exception_reason,
        conditions=conditions,
        withheld=withheld,
        seen=seen,
    )
    if is_new:
        tell_who_recommended([decision])
    return decision


def decide_quietly(
    *,
    by,
    application,
    outcome,
    reasons,
    amount=None,
    purpose="",
    exception_reason="",
    conditions="",
    withheld="",
    seen=None,
) -> tuple[Decision, bool]:
    """`decide` without the message to whoever recommended: one goes out for a whole batch. In a transaction.

    Also says whether the decision is new, and not the same one posted again.
    """
    by.require(Permission.DECIDE)
    application = locked_application(application)
    if application.round.is_allocated:
        raise RuleBroken("This business case is decided project by project.")
    if outcome not in Decision.Outcome.values:
        raise RuleBroken("Select a decision.")
    amount = amount if outcome == Decision.Outcome.APPROVED else None
    purpose = clean_purpose(purpose) if outcome == Decision.Outcome.APPROVED else ""
    approved = outcome == Decision.Outcome.APPROVED
    words = {
        "purpose": purpose,
        "reasons": clean(reasons),
        "conditions": one_a_line(conditions) if approved else "",
        "withheld": clean(withheld),
        "exception_reason": clean(exception_reason) if _is_exception(application, amount) else "",
    }
    repeated = _same_decision(application, by, outcome, amount, words)
    if repeated:
        return repeated, False
    require_move(MOVES, application.status, outcome, _cannot_decide(application))
    require_someone_else(
        by,
        application.recommended_by_id,
        message="You made the recommendation on this application. Someone else must decide.",
    )
    refuse_conflict(application, by, what_to_do="Someone else must decide.")
    if seen and seen != application.recommended_at:
        raise RuleBroken("The recommendation has changed since you opened the page. Read it again.")
    if approved:
        _require_approvable(application)
    _require_exception(application, amount, words["exception_reason"])
    if outcome in FINAL and not application.round.outcomes_together:
        _require_feedback(application)
    decision = record_decision(
        fund=application.fund,
        organisation=application.organisation,
        application=application,
        outcome=outcome,
        amount=amount,
        **words,
        proposed_by=application.recommended_by,
        by=by,
        # The amount is for the first or only year; later years are decisions of their own (domain.md 3).
        start_year=application.round.start_year,
        years=1,
    )
    application.status = outcome
    if outcome in FINAL and not application.round.outcomes_together:
        application.outcome_released_at = decision.decided_at
    application.save(update_fields=["status", "outcome_released_at"])
    record(
        f"application.{outcome}",
        application,
        f"{by} decided on {application.reference}: {decision.get_outcome_display().lower()}"
        + (f", {format_money(amount)}" if amount else "")
        + f" (decision {decision.number}).",
        by=by,
        changes={"decision": decision.number, "outcome": outcome, "amount": amount},
    )
    if application.outcome_released_at:
        publish_outcome(application, decision)
    return decision, True


def _require_approvable(application: Application) -> None:
    """Whatever is recommended, this is approved by nobody. Raises RuleBroken."""
    case = BusinessCase.objects.filter(application=application).first()
    if case and case.waits_for:
        raise RuleBroken(f"This cannot be approved yet. {case.waits_for}")
    if case and not hasattr(case, "continuation"):
        _require_asked_from_award(case)
    if refusal := refused_by_criteria(application):
        raise RuleBroken(refusal)
    gaps = [] if application.diligence_reason else diligence_gaps_of(application)
    if gaps:
        raise RuleBroken(
            f"{' '.join(gaps)} The office puts it right first, or recommends the application with the reason "
            "why it can go on all the same."
        )


def _require_asked_from_award(case: BusinessCase) -> None:
    """An award in force since the invitation is what a business case of a later year goes on from."""
    round = case.round
    earlier = case.organisation.awards.filter(
        fund=round.fund_id, status__in=IN_FORCE, start_year__lt=round.start_year
    )
    if round.route == Route.INVITED and (award := earlier.first()):
        raise RuleBroken(
            f"This cannot be approved yet. {case.organisation} has an award in this fund, {award.reference}. "
            "The office asks to go on with it on the page of that award, so that its returns are looked at."
        )


def _require_feedback(application: Application) -> None:
    """Applicants who are told at once read feedback that was written before (screens.md 3.15)."""
    if gaps := feedback_gaps(application):
        raise RuleBroken(
            f"The applicant is told at once, so the office writes the feedback first. {gaps[0]}."
        )


def _same_decision(application, by, outcome, amount, words: dict) -> Decision | None:
    """The decision already made, when the same person posts the very same one again."""
    if application.status != outcome:
        return None
    return application.decisions.filter(decided_by=by, outcome=outcome, amount=amount, **words).first()


def _cannot_decide(application: Application) -> str:
    if application.status in FINAL:
        decision = application.decisions.first()
        number = f", decision {decision.number}" if decision else ""
        return f"This application has been decided: {application.get_status_display().lower()}{number}."
    return (
        "A decision is made once the office has made its recommendation. "
        f"This application is: {application.get_status_display().lower()}."
    )


def most_without_reason(application: Application) -> Decimal:
    """Pounds up to which it is approved without an exception: the round's maximum, and what was asked for."""
    return min(application.round.maximum, application.amount_asked)


def _is_exception(application: Application, amount: Decimal | None) -> bool:
    return amount is not None and amount > most_without_reason(application)


def _require_exception(application: Application, amount: Decimal | None, reason: str) -> None:
    if reason or not _is_exception(application, amount):
        return
    most = application.round.maximum
    against = (
        f"{format_money(most)}, the most in this round"
        if amount > most
        else f"{format_money(application.amount_asked)}, which is what was asked for"
    )
    raise RuleBroken(
        f"The amount is {format_money(amount)} against {against}. "
        "Enter the reason for the exception, or a smaller amount."
    )


def tell_who_recommended(decisions: list[Decision]) -> None:
    """Confirm to each officer that what they recommended has been decided: one message, however many."""
    of_officer: dict = {}
    for decision in decisions:
        of_officer.setdefault(decision.proposed_by, []).append(decision)
    for officer, theirs in of_officer.items():
        queue(
            key=f"decided:{theirs[0].number}:{officer.pk}",
            to=officer,
            template="applications/decided",
            context={"decisions": theirs, "round": theirs[0].application.round},
            about=theirs[0],
        )


@transaction.atomic
def record_decision(
    *,
    fund,
    organisation,
    outcome,
    reasons,
    proposed_by,
    by,
    amount=None,
    purpose="",
    start_year=None,
    years=1,
    exception_reason="",
    conditions="",
    withheld="",
    application=None,
    business_case=None,
    project=None,
) -> Decision:
    """Number and keep a decision; an approval commits `amount` pounds over `years` budgets from `start_year`.

    The decision on a `project` commits nothing: its money is that of the allocation it belongs to. What is
    not on an application or a project is published at once. The caller has locked what is decided on.
    Raises RuleBroken for the proposer, an interest, lack of words or money.
    """
    by.require(Permission.DECIDE)
    require_someone_else(
        by, proposed_by.pk, message="You made this proposal. Someone else must decide on it."
    )
    refuse_tie(by, [organisation], what_to_do="Someone else must decide.")
    reasons = clean(reasons)
    if not reasons:
        raise RuleBroken("Enter the reasons, which will be published.")
    approved = outcome == Decision.Outcome.APPROVED
    if approved and amount is None:
        raise RuleBroken("Enter the amount you approve.")
    if approved and (amount < PENNY or amount != amount.quantize(PENNY)):
        raise RuleBroken("The amount you approve must be more than £0, in pounds and pence.")
    decision = Decision.objects.create(
        number=f"D-{clock.today().year}-{next_number(_series()):04}",
        application=application,
        business_case=business_case,
        project=project,
        fund=fund,
        organisation=organisation,
        outcome=outcome,
        amount=amount if approved else None,
        purpose=clean_line(purpose),
        reasons=reasons,
        exception_reason=clean(exception_reason),
        conditions=one_a_line(conditions) if approved else "",
        withheld=clean(withheld),
        proposed_by=proposed_by,
        decided_by=by,
        # That on an application, or a project of one, is published when its outcome is released.
        published_at=None if application or project else clock.now(),
    )
    if approved and project is None:
        commit(decision, start_year=start_year, years=years)
    said = f"{by} made decision {decision.number}: {decision.get_outcome_display().lower()}"
    record(
        "decision.made",
        decision,
        f"{said}, {format_money(amount)} to {organisation}." if approved else f"{said}, {organisation}.",
        by=by,
        changes={
            "fund": fund.code,
            "outcome": outcome,
            "amount": decision.amount,
            "exception_reason": decision.exception_reason,
            "proposed_by": proposed_by.pk,
        },
    )
    return decision


def _series() -> str:
    return f"decision-{clock.today().year}"


# -- Money ---------------------------------------------------------------------------------------------------


@transaction.atomic
def commit(decision: Decision, *, start_year: int, years: int = 1) -> list[Commitment]:
    """Promise an approved decision's money from the fund's budgets, split over financial years to the penny.

    Each year's budgets are locked and filled in the order in which they were made. Raises RuleBroken when a
    year's budgets hold too little.
    """
    made = []
    for offset, share in enumerate(split(decision.amount, years)):
        if share > 0:
            made += _commit_year(decision, start_year + offset, share)
    return made


def lock_money(fund, start_year: int) -> None:
    """For a batch of decisions: take the locks of each of them now, in the order that every decision takes.

    A batch may begin with a decision that needs no money. The audit trail, which it would hold by then, comes
    after the budgets for everybody else.
    """
    lock_series(_series())
    _locked_budgets(fund.pk, start_year)


def _locked_budgets(fund_pk: int, start_year: int) -> list[int]:
    locked = Budget.objects.select_for_update(no_key=True).filter(fund=fund_pk, start_year=start_year)
    return list(locked.order_by("id").values_list("pk", flat=True))


def _commit_year(decision: Decision, start_year: int, amount: Decimal) -> list[Commitment]:
    keys = _locked_budgets(decision.fund_id, start_year)
    # Counted only now that the rows are locked: another decision's commitments are seen, or it waits for us.
    budgets = list(budgets_with_committed(Budget.objects.filter(pk__in=keys)).order_by("id"))
    left = sum((budget.amount - budget.committed for budget in budgets), Decimal(0))
    if left < amount:
        raise RuleBroken(
            f"There is {format_money(left)} left in the {decision.fund} for {FinancialYear(start_year)}. "
            f"This decision needs {format_money(amount)}."
        )
    made = []
    for budget in budgets:
        part = min(amount, budget.amount - budget.committed)
        if part > 0:
            made.append(Commitment.objects.create(decision=decision, budget=budget, amount=part))
            amount -= part
    return made


@transaction.atomic
def release_commitments(
    decision: Decision, *, amount: Decimal | None = None, by=None, recorded: bool = True
) -> Decimal:
    """Give committed money back to the budgets: all still held, or `amount` pounds of it, last year first.

    `recorded=False` leaves the audit trail, which comes last of the locks, to a caller who goes on to commit.
    Returns what was released (0 when nothing was held any more). Raises RuleBroken for more than is held.
    """
    held = list(
        Commitment.objects.select_for_update(of=("self",), no_key=True)
        .filter(Q(decision=decision), amount__gt=F("released"))
        .order_by("-budget__start_year", "-id")
    )
    outstanding = sum((one.amount - one.released for one in held), Decimal(0))
    wanted = outstanding if amount is None else amount
    if wanted < 0 or wanted > outstanding:
        raise RuleBroken(
            f"Decision {decision.number} holds {format_money(outstanding)}. "
            f"{format_money(wanted)} cannot be given back."
        )
    left = wanted
    for one in held:
        part = min(left, one.amount - one.released)
        if part > 0:
            one.released += part
            one.save(update_fields=["released"])
            left -= part
    if wanted and recorded:
        record(
            "decision.money_released",
            decision,
            f"{format_money(wanted)} of decision {decision.number} went back to the {decision.fund}.",
            by=by,
            changes={"amount": wanted},
        )
    return wanted
