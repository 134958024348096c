"""An officer reopens submitted scores with a reason, until a recommendation is made."""

from datetime import timedelta

import pytest
from django.urls import reverse

from applications import services
from applications.models import AgreedScore, Assessment, Status
from applications.verify_deciding import violations
from audit.models import Event
from notifications.models import Message
from organisations.models import DeclaredInterest
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.page_text import text_of

from .conftest import due, put_in


@pytest.fixture
def scored(assessed_application, assessor):
    return assessed_application.assessments.get(assessor=assessor)


def reopen(by, assessment, **facts):
    return services.reopen_assessment(
        by=by, assessment=assessment, **{"reason": "A page was missing.", "due_on": due()} | facts
    )


def test_reopened_scores_do_not_count_until_they_are_submitted_again(
    scored, assessed_application, officer, assessor, open_round
):
    services.agree_score(
        by=officer,
        application=assessed_application,
        criterion=open_round.criteria.first(),
        score=1,
        reason="Agreed.",
    )
    for _ in range(2):
        reopen(officer, scored)
    assessed_application.refresh_from_db()
    scored.refresh_from_db()
    assert (assessed_application.status, scored.status) == (Status.ELIGIBLE, Assessment.Status.ASSIGNED)
    assert (scored.submitted_at, scored.reopened_by, scored.due_on) == (None, officer, due())
    assert services.totals(assessed_application)["assessors"] == 1
    assert not AgreedScore.objects.exists()
    assert Event.objects.filter(verb="moderation.taken_back").count() == 1
    message = Message.objects.get(template="applications/assessment_reopened")
    assert message.recipient_id == assessor.pk and "A page was missing." in message.body
    assert list(violations()) == []
    services.score(
        by=assessor, assessment=scored, criterion=open_round.criteria.first(), score=5, reason="Now clear."
    )
    services.submit_scores(by=assessor, assessment=scored)
    assessed_application.refresh_from_db()
    assert assessed_application.status == Status.ASSESSED
    reopen(officer, scored)
    assert Message.objects.filter(template="applications/assessment_reopened").count() == 2


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.ELIGIBLE, Status.ASSESSED}))
def test_scores_stay_once_a_recommendation_was_made(scored, assessed_application, officer, status):
    put_in(assessed_application, status)
    with pytest.raises(RuleBroken, match="until a recommendation is made"):
        reopen(officer, scored)


def test_a_reason_and_a_date_to_come_are_needed(scored, officer):
    with pytest.raises(RuleBroken, match="Enter why"):
        reopen(officer, scored, reason=" ")
    with pytest.raises(RuleBroken, match="today or later"):
        reopen(officer, scored, due_on=clock.today() - timedelta(days=1))


def test_who_may_not_reopen(scored, assessed_application, organisation, officer, assessor):
    for role in ("assessor", "approver", "auditor", "applicant"):
        with pytest.raises(RuleBroken):
            reopen(factories.person(role), scored)
    DeclaredInterest.objects.create(organisation=organisation, user=officer, interest="A link.")
    with pytest.raises(RuleBroken, match="declared an interest"):
        reopen(officer, scored)
    assessor.roles = ["applicant"]
    assessor.save()
    with pytest.raises(RuleBroken, match="no longer an assessor"):
        reopen(factories.person("officer"), scored)


def test_scores_that_are_not_submitted_cannot_be_reopened(assessment, officer):
    with pytest.raises(RuleBroken, match="has not submitted scores"):
        reopen(officer, assessment)


def test_scores_are_reopened_on_a_page_and_changed_by_the_assessor(
    login, scored, assessed_application, officer, assessor
):
    browser, ref = login(officer), assessed_application.reference
    url = reverse("office_reopen_scores", args=[ref, scored.pk])
    for name in ("office_assign", "office_moderate"):
        assert url in browser.get(reverse(name, args=[ref])).content.decode()
    refused = browser.post(url, {})
    assert refused.status_code == 422 and "Enter why you reopen the scores" in text_of(refused)
    day = due()
    sent = {
        "reason": "A page was missing.",
        "due_on_day": day.day,
        "due_on_month": day.month,
        "due_on_year": day.year,
    }
    for _ in range(2):
        assert browser.post(url, sent).status_code == 302
    assert "can be reopened until a recommendation is made" in text_of(browser.get(url))
    page = text_of(browser.get(reverse("office_assign", args=[ref])))
    assert "Reopened on" in page and "A page was missing." in page
    theirs = login(assessor)
    page = text_of(theirs.get(reverse("assessment", args=[scored.pk])))
    assert "Your scores were reopened" in page and "A page was missing." in page
    assert "4 out of 5" in text_of(theirs.get(reverse("assess_submit", args=[scored.pk])))
    assert theirs.post(reverse("assess_submit", args=[scored.pk])).status_code == 302
    assessed_application.refresh_from_db()
    assert assessed_application.status == Status.ASSESSED
