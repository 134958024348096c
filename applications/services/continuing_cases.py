"""Asking an organisation for a business case in a round by invitation."""

from django.db import transaction

from accounts.permissions import Permission
from audit.services import record
from funds.models import Round
from notifications.services import queue
from organisations.models import Organisation
from organisations.services import members_of
from pcc_grants.lib import clock
from pcc_grants.lib.locking import locked
from pcc_grants.lib.money import PENNY, format_money
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean

from ..models import BusinessCase


@transaction.atomic
def invite_case(*, by, round, organisation, amount, message="") -> BusinessCase:
    """Ask an organisation for a business case in an invited round: for up to `amount` pounds.

    Everyone who acts for the organisation is told by e-mail, with the message. The same invitation again
    returns the first. Raises RuleBroken for a round that is not by invitation or cannot be applied to any
    more, and for an amount above what the round gives.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    organisation = locked(Organisation.objects.all(), organisation.pk)
    round = Round.objects.select_related("fund").get(pk=round.pk)
    case = BusinessCase.objects.filter(round=round, organisation=organisation).first()
    if case and case.ended_at is None and case.invited_at and case.amount == amount:
        return case
    _check(round, amount)
    if case and case.invited_at:
        what = "taken back" if case.ended_at else f"made, for up to {format_money(case.amount)}"
        raise RuleBroken(
            f"The invitation of {organisation} to {round.name} was {what} on "
            f"{clock.format_date(case.ended_at or case.invited_at)}."
        )
    case = case or BusinessCase(round=round, organisation=organisation, proposed_by=by)
    case.amount, case.invited_by, case.invited_at = amount, by, clock.now()
    case.save()
    record(
        "business_case.invited",
        case,
        f"{by} asked {organisation} for a business case in {round}, for up to {format_money(amount)}.",
        by=by,
        changes={"amount": amount},
    )
    for member in members_of(organisation):
        queue(
            key=f"business-case-invited:{case.pk}:{member.pk}",
            to=member,
            template="applications/business_case_asked",
            context={"case": case, "round": round, "organisation": organisation, "message": clean(message)},
            about=case,
        )
    return case


def _check(round, amount) -> None:
    if not round.is_by_invitation or round.is_allocated:
        raise RuleBroken(f"{round.name} is not a round of invited business cases. Choose another round.")
    if not round.published_at:
        raise RuleBroken(f"{round.name} is not published yet. Publish it first.")
    if round.has_closed:
        raise RuleBroken(
            f"{round.name} closed at {clock.format_deadline(round.closes_at)}. Choose another round."
        )
    if amount is None or amount < PENNY or amount != amount.quantize(PENNY):
        raise RuleBroken("The amount must be more than £0, in pounds and pence.")
    if amount > round.maximum:
        raise RuleBroken(
            f"The amount is {format_money(amount)}. The most in {round.name} is "
            f"{format_money(round.maximum)} a year."
        )
