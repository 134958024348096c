"""Dates, times and money in the house style (screens.md section 5)."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from pcc_grants.lib import clock
from pcc_grants.templatetags import formats
from pcc_grants.templatetags.pages import COLOUR_OF, page_numbers, tag_colour

SUMMER = datetime(2019, 5, 16, 15, 12, tzinfo=UTC)
WINTER_NOON = datetime(2019, 1, 16, 12, 0, tzinfo=UTC)


def plain(text):
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("money", Decimal("10000.00"), "£10,000"),
        ("money", Decimal("112422.87"), "£112,422.87"),
        ("money", "942.87", "£942.87"),
        ("money", None, ""),
        ("money", "", ""),
        ("money_pence", Decimal("10000"), "£10,000.00"),
        ("day", date(2019, 6, 2), "2 June 2019"),
        ("day", datetime(2019, 6, 1, 23, 30, tzinfo=UTC), "2 June 2019"),
        ("day", None, ""),
        ("day_short", date(2019, 6, 12), "12 Jun 2019"),
        ("month", date(2019, 6, 1), "June 2019"),
        ("deadline", datetime(2019, 5, 17, 16, 0, tzinfo=UTC), "5pm on Friday 17 May 2019"),
        ("deadline", date(2019, 5, 17), "Friday 17 May 2019"),
        ("clock_time", SUMMER, "4:12pm"),
        ("clock_time", WINTER_NOON, "midday"),
        ("when", SUMMER, "4:12pm on Thursday 16 May 2019"),
        ("when", date(2019, 5, 3), "3 May 2019"),
        ("financial_year", date(2019, 3, 31), "2018/19"),
        ("financial_year", datetime(2019, 3, 31, 23, 30, tzinfo=UTC), "2019/20"),
        ("financial_year", 2019, "2019/20"),
        ("relative_days", date(2019, 5, 22), "(in 6 days)"),
        ("relative_days", date(2019, 5, 13), "(3 days overdue)"),
        ("relative_days", date(2019, 5, 16), "(today)"),
        ("relative_days", None, ""),
    ],
)
def test_a_filter_shows_the_house_style(name, value, shown):
    with clock.at(SUMMER):
        assert plain(getattr(formats, name)(value)) == shown


def test_dates_do_not_break_over_lines():
    assert " " not in formats.day(date(2019, 6, 12))


def test_a_status_without_urgency_is_grey():
    assert tag_colour("Planned") == "grey"
    assert tag_colour("Overdue") == "red"
    assert "Completed" not in COLOUR_OF


@pytest.mark.parametrize(
    ("number", "pages", "shown"),
    [
        (1, 2, [1, 2]),
        (4, 10, [1, 2, 3, 4, 5, None, 10]),
        (5, 10, [1, None, 4, 5, 6, None, 10]),
        (10, 10, [1, None, 9, 10]),
    ],
)
def test_long_lists_show_the_pages_nearby(number, pages, shown):
    from django.core.paginator import Paginator

    assert page_numbers(Paginator(range(pages * 25), 25).page(number)) == shown
