"""Everything that is missing or against the rules of the round has its own sentence and its own link."""

from datetime import timedelta
from decimal import Decimal

import pytest

from applications import services
from applications.models import Answer, Application
from pcc_grants.lib.clock import format_date
from tests import factories


def sentences(application):
    return [gap.message for gap in services.gaps(Application.objects.get(pk=application.pk))]


def test_a_complete_draft_has_no_gap(draft):
    assert services.gaps(draft) == []


def test_an_empty_draft_names_everything_in_the_order_of_the_form(open_round, organisation, applicant):
    factories.district()
    empty = services.start(by=applicant, round=open_round, organisation=organisation)
    assert sentences(empty) == [
        "Enter the name of your project",
        "Enter a summary of your project",
        "Select the type of project",
        "Select at least one district where your project will take place",
        "Enter the date your project will start",
        "Enter the date your project will end",
        "Enter how much you are asking for",
        "Enter your answer about Need",
        "Enter your answer about Outcomes",
    ]


def test_what_the_fund_does_not_ask_is_not_missing(officer, applicant, organisation):
    fund = factories.fund(officer, code="NIL", name="Fund without themes", themes=[])
    empty = services.start(by=applicant, round=factories.open_round(officer, fund), organisation=organisation)
    assert not [s for s in sentences(empty) if "type" in s or "district" in s]


def test_every_gap_links_to_its_page_and_field(open_round, organisation, applicant):
    empty = services.start(by=applicant, round=open_round, organisation=organisation)
    found = services.gaps(empty)
    assert found[0].url == f"/applications/{empty.reference}/project/#id_title"
    assert found[-1].url == f"/applications/{empty.reference}/answers/2/#id_text"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda a: {"amount_asked": Decimal("10450")},
            "The amount you are asking for must be £10,000 or less. It is £10,450",
        ),
        (
            lambda a: {"amount_asked": Decimal("10000.01")},
            "The amount you are asking for must be £10,000 or less. It is £10,000.01",
        ),
        (
            lambda a: {"summary": "word " * 101},
            "Summary of your project must be 100 words or fewer. You have used 101",
        ),
        (
            lambda a: {"starts_on": a.round.projects_start_on - timedelta(days=1)},
            "Project start date must be on or after {start}",
        ),
        (
            lambda a: {"ends_on": a.round.projects_end_on + timedelta(days=1)},
            "Project end date must be on or before {end}",
        ),
        (
            lambda a: {"ends_on": a.round.projects_start_on},
            "Project end date must be after {start}, when your project starts",
        ),
    ],
)
def test_what_the_round_does_not_allow_is_said_in_the_exact_words(draft, change, sentence):
    Application.objects.filter(pk=draft.pk).update(**change(draft))
    start, end = format_date(draft.round.projects_start_on), format_date(draft.round.projects_end_on)
    assert sentences(draft) == [sentence.format(start=start, end=end)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [(300, []), (341, ["Need must be 300 words or fewer. You have used 341"])],
)
def test_words_count_exactly_to_the_limit(draft, words, expected):
    Answer.objects.filter(application=draft, criterion__name="Need").update(text="word\n" * words)
    assert sentences(draft) == expected


def test_an_answer_of_white_space_is_no_answer(draft):
    Answer.objects.filter(application=draft, criterion__name="Need").update(text=" \n ")
    assert sentences(draft) == ["Enter your answer about Need"]
