"""The one source of time. Stored in UTC, decided and shown in Europe/London (screens.md 1.5).

`at()` sets the clock for a block of code, so that history can be recorded dated in its own time.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import timezone

LONDON = ZoneInfo("Europe/London")
NBSP = "\u00a0"
_set_to: ContextVar[datetime | None] = ContextVar("clock_set_to", default=None)


def now() -> datetime:
    """The present moment, aware."""
    return _set_to.get() or timezone.now()


def today() -> date:
    """The present date in London."""
    return london_date(now())


def london_date(moment: datetime) -> date:
    """The London date of an aware moment (23:30 UTC on 31 March is 1 April in London)."""
    return moment.astimezone(LONDON).date()


def london(day: date, at: time = time(9, 0)) -> datetime:
    """An aware moment from a London date and clock time."""
    return datetime.combine(day, at, tzinfo=LONDON)


@contextmanager
def at(moment: datetime | date):
    """Run a block as at a moment; a date means 10am in London on that day."""
    if not isinstance(moment, datetime):
        moment = london(moment, time(10, 0))
    token = _set_to.set(moment)
    try:
        yield moment
    finally:
        _set_to.reset(token)


def format_date(day: date, *, short: bool = False) -> str:
    """'12 June 2019', or '12 Jun 2019' for tables, with non-breaking spaces."""
    if isinstance(day, datetime):
        day = london_date(day)
    month = day.strftime("%b" if short else "%B")
    return f"{day.day}{NBSP}{month}{NBSP}{day.year}"


def format_time(moment: datetime | time) -> str:
    """'5pm', '9:30am', 'midday' (screens.md section 5)."""
    t = moment.astimezone(LONDON).time() if isinstance(moment, datetime) else moment
    if (t.hour, t.minute) == (12, 0):
        return "midday"
    minutes = f":{t.minute:02}" if t.minute else ""
    return f"{t.hour % 12 or 12}{minutes}{'am' if t.hour < 12 else 'pm'}"


def format_deadline(moment: datetime) -> str:
    """'5pm on Friday 17 May 2019'. The line may break after the weekday, for a heading on a phone."""
    day = london_date(moment)
    return f"{format_time(moment)} on {day:%A} {format_date(day)}"


def format_moment(moment: datetime) -> str:
    """'4:12pm on 16 May 2019'."""
    return f"{format_time(moment)} on {format_date(moment)}"


def relative_days(day: date, from_day: date | None = None) -> str:
    """'in 6 days', 'today', '3 days overdue': help beside the real date, never instead of it."""
    days = (day - (from_day or today())).days
    if days == 0:
        return "today"
    count = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    return f"in {count}" if days > 0 else f"{count} overdue"
