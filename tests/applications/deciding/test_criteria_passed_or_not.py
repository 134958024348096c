"""Criteria that are passed or not come first, need no scores beside them, and stop a recommendation."""

from decimal import Decimal

import pytest
from django.urls import reverse

from applications import services
from applications.models import Status
from applications.verify_deciding import violations
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.page_text import text_of

from .conftest import score_all


@pytest.fixture
def safe(open_round):
    """The second criterion of the round, Outcomes, is passed or not."""
    open_round.criteria.filter(name="Outcomes").update(is_pass_fail=True)
    return open_round.criteria.get(name="Outcomes")


@pytest.fixture
def need(open_round):
    return open_round.criteria.get(name="Need")


def hand_in(assessment, criterion, passed, *, scored=None, score=4):
    by = assessment.assessor
    services.declare(by=by, assessment=assessment)
    services.score(by=by, assessment=assessment, criterion=criterion, passed=passed, reason="As they say.")
    if scored is not None:
        services.score(by=by, assessment=assessment, criterion=scored, score=score, reason="Clear.")
    return services.submit_scores(by=by, assessment=assessment)


def recommended(officer, application, outcome):
    return services.recommend(
        by=officer,
        application=application,
        outcome=outcome,
        amount=Decimal("1000"),
        recommendation="See the scores.",
    )


def test_a_criterion_takes_only_what_is_for_it(safe, need, assessment, assessor):
    services.declare(by=assessor, assessment=assessment)
    for criterion, given in ((safe, {"score": 3}), (safe, {"passed": 1}), (need, {"passed": True})):
        with pytest.raises(RuleBroken):
            services.score(by=assessor, assessment=assessment, criterion=criterion, reason="Why.", **given)
    gaps = [sentence for _, sentence in services.score_gaps(assessment)]
    assert gaps[:2] == ["Select whether Outcomes is passed", "Enter a reason why Outcomes is passed or not"]
    assert gaps[2:] == ["Select a score for Need", "Enter a reason for your score for Need"]


def test_what_all_say_is_not_passed_needs_no_scores_and_cannot_be_recommended(
    safe, assessment, second_assessment, officer
):
    for one in (assessment, second_assessment):
        hand_in(one, safe, False)
    application = assessment.application
    application.refresh_from_db()
    totals = services.totals(application)
    assert application.status == Status.ASSESSED
    assert totals["failed"] == [safe]
    assert totals["percentage"] is None and totals["assessors"] == 2
    for outcome in (Status.RECOMMENDED, Status.RESERVE):
        with pytest.raises(RuleBroken, match="does not pass “Outcomes”"):
            recommended(officer, application, outcome)
    assert services.feedback_gaps(application) == ["Write feedback on Outcomes: it is not passed"]
    recommended(officer, application, Status.NOT_RECOMMENDED)
    assert list(violations()) == []


def test_what_is_disputed_waits_for_an_agreement(safe, need, assessment, second_assessment, officer):
    hand_in(assessment, safe, True, scored=need, score=4)
    hand_in(second_assessment, safe, False)
    application = assessment.application
    application.refresh_from_db()
    assert services.totals(application)["disputed"] == [safe]
    with pytest.raises(RuleBroken, match="The assessors do not agree on whether"):
        recommended(officer, application, Status.RECOMMENDED)
    services.agree_score(
        by=officer, application=application, criterion=safe, passed=True, reason="The policy was found."
    )
    totals = services.totals(application)
    assert (totals["failed"], totals["disputed"]) == ([], [])
    assert totals["percentage"] == Decimal("80.0")  # of Need alone
    recommended(officer, application, Status.RECOMMENDED)
    assert list(violations()) == []


def test_an_agreement_that_it_is_not_passed_stops_the_recommendation(
    safe, need, assessment, second_assessment, officer
):
    for one in (assessment, second_assessment):
        hand_in(one, safe, True, scored=need)
    application = assessment.application
    application.refresh_from_db()
    services.agree_score(
        by=officer, application=application, criterion=safe, passed=False, reason="It has run out."
    )
    with pytest.raises(RuleBroken, match="does not pass"):
        recommended(officer, application, Status.RESERVE)


def test_the_assessor_answers_it_first_and_is_led_to_the_check(login, safe, need, assessment, assessor):
    services.declare(by=assessor, assessment=assessment)
    browser = login(assessor)
    first = reverse("assess_criterion", args=[assessment.pk, safe.position])
    assert first in browser.get(reverse("assess_home")).content.decode()
    assert browser.post(first, {"score": "4", "reason": "x"}).status_code == 422
    refused = browser.post(first, {"reason": ""})
    assert refused.status_code == 422 and "Select whether Outcomes is passed" in text_of(refused)
    sent = browser.post(first, {"score": "passed", "reason": "There is a policy."})
    assert sent.headers["Location"] == reverse("assess_criterion", args=[assessment.pk, need.position])
    check = reverse("assess_submit", args=[assessment.pk])
    sent = browser.post(first, {"score": "not", "reason": "There is no policy."})
    assert sent.headers["Location"] == check
    page = text_of(browser.get(check))
    assert "Does not pass" in page and "Not needed because another criterion is not passed" in page
    assert browser.post(check).headers["Location"] == reverse("assess_home")
    assert "Does not pass" in text_of(browser.get(reverse("assessment", args=[assessment.pk])))


def test_the_scale_of_the_round_is_on_every_page(
    login, fund, applicant, organisation, officer, assessor, approver
):
    from funds import services as funds

    round = factories.open_round(officer, fund, published=False, assessors_needed=1)
    funds.set_scale(by=officer, round=round, descriptions=["Nothing", "Some", "Most", "All of it"])
    funds.publish_round(by=officer, round=round)
    application = factories.submitted(applicant, factories.draft(applicant, round, organisation))
    application = factories.eligible(officer, application)
    assessment = services.assign(
        by=officer, application=application, assessor=assessor, due_on=round.projects_start_on
    )
    services.declare(by=assessor, assessment=assessment)
    page = text_of(login(assessor).get(reverse("assess_criterion", args=[assessment.pk, 1])))
    assert "3 – All of it" in page and "Excellent" not in page
    need = round.criteria.first()
    with pytest.raises(RuleBroken, match="from 0 to 3"):
        services.score(by=assessor, assessment=assessment, criterion=need, score=4, reason="Why.")
    score_all(assessment, [3, 2])
    services.submit_scores(by=assessor, assessment=assessment)
    assert services.totals(application)["percentage"] == Decimal("83.3")
    for person, name in ((officer, "office_recommend"), (officer, "office_moderate")):
        assert "out of 3" in text_of(login(person).get(reverse(name, args=[application.reference])))
    assert "out of 5" not in text_of(login(assessor).get(reverse("assessment", args=[assessment.pk])))
