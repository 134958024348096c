"""What an application came to on each criterion, as its people are told."""

from dataclasses import dataclass
from decimal import Decimal

from funds.models import Criterion

from ..models import Application
from .scores import PASSED, totals, with_scores


@dataclass(frozen=True)
class Result:
    """One criterion: the score that stands (as agreed, or the mean), or passed or not, and the feedback."""

    criterion: Criterion
    score: Decimal | None
    passed: bool | None
    feedback: str


def with_results(applications):
    """The queryset with what `results_of` reads, in a number of queries that does not grow with it."""
    return with_scores(applications).prefetch_related("feedback")


def results_of(application: Application) -> list[Result]:
    """Every criterion of the round, in order. Not scored: `score` and `passed` are None.

    What the assessors do not agree on is not passed.
    """
    feedback = {one.criterion_id: one.text for one in application.feedback.all()}
    return [
        Result(
            row["criterion"],
            row["mean"],
            row["result"] == PASSED if row["result"] else None,
            feedback.get(row["criterion"].pk, ""),
        )
        for row in totals(application)["criteria"]
    ]
