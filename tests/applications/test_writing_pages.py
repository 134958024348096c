"""An applicant writes in the browser, page by page, and loses nothing on the way."""

from datetime import date, time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications import services
from applications.models import Application
from audit.models import Event
from funds.models import Round
from funds.services import publish_round
from pcc_grants.lib import clock
from questionnaires.models import Question
from tests import factories
from tests.applications.form_pages import (
    COSTS,
    LATER,
    NEED,
    PROJECT,
    SIGNED,
    answer,
    costs,
    need,
    page,
    project,
    url,
)
from tests.applications.test_starting_and_saving import STAFF
from tests.page_text import refused, text_of


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
    assert "You have completed 0 of 4 sections." in text
    assert "Check and submit Cannot start yet" in text

    response = browser.post(url(PROJECT[0], application, *PROJECT[1]), project(application))
    assert response.url == url("application_section", application, "project")
    for section, question, typed in (
        ("about-need", "about-need", {"q-about-need": "Because it is needed."}),
        ("about-outcomes", "about-outcomes", {"q-about-outcomes": "Much will change."}),
    ):
        response = browser.post(page(application, section, question), typed)
        assert response.url == url("application_section", application, section)
    response = browser.post(
        page(application, "budget", "costs"), costs(application, ("Hall", "venue", "£8,500.50"))
    )
    assert response.url == page(application, "budget", "has-match")
    response = browser.post(response.url, {"q-has-match": "no"})
    for section in ("project", "about-need", "about-outcomes", "budget"):
        assert (
            browser.post(url("application_section", application, section), {"complete": "yes"}).url == tasks
        )
    text = text_of(browser.get(tasks))
    assert "You have completed 4 of 4 sections." in text
    assert "Check and submit Ready" in text

    text = text_of(browser.get(url("application_submit", application)))
    for words in ("Workshops for young people.", "£8,500.50", "Because it is needed.", "Example district"):
        assert words in text
    response = browser.post(url("application_submit", application), SIGNED)
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


def test_save_and_continue_stores_first_and_then_judges_in_the_exact_words(login, empty, applicant):
    first = empty.round.projects_start_on
    wrong = {
        "q-summary": "word " * 120,
        "q-starts-on_day": "1",
        "q-starts-on_month": "4",
        "q-starts-on_year": "2001",
        "q-ends-on_year": "",
        "q-theme": "",
    }
    html = refused(
        login(applicant).post(page(empty, "project", "title"), project(empty, **wrong)),
        "Summary of your project must be 100 words or fewer. You have used 120",
        f"Project start date must be on or after {clock.format_date(first)}".replace("\xa0", " "),
        "Project end date must include a year",
        "Select the type of project",
    )
    assert html.count("word ") >= 119
    assert 'value="2001"' in html
    assert answer(empty, "summary").count("word") == 120
    empty.refresh_from_db()
    assert (empty.title, empty.ends_on) == ("Example workshops", None)


@pytest.mark.parametrize(
    ("amount", "sentence"),
    [
        ("lots", "Cost of venue hire must be a number, like 250 or 250.50"),
        ("250.505", "Cost of venue hire must be a number, like 250 or 250.50"),
        ("0", "Cost of venue hire must be more than £0"),
        ("-5", "Cost of venue hire must be more than £0"),
        ("", "Enter an amount for cost 1"),
        ("10,450", "The amount you are asking for must be £10,000 or less. It is £10,450"),
        ("99999999999999", "Cost of venue hire must be £9,999,999,999.99 or less"),
    ],
)
def test_an_amount_of_no_use_is_told_and_kept(login, empty, applicant, amount, sentence):
    typed = costs(empty, ("venue hire", "venue", amount))
    html = refused(login(applicant).post(page(empty, "budget", "costs"), typed), sentence)
    assert f'value="{amount}"' in html
    assert answer(empty, "costs") == [{"what": "venue hire", "type": "venue", "amount": amount}]


def test_an_amount_over_the_most_shows_on_the_task_list_and_the_totals(login, empty, applicant):
    browser = login(applicant)
    browser.post(page(empty, "budget", "costs"), costs(empty, ("Hall", "venue", "10,450")) | LATER)
    assert "Budget There is a problem" in text_of(browser.get(url("application", empty)))
    text = text_of(browser.get(url("application_section", empty, "budget")))
    assert "Over the most you can ask for £450" in text
    html = refused(
        browser.post(url("application_section", empty, "budget"), {"complete": "yes"}),
        "The amount you are asking for must be £10,000 or less. It is £10,450",
    )
    assert f'href="{page(empty, "budget", "costs")}#id_q-costs-0-amount"' in html


@pytest.mark.parametrize("typed", ["1250", "1,250", "£1,250", "1250.00", " 1 250 ", "£ 1,250.00"])
def test_money_is_read_as_people_type_it(login, empty, applicant, typed):
    login(applicant).post(page(empty, "budget", "costs"), costs(empty, ("Hall", "venue", typed)))
    empty.refresh_from_db()
    assert empty.amount_asked == 1250


def test_save_and_come_back_later_keeps_anything_however_wrong(login, empty, applicant):
    browser = login(applicant)
    here = page(empty, "project", "title")
    wrong = {
        "q-title": "T" * 200,
        "q-summary": "word " * 400,
        "q-starts-on_day": "31",
        "q-starts-on_month": "June",
    }
    response = browser.post(here, project(empty, **wrong) | LATER)
    assert response.url == url("application", empty)
    text = text_of(browser.get(response.url))
    assert "Your answers have been saved" in text
    assert "What you will do In progress" in text
    empty.refresh_from_db()
    assert empty.summary.count("word") == 400
    assert empty.ends_on == empty.round.projects_end_on
    html = browser.get(here).content.decode()
    for value in ("T" * 200, "31", "June"):
        assert f'value="{value}"' in html
    assert "There is a problem" not in html
    browser.post(here, project(empty))
    empty.refresh_from_db()
    assert empty.title == "Example workshops"


def test_an_empty_page_can_be_put_aside(login, empty, applicant):
    browser = login(applicant)
    for name, arguments in (PROJECT, NEED, COSTS):
        assert browser.post(url(name, empty, *arguments), LATER).url == url("application", empty)
    assert not empty.response.answers.exists()


def test_an_over_long_answer_is_kept_and_its_section_cannot_be_completed(login, empty, applicant):
    browser = login(applicant)
    here, section = page(empty, "about-need", "about-need"), url("application_section", empty, "about-need")
    told = "Need must be 300 words or fewer. You have used 341"
    html = refused(browser.post(here, need(empty, "word " * 341)), told)
    assert html.count("word ") >= 340
    refused(browser.post(section, {"complete": "yes"}), told)
    assert "Need In progress" in text_of(browser.get(url("application", empty)))
    refused(browser.post(section, {}), "Select whether you have completed this section")
    assert browser.post(section, {"complete": "no"}).url == url("application", empty)


def test_an_answer_that_is_emptied_is_told_and_its_words_stay_in_the_history(login, draft, applicant):
    here = page(draft, "about-need", "about-need")
    refused(login(applicant).post(here, need(draft, "")), "Enter your answer about Need")
    assert answer(draft, "about-need") == ""
    assert draft.response.versions.filter(value="Our answer about Need.").exists()


def test_guidance_and_limit_stand_on_the_page(login, officer, fund, organisation, applicant):
    from funds.services import update_criterion

    update_criterion(by=officer, criterion=fund.criteria.first(), guidance="Say for whom\nSay where")
    made = services.start(by=applicant, round=factories.open_round(officer, fund), organisation=organisation)
    text = text_of(login(applicant).get(page(made, "about-need", "about-need")))
    assert "A good answer covers: Say for whom Say where" in text
    assert "You can enter up to 300 words" in text


def test_pasted_text_keeps_its_lines_and_quotes(login, empty, applicant):
    browser = login(applicant)
    here = page(empty, "about-need", "about-need")
    browser.post(here, need(empty, "“Curly”\r\n• point one\r\n• point 🎉"))
    assert answer(empty, "about-need") == "“Curly”\n• point one\n• point 🎉"
    assert "“Curly”\n• point one" in browser.get(here).content.decode()


def test_a_row_is_added_and_removed_without_a_script(login, empty, applicant):
    browser = login(applicant)
    here = page(empty, "budget", "costs")
    typed = costs(empty, ("Hall", "venue", "100"), ("Tea", "other", "bad"))
    html = browser.post(here, typed | {"add": "q-costs"}, follow=True).content.decode()
    assert 'id="id_q-costs-3-what"' in html
    typed = costs(empty, ("Hall", "venue", "100"), ("Tea", "other", "bad"))
    browser.post(here, typed | {"remove": "q-costs-0"})
    assert answer(empty, "costs") == [{"what": "Tea", "type": "other", "amount": "bad"}]


def test_the_totals_are_worked_out_without_a_script(login, empty, applicant):
    typed = costs(empty, ("Hall", "venue", "4,000"), ("Tea", "other", "£50.50")) | {"totals": "yes"}
    text = text_of(login(applicant).post(page(empty, "budget", "costs"), typed, follow=True))
    assert "Asking us for £4,050.50" in text
    assert "Still available to ask for £5,949.50" in text


@pytest.mark.parametrize("button", ["q-costs-99", "q-costs-x", "nothing", "q-costs-" + "9" * 30, "-"])
def test_a_row_that_is_not_there_is_not_removed(login, empty, applicant, button):
    typed = costs(empty, ("Hall", "venue", "100")) | {"remove": button}
    assert login(applicant).post(page(empty, "budget", "costs"), typed).status_code == 302
    assert len(answer(empty, "costs")) == 1


def test_a_question_that_is_not_asked_leads_to_its_section(login, empty, applicant):
    browser = login(applicant)
    hidden = page(empty, "budget", "match")
    assert browser.get(hidden).url == url("application_section", empty, "budget")
    response = browser.post(page(empty, "budget", "has-match"), {"q-has-match": "yes"})
    assert response.url == hidden
    assert browser.get(hidden).status_code == 200


def test_change_on_the_check_page_returns_there(login, draft, applicant):
    browser = login(applicant)
    link = page(draft, "about-need", "about-need") + "?next=submit"
    assert link in browser.get(url("application_submit", draft)).content.decode()
    assert browser.post(link, need(draft, "Changed.")).url == url("application_submit", draft)


def test_the_back_link_leads_to_the_page_before_with_its_answers(login, draft, applicant):
    browser = login(applicant)
    html = browser.get(page(draft, "budget", "has-match")).content.decode()
    assert f'href="{page(draft, "budget", "costs")}" class="govuk-back-link"' in html
    assert 'value="Delivery"' in browser.get(page(draft, "budget", "costs")).content.decode()


def test_what_was_told_before_is_offered_and_not_stored(login, officer, fund, organisation, applicant):
    round = factories.open_round(officer, fund, brief_form=False)
    first = services.start(by=applicant, round=round, organisation=organisation)
    services.save_answers(by=applicant, application=first, values={"contact-name": "The Treasurer"})
    second = services.start(
        by=applicant, round=round, organisation=organisation, eligibility={"works-with-children": "yes"}
    )
    browser = login(applicant)
    html = browser.get(page(second, "contacts", "contact-name")).content.decode()
    assert 'value="The Treasurer"' in html
    assert f"From your application {first.reference}" in html
    html = browser.get(page(second, "safeguarding", "works-with-children")).content.decode()
    assert "You told us this when you checked whether you can apply." in html
    assert html.count('value="yes" checked') == 1
    assert not second.response.answers.exists()


@pytest.mark.parametrize("person", ["colleague", "applicant"])
def test_any_member_works_on_it(login, draft, person, request):
    browser = login(request.getfixturevalue(person))
    browser.post(page(draft, "about-need", "about-need"), need(draft, "Changed."))
    assert answer(draft, "about-need") == "Changed."


# -- Access ------------------------------------------------------------------------------------------------

PAGES = [
    ("application", []), PROJECT, NEED, COSTS, ("application_section", ["project"]),
    ("application_history", ["project", "title"]), ("application_comment", ["project"]),
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


def test_a_section_or_question_that_does_not_exist_is_not_found(login, draft, applicant):
    browser = login(applicant)
    for path in (
        "nothing/title/",
        "project/nothing/",
        "project/about-need/",
        "nothing/check/",
        "project/x/history/",
    ):
        assert browser.get(f"/applications/{draft.reference}/{path}").status_code == 404


def test_looking_never_writes(login, draft, applicant):
    browser = login(applicant)
    browser.get(url("application", draft))
    events = Event.objects.count()
    for name, arguments in PAGES:
        with CaptureQueriesContext(connection) as captured:
            browser.get(url(name, draft, *arguments))
        assert not [q["sql"] for q in captured if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert Event.objects.count() == events


@pytest.mark.parametrize(
    ("name", "arguments"), [("application", []), PROJECT, COSTS, ("application_submit", [])]
)
def test_a_page_costs_the_same_whatever_was_answered(login, empty, draft, applicant, name, arguments):
    browser = login(applicant)
    browser.get(url("application", draft))
    costs_of = []
    for one in (empty, draft):
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(url(name, one, *arguments)).status_code == 200
        costs_of.append(len(captured))
    assert abs(costs_of[0] - costs_of[1]) <= 2, costs_of
    assert max(costs_of) <= 35


# -- Hostile -----------------------------------------------------------------------------------------------

HOSTILE = {
    "nul": "a\x00b",
    "only nul": "\x00",
    "right to left": "\u202eevil",
    "emoji": "🎉" * 1000,
    "half a character": "\ud800".encode("utf-8", "surrogatepass"),
    "script": "<script>alert(1)</script>",
    "ten thousand lines": "line\n" * 10_000,
    "a template": "{{ 7 }}{% now 'Y' %}{0.x}",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("later", [{}, LATER], ids=["continue", "later"])
def test_hostile_text_never_breaks_a_page(login, draft, applicant, text, later):
    browser = login(applicant)
    for here, typed in (
        (page(draft, "project", "title"), project(draft)),
        (page(draft, "about-need", "about-need"), need(draft, "")),
        (page(draft, "budget", "costs"), costs(draft, ("a", "b", "c"))),
        (url("application_section", draft, "project"), {"complete": ""}),
        (url("application_comment", draft, "project"), {"text": ""}),
    ):
        response = browser.post(here, dict.fromkeys(typed, text) | later)
        assert response.status_code in (302, 422)
        assert browser.get(here).status_code == 200
    for here in (url("application", draft), url("application_submit", draft)):
        assert b"<script>alert" not in browser.get(here).content


@pytest.mark.parametrize("kind", sorted(set(Question.Kind.values) - {"file", "costs"}))
def test_every_kind_of_question_takes_whatever_is_sent(login, officer, fund, organisation, applicant, kind):
    round = factories.open_round(officer, fund, published=False)
    Question.objects.filter(questionnaire=round.questionnaire, key="about-need").update(
        kind=kind, options=[["a", "A"]], columns=[["a", "A {0.x}", "number"]]
    )
    publish_round(by=officer, round=round)
    made = services.start(by=applicant, round=round, organisation=organisation)
    browser = login(applicant)
    here = page(made, "about-need", "about-need")
    names = ["q-about-need"] + [
        f"q-about-need{end}" for end in ("_day", "_month", "_year", "-0-a", "-0-what")
    ]
    for text in ("", "\x00", "x" * 3000, "-1", "9" * 400, "{}", "[]", "null"):
        for later in ({}, LATER):
            assert browser.post(here, dict.fromkeys(names, text) | later).status_code in (302, 422)
        for address in (
            here,
            url("application_section", made, "about-need"),
            url("application_submit", made),
        ):
            assert browser.get(address).status_code == 200


@pytest.mark.parametrize("field", ["q-title", "q-summary", "q-starts-on_day", "q-districts"])
@pytest.mark.parametrize("later", [{}, LATER], ids=["continue", "later"])
def test_a_million_characters_come_back_refused(login, draft, applicant, field, later):
    text = "x" * 1_000_000
    browser = login(applicant)
    here = page(draft, "project", "title")
    response = browser.post(here, project(draft, **{field: text}) | later)
    assert response.status_code == 422
    assert browser.get(here).status_code == 200
    response = browser.post(page(draft, "about-need", "about-need"), need(draft, text) | later)
    assert text in refused(response, "characters or fewer")
