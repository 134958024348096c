"""Projects of business cases that overlap: found when they are sent, and in the way of an approval."""

from decimal import Decimal

import pytest
from django.urls import reverse

from applications import services
from applications.models import Overlap
from awards import services as awards
from awards.verify import violations
from organisations.models import Organisation
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.racing import while_it_is_under_way


@pytest.fixture
def other(round, officer, approver, other_organisation, stranger, case_recommended):
    """The case of another partnership, sent with the same provider's projects."""
    case = factories.invited_case(officer, approver, round, other_organisation, amount=Decimal("10000"))
    return factories.case_assessed(officer, stranger, factories.case_draft(stranger, case))


def test_a_project_is_not_approved_before_its_overlaps_are_settled(
    case_recommended, other, officer, approver, login, office
):
    assert Overlap.objects.count() == 4
    page = login(approver).get(reverse("decide_projects", args=[case_recommended.reference]))
    assert "cannot be approved until its overlaps are settled" in page.content.decode()
    page = login(officer).get(reverse("office_projects", args=[other.reference]))
    assert "Example project 1</a>, " in page.content.decode()
    with pytest.raises(RuleBroken, match="“Example project 1” overlaps with 2 others"):
        factories.projects_decided(approver, case_recommended)
    for overlap in Overlap.objects.all():
        services.settle_overlap(by=officer, overlap=overlap, status="different", note="Two areas.")
    factories.projects_decided(approver, case_recommended)


def test_what_is_kept_of_a_case_leaves_its_award_and_its_partnership_is_told(
    case_recommended, other, officer, approver, applicant, login, office
):
    first, second = case_recommended.business_case.projects.order_by("number")
    provider = factories.organisation(factories.person("applicant"), "Example Provider")
    award = awards.propose_retained_award(
        by=officer,
        projects=[first],
        organisation=provider,
        title="Patrols",
        purpose="patrol in both areas",
        reasons="It prevents damage.",
        starts_on=case_recommended.round.projects_start_on,
        ends_on=case_recommended.round.projects_end_on,
    )
    awards.decide_direct_award(by=approver, award=award, approve=True, reasons="Good value.")
    for overlap in Overlap.objects.filter(status="found"):
        services.settle_overlap(by=officer, overlap=overlap, status="different", note="Two areas.")
    case_recommended.refresh_from_db()
    factories.projects_decided(approver, case_recommended)
    case_recommended.refresh_from_db()
    balance = services.balance_of(case_recommended.business_case)
    assert (balance.retained, balance.projects, balance.unassigned) == (4000, 3000, 0)
    theirs = awards.prepare_award(by=officer, application=case_recommended)
    assert theirs.amount == 6000
    html = login(applicant).get(reverse("application", args=[case_recommended.reference])).content.decode()
    assert "£4,000: Example Provider, to patrol in both areas" in html
    assert list(violations()) == []


@pytest.mark.django_db(transaction=True)
def test_two_cases_sent_at_once_find_each_other_and_sending_again_does_not_meet_who_settles(
    case_draft, round, officer, approver, applicant, stranger, other_organisation
):
    case = factories.invited_case(officer, approver, round, other_organisation, amount=Decimal("10000"))
    other = factories.case_draft(stranger, case)
    while_it_is_under_way(
        lambda: factories.submitted(applicant, case_draft), lambda: factories.submitted(stranger, other)
    )
    assert Overlap.objects.count() == 4
    services.reopen(by=applicant, application=case_draft)
    first, second = case_draft.business_case.projects.order_by("number")
    Overlap.objects.filter(first=first).delete()
    settled = Overlap.objects.filter(first=second).order_by("pk").first()
    sent = while_it_is_under_way(
        lambda: Overlap.objects.select_for_update(no_key=True).get(pk=settled.pk),
        lambda: factories.submitted(applicant, case_draft),
        then=lambda: services.settle_overlap(
            by=officer, overlap=settled, status="different", note="Two areas."
        ),
    )
    assert sent.status == "submitted"
    assert Overlap.objects.filter(status="found").count() == 3
    assert Overlap.objects.get(status="different") == settled


def keep(officer, project, **facts):
    provider = Organisation.objects.filter(name="Example Provider").first() or factories.organisation(
        factories.person("applicant"), "Example Provider"
    )
    round = project.business_case.round
    return awards.propose_retained_award(
        by=officer,
        projects=[project],
        organisation=provider,
        **{
            "title": "Patrols",
            "purpose": "patrol in both areas",
            "reasons": "It prevents damage.",
            "starts_on": round.projects_start_on,
            "ends_on": round.projects_end_on,
        }
        | facts,
    )


def settle_the_rest(officer):
    for overlap in Overlap.objects.filter(status="found"):
        services.settle_overlap(by=officer, overlap=overlap, status="different", note="Two areas.")


def test_an_allocation_never_gives_what_it_has_given_already(case_recommended, other, officer, approver):
    first, second = case_recommended.business_case.projects.order_by("number")
    award = keep(officer, second)
    settle_the_rest(officer)

    def approve(amount):
        facts = factories.project_decision(amount=Decimal(amount))
        services.decide_projects(by=approver, application=case_recommended, decisions={first.pk: facts})

    with pytest.raises(RuleBroken, match="£4,000 of the allocation unassigned, and this needs £7,000"):
        approve(7000)
    # As it was before what is proposed counted: approved above what was left.
    first.status, first.approved_amount = "approved", Decimal("7000")
    first.save()
    with pytest.raises(RuleBroken, match="approved from it. It is £3,000 short"):
        awards.decide_direct_award(by=approver, award=award, approve=True, reasons="Good value.")
    awards.decide_direct_award(by=approver, award=award, approve=False, reasons="It does not fit.")
    with pytest.raises(RuleBroken, match="approved from it. It is £3,000 short"):
        keep(officer, second)


def test_a_pot_never_gives_what_it_has_given_already(approved_case, officer, approver, applicant):
    case = approved_case.business_case

    def tactical(title):
        facts = factories.project_facts(title, Decimal("3000"))
        made = services.save_later_project(by=applicant, application=approved_case, kind="tactical", **facts)
        return services.submit_project(by=applicant, application=approved_case, project=made)

    lights, patrols = tactical("Lights"), tactical("Patrols")
    planned = case.projects.filter(kind="planned").first()
    Overlap.objects.create(first=planned, second=patrols, likeness=90)
    award = keep(officer, patrols)
    factories.projects_recommended(officer, approved_case, projects=[lights])

    def approve():
        facts = factories.project_decision(amount=Decimal("3000"))
        services.decide_projects(by=approver, application=approved_case, decisions={lights.pk: facts})

    with pytest.raises(RuleBroken, match="There is £0 left in the tactical pot"):
        approve()
    awards.decide_direct_award(by=approver, award=award, approve=False, reasons="It does not fit.")
    approve()
    with pytest.raises(RuleBroken, match="The tactical pot of .* does not hold this money"):
        keep(officer, patrols)
