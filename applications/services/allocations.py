"""A year's allocations, decided in one go: each with a numbered decision that commits its money.

Locks are taken in the order of `deciding`: the business cases by primary key, the counter, the budgets.
"""

from decimal import Decimal

from django.db import transaction

from accounts.permissions import Permission
from audit.services import record
from funds.models import Round
from pcc_grants.lib.financial_year import FinancialYear
from pcc_grants.lib.money import format_money
from pcc_grants.lib.rules import RuleBroken, require_someone_else
from pcc_grants.lib.text import clean

from ..models import BusinessCase, Decision
from .allocating import decision_of, lock_case, refuse_interest
from .deciding import clean_purpose, record_decision
from .recommending import money_left

ALL_OR_NOTHING = "Nothing was decided."


@transaction.atomic
def decide_allocations(*, by, round, cases, outcome, purpose="", reasons, conditions="") -> list[Decision]:
    """Decide allocations in one go, each with a numbered decision, all of them or none.

    An approval commits the money of each from the year's budgets; a refusal takes the organisation out of the
    round. Nobody decides what they proposed or changed, or on an organisation they belong to or have an
    interest in. The same once more by the same person gives the first decisions. Raises RuleBroken.
    """
    by.require(Permission.DECIDE)
    round = Round.objects.select_related("fund").get(pk=round.pk)
    if not round.is_allocated:
        raise RuleBroken("Only allocations are decided here. In this round each application is decided.")
    if outcome not in (Decision.Outcome.APPROVED, Decision.Outcome.DECLINED):
        raise RuleBroken("Select a decision.")
    approve = outcome == Decision.Outcome.APPROVED
    purpose, reasons = clean_purpose(purpose) if approve else "", clean(reasons)
    wanted = sorted({case.pk for case in cases})
    if not wanted:
        raise RuleBroken("Select at least one allocation.")
    found = [lock_case(BusinessCase(pk=pk)) for pk in wanted]
    if any(case.round_id != round.pk for case in found):
        raise RuleBroken("Select allocations of this round.")
    made = [decision for case in found if (decision := decision_of(case))]
    if len(made) == len(found) and all(
        (one.decided_by_id, one.outcome, one.purpose, one.reasons) == (by.pk, outcome, purpose, reasons)
        for one in made
    ):
        return made
    for case in found:
        _require_decidable(case, by, approve)
    if approve:
        _require_money(round, sum((case.amount for case in found), Decimal(0)))
    return [
        _decide_one(case, by, outcome, purpose=purpose, reasons=reasons, conditions=conditions)
        for case in found
    ]


def _require_decidable(case: BusinessCase, by, approve: bool) -> None:
    name = case.organisation
    if decision := decision_of(case):
        raise RuleBroken(
            f"The allocation of {name} has been decided (decision {decision.number}). {ALL_OR_NOTHING}"
        )
    if case.ended_at:
        raise RuleBroken(f"{name} is no longer in this round. {ALL_OR_NOTHING}")
    require_someone_else(
        by,
        case.proposed_by_id,
        message=f"You proposed the allocation of {name}. Someone else must decide. {ALL_OR_NOTHING}",
    )
    refuse_interest(case.organisation, by)
    if approve and case.waits_for:
        raise RuleBroken(f"The allocation of {name} cannot be approved yet. {case.waits_for}")


def _require_money(round, total: Decimal) -> None:
    """A sentence before anything is numbered; `commit` counts again under the lock of the budgets."""
    left = money_left(round.fund, round.start_year)
    if total > left:
        raise RuleBroken(
            f"There is {format_money(left)} left in the {round.fund} for {FinancialYear(round.start_year)}, "
            f"and these allocations need {format_money(total)}. {ALL_OR_NOTHING}"
        )


def _decide_one(case, by, outcome, *, purpose, reasons, conditions) -> Decision:
    approve = outcome == Decision.Outcome.APPROVED
    decision = record_decision(
        fund=case.round.fund,
        organisation=case.organisation,
        business_case=case,
        outcome=outcome,
        amount=case.amount if approve else None,
        purpose=purpose,
        reasons=reasons,
        conditions=conditions,
        proposed_by=case.proposed_by,
        by=by,
        start_year=case.round.start_year,
        years=1,
    )
    if not approve:
        case.ended_by, case.ended_at = by, decision.decided_at
        case.ended_reason = f"Not approved: decision {decision.number}."
        case.save(update_fields=["ended_by", "ended_at", "ended_reason"])
    record(
        f"business_case.{outcome}",
        case,
        f"{by} {'approved' if approve else 'refused'} {format_money(case.amount)} for {case.organisation} in "
        f"{case.round} (decision {decision.number}).",
        by=by,
        changes={"decision": decision.number},
    )
    return decision
