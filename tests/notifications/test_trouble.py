"""Whether e-mails failed or left late in some hours: the sign of an outage that the office can act on."""

from datetime import timedelta

import pytest

from notifications.models import Message
from notifications.trouble import Trouble, trouble_in
from pcc_grants.lib import clock

State = Message.State


def message(number, queued_at, **facts):
    return Message.objects.create(
        key=f"test:{number}",
        template="test",
        to="one@example.org",
        subject="A message",
        body="Text",
        message_id=f"<{number}@example.org>",
        queued_at=queued_at,
        **facts,
    )


@pytest.fixture
def start():
    return clock.now() - timedelta(hours=4)


def measure(start) -> Trouble:
    return trouble_in({1: (start, clock.now())})[1]


def test_nothing_is_no_trouble(start):
    assert measure(start) == Trouble(0, 0)
    assert trouble_in({}) == {}


def test_what_failed_was_tried_again_left_late_or_still_waits_counts(start):
    at = start + timedelta(hours=1)
    message(1, at, state=State.SENT, sent_at=at + timedelta(minutes=15), attempts=1)
    message(2, at, state=State.SENT, sent_at=at + timedelta(minutes=16), attempts=1)
    message(3, at, state=State.SENT, sent_at=at + timedelta(minutes=2), attempts=2)
    message(4, at, state=State.FAILED, attempts=8)
    message(5, at)
    message(6, clock.now() - timedelta(minutes=10))
    message(7, at, state=State.SUPPRESSED)
    message(8, start - timedelta(minutes=1), state=State.FAILED, attempts=8)
    assert measure(start) == Trouble(6, 4)


@pytest.mark.parametrize(
    ("queued", "bad", "is_serious"),
    [(4, 4, False), (5, 5, True), (50, 5, True), (51, 5, False), (0, 0, False)],
)
def test_a_few_are_not_an_outage(queued, bad, is_serious):
    assert Trouble(queued, bad).is_serious == is_serious


def test_several_times_are_measured_in_one_query(start, django_assert_num_queries):
    message(1, start + timedelta(hours=1), state=State.FAILED, attempts=8)
    with django_assert_num_queries(1):
        found = trouble_in({1: (start, clock.now()), 2: (start, start + timedelta(minutes=5))})
    assert (found[1], found[2]) == (Trouble(1, 1), Trouble(0, 0))
