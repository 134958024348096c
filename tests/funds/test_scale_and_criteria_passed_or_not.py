"""A round's own scale of scores, and criteria that are passed or not before anything is scored."""

import pytest
from django.urls import reverse

from funds import services
from funds.models import Criterion
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.page_text import text_of

SCALE = ["Nothing", "Some", "All of it"]


@pytest.fixture
def prepared(fund, officer):
    return factories.open_round(officer, fund, published=False)


@pytest.fixture
def eligible_body(prepared, officer):
    """A criterion of the round that is passed or not; added last, it comes first."""
    return services.add_criterion(
        by=officer, round=prepared, name="Eligible body", question="Who are you?", is_pass_fail=True
    )


def test_the_scale_of_a_round_is_set_copied_and_fixed_once_it_is_published(prepared, officer):
    services.set_scale(by=officer, round=prepared, descriptions=SCALE)
    services.set_scale(by=officer, round=prepared, descriptions=SCALE)
    prepared.refresh_from_db()
    assert (prepared.score_descriptions, prepared.highest_score) == (SCALE, 2)
    services.publish_round(by=officer, round=prepared)
    with pytest.raises(RuleBroken, match="its scale stays as it is"):
        services.set_scale(by=officer, round=prepared, descriptions=["No", "Yes"])
    facts = ("opens_at", "closes_at", "projects_start_on", "projects_end_on")
    copied = services.copy_round(
        by=officer, round=prepared, name="The next", **{fact: getattr(prepared, fact) for fact in facts}
    )
    assert copied.score_descriptions == SCALE


@pytest.mark.parametrize(
    ("descriptions", "sentence"),
    [
        ([], "2 to 11 scores"),
        (["Only one"], "This one has 1"),
        (["a"] * 12, "This one has 12"),
        (["None", " ", "All"], "Enter what a score of 1 means"),
        (["None", "a" * 101], "100 characters or fewer"),
    ],
)
def test_a_scale_has_2_to_11_scores_in_words(prepared, officer, descriptions, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        services.set_scale(by=officer, round=prepared, descriptions=descriptions)


@pytest.mark.parametrize("role", ["assessor", "approver", "auditor", "applicant"])
def test_only_who_manages_funds_sets_the_scale(prepared, role):
    with pytest.raises(RuleBroken):
        services.set_scale(by=factories.person(role), round=prepared, descriptions=SCALE)


def test_officers_set_the_scale_on_its_page_and_applicants_read_it(login, prepared, officer, client):
    browser, url = login(officer), reverse("office_round_scale", args=[prepared.pk])
    assert "Excellent: strong evidence throughout" in text_of(browser.get(url))
    refused = browser.post(url, {"descriptions": "Only one"})
    assert refused.status_code == 422 and "This one has 1" in text_of(refused)
    assert browser.post(url, {"descriptions": "\r\n".join(SCALE)}).status_code == 302
    assert "0 to 2" in text_of(browser.get(reverse("office_round", args=[prepared.pk])))
    services.publish_round(by=officer, round=prepared)
    page = text_of(client.get(reverse("round_page", args=[prepared.fund.slug, prepared.slug])))
    assert "from 0 to 2 on" in page and "2: All of it" in page


def test_what_is_passed_or_not_comes_first_and_weighs_nothing(
    login, prepared, eligible_body, officer, client
):
    assert [str(one) for one in prepared.criteria.all()] == ["Eligible body", "Need", "Outcomes"]
    assert eligible_body.position == 3
    page = text_of(login(officer).get(reverse("office_round_criteria", args=[prepared.pk])))
    assert "Passed or not" in page and "1 of 2" in page
    services.ask_about_criterion(by=officer, criterion=eligible_body)
    services.publish_round(by=officer, round=prepared)
    page = text_of(client.get(reverse("round_page", args=[prepared.fund.slug, prepared.slug])))
    assert "Every application must first pass: Eligible body" in page
    assert "Each counts the same" in page
    asked = text_of(client.get(reverse("round_questions", args=[prepared.fund.slug, prepared.slug])))
    assert "Passed or not for Eligible body." in asked and "Scored from 0 to 5 for Need." in asked


def test_it_is_ticked_on_the_pages_of_the_fund_and_of_the_round(login, prepared, fund, officer):
    browser = login(officer)
    facts = {"name": "Safe", "question": "How are people kept safe?", "word_limit": "100", "weight": "1"}
    browser.post(reverse("office_criterion_new", args=[fund.code]), facts | {"is_pass_fail": "on"})
    made = Criterion.objects.get(fund=fund, name="Safe")
    assert made.is_pass_fail
    assert "Passed or not" in text_of(browser.get(reverse("office_fund", args=[fund.code])))
    url = reverse("office_criterion_edit", args=[fund.code, made.position])
    assert "checked" in browser.get(url).content.decode()
    browser.post(url, facts)
    made.refresh_from_db()
    assert not made.is_pass_fail
    browser.post(reverse("office_round_criterion_new", args=[prepared.pk]), facts | {"is_pass_fail": "on"})
    assert prepared.criteria.get(name="Safe").is_pass_fail


def test_an_open_round_needs_a_criterion_that_is_scored(prepared, officer):
    prepared.criteria.update(is_pass_fail=True)
    with pytest.raises(RuleBroken, match="without one nothing can be ranked"):
        services.publish_round(by=officer, round=prepared)
