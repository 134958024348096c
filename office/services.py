"""Numbers from a locked counter, and new versions of the office's facts."""

from django.db import IntegrityError, transaction

from audit.services import record
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken

from .models import Counter, OfficeSettings

MANAGE_OFFICE = "manage office"  # accounts.permissions.Permission, which this app may not import


@transaction.atomic
def next_number(series: str) -> int:
    """The next number of a series, from 1. The counter's row stays locked until the transaction ends."""
    Counter.objects.get_or_create(series=series)
    counter = Counter.objects.select_for_update(no_key=True).get(series=series)
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
