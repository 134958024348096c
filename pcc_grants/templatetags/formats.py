"""Dates, times and money as screens.md section 5 writes them. Nothing else may print them."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django import template

from pcc_grants.lib import clock
from pcc_grants.lib.files import format_size
from pcc_grants.lib.financial_year import FinancialYear
from pcc_grants.lib.money import format_money

register = template.Library()


def _decimal(amount):
    try:
        return Decimal(str(amount))
    except InvalidOperation:
        return None


@register.filter
def money(amount) -> str:
    """'£10,000', '£112,422.87': pence only when not zero. Empty for nothing."""
    amount = _decimal(amount)
    return "" if amount is None else format_money(amount)


@register.filter
def money_pence(amount) -> str:
    """'£10,000.00': for a column in which another amount has pence."""
    amount = _decimal(amount)
    return "" if amount is None else format_money(amount, pence=True)


@register.filter
def day(value) -> str:
    """'12 June 2019', from a date or a moment (its London date)."""
    return clock.format_date(value) if isinstance(value, date) else ""


@register.filter
def day_short(value) -> str:
    """'12 Jun 2019', for tables."""
    return clock.format_date(value, short=True) if isinstance(value, date) else ""


@register.filter
def month(value) -> str:
    """'June 2019'."""
    if isinstance(value, datetime):
        value = clock.london_date(value)
    return f"{value:%B}{clock.NBSP}{value.year}" if isinstance(value, date) else ""


@register.filter
def deadline(value) -> str:
    """'5pm on Friday 17 May 2019'; of a date alone 'Friday 17 May 2019'."""
    if isinstance(value, datetime):
        return clock.format_deadline(value)
    return f"{value:%A} {clock.format_date(value)}" if isinstance(value, date) else ""


@register.filter
def clock_time(value) -> str:
    """'4:12pm', '5pm', 'midday'."""
    return clock.format_time(value) if value else ""


@register.filter
def when(value) -> str:
    """'4:12pm on Thursday 16 May 2019': when something happened; of a date alone its date."""
    return clock.format_deadline(value) if isinstance(value, datetime) else day(value)


@register.filter
def financial_year(value) -> str:
    """'2019/20', from a date, a moment or the year it starts in."""
    if isinstance(value, datetime):
        value = clock.london_date(value)
    if isinstance(value, date):
        return str(FinancialYear.containing(value))
    return str(FinancialYear(value)) if isinstance(value, int) else str(value or "")


@register.filter
def relative_days(value) -> str:
    """'(in 6 days)', '(today)', '(3 days overdue)': help after the real date."""
    if isinstance(value, datetime):
        value = clock.london_date(value)
    return f"({clock.relative_days(value)})" if isinstance(value, date) else ""


@register.filter
def file_size(value) -> str:
    """'214KB', '1.2MB', from bytes."""
    return format_size(value) if isinstance(value, int) else ""
