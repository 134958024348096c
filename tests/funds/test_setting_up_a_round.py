"""A round in preparation is a list of steps; once it is published, they stay as they are."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from audit.models import Event
from funds import services
from funds.models import Round, Route, Theme
from funds.services.changing import ROUND_FIXED
from organisations.models import District
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from questionnaires.services import change_question
from tests import factories
from tests.funds.rounds_in_preparation import (
    LISTS,
    OF_CRITERION,
    OF_DOCUMENT,
    OF_ITEM,
    OF_QUESTION,
    POST_ONLY,
    READ_AND_WRITE,
    STEPS,
    step_address,
)
from tests.funds.test_setting_up_a_fund import OTHERS
from tests.page_text import refused, text_of


@pytest.fixture
def prepared(officer, fund):
    return factories.open_round(officer, fund, published=False, brief_form=False, name="Round 7")


def states(round) -> dict[str, str]:
    return {step.name: step.status for step in services.steps_of(Round.objects.get(pk=round.pk))}


# -- The task list -----------------------------------------------------------------------------------------


def test_a_new_round_needs_only_a_test_run(login, officer, prepared):
    assert states(prepared) == {
        "dates": "Completed",
        "who": "Completed",
        "themes": "Completed",
        "criteria": "Completed",
        "scale": "Completed",
        "questions": "Completed",
        "documents": "Completed",
        "check": "Completed",
        "checklist": "Completed",
        "terms": "Completed",
        "test": "Not yet started",
        "publish": "Ready",
    }
    text = text_of(login(officer).get(reverse("office_round", args=[prepared.pk])))
    for words in (
        "10 of 12 steps are completed",
        "Every type of organisation",
        "All 2 types of the fund",
        "2 criteria, equal weights",
        "3 documents",
        "7 questions",
        "10 lines, no due diligence",
        "You can publish without one.",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("spoil", "step", "status"),
    [
        (lambda r: r.criteria.all().delete(), "criteria", "Not yet started"),
        (lambda r: Round.objects.filter(pk=r.pk).update(terms=""), "terms", "Not yet started"),
        (lambda r: Round.objects.filter(pk=r.pk).update(questionnaire=None), "questions", "Not yet started"),
        (
            lambda r: r.questionnaire.questions.filter(fact="title").delete(),
            "questions",
            "There is a problem",
        ),
        (
            lambda r: r.questionnaire.questions.filter(kind="costs").delete(),
            "questions",
            "There is a problem",
        ),
        (lambda r: Round.objects.filter(pk=r.pk).update(years=2), "questions", "There is a problem"),
    ],
)
def test_what_is_missing_is_said_and_stops_publication(login, officer, prepared, spoil, step, status):
    spoil(prepared)
    found = states(prepared)
    assert (found[step], found["publish"]) == (status, "Cannot start yet")
    html = login(officer).get(reverse("office_round", args=[prepared.pk])).content.decode()
    assert f'href="{reverse("office_round_publish", args=[prepared.pk])}"' not in html
    response = login(officer).post(reverse("office_round_publish", args=[prepared.pk]))
    refused(response, "There is a problem")
    assert Round.objects.get(pk=prepared.pk).published_at is None


NO_CHOICES = "“{}” has no choices, so nobody could apply. {}"


@pytest.mark.parametrize(
    ("key", "text", "taken_away", "advice"),
    [
        ("theme", "What type of project is it?", Theme, "Add a type of project to the fund first."),
        (
            "districts",
            "Where will it take place?",
            District,
            "Ask an administrator to add the districts first.",
        ),
    ],
)
def test_a_list_that_must_be_answered_needs_choices(officer, prepared, key, text, taken_away, advice):
    taken_away.objects.all().delete()
    assert states(prepared)["publish"] == "Cannot start yet"
    with pytest.raises(RuleBroken) as refusal:
        services.publish_round(by=officer, round=prepared)
    assert str(refusal.value) == NO_CHOICES.format(text, advice)
    prepared.questionnaire.questions.filter(key=key).update(required=False)
    services.publish_round(by=officer, round=prepared)


def test_questions_of_another_fund_do_not_ask_for_types_of_project_that_this_fund_lacks(officer, prepared):
    other = factories.fund(officer, code="OTH", name="Other Fund", themes=[])
    round = factories.open_round(officer, other, published=False)
    services.choose_copied_form(by=officer, round=round, source=prepared)
    with pytest.raises(RuleBroken, match="has no choices"):
        services.publish_round(by=officer, round=round)
    services.add_theme(by=officer, fund=other, name="Prevention")
    services.publish_round(by=officer, round=round)


@pytest.mark.parametrize("is_conditional", [True, False])
def test_everyone_must_be_asked_for_the_costs_of_the_first_year(officer, prepared, is_conditional):
    services.update_round(by=officer, round=prepared, years=2)
    questions = prepared.questionnaire.questions
    condition = {"depends_on": questions.get(key="has-partners"), "shown_if": ["yes"]}
    facts = condition if is_conditional else {"required": False}
    for costs in questions.filter(kind="costs"):
        change_question(by=officer, question=costs, **facts)
    assert states(prepared)["questions"] == "There is a problem"
    with pytest.raises(RuleBroken, match="^Everyone must answer “What will you spend .* in year 1.”"):
        services.publish_round(by=officer, round=prepared)
    change_question(by=officer, question=questions.get(year=1), required=True, depends_on=None)
    services.publish_round(by=officer, round=prepared)  # a later year may be left out


def test_a_closing_time_that_has_passed_is_a_problem(prepared):
    with clock.at(prepared.closes_at + timedelta(seconds=1)):
        assert states(prepared)["dates"] == "There is a problem"
        assert states(prepared)["publish"] == "Cannot start yet"


def test_documents_and_check_may_be_left_out(officer, prepared):
    for document in services.documents_of(prepared):
        services.remove_document(by=officer, round=prepared, document=document)
    prepared.eligibility_questions.all().delete()
    found = states(prepared)
    assert (found["documents"], found["check"], found["publish"]) == ("Not yet started",) * 2 + ("Ready",)
    services.publish_round(by=officer, round=prepared)


def test_a_round_of_allocated_money_needs_no_check(officer):
    fund = factories.fund(officer, code="ALL", name="Allocated Fund", route=Route.ALLOCATED, themes=[])
    round = factories.open_round(officer, fund, published=False)
    assert (states(round)["check"], states(round)["themes"]) == ("Not needed", "Not needed")
    assert not round.eligibility_questions.exists()


def test_publishing_before_the_opening_time_lets_it_open_by_itself(client, officer, fund):
    opens_at = clock.now() + timedelta(days=3)
    round = factories.open_round(officer, fund, opens_at=opens_at)
    url = reverse("round_page", args=[fund.slug, round.slug])
    assert not round.is_open
    assert f"Opens {clock.format_deadline(opens_at)}".replace("\xa0", " ") in text_of(client.get(url))
    with clock.at(opens_at):
        assert Round.objects.get(pk=round.pk).is_open
        assert "Opens" not in text_of(client.get(url))
    with clock.at(round.closes_at + timedelta(seconds=1)):
        assert not Round.objects.get(pk=round.pk).is_open


# -- Who may do what ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", STEPS)
def test_an_officer_opens_every_step(login, officer, prepared, name):
    response = login(officer).get(step_address(name, prepared))
    assert response.status_code == (405 if name in POST_ONLY else 200)


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_opens_a_step(login, prepared, role, request):
    browser = login(request.getfixturevalue(role))
    for name in STEPS:
        assert browser.get(step_address(name, prepared)).status_code == 403
        assert browser.post(step_address(name, prepared)).status_code == 403


def test_a_reader_sees_how_far_it_is_and_nothing_to_change(login, auditor, prepared):
    response = login(auditor).get(reverse("office_round", args=[prepared.pk]))
    assert "Test run" in text_of(response)
    for name in STEPS:
        assert f'href="{step_address(name, prepared)}"' not in response.content.decode()


@pytest.mark.parametrize("name", STEPS)
def test_no_step_changes_a_published_round(login, officer, prepared, name):
    url = step_address(name, prepared)
    services.publish_round(by=officer, round=prepared)
    before = Event.objects.count()
    assert "This round is published" in text_of(login(officer).get(url))
    refused(login(officer).post(url, {"place": "2", "document": "equality-policy"}), ROUND_FIXED)
    assert Event.objects.count() == before


@pytest.mark.parametrize(
    "attempt",
    [
        lambda by, r: services.set_who_may_apply(by=by, round=r, kinds=["charity"]),
        lambda by, r: services.set_themes(by=by, round=r, themes=[r.fund.themes.first()]),
        lambda by, r: services.choose_standard_form(by=by, round=r, brief=True),
        lambda by, r: services.fit_budget(by=by, round=r),
        lambda by, r: services.record_test(by=by, round=r),
        lambda by, r: services.add_usual_document(by=by, round=r, key="equality-policy"),
        lambda by, r: services.add_document(by=by, round=r, text="Your plan"),
        lambda by, r: services.update_document(
            by=by, round=r, document=services.documents_of(r).first(), text="Other"
        ),
        lambda by, r: services.remove_document(by=by, round=r, document=services.documents_of(r).first()),
        lambda by, r: services.add_eligibility_question(by=by, round=r, text="Is it new?"),
        lambda by, r: services.update_eligibility_question(
            by=by, question=r.eligibility_questions.first(), text="Other"
        ),
        lambda by, r: services.delete_eligibility_question(by=by, question=r.eligibility_questions.last()),
        lambda by, r: services.place_eligibility_question(
            by=by, question=r.eligibility_questions.first(), place=2
        ),
        lambda by, r: services.use_usual_check(by=by, round=r),
        lambda by, r: services.ask_about_criterion(by=by, criterion=r.criteria.first()),
    ],
)
def test_no_service_changes_a_published_round_or_serves_somebody_else(officer, auditor, prepared, attempt):
    with pytest.raises(RuleBroken):
        attempt(auditor, prepared)
    services.publish_round(by=officer, round=prepared)
    before = Event.objects.count()
    with pytest.raises(RuleBroken, match="This round is published, so"):
        attempt(officer, prepared)
    assert Event.objects.count() == before


# -- The short steps ---------------------------------------------------------------------------------------


def test_who_may_apply_is_chosen(login, officer, prepared):
    browser, url = login(officer), step_address("office_round_who", prepared)
    browser.post(url, {"kinds": ["school", "charity"]})
    browser.post(url, {"kinds": ["school", "charity"]})
    prepared.refresh_from_db()
    assert prepared.who_may_apply == ["charity", "school"]
    assert Event.objects.filter(verb="round.changed").count() == 1
    assert "Charity, School or college" in text_of(browser.get(reverse("office_round", args=[prepared.pk])))
    browser.post(url, {})
    prepared.refresh_from_db()
    assert prepared.who_may_apply == []
    refused(browser.post(url, {"kinds": ["wizard"]}), "Which types of organisation may apply?")
    with pytest.raises(RuleBroken, match="no type of organisation"):
        services.set_who_may_apply(by=officer, round=prepared, kinds=["wizard"])


def test_themes_are_chosen_of_the_fund(login, officer, prepared):
    theme = prepared.fund.themes.get(name="Prevention")
    browser, url = login(officer), step_address("office_round_themes", prepared)
    browser.post(url, {"themes": [theme.pk]})
    assert [theme.name for theme in prepared.offered_themes] == ["Prevention"]
    assert "1 of the 2 types" in text_of(browser.get(reverse("office_round", args=[prepared.pk])))
    browser.post(url, {})
    assert prepared.offered_themes.count() == 2
    other = factories.fund(officer, code="OTH", name="Other Fund")
    refused(browser.post(url, {"themes": [other.themes.first().pk]}), "There is a problem")
    with pytest.raises(RuleBroken, match="Select types of project of the Example Fund"):
        services.set_themes(by=officer, round=prepared, themes=[other.themes.first()])


def test_a_fund_without_themes_has_none_to_choose(login, officer):
    fund = factories.fund(officer, code="NOT", name="Plain Fund", themes=[])
    round = factories.open_round(officer, fund, published=False)
    assert "no types of project" in text_of(login(officer).get(step_address("office_round_themes", round)))


def test_terms_and_dates_are_steps_of_their_own(login, officer, prepared):
    browser = login(officer)
    refused(browser.post(step_address("office_round_terms", prepared), {}), "Enter the terms of the round")
    browser.post(step_address("office_round_terms", prepared), {"terms": "New terms."})
    html = browser.get(reverse("office_round_edit", args=[prepared.pk])).content.decode()
    assert 'name="terms"' not in html
    prepared.refresh_from_db()
    assert prepared.terms == "New terms."


def test_a_test_run_is_recorded_and_goes_stale_when_the_form_changes(login, officer, officer_2, prepared):
    browser, url = login(officer), step_address("office_round_test", prepared)
    publish = reverse("office_round_publish", args=[prepared.pk])
    assert "Nobody has tried it out yet" in text_of(browser.get(url))
    assert "Nobody has tried the form out" in text_of(browser.get(publish))
    for _ in range(2):
        browser.post(url)
    assert Event.objects.filter(verb="round.tested").count() == 1
    assert states(prepared)["test"] == "Completed"
    assert "Nobody has tried the form out" not in text_of(browser.get(publish))
    services.add_usual_document(by=officer, round=prepared, key="equality-policy")
    assert states(prepared)["test"] == "In progress"
    assert "The form has changed since" in text_of(browser.get(url))
    assert f"The form has changed since {officer} tried it out" in text_of(browser.get(publish))
    services.record_test(by=officer_2, round=prepared)
    assert states(prepared)["test"] == "Completed"
    assert Round.objects.get(pk=prepared.pk).tested_by == officer_2


def test_a_round_without_a_form_cannot_be_tried_out(login, officer, prepared):
    Round.objects.filter(pk=prepared.pk).update(questionnaire=None)
    url = step_address("office_round_test", prepared)
    assert "The round has no form yet" in text_of(login(officer).get(url))
    refused(login(officer).post(url), "Choose the questions of the form first.")
    for name in (*LISTS, *READ_AND_WRITE):
        assert login(officer).get(reverse(name, args=[prepared.pk])).status_code == 200


def test_the_maximum_and_the_last_day_are_followed_by_the_check(officer, prepared):
    day = prepared.projects_end_on + timedelta(days=10)
    own = prepared.eligibility_questions.get(key="spent-in-time")
    services.update_eligibility_question(by=officer, question=own, text="Can you spend it all?")
    services.update_round(by=officer, round=prepared, maximum=Decimal("2500.50"), projects_end_on=day)
    asked = {question.key: question for question in prepared.eligibility_questions.all()}
    assert asked["within-maximum"].text == "Do you need £2,500.50 or less from us?"
    assert asked["within-maximum"].reason == "you need more than £2,500.50"
    assert asked["spent-in-time"].text == "Can you spend it all?"


@pytest.mark.parametrize("pk", [0, 10**20])
def test_wrong_numbers_are_not_found(login, officer, prepared, pk):
    browser = login(officer)
    for name in (*READ_AND_WRITE, *LISTS):
        assert browser.get(reverse(name, args=[pk])).status_code == 404
    for name in (*OF_CRITERION, *OF_DOCUMENT, *OF_QUESTION, *OF_ITEM):
        assert browser.post(reverse(name, args=[prepared.pk, pk])).status_code == 404
