"""The words of reminders: a subject for the most pressing return, a sentence for each (screens.md 3.18)."""

from datetime import date

from pcc_grants.lib import clock

from .models import Chaser, Return

Stage = Chaser.Stage


def reminder_subject(award_return: Return, stage: str, day: date) -> str:
    """The subject of a reminder at a stage, true on the day it is sent even when that is late."""
    name, project, due_on = award_return.name, award_return.award.title, award_return.due_on
    match stage:
        case Stage.OPENED:
            return f"Your {name} is open: due {clock.format_date(due_on)}"
        case Stage.WEEK_BEFORE:
            days = (due_on - day).days
            return f"{days} {'day' if days == 1 else 'days'} left: {name} for {project}"
        case Stage.DUE if due_on == day:
            return f"Due today: {name} for {project}"
        case Stage.DUE:
            return f"Due on {_day_and_month(due_on)}: {name} for {project}"
        case Stage.OVERDUE_2:
            return f"Overdue: {name} for {project}"
        case Stage.OVERDUE_7 if award_return.condition_id:
            return f"Overdue since {_day_and_month(due_on)}: your next payment is waiting"
        case Stage.OVERDUE_7:
            return f"Overdue since {_day_and_month(due_on)}: {name} for {project}"
    return f"Last reminder: {name} for {project}"


def reminder_sentence(award_return: Return, day: date) -> str:
    """'The mid-year return for Example workshops (TST-0119-2A-M1) is due on 31 October 2019 (in 7 days).'"""
    verb = "is" if award_return.due_on >= day else "was"
    return (
        f"The {award_return.name} for {award_return.award.title} ({award_return.reference}) "
        f"{verb} due on {clock.format_date(award_return.due_on)} "
        f"({clock.relative_days(award_return.due_on, day)})."
    )


def _day_and_month(day: date) -> str:
    return f"{day.day} {day:%B}"
