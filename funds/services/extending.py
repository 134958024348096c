"""Moving the closing time of a published round later, for everyone (screens.md 3.12)."""

from datetime import timedelta

from django.db import transaction

from accounts.permissions import Permission
from audit.services import record
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean

from ..models import Round, RoundExtension

# So long after its closing time may a round still be extended, when the service was out of order.
AFTER_AN_OUTAGE = timedelta(hours=24)


@transaction.atomic
def extend_round(*, by, round, closes_at, reason, is_outage=False) -> RoundExtension:
    """Move the closing time of a published round later. `reason` is published on the fund's page.

    Once it has closed it takes an outage, and no more than 24 hours since. The same again by the same person
    changes nothing. Whoever calls this tells the drafts. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_FUNDS)
    round = Round.objects.select_for_update(of=["self"], no_key=True).select_related("fund").get(pk=round.pk)
    reason = clean(reason)
    last = round.extensions.last()
    if last and (last.closes_at, last.by_id, last.reason) == (closes_at, by.pk, reason):
        return last
    if sentence := why_not_extendable(round, is_outage):
        raise RuleBroken(sentence)
    _require_later(round, closes_at)
    if not reason:
        raise RuleBroken("Enter the reason, which will be published")
    extension = RoundExtension.objects.create(
        round=round,
        closed_at_before=round.closes_at,
        closes_at=closes_at,
        reason=reason,
        by=by,
        at=clock.now(),
    )
    round.closes_at = closes_at
    round.save(update_fields=["closes_at"])
    record(
        "round.extended",
        round,
        f"{by} moved the closing time of {round} from {clock.format_deadline(extension.closed_at_before)} to "
        f"{clock.format_deadline(closes_at)}.",
        by=by,
        changes={"closes_at": [extension.closed_at_before, closes_at], "outage": is_outage, "reason": reason},
    )
    return extension


def why_not_extendable(round, is_outage: bool) -> str:
    """Why the round cannot be extended now, and what can be done; empty when it can."""
    if round.published_at is None:
        return "This round is not published. Change its closing time instead."
    if not round.has_closed:
        return ""
    if clock.now() - round.closes_at > AFTER_AN_OUTAGE:
        return "This round closed more than 24 hours ago. Give single applications more time instead."
    if not is_outage:
        return (
            "This round has closed. It can only be extended because the service was not working. "
            "Otherwise give single applications more time."
        )
    return ""


def _require_later(round, closes_at) -> None:
    if closes_at <= round.closes_at:
        told = clock.format_deadline(round.closes_at)
        raise RuleBroken(f"Applicants were told {told}. The closing time can only move later.")
    if closes_at <= clock.now():
        raise RuleBroken("The new closing time has passed. Enter a later one.")
    if clock.london_date(closes_at) >= round.projects_end_on:
        last = clock.format_date(round.projects_end_on)
        raise RuleBroken(f"The new closing time must be before {last}, the last day of projects.")
