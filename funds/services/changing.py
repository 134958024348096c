"""What every change in this package does: lock the fund, change fields, say what cannot change."""

from audit.models import Event
from pcc_grants.lib import clock
from pcc_grants.lib.changing import apply_changes as apply_changes
from pcc_grants.lib.rules import RuleBroken

from ..models import Fund


def lock_fund(fund) -> Fund:
    return Fund.objects.select_for_update(no_key=True).get(pk=fund.pk)


def made_before(by, thing, verb) -> bool:
    """Whether the same person made this: a form sent twice finds it, and changes nothing."""
    return thing is not None and Event.objects.about(thing).filter(verb=verb, actor_id=by.pk).exists()


def refuse_unknown(fields, known, what) -> None:
    if unknown := sorted(set(fields) - set(known)):
        raise RuleBroken(f"This cannot be changed on a {what}: {', '.join(unknown)}.")


def require_not_ended(fund) -> None:
    if fund.has_ended:
        raise RuleBroken(f"The {fund} ended on {clock.format_date(fund.ended_on)}. It opens no new rounds.")
