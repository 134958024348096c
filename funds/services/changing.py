"""What every change in this package does: lock the fund or the round, change fields, say what cannot."""

from accounts.permissions import Permission
from audit.models import Event
from pcc_grants.lib import clock
from pcc_grants.lib.changing import apply_changes as apply_changes
from pcc_grants.lib.locking import locked
from pcc_grants.lib.rules import RuleBroken

from ..models import Fund, Round

ROUND_FIXED = "This round is published, so this stays as it is. It is what applicants were told."


def lock_fund(fund) -> Fund:
    return Fund.objects.select_for_update(no_key=True).get(pk=fund.pk)


def lock_round(by, round, *, fixed: str = ROUND_FIXED) -> Round:
    """A round under lock, for a change of its set-up. Raises RuleBroken(`fixed`) once it is published."""
    by.require(Permission.MANAGE_FUNDS)
    round = locked(Round.objects.select_related("fund", "questionnaire"), round.pk)
    if round.published_at:
        raise RuleBroken(fixed)
    return round


def made_before(by, thing, verb) -> bool:
    """Whether the same person made this: a form sent twice finds it, and changes nothing."""
    return thing is not None and Event.objects.about(thing).filter(verb=verb, actor_id=by.pk).exists()


def refuse_unknown(fields, known, what) -> None:
    if unknown := sorted(set(fields) - set(known)):
        raise RuleBroken(f"This cannot be changed on a {what}: {', '.join(unknown)}.")


def require_not_ended(fund) -> None:
    if fund.has_ended:
        raise RuleBroken(f"The {fund} ended on {clock.format_date(fund.ended_on)}. It opens no new rounds.")
