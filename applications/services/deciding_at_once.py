"""Decisions on a round as a batch: all of them are made, or none."""

from decimal import Decimal

from django.db import transaction

from accounts.permissions import Permission
from applications.models import Application, Decision
from applications.services.conflicts import conflicts_in, tie_in_words
from applications.services.deciding import decide_quietly, lock_money, tell_who_recommended
from applications.services.drawing_the_line import lock_applications, named
from funds.models import Round
from pcc_grants.lib.rules import RuleBroken


@transaction.atomic
def decide_batch(*, by, round: Round, rows: list[dict]) -> list[Decision]:
    """Decide on several applications of one round with the rules of `decide`; an error stops all of them.

    Each row holds what `decide` takes (application, outcome, reasons, amount, purpose, exception_reason,
    conditions, withheld), and `seen`: when the recommendation that the approver read was made. The same
    batch again by the same person returns the decisions already made. Raises RuleBroken, naming the
    application.
    """
    by.require(Permission.DECIDE)
    if not rows:
        raise RuleBroken("Select a decision for at least one application.")
    wanted = {row["application"].pk for row in rows}
    if len(wanted) != len(rows):
        raise RuleBroken("An application can be decided only once in a batch.")
    lock_applications(Application.objects.filter(pk__in=wanted))
    standing = Application.objects.select_related("organisation").in_bulk(wanted)
    lock_money(round.fund, round.start_year)
    decisions, new = [], []
    for row in rows:
        application = standing[row["application"].pk]
        try:
            decision, is_new = _decide_row(by, round, application, row)
        except RuleBroken as broken:
            raise RuleBroken(f"{named(application)}: {broken}") from broken
        decisions.append(decision)
        if is_new:
            new.append(decision)
    tell_who_recommended(new)
    return decisions


def _decide_row(by, round: Round, application: Application, row: dict) -> tuple[Decision, bool]:
    if application.round_id != round.pk:
        raise RuleBroken("It is not an application of this round.")
    facts = {name: value for name, value in row.items() if name != "application"}
    return decide_quietly(by=by, application=application, **facts)


def approved_total(rows: list[dict]) -> Decimal:
    """Pounds that the approvals of these rows would commit."""
    amounts = (row.get("amount") for row in rows if row["outcome"] == Decision.Outcome.APPROVED)
    return sum((amount for amount in amounts if amount), Decimal(0))


def why_not(by, applications) -> dict[int, str]:
    """Which of these applications this person cannot decide, and why: key → sentence. Constant in queries.

    `decide` judges by the same rules; this is for lists. Partners must be prefetched.
    """
    ties = conflicts_in(applications, [by])
    reasons = {}
    for application in applications:
        if application.recommended_by_id == by.pk:
            reasons[application.pk] = "You made this recommendation. Someone else must decide."
        elif tie := ties[application.pk].get(by.pk):
            reasons[application.pk] = f"{by} {tie_in_words(tie)}. Someone else must decide."
    return reasons
