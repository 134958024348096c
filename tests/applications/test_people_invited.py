"""People are invited to one application, for 14 days, by e-mail; accepted by that address alone."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from accounts.models import User
from applications import services
from applications.models import Application, ApplicationInvitation, Part, Participant, Status
from applications.services import inviting
from notifications.models import Message
from notifications.services import deliver_due
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.page_text import refused, text_of
from tests.racing import while_it_is_under_way

from .form_pages import url

EMAIL = "treasurer@example.org"
OPEN = [Status.DRAFT, Status.SUBMITTED, Status.CLARIFICATION]
FINISHED = sorted(set(Status) - set(OPEN))


@pytest.fixture
def invitation(draft, applicant, stranger):
    return invite(applicant, draft, email=stranger.email)


def invite(by, application, **facts):
    facts = {"email": EMAIL, "name": "The treasurer", "part": Part.CONTRIBUTOR} | facts
    return services.invite(by=by, application=application, **facts)


def set_status(application, status):
    Application.objects.filter(pk=application.pk).update(
        status=status,
        submitted_at=None if status == Status.DRAFT else clock.now(),
        submitted_by=None if status == Status.DRAFT else application.created_by,
    )
    application.refresh_from_db()


def section(application, key):
    return application.response.questionnaire.sections.get(key=key)


# -- Inviting ----------------------------------------------------------------------------------------------


def test_a_lead_invites_with_a_part_and_sections(login, draft, applicant):
    budget = section(draft, "budget")
    browser = login(applicant)
    page = url("application_person_new", draft)
    facts = {"name": "The treasurer", "email": EMAIL.upper(), "part": "contributor", "sections": [budget.pk]}
    for _ in range(2):
        response = browser.post(page, facts, follow=True)
    text = text_of(response)
    assert f"We have written to {EMAIL}." in text
    assert "Can be accepted until" in text
    made = ApplicationInvitation.objects.get()
    assert (made.email, made.part, list(made.sections.all())) == (EMAIL, "contributor", [budget])
    message = Message.objects.get()
    assert (message.to, message.template) == (EMAIL, "applications/invited")
    assert url("application_join", draft) in message.body
    assert not User.objects.filter(email=EMAIL).exists()


def test_what_is_missing_is_said_and_kept(login, draft, applicant):
    html = refused(
        login(applicant).post(url("application_person_new", draft), {"email": "not an address"}),
        "Enter the full name of the person",
        "Enter an email address in the correct format, like name@example.com",
        "Select what they will do",
    )
    assert 'value="not an address"' in html


def test_only_a_contributor_is_limited_to_sections_of_this_form(draft, applicant, officer):
    with pytest.raises(RuleBroken, match="Only a contributor"):
        invite(applicant, draft, part=Part.READER, sections=[section(draft, "budget")])
    other = factories.open_round(officer, factories.fund(officer, code="CTF", name="Other Fund"))
    with pytest.raises(RuleBroken, match="sections of this application"):
        invite(applicant, draft, sections=[other.questionnaire.sections.first()])
    with pytest.raises(RuleBroken, match="Select what they will do"):
        invite(applicant, draft, part="owner")
    assert not ApplicationInvitation.objects.exists()


def test_nobody_learns_whose_address_it_is(login, draft, applicant, stranger, officer):
    browser = login(applicant)
    texts = set()
    for email in (EMAIL, stranger.email, officer.email):
        facts = {"name": "A person", "email": email, "part": "reader"}
        response = browser.post(url("application_person_new", draft), facts, follow=True)
        assert "Sample stranger" not in response.content.decode()
        texts.add(text_of(response).split(draft.reference)[0].replace(email, "…"))
    assert len(texts) == 1
    assert Message.objects.get(to=officer.email).template == "applications/not_invited"


def test_who_takes_part_already_is_changed_instead(draft, applicant, colleague):
    with pytest.raises(RuleBroken, match="Change their part instead"):
        invite(applicant, draft, email=colleague.email)


def test_another_invitation_to_the_same_address_waits_for_the_first(draft, applicant, invitation, stranger):
    with pytest.raises(RuleBroken, match="Cancel that invitation first"):
        invite(applicant, draft, email=stranger.email, part=Part.READER)
    services.cancel_invitation(by=applicant, invitation=invitation)
    assert invite(applicant, draft, email=stranger.email, part=Part.READER) != invitation


def test_there_is_a_most_of_open_invitations(draft, applicant, monkeypatch):
    monkeypatch.setattr(inviting, "MOST_OPEN", 1)
    invite(applicant, draft)
    with pytest.raises(RuleBroken, match="invitations that have not been answered"):
        invite(applicant, draft, email="other@example.org")


@pytest.mark.parametrize("role", ["colleague", "stranger", "officer", "assessor", "auditor"])
def test_nobody_but_a_lead_invites_sends_again_or_cancels(draft, applicant, role, request):
    by = request.getfixturevalue(role)
    made = invite(applicant, draft)
    for act in (
        lambda: invite(by, draft, email="other@example.org"),
        lambda: services.send_invitation_again(by=by, invitation=made),
        lambda: services.cancel_invitation(by=by, invitation=made),
    ):
        with pytest.raises(RuleBroken):
            act()
    made.refresh_from_db()
    assert made.is_open


@pytest.mark.parametrize("status", FINISHED)
def test_people_are_not_changed_once_it_is_over(
    login, draft, applicant, colleague, invitation, stranger, status
):
    set_status(draft, status)
    for act in (
        lambda: invite(applicant, draft, email="other@example.org"),
        lambda: services.send_invitation_again(by=applicant, invitation=invitation),
        lambda: services.accept_invitation(by=stranger, invitation=invitation),
        lambda: services.change_part(by=applicant, application=draft, user=colleague, part=Part.READER),
    ):
        with pytest.raises(RuleBroken, match="people on"):
            act()
    browser = login(applicant)
    text = text_of(browser.get(url("application_people", draft)))
    assert "the people on it cannot be changed" in text or "can no longer be changed" in text
    assert "Invite somebody" not in text and "Sample colleague" in text
    assert browser.get(url("application_person_new", draft)).url == url("application_people", draft)


@pytest.mark.parametrize("status", OPEN)
def test_people_are_changed_while_it_makes_sense(draft, applicant, colleague, status):
    set_status(draft, status)
    invite(applicant, draft)
    services.change_part(by=applicant, application=draft, user=colleague, part=Part.READER)


def test_a_draft_whose_time_is_over_keeps_its_people(draft, applicant):
    with clock.at(draft.round.closes_at + timedelta(days=1)), pytest.raises(RuleBroken, match="closed at"):
        invite(applicant, draft)


# -- Accepting ---------------------------------------------------------------------------------------------


def test_the_person_accepts_and_sees_this_application_only(
    login, draft, applicant, organisation, open_round, invitation, stranger
):
    other = factories.draft(applicant, open_round, organisation)
    browser = login(stranger)
    assert browser.get(url("application", draft)).status_code == 404
    text = text_of(browser.get(url("application_join", draft)))
    assert "Example workshops" in text and "Contributor" in text
    assert not Participant.objects.filter(user=stranger).exists()
    text = text_of(browser.post(url("application_join", draft), follow=True))
    assert "You now take part in this application" in text
    assert browser.post(url("application_join", draft)).url == url("application", draft)
    assert services.part_of(stranger, draft) == Part.CONTRIBUTOR
    for page in (
        url("application", other),
        url("application_people", other),
        reverse("organisation", args=[organisation.reference]),
    ):
        assert browser.get(page).status_code == 404
    assert list(Application.objects.visible_to(stranger)) == [draft]


def test_someone_without_an_account_creates_one_from_the_mail_and_comes_to_the_invitation(
    client, draft, applicant
):
    invite(applicant, draft)
    link = re.search(rf"http\S+({reverse('create_account')}\S+)", Message.objects.get().body)[1]
    response = client.post(link, {"name": "The treasurer", "email": EMAIL})
    deliver_due()
    code = re.search(r"^\d{6}$", mail.outbox[-1].body, re.M)[0]
    response = client.post(response.url, {"code": code})
    assert response.url == url("application_join", draft)
    client.post(response.url)
    assert services.part_of(User.objects.get(email=EMAIL), draft) == Part.CONTRIBUTOR


def test_nobody_else_finds_or_accepts_it(login, draft, invitation):
    other = factories.person("applicant")
    browser = login(other)
    assert browser.get(url("application_join", draft)).status_code == 404
    assert browser.post(url("application_join", draft)).status_code == 404
    with pytest.raises(RuleBroken, match="another email address"):
        services.accept_invitation(by=other, invitation=invitation)
    assert services.part_of(other, draft) is None


@pytest.mark.parametrize("over", ["cancelled", "expired"])
def test_an_invitation_that_is_over_says_so(login, draft, invitation, applicant, stranger, over):
    if over == "cancelled":
        services.cancel_invitation(by=applicant, invitation=invitation)
    else:
        ApplicationInvitation.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    browser = login(stranger)
    sentence = f"This invitation {'was cancelled' if over == 'cancelled' else 'expired on'}"
    assert sentence in text_of(browser.get(url("application_join", draft)))
    refused(browser.post(url("application_join", draft)), sentence)
    assert services.part_of(stranger, draft) is None


def test_the_person_declines(login, draft, invitation, stranger):
    browser = login(stranger)
    browser.post(url("application_join", draft), {"decline": "yes"})
    invitation.refresh_from_db()
    assert invitation.cancelled_at
    assert browser.get(url("application", draft)).status_code == 404


def test_it_is_sent_again_for_14_more_days_and_once_a_day(login, draft, invitation, applicant):
    browser = login(applicant)
    send = url("application_invitation_send", draft, invitation.pk)
    browser.post(send)
    assert Message.objects.count() == 1
    with clock.at(draft.round.closes_at - timedelta(days=1)):
        for _ in range(2):
            text = text_of(browser.post(send, follow=True))
        assert "We have written to" in text
    assert Message.objects.count() == 2
    invitation.refresh_from_db()
    assert invitation.expires_at >= draft.round.closes_at + timedelta(days=12)


def test_it_is_cancelled_after_a_question(login, draft, invitation, applicant, stranger):
    browser = login(applicant)
    page = url("application_invitation_cancel", draft, invitation.pk)
    assert "Cancel this invitation?" in text_of(browser.get(page))
    for _ in range(2):
        text = text_of(browser.post(page, follow=True))
    assert "The invitation has been cancelled" in text and stranger.email not in text


def test_an_accepted_one_is_neither_cancelled_nor_sent_again(draft, invitation, applicant, stranger):
    services.accept_invitation(by=stranger, invitation=invitation)
    services.accept_invitation(by=stranger, invitation=invitation)
    for act in (services.cancel_invitation, services.send_invitation_again):
        with pytest.raises(RuleBroken, match="has been accepted"):
            act(by=applicant, invitation=invitation)


@pytest.mark.django_db(transaction=True)
def test_an_invitation_cancelled_at_the_same_moment_is_not_accepted(draft, invitation, applicant, stranger):
    refusal = while_it_is_under_way(
        lambda: services.cancel_invitation(by=applicant, invitation=invitation),
        lambda: services.accept_invitation(by=stranger, invitation=invitation),
    )
    assert "was cancelled" in str(refusal)
    assert services.part_of(stranger, draft) is None
