"""Invitations to act for an organisation: by e-mail, for 14 days, accepted by that address alone."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import User
from audit.models import Event
from notifications.models import Message
from notifications.services import deliver_due
from organisations import services
from organisations.models import Invitation, Membership
from organisations.services import inviting
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.page_text import refused, text_of
from tests.racing import while_it_is_under_way

EMAIL = "new.colleague@example.org"


@pytest.fixture
def invitation(organisation, applicant, stranger):
    return services.invite(by=applicant, organisation=organisation, email=stranger.email, name="A colleague")


def page(name, invitation):
    arguments = [invitation.organisation.reference]
    return reverse(name, args=arguments if name == "organisation_join" else [*arguments, invitation.pk])


# -- Inviting ----------------------------------------------------------------------------------------------


def test_an_address_is_invited_for_14_days_and_written_to_once(organisation, applicant):
    made = [
        services.invite(by=applicant, organisation=organisation, email=f" {email} ", name="A colleague")
        for email in (EMAIL, EMAIL.upper())
    ]
    assert made[0] == made[1]
    assert made[0].expires_at - made[0].invited_at >= timedelta(days=14) - timedelta(seconds=5)
    assert not User.objects.filter(email=EMAIL).exists()
    message = Message.objects.get()
    assert (message.to, message.template) == (EMAIL, "organisations/invited")
    assert reverse("organisation_join", args=[organisation.reference]) in message.body
    assert reverse("create_account") in message.body
    assert Event.objects.filter(verb="organisation.invited").count() == 1
    assert EMAIL not in message.subject


@pytest.mark.parametrize(
    "role", ["colleague", "stranger", "assessor", "approver", "finance", "panel_officer", "auditor"]
)
def test_only_a_lead_and_the_office_invite(organisation, other_organisation, applicant, role, request):
    by = request.getfixturevalue(role)
    waiting = services.invite(by=applicant, organisation=organisation, email=EMAIL)
    for act in (
        lambda: services.invite(by=by, organisation=organisation, email="other@example.org"),
        lambda: services.send_invitation_again(by=by, invitation=waiting),
        lambda: services.cancel_invitation(by=by, invitation=waiting),
    ):
        with pytest.raises(RuleBroken):
            act()
    assert Invitation.objects.get().is_open


def test_nobody_learns_whose_address_it_is(login, organisation, applicant, stranger, officer):
    browser = login(applicant)
    url = reverse("organisation_person_new", args=[organisation.reference])
    closed = factories.person("applicant")
    User.objects.filter(pk=closed.pk).update(is_active=False)
    texts = []
    for email in (EMAIL, stranger.email, officer.email, closed.email):
        response = browser.post(url, {"name": "A colleague", "email": email}, follow=True)
        assert "Sample stranger" not in response.content.decode()
        texts.append(text_of(response).split("Your organisation")[0].replace(email, "…"))
        Invitation.objects.all().delete()
    assert set(texts) == {
        "Success We have written to …. They can act for the organisation once they have accepted. "
    }
    assert Message.objects.count() == 4


def test_an_account_of_the_office_is_told_why_it_cannot_accept(login, organisation, applicant, officer):
    made = services.invite(by=applicant, organisation=organisation, email=officer.email)
    assert Message.objects.get().template == "organisations/not_added"
    with pytest.raises(RuleBroken):
        services.accept_invitation(by=officer, invitation=made)
    assert login(officer).get(page("organisation_join", made)).status_code == 403


def test_somebody_who_acts_for_it_already_is_not_invited(login, organisation, applicant, colleague):
    url = reverse("organisation_person_new", args=[organisation.reference])
    refused(
        login(applicant).post(url, {"name": "A colleague", "email": colleague.email}),
        "This person already acts for the organisation.",
    )


def test_there_is_a_most_of_open_invitations(organisation, applicant, monkeypatch):
    monkeypatch.setattr(inviting, "MOST_OPEN", 2)
    for number in range(2):
        services.invite(by=applicant, organisation=organisation, email=f"new-{number}@example.org")
    with pytest.raises(RuleBroken, match="invitations that have not been answered"):
        services.invite(by=applicant, organisation=organisation, email=EMAIL)


def test_an_address_that_mail_cannot_be_sent_to_is_refused(organisation, applicant):
    with pytest.raises(RuleBroken, match="cannot be sent"):
        services.invite(by=applicant, organisation=organisation, email="not an address")
    assert not Invitation.objects.exists()


# -- Accepting ---------------------------------------------------------------------------------------------


def test_the_person_accepts_on_a_page_and_acts_for_it(login, organisation, invitation, stranger):
    browser = login(stranger)
    text = text_of(browser.get(page("organisation_join", invitation)))
    assert "Join Example Youth Project?" in text
    assert "Sample applicant has invited you" in text
    assert not services.is_member(stranger, organisation)
    text = text_of(browser.post(page("organisation_join", invitation), follow=True))
    assert "You can now act for Example Youth Project" in text
    membership = organisation.memberships.get(user=stranger)
    assert membership.role == Membership.Role.MEMBER
    assert browser.post(page("organisation_join", invitation)).status_code == 302
    assert services.accept_invitation(by=stranger, invitation=invitation) == membership
    assert Event.objects.filter(verb="organisation.member_added", actor_id=stranger.pk).count() == 1


def test_someone_without_an_account_creates_one_from_the_mail_and_comes_to_the_invitation(
    client, organisation, applicant
):
    made = services.invite(by=applicant, organisation=organisation, email=EMAIL)
    link = re.search(rf"http\S+({reverse('create_account')}\S+)", Message.objects.get().body)[1]
    response = client.post(link, {"name": "New Colleague", "email": EMAIL})
    deliver_due()
    code = re.search(r"^\d{6}$", mail.outbox[-1].body, re.M)[0]
    response = client.post(response.url, {"code": code})
    assert response.url == page("organisation_join", made)
    client.post(response.url)
    assert services.is_member(User.objects.get(email=EMAIL), organisation)


def test_a_visitor_who_opens_the_link_signs_in_and_comes_back(client, invitation):
    response = client.get(page("organisation_join", invitation))
    assert response.url == reverse("sign_in") + "?next=" + page("organisation_join", invitation)


def test_nobody_else_finds_or_accepts_it(login, organisation, invitation):
    other = factories.person("applicant")
    browser = login(other)
    assert browser.get(page("organisation_join", invitation)).status_code == 404
    assert browser.post(page("organisation_join", invitation)).status_code == 404
    with pytest.raises(RuleBroken, match="another email address"):
        services.accept_invitation(by=other, invitation=invitation)
    assert not services.is_member(other, organisation)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda i, by: services.cancel_invitation(by=by, invitation=i), "This invitation was cancelled."),
        (
            lambda i, by: Invitation.objects.update(expires_at=clock.now() - timedelta(days=1)),
            "This invitation expired on",
        ),
    ],
    ids=["cancelled", "expired"],
)
def test_an_invitation_that_is_over_says_so(login, invitation, applicant, stranger, spoil, sentence):
    spoil(invitation, applicant)
    browser = login(stranger)
    assert sentence in text_of(browser.get(page("organisation_join", invitation)))
    refused(browser.post(page("organisation_join", invitation)), sentence)
    with pytest.raises(RuleBroken, match=sentence):
        services.accept_invitation(by=stranger, invitation=invitation)
    assert not Membership.objects.filter(user=stranger).exists()


def test_it_works_up_to_the_last_moment_of_14_days(invitation, stranger):
    with clock.at(invitation.expires_at + timedelta(seconds=1)):
        assert not Invitation.objects.visible_to(stranger).exists()
        with pytest.raises(RuleBroken, match="expired"):
            services.accept_invitation(by=stranger, invitation=invitation)
    with clock.at(invitation.expires_at):
        assert Invitation.objects.visible_to(stranger).exists()
        services.accept_invitation(by=stranger, invitation=invitation)


def test_it_is_used_once(organisation, invitation, applicant, stranger):
    membership = services.accept_invitation(by=stranger, invitation=invitation)
    services.end_membership(by=applicant, membership=membership)
    with pytest.raises(RuleBroken, match="has been used"):
        services.accept_invitation(by=stranger, invitation=invitation)
    again = services.invite(by=applicant, organisation=organisation, email=stranger.email)
    assert again != invitation
    services.accept_invitation(by=stranger, invitation=again)
    assert services.is_member(stranger, organisation)


def test_the_person_declines(login, organisation, invitation, stranger):
    browser = login(stranger)
    browser.post(page("organisation_join", invitation), {"decline": "yes"})
    browser.post(page("organisation_join", invitation), {"decline": "yes"})
    assert "This invitation was cancelled" in text_of(browser.get(page("organisation_join", invitation)))
    assert not services.is_member(stranger, organisation)


def test_accepting_answers_a_request_of_the_same_person(organisation, applicant, stranger):
    asked = services.ask_to_join(by=stranger, organisation=organisation)
    made = services.invite(by=applicant, organisation=organisation, email=stranger.email)
    services.accept_invitation(by=stranger, invitation=made)
    asked.refresh_from_db()
    assert (asked.is_accepted, asked.decided_by) == (True, applicant)


def test_the_first_whom_the_office_invites_leads(officer, applicant):
    made = services.register(by=officer, name="Example Sports Club", kind="charity")
    invitation = services.invite(by=officer, organisation=made, email=applicant.email)
    assert services.accept_invitation(by=applicant, invitation=invitation).role == Membership.Role.LEAD


# -- Sending again and cancelling --------------------------------------------------------------------------


def test_it_is_sent_again_for_14_more_days(login, organisation, invitation, applicant):
    browser = login(applicant)
    with clock.at(clock.now() + timedelta(days=20)):
        text = text_of(browser.get(reverse("organisation", args=[organisation.reference])))
        assert "Expired on" in text
        for _ in range(2):
            response = browser.post(page("organisation_invitation_send", invitation), follow=True)
        assert "Can be accepted until" in text_of(response)
        invitation.refresh_from_db()
        assert invitation.is_open
    assert Message.objects.count() == 2


def test_on_the_day_it_was_sent_nothing_is_sent_again(invitation, applicant):
    services.send_invitation_again(by=applicant, invitation=invitation)
    assert Message.objects.count() == 1


def test_inviting_an_expired_address_renews_it(organisation, invitation, applicant, stranger):
    with clock.at(clock.now() + timedelta(days=20)):
        again = services.invite(by=applicant, organisation=organisation, email=stranger.email)
        assert again == invitation and again.is_open
    assert Message.objects.count() == 2


def test_it_is_cancelled_after_a_question(login, organisation, invitation, applicant, stranger):
    browser = login(applicant)
    question = page("organisation_invitation_cancel", invitation)
    assert "Cancel this invitation?" in text_of(browser.get(question))
    for _ in range(2):
        browser.post(question)
    invitation.refresh_from_db()
    assert invitation.cancelled_at
    assert Event.objects.filter(verb="organisation.invitation_cancelled").count() == 1
    assert stranger.email not in text_of(browser.get(reverse("organisation", args=[organisation.reference])))


def test_what_was_answered_is_neither_sent_again_nor_cancelled(login, invitation, applicant, stranger):
    services.accept_invitation(by=stranger, invitation=invitation)
    browser = login(applicant)
    refused(
        browser.post(page("organisation_invitation_cancel", invitation)), "This invitation has been accepted."
    )
    response = browser.post(page("organisation_invitation_send", invitation), follow=True)
    assert "This invitation has been accepted." in text_of(response)


@pytest.mark.django_db(transaction=True)
def test_a_form_that_is_sent_twice_at_once_invites_once(organisation, applicant):
    def invite():
        return services.invite(by=applicant, organisation=organisation, email=EMAIL)

    assert while_it_is_under_way(invite, invite) == Invitation.objects.get()
    assert Message.objects.count() == 1
