"""What must always hold of funds and rounds: `manage.py verify`."""

from collections.abc import Iterator

from django.db.models import F

from pcc_grants.lib import clock
from pcc_grants.lib.checking import Violation

from .models import Round


def violations() -> Iterator[Violation]:
    """Published rounds that lack what applicants rely on, or that opened after their fund ended."""
    rounds = Round.objects.published().select_related("fund").prefetch_related("fund__criteria")
    for round in rounds.order_by("pk"):
        if not round.fund.criteria.all():
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
