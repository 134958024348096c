"""The stages of reminding about one return, and the days on which they are reached (screens.md 3.18)."""

from datetime import date, timedelta
from functools import lru_cache

from monitoring.models import Chaser, Return
from pcc_grants.lib import clock
from pcc_grants.lib.working_days import add_working_days

Stage = Chaser.Stage
WEEK = timedelta(days=7)
WORKING_DAYS_AFTER = {Stage.OVERDUE_2: 2, Stage.OVERDUE_7: 7, Stage.OVERDUE_14: 14, Stage.OVERDUE_28: 28}
# From here on a person of the office acts; the last stage sends the recipient nothing.
OFFICE_STAGES = (Stage.OVERDUE_14, Stage.OVERDUE_28)


@lru_cache(maxsize=4096)
def _days_after(due_on: date) -> tuple[tuple[Stage, date], ...]:
    return tuple((stage, add_working_days(due_on, count)) for stage, count in WORKING_DAYS_AFTER.items())


def stage_days(award_return: Return) -> list[tuple[Stage, date]]:
    """Every stage with the London date on which it is reached, in order. Overdue ones count working days."""
    return [
        (Stage.OPENED, award_return.opens_on),
        (Stage.WEEK_BEFORE, award_return.due_on - WEEK),
        (Stage.DUE, award_return.due_on),
        *_days_after(award_return.due_on),
    ]


def reached(award_return: Return, day: date) -> list[Stage]:
    """The stages reached by a London date, the latest last."""
    return [stage for stage, on in stage_days(award_return) if on <= day]


def already_told(award_return: Return) -> None:
    """A letter has just given the new due date: the stages reached today need no message of their own."""
    Chaser.objects.bulk_create(
        [
            Chaser(
                award_return=award_return,
                stage=stage,
                due_on=award_return.due_on,
                superseded=True,
                created_at=clock.now(),
            )
            for stage in reached(award_return, clock.today())
        ],
        ignore_conflicts=True,
    )
