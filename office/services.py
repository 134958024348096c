"""Numbers from a locked counter, new versions of the office's facts, and pre-election periods."""

from django.db import IntegrityError, transaction

from audit.services import record
from pcc_grants.lib import clock
from pcc_grants.lib.changing import apply_changes
from pcc_grants.lib.locking import locked
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean_line

from .models import Counter, OfficeSettings, PreElectionPeriod

MANAGE_OFFICE = "manage office"  # accounts.permissions.Permission, which this app may not import


def lock_series(series: str) -> Counter:
    """The counter of a series, its row locked until the transaction ends."""
    Counter.objects.get_or_create(series=series)
    return Counter.objects.select_for_update(no_key=True).get(series=series)


@transaction.atomic
def next_number(series: str) -> int:
    """The next number of a series, from 1. The counter's row stays locked until the transaction ends."""
    counter = lock_series(series)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last


@transaction.atomic
def set_office_facts(*, by, effective_from, **facts) -> OfficeSettings:
    """Add the version of the facts that holds from a date. Raises RuleBroken for a date that has one.

    `by` is an administrator, or None for the system itself (loading the demonstration).
    """
    if by is not None:
        by.require(MANAGE_OFFICE)
    try:
        with transaction.atomic():
            settings = OfficeSettings.objects.create(
                effective_from=effective_from, created_by_id=by.pk if by else None, **facts
            )
    except IntegrityError as error:
        raise RuleBroken(
            f"There are already settings from {clock.format_date(effective_from)}. Choose another date."
        ) from error
    record("office.changed", settings, f"{settings} were added.", by=by, changes=facts)
    return settings


# -- Pre-election periods (domain.md section 8) --------------------------------------------------------------


@transaction.atomic
def add_pre_election(*, by, name, starts_on, ends_on) -> PreElectionPeriod:
    """Add the weeks before an election, both days included. The same facts again give the first.

    `by` is an administrator, or None for the system itself (loading the demonstration). Raises RuleBroken.
    """
    if by is not None:
        by.require(MANAGE_OFFICE)
    name = _checked_period(name, starts_on, ends_on)
    same = PreElectionPeriod.objects.filter(name__iexact=name).first()
    if same and (same.name, same.starts_on, same.ends_on) == (name, starts_on, ends_on):
        return same
    period = PreElectionPeriod(name=name, starts_on=starts_on, ends_on=ends_on)
    _save_period(period)
    record(
        "pre_election.added", period, f"{period.in_words} was added.", by=by,
        changes={"starts_on": starts_on, "ends_on": ends_on},
    )  # fmt: skip
    return period


@transaction.atomic
def change_pre_election(*, by, period, name, starts_on, ends_on) -> PreElectionPeriod:
    """Change a pre-election period. Raises RuleBroken."""
    by.require(MANAGE_OFFICE)
    period = locked(PreElectionPeriod.objects, period.pk)
    name = _checked_period(name, starts_on, ends_on)
    changes = apply_changes(period, {"name": name, "starts_on": starts_on, "ends_on": ends_on})
    if changes:
        _save_period(period)
        record("pre_election.changed", period, f"{period.in_words} was changed.", by=by, changes=changes)
    return period


@transaction.atomic
def remove_pre_election(*, by, period) -> None:
    """Remove a pre-election period. A second time changes nothing."""
    by.require(MANAGE_OFFICE)
    period = PreElectionPeriod.objects.select_for_update(no_key=True).filter(pk=period.pk).first()
    if period is None:
        return
    record("pre_election.removed", period, f"{period.in_words} was removed.", by=by)
    period.delete()


def pre_election_warning(day) -> str:
    """What to think of before something is announced on a London date: advice, never a refusal; or ""."""
    periods = PreElectionPeriod.objects.filter(starts_on__lte=day, ends_on__gte=day)
    names = [period.in_words for period in periods.order_by("starts_on", "pk")]
    if not names:
        return ""
    return (
        f"{clock.format_date(day)} is in the pre-election period of: {'; '.join(names)}. "
        "Take advice before you announce anything. What the law wants published is still published."
    )


def _checked_period(name, starts_on, ends_on) -> str:
    name = clean_line(name)
    if not name:
        raise RuleBroken("Enter the name of the election.")
    if ends_on < starts_on:
        raise RuleBroken(f"The last day must be on or after {clock.format_date(starts_on)}, the first day.")
    return name


def _save_period(period: PreElectionPeriod) -> None:
    same = PreElectionPeriod.objects.filter(name__iexact=period.name).exclude(pk=period.pk)
    try:
        with transaction.atomic():
            if same.exists():
                raise IntegrityError
            period.save()
    except IntegrityError as error:
        raise RuleBroken(f"“{period.name}” is on the list already. Change it there.") from error
