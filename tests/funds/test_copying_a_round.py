"""The next round is prepared from an earlier one: everything but its dates is taken over."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from audit.models import Event
from funds import services
from funds.models import Round
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from questionnaires.services import contents
from tests import factories
from tests.funds.test_setting_up_a_fund import OTHERS
from tests.page_text import refused, text_of


@pytest.fixture
def earlier(officer, fund):
    round = factories.open_round(
        officer, fund, published=False, name="Round 1", maximum=Decimal("7500"), years=2, brief_form=False,
        grace_minutes=30, assessors_needed=3,
    )  # fmt: skip
    services.set_who_may_apply(by=officer, round=round, kinds=["charity"])
    services.set_themes(by=officer, round=round, themes=[fund.themes.get(name="Prevention")])
    services.add_criterion(by=officer, round=round, name="Value", question="What is it worth?", weight=3)
    services.ask_about_criterion(by=officer, criterion=round.criteria.get(key="value"))
    services.add_eligibility_question(by=officer, round=round, text="Is it new?")
    services.record_test(by=officer, round=round)
    return services.publish_round(by=officer, round=round)


@pytest.fixture
def dates(earlier):
    year = timedelta(days=365)
    return {
        "name": "Round 2",
        "opens_at": earlier.opens_at + year,
        "closes_at": earlier.closes_at + year,
        "projects_start_on": earlier.projects_start_on + year,
        "projects_end_on": earlier.projects_end_on + year,
    }


def test_everything_but_the_dates_is_taken_over(officer, earlier, dates):
    made = services.copy_round(by=officer, round=earlier, **dates)
    made.refresh_from_db()
    assert (made.number, made.slug, made.published_at, made.tested_at) == (2, "round-2", None, None)
    for fact in ("maximum", "years", "terms", "grace_minutes", "assessors_needed", "who_may_apply"):
        assert getattr(made, fact) == getattr(earlier, fact)
    assert [theme.name for theme in made.themes.all()] == ["Prevention"]
    assert [(c.key, c.weight) for c in made.criteria.all()] == [("need", 1), ("outcomes", 1), ("value", 3)]
    assert contents(made.questionnaire) == contents(earlier.questionnaire)
    family, version = earlier.questionnaire.family, earlier.questionnaire.version
    assert (made.questionnaire.family, made.questionnaire.version) == (family, version + 1)
    assert not made.questionnaire.is_frozen
    assert made.questionnaire.copied_from == earlier.questionnaire
    services.publish_round(by=officer, round=made)


def test_the_check_names_the_new_last_day(officer, earlier, dates):
    made = services.copy_round(by=officer, round=earlier, **dates)
    keys = [list(round.eligibility_questions.values_list("key", flat=True)) for round in (earlier, made)]
    assert keys[0] == keys[1]
    assert keys[0][-1] == "is-it-new"
    last = clock.format_date(dates["projects_end_on"]).replace("\xa0", " ")
    assert made.eligibility_questions.get(key="spent-in-time").text == f"Can you spend the money by {last}?"


def test_the_copy_changes_alone(officer, earlier, dates):
    made = services.copy_round(by=officer, round=earlier, **dates)
    services.update_criterion(by=officer, criterion=made.criteria.get(key="need"), weight=9)
    services.set_who_may_apply(by=officer, round=made, kinds=[])
    services.update_round(by=officer, round=made, years=1)
    earlier.refresh_from_db()
    assert earlier.who_may_apply == ["charity"]
    assert earlier.criteria.get(key="need").weight == 1
    assert earlier.questionnaire.questions.filter(kind="costs").count() == 2
    assert made.questionnaire.questions.filter(kind="costs").count() == 1


def test_the_same_facts_twice_give_the_first(officer, officer_2, earlier, dates):
    made = services.copy_round(by=officer, round=earlier, **dates)
    assert services.copy_round(by=officer, round=earlier, **dates) == made
    assert Event.objects.filter(verb="round.copied").count() == 1
    with pytest.raises(RuleBroken, match="already has a round"):
        services.copy_round(by=officer_2, round=earlier, **dates)
    with pytest.raises(RuleBroken, match="already has a round"):
        services.copy_round(by=officer, round=earlier, **(dates | {"decision_expected_on": clock.today()}))
    assert Round.objects.count() == 2


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (lambda d: {"closes_at": d["opens_at"]}, "Closing time must be after"),
        (lambda d: {"projects_end_on": d["projects_start_on"]}, "The last day of projects must be after"),
        (lambda d: {"name": "/"}, "Enter the name of the round"),
        (lambda d: {"name": "Round 1"}, "already has a round"),
    ],
)
def test_impossible_dates_are_refused(officer, earlier, dates, facts, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        services.copy_round(by=officer, round=earlier, **(dates | facts(dates)))
    assert Round.objects.count() == 1


def test_a_fund_that_ended_is_not_opened_again(officer, earlier, dates):
    with clock.at(earlier.closes_at + timedelta(days=1)):
        services.end_fund(by=officer, fund=earlier.fund, ended_on=clock.today(), ending_notice="Over.")
        with pytest.raises(RuleBroken, match="opens no new rounds"):
            services.copy_round(by=officer, round=earlier, **dates)


def test_a_round_that_is_still_prepared_can_be_copied(officer, fund, dates):
    source = factories.open_round(officer, fund, published=False, name="Round 1b")
    made = services.copy_round(by=officer, round=source, **(dates | {"name": "Round 3"}))
    assert contents(made.questionnaire) == contents(source.questionnaire)


def test_an_officer_copies_a_round_in_the_browser(login, officer, earlier):
    browser, url = login(officer), reverse("office_round_copy", args=[earlier.pk])
    assert "Copy this round" in text_of(browser.get(reverse("office_round", args=[earlier.pk])))
    page = browser.get(reverse("office_round_new", args=[earlier.fund.code]))
    assert f'href="{url}"' in page.content.decode()
    assert "The new round takes over the questions" in text_of(browser.get(url))
    refused(browser.post(url, {}), "Enter the name of the round", "Enter the date the round opens")
    typed = {"name": "Round 2", "opens_time": "9am", "closes_time": "5pm", "start_year": ""}
    for name, day in (
        ("opens_on", clock.today() + timedelta(days=365)),
        ("closes_on", clock.today() + timedelta(days=400)),
        ("projects_start_on", clock.today() + timedelta(days=430)),
        ("projects_end_on", clock.today() + timedelta(days=800)),
    ):
        typed |= {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}
    response = browser.post(url, typed)
    made = Round.objects.get(name="Round 2")
    assert response.url == reverse("office_round", args=[made.pk])
    assert made.maximum == Decimal("7500")
    assert browser.post(url, typed).url == response.url


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_copies_a_round(login, earlier, dates, role, request):
    by = request.getfixturevalue(role)
    with pytest.raises(RuleBroken):
        services.copy_round(by=by, round=earlier, **dates)
    url = reverse("office_round_copy", args=[earlier.pk])
    assert login(by).get(url).status_code == 403
    assert Round.objects.count() == 1
