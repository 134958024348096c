"""A draft is handed over for a signature; the request can be taken back or refused. Neither submits it."""

import pytest

from applications import services
from applications.models import Part, Status
from notifications.models import Message
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.page_text import text_of

from .form_pages import NEED, need, url


@pytest.fixture
def chair(draft, applicant):
    user = factories.person("applicant", name="chair")
    factories.participant(applicant, draft, user, Part.SIGNATORY)
    return user


@pytest.fixture
def waiting(draft, colleague, chair):
    return services.ask_signature(by=colleague, application=draft, signatory=chair)


def test_the_mail_says_plainly_that_it_is_not_submitted(waiting, chair):
    message = Message.objects.get(template="applications/please_sign")
    assert message.to == chair.email
    assert "It is not submitted yet." in message.body
    assert clock.format_deadline(waiting.round.closes_at) in message.body
    assert url("application_submit", waiting) in message.body
    assert chair.name not in message.subject


def test_every_page_of_the_draft_says_that_it_waits_and_it_can_still_be_changed(
    login, waiting, colleague, chair
):
    browser = login(colleague)
    name, arguments = NEED
    page = url(name, waiting, *arguments)
    for address in (
        url("application", waiting),
        page,
        url("application_section", waiting, arguments[0]),
        url("application_submit", waiting),
    ):
        assert "Waiting for Sample chair to sign. It is not submitted yet." in text_of(browser.get(address))
    assert browser.post(page, need(waiting, "Another answer.")).status_code == 302
    waiting.refresh_from_db()
    assert waiting.signature_asked_of == chair
    text = text_of(login(chair).get(url("application", waiting)))
    assert "You have been asked to sign this application. It is not submitted yet." in text


@pytest.mark.parametrize("role", ["applicant", "colleague"])
def test_a_request_is_taken_back(login, waiting, chair, role, request):
    browser = login(request.getfixturevalue(role))
    assert "Take the request back" in text_of(browser.get(url("application_submit", waiting)))
    for _ in range(2):
        text = text_of(browser.post(url("application_signature_take_back", waiting), follow=True))
    assert "The application is not submitted yet." in text and "Waiting for" not in text
    waiting.refresh_from_db()
    assert (waiting.signature_asked_of, waiting.status) == (None, Status.DRAFT)
    message = Message.objects.get(template="applications/signature_taken_back")
    assert message.to == chair.email


def test_the_person_asked_says_no(login, waiting, chair, colleague):
    browser = login(chair)
    assert "I will not sign" in text_of(browser.get(url("application_submit", waiting)))
    browser.post(url("application_signature_take_back", waiting))
    waiting.refresh_from_db()
    assert waiting.signature_asked_at is None
    message = Message.objects.get(template="applications/signature_declined")
    assert message.to == colleague.email


def test_asking_another_tells_the_first(waiting, colleague, applicant, chair):
    services.ask_signature(by=colleague, application=waiting, signatory=applicant)
    assert Message.objects.get(template="applications/signature_taken_back").to == chair.email
    waiting.refresh_from_db()
    assert waiting.signature_asked_of == applicant


def test_nobody_else_takes_it_back(login, waiting, applicant, stranger):
    reader = factories.person("applicant")
    factories.participant(applicant, waiting, reader, Part.READER)
    for by in (reader, stranger):
        with pytest.raises(RuleBroken):
            services.take_back_signature_request(by=by, application=waiting)
    assert login(stranger).post(url("application_signature_take_back", waiting)).status_code == 404
    waiting.refresh_from_db()
    assert waiting.signature_asked_at


@pytest.mark.parametrize("how", ["removed", "another part"])
def test_who_can_no_longer_sign_is_no_longer_waited_for(waiting, applicant, chair, how):
    if how == "removed":
        services.remove_person(by=applicant, application=waiting, user=chair)
    else:
        services.change_part(by=applicant, application=waiting, user=chair, part=Part.READER)
    waiting.refresh_from_db()
    assert waiting.signature_asked_at is None


def test_when_nobody_can_sign_the_page_leads_to_inviting_somebody(
    login, draft, applicant, colleague, officer, organisation
):
    from organisations import services as organisations

    organisations.end_membership(by=officer, membership=organisation.memberships.get(user=applicant))
    response = login(colleague).get(url("application_submit", draft))
    assert "Nobody can sign yet." in text_of(response)
    assert url("application_people", draft) in response.content.decode()
