"""`manage.py verify` names whatever does not hold of scores, decisions and committed money."""

from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import F

from applications.models import (
    FINAL,
    AgreedScore,
    Application,
    Assessment,
    Commitment,
    Decision,
    Score,
    Status,
)
from applications.verify_deciding import violations
from funds.models import Budget
from funds.services import create_fund, set_budget


def rules():
    return {violation.rule for violation in violations()}


def test_nothing_is_wrong_after_the_usual_way(approved_application):
    assert list(violations()) == []


def test_nothing_is_wrong_while_scoring(assessment):
    assert list(violations()) == []


def test_a_budget_overspent_is_named(approved_application):
    Budget.objects.update(amount=Decimal("9999"))
    (violation,) = violations()
    assert violation.rule == "commitments within the budget"
    assert violation.sentence == "£10,000 is committed of £9,999."


def test_a_commitment_that_is_not_the_decision_is_named(approved_application):
    Commitment.objects.update(amount=Decimal("9000"))
    assert rules() == {"commitments add up to the decision"}


def test_an_approval_without_commitment_is_named(approved_application):
    Commitment.objects.all().delete()
    assert rules() == {"commitments add up to the decision"}


def test_one_person_as_proposer_and_decider_is_named(approved_application):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE applications_decision DROP CONSTRAINT decision_four_eyes")
        cursor.execute("UPDATE applications_decision SET proposed_by_id = decided_by_id")
    assert rules() == {"nobody decides what they proposed"}


@pytest.mark.parametrize("status", [Status.DECLINED, Status.DEFERRED])
def test_a_status_without_its_decision_is_named(approved_application, status):
    told_at = F("outcome_released_at") if status in FINAL else None
    Application.objects.update(status=status, outcome_released_at=told_at)
    assert rules() == {"every decided application has its decision", "a final decision stays"}


def test_a_final_decision_that_was_left_is_named(approved_application):
    Application.objects.update(status=Status.RECOMMENDED, outcome_released_at=None)
    assert rules() == {"a final decision stays"}


def test_two_final_decisions_are_named(approved_application, approver, officer):
    Decision.objects.create(
        number="D-1999-0001",
        application=approved_application,
        fund=approved_application.fund,
        organisation=approved_application.organisation,
        outcome="declined",
        reasons="No.",
        proposed_by=officer,
        decided_by=approver,
    )
    assert rules() == {
        "a final decision stays",
        "an application is finally decided once",
        "decisions are in the audit trail",
    }


def test_a_recommendation_nobody_made_is_named(recommended_application):
    Application.objects.update(recommended_at=None, recommended_by=None)
    assert rules() == {"a recommendation comes before the decision"}


@pytest.mark.parametrize("amount", [None, Decimal("10001")])
def test_a_recommended_amount_out_of_bounds_is_named(recommended_application, amount):
    Application.objects.update(recommended_amount=amount)
    assert rules() == {"what is recommended is not more than was asked for"}


@pytest.mark.parametrize("change", [{"score": None}, {"reason": ""}])
def test_incomplete_submitted_scores_are_named(assessed_application, change):
    Score.objects.filter(pk=Score.objects.first().pk).update(**change)
    assert rules() == {"submitted scores are complete"}


@pytest.mark.parametrize("change", [{"score": 6}, {"score": None, "passed": True}])
def test_scores_off_the_scale_are_named(assessed_application, change):
    Score.objects.filter(pk=Score.objects.first().pk).update(**change)
    assert rules() == {"scores are on the scale of their round"}


def test_agreed_scores_off_the_scale_or_of_no_scores_are_named(assessed_application, officer, open_round):
    agreed = AgreedScore.objects.create(
        application=assessed_application,
        criterion=open_round.criteria.first(),
        score=5,
        reason="Agreed.",
        agreed_by=officer,
    )
    assert rules() == set()
    AgreedScore.objects.filter(pk=agreed.pk).update(score=7)
    assert rules() == {"agreed scores stand in place of scores"}
    AgreedScore.objects.filter(pk=agreed.pk).update(score=5)
    Application.objects.update(status=Status.ELIGIBLE)
    assert rules() == {"agreed scores stand in place of scores"}


def test_scores_without_the_declaration_are_named(assessed_application):
    Assessment.objects.update(declared_at=None)
    assert rules() == {"submitted scores are complete"}


def test_too_few_assessments_are_named(assessed_application):
    Assessment.objects.first().delete()
    assert rules() == {"assessed applications were scored by everyone needed"}


def test_an_assessment_left_open_is_named(assessed_application, officer):
    assessed_application.assessments.create(
        assessor=officer, assigned_by=officer, due_on=assessed_application.starts_on
    )
    assert rules() == {"assessed applications were scored by everyone needed"}


def test_money_taken_from_another_funds_budget_is_named(approved_application, officer):
    other = create_fund(
        by=officer,
        code="OTH",
        name="Other Fund",
        purpose="It prevents crime.",
        route=approved_application.fund.route,
        legal_power=approved_application.fund.legal_power,
    )
    budget = Budget.objects.first()
    theirs = set_budget(
        by=officer, fund=other, source=budget.source, start_year=budget.start_year, amount=Decimal(90000)
    )
    Commitment.objects.update(budget=theirs)
    assert rules() == {"commitments come from the fund's own budgets"}


def test_a_decision_that_the_trail_does_not_tell_of_is_named(approved_application):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM audit_event WHERE verb = 'decision.made'")
    assert rules() == {"decisions are in the audit trail"}


def test_a_decision_for_another_organisation_than_the_applications_is_named(
    approved_application, other_organisation
):
    Application.objects.update(organisation=other_organisation)
    assert rules() == {"decisions are about their application"}
