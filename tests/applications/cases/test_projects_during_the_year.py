"""Tactical projects from the pot, and other projects from unassigned money, all year round."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications import services
from applications.models import BusinessCase, Decision, Project, Status
from applications.services.balances import Balance, balance_of
from applications.verify_cases import violations
from notifications.models import Message
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.applications.deciding.conftest import at_once, put_in

Outcome = Decision.Outcome


@pytest.fixture
def add(approved_case, applicant):
    def made(amount="1000", kind="tactical", title="Extra lights", sent=True):
        facts = factories.project_facts(title, Decimal(amount))
        project = services.save_later_project(by=applicant, application=approved_case, kind=kind, **facts)
        if sent:
            project = services.submit_project(by=applicant, application=approved_case, project=project)
        return project

    return made


@pytest.fixture
def decide(approved_case, officer, approver):
    def made(project, amount=None, outcome=Outcome.APPROVED, by=None):
        factories.projects_recommended(officer, approved_case, projects=[project])
        facts = factories.project_decision(outcome, amount or project.amount)
        return services.decide_projects(
            by=by or approver, application=approved_case, decisions={project.pk: facts}
        )

    return made


def balance(application) -> Balance:
    return balance_of(BusinessCase.objects.get(application=application))


def test_the_pot_runs_down_line_by_line(approved_case, add, decide, officer):
    decide(add("1000.01"))
    decide(add("500", title="More lights"), amount=Decimal("499.98"))
    decide(add("400", title="No lights"), outcome=Outcome.DECLINED)
    now = balance(approved_case)
    assert [(line.amount, line.left) for line in now.lines] == [
        (Decimal("1000.01"), Decimal("1999.99")),
        (Decimal("499.98"), Decimal("1500.01")),
    ]
    assert (now.pot, now.pot_used, now.pot_left) == (3000, Decimal("1499.99"), Decimal("1500.01"))
    assert Message.objects.filter(template="applications/project_submitted").count() == 6
    assert Message.objects.filter(template="applications/project_decided").count() == 6
    assert Message.objects.filter(template="applications/project_waiting", to=officer.email).count() == 3
    assert list(violations()) == []


def test_never_more_than_the_pot_holds(add, decide, approved_case):
    with pytest.raises(RuleBroken, match="£3,000 left in the tactical pot, and this needs £3,000.01."):
        add("3000.01")
    first, second = add("2000", title="One"), add("1500", title="Two")
    decide(first)
    with pytest.raises(RuleBroken, match="There is £1,000 left in the tactical pot"):
        decide(second)
    decide(second, amount=Decimal("1000"))
    assert balance(approved_case).pot_left == 0


def test_refused_money_pays_for_another_planned_project(case_recommended, officer, approver, applicant):
    first, second = case_recommended.business_case.projects.order_by("number")
    services.decide_projects(
        by=approver,
        application=case_recommended,
        decisions={
            first.pk: factories.project_decision(amount=first.amount),
            second.pk: factories.project_decision(Outcome.DECLINED),
        },
    )
    facts = factories.project_facts("Instead", Decimal("3000.01"))
    project = services.save_later_project(by=applicant, application=case_recommended, kind="planned", **facts)
    with pytest.raises(RuleBroken, match="There is £3,000 of the allocation unassigned"):
        services.submit_project(by=applicant, application=case_recommended, project=project)
    services.save_later_project(
        by=applicant,
        application=case_recommended,
        kind="planned",
        project=project,
        **facts | {"amount": Decimal(3000)},
    )
    services.submit_project(by=applicant, application=case_recommended, project=project)
    project.refresh_from_db()
    factories.projects_recommended(officer, case_recommended, projects=[project])
    services.decide_projects(
        by=approver,
        application=case_recommended,
        decisions={project.pk: factories.project_decision(amount=Decimal("3000"))},
    )
    assert balance(case_recommended).unassigned == 0
    assert list(violations()) == []


def test_sending_twice_changes_nothing_and_what_is_taken_back_is_not_decided(
    add, approved_case, applicant, approver, officer
):
    project = add("10")
    again = services.submit_project(by=applicant, application=approved_case, project=project)
    assert again.submitted_at == project.submitted_at
    assert Message.objects.filter(template="applications/project_submitted").count() == 2
    services.withdraw_project(by=applicant, application=approved_case, project=project)
    services.withdraw_project(by=applicant, application=approved_case, project=project)
    project.refresh_from_db()
    assert project.status == "withdrawn"
    with pytest.raises(RuleBroken, match="no longer waits"):
        factories.projects_recommended(officer, approved_case, projects=[project])
    draft = add("10", title="A draft", sent=False)
    services.withdraw_project(by=applicant, application=approved_case, project=draft)
    assert not Project.objects.filter(pk=draft.pk).exists()


@pytest.mark.parametrize("status", [one for one in Status if one != Status.APPROVED])
def test_only_while_the_case_is_approved(approved_case, applicant, status):
    type(approved_case).objects.filter(pk=approved_case.pk).update(outcome_released_at=None)
    put_in(approved_case, status)
    with pytest.raises(RuleBroken, match="once the business case has been approved"):
        services.save_later_project(
            by=applicant, application=approved_case, kind="tactical", **factories.project_facts()
        )


def test_who_may_not_is_refused(add, decide, approved_case, stranger, approver, applicant):
    with pytest.raises(RuleBroken):
        services.save_later_project(
            by=stranger, application=approved_case, kind="tactical", **factories.project_facts()
        )
    project = add("10", sent=False)
    with pytest.raises(RuleBroken):
        services.submit_project(by=stranger, application=approved_case, project=project)


@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_once_stay_within_the_pot(add, approved_case, officer, approver, approver_2):
    one, two = add("2000", title="One"), add("2000", title="Two")
    factories.projects_recommended(officer, approved_case, projects=[one, two])

    def approve(by, project):
        facts = factories.project_decision(amount=project.amount)
        return services.decide_projects(by=by, application=approved_case, decisions={project.pk: facts})

    results = at_once(lambda: approve(approver, one), lambda: approve(approver_2, two))
    assert sorted(isinstance(result, RuleBroken) for result in results) == [False, True]
    assert balance(approved_case).pot_left == 1000


PENCE = st.integers(min_value=1, max_value=400_000)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(amounts=st.lists(st.tuples(PENCE, st.sampled_from(["approved", "refused", "draft"])), max_size=6))
def test_whatever_is_decided_the_balance_adds_up_to_the_penny(approved_case, applicant, amounts):
    case = BusinessCase.objects.get(application=approved_case)
    case.projects.filter(kind="tactical").delete()
    for number, (pence, status) in enumerate(amounts, start=50):
        amount = Decimal(pence) / 100
        Project.objects.create(
            business_case=case, number=number, kind="tactical", status=status, title="T", provider_name="P",
            amount=amount, approved_amount=amount if status == "approved" else None, aims="A", outcomes="O",
            evidence="E", created_by=applicant,
        )  # fmt: skip
    now = balance_of(case)
    parts = now.projects + now.pot_used + now.pot_left + now.retained + now.unassigned
    assert parts == now.allocation == Decimal("10000")
    approved = sum((Decimal(pence) / 100 for pence, status in amounts if status == "approved"), Decimal(0))
    assert now.pot_used == approved
    wrong = [one.rule for one in violations()]
    assert ("tactical projects stay within the pot" in wrong) == (approved > 3000)


def test_pages_of_the_year(add, decide, approved_case, login, applicant, stranger, officer, approver):
    project = add("250")
    page = f"/applications/{approved_case.reference}/tactical/"
    assert "Waiting for a decision" in login(applicant).get(page).content.decode()
    assert login(applicant).post(page + "new/tactical/", {"amount": "x" * 5000}).status_code == 422
    assert login(applicant).get(page + "new/other/").status_code == 404
    assert login(stranger).get(page).status_code == 404
    assert "Extra lights" in login(officer).get("/office/tactical/").content.decode()
    factories.projects_recommended(officer, approved_case, projects=[project])
    page = f"/decide/applications/{approved_case.reference}/projects/"
    answer = login(approver).post(
        page, {f"outcome_{project.number}": "approved", f"amount_{project.number}": "1e9"}
    )
    text = answer.content.decode()
    assert answer.status_code == 422 and "must be a number" in text
    assert "Enter the reasons, which will be published, for “Extra lights”" in text
    assert "Select a decision for at least one project" in login(approver).post(page).content.decode()
    assert login(officer).post(page).status_code == 403
