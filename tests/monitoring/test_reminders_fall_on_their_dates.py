"""The stages of screens.md 3.18, on the exact London dates, over bank holidays, clock changes, leap years."""

from datetime import date, time, timedelta

import pytest

from monitoring import services
from monitoring.models import Chaser
from pcc_grants.lib import clock

from .conftest import reminders

OPENED, WEEK, DUE = "opened", "week_before", "due"
TWO, SEVEN, FOURTEEN, TWENTY_EIGHT = "overdue_2", "overdue_7", "overdue_14", "overdue_28"

CALENDARS = {
    "the clocks go back in between": (
        date(2019, 10, 31),
        {
            OPENED: date(2019, 10, 3),
            WEEK: date(2019, 10, 24),
            DUE: date(2019, 10, 31),
            TWO: date(2019, 11, 4),
            SEVEN: date(2019, 11, 11),
            FOURTEEN: date(2019, 11, 20),
            TWENTY_EIGHT: date(2019, 12, 10),
        },
    ),
    "opens on Good Friday, and a bank holiday in May": (
        date(2019, 5, 17),
        {
            OPENED: date(2019, 4, 23),
            WEEK: date(2019, 5, 10),
            DUE: date(2019, 5, 17),
            TWO: date(2019, 5, 21),
            SEVEN: date(2019, 5, 29),
            FOURTEEN: date(2019, 6, 7),
            TWENTY_EIGHT: date(2019, 6, 27),
        },
    ),
    "a bank holiday that was moved, 8 May 2020": (
        date(2020, 4, 30),
        {
            OPENED: date(2020, 4, 2),
            WEEK: date(2020, 4, 23),
            DUE: date(2020, 4, 30),
            TWO: date(2020, 5, 4),
            SEVEN: date(2020, 5, 12),
            FOURTEEN: date(2020, 5, 21),
            TWENTY_EIGHT: date(2020, 6, 11),
        },
    ),
    "due on 29 February, a Saturday": (
        date(2020, 2, 29),
        {
            OPENED: date(2020, 2, 3),
            WEEK: date(2020, 2, 24),
            DUE: date(2020, 3, 2),
            TWO: date(2020, 3, 3),
            SEVEN: date(2020, 3, 10),
            FOURTEEN: date(2020, 3, 19),
            TWENTY_EIGHT: date(2020, 4, 8),
        },
    ),
    "due on the Sunday on which the clocks go forward": (
        date(2019, 3, 31),
        {
            OPENED: date(2019, 3, 4),
            WEEK: date(2019, 3, 25),
            DUE: date(2019, 4, 1),
            TWO: date(2019, 4, 2),
            SEVEN: date(2019, 4, 9),
            FOURTEEN: date(2019, 4, 18),
            TWENTY_EIGHT: date(2019, 5, 13),
        },
    ),
    "over Christmas and the New Year": (
        date(2019, 12, 24),
        {
            OPENED: date(2019, 11, 26),
            WEEK: date(2019, 12, 17),
            DUE: date(2019, 12, 24),
            TWO: date(2019, 12, 30),
            SEVEN: date(2020, 1, 7),
            FOURTEEN: date(2020, 1, 16),
            TWENTY_EIGHT: date(2020, 2, 5),
        },
    ),
}


@pytest.mark.parametrize("name", CALENDARS)
def test_every_stage_is_told_on_its_day_and_only_then(running, name):
    due_on, expected = CALENDARS[name]
    award_return = running(due_on=due_on)
    told = {}
    day = award_return.opens_on - timedelta(days=3)
    while day <= expected[TWENTY_EIGHT] + timedelta(days=5):
        for line in services.chase(day).details:
            assert line["stage"] not in told
            told[line["stage"]] = day
        day += timedelta(days=1)
    assert told == expected
    assert not Chaser.objects.filter(superseded=True).exists()


def test_the_last_stage_sends_the_organisation_nothing(running):
    award_return = running(due_on=date(2019, 10, 31))
    services.chase(date(2019, 11, 20))
    sent = reminders().count()
    result = services.chase(date(2019, 12, 10))
    assert (result.sent, result.tasks) == (0, 1)
    assert reminders().count() == sent
    assert award_return.chasers.get(stage=TWENTY_EIGHT).message_key == ""


SUBJECTS = [
    (date(2019, 10, 3), "Your mid-year return is open: due 31 October 2019"),
    (date(2019, 10, 24), "7 days left: mid-year return for Example workshops"),
    (date(2019, 10, 31), "Due today: mid-year return for Example workshops"),
    (date(2019, 11, 4), "Overdue: mid-year return for Example workshops"),
    (date(2019, 11, 11), "Overdue since 31 October: your next payment is waiting"),
    (date(2019, 11, 20), "Last reminder: mid-year return for Example workshops"),
]


@pytest.mark.parametrize(("day", "subject"), SUBJECTS)
def test_the_subject_leads_with_what_to_do_and_by_when(running, day, subject):
    running(due_on=date(2019, 10, 31))
    services.chase(day)
    assert set(reminders().values_list("subject", flat=True)) == {subject}


LATE_SUBJECTS = [
    (date(2020, 2, 24), "5 days left: mid-year return for Example workshops"),
    (date(2020, 2, 28), "1 day left: mid-year return for Example workshops"),
    (date(2020, 3, 2), "Due on 29 February: mid-year return for Example workshops"),
]


@pytest.mark.parametrize(("day", "subject"), LATE_SUBJECTS)
def test_the_subject_is_true_on_the_day_even_when_it_is_late(running, day, subject):
    running(due_on=date(2020, 2, 29))
    services.chase(day)
    assert reminders().first().subject == subject


def test_the_subject_speaks_of_no_payment_where_none_waits(running):
    running(due_on=date(2019, 10, 31), waits=False)
    services.chase(date(2019, 11, 11))
    assert reminders().first().subject == "Overdue since 31 October: mid-year return for Example workshops"


SUMMER, WINTER = date(2019, 10, 24), date(2019, 10, 31)


@pytest.mark.parametrize("day", [SUMMER, WINTER], ids=["summer time", "winter time"])
@pytest.mark.parametrize(
    ("at", "leaves"),
    [
        (time(0, 1), False),
        (time(8, 59, 59), False),
        (time(9, 0), True),
        (time(12, 0), True),
        (time(16, 0), True),
        (time(16, 0, 1), False),
        (time(23, 59), False),
    ],
)
def test_nothing_leaves_outside_nine_to_four_in_london(running, day, at, leaves):
    running(due_on=date(2019, 10, 31))
    with clock.at(clock.london(day, at)):
        result = services.chase()
    assert (result.sent > 0) is leaves
    assert result.waiting == (0 if leaves else 1)


@pytest.mark.parametrize("day", [date(2019, 10, 5), date(2019, 10, 6), date(2019, 8, 26)])
def test_nothing_leaves_at_a_weekend_or_on_a_bank_holiday(running, day):
    running(due_on=day + timedelta(days=20))
    result = services.chase(day)
    assert (result.sent, result.skipped, result.waiting, result.opened) == (0, 1, 1, 1)
    assert not Chaser.objects.exists()


def test_a_return_of_short_notice_gets_one_message_when_it_opens(running):
    award_return = running(due_on=date(2019, 10, 31), opens_on=date(2019, 10, 29))
    assert services.chase(date(2019, 10, 28)).sent == 0
    services.chase(date(2019, 10, 29))
    assert {message.subject for message in reminders()} == {
        "2 days left: mid-year return for Example workshops"
    }
    assert award_return.chasers.filter(superseded=True).get().stage == OPENED
