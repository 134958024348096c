"""The first text of an item says what the records say, in plain sentences, and how narratives are read."""

from datetime import date
from decimal import Decimal

import pytest

from awards.models import Award, Condition, ExtensionOption, Instalment
from reports import papers
from reports.papers.content import parse_narrative, parse_runs, words, write_narrative
from reports.papers.drafting import ordinal

from . import making


@pytest.fixture(autouse=True)
def office_facts(office):
    return office


def first_text(item) -> list[str]:
    return [paragraph.text for paragraph in papers.build(making.drafted_paper([item])).sections[0].paragraphs]


def test_a_grant_tells_its_fund_its_amount_its_purpose_and_its_reasons():
    item = making.published(
        "Gravesham Network Development CIC",
        amount="10000",
        fund="Safer in Kent Fund",
        purpose="deliver at least 3 youth music events in Gravesham",
        reasons="Young people learn about violence",
    )
    assert first_text(item) == [
        "The money comes from the Safer in Kent Fund. It prevents crime in the example area.",
        "Gravesham Network Development CIC was awarded £10,000 to deliver at least 3 youth music events in "
        "Gravesham. Young people learn about violence.",
    ]


def test_an_instalment_tells_the_total_and_what_the_next_one_waits_for():
    award = making.award("Magnate Generation CIC", "10000")
    paid = making.pay(award, Decimal("4000.50"), date(2018, 11, 9))
    following = Instalment.objects.create(
        award=award, number=2, amount=Decimal("5999.50"), due_on=date(2019, 5, 1)
    )
    Condition.objects.create(instalment=following, kind=Condition.Kind.RETURN)
    assert first_text(making.publish(paid)[0])[-1] == (
        "This is the first instalment towards a total of £10,000. The second instalment, £5,999.50, depends "
        "on a satisfactory monitoring return."
    )


def test_a_contract_tells_its_term_its_extensions_its_value_and_its_outcomes():
    award = making.award(
        "Family Matters",
        "1350000",
        kind=Award.Kind.CONTRACT,
        fund="Commissioned services",
        starts_on=date(2019, 4, 1),
        ends_on=date(2022, 3, 31),
        annual_value=Decimal("450000"),
        agreed_outcomes="Better health\n- Feeling safer\n\n",
    )
    for number, year in ((1, 2022), (2, 2023), (3, 2024)):
        ExtensionOption.objects.create(
            award=award,
            number=number,
            starts_on=date(year, 4, 1),
            ends_on=date(year + 1, 3, 31),
            decide_by=date(year - 1, 10, 1),
            added_by=award.responsible_officer,
        )
    paid = making.pay(award, Decimal("112422.87"), date(2019, 4, 25), period="quarter 1 2019-20")
    paper = making.drafted_paper([making.publish(paid)[0]])
    paragraphs = papers.build(paper).sections[0].paragraphs
    assert paragraphs[0].text.startswith("The money comes from the budget for “Commissioned services”.")
    assert paragraphs[1].text.startswith("Family Matters was awarded £1,350,000 to ")
    assert paragraphs[2].text == (
        "The contract runs from 1 April 2019 to 31 March 2022. It can be extended three times, each time by "
        "a decision of its own, until 31 March 2025 at the latest. Its value is £450,000 a year."
    )
    assert paragraphs[3].bullet_texts == ["Better health", "Feeling safer"]


def test_a_purchase_tells_what_was_paid():
    item = making.published(
        "i-Three Analytics", amount="20000", kind=Award.Kind.PURCHASE, purpose="analyse data"
    )
    assert first_text(item)[1].startswith("i-Three Analytics was paid £20,000 to analyse data.")


def test_a_recipients_website_is_linked_at_the_first_mention_only():
    items = [
        making.published("Amelix Ltd", date(2018, 11, day), website="https://www.example.org/amelix")
        for day in (1, 2)
    ]
    runs = [
        run for paragraph in papers.build(making.drafted_paper(items)).paragraphs for run in paragraph.runs
    ]
    assert [run.text for run in runs if run.url.endswith("/amelix")] == ["Amelix Ltd"]


def test_a_website_linked_by_hand_is_not_linked_again(officer):
    item = making.published("Amelix Ltd", website="https://www.example.org/amelix")
    paper = making.drafted_paper([item], officer=officer)
    papers.edit_narrative(
        by=officer,
        item=paper.items.get(),
        narrative="Amelix Ltd runs [its tours](https://www.example.org/amelix).",
    )
    links = [run.text for run in papers.build(paper).sections[0].paragraphs[0].runs if run.url]
    assert links == ["its tours"]


def test_part_of_a_longer_name_is_not_linked(officer):
    item = making.published("Brake", website="https://www.example.org/brake")
    paper = making.drafted_paper([item], officer=officer)
    papers.edit_narrative(by=officer, item=paper.items.get(), narrative="Brakes and Brake.")
    runs = papers.build(paper).sections[0].paragraphs[0].runs
    assert [(run.text, bool(run.url)) for run in runs] == [
        ("Brakes and ", False),
        ("Brake", True),
        (".", False),
    ]


@pytest.mark.parametrize(
    ("number", "word"),
    [
        (1, "first"),
        (10, "tenth"),
        (11, "11th"),
        (12, "12th"),
        (21, "21st"),
        (22, "22nd"),
        (33, "33rd"),
        (111, "111th"),
    ],
)
def test_ordinals(number, word):
    assert ordinal(number) == word


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One.\n\nTwo.", [("One.", []), ("Two.", [])]),
        ("One\nstill one.", [("One still one.", [])]),
        ("Lead-in:\n- a\n- b\n\nNext.", [("Lead-in:", ["a", "b"]), ("Next.", [])]),
        ("Lead-in:\n\n- a\n\n- b", [("Lead-in:", ["a", "b"])]),
        ("Lead-in:\r\n• a\r\n  - b", [("Lead-in:", ["a", "b"])]),
        ("- alone\n- second", [("alone", ["second"])]),
        ("-5 degrees\n-no bullet", [("-5 degrees -no bullet", [])]),
        ("Lead-in:\n- \n- b\nAfter.", [("Lead-in:", ["b"]), ("After.", [])]),
        (" \n\n \n", []),
        ("", []),
    ],
)
def test_paragraphs_and_bullets_are_read_as_typed(text, expected):
    blocks = parse_narrative(text)
    assert [(words(block.runs), [words(one) for one in block.bullets]) for block in blocks] == expected
    assert parse_narrative(write_narrative(blocks)) == blocks


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("See [the plan](https://example.org/a?b=c#d).", [("the plan", "https://example.org/a?b=c#d")]),
        ("See [x](javascript:alert(1)).", []),
        ("See [x](file:///etc/passwd)", []),
        ("See [x](//example.org)", []),
        ("See [](https://example.org)", []),
        ("See [x] (https://example.org)", []),
        (
            "[a](https://example.org/1)[b](HTTPS://example.org/2)",
            [("a", "https://example.org/1"), ("b", "HTTPS://example.org/2")],
        ),
    ],
)
def test_only_web_addresses_become_links(text, links):
    runs = parse_runs(text)
    assert [(run.text, run.url) for run in runs if run.url] == links
    if not links:
        assert words(runs) == text
