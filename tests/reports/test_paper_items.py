"""The office's part of a paper: its own items, the order, groups, and what is written."""

from datetime import date

import pytest

from pcc_grants.lib.rules import RuleBroken
from reports import papers

from . import making


@pytest.fixture(autouse=True)
def office_facts(office):
    return office


@pytest.fixture
def paper(officer):
    """Panel: A, B, C; office: X, Y; in the order of payment."""
    panel = [making.published(name, date(2018, 11, day)) for name, day in (("A", 1), ("B", 2), ("C", 3))]
    office = [making.published(name, date(2018, 11, day)) for name, day in (("X", 1), ("Y", 9))]
    return making.drafted_paper(panel, office, officer=officer)


def order(paper) -> str:
    """'A+B C X Y': a plus joins an item to the one above."""
    text = ""
    for item in paper.items.select_related("published_item").order_by("position"):
        text += ("+" if item.joins_previous else " ") + item.published_item.supplier
    return text.strip()


def item(paper, name):
    return paper.items.get(published_item__supplier=name)


def move(officer, paper, name, direction):
    papers.move_item(by=officer, item=item(paper, name), up=direction == "up")


def join(officer, paper, *names):
    for name in names:
        papers.set_joined(by=officer, item=item(paper, name), joined=True)


def test_the_panels_items_come_first_then_the_offices_each_by_payment_date(officer, panel_officer):
    names = {"C": 3, "A": 1, "B": 2}
    panel = [making.published(name, date(2018, 11, day)) for name, day in names.items()]
    early = making.published("X", date(2018, 10, 1))
    paper = making.paper(officer)
    papers.add_office_item(by=officer, paper=paper, published_item=early)
    for one in panel:
        papers.choose(by=panel_officer, paper=paper, published_items=[one])
    papers.add_office_item(by=officer, paper=paper, published_item=making.published("W", date(2018, 9, 1)))
    assert order(paper) == "A B C W X"


@pytest.mark.parametrize(
    ("joined", "name", "direction", "expected"),
    [
        ([], "B", "up", "B A C X Y"),
        ([], "B", "down", "A C B X Y"),
        ([], "A", "up", "A B C X Y"),
        ([], "Y", "down", "A B C X Y"),
        ([], "Y", "up", "A B C Y X"),
        (["B"], "B", "up", "B+A C X Y"),
        (["B"], "A", "down", "B+A C X Y"),
        (["B"], "C", "up", "C A+B X Y"),
        (["B"], "B", "down", "C A+B X Y"),
        (["B", "C"], "C", "up", "A+C+B X Y"),
        (["Y"], "Y", "up", "A B C Y+X"),
    ],
)
def test_items_move_within_their_group_and_groups_past_each_other(
    officer, paper, joined, name, direction, expected
):
    join(officer, paper, *joined)
    move(officer, paper, name, direction)
    assert order(paper) == expected


@pytest.mark.parametrize(
    ("joined", "name", "direction"),
    [([], "X", "up"), ([], "C", "down"), (["X"], "X", "up"), (["B"], "X", "up")],
)
def test_an_item_of_the_office_never_comes_before_one_of_the_panel(officer, paper, joined, name, direction):
    join(officer, paper, *joined)
    before = order(paper)
    if (name, direction, joined) == ("X", "up", ["B"]):
        move(officer, paper, "C", "up")
        before = order(paper)
    with pytest.raises(RuleBroken, match="come first"):
        move(officer, paper, name, direction)
    assert order(paper) == before


def test_a_button_pressed_twice_moves_once(officer, paper):
    one = item(paper, "C")
    for _ in range(2):
        papers.move_item(by=officer, item=one, up=True, seen_at=3)
    assert order(paper) == "A C B X Y"


def test_the_first_item_has_none_to_be_grouped_with(officer, paper):
    with pytest.raises(RuleBroken, match="none above"):
        papers.set_joined(by=officer, item=item(paper, "A"), joined=True)


def test_grouped_items_share_one_text_and_their_headings_stand_together(officer, paper):
    join(officer, paper, "B")
    papers.edit_narrative(by=officer, item=item(paper, "A"), narrative="One text for two.")
    sections = papers.build(paper).sections
    assert [len(section.headings) for section in sections] == [2, 1, 1, 1]
    assert [paragraph.text for paragraph in sections[0].paragraphs] == ["One text for two."]


def test_a_first_text_names_the_fund_once_for_a_group(officer, paper):
    join(officer, paper, "B", "C")
    texts = [paragraph.text for paragraph in papers.build(paper).sections[0].paragraphs]
    assert [text for text in texts if text.startswith("The money comes from")] == [
        "The money comes from the Example Fund. It prevents crime in the example area."
    ]
    assert [text.split(" was awarded")[0] for text in texts[1:]] == ["A", "B", "C"]


def test_texts_written_before_grouping_become_one_and_nothing_is_lost(officer, paper):
    papers.edit_narrative(by=officer, item=item(paper, "B"), narrative="About B.")
    join(officer, paper, "B")
    text = item(paper, "A").narrative
    assert text.startswith("The money comes from the Example Fund.")
    assert text.endswith("\n\nAbout B.")
    assert item(paper, "B").narrative == ""


def test_parting_leaves_the_shared_text_with_the_first(officer, paper):
    join(officer, paper, "B", "C")
    papers.edit_narrative(by=officer, item=item(paper, "A"), narrative="One text for three.")
    papers.set_joined(by=officer, item=item(paper, "B"), joined=False)
    assert order(paper) == "A B+C X Y"
    assert item(paper, "A").narrative == "One text for three."
    assert papers.narrative_of(item(paper, "B")).startswith("The money comes from")


def test_taking_out_the_first_of_a_group_leaves_the_text_with_the_rest(officer, paper):
    join(officer, paper, "Y")
    papers.edit_narrative(by=officer, item=item(paper, "X"), narrative="One text for two.")
    papers.remove_item(by=officer, item=item(paper, "X"))
    assert order(paper) == "A B C Y"
    assert item(paper, "Y").narrative == "One text for two."


def test_the_office_does_not_take_out_what_the_panel_selected(officer, paper):
    with pytest.raises(RuleBroken, match="Panel Officers selected"):
        papers.remove_item(by=officer, item=item(paper, "A"))


def test_an_item_taken_out_twice_is_taken_out_once(officer, paper):
    gone = item(paper, "X")
    papers.remove_item(by=officer, item=gone)
    papers.remove_item(by=officer, item=gone)
    assert order(paper) == "A B C Y"


def test_moving_an_item_that_is_gone_says_so(officer, paper):
    gone = item(paper, "X")
    papers.remove_item(by=officer, item=gone)
    with pytest.raises(RuleBroken, match="no longer in the paper"):
        papers.move_item(by=officer, item=gone, up=False)


def test_the_text_of_a_grouped_item_is_edited_at_the_first(officer, paper):
    join(officer, paper, "B")
    with pytest.raises(RuleBroken, match="shares the text"):
        papers.edit_narrative(by=officer, item=item(paper, "B"), narrative="Words.")


def test_saving_the_first_text_unchanged_keeps_following_the_records(officer, paper):
    one = item(paper, "A")
    papers.edit_narrative(by=officer, item=one, narrative=papers.narrative_of(one))
    assert item(paper, "A").narrative == ""


def test_an_emptied_text_returns_to_the_first_text(officer, paper):
    one = item(paper, "A")
    papers.edit_narrative(by=officer, item=one, narrative="Words.")
    papers.edit_narrative(by=officer, item=one, narrative=" \n ")
    assert papers.build(paper).sections[0].paragraphs[0].text.startswith("The money comes from")


@pytest.mark.parametrize(
    ("narrative", "sentence"),
    [
        ("word " * 60_000, "250,000 characters or fewer"),
        ("x" * 1_001, "A word of the text has 1,001 characters"),
        ("p\n\n" * 1_001, "1,000 paragraphs and bullets"),
        ("p\n" + "- b\n" * 1_000, "1,000 paragraphs and bullets"),
    ],
)
def test_a_text_that_could_not_be_laid_out_is_refused(officer, paper, narrative, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        papers.edit_narrative(by=officer, item=item(paper, "A"), narrative=narrative)


def test_the_number_of_queries_does_not_grow_with_the_items(officer, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for number, day in ((1, date(2019, 9, 24)), (3, date(2019, 11, 21))):
        items = [making.published(f"Example {day} {n}", date(2018, 11, n)) for n in range(1, number + 1)]
        paper = making.drafted_paper(items, officer=officer, meeting_on=day)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            papers.build(paper)
        counts.append(len(captured))
    assert counts[0] == counts[1]
