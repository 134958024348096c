"""The gate before a next year: approved only when nothing is owed for the year before (domain.md 3, VRF)."""

from django.db import transaction
from django.db.models import Prefetch

from accounts.permissions import Permission
from awards.models import Award, Continuation
from awards.services import ask_to_continue
from awards.services.continuing import push_gate, undecided_continuations, why_it_waits
from monitoring.models import Return, Status
from pcc_grants.lib import clock

JUDGEABLE = (Status.SUBMITTED, Status.CHANGES_REQUESTED)


@transaction.atomic
def ask_for_next_year(*, by, award, round, amount, message="") -> Continuation:
    """Ask for a business case to go on with an award, and say at once what its approval waits for.

    Raises RuleBroken (`awards.services.ask_to_continue`).
    """
    made = ask_to_continue(by=by, award=award, round=round, amount=amount, message=message)
    refresh_gates(made.award)
    return made


def check_again(*, by, continuation) -> str:
    """Work out what a next year waits for, now. Gives the sentence; empty when nothing stands in its way."""
    by.require(Permission.READ_RETURNS)
    refresh_gates(continuation.award)
    continuation.business_case.refresh_from_db(fields=["waits_for"])
    return continuation.business_case.waits_for


def refresh_gates(award: Award | None = None) -> int:
    """Write what every undecided next year waits for, of one award or of all. Returns how many changed."""
    open_ones = undecided_continuations(award).prefetch_related(
        Prefetch("award__returns", queryset=Return.objects.order_by("due_on", "pk"))
    )
    return sum(push_gate(one, sentence_of(one)) for one in open_ones.order_by("pk"))


def sentence_of(continuation: Continuation) -> str:
    """What the approval waits for, in sentences; empty when nothing is owed.

    Every return that has fallen due, or was sent, must be accepted; one found not satisfactory stands in the
    way until a later one about the same time is accepted. For another financial year at least one return
    must have been accepted, so that there is evidence of how the money was used.
    """
    award = continuation.award
    if own := why_it_waits(award):
        return own
    returns = [one for one in award.returns.all() if one.status != Status.CANCELLED]
    accepted = [one for one in returns if one.status == Status.SATISFACTORY]
    sentences = [sentence for one in returns if (sentence := _owed(one, accepted))]
    is_next_year = continuation.business_case.round.start_year > award.start_year
    if is_next_year and not sentences and not accepted:
        sentences = [_no_evidence(award, returns)]
    return " ".join(sentences)


def _owed(award_return: Return, accepted: list[Return]) -> str:
    name = f"The {award_return.name}, due {clock.format_date(award_return.due_on)},"
    if award_return.status == Status.UNSATISFACTORY:
        made_good = any(one.period_end >= award_return.period_end for one in accepted)
        return "" if made_good else f"{name} was found not satisfactory."
    if award_return.status == Status.SATISFACTORY:
        return ""
    if award_return.status in JUDGEABLE or award_return.due_on <= clock.today():
        return f"{name} has not been accepted."
    return ""


def _no_evidence(award: Award, returns: list[Return]) -> str:
    if returns:
        first = returns[0]
        return f"The {first.name}, due {clock.format_date(first.due_on)}, has not been accepted."
    return f"No return of {award.reference} has been accepted yet, so nothing shows how its money was used."
