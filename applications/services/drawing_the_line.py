"""Recommending a whole round at once: so many of the ranked list are approved, so many kept in reserve."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction

from accounts.permissions import Permission
from applications.models import MOVES, Application, Status
from applications.services.recommending import (
    RECOMMENDATIONS,
    WITH_AMOUNT,
    RankedApplication,
    proposed_words,
    ranking,
    recommend,
    standing_of,
)
from funds.models import Round
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean


@dataclass(frozen=True)
class Wanted:
    """What the officer asks for. `amounts`, `purposes`: by application key, where they are not the usual.

    `replace`: the keys of applications whose own recommendation is given up; others keep theirs.
    """

    above: int
    reserve: int
    recommendation: str
    reasons_above: str = ""
    reasons_below: str = ""
    amounts: Mapping[int, Decimal] = field(default_factory=dict)
    purposes: Mapping[int, str] = field(default_factory=dict)
    replace: frozenset[int] = frozenset()


@dataclass
class LineRow:
    """One application as it would stand. `stays`: it keeps the recommendation that it has of its own."""

    ranked: RankedApplication
    outcome: str
    amount: Decimal | None
    stays: bool
    facts: dict = field(default_factory=dict)
    changes: bool = False
    running_total: Decimal = Decimal(0)

    @property
    def application(self) -> Application:
        return self.ranked.application

    @property
    def outcome_words(self) -> str:
        return Status(self.outcome).label


@dataclass
class Line:
    """The plan: pounds `left` of the fund's budgets, and every application that can be recommended."""

    round: Round
    left: Decimal
    rows: list[LineRow]

    @property
    def total(self) -> Decimal:
        return self.rows[-1].running_total if self.rows else Decimal(0)

    @property
    def remaining(self) -> Decimal:
        return self.left - self.total

    @property
    def changed(self) -> list[LineRow]:
        return [row for row in self.rows if row.changes]

    @property
    def fingerprint(self) -> str:
        """Of what the list was made from: another one means that somebody has changed something since."""
        seen = [
            (
                row.application.pk,
                row.application.status,
                str(row.application.recommended_at),
                str(row.ranked.percentage),
                row.ranked.failed,
            )
            for row in self.rows
        ]
        return hashlib.sha256(repr((seen, self.left)).encode()).hexdigest()[:20]


def open_rows(round: Round, *, seen_by) -> tuple[Decimal, list[RankedApplication]]:
    """What is left, and the ranked applications that `seen_by` can recommend: scored and not yet decided."""
    ranked = ranking(round, seen_by=seen_by)
    rows = [
        row
        for row in ranked.rows
        if Status.RECOMMENDED in MOVES[row.application.status] and not row.scores_hidden
    ]
    return ranked.left, rows


def has_its_own(application: Application) -> bool:
    """Whether it carries a recommendation already, which stays unless it is ticked."""
    return application.recommended_at is not None


def draw_line(round: Round, wanted: Wanted, *, by) -> Line:
    """The plan that `recommend_by_line` would carry out; changes nothing. Raises RuleBroken."""
    left, ranked = open_rows(round, seen_by=by)
    if not ranked:
        raise RuleBroken("No application of this round can be recommended now.")
    if wanted.above < 0 or wanted.reserve < 0 or wanted.above + wanted.reserve > len(ranked):
        raise RuleBroken(
            f"{len(ranked)} applications can be recommended. Above the line and on the reserve list you want "
            f"{wanted.above + wanted.reserve} together. Enter smaller numbers."
        )
    if not clean(wanted.recommendation):
        raise RuleBroken("Enter your recommendation.")
    rows, running = [], Decimal(0)
    for place, row in enumerate(ranked):
        made = _row(row, place, wanted, by)
        if made.outcome == Status.RECOMMENDED:
            running += made.amount
        made.running_total = running
        rows.append(made)
    return Line(round=round, left=left, rows=rows)


def _row(row: RankedApplication, place: int, wanted: Wanted, by) -> LineRow:
    application = row.application
    if has_its_own(application) and application.pk not in wanted.replace:
        status = application.status
        kept = status if status in RECOMMENDATIONS else Status.DEFERRED
        return LineRow(row, kept, application.recommended_amount, stays=True)
    outcome = Status.NOT_RECOMMENDED
    if row.failed:
        pass  # whatever its place: it does not pass a criterion
    elif place < wanted.above:
        outcome = Status.RECOMMENDED
    elif place < wanted.above + wanted.reserve:
        outcome = Status.RESERVE
    amount = None
    if outcome in WITH_AMOUNT:
        amount = wanted.amounts.get(application.pk) or application.amount_asked
    facts = {
        "outcome": outcome,
        "amount": amount,
        "recommendation": clean(wanted.recommendation),
        "purpose": wanted.purposes.get(application.pk, application.proposed_purpose),
        "reasons": wanted.reasons_above if outcome in WITH_AMOUNT else wanted.reasons_below,
        "conditions": application.proposed_conditions,
    }
    with _naming(application):
        words = proposed_words(outcome, facts["purpose"], facts["reasons"], facts["conditions"])
    changes = standing_of(application) != (outcome, amount, facts["recommendation"], *words, by.pk)
    return LineRow(row, outcome, amount, stays=False, facts=facts, changes=changes)


@transaction.atomic
def recommend_by_line(*, by, round: Round, wanted: Wanted, seen: str = "") -> list[Application]:
    """Recommend every open application of a round by its place in the ranked list, all or none.

    `seen` is the fingerprint of the plan that the officer looked at. The same again changes nothing. Returns
    those that were recommended. Raises RuleBroken; where it is about one application, it names it.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    lock_applications(Application.objects.filter(round=round))
    line = draw_line(round, wanted, by=by)
    if line.changed and seen and seen != line.fingerprint:
        raise RuleBroken(
            "Something has changed since you looked at this list. Check what would change now, and go on."
        )
    recommended = []
    for row in line.changed:
        with _naming(row.application):
            recommended.append(recommend(by=by, application=row.application, **row.facts))
    return recommended


def lock_applications(applications) -> None:
    """Lock these rows in the one order in which batches lock them: two batches wait for each other."""
    list(applications.select_for_update(no_key=True).order_by("pk").values_list("pk"))


class _naming:
    """A rule broken inside is about this application, and says so."""

    def __init__(self, application: Application):
        self.application = application

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if isinstance(error, RuleBroken):
            raise RuleBroken(f"{named(self.application)}: {error}") from error


def named(application: Application) -> str:
    return f"{application.reference}, {application.organisation}"
