"""An applicant applies in the browser, from the start page to the receipt, and loses nothing on the way."""

import re
from datetime import date, time, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications import services
from applications.models import Application, Status
from audit.models import Event
from funds.models import Round
from notifications.models import Message
from pcc_grants.lib import clock
from tests import factories
from tests.applications.test_starting_and_saving import STAFF, set_status
from tests.page_text import refused, text_of

SIGNED = {
    "declarations": ["correct", "tell", "terms", "interests"],
    "signed_name": "The Chair",
    "signed_role": "Chair",
}
LATER = {"later": "yes"}


def url(name, application, *arguments):
    return reverse(name, args=[application.reference, *arguments])


def project(application, **changes):
    """The project page, filled in within the rules of the round."""
    starts_on, ends_on = application.round.projects_start_on, application.round.projects_end_on
    typed = {
        "title": "Example workshops",
        "summary": "Workshops for young people.",
        "theme": application.fund.themes.first().pk,
        "districts": [factories.district().pk],
        "amount_asked": "£8,500.50",
    }
    for name, day in (("starts_on", starts_on), ("ends_on", ends_on)):
        typed |= {f"{name}_day": day.day, f"{name}_month": day.strftime("%b"), f"{name}_year": day.year}
    return typed | changes


@pytest.fixture
def empty(open_round, organisation, applicant):
    """A draft in which nothing has been written."""
    factories.district()
    return services.start(by=applicant, round=open_round, organisation=organisation)


# -- Start -------------------------------------------------------------------------------------------------


def test_a_whole_application_through_the_browser(login, open_round, organisation, applicant, colleague):
    factories.district()
    browser = login(applicant)
    start = reverse("application_start", args=[open_round.pk])
    assert "You are applying for Example Youth Project." in text_of(browser.get(start))
    assert not Application.objects.exists()
    tasks = browser.post(start).url
    application = Application.objects.get()
    assert browser.post(start).url == tasks
    text = text_of(browser.get(tasks))
    assert "You have completed 0 of 3 sections." in text
    assert "Check and submit Cannot start yet" in text

    response = browser.post(url("application_project", application), project(application))
    assert response.url == url("application_answer", application, 1)
    response = browser.post(response.url, {"text": "Because it is needed."})
    assert response.url == url("application_answer", application, 2)
    response = browser.post(response.url, {"text": "Much will change."})
    assert response.url == url("application_submit", application)
    assert "You have completed 3 of 3 sections." in text_of(browser.get(tasks))

    text = text_of(browser.get(response.url))
    for words in ("Workshops for young people.", "£8,500.50", "Because it is needed.", "Example district"):
        assert words in text
    response = browser.post(response.url, SIGNED)
    assert response.url == url("application_submitted", application)
    text = text_of(browser.get(response.url))
    assert application.reference in text
    application.refresh_from_db()
    assert f"We received it at {clock.format_time(application.submitted_at)} on" in text
    assert applicant.email in text
    assert colleague.email in text


def test_without_an_organisation_one_is_asked_for_first(login, open_round, applicant):
    start = reverse("application_start", args=[open_round.pk])
    response = login(applicant).get(start)
    assert f"/organisation/new/?next={start}" in response.content.decode()
    assert login(applicant).post(start).status_code == 200
    assert not Application.objects.exists()


def test_someone_in_two_organisations_chooses_one(
    login, open_round, organisation, other_organisation, applicant, stranger
):
    from organisations.services import add_member

    add_member(by=stranger, organisation=other_organisation, user=applicant)
    start = reverse("application_start", args=[open_round.pk])
    browser = login(applicant)
    refused(browser.post(start, {}), "Select which organisation is applying")
    browser.post(start, {"organisation": other_organisation.pk})
    assert Application.objects.get().organisation == other_organisation


def test_an_organisation_of_others_cannot_be_chosen(
    login, open_round, organisation, other_organisation, applicant
):
    third = factories.organisation(applicant)
    start = reverse("application_start", args=[open_round.pk])
    refused(
        login(applicant).post(start, {"organisation": other_organisation.pk}), "Select which organisation"
    )
    login(applicant).post(start, {"organisation": third.pk})
    assert Application.objects.get().organisation == third


def test_after_closing_the_start_page_says_so(login, open_round, organisation, applicant):
    start = reverse("application_start", args=[open_round.pk])
    Round.objects.filter(pk=open_round.pk).update(
        opens_at=clock.london(date(2019, 4, 1)), closes_at=clock.london(date(2019, 5, 17), time(17))
    )
    browser = login(applicant)
    for response in (browser.get(start), browser.post(start)):
        assert "This fund closed at 5pm on Friday 17 May 2019" in text_of(response)
    assert not Application.objects.exists()


def test_a_round_that_is_not_published_cannot_be_started(login, officer, fund, organisation, applicant):
    hidden = factories.open_round(officer, fund, published=False)
    assert login(applicant).get(reverse("application_start", args=[hidden.pk])).status_code == 404


# -- Write -------------------------------------------------------------------------------------------------


def test_save_and_continue_judges_in_the_exact_words_and_keeps_what_was_typed(login, empty, applicant):
    first = empty.round.projects_start_on
    typed = project(
        empty,
        summary="word " * 120,
        starts_on_day="1",
        starts_on_month="4",
        starts_on_year="2001",
        ends_on_year="",
        amount_asked="10450",
        theme="",
    )
    html = refused(
        login(applicant).post(url("application_project", empty), typed),
        "Summary of your project must be 100 words or fewer. You have used 120",
        f"Project start date must be on or after {clock.format_date(first)}".replace("\xa0", " "),
        "Project end date must include a year",
        "The amount you are asking for must be £10,000 or less. It is £10,450",
        "Select the type of project",
    )
    assert html.count("word ") >= 119
    assert 'value="10450"' in html
    assert 'value="2001"' in html
    empty.refresh_from_db()
    assert (empty.title, empty.amount_asked) == ("", None)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("lots", "The amount you are asking for must be a number, like 250 or 250.50"),
        ("250.505", "The amount you are asking for must be a number, like 250 or 250.50"),
        ("0", "The amount you are asking for must be more than £0"),
        ("-5", "The amount you are asking for must be more than £0"),
        ("", "Enter how much you are asking for"),
    ],
)
def test_an_amount_of_no_use_is_refused(login, empty, applicant, typed, sentence):
    form = project(empty, amount_asked=typed)
    refused(login(applicant).post(url("application_project", empty), form), sentence)


def test_save_and_come_back_later_keeps_anything_however_wrong(login, empty, applicant):
    browser = login(applicant)
    page = url("application_project", empty)
    typed = project(
        empty,
        title="T" * 200,
        summary="word " * 400,
        starts_on_day="31",
        starts_on_month="June",
        amount_asked="about £5k",
    )
    response = browser.post(page, typed | LATER)
    assert response.url == url("application", empty)
    text = text_of(browser.get(response.url))
    assert "Your answers have been saved" in text
    assert "Your project In progress" in re.sub(r" Name, summary.*? amount", "", text)
    empty.refresh_from_db()
    assert empty.summary.count("word") == 400
    assert empty.ends_on == empty.round.projects_end_on
    html = browser.get(page).content.decode()
    for value in ("T" * 200, "31", "June", "about £5k"):
        assert f'value="{value}"' in html
    assert "There is a problem" not in html
    browser.post(page, project(empty))
    empty.refresh_from_db()
    assert (empty.unfinished, empty.title) == ("", "Example workshops")
    assert 'value="8,500.50"' in browser.get(page).content.decode()


def test_an_empty_form_can_be_put_aside(login, empty, applicant):
    browser = login(applicant)
    for page in (url("application_project", empty), url("application_answer", empty, 1)):
        assert browser.post(page, LATER).url == url("application", empty)


def test_an_over_long_answer_is_put_aside_but_not_passed(login, empty, applicant):
    browser = login(applicant)
    page = url("application_answer", empty, 1)
    text = "word " * 341
    html = refused(browser.post(page, {"text": text}), "Need must be 300 words or fewer. You have used 341")
    assert html.count("word ") >= 340
    assert not empty.answers.filter(text__startswith="word").exists()
    assert browser.post(page, {"text": text} | LATER).url == url("application", empty)
    assert empty.answers.get(criterion__position=1).text == text.strip()
    assert "Need" in text_of(browser.get(url("application", empty)))
    assert "In progress" in text_of(browser.get(url("application", empty)))
    refused(browser.post(page, {"text": ""}), "Enter your answer about Need")
    assert empty.answers.get(criterion__position=1).text == text.strip()


def test_guidance_and_limit_stand_before_the_box(login, empty, applicant, officer):
    from funds.models import Criterion

    Criterion.objects.filter(fund=empty.fund, position=1).update(guidance="Say for whom\nSay where")
    text = text_of(login(applicant).get(url("application_answer", empty, 1)))
    assert "A good answer covers: Say for whom Say where" in text
    assert "Your answer can have 300 words." in text


def test_pasted_text_keeps_its_lines_and_quotes(login, empty, applicant):
    browser = login(applicant)
    page = url("application_answer", empty, 1)
    browser.post(page, {"text": "“Curly”\r\n• point one\r\n• point 🎉"})
    assert empty.answers.get().text == "“Curly”\n• point one\n• point 🎉"
    assert "“Curly”\n• point one" in browser.get(page).content.decode()


@pytest.mark.parametrize("person", ["colleague", "applicant"])
def test_any_member_works_on_it(login, draft, person, request):
    browser = login(request.getfixturevalue(person))
    browser.post(url("application_answer", draft, 1), {"text": "Changed."})
    assert draft.answers.get(criterion__position=1).text == "Changed."


# -- Submit ------------------------------------------------------------------------------------------------


def test_what_is_missing_stands_at_the_top_with_its_links(login, empty, applicant):
    browser = login(applicant)
    page = url("application_submit", empty)
    for response in (browser.get(page), browser.post(page, SIGNED)):
        html = response.content.decode()
        assert "There is a problem" in html
        for gap in services.gaps(empty):
            assert f'<a href="{gap.url}">{gap.message}</a>' in html
    refused(browser.post(page, SIGNED), "Enter the name of your project")
    html = browser.post(page, {}).content.decode()
    assert '<a href="#id_signed_name">Enter your full name as your signature</a>' in html
    for gap in services.gaps(empty):
        target, _, anchor = gap.url.partition("#")
        assert f'id="{anchor}"' in browser.get(target).content.decode()
    empty.refresh_from_db()
    assert empty.status == Status.DRAFT


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
    page = url("application_submit", draft)
    for _ in range(2):
        assert browser.post(page, SIGNED).url == url("application_submitted", draft)
    assert Message.objects.filter(template="applications/submitted").count() == 2
    assert Event.objects.filter(verb="application.submitted").count() == 1
    response = browser.get(page)
    assert response.status_code == 200
    assert "You have already submitted this application" in text_of(response)
    assert login(colleague).post(page, SIGNED).url == url("application_submitted", draft)


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
                ("application", []), ("application_project", []),
                ("application_answer", [1]), ("application_submit", []),
            ):  # fmt: skip
                assert sentence in text_of(browser.get(url(name, draft, *arguments)))
    with clock.at(closes_at - timedelta(hours=25)):
        assert "It is now" not in text_of(browser.get(url("application", draft)))


def test_a_page_left_open_across_closing_keeps_the_text(login, draft, applicant):
    browser = login(applicant)
    with clock.at(draft.round.closes_at + timedelta(minutes=16)):
        for data in ({"text": "Nearly done."}, {"text": "Nearly done."} | LATER):
            html = refused(
                browser.post(url("application_answer", draft, 1), data), "This fund closed at 5pm on"
            )
            assert "Nearly done." in html
        html = refused(browser.post(url("application_project", draft), project(draft) | LATER), "closed")
        assert 'value="£8,500.50"' in html


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
            for name, arguments in (
                ("application_project", []), ("application_answer", [1]), ("application_submit", []),
                ("application_submitted", []), ("application_reopen", []),
            ):  # fmt: skip
                assert browser.get(url(name, draft, *arguments)).url == url("application", draft)


# -- Afterwards --------------------------------------------------------------------------------------------


def test_a_submission_is_reopened_after_a_plain_warning(login, submitted_application, applicant):
    browser = login(applicant)
    page = url("application_reopen", submitted_application)
    text = text_of(browser.get(page))
    assert "You must submit it again by 5pm on" in text
    submitted_application.refresh_from_db()
    assert submitted_application.status == Status.SUBMITTED
    assert "You must submit it again." in text_of(browser.post(page, follow=True))
    submitted_application.refresh_from_db()
    assert submitted_application.status == Status.DRAFT


def test_reopening_after_closing_is_refused(login, submitted_application, applicant):
    with clock.at(submitted_application.round.closes_at + timedelta(seconds=1)):
        response = login(applicant).post(url("application_reopen", submitted_application))
        refused(response, "The application can no longer be changed")


def test_a_draft_is_deleted_and_an_application_withdrawn_after_a_question(
    login, draft, applicant, organisation
):
    browser = login(applicant)
    page = url("application_withdraw", draft)
    assert "Delete this draft? Nobody will be able" in text_of(browser.get(page))
    text = text_of(browser.post(page, follow=True))
    assert "The draft has been deleted" in text
    assert "Withdrawn" in text
    other = factories.submitted(applicant, factories.draft(applicant, draft.round, organisation))
    page = url("application_withdraw", other)
    assert "You cannot undo this." in text_of(browser.get(page))
    refused(browser.post(page, {"reason": "word " * 201}), "Reason must be 200 words or fewer")
    assert "The application has been withdrawn" in text_of(browser.post(page, follow=True))
    assert browser.get(page).url == url("application", other)
    assert browser.post(page).url == url("application", other)
    assert "It was withdrawn at" in text_of(browser.get(url("application_submitted", other)))


@pytest.mark.parametrize("status", [Status.APPROVED, Status.DECLINED, Status.INELIGIBLE])
def test_after_a_decision_it_is_not_withdrawn(login, submitted_application, applicant, status):
    set_status(submitted_application, status)
    browser = login(applicant)
    page = url("application_withdraw", submitted_application)
    assert browser.get(page).url == url("application", submitted_application)
    refused(browser.post(page), "it can no longer be withdrawn")


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
    Application.objects.update(check_notes="Doubtful accounts", recommendation="Weak")
    text = text_of(login(applicant).get(url("application", submitted_application)))
    assert words in text
    assert "Doubtful" not in text
    assert "Weak" not in text
    assert "Recommended" not in text


def test_a_former_reference_still_finds_a_moved_application(login, submitted_application, officer, applicant):
    old = submitted_application.reference
    other = factories.open_round(officer, factories.fund(officer, code="CTF", name="Other Fund"))
    moved = services.transfer(
        by=officer, application=submitted_application, to_round=other, reason="It fits.", message="Moved."
    )
    text = text_of(login(applicant).get(reverse("application", args=[old])))
    assert moved.reference in text
    assert "Answers to questions of the fund it was moved from" in text


# -- Access ------------------------------------------------------------------------------------------------

PAGES = [
    ("application", []), ("application_project", []), ("application_answer", [1]), ("application_submit", []),
    ("application_submitted", []), ("application_reopen", []), ("application_withdraw", []),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments"), PAGES)
def test_a_stranger_finds_nothing(login, draft, other_organisation, stranger, name, arguments):
    browser = login(stranger)
    assert browser.get(url(name, draft, *arguments)).status_code == 404
    assert browser.post(url(name, draft, *arguments), SIGNED).status_code == 404


@pytest.mark.parametrize("role", STAFF)
def test_the_office_has_its_own_pages(login, draft, role, request):
    browser = login(request.getfixturevalue(role))
    for name, arguments in PAGES:
        assert browser.get(url(name, draft, *arguments)).status_code == 403
    assert browser.get(reverse("application_start", args=[draft.round_id])).status_code == 403


def test_a_visitor_is_asked_to_sign_in(client, draft):
    for name, arguments in PAGES:
        response = client.get(url(name, draft, *arguments))
        assert response.status_code == 302
        assert reverse("sign_in") in response.url


@pytest.mark.parametrize("reference", ["NO-SUCH-1", "0", "a" * 500])
def test_a_reference_that_does_not_exist_is_not_found(login, organisation, applicant, reference):
    assert login(applicant).get(f"/applications/{reference}/").status_code == 404


def test_a_question_that_does_not_exist_is_not_found(login, draft, applicant):
    for position in (0, 99, 10**20):
        assert login(applicant).get(url("application_answer", draft, position)).status_code == 404


def test_looking_never_writes(login, draft, applicant):
    browser = login(applicant)
    browser.get(url("application", draft))
    events = Event.objects.count()
    for name, arguments in PAGES:
        with CaptureQueriesContext(connection) as captured:
            browser.get(url(name, draft, *arguments))
        assert not [q["sql"] for q in captured if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert Event.objects.count() == events


HOSTILE = {
    "nul": "a\x00b",
    "only nul": "\x00",
    "right to left": "\u202eevil",
    "emoji": "🎉" * 1000,
    "half a character": "\ud800".encode("utf-8", "surrogatepass"),
    "script": "<script>alert(1)</script>",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("later", [{}, LATER], ids=["continue", "later"])
def test_hostile_text_never_breaks_a_page(login, draft, applicant, text, later):
    browser = login(applicant)
    for name, arguments, typed in (
        ("application_project", [], project(draft)),
        ("application_answer", [1], {"text": ""}),
        ("application_submit", [], SIGNED),
    ):
        page = url(name, draft, *arguments)
        response = browser.post(page, dict.fromkeys(typed, text) | later)
        assert response.status_code in (302, 422)
        assert browser.get(page).status_code == 200
    assert b"<script>" not in browser.get(url("application", draft)).content


@pytest.mark.parametrize("field", ["title", "summary", "amount_asked", "starts_on_day", "districts"])
@pytest.mark.parametrize("later", [{}, LATER], ids=["continue", "later"])
def test_a_million_characters_come_back_refused(login, draft, applicant, field, later):
    text = "x" * 1_000_000
    browser = login(applicant)
    page = url("application_project", draft)
    response = browser.post(page, project(draft) | {field: text} | later)
    assert response.status_code == 422
    assert browser.get(page).status_code == 200
    response = browser.post(url("application_answer", draft, 1), {"text": text} | later)
    assert text in refused(response, "characters or fewer")
