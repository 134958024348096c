"""A lead adds and removes colleagues; nobody learns who has an account; a lead always remains."""

import pytest

from accounts.models import User
from notifications.models import Message
from organisations import services
from organisations.models import Membership
from pcc_grants.lib.rules import RuleBroken


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
    with pytest.raises(RuleBroken):
        services.invite(by=by, organisation=organisation, email="new@example.org")
    assert stranger not in services.members_of(organisation)


@pytest.mark.parametrize("role", ["officer", "assessor", "approver", "finance", "panel_officer", "auditor"])
def test_an_office_account_never_acts_for_an_applicant(organisation, applicant, role, request):
    user = request.getfixturevalue(role)
    with pytest.raises(RuleBroken, match="Only an applicant's account"):
        services.add_member(by=applicant, organisation=organisation, user=user)
    services.invite(by=applicant, organisation=organisation, email=user.email)
    assert user not in services.members_of(organisation)
    assert Message.objects.get().template == "organisations/not_added"


def test_an_unknown_address_gets_an_account_and_an_e_mail(organisation, applicant):
    services.invite(
        by=applicant, organisation=organisation, email=" New.Colleague@example.org ", name="A new colleague"
    )
    user = User.objects.get(email="new.colleague@example.org")
    assert (user.name, user.roles, user.has_usable_password()) == ("A new colleague", ["applicant"], False)
    message = Message.objects.get()
    assert (message.to, message.template) == (user.email, "organisations/added")
    assert "/sign-in/" in message.body


def test_a_known_address_keeps_its_account_and_gets_an_e_mail(
    organisation, other_organisation, applicant, stranger
):
    services.invite(by=applicant, organisation=organisation, email=stranger.email.upper(), name="Other name")
    stranger.refresh_from_db()
    assert stranger.name == "Sample stranger"
    assert stranger in services.members_of(organisation)
    services.invite(by=applicant, organisation=organisation, email=stranger.email)
    assert Message.objects.count() == 1


def test_someone_who_left_and_comes_back_is_written_to_again(organisation, applicant, stranger):
    for _ in range(2):
        services.invite(by=applicant, organisation=organisation, email=stranger.email)
        services.end_membership(
            by=applicant,
            membership=Membership.objects.get(user=stranger, organisation=organisation, ended_at=None),
        )
    assert Message.objects.count() == 2


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
