"""Asking for returns: by when, opened on time, moved with a reason, or no longer needed."""

from datetime import date, timedelta

from django.db import transaction

from accounts.permissions import Permission
from audit.services import record
from awards.models import Award, Condition
from awards.models import Status as AwardStatus
from awards.services import link_return
from monitoring.models import UNFINISHED, Return, Status
from office.services import next_number
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean

from .common import lock, tell_members
from .continuing import refresh_gates
from .stages import already_told

# A return opens four weeks before it is due (screens.md 3.17).
OPENS_BEFORE = timedelta(days=28)
YEARS = range(2000, 2100)
OPENED_AT_ONCE = 100

CAN_BE_ASKED = (AwardStatus.PREPARED, AwardStatus.OFFERED, AwardStatus.ACCEPTED, AwardStatus.ACTIVE)


def propose(award: Award) -> dict:
    """The next return that an award would usually owe: a half-year, or what is left of the award.

    Half-years end on 30 September and 31 March; their returns are due a month later (domain.md section 8).
    """
    last = award.returns.exclude(status=Status.CANCELLED).order_by("-period_end").first()
    start = last.period_end + timedelta(days=1) if last else award.starts_on
    halves = (date(start.year, 3, 31), date(start.year, 9, 30), date(start.year + 1, 3, 31))
    end = next(half for half in halves if half >= start)
    if start <= award.ends_on <= end:
        return _proposal(Return.Kind.END_OF_AWARD, start, award.ends_on, award.ends_on + timedelta(days=30))
    if end.month == 9:
        return _proposal(Return.Kind.MID_YEAR, start, end, date(end.year, 10, 31))
    return _proposal(Return.Kind.END_OF_YEAR, start, end, date(end.year, 4, 30))


def _proposal(kind, period_start, period_end, due_on) -> dict:
    return {"kind": kind, "period_start": period_start, "period_end": period_end, "due_on": due_on}


@transaction.atomic
def schedule(*, by, award, kind, period_start, period_end, due_on, opens_on=None, condition=None) -> Return:
    """Ask the recipient of an award for a return. `condition` is the instalment's that accepting it meets.

    Opens four weeks before it is due unless `opens_on` says otherwise. Asked twice, there is one return.
    Raises RuleBroken for an award that is over, dates out of order, or a condition that another return meets.
    """
    by.require(Permission.REVIEW_RETURNS)
    award = Award.objects.select_for_update(of=("self",), no_key=True).get(pk=award.pk)
    if award.status not in CAN_BE_ASKED:
        raise RuleBroken(
            f"This award is “{award.get_status_display().lower()}”, so it cannot be asked for a return."
        )
    if kind not in Return.Kind.values:
        raise RuleBroken("Select what kind of return it is")
    opens_on = opens_on or due_on - OPENS_BEFORE
    _require_dates_in_order(period_start, period_end, opens_on, due_on)
    earlier = award.returns.filter(kind=kind, period_start=period_start, period_end=period_end).exclude(
        status=Status.CANCELLED
    )
    for same in earlier:
        if same.due_on == due_on and same.condition_id == (condition and condition.pk):
            return same
        raise RuleBroken(
            f"There is already one of this kind for this period: {same.reference}. "
            "Change its due date instead."
        )
    if condition is not None:
        condition = _free_condition(award, condition)
    number = next_number(f"returns of {award.reference}")
    award_return = Return.objects.create(
        award=award,
        number=number,
        reference=f"{award.reference}-M{number}",
        kind=kind,
        condition=condition,
        period_start=period_start,
        period_end=period_end,
        opens_on=opens_on,
        due_on=due_on,
        created_at=clock.now(),
    )
    if condition is not None:
        link_return(condition=condition, waiting_for=waiting_for(award_return))
    refresh_gates(award)
    record(
        "return.scheduled",
        award_return,
        f"{by} asked {award.organisation} for the {award_return.name}, due {clock.format_date(due_on)}.",
        by=by,
        changes={"due_on": due_on, "period": [period_start, period_end]},
    )
    if award.status == AwardStatus.ACTIVE and opens_on <= clock.today():
        _open(award_return)
    return award_return


def waiting_for(award_return: Return) -> str:
    """What an instalment waits for: 'the mid-year return, due 31 October 2019'."""
    return f"the {award_return.name}, due {clock.format_date(award_return.due_on)}"


def _require_dates_in_order(period_start, period_end, opens_on, due_on) -> None:
    if any(day.year not in YEARS for day in (period_start, period_end, opens_on, due_on)):
        raise RuleBroken("The dates must be between 2000 and 2099")
    if period_end < period_start:
        raise RuleBroken(
            f"The end of the period must be on or after {clock.format_date(period_start)}, when it starts"
        )
    if due_on < opens_on:
        raise RuleBroken(f"The due date must be on or after {clock.format_date(opens_on)}, when it opens")


def _free_condition(award, condition) -> Condition:
    """The condition, if this award's next return may meet it; one that came to nothing is untied from it."""
    condition = Condition.objects.select_for_update(of=("self",), no_key=True).get(pk=condition.pk)
    if condition.instalment.award_id != award.pk or condition.kind != Condition.Kind.RETURN:
        raise RuleBroken("Choose an instalment of this award that waits for a return")
    if condition.met_at:
        raise RuleBroken("The condition of that instalment is met already. Choose another instalment")
    tied = Return.objects.filter(condition=condition).first()
    if tied and tied.status not in (Status.CANCELLED, Status.UNSATISFACTORY):
        raise RuleBroken(f"That instalment waits for {tied.reference} already. Choose another instalment")
    Return.objects.filter(condition=condition).update(condition=None)
    return condition


def open_due(on: date | None = None) -> int:
    """Open every return whose opening day has come on the London date `on`, of awards that are running.

    Safe to run twice and at once; late when it was missed, not lost. Returns how many were opened.
    """
    day = on or clock.today()
    opened, last = 0, 0
    while True:
        with transaction.atomic():
            due = list(
                Return.objects.select_for_update(of=("self",), skip_locked=True, no_key=True)
                .select_related("award")
                .filter(
                    pk__gt=last,
                    status=Status.SCHEDULED,
                    opens_on__lte=day,
                    award__status=AwardStatus.ACTIVE,
                )
                .order_by("pk")[:OPENED_AT_ONCE]
            )
            for award_return in due:
                _open(award_return)
        opened += len(due)
        if len(due) < OPENED_AT_ONCE:
            return opened
        last = due[-1].pk


def _open(award_return: Return) -> None:
    award_return.status = Status.OPEN
    award_return.save(update_fields=["status"])
    record("return.opened", award_return, f"The {award_return.name} opened.")


@transaction.atomic
def move_due_date(*, by, award_return, due_on, reason) -> Return:
    """Give a return another due date, with the reason. Its reminders start afresh from the new date.

    Raises RuleBroken once it was sent, for a date that has passed, and without a reason.
    """
    by.require(Permission.REVIEW_RETURNS)
    award_return, reason = lock(award_return), clean(reason)
    if award_return.due_on == due_on:
        return award_return
    _require_unfinished(award_return, "Its due date cannot be changed.")
    if not reason:
        raise RuleBroken("Enter the reason for the new date")
    if due_on < clock.today() or due_on.year not in YEARS:
        raise RuleBroken("The new due date must be today or later")
    event = set_due_date(award_return, due_on, by=by, reason=reason)
    if award_return.award.status == AwardStatus.ACTIVE:
        tell_members(award_return, "due_date_moved", event, reason=reason)
        already_told(award_return)
    return award_return


def set_due_date(award_return: Return, due_on: date, *, by, reason: str):
    """Write a new due date, and tell the instalment that waits. Returns the audit event."""
    former, award_return.due_on = award_return.due_on, due_on
    if award_return.status == Status.SCHEDULED:
        award_return.opens_on = due_on - OPENS_BEFORE
    award_return.save(update_fields=["due_on", "opens_on"])
    if award_return.condition_id:
        link_return(condition=award_return.condition, waiting_for=waiting_for(award_return))
    refresh_gates(award_return.award)
    return record(
        "return.due_date_moved",
        award_return,
        f"{by} moved the due date of the {award_return.name} "
        f"from {clock.format_date(former)} to {clock.format_date(due_on)}.",
        by=by,
        changes={"due_on": [former, due_on], "reason": reason},
    )


@transaction.atomic
def cancel(*, by, award_return, reason) -> Return:
    """The return is no longer needed. An instalment that waited stays blocked until another is asked for.

    Raises RuleBroken once it was sent, and without a reason.
    """
    by.require(Permission.REVIEW_RETURNS)
    award_return, reason = lock(award_return), clean(reason)
    if award_return.status == Status.CANCELLED:
        return award_return
    _require_unfinished(award_return, "It cannot be cancelled.")
    if not reason:
        raise RuleBroken("Enter the reason why it is no longer needed")
    was_open = award_return.is_owed
    condition, award_return.condition = award_return.condition, None
    award_return.status = Status.CANCELLED
    award_return.save(update_fields=["status", "condition"])
    if condition:
        link_return(condition=condition, waiting_for="")
    refresh_gates(award_return.award)
    event = record(
        "return.cancelled",
        award_return,
        f"{by} said that the {award_return.name} is no longer needed.",
        by=by,
        changes={"reason": reason},
    )
    if was_open:
        tell_members(award_return, "no_longer_needed", event, reason=reason)
    return award_return


def _require_unfinished(award_return: Return, so: str) -> None:
    if award_return.status not in UNFINISHED:
        raise RuleBroken(f"This return is “{award_return.get_status_display().lower()}”. {so}")
    if award_return.award.is_over:
        raise RuleBroken(f"This grant is over, so the return is no longer needed. {so}")
