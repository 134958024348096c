"""What must always hold of funds, budgets and rounds: `manage.py verify`."""

from collections.abc import Iterator
from decimal import Decimal

from django.db.models import F

from audit.models import Event
from pcc_grants.lib import clock
from pcc_grants.lib.checking import Violation
from pcc_grants.lib.money import format_money

from .models import Budget, Round


def violations() -> Iterator[Violation]:
    """Rounds that lack what applicants rely on or outlive their fund; budgets that nobody set."""
    yield from _rounds()
    yield from _budgets_in_the_trail()


def _budgets_in_the_trail():
    """Each budget is what it was last set to."""
    told = {
        changes["budget"]: Decimal(changes["amount"][1])
        for changes in Event.objects.filter(verb="fund.budget_set")
        .order_by("id")
        .values_list("changes", flat=True)
        .iterator(chunk_size=2000)
    }
    for budget in Budget.objects.select_related("fund", "source").order_by("pk"):
        last = told.get(budget.pk)
        if last != budget.amount:
            said = "that nobody set it" if last is None else f"{format_money(last)}"
            yield Violation(
                "budgets are as they were set",
                str(budget),
                f"{budget} is {format_money(budget.amount)}; the audit trail says {said}.",
            )


def _rounds():
    rounds = Round.objects.published().select_related("fund").prefetch_related("criteria")
    for round in rounds.order_by("pk"):
        if round.assessors_needed and not round.criteria.all():
            yield Violation(
                "a published round has criteria", str(round), f"{round} is published without a criterion."
            )
        if not round.terms:
            yield Violation("a published round has terms", str(round), f"{round} is published without terms.")
        ended_on = round.fund.ended_on
        if ended_on and clock.london_date(round.opens_at) > ended_on:
            yield Violation(
                "an ended fund opens no rounds",
                str(round),
                f"{round} opened after the fund ended on {clock.format_date(ended_on)}.",
            )
    for round in rounds.filter(published_at__gt=F("closes_at")):
        yield Violation(
            "a round is published before it closes", str(round), f"{round} was published after it had closed."
        )
