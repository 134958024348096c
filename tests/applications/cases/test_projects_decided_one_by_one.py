"""Each project of a business case is recommended and decided on its own; the case follows."""

from decimal import Decimal

import pytest

from applications import services
from applications.models import BusinessCase, Commitment, Decision, Project, Status
from applications.verify import violations
from audit.models import Event
from awards.services import prepare_award
from notifications.models import Message
from pcc_grants.lib.rules import RuleBroken
from tests import factories

Outcome = Decision.Outcome


def projects_of(application):
    return list(application.business_case.projects.order_by("number"))


def test_a_case_from_invitation_to_award(approved_case, officer, approver):
    application = approved_case
    assert (application.status, application.title) == (Status.APPROVED, "Business case 2026/27")
    assert application.outcome_released_at
    assert [one.status for one in projects_of(application)] == ["approved", "approved"]
    decisions = Decision.objects.filter(project__business_case__application=application)
    assert sorted(one.amount for one in decisions) == [Decimal("3000"), Decimal("4000")]
    assert not Commitment.objects.filter(decision__in=decisions).exists()
    case = BusinessCase.objects.get(application=application)
    [commitment] = case.decision.commitments.all()
    assert commitment.amount == Decimal("10000")
    balance = services.balance_of(case)
    assert (balance.projects, balance.pot_left, balance.unassigned) == (7000, 3000, 0)
    award = prepare_award(by=officer, application=application)
    assert (award.amount, award.decision, award.purpose) == (
        Decimal("10000"), case.decision, "reduce crime in its area",
    )  # fmt: skip
    assert Message.objects.filter(template="applications/decision_ready").count() == 2
    assert list(violations()) == []


def test_one_is_approved_with_less_one_refused_and_the_rest_stays_unassigned(case_recommended, approver):
    first, second = projects_of(case_recommended)
    decisions = {
        first.pk: factories.project_decision(amount=Decimal("3999.99")),
        second.pk: factories.project_decision(Outcome.DECLINED),
    }
    made = services.decide_projects(by=approver, application=case_recommended, decisions=decisions)
    assert [one.outcome for one in made] == ["approved", "declined"]
    case_recommended.refresh_from_db()
    assert case_recommended.status == Status.APPROVED
    balance = services.balance_of(case_recommended.business_case)
    assert (balance.projects, balance.pot, balance.unassigned) == (
        Decimal("3999.99"), Decimal("3000"), Decimal("3000.01"),
    )  # fmt: skip
    events = Event.objects.count()
    again = services.decide_projects(by=approver, application=case_recommended, decisions=decisions)
    assert (again, Event.objects.count()) == (made, events)
    assert list(violations()) == []


def test_a_deferred_project_holds_the_case_up_until_it_is_decided(case_recommended, approver):
    first, second = projects_of(case_recommended)
    services.decide_projects(
        by=approver,
        application=case_recommended,
        decisions={
            first.pk: factories.project_decision(amount=first.amount),
            second.pk: factories.project_decision(Outcome.DEFERRED),
        },
    )
    case_recommended.refresh_from_db()
    assert case_recommended.status == Status.RECOMMENDED
    assert not Message.objects.filter(template="applications/decision_ready").exists()
    services.decide_projects(
        by=approver,
        application=case_recommended,
        decisions={second.pk: factories.project_decision(Outcome.DECLINED)},
    )
    case_recommended.refresh_from_db()
    assert case_recommended.status == Status.APPROVED


def test_without_a_pot_and_with_every_project_refused_the_case_is_declined(
    case, applicant, officer, approver
):
    draft = factories.case_draft(applicant, case, amounts=[Decimal("10000")], pot=None)
    application = factories.projects_recommended(
        officer, factories.case_assessed(officer, applicant, draft), approve=False
    )
    assert application.status == Status.NOT_RECOMMENDED
    factories.projects_decided(approver, application, outcome=Outcome.DECLINED)
    assert application.status == Status.DECLINED
    services.end_case(by=officer, case=case, reason="Nothing was approved.")
    assert case.decision.commitments.get().released == Decimal("10000")
    assert list(violations()) == []


def test_nobody_decides_what_they_recommended(case_assessed, person_both, approver):
    factories.projects_recommended(person_both, case_assessed)
    [first, _] = projects_of(case_assessed)
    with pytest.raises(RuleBroken, match="You made the recommendation"):
        services.decide_projects(
            by=person_both,
            application=case_assessed,
            decisions={first.pk: factories.project_decision(amount=first.amount)},
        )


@pytest.fixture
def person_both():
    from accounts.models import User

    return User.objects.create_user("both@example.org", name="Person", roles=["officer", "approver"])


@pytest.mark.parametrize("amount", ["4000.01", "0", "-1", "0.001"])
def test_a_recommendation_is_within_what_was_asked(case_assessed, officer, amount):
    [first, _] = projects_of(case_assessed)
    facts = {"approve": True, "amount": Decimal(amount), "recommendation": "It is needed."}
    if amount == "0.001":
        facts["amount"] = Decimal("0.00")
    with pytest.raises(RuleBroken, match="amount you recommend"):
        services.recommend_projects(by=officer, application=case_assessed, recommendations={first.pk: facts})


def test_more_than_what_is_unassigned_cannot_be_approved(case_recommended, approver):
    [first, _] = projects_of(case_recommended)
    with pytest.raises(RuleBroken, match="£7,000 of the allocation unassigned"):
        services.decide_projects(
            by=approver,
            application=case_recommended,
            decisions={first.pk: factories.project_decision(amount=Decimal("7000.01"))},
        )
    first.refresh_from_db()
    assert first.status == "recommended"


def test_nothing_is_approved_while_something_is_owed(case_recommended, approver):
    BusinessCase.objects.filter(application=case_recommended).update(waits_for="A return is owed.")
    [first, _] = projects_of(case_recommended)
    with pytest.raises(RuleBroken, match="A return is owed."):
        services.decide_projects(
            by=approver,
            application=case_recommended,
            decisions={first.pk: factories.project_decision(amount=first.amount)},
        )


@pytest.mark.parametrize("status", ["draft", "submitted", "clarification", "declined", "withdrawn"])
def test_projects_are_recommended_and_decided_in_their_time_only(case_recommended, officer, approver, status):
    from tests.applications.deciding.conftest import put_in

    [first, _] = projects_of(case_recommended)
    type(case_recommended).objects.filter(pk=case_recommended.pk).update(outcome_released_at=None)
    put_in(case_recommended, status)
    with pytest.raises(RuleBroken):
        services.recommend_projects(by=officer, application=case_recommended, recommendations={})
    with pytest.raises(RuleBroken):
        services.decide_projects(
            by=approver,
            application=case_recommended,
            decisions={first.pk: factories.project_decision(amount=first.amount)},
        )
    assert not Project.objects.filter(status="approved").exists()


def test_the_case_is_not_recommended_or_decided_as_a_whole(case_recommended, officer, approver):
    with pytest.raises(RuleBroken, match="one by one"):
        factories.recommended(officer, case_recommended)
    with pytest.raises(RuleBroken, match="project by project"):
        factories.approved(approver, case_recommended)
