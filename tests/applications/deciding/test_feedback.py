"""Feedback per criterion: written by officers, needed where a score is low, not sent by itself."""

from decimal import Decimal

import pytest
from django.urls import reverse

from applications import services
from applications.models import Feedback, Status
from applications.services.feedback import is_low
from audit.models import Event
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.page_text import text_of

from .conftest import put_in


@pytest.fixture
def low(eligible_application, officer, assessor, assessor_2):
    """Need scored 2, Outcomes 4."""
    return factories.assessed(officer, eligible_application, [assessor, assessor_2], (2, 4))


@pytest.fixture
def need(open_round):
    return open_round.criteria.get(name="Need")


def test_a_low_score_needs_feedback_and_an_agreed_one_counts(low, need, officer):
    assert services.feedback_gaps(low) == ["Write feedback on Need: it scored 2.0 out of 5"]
    services.agree_score(by=officer, application=low, criterion=need, score=3, reason="As agreed.")
    assert services.feedback_gaps(low) == []
    services.agree_score(by=officer, application=low, criterion=need, score=1, reason="As agreed.")
    services.write_feedback(by=officer, application=low, texts={need.pk: "Say how many people need it."})
    assert services.feedback_gaps(low) == []


@pytest.mark.parametrize(
    ("mean", "highest", "low"),
    [("2.9", 5, True), ("3", 5, False), ("5.9", 10, True), ("6", 10, False), ("2", 2, False), ("1", 2, True)],
)
def test_low_is_below_3_or_below_60_percent(mean, highest, low):
    assert is_low(Decimal(mean), highest) is low


def test_feedback_is_written_changed_and_taken_away(low, need, officer, officer_2):
    for _ in range(2):
        services.write_feedback(by=officer, application=low, texts={need.pk: "Say how many."})
    assert Event.objects.filter(verb="feedback.written").count() == 1
    services.write_feedback(by=officer_2, application=low, texts={need.pk: "Say how many people."})
    assert (Feedback.objects.get().text, Feedback.objects.get().written_by) == (
        "Say how many people.",
        officer_2,
    )
    services.write_feedback(by=officer, application=low, texts={need.pk: " "})
    assert not Feedback.objects.exists()


@pytest.mark.parametrize(
    "status", [Status.SUBMITTED, Status.ELIGIBLE, Status.WITHDRAWN, Status.INELIGIBLE, Status.DRAFT]
)
def test_feedback_waits_for_the_scores(low, need, officer, status):
    put_in(low, status)
    with pytest.raises(RuleBroken, match="once an application has been scored"):
        services.write_feedback(by=officer, application=low, texts={need.pk: "x"})


def test_feedback_stays_once_the_outcome_is_released(low, need, officer):
    put_in(low, Status.DECLINED)
    type(low).objects.filter(pk=low.pk).update(outcome_released_at=clock.now())
    with pytest.raises(RuleBroken, match="has been told the outcome"):
        services.write_feedback(by=officer, application=low, texts={need.pk: "x"})


@pytest.mark.parametrize(("key", "text"), [(0, "x"), (None, "a" * 5001)])
def test_strange_feedback_is_refused(low, need, officer, key, text):
    with pytest.raises(RuleBroken):
        services.write_feedback(by=officer, application=low, texts={need.pk if key is None else key: text})


def test_the_page_shows_reasons_beside_and_saves_only_what_is_written(
    login, low, need, officer, approver, applicant
):
    browser, url = login(officer), reverse("office_feedback", args=[low.reference])
    text = text_of(browser.get(url))
    assert "The evidence is clear." in text and "Write feedback on Need: it scored 2.0 out of 5" in text
    assert not Feedback.objects.exists()
    names = {one.name: f"criterion_{one.pk}" for one in low.round.criteria.all()}
    too_long = browser.post(url, {names["Need"]: "a" * 5001})
    assert too_long.status_code == 422 and "5,000 characters or fewer" in text_of(too_long)
    for _ in range(2):
        assert browser.post(url, {names["Need"]: "Say how many.", names["Outcomes"]: ""}).status_code == 302
    assert Feedback.objects.values_list("criterion__name", "text").get() == ("Need", "Say how many.")
    reading = login(approver)
    assert (
        "Say how many." in text_of(reading.get(url)) and "<textarea" not in reading.get(url).content.decode()
    )
    assert reading.post(url, {names["Need"]: "Mine."}).status_code == 403
    assert login(applicant).get(url).status_code == 403
