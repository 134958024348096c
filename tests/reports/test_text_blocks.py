"""The standing texts of the introduction: ours by default, an officer's from a date on."""

from datetime import date

import pytest

from audit.models import Event
from pcc_grants.lib.rules import RuleBroken
from reports import papers, text_blocks
from reports.models import TextBlock

from . import making


@pytest.fixture(autouse=True)
def office_facts(office):
    return office


def introduction(paper):
    return [paragraph.text for paragraph in papers.build(paper).introduction.paragraphs]


def test_the_newest_version_until_the_meeting_holds(officer):
    for day, text in ((date(2018, 1, 1), "From 2018."), (date(2019, 6, 13), "Too late.")):
        text_blocks.set_text(by=officer, key="introduction_1", effective_from=day, text=text)
    assert introduction(making.paper(meeting_on=date(2019, 6, 12)))[0] == "From 2018."
    assert "page 19" in introduction(making.paper(meeting_on=date(2017, 11, 15)))[0]


def test_the_fields_are_filled_in_from_the_paper_and_the_office(officer):
    text = " ".join(f"{{{name}}}" for name in text_blocks.FIELDS)
    text_blocks.set_text(by=officer, key="introduction_3", effective_from=date(2018, 1, 1), text=text)
    filled = introduction(making.paper())[2]
    assert "{" not in filled
    assert "1 November 2018 to 30 April 2019" in filled
    assert "2019/20" in filled


def test_a_link_may_stand_in_a_text(officer):
    text_blocks.set_text(
        by=officer,
        key="introduction_2",
        effective_from=date(2018, 1, 1),
        text="See [spending for {financial_year}]({spending_url}).",
    )
    runs = papers.build(making.paper()).introduction.paragraphs[1].runs
    assert [(run.text, run.url) for run in runs] == [
        ("See ", ""),
        ("spending for 2019/20", "https://www.example.org/spending"),
        (".", ""),
    ]


@pytest.mark.parametrize(
    ("key", "text", "sentence"),
    [
        ("introduction_1", "On page {plan_seite}.", "no field {plan_seite}"),
        ("introduction_1", "  ", "Enter the text"),
        ("introduction_9", "Words.", "no such text"),
    ],
)
def test_a_text_that_cannot_be_used_is_refused(officer, key, text, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        text_blocks.set_text(by=officer, key=key, effective_from=date(2018, 1, 1), text=text)
    assert not TextBlock.objects.exists()


def test_braces_that_name_no_attribute_are_only_text(officer):
    text = "{plan_title.__class__} {0} {} {{office_name}}"
    text_blocks.set_text(by=officer, key="introduction_1", effective_from=date(2018, 1, 1), text=text)
    assert introduction(making.paper())[0] == (
        "{plan_title.__class__} {0} {} {Office of the Example Police and Crime Commissioner}"
    )


def test_a_version_of_the_same_day_is_replaced_and_the_trail_keeps_the_old_one(officer):
    for text in ("First.", "Second.", "Second."):
        text_blocks.set_text(by=officer, key="introduction_1", effective_from=date(2018, 1, 1), text=text)
    assert TextBlock.objects.get().text == "Second."
    changes = [event.changes for event in Event.objects.filter(verb="text.changed").order_by("id")]
    assert changes == [{"old": None, "new": "First."}, {"old": "First.", "new": "Second."}]


def test_an_approved_paper_keeps_its_texts(officer):
    paper = making.approved_paper([making.published()], officer=officer)
    text_blocks.set_text(by=officer, key="introduction_1", effective_from=date(2018, 1, 1), text="Changed.")
    assert "Changed." not in paper.versions.get().html


@pytest.mark.parametrize("role", ["approver", "panel_officer", "auditor", "finance", "administrator"])
def test_only_officers_change_texts(request, role):
    with pytest.raises(RuleBroken, match="does not allow"):
        text_blocks.set_text(
            by=request.getfixturevalue(role),
            key="introduction_1",
            effective_from=date(2018, 1, 1),
            text="Words.",
        )
