"""The office lists, reads, checks and moves applications; it never sees a draft."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications import services
from applications.models import Application, Status
from funds.models import Round
from pcc_grants.lib import clock
from questionnaires.models import Response
from tests import factories
from tests.page_text import refused, text_of

LIST = "/office/applications/"


def url(name, application):
    return reverse(name, args=[application.reference])


@pytest.fixture
def three(applicant, stranger, other_organisation, organisation, open_round):
    """Three submitted applications: £3,000, £2,000 and £1,000, the last of another organisation."""
    made = []
    for index, (by, body) in enumerate(
        [(applicant, organisation), (applicant, organisation), (stranger, other_organisation)]
    ):
        with clock.at(clock.now() + timedelta(minutes=index)):
            draft = factories.draft(
                by, open_round, body, amount=(3 - index) * 1000, title=f"Project {'ABC'[index]}"
            )
            made.append(factories.submitted(by, draft))
    return made


def order(response):
    text = text_of(response)
    return [
        letter
        for letter in sorted("ABC", key=lambda x: text.find(f"Project {x}"))
        if f"Project {letter}" in text
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, "CBA"),
        ({"sort": "received"}, "ABC"),
        ({"sort": "-asked"}, "ABC"),
        ({"sort": "organisation"}, "CAB"),
        ({"q": "community"}, "C"),
        ({"q": "project b"}, "B"),
        ({"status": "eligible"}, "A"),
        ({"round": "0"}, "CBA"),
        ({"sort": "' or 1=1", "status": "x"}, "CBA"),
        ({"q": "\x00"}, "CBA"),
        ({"q": "nothing like it"}, ""),
        ({"page": "999"}, "CBA"),
    ],
)
def test_the_list_is_filtered_searched_and_sorted(login, three, officer, query, expected):
    factories.eligible(officer, three[0])
    assert "".join(order(login(officer).get(LIST, query))) == expected


def test_the_list_is_filtered_by_round(login, three, officer, submitted_application):
    other = factories.open_round(officer, three[0].fund)
    assert order(login(officer).get(LIST, {"round": other.pk})) == []
    assert order(login(officer).get(LIST, {"round": three[0].round_id})) == ["C", "B", "A"]


def test_drafts_are_nowhere_in_the_office(login, draft, officer):
    browser = login(officer)
    assert "No application matches" in text_of(browser.get(LIST))
    for name in ("office_application", "office_application_check", "office_application_move"):
        assert browser.get(url(name, draft)).status_code == 404


def test_the_list_is_paged_and_costs_the_same(login, officer, applicant, open_round, organisation):
    browser = login(officer)
    factories.submitted(applicant, factories.draft(applicant, open_round, organisation))
    page = LIST

    def count():
        with CaptureQueriesContext(connection) as captured:
            browser.get(page)
        return len(captured)

    count()  # the first page of a session also writes the session
    one = count()
    for _ in range(2):
        body = factories.organisation(applicant)
        factories.submitted(applicant, factories.draft(applicant, open_round, body))
    assert count() == one
    original = Application.objects.exclude(submitted_at=None).first()
    for number in range(25):
        original.pk, original.reference = None, f"TST-COPY-{number}"
        original.response = Response.objects.create(
            questionnaire=open_round.questionnaire, organisation=organisation
        )
        original.save(force_insert=True)
    assert "Showing 1 to 25 of 28 applications" in text_of(browser.get(LIST))
    assert "Showing 26 to 28 of 28 applications" in text_of(browser.get(LIST, {"page": 2}))
    assert count() == one


def test_one_application_costs_the_same_with_more_history(login, officer, applicant, submitted_application):
    browser = login(officer)
    page = url("office_application", submitted_application)

    def count():
        with CaptureQueriesContext(connection) as captured:
            browser.get(page)
        return len(captured)

    count()
    one = count()
    for _ in range(2):
        services.reopen(by=applicant, application=submitted_application)
        factories.submitted(applicant, submitted_application)
    assert count() == one


def test_an_application_shows_what_was_said_and_what_was_done(login, submitted_application, officer):
    Application.objects.update(received_in_grace=True, amount_asked="36814")
    text = text_of(login(officer).get(url("office_application", submitted_application)))
    for words in (
        "Our answer about Need.",
        "Received in the 15 minutes after closing",
        "£36,814 against £10,000",
        "The Chair, Chair; submitted by Sample applicant",
        f"Sample applicant submitted application {submitted_application.reference}.",
        f"Sample applicant started application {submitted_application.reference}",
        "Check it",
        "Move it to another fund",
    ):
        assert words in text
    assert "saved the answer" not in text


@pytest.mark.parametrize(
    ("fixture", "officers", "approvers"),
    [
        ("submitted_application", ["Check it", "Move it to another fund"], []),
        ("eligible_application", ["Assign assessors"], []),
        ("assessed_application", ["Recommend"], []),
        ("recommended_application", ["Recommend"], ["Decide"]),
        ("approved_application", ["Prepare the award"], []),
    ],
)
def test_each_role_is_offered_what_it_may_do_now(
    login, officer, approver, auditor, fixture, officers, approvers, request
):
    application = request.getfixturevalue(fixture)
    everything = {
        "Check it",
        "Move it to another fund",
        "Assign assessors",
        "Recommend",
        "Decide",
        "Prepare the award",
    }
    for person, expected in ((officer, officers), (approver, approvers), (auditor, [])):
        html = login(person).get(url("office_application", application)).content.decode()
        offered = {words for words in everything if f">{words}<" in html}
        assert offered == set(expected)


def test_an_officer_checks(login, officer, submitted_application):
    browser = login(officer)
    page = url("office_application_check", submitted_application)
    assert "The application is complete" in text_of(browser.get(page))
    html = refused(browser.post(page, {"notes": "Seen."}), "Select whether the application is eligible")
    assert "Seen." in html
    refused(browser.post(page, {"eligible": "no"}), "Enter why the application is not eligible")
    for _ in range(2):
        assert browser.post(page, {"eligible": "yes", "notes": "Seen."}).status_code == 302
    submitted_application.refresh_from_db()
    assert submitted_application.status == Status.ELIGIBLE
    refused(browser.post(page, {"eligible": "no", "notes": "No."}), "waits for its check")
    assert "Sample officer" in text_of(browser.get(url("office_application", submitted_application)))


def test_the_check_names_what_stands_against_the_rules(login, officer, submitted_application):
    Round.objects.update(maximum="9000")
    text = text_of(login(officer).get(url("office_application_check", submitted_application)))
    assert "The amount you are asking for must be £9,000 or less. It is £10,000" in text


@pytest.mark.parametrize("role", ["approver", "auditor"])
def test_readers_read_and_change_nothing(login, submitted_application, role, request):
    browser = login(request.getfixturevalue(role))
    assert browser.get(LIST).status_code == 200
    assert browser.get(url("office_application", submitted_application)).status_code == 200
    for name in ("office_application_check", "office_application_move"):
        assert browser.get(url(name, submitted_application)).status_code == 403
        assert browser.post(url(name, submitted_application), {}).status_code == 403


@pytest.mark.parametrize("role", ["applicant", "assessor", "finance", "panel_officer", "administrator"])
def test_others_are_refused(login, submitted_application, role, request):
    browser = login(request.getfixturevalue(role))
    for page in (
        LIST,
        url("office_application", submitted_application),
        url("office_application_check", submitted_application),
        url("office_application_move", submitted_application),
    ):
        assert browser.get(page).status_code == 403


HOSTILE = ["a\x00b", "\u202eevil", "🎉" * 100, "x" * 1_000_000, "<script>alert(1)</script>", "9" * 30]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_never_break_a_page(login, officer, submitted_application, text):
    browser = login(officer)
    check = url("office_application_check", submitted_application)
    assert browser.post(check, {"eligible": text, "notes": "x"}).status_code == 422
    for field in ("q", "round", "status", "sort", "page"):
        assert browser.get(LIST, {field: text[:2000]}).status_code == 200
    assert browser.post(check, {"eligible": "yes", "notes": text}).status_code in (302, 422)
