"""Rows of work: what it is, whose, how long it has waited, and one thing to do about it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, Window

from accounts.permissions import Permission
from pcc_grants.lib import clock

# Of one kind of work, so that no kind crowds out the others.
MOST_OF_A_KIND = 10


@dataclass(frozen=True)
class Action:
    """What can be done about a row, and the permission it takes."""

    label: str
    url: str
    permission: Permission


@dataclass(frozen=True)
class Row:
    """One piece of work. `url` shows it; `waits` says how long or until when, `order` sorts by that."""

    verb: str
    who: str
    what: str
    url: str
    waits: str
    order: date
    action: Action | None = None


@dataclass(frozen=True)
class Kind:
    """Rows of one kind: the first of them, how many there are, and the list that holds all."""

    rows: list[Row]
    total: int
    things: str
    url: str


@dataclass
class Section:
    """A part of a home: its rows, the longest waiting first, and links to what did not fit."""

    heading: str
    empty: str
    rows: list[Row] = field(default_factory=list)
    more: list[tuple[str, str]] = field(default_factory=list)
    total: int = 0


def section(heading: str, empty: str, kinds: list[Kind]) -> Section:
    made = Section(heading, empty)
    for kind in kinds:
        made.rows += kind.rows
        made.total += kind.total
        if kind.total > len(kind.rows):
            made.more.append((f"See all {kind.total:,} {kind.things}", kind.url))
    made.rows.sort(key=lambda row: row.order)
    return made


def kind_of(queryset, make_row: Callable[[object], Row], things: str, url: str) -> Kind:
    """One kind of work, from a queryset in order: one query finds the first rows and counts them all."""
    found = list(queryset.annotate(rows_in_all=Window(Count("pk")))[:MOST_OF_A_KIND])
    return Kind([make_row(one) for one in found], found[0].rows_in_all if found else 0, things, url)


def waited(since: date | datetime | None) -> dict:
    """'3 days, since 12 June 2019': how long something has waited, for a Row."""
    if since is None:
        return {"waits": "", "order": date.max}
    day = _day(since)
    days = (clock.today() - day).days
    if days <= 0:
        return {"waits": "Since today", "order": day}
    return {"waits": f"{days} {'day' if days == 1 else 'days'}, since {clock.format_date(day)}", "order": day}


def wanted_by(moment: date | datetime) -> dict:
    """'12 June 2019 (in 6 days)': by when something is wanted or happens, for a Row."""
    day = _day(moment)
    return {"waits": f"{clock.format_date(day)} ({clock.relative_days(day)})", "order": day}


def _day(moment: date | datetime) -> date:
    return clock.london_date(moment) if isinstance(moment, datetime) else moment
