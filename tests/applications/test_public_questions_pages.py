"""The pages of questions about a round: everybody's, the applicant's and the office's."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications import services
from applications.models import PublicQuestion
from pcc_grants.lib import clock
from tests import factories
from tests.applications.test_public_questions import ASKED, WORDS, ask, publish
from tests.page_text import refused, text_of

OFFICE = "/office/questions/"


def of(round, name):
    return reverse(name, args=[round.fund.slug, round.slug])


@pytest.fixture
def question(stranger, open_round):
    return ask(stranger, open_round)


def test_everybody_reads_what_was_published_newest_first(client, question, officer, stranger):
    page = of(question.round, "round_answers")
    assert "No question has been answered yet" in text_of(client.get(page))
    publish(officer, question)
    publish(officer, ask(stranger, question.round, "And councils?"), wording="And councils?", answer="No.")
    ask(stranger, question.round, "Still waiting?")
    text = text_of(client.get(page))
    assert text.index("And councils?") < text.index(WORDS["wording"])
    assert "Answered on" in text
    for hidden in ("Example Street", "Sample stranger", "Still waiting"):
        assert hidden not in text


def test_the_page_of_the_round_leads_to_both(client, login, question, approver):
    page = of(question.round, "round_page")
    for browser in (client, login(question.asked_by)):
        html = browser.get(page).content.decode()
        assert of(question.round, "round_ask") in html
        assert of(question.round, "round_answers") in html
    assert of(question.round, "round_ask") not in login(approver).get(page).content.decode()
    with clock.at(question.round.closes_at + timedelta(days=1)):
        html = client.get(page).content.decode()
        assert of(question.round, "round_ask") not in html
        assert of(question.round, "round_answers") in html


def test_a_visitor_is_asked_to_sign_in_and_the_office_does_not_ask(client, login, question, officer):
    page = of(question.round, "round_ask")
    assert client.get(page).url.startswith(reverse("sign_in"))
    assert login(officer).get(page).status_code == 403
    assert login(officer).post(page, {"text": "Why?"}).status_code == 403


def test_an_applicant_asks_and_finds_the_answer(login, question, stranger, applicant, officer):
    page = of(question.round, "round_ask")
    browser = login(stranger)
    refused(browser.post(page, {"text": " "}), "Enter your question")
    for _ in range(2):
        assert browser.post(page, {"text": "May we ask twice?"}).url == page
    assert PublicQuestion.objects.count() == 2
    services.answer_in_private(by=officer, question=question, answer="Call us.")
    text = text_of(browser.get(page))
    assert ASKED in text and "Call us." in text and "It waits for our answer" in text
    assert ASKED not in text_of(login(applicant).get(page))


def test_after_closing_the_page_says_so_and_keeps_what_was_typed(login, question, stranger):
    page = of(question.round, "round_ask")
    browser = login(stranger)
    with clock.at(question.round.closes_at + timedelta(seconds=1)):
        assert "Questions are no longer taken" in text_of(browser.get(page))
        html = refused(browser.post(page, {"text": "Too late?"}), "Questions are no longer taken")
        assert "Too late?" in html
        assert "It waits for our answer" in text_of(browser.get(page))


def test_a_hidden_round_has_no_pages(client, login, officer, fund, stranger):
    hidden = factories.open_round(officer, fund, published=False)
    assert client.get(of(hidden, "round_answers")).status_code == 404
    assert login(stranger).get(of(hidden, "round_ask")).status_code == 404


def test_an_officer_lists_and_answers(login, question, officer, client):
    browser = login(officer)
    text = text_of(browser.get(OFFICE))
    assert ASKED in text and "Sample stranger" in text
    page = reverse("office_question", args=[question.pk])
    html = browser.get(page).content.decode()
    assert html.count(ASKED) == 2  # as it was asked, and in the box of the wording
    refused(browser.post(page, {"wording": "x"}), "Select who the answer is for", "Enter the answer")
    refused(
        browser.post(page, {"audience": "everybody", "wording": "", "answer": "Yes."}),
        "Enter the question as it will be published",
    )
    assert browser.post(page, {"audience": "everybody"} | WORDS).url == OFFICE
    assert "No question waits for an answer" in text_of(browser.get(OFFICE))
    assert "Published" in text_of(browser.get(OFFICE, {"state": "answered"}))
    assert "Sample officer" in text_of(browser.get(page))
    assert WORDS["answer"] in text_of(client.get(of(question.round, "round_answers")))
    refused(browser.post(page, {"audience": "asker", "answer": "No."}), "has already answered this question")


def test_personal_data_is_pointed_out_and_may_be_confirmed(login, open_round, stranger, officer):
    question = ask(stranger, open_round, "May name@example.org apply?")
    browser = login(officer)
    page = reverse("office_question", args=[question.pk])
    assert "seems to hold personal data" in text_of(browser.get(page))
    typed = {"audience": "everybody", "wording": question.asked_text, "answer": "Yes."}
    refused(browser.post(page, typed), "This looks like an email address")
    assert browser.post(page, typed | {"checked": "on"}).status_code == 302
    other = ask(stranger, open_round, "Why not?")
    page = reverse("office_question", args=[other.pk])
    assert "seems to hold" not in text_of(browser.get(page))
    html = refused(
        browser.post(page, typed | {"answer": "Call 01632 960 001."}),
        "This looks like an email address and a phone number",
    )
    assert "I have checked" in html


def test_an_answer_to_one_person_needs_no_wording(login, question, officer):
    browser = login(officer)
    page = reverse("office_question", args=[question.pk])
    assert browser.post(page, {"audience": "asker", "answer": "Call us."}).status_code == 302
    assert "to the person who asked" in text_of(browser.get(page))
    assert "Answered to one person" in text_of(browser.get(OFFICE, {"state": "all"}))


@pytest.mark.parametrize("role", ["approver", "auditor"])
def test_readers_read_and_answer_nothing(login, question, role, request):
    browser = login(request.getfixturevalue(role))
    page = reverse("office_question", args=[question.pk])
    assert "It waits for an answer" in text_of(browser.get(page))
    assert browser.get(OFFICE).status_code == 200
    assert browser.post(page, {"audience": "everybody"} | WORDS).status_code == 403


@pytest.mark.parametrize("role", ["applicant", "stranger", "assessor", "finance", "panel_officer"])
def test_others_are_refused(login, question, role, request):
    browser = login(request.getfixturevalue(role))
    assert browser.get(OFFICE).status_code == 403
    assert browser.get(reverse("office_question", args=[question.pk])).status_code == 403


@pytest.mark.parametrize("page", ["office", "answers", "ask"])
def test_lists_cost_the_same(login, open_round, stranger, officer, page):
    browser = login(officer if page == "office" else stranger)
    address = f"{OFFICE}?state=all" if page == "office" else of(open_round, f"round_{page}")

    def count(number):
        publish(officer, ask(stranger, open_round, f"Question {number}?"), wording=f"Question {number}?")
        with CaptureQueriesContext(connection) as captured:
            browser.get(address)
        return len(captured)

    count(0)
    one = count(1)
    assert [count(number) for number in range(2, 5)] == [one] * 3


def test_the_list_is_paged(login, open_round, stranger, officer):
    PublicQuestion.objects.bulk_create(
        PublicQuestion(round=open_round, asked_text=f"Question {number}?", asked_by=stranger)
        for number in range(28)
    )
    browser = login(officer)
    assert "Showing 1 to 25 of 28 questions" in text_of(browser.get(OFFICE))
    assert "Showing 26 to 28 of 28 questions" in text_of(browser.get(OFFICE, {"page": 2}))


HOSTILE = ["a\x00b", "\u202eevil", "🎉" * 100, "x" * 500_000, "word " * 2000, "<script>alert(1)</script>"]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_never_break_a_page(login, question, stranger, officer, client, text):
    asks, office = login(stranger), login(officer)
    assert asks.post(of(question.round, "round_ask"), {"text": text}).status_code in (302, 422)
    page = reverse("office_question", args=[question.pk])
    assert office.get(OFFICE, {"state": text[:2000], "page": text[:2000]}).status_code == 200
    typed = {"audience": text, "wording": text, "answer": text}
    assert office.post(page, typed).status_code == 422
    assert office.post(page, typed | {"audience": "everybody"}).status_code in (302, 422)
    html = client.get(of(question.round, "round_answers")).content.decode()
    assert "<script>alert" not in html


def test_the_office_home_counts_what_waits(login, question, officer):
    browser = login(officer)
    html = browser.get(reverse("office_home")).content.decode()
    work = html.partition("Waiting for you")[2].partition("<h2")[0]
    assert "Answer a question" in work
    assert reverse("office_question", args=[question.pk]) in work
    assert "Example Street" not in html
    publish(officer, question)
    assert "Answer a question" not in browser.get(reverse("office_home")).content.decode()
