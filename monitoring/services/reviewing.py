"""The office's side: reading a return and judging it, always with words for the recipient."""

from datetime import date

from django.db import transaction

from accounts.permissions import Permission
from audit.services import record
from awards.models import Status as AwardStatus
from awards.services import meet_condition
from monitoring.models import MOVES, Return, Status
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken, require_move, require_someone_else
from pcc_grants.lib.text import clean
from pcc_grants.lib.working_days import add_working_days

from .common import lock, tell_members
from .continuing import refresh_gates
from .scheduling import set_due_date
from .stages import already_told

# How long a recipient has for the changes we ask for, when nobody says otherwise.
WORKING_DAYS_FOR_CHANGES = 10


@transaction.atomic
def accept(*, by, award_return, feedback) -> Return:
    """Accept a return as satisfactory, with feedback; this meets the condition of the instalment that waits.

    The same person accepting twice changes nothing. Raises RuleBroken without feedback, for a return that is
    not waiting for review, and for one that the same person sent.
    """
    award_return, feedback, is_new = _begin(by, award_return, feedback, Status.SATISFACTORY)
    if not is_new:
        return award_return
    _write(award_return, Status.SATISFACTORY, feedback, by=by)
    if award_return.condition_id:
        evidence = f"{award_return.reference} was accepted on {clock.format_date(clock.today())}."
        meet_condition(by=by, condition=award_return.condition, evidence=evidence, from_return=True)
    refresh_gates(award_return.award)
    event = _record(award_return, by=by, judged="accepted")
    tell_members(award_return, "accepted", event)
    return award_return


@transaction.atomic
def request_changes(*, by, award_return, feedback, due_on: date | None = None) -> Return:
    """Send a return back with what must change. It is due again ten working days from now, or on `due_on`.

    A later due date that it already has stays. Reminders start afresh from the new date.
    """
    award_return, feedback, is_new = _begin(by, award_return, feedback, Status.CHANGES_REQUESTED)
    if not is_new:
        return award_return
    if award_return.award.is_over:
        raise RuleBroken("This grant is over. Accept the return, or say that it is not satisfactory.")
    if due_on is not None and due_on < clock.today():
        raise RuleBroken("The date to send it again by must be today or later")
    again_by = due_on or max(award_return.due_on, add_working_days(clock.today(), WORKING_DAYS_FOR_CHANGES))
    _write(award_return, Status.CHANGES_REQUESTED, feedback, by=by)
    if again_by != award_return.due_on:
        set_due_date(award_return, again_by, by=by, reason="Changes were asked for.")
    refresh_gates(award_return.award)
    event = _record(award_return, by=by, judged="sent back")
    tell_members(award_return, "changes_requested", event)
    if award_return.award.status == AwardStatus.ACTIVE:
        already_told(award_return)
    return award_return


@transaction.atomic
def mark_unsatisfactory(*, by, award_return, feedback) -> Return:
    """Judge a return not satisfactory, with the reasons. An instalment that waits for it stays blocked."""
    award_return, feedback, is_new = _begin(by, award_return, feedback, Status.UNSATISFACTORY)
    if not is_new:
        return award_return
    _write(award_return, Status.UNSATISFACTORY, feedback, by=by)
    refresh_gates(award_return.award)
    event = _record(award_return, by=by, judged="judged as not satisfactory")
    tell_members(award_return, "unsatisfactory", event)
    return award_return


def _begin(by, award_return, feedback, target) -> tuple[Return, str, bool]:
    """Lock, check, and say whether the move is still to be made: (the return, the words, is it new)."""
    by.require(Permission.REVIEW_RETURNS)
    award_return, feedback = lock(award_return), clean(feedback)
    if award_return.status == target and award_return.reviewed_by_id == by.pk:
        return award_return, feedback, False
    require_move(
        MOVES,
        award_return.status,
        target,
        f"This return is “{award_return.shown_status.lower()}”, so there is nothing to review.",
    )
    require_someone_else(
        by, award_return.submitted_by_id, message="You sent this return, so a colleague must review it."
    )
    if not feedback:
        raise RuleBroken("Enter your feedback, which the organisation will read")
    return award_return, feedback, True


def _write(award_return: Return, status, feedback: str, *, by) -> None:
    award_return.status, award_return.feedback = status, feedback
    award_return.reviewed_by, award_return.reviewed_at = by, clock.now()
    award_return.save(update_fields=["status", "feedback", "reviewed_by", "reviewed_at"])


def _record(award_return: Return, *, by, judged: str):
    """The audit event, last: the trail's own lock is taken after every other (no two wait for each other)."""
    return record(
        f"return.{Status(award_return.status).value}",
        award_return,
        f"The {award_return.name} of {award_return.award.organisation} was {judged} by {by}.",
        by=by,
        changes={"feedback": award_return.feedback},
    )
