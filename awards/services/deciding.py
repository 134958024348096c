"""The approver's answers to a proposed direct award: approved, refused, or deferred."""

from django.db import transaction

from accounts.permissions import Permission
from applications.models import Decision
from applications.services import record_decision
from audit.services import record
from awards.models import Award, Status
from organisations.services import refuse_tie
from pcc_grants.lib.money import format_money
from pcc_grants.lib.rules import RuleBroken, require_someone_else
from pcc_grants.lib.text import clean

from . import retaining
from .interests import bodies_of_award
from .locking import locked_award, require_award_move


@transaction.atomic
def decide_direct_award(*, by, award, approve: bool, reasons: str, withheld: str = "") -> Decision:
    """Approve or refuse a proposed direct award, with publishable reasons. Approving commits the money.

    Nobody decides what they proposed, or on an organisation they belong to or have an interest in. Where the
    money is retained from overlapping projects, it leaves the partnerships in the same step. `withheld` says
    why the public register does not name the recipient. The same answer twice by the same person returns the
    first decision. Raises RuleBroken.
    """
    by.require(Permission.DECIDE)
    award = locked_award(award)
    target = Status.PREPARED if approve else Status.REFUSED
    if award.decision and award.status == target and award.decision.decided_by_id == by.pk:
        return award.decision
    _check_may_be_decided(award, by)
    require_award_move(award, target, "This award cannot be decided.")
    retained = retaining.release(award) if approve else retaining.give_up(award)
    decision = record_decision(
        fund=award.fund,
        organisation=award.organisation,
        outcome=Decision.Outcome.APPROVED if approve else Decision.Outcome.DECLINED,
        amount=award.amount if approve else None,
        purpose=award.purpose,
        reasons=clean(reasons),
        withheld=withheld,
        proposed_by=award.proposed_by,
        by=by,
        start_year=award.start_year,
        years=award.years,
    )
    award.decision = decision
    award.status = target
    if approve:
        award.reasons = decision.reasons
    award.save(update_fields=["decision", "status", "reasons"])
    answer = "approved" if approve else "refused"
    record(
        f"award.{answer}",
        award,
        f"{by} {answer} the award of {format_money(award.amount)} (decision {decision.number}).",
        by=by,
        changes={"decision": decision.number},
    )
    retaining.tell(award, retained, by=by)
    return decision


@transaction.atomic
def defer_direct_award(*, by, award, reasons: str, withheld: str = "") -> Decision:
    """Put the decision on a proposed direct award off, with publishable reasons. It stays proposed.

    The award shows its latest decision; earlier deferrals stand in its history. The same reasons twice by the
    same person return the first. Raises RuleBroken.
    """
    by.require(Permission.DECIDE)
    award = locked_award(award)
    reasons = clean(reasons)
    latest = award.decision
    if (
        award.status == Status.PROPOSED
        and latest
        and (latest.decided_by_id, latest.reasons) == (by.pk, reasons)
    ):
        return latest
    _check_may_be_decided(award, by)
    decision = record_decision(
        fund=award.fund,
        organisation=award.organisation,
        outcome=Decision.Outcome.DEFERRED,
        purpose=award.purpose,
        reasons=reasons,
        withheld=withheld,
        proposed_by=award.proposed_by,
        by=by,
    )
    award.decision = decision
    award.save(update_fields=["decision"])
    record(
        "award.deferred",
        award,
        f"{by} deferred the decision on the award of {format_money(award.amount)} "
        f"(decision {decision.number}).",
        by=by,
        changes={"decision": decision.number},
    )
    return decision


def _check_may_be_decided(award: Award, by) -> None:
    if award.status != Status.PROPOSED:
        raise RuleBroken(f"This award has been decided. It is: {award.get_status_display().lower()}.")
    require_someone_else(
        by, award.proposed_by_id, message="You proposed this award. Someone else must decide on it."
    )
    refuse_tie(by, bodies_of_award(award), what_to_do="Someone else must decide.")
