"""The officers' home around a closing: it suggests more time for everyone when e-mails did not leave."""

from datetime import timedelta

import pytest
from django.urls import reverse

from notifications.models import Message
from pcc_grants.lib import clock
from tests import factories
from tests.page_text import text_of

SUGGESTION = "Consider extending the round for everyone"


@pytest.fixture
def failed(open_round):
    """Six e-mails that failed an hour before the round closes."""
    at = open_round.closes_at - timedelta(hours=1)
    for number in range(6):
        Message.objects.create(
            key=f"test:{number}",
            template="test",
            to="one@example.org",
            subject="A message",
            body="Text",
            message_id=f"<{number}@example.org>",
            state=Message.State.FAILED,
            attempts=8,
            queued_at=at,
        )


@pytest.mark.parametrize(
    ("after", "is_suggested"),
    [
        (timedelta(hours=-5), False),
        (timedelta(minutes=-30), True),
        (timedelta(hours=1), True),
        (timedelta(hours=23, minutes=59), True),
        (timedelta(hours=24, minutes=1), False),
    ],
)
def test_it_suggests_an_extension_after_many_failures(
    login, officer, open_round, failed, after, is_suggested
):
    with clock.at(open_round.closes_at + after):
        response = login(officer).get(reverse("office_home"))
    text = text_of(response)
    assert (SUGGESTION in text) == is_suggested
    if is_suggested:
        assert "6 of 6 emails failed or left late in the 4 hours before closing" in text
        assert reverse("office_round_extend", args=[open_round.pk]) in response.content.decode()


def test_a_quiet_closing_suggests_nothing(login, officer, open_round):
    with clock.at(open_round.closes_at):
        assert SUGGESTION not in text_of(login(officer).get(reverse("office_home")))


def test_who_may_not_extend_is_shown_it_without_the_action(login, auditor, open_round, failed):
    with clock.at(open_round.closes_at):
        response = login(auditor).get(reverse("office_home"))
    assert SUGGESTION in text_of(response)
    assert reverse("office_round_extend", args=[open_round.pk]) not in response.content.decode()


def test_several_rounds_cost_the_same(login, officer, fund, open_round, failed, django_assert_num_queries):
    browser, url = login(officer), reverse("office_home")
    browser.get(url)
    moment = open_round.closes_at
    with clock.at(moment), django_assert_num_queries(60, exact=False) as counted:
        browser.get(url)
    for _ in range(2):
        factories.open_round(officer, fund, closes_at=moment)
    with clock.at(moment), django_assert_num_queries(len(counted)):
        assert text_of(browser.get(url)).count(SUGGESTION) == 3
