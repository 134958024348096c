"""Administrators look after accounts; nobody locks themselves or everybody out."""

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts import services
from accounts.models import User
from accounts.permissions import Role
from audit.models import Event
from notifications.models import Message
from notifications.services import deliver_due
from pcc_grants.lib.rules import RuleBroken
from tests import factories

OTHERS = sorted(set(Role.values) - {"administrator"})


def last_event(person) -> Event:
    return Event.objects.about(person).first()


# -- Adding ------------------------------------------------------------------------------------------------


def add(by, email="new@example.org", roles=("officer",), name="New Person"):
    return services.add_person(by=by, email=email, name=name, roles=list(roles))


def test_a_person_of_the_office_is_invited_to_choose_a_password(administrator, office):
    person = add(administrator)
    assert person.roles == ["officer"]
    assert not person.has_usable_password()
    message = Message.objects.get()
    assert (message.to, message.secret) == (person.email, True)
    deliver_due()
    assert "/sign-in/password/" in mail.outbox[0].body
    assert last_event(person).verb == "person.added"
    assert last_event(person).actor_id == administrator.pk


def test_an_applicant_is_invited_to_sign_in_with_a_code(administrator):
    add(administrator, roles=["applicant"])
    message = Message.objects.get()
    assert not message.secret
    assert message.template == "accounts/invitation_applicant"


@pytest.mark.parametrize("email", ["new@example.org", "NEW@Example.ORG"])
def test_an_address_that_is_taken_is_refused_in_a_sentence(administrator, email):
    add(administrator)
    with pytest.raises(RuleBroken, match="New Person already has an account"):
        add(administrator, email=email)
    assert Message.objects.count() == 1


def test_an_address_is_taken_whatever_its_case_in_the_database_too(administrator):
    with pytest.raises(IntegrityError), transaction.atomic():
        User(email=administrator.email.upper(), name="Copy", roles=["officer"]).save()


@pytest.mark.parametrize("roles", [[], ["auditor", "officer"], ["administrator", "auditor"]])
def test_impossible_roles_are_refused(administrator, roles):
    with pytest.raises(RuleBroken):
        add(administrator, roles=roles)
    assert not User.objects.filter(email="new@example.org").exists()


@pytest.mark.parametrize("roles", [[], ["auditor", "officer"], ["king"]])
def test_impossible_roles_are_refused_by_the_database_too(administrator, roles):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=administrator.pk).update(roles=roles)


def test_the_invitation_can_be_sent_again_until_they_have_signed_in(administrator, login):
    person = add(administrator)
    services.invite_again(by=administrator, person=person)
    assert Message.objects.count() == 2
    login(person)
    with pytest.raises(RuleBroken, match="has signed in before"):
        services.invite_again(by=administrator, person=person)


# -- Roles -------------------------------------------------------------------------------------------------


def test_roles_are_changed_and_recorded(administrator, officer):
    services.change_roles(by=administrator, person=officer, roles=["finance", "approver"])
    officer.refresh_from_db()
    assert officer.roles == ["approver", "finance"]
    assert last_event(officer).changes == {"before": ["officer"], "after": ["approver", "finance"]}


def test_the_same_roles_again_change_nothing(administrator, officer):
    services.change_roles(by=administrator, person=officer, roles=["officer"])
    assert last_event(officer) is None


def test_nobody_takes_the_administrator_role_from_themselves(administrator):
    with pytest.raises(RuleBroken, match="from yourself"):
        services.change_roles(by=administrator, person=administrator, roles=["officer"])


def test_an_administrator_may_give_themselves_another_role(administrator):
    services.change_roles(by=administrator, person=administrator, roles=["administrator", "officer"])
    administrator.refresh_from_db()
    assert administrator.roles == ["administrator", "officer"]


def test_someone_who_is_no_longer_administrator_changes_nothing_more(administrator):
    """The session of one administrator, while another takes the role away."""
    second = factories.person("administrator")
    services.change_roles(by=administrator, person=second, roles=["officer"])
    with pytest.raises(RuleBroken):
        services.change_roles(by=second, person=administrator, roles=["officer"])
    with pytest.raises(RuleBroken):
        services.deactivate(by=second, person=administrator)


# -- Closing -----------------------------------------------------------------------------------------------


def test_an_account_is_closed_once_and_opened_again(administrator, officer):
    for _ in range(2):
        services.deactivate(by=administrator, person=officer)
    officer.refresh_from_db()
    assert not officer.is_active
    assert not officer.may("read awards")
    for _ in range(2):
        services.reactivate(by=administrator, person=officer)
    verbs = [event.verb for event in Event.objects.about(officer)]
    assert verbs == ["person.reactivated", "person.deactivated"]


def test_nobody_closes_their_own_account(administrator):
    with pytest.raises(RuleBroken, match="your own account"):
        services.deactivate(by=administrator, person=administrator)


def test_a_closed_account_may_do_nothing_whatever_its_roles(administrator):
    administrator.is_active = False
    assert administrator.permissions == frozenset()


@pytest.mark.parametrize("role", OTHERS)
@pytest.mark.parametrize(
    "change",
    [
        lambda by, person: add(by),
        lambda by, person: services.change_roles(by=by, person=person, roles=["officer"]),
        lambda by, person: services.deactivate(by=by, person=person),
        lambda by, person: services.reactivate(by=by, person=person),
        lambda by, person: services.invite_again(by=by, person=person),
        lambda by, person: services.change_name(by=by, person=person, name="Other"),
    ],
    ids=["add", "roles", "close", "open", "invite", "rename"],
)
def test_only_administrators_change_accounts(applicant, role, change):
    with pytest.raises(RuleBroken):
        change(factories.person(role), applicant)


def test_people_change_their_own_name(applicant):
    services.change_name(by=applicant, person=applicant, name="Another Name")
    applicant.refresh_from_db()
    assert applicant.name == "Another Name"
    assert last_event(applicant).verb == "person.renamed"


# -- Through the pages -------------------------------------------------------------------------------------


def test_an_administrator_adds_a_person_on_the_page(login, administrator):
    facts = {"name": "New Person", "email": "new@example.org", "roles": ["officer", "approver"]}
    response = login(administrator).post(reverse("person_new"), facts)
    person = User.objects.get(email="new@example.org")
    assert response.url == reverse("person", args=[person.pk])
    assert person.roles == ["approver", "officer"]


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"name": ""}, "Enter their full name"),
        ({"email": "nobody"}, "Enter an email address in the correct format"),
        ({"roles": []}, "Select at least one role"),
        ({"roles": ["king"]}, "Select at least one role"),
        ({"roles": ["auditor", "officer"]}, "An auditor changes nothing"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(login, administrator, facts, sentence):
    good = {"name": "New Person", "email": "new@example.org", "roles": ["officer"]}
    response = login(administrator).post(reverse("person_new"), good | facts)
    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert "<title>Error: " in page
    if facts.get("name") is None:
        assert 'value="New Person"' in page


def test_the_page_says_when_an_address_is_taken(login, administrator, officer):
    facts = {"name": "New Person", "email": officer.email, "roles": ["officer"]}
    response = login(administrator).post(reverse("person_new"), facts)
    assert response.status_code == 422
    assert "already has an account with this email address" in response.content.decode()


def test_roles_are_changed_on_the_page(login, administrator, officer):
    client = login(administrator)
    address = reverse("person_roles", args=[officer.pk])
    assert client.post(address, {"roles": ["finance"]}).url == reverse("person", args=[officer.pk])
    assert client.post(address, {}).status_code == 422
    officer.refresh_from_db()
    assert officer.roles == ["finance"]


def test_ones_own_account_cannot_be_closed_on_the_page(login, administrator):
    client = login(administrator)
    response = client.post(reverse("person_close", args=[administrator.pk]))
    assert response.status_code == 422
    assert "You cannot close your own account" in response.content.decode()
    assert (
        reverse("person_close", args=[administrator.pk])
        not in client.get(reverse("person", args=[administrator.pk])).content.decode()
    )


def test_an_account_is_closed_opened_and_invited_on_the_pages(login, administrator):
    person = add(administrator)
    client = login(administrator)
    client.post(reverse("person_close", args=[person.pk]))
    person.refresh_from_db()
    assert not person.is_active
    response = client.post(reverse("person_invite", args=[person.pk]), follow=True)
    assert "This account is closed" in response.content.decode()
    client.post(reverse("person_open", args=[person.pk]))
    client.post(reverse("person_invite", args=[person.pk]))
    person.refresh_from_db()
    assert person.is_active
    assert Message.objects.count() == 2


def test_the_auditor_reads_people_and_is_offered_no_change(login, auditor, officer):
    client = login(auditor)
    assert reverse("person_new") not in client.get(reverse("people")).content.decode()
    page = client.get(reverse("person", args=[officer.pk])).content.decode()
    assert officer.email in page
    assert reverse("person_roles", args=[officer.pk]) not in page
    assert reverse("person_close", args=[officer.pk]) not in page


def test_people_correct_their_name_on_their_account(login, applicant):
    client = login(applicant)
    assert client.post(reverse("account"), {"name": "Another Name"}).url == reverse("account")
    assert "Another Name" in client.get(reverse("account")).content.decode()
    assert client.post(reverse("account"), {"name": ""}).status_code == 422
