"""Scores from 0 to 5 with a reason each, saved part-way, submitted complete."""

import pytest

from applications import services
from applications.models import Assessment, Score, Status
from applications.verify import violations
from audit.models import Event
from funds import services as funds
from pcc_grants.lib.rules import RuleBroken
from tests import factories

from .conftest import put_in, score_all


@pytest.fixture
def declared(assessment, assessor):
    services.declare(by=assessor, assessment=assessment)
    assessment.refresh_from_db()
    return assessment


@pytest.fixture
def need(open_round):
    return open_round.criteria.get(name="Need")


def test_a_score_or_a_reason_is_saved_alone(declared, assessor, need):
    services.score(by=assessor, assessment=declared, criterion=need, score=4, reason="")
    services.score(by=assessor, assessment=declared, criterion=need, score=None, reason="Clear figures.")
    saved = Score.objects.get()
    assert (saved.score, saved.reason) == (None, "Clear figures.")


def test_the_trail_says_that_it_was_scored_but_not_how(declared, assessor, need):
    services.score(by=assessor, assessment=declared, criterion=need, score=4, reason="Clear figures.")
    event = Event.objects.filter(verb="assessment.scored").get()
    assert "4" not in str(event.changes.get("score", ""))
    assert "Clear figures" not in f"{event.sentence}{event.changes}"


def test_the_same_score_twice_leaves_one_event(declared, assessor, need):
    for _ in range(2):
        services.score(by=assessor, assessment=declared, criterion=need, score=4, reason="Clear.")
    assert Event.objects.filter(verb="assessment.scored").count() == 1


@pytest.mark.parametrize("score", [-1, 6, 3.5, "3", True])
def test_a_score_outside_the_scale_is_refused(declared, assessor, need, score):
    with pytest.raises(RuleBroken, match="from 0 to 5"):
        services.score(by=assessor, assessment=declared, criterion=need, score=score, reason="Why.")
    assert not Score.objects.exists()


def test_nothing_is_scored_before_the_interest_is_declared(assessment, assessor, need):
    with pytest.raises(RuleBroken, match="interest"):
        services.score(by=assessor, assessment=assessment, criterion=need, score=3, reason="Why.")


def test_a_criterion_of_another_fund_is_refused(declared, assessor, officer):
    other = factories.fund(officer, "OTH", "Other Fund")
    with pytest.raises(RuleBroken, match="not a criterion"):
        services.score(
            by=assessor, assessment=declared, criterion=other.criteria.first(), score=3, reason="Why."
        )


@pytest.mark.parametrize("role", ["assessor", "officer", "approver", "auditor", "applicant"])
def test_nobody_scores_for_someone_else(declared, need, role):
    with pytest.raises(RuleBroken):
        services.score(by=factories.person(role), assessment=declared, criterion=need, score=3, reason="Why.")


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.ELIGIBLE}))
def test_scoring_ends_with_the_assessing(declared, assessor, need, status):
    put_in(declared.application, status)
    with pytest.raises(RuleBroken, match="no longer being scored"):
        services.score(by=assessor, assessment=declared, criterion=need, score=3, reason="Why.")
    with pytest.raises(RuleBroken, match="no longer being scored"):
        services.submit_scores(by=assessor, assessment=declared)


def test_what_is_missing_is_named_before_submitting(declared, assessor, need):
    services.score(by=assessor, assessment=declared, criterion=need, score=4, reason="  ")
    with pytest.raises(RuleBroken) as refusal:
        services.submit_scores(by=assessor, assessment=declared)
    assert "Enter a reason for your score for Need" in str(refusal.value)
    assert "Select a score for Outcomes" in str(refusal.value)


def test_scores_are_not_submitted_without_the_declaration(assessment, assessor):
    with pytest.raises(RuleBroken, match="interest"):
        services.submit_scores(by=assessor, assessment=assessment)


def test_submitting_twice_changes_nothing(declared, assessor):
    score_all(declared, [0, 5])
    services.submit_scores(by=assessor, assessment=declared)
    first = Assessment.objects.get().submitted_at
    services.submit_scores(by=assessor, assessment=declared)
    assert Assessment.objects.get().submitted_at == first
    assert Event.objects.filter(verb="assessment.submitted").count() == 1


def test_submitted_scores_are_final(declared, assessor, need):
    score_all(declared, [4, 3])
    services.submit_scores(by=assessor, assessment=declared)
    with pytest.raises(RuleBroken, match="no longer be changed"):
        services.score(by=assessor, assessment=declared, criterion=need, score=1, reason="Changed my mind.")
    with pytest.raises(RuleBroken, match="no longer be changed"):
        services.declare(by=assessor, assessment=declared, interest="A link.")


def test_the_application_is_assessed_when_enough_have_submitted(assessment, second_assessment):
    application = assessment.application
    for one, expected in ((assessment, Status.ELIGIBLE), (second_assessment, Status.ASSESSED)):
        score_all(one, [4, 3])
        services.submit_scores(by=one.assessor, assessment=one)
        application.refresh_from_db()
        assert application.status == expected


def test_one_assessor_of_two_is_not_enough(assessment, assessor):
    score_all(assessment, [4, 3])
    services.submit_scores(by=assessor, assessment=assessment)
    assessment.application.refresh_from_db()
    assert assessment.application.status == Status.ELIGIBLE


def test_taking_back_the_last_open_assignment_finishes_the_scoring(assessment, second_assessment, officer):
    third = services.assign(
        by=officer,
        application=assessment.application,
        assessor=factories.person("assessor"),
        due_on=assessment.due_on,
    )
    for one in (assessment, second_assessment):
        score_all(one, [4, 3])
        services.submit_scores(by=one.assessor, assessment=one)
    services.unassign(by=officer, assessment=third)
    assessment.application.refresh_from_db()
    assert assessment.application.status == Status.ASSESSED


def test_how_many_assessors_a_round_needs_stays_once_one_has_submitted_scores(assessed_application, officer):
    round = assessed_application.round
    with pytest.raises(RuleBroken, match="Scores have come in for this round"):
        funds.update_round(by=officer, round=round, assessors_needed=3)
    assert list(violations()) == []


def test_how_many_assessors_a_round_needs_changes_while_nobody_has_submitted(declared, officer):
    round = declared.application.round
    funds.update_round(by=officer, round=round, assessors_needed=1)
    round.refresh_from_db()
    assert round.assessors_needed == 1
