"""The office recommends, from the scores and within what was asked for."""

from decimal import Decimal

import pytest

from applications import services
from applications.models import Status
from applications.services.recommending import RECOMMENDATIONS
from audit.models import Event
from organisations import services as organisations
from pcc_grants.lib.rules import RuleBroken
from tests import factories

from .conftest import put_in

OPEN = {
    Status.ASSESSED,
    Status.RECOMMENDED,
    Status.RESERVE,
    Status.NOT_RECOMMENDED,
    Status.DEFERRED,
}


def recommend(officer, application, **facts):
    return services.recommend(
        by=officer,
        application=application,
        **{
            "outcome": Status.RECOMMENDED,
            "amount": Decimal("8500"),
            "recommendation": "Clear need, and a plan that can be done.",
        }
        | facts,
    )


def test_a_recommendation_is_kept_with_who_and_when(assessed_application, officer):
    application = recommend(officer, assessed_application)
    assert application.status == Status.RECOMMENDED
    assert application.recommended_amount == Decimal("8500")
    assert application.recommended_by == officer
    assert application.recommended_at is not None
    assert Event.objects.filter(verb="application.recommended").count() == 1


def test_the_same_recommendation_twice_changes_nothing(assessed_application, officer):
    first = recommend(officer, assessed_application)
    again = recommend(officer, assessed_application)
    assert again.recommended_at == first.recommended_at
    assert Event.objects.filter(verb="application.recommended").count() == 1


def test_it_may_be_changed_until_decided_and_then_belongs_to_who_changed_it(
    assessed_application, officer, officer_2
):
    recommend(officer, assessed_application)
    application = recommend(officer_2, assessed_application, outcome=Status.RESERVE, amount=Decimal("5000"))
    assert (application.status, application.recommended_by) == (Status.RESERVE, officer_2)


def test_no_amount_is_kept_for_what_is_not_recommended(assessed_application, officer):
    application = recommend(officer, assessed_application, outcome=Status.NOT_RECOMMENDED)
    assert application.recommended_amount is None


@pytest.mark.parametrize("outcome", [Status.RECOMMENDED, Status.RESERVE])
@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        (None, "Enter the amount"),
        (Decimal("0"), "more than £0"),
        (Decimal("-1"), "more than £0"),
        (Decimal("10000.01"), "£10,000 or less.*£10,000.01"),
    ],
)
def test_the_amount_is_more_than_nothing_and_no_more_than_asked(
    assessed_application, officer, outcome, amount, sentence
):
    with pytest.raises(RuleBroken, match=sentence):
        recommend(officer, assessed_application, outcome=outcome, amount=amount)


@pytest.mark.parametrize("recommendation", ["", "   ", "\x00"])
def test_words_are_needed(assessed_application, officer, recommendation):
    with pytest.raises(RuleBroken, match="Enter your recommendation"):
        recommend(officer, assessed_application, recommendation=recommendation)


@pytest.mark.parametrize("outcome", [*sorted(set(Status) - set(RECOMMENDATIONS)), "", "x"])
def test_only_three_recommendations_exist(assessed_application, officer, outcome):
    with pytest.raises(RuleBroken, match="Select whether"):
        recommend(officer, assessed_application, outcome=outcome)


@pytest.mark.parametrize("status", sorted(set(Status) - OPEN))
def test_it_is_made_only_after_the_scoring_and_before_the_decision(assessed_application, officer, status):
    put_in(assessed_application, status)
    with pytest.raises(RuleBroken, match="scored by everyone asked|A decision has been made"):
        recommend(officer, assessed_application)
    assessed_application.refresh_from_db()
    assert assessed_application.status == status


@pytest.mark.parametrize("status", sorted(OPEN))
def test_it_may_be_made_while_no_final_decision_stands(assessed_application, officer, status):
    put_in(assessed_application, status)
    assert recommend(officer, assessed_application).status == Status.RECOMMENDED


@pytest.mark.parametrize(
    "role", ["administrator", "assessor", "approver", "finance", "panel", "auditor", "applicant"]
)
def test_only_officers_recommend(assessed_application, role):
    with pytest.raises(RuleBroken, match="does not allow"):
        recommend(factories.person(role), assessed_application)


def test_nobody_recommends_their_own_organisation(assessed_application, officer, applicant, organisation):
    officer.roles = ["applicant", "officer"]
    officer.save()
    officer.__dict__.pop("permissions", None)
    organisations.add_member(by=applicant, organisation=organisation, user=officer)
    with pytest.raises(RuleBroken, match="Someone else must make the recommendation"):
        recommend(officer, assessed_application)
