"""Officers put the checklist of a round together: its lines, their order, and the due diligence it needs."""

import re

import pytest
from django.urls import reverse

from audit.models import Event
from funds import services
from funds.models import CheckItem
from funds.services.checklist import MOST_ITEMS, USUAL_ITEMS
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.page_text import refused, text_of

NEW = {"about": "eligibility", "text": "Is the project new?", "hint": "Not one we paid for before."}


@pytest.fixture
def prepared(officer, fund):
    return factories.open_round(officer, fund, published=False)


def texts(round) -> list[str]:
    return [item.text for item in round.check_items.all()]


def page(name, round, *more):
    return reverse(name, args=[round.pk, *more])


def test_a_standard_round_has_the_usual_lines_and_its_copy_has_what_became_of_them(officer, fund):
    source = factories.open_round(officer, fund, published=False, brief_form=False, name="Round 1")
    assert texts(source) == [text for _, text, _ in USUAL_ITEMS]
    services.delete_check_item(by=officer, item=source.check_items.first())
    services.add_check_item(by=officer, round=source, **NEW)
    services.set_diligence_needed(by=officer, round=source, kinds=["insurance", "accounts"])
    facts = ("opens_at", "closes_at", "projects_start_on", "projects_end_on")
    made = services.copy_round(
        by=officer, round=source, name="Round 2", **{fact: getattr(source, fact) for fact in facts}
    )
    assert texts(made) == texts(source)
    assert made.diligence_needed == ["accounts", "insurance"]
    assert texts(factories.open_round(officer, fund, published=False)) == []


def test_lines_are_added_changed_moved_and_removed(prepared, officer):
    for _ in range(2):  # the same line again gives the first
        new = services.add_check_item(by=officer, round=prepared, **NEW)
    budget = services.add_check_item(by=officer, round=prepared, about="completeness", text="Is it complete?")
    area = services.add_check_item(by=officer, round=prepared, about="eligibility", text="Is it in our area?")
    assert texts(prepared) == ["Is the project new?", "Is it in our area?", "Is it complete?"]
    for _ in range(2):
        services.move_check_item(by=officer, item=area, place=1)
    assert texts(prepared) == ["Is it in our area?", "Is the project new?", "Is it complete?"]
    assert Event.objects.filter(verb="round.check_items_ordered").count() == 1
    services.update_check_item(by=officer, item=new, about="completeness", text="Is it new?")
    assert texts(prepared) == ["Is it in our area?", "Is it complete?", "Is it new?"]
    for _ in range(2):
        services.delete_check_item(by=officer, item=budget)
    assert texts(prepared) == ["Is it in our area?", "Is it new?"]
    services.use_usual_items(by=officer, round=prepared)
    assert len(texts(prepared)) == len(USUAL_ITEMS)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"about": "else"}, "Select what the line is about"),
        ({"text": " "}, "Enter the question"),
        ({"text": "x" * 301}, "The question must be 300 characters or fewer"),
        ({"hint": "x" * 301}, "The hint must be 300 characters or fewer"),
        ({"hint": "Another hint"}, "The checklist already asks “Is the project new?”"),
    ],
)
def test_a_line_that_is_none_is_refused(prepared, officer, facts, sentence):
    services.add_check_item(by=officer, round=prepared, **NEW)
    with pytest.raises(RuleBroken, match=sentence.replace("?", r"\?")):
        services.add_check_item(by=officer, round=prepared, **NEW | facts)


def test_a_checklist_has_an_end_and_a_published_one_stays(prepared, officer):
    CheckItem.objects.bulk_create(
        CheckItem(round=prepared, position=n, about="eligibility", text=f"Is it {n}?")
        for n in range(1, MOST_ITEMS + 1)
    )
    with pytest.raises(RuleBroken, match="30 lines already"):
        services.add_check_item(by=officer, round=prepared, **NEW)
    services.publish_round(by=officer, round=prepared)
    item = prepared.check_items.first()
    for move in (
        lambda: services.add_check_item(by=officer, round=prepared, **NEW),
        lambda: services.update_check_item(by=officer, item=item, about="eligibility", text="Another?"),
        lambda: services.delete_check_item(by=officer, item=item),
        lambda: services.move_check_item(by=officer, item=item, place=2),
        lambda: services.use_usual_items(by=officer, round=prepared),
        lambda: services.set_diligence_needed(by=officer, round=prepared, kinds=["links"]),
    ):
        with pytest.raises(RuleBroken, match="This round is published"):
            move()


def test_an_officer_writes_the_checklist_in_the_browser(login, officer, prepared):
    browser = login(officer)
    text = text_of(browser.get(page("office_round_checklist", prepared)))
    assert "No lines." in text
    refused(browser.post(page("office_round_item_new", prepared), {"text": ""}), "Enter the question")
    assert browser.post(page("office_round_item_new", prepared), NEW).status_code == 302
    browser.post(page("office_round_item_new", prepared), NEW | {"text": "Is it in our area?"})
    last = prepared.check_items.last()
    refused(browser.post(page("office_round_item_move", prepared, last.pk), {"place": "🎉"}), "Select where")
    browser.post(page("office_round_item_move", prepared, last.pk), {"place": "1"})
    assert texts(prepared) == ["Is it in our area?", "Is the project new?"]
    browser.post(page("office_round_item", prepared, last.pk), NEW | {"text": "Is it in the police area?"})
    browser.post(page("office_round_diligence", prepared), {"kinds": ["insurance"]})
    text = text_of(browser.get(page("office_round_checklist", prepared)))
    assert "1. Is it in the police area?" in text
    assert "this must be known of its organisation: Insurance" in text
    assert "Remove “Is it in the police area?”?" in text_of(
        browser.get(page("office_round_item_delete", prepared, last.pk))
    )
    browser.post(page("office_round_item_delete", prepared, last.pk))
    browser.post(page("office_round_items_usual", prepared))
    assert len(texts(prepared)) == len(USUAL_ITEMS)
    assert "10 lines, due diligence of 1 kind" in text_of(browser.get(page("office_round", prepared)))


def test_a_round_prepared_in_the_browser_needs_all_due_diligence_unless_it_is_unticked(login, officer, fund):
    html = login(officer).get(reverse("office_round_new", args=[fund.code])).content.decode()
    boxes = [tag for tag in re.findall("<input[^>]*>", html) if 'name="diligence_needed"' in tag]
    assert len(boxes) == 5 and all("checked" in tag for tag in boxes)
