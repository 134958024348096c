"""The papers of November 2017 and June 2019: header, headings, selection sentence, numbers, total."""

from datetime import date
from decimal import Decimal

import pytest

from reports import papers
from reports.models import Paper
from reports.papers.sentences import in_words, selection_sentence
from tests import factories

from . import making


@pytest.fixture(autouse=True)
def office_facts(office):
    return office


def test_the_paper_of_november_2017_has_its_headings_and_total():
    *panel, last = making.published_list(making.NOVEMBER_2017)
    paper = making.drafted_paper(
        panel,
        [last],
        meeting_on=date(2017, 11, 15),
        preset=Paper.Preset.YEAR_2017,
        period_start=date(2017, 7, 1),
        period_end=date(2017, 9, 30),
    )
    data = papers.build(paper)
    assert data.introduction.headings == ("Introduction:",)
    assert data.headings == [
        "Amelix Ltd, £31,335.00 – 14 July 2017:",
        "Magnate Generation, £10,000.00 – 15 August 2017:",
        "Shepway Chariots, £500.00 – 5 September 2017:",
        "PCC for North Yorkshire, £2,000.00 – 1 August 2017:",
    ]
    assert data.introduction.paragraphs[3].text == (
        "For information, the first three items were selected by Panel Officers on behalf of Members, "
        "with the last one being selected by the OPCC."
    )
    assert data.total == Decimal("43835.00")


def test_the_paper_of_june_2019_has_its_headings_and_total():
    *panel, last = making.published_list(making.JUNE_2019)
    data = papers.build(making.drafted_paper(panel, [last]))
    assert data.introduction.headings == ("INTRODUCTION:",)
    assert data.headings == [
        "9 NOVEMBER 2018 - GRAVESHAM NETWORK DEVELOPMENT CIC, £10,000",
        "14 NOVEMBER 2018 - REFORM RESTORE RESPECT, £10,000",
        "30 JANUARY 2019 - I-THREE ANALYTICS (BIG DATA ANALYSIS), £20,000",
        "25 APRIL 2019 - ISVA AND CISVA SERVICES, QUARTER 1 2019-20, £112,422.87",
    ]
    assert data.introduction.paragraphs[3].text == (
        "For information, the first three items were selected by Panel Officers on behalf of Members and "
        "relate to 2018/19 expenditure. The last item was selected by the OPCC and relates to 2019/20 "
        "expenditure."
    )
    assert data.total == Decimal("152422.87")


def test_the_header_is_the_offices_as_at_the_meeting(administrator):
    factories.office_settings(
        administrator,
        date(2019, 1, 1),
        commissioner_name="The next Commissioner",
        panel_name="The next Panel",
    )
    items = making.published_list(making.NOVEMBER_2017[:1])
    before = papers.build(making.drafted_paper(items, meeting_on=date(2018, 12, 31)))
    after = papers.build(making.drafted_paper(items, meeting_on=date(2019, 6, 12)))
    assert before.header == (
        ("From", "The Commissioner, Example Police and Crime Commissioner"),
        ("To", "Example Police and Crime Panel"),
        ("Subject", "Update on expenditure to support the Police and Crime Plan"),
        ("Date", "31 December 2018"),
    )
    assert dict(after.header)["From"].startswith("The next Commissioner, ")
    assert dict(after.header)["To"] == "The next Panel"


DAY_18, DAY_19 = date(2019, 3, 31), date(2019, 4, 1)


@pytest.mark.parametrize(
    ("panel", "office", "sentence"),
    [
        (
            [DAY_18],
            [DAY_18],
            "For information, the first item was selected by Panel Officers on behalf of Members, "
            "with the last one being selected by the OPCC.",
        ),
        (
            [DAY_18] * 2,
            [DAY_18] * 2,
            "For information, the first two items were selected by Panel Officers on behalf of Members, "
            "with the last two being selected by the OPCC.",
        ),
        (
            [DAY_18] * 10,
            [DAY_18] * 11,
            "For information, the first ten items were selected by Panel Officers on behalf of Members, "
            "with the last 11 being selected by the OPCC.",
        ),
        (
            [DAY_18],
            [DAY_19] * 2,
            "For information, the first item was selected by Panel Officers on behalf of Members and relates "
            "to 2018/19 expenditure. The last two items were selected by the OPCC and relate to 2019/20 "
            "expenditure.",
        ),
        (
            [DAY_18, DAY_19],
            [DAY_19],
            "For information, the first two items were selected by Panel Officers on behalf of Members and "
            "relate to 2018/19 and 2019/20 expenditure. The last item was selected by the OPCC and relates "
            "to 2019/20 expenditure.",
        ),
        (
            [DAY_18, DAY_19],
            [DAY_18, DAY_19],
            "For information, the first two items were selected by Panel Officers on behalf of Members, "
            "with the last two being selected by the OPCC.",
        ),
        (
            [DAY_18] * 3,
            [],
            "For information, all three items were selected by Panel Officers on behalf of Members.",
        ),
        ([DAY_18], [], "For information, the item was selected by Panel Officers on behalf of Members."),
        ([], [DAY_18] * 2, "For information, both items were selected by the OPCC."),
        ([], [DAY_18], "For information, the item was selected by the OPCC."),
        ([], [], "For information, no items have been selected yet."),
    ],
)
def test_the_fourth_paragraph_says_who_selected_which_items(panel, office, sentence):
    assert selection_sentence(panel, office, "OPCC") == sentence


def test_the_offices_short_name_is_not_fixed():
    assert selection_sentence([], [DAY_18], "OPFCC").endswith("selected by the OPFCC.")


@pytest.mark.parametrize(("number", "words"), [(1, "one"), (10, "ten"), (11, "11"), (60, "60")])
def test_numbers_to_ten_are_words(number, words):
    assert in_words(number) == words


@pytest.mark.parametrize(
    ("amount", "preset", "ending"),
    [
        ("10000", "2019", ", £10,000"),
        ("10000.50", "2019", ", £10,000.50"),
        ("10000", "2017", "£10,000.00 – 9 November 2018:"),
        ("999999.99", "2017", "£999,999.99 – 9 November 2018:"),
    ],
)
def test_pence_are_written_as_the_preset_wants_them(amount, preset, ending):
    item = making.published(amount=amount)
    data = papers.build(making.drafted_paper([item], preset=preset))
    assert data.headings[0].endswith(ending)


def test_numbers_run_through_sixty_items_without_a_gap():
    items = making.publish(
        *(making.payment(f"Example organisation {n}", date(2018, 11, 1 + n % 28)) for n in range(60))
    )
    data = papers.build(making.drafted_paper(items))
    numbers = [paragraph.number for paragraph in data.paragraphs]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(data.headings) == 60
    assert [section.first_number for section in data.all_sections[1:]] == [
        section.last_number + 1 for section in data.all_sections[:-1]
    ]
    assert data.total == Decimal("600000")


def test_the_introduction_has_four_paragraphs_whatever_was_chosen():
    assert len(papers.build(making.paper()).introduction.paragraphs) == 4
    first = making.paper(meeting_on=date(2016, 11, 15), is_first=True)
    introduction = papers.build(first).introduction
    assert len(introduction.paragraphs) == 4
    assert "initial report" in introduction.paragraphs[2].text


def test_the_introduction_links_the_plan_and_the_spending(office):
    paragraphs = papers.build(making.paper()).introduction.paragraphs
    links = {run.text: run.url for paragraph in paragraphs for run in paragraph.runs if run.url}
    assert links == {"The Example Plan": office.plan_url, "what it has spent": office.spending_url}
    assert "page 19" in paragraphs[0].text


def test_without_office_settings_the_paper_says_so():
    from office.models import OfficeSettings
    from pcc_grants.lib.rules import RuleBroken

    OfficeSettings.objects.all().delete()
    with pytest.raises(RuleBroken, match="office settings"):
        papers.build(making.paper())
