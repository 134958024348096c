"""Officers write the check before applying: its questions, their order, and what rules people out."""

from decimal import Decimal

import pytest
from django.urls import reverse

from audit.models import Event
from funds import services
from funds.models import EligibilityQuestion, LegalPower, Route
from funds.services.eligibility import MOST_QUESTIONS
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.funds.rounds_in_preparation import step_address
from tests.page_text import refused, text_of

NEW = {
    "asks": "yes_no",
    "text": "Is the project new?",
    "good_answer": "yes",
    "reason": "your project is not new.",
    "advice": "Ask the council",
}
USUAL = [
    "organisation-type", "in-area", "within-maximum", "spent-in-time", "already-spent", "works-with-children",
    "safeguarding-policy",
]  # fmt: skip


@pytest.fixture
def prepared(officer, fund):
    return factories.open_round(officer, fund, published=False)


def keys(round) -> list[str]:
    return [question.key for question in round.eligibility_questions.all()]


def question(round, key) -> EligibilityQuestion:
    return round.eligibility_questions.get(key=key)


# -- The usual questions -----------------------------------------------------------------------------------


def test_an_open_round_of_one_year_has_the_usual_questions(prepared):
    assert keys(prepared) == USUAL


def test_a_round_of_several_years_asks_two_more(officer, fund):
    round = factories.open_round(officer, fund, published=False, years=3)
    assert keys(round) == [*USUAL, "fits-a-theme", "several-years"]
    assert question(round, "fits-a-theme").hint == "One of: Prevention; Rehabilitation"
    assert question(round, "several-years").text == "Can you deliver the project for up to 3 years?"
    assert question(round, "within-maximum").text == "Do you need £10,000 a year or less from us?"
    services.set_themes(by=officer, round=round, themes=[fund.themes.get(name="Prevention")])
    assert question(round, "fits-a-theme").hint == "One of: Prevention"


def test_a_fund_without_themes_does_not_ask_for_one(officer):
    fund = factories.fund(officer, code="NOT", name="Plain Fund", themes=[])
    round = factories.open_round(officer, fund, published=False, years=2)
    assert keys(round) == [*USUAL, "several-years"]


@pytest.mark.parametrize("route", [Route.OPEN, Route.INVITED])
def test_services_for_victims_are_asked_two_more(officer, route):
    fund = factories.fund(
        officer, code="VSS", name="Victims Fund", legal_power=LegalPower.VICTIMS, route=route
    )
    round = factories.open_round(officer, fund, published=False)
    assert keys(round) == [*USUAL, "free-and-confidential", "reported-or-not"]


def test_the_usual_questions_come_back(login, officer, prepared):
    browser, url = login(officer), step_address("office_round_check_usual", prepared)
    prepared.eligibility_questions.exclude(key="in-area").delete()
    services.update_round(by=officer, round=prepared, maximum=Decimal("700"))
    assert "The questions of the check are replaced" in text_of(browser.get(url))
    for _ in range(2):
        browser.post(url)
    assert keys(prepared) == USUAL
    assert question(prepared, "within-maximum").text == "Do you need £700 or less from us?"
    assert Event.objects.filter(verb="round.check_drawn_up").count() == 1


# -- Adding, changing, deleting ----------------------------------------------------------------------------


def test_a_question_is_added_changed_and_deleted(login, officer, prepared):
    browser = login(officer)
    for _ in range(2):
        browser.post(step_address("office_round_check_new", prepared), NEW)
    added = question(prepared, "is-the-project-new")
    assert (added.position, added.reason) == (8, "your project is not new")
    assert keys(prepared) == [*USUAL, "is-the-project-new"]
    page = text_of(browser.get(step_address("office_round_check", prepared)))
    assert "8. Is the project new?" in page
    url = step_address("office_round_check_question", prepared, added.pk)
    assert "Is the project new?" in browser.get(url).content.decode()
    browser.post(url, NEW | {"text": "Is it different?", "good_answer": "any"})
    added.refresh_from_db()
    assert (added.text, added.good_answer, added.reason, added.advice) == ("Is it different?", "", "", "")
    delete = step_address("office_round_check_delete", prepared, added.pk)
    assert "Delete “Is it different?”?" in text_of(browser.get(delete))
    browser.post(delete)
    assert keys(prepared) == USUAL
    services.delete_eligibility_question(by=officer, question=added)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"text": ""}, "Enter the question"),
        ({"asks": ""}, "Select what the question asks for"),
        ({"asks": "wizard"}, "Select what the question asks for"),
        ({"good_answer": ""}, "Select which answer lets people apply"),
        ({"reason": " "}, "Enter the reason that people are given when they cannot apply"),
        ({"only_if": "wizard"}, "Select an earlier question"),
        ({"only_if": "organisation-type"}, "Select an earlier question"),
        ({"text": "x" * 301}, "Question must be 300 characters or fewer"),
        ({"text": "will the PROJECT take place in our police area?"}, "The check already asks"),
        ({"asks": "organisation", "text": "Who are you?"}, "already asks for the type of organisation"),
    ],
)
def test_a_question_with_faults_comes_back_as_typed(login, officer, prepared, typed, sentence):
    url = step_address("office_round_check_new", prepared)
    html = refused(login(officer).post(url, NEW | typed), sentence)
    assert "Ask the council" in html
    assert keys(prepared) == USUAL


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"asks": "wizard"}, "Select what the question asks for"),
        ({"good_answer": "maybe"}, "Select what the question asks for"),
        ({"text": "\u202e"}, "Enter the question"),
        ({"text": "x" * 301}, "The question must be 300 characters or fewer"),
        ({"advice": "x" * 5001}, "The advice must be 5,000 characters or fewer"),
        ({"only_if": "organisation-type"}, "can only depend on an earlier one"),
        ({"only_if": "nothing"}, "can only depend on an earlier one"),
    ],
)
def test_the_service_judges_again(officer, prepared, facts, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        services.add_eligibility_question(by=officer, round=prepared, **(NEW | facts))


def test_the_type_of_organisation_needs_its_reason_and_no_answer(officer, prepared):
    asked = question(prepared, "organisation-type")
    with pytest.raises(RuleBroken, match="Enter the reason"):
        services.update_eligibility_question(by=officer, question=asked, reason="")
    services.update_eligibility_question(by=officer, question=asked, good_answer="no")
    asked.refresh_from_db()
    assert asked.good_answer == ""


def test_a_question_on_which_another_depends_stays_what_it_is(login, officer, prepared):
    asked = question(prepared, "works-with-children")
    delete = step_address("office_round_check_delete", prepared, asked.pk)
    refused(login(officer).post(delete), "It cannot be deleted: “Do you have a safeguarding policy?”")
    with pytest.raises(RuleBroken, match="Other questions depend on its answer yes"):
        services.update_eligibility_question(by=officer, question=asked, asks="organisation", reason="you do")
    assert keys(prepared) == USUAL


def test_a_question_depends_only_on_an_earlier_one(officer, prepared):
    first = question(prepared, "in-area")
    with pytest.raises(RuleBroken, match="can only depend on an earlier one"):
        services.update_eligibility_question(by=officer, question=first, only_if="works-with-children")
    services.update_eligibility_question(
        by=officer, question=question(prepared, "already-spent"), only_if="in-area"
    )


def test_a_check_stays_short(officer, prepared):
    for number in range(MOST_QUESTIONS - len(USUAL)):
        services.add_eligibility_question(by=officer, round=prepared, text=f"Question {number}?")
    with pytest.raises(RuleBroken, match="has 20 questions already"):
        services.add_eligibility_question(by=officer, round=prepared, text="One more?")


# -- Order -------------------------------------------------------------------------------------------------


def test_questions_are_moved_by_buttons_and_twice_is_once(login, officer, prepared):
    browser = login(officer)
    url = step_address("office_round_check_move", prepared, question(prepared, "in-area").pk)
    html = browser.get(step_address("office_round_check", prepared)).content.decode()
    assert html.count("Move up") == html.count("Move down") == len(USUAL) - 1
    for _ in range(2):
        browser.post(url, {"place": "3"})
    assert keys(prepared)[:3] == ["organisation-type", "within-maximum", "in-area"]
    assert Event.objects.filter(verb="round.check_ordered").count() == 1
    browser.post(url, {"place": "1"})
    assert keys(prepared)[0] == "in-area"


def test_a_question_stays_behind_the_one_it_depends_on(login, officer, prepared):
    moves = (("safeguarding-policy", "6"), ("works-with-children", "7"))
    for key, place in moves:
        url = step_address("office_round_check_move", prepared, question(prepared, key).pk)
        refused(login(officer).post(url, {"place": place}), "so it stays behind it")
    assert keys(prepared) == USUAL


@pytest.mark.parametrize("place", ["", "up", "-1", "1.5", "٣", "9" * 30, "1\x00"])
def test_a_place_is_a_number(login, officer, prepared, place):
    url = step_address("office_round_check_move", prepared, question(prepared, "in-area").pk)
    refused(login(officer).post(url, {"place": place}), "Select where to move the question")


@pytest.mark.parametrize(("place", "index"), [("0", 0), ("999", 6)])
def test_a_place_outside_the_check_is_its_end(login, officer, prepared, place, index):
    url = step_address("office_round_check_move", prepared, question(prepared, "already-spent").pk)
    login(officer).post(url, {"place": place})
    assert keys(prepared)[index] == "already-spent"


def test_a_question_of_another_round_is_not_found(login, officer, prepared):
    other = factories.open_round(officer, prepared.fund, published=False)
    foreign = question(other, "in-area").pk
    for name in ("office_round_check_question", "office_round_check_delete", "office_round_check_move"):
        assert login(officer).post(reverse(name, args=[prepared.pk, foreign])).status_code == 404


def test_a_check_that_does_not_ask_for_the_type_is_pointed_out(login, officer, prepared):
    services.set_who_may_apply(by=officer, round=prepared, kinds=["charity"])
    page = step_address("office_round_check", prepared)
    assert "the check does not ask for it" not in text_of(login(officer).get(page))
    services.delete_eligibility_question(by=officer, question=question(prepared, "organisation-type"))
    assert "the check does not ask for it" in text_of(login(officer).get(page))
