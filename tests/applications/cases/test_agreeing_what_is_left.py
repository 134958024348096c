"""A business case of which no project waits: who agrees it, and what its partnership is told."""

from decimal import Decimal

import pytest
from django.urls import reverse

from applications import services
from applications.models import Status
from applications.verify import violations
from awards import services as awards
from organisations.models import DeclaredInterest
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories


@pytest.fixture
def all_kept(case, applicant, officer, approver, round, other_organisation, stranger):
    """Both projects, all of an allocation without a pot, are funded directly before anybody recommended."""
    amounts = [Decimal("6000"), Decimal("4000")]
    draft = factories.case_draft(applicant, case, amounts=amounts, pot=None)
    application = factories.case_assessed(officer, applicant, draft)
    other = factories.invited_case(officer, approver, round, other_organisation)
    factories.submitted(stranger, factories.case_draft(stranger, other))
    provider = factories.organisation(factories.person("applicant"), "Example Provider")
    award = awards.propose_retained_award(
        by=officer,
        projects=list(case.projects.all()),
        organisation=provider,
        title="Patrols",
        purpose="patrol in both areas",
        reasons="It prevents damage.",
        starts_on=round.projects_start_on,
        ends_on=round.projects_end_on,
    )
    awards.decide_direct_award(by=approver, award=award, approve=True, reasons="Good value.")
    application.refresh_from_db()
    return application


def test_a_case_with_everything_retained_is_listed_and_agreed(
    all_kept, officer, approver, applicant, login, office
):
    assert list(services.cases_to_decide()) == [all_kept]
    page = login(approver).get(reverse("decide_home")).content.decode()
    assert "no project waits any more" in page
    url = reverse("decide_projects", args=[all_kept.reference])
    assert "Agree the business case" in login(approver).get(url).content.decode()
    assert login(approver).post(url).status_code == 302
    all_kept.refresh_from_db()
    assert all_kept.status == Status.APPROVED and not services.cases_to_decide()
    letter = login(applicant).get(reverse("application_decision", args=[all_kept.reference])).content.decode()
    assert "We are funding your projects directly" in letter and "We offer" not in letter
    assert all_kept.reference not in login(officer).get(reverse("office_home")).content.decode()
    with pytest.raises(RuleBroken, match="nothing to award"):
        services.allocation_to_award(all_kept)
    assert list(violations()) == []


def test_agreeing_takes_someone_else_without_an_interest(all_kept, officer, approver, login):
    type(all_kept).objects.filter(pk=all_kept.pk).update(checked_by=approver)
    with pytest.raises(RuleBroken, match="Someone else must agree it"):
        services.decide_projects(by=approver, application=all_kept, decisions={})
    type(all_kept).objects.filter(pk=all_kept.pk).update(checked_by=officer)
    DeclaredInterest.objects.create(
        organisation=all_kept.organisation, user=approver, interest="A relative works there."
    )
    with pytest.raises(RuleBroken, match="interest in"):
        services.decide_projects(by=approver, application=all_kept, decisions={})
    page = login(approver).get(reverse("decide_projects", args=[all_kept.reference])).content.decode()
    assert "interest in" in page and "Agree the business case" not in page


def test_the_page_is_for_allocated_rounds(approver, officer, organisation, applicant, login):
    vss = factories.fund(officer, code="VSS", name="Example Victims Fund", route="invited")
    round = factories.open_round(officer, vss, route="invited", assessors_needed=0)
    factories.invited_case(officer, approver, round, organisation, amount=Decimal("7000"))
    draft = factories.draft(applicant, round, organisation, amount=Decimal("7000"))
    factories.submitted(applicant, draft)
    assert login(approver).get(reverse("decide_projects", args=[draft.reference])).status_code == 404


def test_an_interest_in_the_provider_counts(case_recommended, officer, approver):
    project = case_recommended.business_case.projects.first()
    project.provider = factories.organisation(factories.person("applicant"), "Example Provider")
    project.save()
    for person in (officer, approver):
        DeclaredInterest.objects.create(organisation=project.provider, user=person, interest="A trustee.")
    with pytest.raises(RuleBroken, match="interest in Example Provider. It delivers"):
        factories.projects_recommended(officer, case_recommended, projects=[project])
    with pytest.raises(RuleBroken, match="interest in Example Provider. It delivers"):
        factories.projects_decided(approver, case_recommended)


def test_a_project_that_may_be_retained_is_not_decided_meanwhile(
    case_recommended, officer, approver, round, other_organisation, stranger
):
    other = factories.invited_case(officer, approver, round, other_organisation)
    factories.submitted(stranger, factories.case_draft(stranger, other))
    first = case_recommended.business_case.projects.first()
    provider = factories.organisation(factories.person("applicant"), "Example Provider")
    awards.propose_retained_award(
        by=officer,
        projects=[first],
        organisation=provider,
        title="Patrols",
        purpose="patrol in both areas",
        reasons="It prevents damage.",
        starts_on=round.projects_start_on,
        ends_on=round.projects_end_on,
    )
    with pytest.raises(RuleBroken, match="It is proposed to keep the money of “Example project 1”"):
        services.decide_projects(
            by=approver,
            application=case_recommended,
            decisions={first.pk: factories.project_decision("declined")},
        )


def test_instalments_are_released_as_far_as_projects_are_approved(
    case_recommended, officer, approver, applicant, office
):
    first, second = case_recommended.business_case.projects.order_by("number")
    services.decide_projects(
        by=approver,
        application=case_recommended,
        decisions={
            first.pk: factories.project_decision(amount=first.amount),
            second.pk: factories.project_decision("declined"),
        },
    )
    case_recommended.refresh_from_db()
    award = awards.prepare_award(by=officer, application=case_recommended)
    rows = [
        {"amount": Decimal(amount), "due_on": clock.today(), "waits_for_return": False}
        for amount in ("4000", "6000")
    ]
    awards.set_instalments(by=officer, award=award, rows=rows)
    award = factories.active(officer, applicant, factories.offered(officer, award))
    one, two = award.instalments.order_by("number")
    awards.approve_instalment(by=officer, instalment=one)
    with pytest.raises(RuleBroken, match=r"£4,000 of projects are approved, and £4,000 has been released"):
        awards.approve_instalment(by=officer, instalment=two)
