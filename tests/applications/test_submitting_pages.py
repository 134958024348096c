"""Check and submit in the browser: once, in time, signed; the receipt; and what can be done afterwards."""

import re
from datetime import timedelta
from hashlib import sha256
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from applications import services
from applications.models import FINAL, Application, Status
from audit.models import Event
from notifications.models import Message
from pcc_grants.lib import clock
from tests import factories
from tests.applications.form_pages import LATER, NEED, PROJECT, SIGNED, need, page, project, url
from tests.applications.test_starting_and_saving import STAFF, set_status
from tests.page_text import refused, text_of


@pytest.fixture
def empty(open_round, organisation, applicant):
    """A draft in which nothing has been written."""
    factories.district()
    return services.start(by=applicant, round=open_round, organisation=organisation)


def gaps_of(application):
    return services.gaps_of(services.reading_of(application))


def test_what_is_missing_stands_at_the_top_with_its_links(login, empty, applicant):
    browser = login(applicant)
    here = url("application_submit", empty)
    for response in (browser.get(here), browser.post(here, SIGNED)):
        html = response.content.decode()
        assert "There is a problem" in html
        for gap in gaps_of(empty):
            assert f'<a href="{gap.url(empty.reference)}">{gap.message}</a>' in html
    refused(browser.post(here, SIGNED), "Enter the name of your project")
    html = browser.post(here, {}).content.decode()
    assert '<a href="#id_signed_name">Enter your full name as your signature</a>' in html
    for gap in gaps_of(empty):
        target, _, anchor = gap.url(empty.reference).partition("#")
        assert f'id="{anchor}"' in browser.get(target).content.decode(), anchor
    empty.refresh_from_db()
    assert empty.status == Status.DRAFT


def test_every_answer_leads_back_to_its_own_question(login, officer, fund, organisation, applicant):
    factories.district()
    round = factories.open_round(officer, fund, brief_form=False)
    everything = services.start(by=applicant, round=round, organisation=organisation)
    browser = login(applicant)
    html = browser.get(url("application_submit", everything)).content.decode()
    links = re.findall(r'href="(/applications/[^"#]+[?]next=submit)#([^"]+)"', html)
    assert len(links) > 20
    for address, anchor in links:
        assert f'id="{anchor}"' in browser.get(address).content.decode(), anchor


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"declarations": []}, "Select all 4 boxes to accept and submit"),
        ({"declarations": ["correct", "tell", "terms"]}, "Select all 4 boxes to accept and submit"),
        ({"declarations": ["correct", "tell", "terms", "other"]}, "Select all 4 boxes to accept and submit"),
        ({"declarations": ["correct"] * 4}, "Select all 4 boxes to accept and submit"),
        ({"signed_name": " "}, "Enter your full name as your signature"),
        ({"signed_role": ""}, "Enter your role in the organisation"),
    ],
)
def test_an_incomplete_declaration_is_refused(login, draft, applicant, typed, sentence):
    html = refused(login(applicant).post(url("application_submit", draft), SIGNED | typed), sentence)
    if "signed_name" not in typed:
        assert 'value="The Chair"' in html
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT


def test_submitting_twice_sends_one_receipt_and_back_says_so(login, draft, applicant, colleague):
    browser = login(applicant)
    here = url("application_submit", draft)
    for _ in range(2):
        assert browser.post(here, SIGNED).url == url("application_submitted", draft)
    assert Message.objects.filter(template="applications/submitted").count() == 2
    assert Event.objects.filter(verb="application.submitted").count() == 1
    response = browser.get(here)
    assert response.status_code == 200
    assert "You have already submitted this application" in text_of(response)
    assert login(colleague).post(here, SIGNED).url == url("application_submitted", draft)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_make_one_submission(draft, applicant):
    barrier, statuses = Barrier(2), []
    browsers = [Client(), Client()]
    for browser in browsers:
        browser.force_login(applicant)

    def press(browser):
        barrier.wait()
        try:
            statuses.append(browser.post(url("application_submit", draft), SIGNED).status_code)
        finally:
            connection.close()

    threads = [Thread(target=press, args=[browser]) for browser in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [302, 302]
    assert Event.objects.filter(verb="application.submitted").count() == 1
    assert Message.objects.filter(template="applications/submitted").count() == 2


def test_the_minutes_after_closing_are_flagged_and_then_it_is_over(login, draft, applicant):
    closes_at = draft.round.closes_at
    browser = login(applicant)
    with clock.at(closes_at + timedelta(minutes=16)):
        html = refused(
            browser.post(url("application_submit", draft), SIGNED), "Your application was not submitted"
        )
        assert 'value="The Chair"' in html
    with clock.at(closes_at + timedelta(minutes=15)):
        browser.post(url("application_submit", draft), SIGNED)
        text = text_of(browser.get(url("application_submitted", draft)))
    assert "We received it at 5:15pm on" in text
    assert "It reached us in the 15 minutes after closing." in text
    body = Message.objects.filter(template="applications/submitted").first().body
    assert "in the 15 minutes after closing" in body
    assert "reopen" not in body


def test_the_last_day_says_how_long_there_is(login, draft, applicant):
    closes_at = draft.round.closes_at
    browser = login(applicant)
    for before, sentence in (
        (timedelta(hours=2, minutes=20), "This fund closes at 5pm today. It is now 2:40pm."),
        (timedelta(hours=23), "This fund closes at 5pm tomorrow. It is now 6pm."),
        (timedelta(minutes=-5), "You can still submit until 5:15pm. It is now 5:05pm."),
    ):
        with clock.at(closes_at - before):
            for name, arguments in (
                ("application", []), PROJECT, NEED, ("application_section", ["project"]),
                ("application_submit", []),
            ):  # fmt: skip
                assert sentence in text_of(browser.get(url(name, draft, *arguments)))
    with clock.at(closes_at - timedelta(hours=25)):
        assert "It is now" not in text_of(browser.get(url("application", draft)))


def test_a_page_left_open_across_closing_keeps_the_text(login, draft, applicant):
    browser = login(applicant)
    with clock.at(draft.round.closes_at + timedelta(minutes=16)):
        here = page(draft, "about-need", "about-need")
        for data in (need(draft, "Nearly done."), need(draft, "Nearly done.") | LATER):
            html = refused(browser.post(here, data), "This fund closed at 5pm on")
            assert "Nearly done." in html
        html = refused(browser.post(page(draft, "project", "title"), project(draft) | LATER), "closed")
        assert 'value="Example workshops"' in html


def test_after_closing_a_draft_is_read_only_and_says_why(login, draft, applicant):
    browser = login(applicant)
    with clock.at(draft.round.closes_at + timedelta(hours=1)):
        for sweep in (False, True):
            if sweep:
                services.close_rounds()
            response = browser.get(url("application", draft))
            text = text_of(response)
            assert "This fund closed at 5pm on" in text
            assert "Your application was not submitted" in text
            assert "Not submitted in time" in text
            assert "Our answer about Need." in text
            assert browser.get(page(draft, "project", "title")).url == url(
                "application_section", draft, "project"
            )
            for name in ("application_submit", "application_submitted", "application_reopen"):
                assert browser.get(url(name, draft)).url == url("application", draft)


def test_the_copy_is_a_pdf_of_what_was_submitted(login, submitted_application, applicant, colleague):
    response = login(colleague).get(url("application_copy", submitted_application))
    assert response["Content-Type"] == "application/pdf"
    assert submitted_application.reference in response["Content-Disposition"]
    assert response.content.startswith(b"%PDF")
    services.make_copies()
    kept = submitted_application.copies.get().attachment
    again = login(applicant).get(url("application_copy", submitted_application))
    assert (again.content, kept.sha256) == (bytes(kept.content), sha256(kept.content).hexdigest())


def test_a_draft_has_no_copy(login, draft, applicant):
    assert login(applicant).get(url("application_copy", draft)).status_code == 404


# -- Signing -----------------------------------------------------------------------------------------------


def test_who_cannot_sign_hands_it_over_and_it_is_not_submitted(login, draft, applicant, colleague):
    browser = login(colleague)
    here = url("application_submit", draft)
    text = text_of(browser.get(here))
    assert "Accept and submit" not in text
    assert "This does not submit the application." in text
    assert browser.post(here, SIGNED).status_code == 422
    refused(browser.post(here, {"hand_over": "yes"}), "Select who will sign")
    for _ in range(2):
        response = browser.post(here, {"hand_over": "yes", "signatory": applicant.pk}, follow=True)
        assert f"Waiting for {applicant} to sign. It is not submitted yet." in text_of(response)
    draft.refresh_from_db()
    assert (draft.status, draft.signature_asked_of) == (Status.DRAFT, applicant)
    assert Message.objects.filter(template="applications/please_sign", to=applicant.email).count() == 1
    assert "You have been asked to sign" in text_of(login(applicant).get(url("application", draft)))
    login(applicant).post(here, SIGNED)
    draft.refresh_from_db()
    assert (draft.status, draft.signature_asked_of) == (Status.SUBMITTED, None)


@pytest.mark.parametrize("person", ["colleague", "stranger", "officer"])
def test_only_who_can_sign_is_asked_to(login, draft, applicant, other_organisation, person, request):
    asked = request.getfixturevalue(person)
    response = login(applicant).post(
        url("application_submit", draft), {"hand_over": "yes", "signatory": asked.pk}
    )
    refused(response, "Select who will sign")
    draft.refresh_from_db()
    assert draft.signature_asked_of is None


# -- Afterwards --------------------------------------------------------------------------------------------


def test_a_submission_is_reopened_after_a_plain_warning(login, submitted_application, applicant):
    browser = login(applicant)
    here = url("application_reopen", submitted_application)
    text = text_of(browser.get(here))
    assert "You must submit it again by 5pm on" in text
    submitted_application.refresh_from_db()
    assert submitted_application.status == Status.SUBMITTED
    assert "You must submit it again." in text_of(browser.post(here, follow=True))
    submitted_application.refresh_from_db()
    assert submitted_application.status == Status.DRAFT


def test_reopening_after_closing_is_refused(login, submitted_application, applicant):
    with clock.at(submitted_application.round.closes_at + timedelta(seconds=1)):
        response = login(applicant).post(url("application_reopen", submitted_application))
        refused(response, "The application can no longer be changed")


def test_a_draft_is_deleted_and_restored_after_a_question(login, draft, applicant):
    browser = login(applicant)
    here = url("application_withdraw", draft)
    assert "Delete this draft?" in text_of(browser.get(here))
    text = text_of(browser.post(here, follow=True))
    assert "The draft has been deleted" in text
    restore = url("application_restore", draft)
    assert restore in browser.get(url("application", draft)).content.decode()
    assert "Restore this draft?" in text_of(browser.get(restore))
    assert "The draft has been restored" in text_of(browser.post(restore, follow=True))
    assert browser.get(restore).url == url("application", draft)
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT


def test_an_application_is_withdrawn_after_a_question(login, submitted_application, applicant):
    browser = login(applicant)
    here = url("application_withdraw", submitted_application)
    assert "You cannot undo this." in text_of(browser.get(here))
    refused(browser.post(here, {"reason": "word " * 201}), "Reason must be 200 words or fewer")
    assert "The application has been withdrawn" in text_of(browser.post(here, follow=True))
    assert browser.get(here).url == url("application", submitted_application)
    assert browser.post(here).url == url("application", submitted_application)
    text = text_of(browser.get(url("application_submitted", submitted_application)))
    assert "It was withdrawn at" in text


@pytest.mark.parametrize("status", [Status.APPROVED, Status.DECLINED, Status.INELIGIBLE])
def test_after_a_decision_it_is_not_withdrawn(login, submitted_application, applicant, status):
    set_status(submitted_application, status)
    browser = login(applicant)
    here = url("application_withdraw", submitted_application)
    assert browser.get(here).url == url("application", submitted_application)
    refused(browser.post(here), "can no longer be withdrawn")


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.ELIGIBLE, "Being assessed"),
        (Status.RECOMMENDED, "Being assessed"),
        (Status.NOT_RECOMMENDED, "Being assessed"),
        (Status.APPROVED, "Decision made: offer"),
        (Status.DECLINED, "Decision made: not successful"),
        (Status.INELIGIBLE, "Decision made: not successful"),
    ],
)
def test_the_applicant_is_told_only_what_is_theirs_to_know(
    login, submitted_application, applicant, status, words
):
    set_status(submitted_application, status)
    told_at = clock.now() if status in FINAL else None
    Application.objects.update(
        check_notes="Doubtful accounts", recommendation="Weak", outcome_released_at=told_at
    )
    text = text_of(login(applicant).get(url("application", submitted_application)))
    assert words in text
    for secret in ("Doubtful", "Weak", "Recommended"):
        assert secret not in text


def test_a_former_reference_still_finds_a_moved_application(login, submitted_application, officer, applicant):
    old = submitted_application.reference
    other = factories.open_round(officer, factories.fund(officer, code="CTF", name="Other Fund"))
    moved = services.transfer(
        by=officer, application=submitted_application, to_round=other, reason="It fits.", message="Moved."
    )
    text = text_of(login(applicant).get(reverse("application", args=[old])))
    assert moved.reference in text


# -- Access ------------------------------------------------------------------------------------------------

PAGES = [
    "application_submit", "application_submitted", "application_copy", "application_reopen",
    "application_withdraw", "application_restore",
]  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_finds_nothing(login, submitted_application, other_organisation, stranger, name):
    browser = login(stranger)
    assert browser.get(url(name, submitted_application)).status_code == 404
    assert browser.post(url(name, submitted_application), SIGNED).status_code == 404


@pytest.mark.parametrize("role", STAFF)
def test_the_office_has_its_own_pages(login, submitted_application, role, request):
    browser = login(request.getfixturevalue(role))
    for name in PAGES:
        assert browser.get(url(name, submitted_application)).status_code == 403


@pytest.mark.parametrize("text", ["a\x00b", "\u202eevil", "🎉" * 1000, "<script>alert(1)</script>"])
def test_hostile_text_never_breaks_the_declaration(login, draft, applicant, text):
    browser = login(applicant)
    for data in (dict.fromkeys(SIGNED, text), {"hand_over": text, "signatory": text}):
        assert browser.post(url("application_submit", draft), data).status_code in (302, 422)
    assert not re.search(r"<script>alert", browser.get(url("application", draft)).content.decode())
