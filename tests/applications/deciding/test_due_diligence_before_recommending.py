"""Recommending for approval waits for the due diligence that the round needs, or takes a reason."""

import pytest
from django.urls import reverse

from applications import services
from funds.models import Round
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.page_text import refused, text_of

REASON = "Their insurer has confirmed by telephone that the policy goes on."


@pytest.fixture
def application(assessed_application):
    Round.objects.update(diligence_needed=["insurance"])
    assessed_application.refresh_from_db()
    return assessed_application


def recommend(by, application, outcome="recommended", **facts):
    amount = None if outcome == "not_recommended" else application.amount_asked
    return services.recommend(
        by=by, application=application, outcome=outcome, amount=amount, recommendation="Good.", **facts
    )


def test_a_gap_stands_against_it_until_it_is_closed(application, officer):
    with pytest.raises(RuleBroken, match="is missing: insurance. Put it right first, or say why"):
        recommend(officer, application)
    recommend(officer, application, "not_recommended")  # only approval waits
    recommend(officer, application, "reserve", diligence_reason=REASON)
    application.refresh_from_db()
    assert application.diligence_reason == ""
    factories.diligence(officer, application.organisation, "insurance")
    recommend(officer, application)


def test_the_reason_is_given_in_the_browser_and_read_by_who_decides(login, officer, approver, application):
    browser = login(officer)
    page = reverse("office_recommend", args=[application.reference])
    assert "is missing: insurance." in text_of(browser.get(page))
    sent = {"outcome": "recommended", "amount": "10,000", "recommendation": "Good."}
    refused(browser.post(page, sent), "Enter why you recommend it although due diligence is not in order")
    for _ in range(2):
        assert browser.post(page, sent | {"diligence_reason": REASON}).status_code == 302
    decide = text_of(login(approver).get(reverse("decide_application", args=[application.reference])))
    assert "is missing: insurance." in decide and REASON in decide
