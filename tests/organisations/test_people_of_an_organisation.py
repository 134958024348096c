"""Who acts for an organisation: added, made lead, removed, leaving; a lead always remains."""

import pytest
from django.urls import reverse

from audit.models import Event
from notifications.models import Message
from organisations import services
from organisations.models import Membership
from pcc_grants.lib.rules import RuleBroken
from tests.page_text import refused, text_of
from tests.racing import while_it_is_under_way


def test_a_lead_adds_a_colleague_once(organisation, applicant, stranger):
    first = services.add_member(by=applicant, organisation=organisation, user=stranger)
    assert services.add_member(by=applicant, organisation=organisation, user=stranger) == first
    assert services.members_of(organisation).count(stranger) == 1


def test_the_first_person_whom_the_office_adds_leads(officer, applicant, colleague):
    made = services.register(by=officer, name="Example Sports Club", kind="charity")
    for user in (applicant, colleague):
        services.add_member(by=officer, organisation=made, user=user)
    assert services.is_lead(applicant, made)
    assert not services.is_lead(colleague, made)


@pytest.mark.parametrize("role", ["colleague", "stranger", "assessor", "approver", "finance", "auditor"])
def test_nobody_else_adds_people(organisation, other_organisation, role, request, stranger):
    by = request.getfixturevalue(role)
    with pytest.raises(RuleBroken):
        services.add_member(by=by, organisation=organisation, user=stranger)
    assert stranger not in services.members_of(organisation)


@pytest.mark.parametrize("role", ["officer", "assessor", "approver", "finance", "panel_officer", "auditor"])
def test_an_office_account_never_acts_for_an_applicant(organisation, applicant, role, request):
    user = request.getfixturevalue(role)
    with pytest.raises(RuleBroken, match="Only an applicant's account"):
        services.add_member(by=applicant, organisation=organisation, user=user)
    assert user not in services.members_of(organisation)


def test_a_lead_removes_a_colleague_and_a_colleague_leaves(organisation, applicant, colleague, stranger):
    services.add_member(by=applicant, organisation=organisation, user=stranger)
    theirs = Membership.objects.get(user=stranger, organisation=organisation)
    with pytest.raises(RuleBroken):
        services.end_membership(by=colleague, membership=theirs)
    services.end_membership(by=applicant, membership=theirs)
    services.end_membership(by=applicant, membership=theirs)
    services.end_membership(by=colleague, membership=Membership.objects.get(user=colleague))
    assert services.members_of(organisation) == [applicant]


def test_the_last_lead_stays_unless_the_office_takes_them_off(organisation, applicant, officer):
    lead = Membership.objects.get(user=applicant, organisation=organisation)
    with pytest.raises(RuleBroken, match="needs a lead"):
        services.end_membership(by=applicant, membership=lead)
    services.end_membership(by=officer, membership=lead)
    assert applicant not in services.members_of(organisation)


def test_people_with_a_closed_account_get_no_mail(organisation, applicant, colleague):
    colleague.is_active = False
    colleague.save()
    assert services.members_of(organisation) == [applicant]


def test_somebody_who_is_removed_is_written_to_and_somebody_who_leaves_is_not(
    organisation, applicant, colleague, stranger
):
    services.add_member(by=applicant, organisation=organisation, user=stranger)
    services.end_membership(by=colleague, membership=organisation.memberships.get(user=colleague))
    assert not Message.objects.exists()
    theirs = organisation.memberships.get(user=stranger)
    for _ in range(2):
        services.end_membership(by=applicant, membership=theirs)
    message = Message.objects.get()
    assert (message.to, message.template) == (stranger.email, "organisations/removed")


def test_a_lead_makes_a_colleague_lead_and_may_then_leave(organisation, applicant, colleague):
    theirs = organisation.memberships.get(user=colleague)
    for _ in range(2):
        services.change_role(by=applicant, membership=theirs, role="lead")
    assert services.is_lead(colleague, organisation)
    assert Event.objects.filter(verb="organisation.role_changed").count() == 1
    services.end_membership(by=applicant, membership=organisation.memberships.get(user=applicant))
    assert services.members_of(organisation) == [colleague]


def test_the_last_lead_cannot_become_a_member(organisation, applicant):
    own = organisation.memberships.get(user=applicant)
    with pytest.raises(RuleBroken, match="needs a lead"):
        services.change_role(by=applicant, membership=own, role="member")
    assert services.is_lead(applicant, organisation)


@pytest.mark.parametrize("role", ["colleague", "stranger", "assessor", "approver", "finance", "auditor"])
def test_nobody_else_changes_a_role(organisation, other_organisation, role, request):
    by = request.getfixturevalue(role)
    with pytest.raises(RuleBroken):
        services.change_role(by=by, membership=organisation.memberships.last(), role="lead")


def test_a_role_is_one_of_two_and_of_somebody_who_still_acts(organisation, applicant, colleague):
    theirs = organisation.memberships.get(user=colleague)
    with pytest.raises(RuleBroken, match="Select a role"):
        services.change_role(by=applicant, membership=theirs, role="owner")
    services.end_membership(by=applicant, membership=theirs)
    with pytest.raises(RuleBroken, match="no longer acts"):
        services.change_role(by=applicant, membership=theirs, role="lead")


def test_a_role_is_changed_in_the_browser(login, organisation, applicant, colleague):
    theirs = organisation.memberships.get(user=colleague)
    own = organisation.memberships.get(user=applicant)
    browser = login(applicant)
    page = reverse("organisation_person_role", args=[organisation.reference, theirs.pk])
    assert colleague.email in text_of(browser.get(page))
    refused(browser.post(page, {"role": "owner"}), "Select a role")
    assert "The role has been changed" in text_of(browser.post(page, {"role": "lead"}, follow=True))
    browser.post(page, {"role": "member"})
    own_page = reverse("organisation_person_role", args=[organisation.reference, own.pk])
    refused(browser.post(own_page, {"role": "member"}), "The organisation needs a lead.")


@pytest.mark.django_db(transaction=True)
def test_two_leads_who_leave_at_the_same_moment_leave_one(organisation, applicant, colleague):
    memberships = {one.user_id: one for one in organisation.memberships.all()}
    services.change_role(by=applicant, membership=memberships[colleague.pk], role="lead")

    def leave(person):
        return services.end_membership(by=person, membership=memberships[person.pk])

    refusal = while_it_is_under_way(lambda: leave(applicant), lambda: leave(colleague))
    assert "needs a lead" in str(refusal)
    assert services.members_of(organisation) == [colleague]
