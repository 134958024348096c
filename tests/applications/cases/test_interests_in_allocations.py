"""Whoever has an interest proposes and decides no allocation; an approver hands the decision on."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from applications import services
from audit.models import Event
from organisations.models import DeclaredInterest
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.page_text import text_of

WHY = "My sister is a trustee."


@pytest.fixture
def proposed(officer, round, organisation, other_organisation):
    return [
        services.propose_case(by=officer, round=round, organisation=one, amount=Decimal(amount))
        for one, amount in ((organisation, 100), (other_organisation, 200))
    ]


def test_an_officer_with_an_interest_proposes_and_changes_nothing(
    proposed, officer, crg, round, organisation, login
):
    DeclaredInterest.objects.create(organisation=organisation, user=officer, interest=WHY)
    with pytest.raises(RuleBroken, match="Someone else must change"):
        services.change_case(by=officer, case=proposed[0], amount=Decimal("101"), reasons="It grew.")
    next_year = factories.allocated_round(
        officer,
        crg,
        start_year=round.start_year + 1,
        projects_start_on=round.projects_start_on + timedelta(days=365),
        projects_end_on=round.projects_end_on + timedelta(days=365),
    )
    with pytest.raises(RuleBroken, match="Someone else must propose"):
        services.propose_case(by=officer, round=next_year, organisation=organisation, amount=Decimal("100"))
    page = login(officer).post(reverse("office_roll_forward", args=[next_year.pk]), follow=True)
    assert f"has declared an interest in {organisation}. Someone else must propose it." in text_of(page)
    assert [one.organisation_id for one in next_year.business_cases.all()] == [proposed[1].organisation_id]
    next_year.business_cases.all().delete()
    type(round).objects.filter(pk=next_year.pk).update(maximum=Decimal("150"))
    with pytest.raises(RuleBroken, match=f"For {proposed[1].organisation} it is £200."):
        services.roll_forward(by=officer, round=next_year)


def test_an_allocation_is_handed_on(proposed, round, approver, approver_2, organisation, login):
    browser, page = login(approver), reverse("decide_allocations", args=[round.pk])
    form = reverse("decide_allocations_interest", args=[round.pk])
    assert form in browser.get(page).content.decode()
    facts = {"organisations": [organisation.pk], "interest": WHY, "handed_to": approver_2.pk}
    for _ in range(2):
        assert browser.post(form, facts).status_code == 302
    assert Event.objects.filter(verb="business_case.decision_handed_on").count() == 1
    shown = browser.get(page)
    assert "has declared an interest in" in text_of(shown)
    assert list(shown.context["form"].fields["cases"].queryset) == [proposed[1]]
    with pytest.raises(RuleBroken, match="Select another approver"):
        services.hand_allocations_on(
            by=approver_2, round=round, organisations=[organisation], interest=WHY, handed_to=approver
        )


def test_the_projects_of_a_case_are_handed_on(case_recommended, approver, approver_2, login):
    project = case_recommended.business_case.projects.first()
    project.provider = factories.organisation(factories.person("applicant"), "Example Provider")
    project.save()
    browser, page = login(approver), reverse("decide_projects", args=[case_recommended.reference])
    form = reverse("decide_interest", args=[case_recommended.reference])
    assert form in browser.get(page).content.decode()
    facts = {"organisations": [project.provider.pk], "interest": WHY, "handed_to": approver_2.pk}
    assert browser.post(form, facts).url == page
    text = text_of(browser.get(page))
    assert "an interest in Example Provider, which delivers it. Someone else must decide." in text
    assert "has handed the decision on to you" in text_of(login(approver_2).get(page))
