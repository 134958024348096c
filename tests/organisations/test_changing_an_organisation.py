"""A lead, or the office, changes what is known of an organisation; a former name stays as an alias."""

import pytest

from audit.models import Event
from organisations import services
from organisations.models import Alias
from pcc_grants.lib.rules import RuleBroken


def test_a_lead_changes_it_and_the_former_name_stays_as_an_alias(organisation, applicant):
    services.update(by=applicant, organisation=organisation, name="Example Young People", website="")
    organisation.refresh_from_db()
    assert organisation.name == "Example Young People"
    assert [alias.name for alias in organisation.aliases.all()] == ["Example Youth Project"]
    event = Event.objects.filter(verb="organisation.changed").get()
    assert event.changes == {"name": ["Example Youth Project", "Example Young People"]}


def test_a_name_taken_back_is_no_longer_an_alias(organisation, applicant):
    services.update(by=applicant, organisation=organisation, name="Example Young People")
    services.update(by=applicant, organisation=organisation, name="Example Youth Project")
    assert [alias.name for alias in organisation.aliases.all()] == ["Example Young People"]


def test_a_change_of_capitals_makes_no_alias(organisation, applicant):
    services.update(by=applicant, organisation=organisation, name="EXAMPLE YOUTH PROJECT")
    assert not organisation.aliases.exists()


def test_changing_nothing_records_nothing(organisation, applicant):
    services.update(by=applicant, organisation=organisation, name=organisation.name, known_as="")
    assert not Event.objects.filter(verb="organisation.changed").exists()


@pytest.mark.parametrize("role", ["colleague", "stranger", "assessor", "approver", "finance", "auditor"])
def test_nobody_else_changes_it(organisation, other_organisation, role, request):
    with pytest.raises(RuleBroken):
        services.update(by=request.getfixturevalue(role), organisation=organisation, name="Mine")


def test_only_the_office_says_whether_the_location_is_published(organisation, applicant, officer):
    with pytest.raises(RuleBroken):
        services.update(by=applicant, organisation=organisation, publish_location=False)
    services.update(by=officer, organisation=organisation, publish_location=False)
    organisation.refresh_from_db()
    assert not organisation.publish_location


def test_a_name_that_another_organisation_has_is_refused(organisation, other_organisation, applicant):
    with pytest.raises(RuleBroken, match="We may already know this organisation"):
        services.update(by=applicant, organisation=organisation, name="example community ASSOCIATION")


def test_the_office_adds_an_alias_once(organisation, other_organisation, officer, applicant):
    first = services.add_alias(by=officer, organisation=organisation, name="EYP")
    assert services.add_alias(by=officer, organisation=organisation, name="eyp") == first
    with pytest.raises(RuleBroken, match="already a name of"):
        services.add_alias(by=officer, organisation=other_organisation, name="EYP")
    with pytest.raises(RuleBroken, match="already a name of"):
        services.add_alias(by=officer, organisation=organisation, name=other_organisation.name)
    with pytest.raises(RuleBroken, match="Enter the other name"):
        services.add_alias(by=officer, organisation=organisation, name=" ")
    with pytest.raises(RuleBroken):
        services.add_alias(by=applicant, organisation=organisation, name="Ours")
    assert Alias.objects.count() == 1
