"""The form of a round goes with its criteria and its years, and can be started again."""

import pytest
from django.urls import reverse

from audit.models import Event
from funds import services
from funds.models import Round
from pcc_grants.lib.rules import RuleBroken
from questionnaires.models import Question, Questionnaire
from questionnaires.services import contents
from tests import factories
from tests.funds.rounds_in_preparation import step_address
from tests.page_text import refused, text_of


@pytest.fixture
def prepared(officer, fund):
    return factories.open_round(officer, fund, published=False, brief_form=False, name="Round 7")


def form_of(round) -> Questionnaire:
    return Round.objects.select_related("questionnaire").get(pk=round.pk).questionnaire


def keys(round) -> list[str]:
    return [section.key for section in form_of(round).sections.order_by("position")]


def costs(round) -> list[tuple]:
    asked = form_of(round).questions.filter(kind="costs").order_by("position")
    return [(question.year, question.key, question.text[-9:]) for question in asked]


# -- Criteria ----------------------------------------------------------------------------------------------


def test_a_criterion_that_is_added_gets_its_question_when_it_is_asked_for(login, officer, prepared):
    browser, page = login(officer), step_address("office_round_criteria", prepared)
    typed = {"name": "Value", "question": "What is it worth?", "word_limit": "250", "weight": "2"}
    browser.post(step_address("office_round_criterion_new", prepared), typed)
    assert "Value What is it worth? 250 2 of 4 No. Add its question to the form" in text_of(browser.get(page))
    value = prepared.criteria.get(key="value")
    assert not prepared.fund.criteria.filter(key="value").exists()
    with pytest.raises(RuleBroken, match="Nothing in the form is scored for “Value”"):
        services.publish_round(by=officer, round=prepared)
    for _ in range(2):
        browser.post(step_address("office_round_criterion_ask", prepared, value.pk))
    asked = form_of(prepared).questions.get(criterion="value")
    assert (asked.key, asked.text, asked.word_limit) == ("about-value", "What is it worth?", 250)
    assert (asked.section.title, asked.section.group) == ("Value", "Your project")
    order = keys(prepared)
    assert order.index("about-value") == order.index("measures") + 1
    services.publish_round(by=officer, round=prepared)


def test_the_question_follows_its_criterion_where_nobody_worded_it_otherwise(login, officer, prepared):
    need = prepared.criteria.get(key="need")
    question = form_of(prepared).questions.get(criterion="need")
    Question.objects.filter(pk=question.pk).update(guidance="Our own guidance")
    typed = {"name": "Demand", "question": "Who asks for it?", "guidance": "Say who", "word_limit": "150", "weight": "1"}  # fmt: skip # noqa: E501
    login(officer).post(step_address("office_round_criterion", prepared, need.pk), typed)
    question.refresh_from_db()
    assert (question.text, question.name, question.word_limit) == ("Who asks for it?", "Demand", 150)
    assert question.guidance == "Our own guidance"
    assert question.criterion == "need"


def test_the_question_of_a_criterion_that_is_deleted_is_scored_no_longer(login, officer, prepared):
    need = prepared.criteria.get(key="need")
    url = step_address("office_round_criterion_delete", prepared, need.pk)
    assert "Delete the criterion “Need”?" in text_of(login(officer).get(url))
    login(officer).post(url)
    assert form_of(prepared).questions.get(key="about-need").criterion == ""
    assert login(officer).post(url).status_code == 404
    again = services.add_criterion(by=officer, round=prepared, name="Need", question="Why?")
    services.ask_about_criterion(by=officer, criterion=again)
    assert form_of(prepared).questions.get(key="about-need").criterion == "need"
    assert form_of(prepared).questions.filter(criterion="need").count() == 1


def test_a_criterion_of_the_longest_name_can_be_asked_about(officer, prepared):
    made = services.add_criterion(by=officer, round=prepared, name="x" * 200, question="y" * 300)
    assert len(services.ask_about_criterion(by=officer, criterion=made).name) == 150


def test_a_criterion_of_another_round_is_not_found(login, officer, prepared):
    other = factories.open_round(officer, prepared.fund, published=False)
    for name in ("office_round_criterion", "office_round_criterion_delete", "office_round_criterion_ask"):
        url = reverse(name, args=[prepared.pk, other.criteria.first().pk])
        assert login(officer).post(url).status_code == 404


# -- Years -------------------------------------------------------------------------------------------------


def test_the_budget_has_a_page_for_each_year_of_the_round(officer, prepared):
    assert costs(prepared) == [(1, "costs", "money on?")]
    services.update_round(by=officer, round=prepared, years=3)
    assert costs(prepared) == [
        (1, "costs", "n year 1?"),
        (2, "costs-year-2", "n year 2?"),
        (3, "costs-year-3", "n year 3?"),
    ]
    budget = form_of(prepared).sections.get(key="budget")
    assert [q.key for q in budget.questions.order_by("position")][3:] == ["has-match", "match"]
    services.update_round(by=officer, round=prepared, years=1)
    assert costs(prepared) == [(1, "costs", "money on?")]


def test_a_budget_that_lacks_a_year_is_offered_it(login, officer, prepared):
    services.update_round(by=officer, round=prepared, years=3)
    form_of(prepared).questions.get(year=2).delete()
    browser, page = login(officer), step_address("office_round_questions", prepared)
    assert "the form does not ask for a budget for each" in text_of(browser.get(page))
    assert "Ask for a budget for each year" in text_of(browser.get(page))
    browser.post(step_address("office_round_budget_fit", prepared))
    assert sorted(year for year, _, _ in costs(prepared)) == [1, 2, 3]
    assert "for a budget for each" not in text_of(browser.get(page))
    before = Event.objects.count()
    browser.post(step_address("office_round_budget_fit", prepared))
    assert Event.objects.count() == before


# -- Starting again ----------------------------------------------------------------------------------------


def test_the_questions_are_started_again_from_the_short_or_the_standard_form(login, officer, prepared):
    browser, url = login(officer), step_address("office_round_start_again", prepared)
    first = form_of(prepared)
    text = text_of(browser.get(step_address("office_round_questions", prepared)))
    assert "Main and senior contact About you 6" in text
    browser.post(url, {"start": "short"})
    assert keys(prepared) == ["project", "about-need", "about-outcomes", "budget"]
    assert not Questionnaire.objects.filter(pk=first.pk).exists()
    browser.post(url, {"start": "standard"})
    assert "contacts" in keys(prepared)
    assert form_of(prepared).family == first.family


def test_the_same_form_again_changes_nothing(officer, prepared):
    before = form_of(prepared)
    assert services.choose_standard_form(by=officer, round=prepared) == before
    assert not Event.objects.filter(verb="round.form_chosen").exists()
    assert Questionnaire.objects.count() == 1


def test_the_questions_of_another_fund_are_copied_and_fitted(login, officer, prepared):
    other = factories.fund(
        officer, code="OTH", name="Other Fund", criteria=[{"name": "Value", "question": "What is it worth?"}]
    )
    source = factories.open_round(officer, other, years=3)
    browser, url = login(officer), step_address("office_round_start_again", prepared)
    refused(browser.post(url, {"start": "copy"}), "Select the round to copy the questions from")
    refused(browser.post(url, {}), "Select where you want to start from")
    for _ in range(2):
        browser.post(url, {"start": "copy", "source": source.pk})
    made = form_of(prepared)
    assert made.family == "example-fund-application"
    assert made.copied_from == source.questionnaire
    assert made.name == "Example Fund: application"
    assert not made.is_frozen
    assert made.questions.get(key="about-value").criterion == ""
    assert costs(prepared) == [(1, "costs", "money on?")]
    assert Event.objects.filter(verb="round.form_chosen").count() == 1
    with pytest.raises(RuleBroken, match="Nothing in the form is scored for “Need”"):
        services.publish_round(by=officer, round=prepared)


def test_a_copy_changes_without_its_source(officer, prepared):
    source = factories.open_round(officer, prepared.fund, brief_form=False)
    before = contents(source.questionnaire)
    services.choose_copied_form(by=officer, round=prepared, source=source)
    services.add_usual_document(by=officer, round=prepared, key="equality-policy")
    assert contents(source.questionnaire) == before
    services.choose_standard_form(by=officer, round=prepared)
    assert contents(source.questionnaire) == before


def test_a_round_does_not_copy_itself(login, officer, prepared):
    url = step_address("office_round_start_again", prepared)
    refused(login(officer).post(url, {"start": "copy", "source": prepared.pk}), "Select the round to copy")
    with pytest.raises(RuleBroken, match="Select a round"):
        services.choose_copied_form(by=officer, round=prepared, source=prepared)


def test_a_version_of_which_a_copy_was_made_stays(officer, prepared):
    first = form_of(prepared)
    other = factories.open_round(officer, prepared.fund, published=False)
    services.choose_copied_form(by=officer, round=other, source=prepared)
    services.choose_standard_form(by=officer, round=prepared, brief=True)
    assert Questionnaire.objects.filter(pk=first.pk).exists()
