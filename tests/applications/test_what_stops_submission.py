"""Everything that is missing or against the rules of the round has its own sentence and its own link."""

from datetime import timedelta
from decimal import Decimal

import pytest

from applications import services
from applications.models import Application
from pcc_grants.lib.clock import format_date
from tests import factories
from tests.applications.test_starting_and_saving import save


def gaps(application):
    return services.gaps_of(services.reading_of(Application.objects.get(pk=application.pk)))


def sentences(application):
    return [gap.message for gap in gaps(application)]


def typed(day):
    return {"day": str(day.day), "month": str(day.month), "year": str(day.year)}


def costs(amount):
    return [{"what": "Delivery", "type": "staff", "amount": str(amount)}]


def test_a_complete_draft_has_no_gap(draft):
    assert gaps(draft) == []


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
        "Select whether you will work with partner organisations",
        "Enter your answer about Need",
        "Enter your answer about Outcomes",
        "Enter at least one cost",
        "Select whether anyone else is paying towards this project",
    ]


def test_what_the_fund_does_not_ask_is_not_missing(officer, applicant, organisation):
    fund = factories.fund(officer, code="NIL", name="Fund without themes", themes=[])
    empty = services.start(by=applicant, round=factories.open_round(officer, fund), organisation=organisation)
    assert not [s for s in sentences(empty) if "type" in s]


def test_every_gap_links_to_its_page_and_control(open_round, organisation, applicant):
    empty = services.start(by=applicant, round=open_round, organisation=organisation)
    found = {gap.entry.question.key: gap.url(empty.reference) for gap in gaps(empty)}
    here = f"/applications/{empty.reference}"
    assert found["title"] == f"{here}/project/title/#id_q-title"
    assert found["starts-on"].endswith("#id_q-starts-on_day")
    assert found["about-need"] == f"{here}/about-need/about-need/#id_q-about-need"
    assert found["costs"] == f"{here}/budget/costs/#id_q-costs-0-what"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda a: {"costs": costs("10450")},
            "The amount you are asking for must be £10,000 or less. It is £10,450",
        ),
        (
            lambda a: {"costs": costs("10000.01")},
            "The amount you are asking for must be £10,000 or less. It is £10,000.01",
        ),
        (
            lambda a: {"summary": "word " * 101},
            "Summary of your project must be 100 words or fewer. You have used 101",
        ),
        (
            lambda a: {"starts_on": typed(a.round.projects_start_on - timedelta(days=1))},
            "Project start date must be on or after {start}",
        ),
        (
            lambda a: {"ends_on": typed(a.round.projects_end_on + timedelta(days=1))},
            "Project end date must be on or before {end}",
        ),
        (
            lambda a: {"ends_on": typed(a.round.projects_start_on)},
            "Project end date must be after {start}, when your project starts",
        ),
    ],
)
def test_what_the_round_does_not_allow_is_said_in_the_exact_words(draft, applicant, change, sentence):
    save(applicant, draft, **change(draft))
    start, end = format_date(draft.round.projects_start_on), format_date(draft.round.projects_end_on)
    assert sentences(draft) == [sentence.format(start=start, end=end)]


def test_the_costs_add_up_to_what_is_asked_for(draft, applicant):
    rows = [*costs("4,000"), *costs("£6 000.00"), *costs("0.01")]
    save(applicant, draft, costs=rows)
    assert sentences(draft) == ["The amount you are asking for must be £10,000 or less. It is £10,000.01"]
    save(applicant, draft, costs=rows[:2])
    assert sentences(draft) == []


def test_a_year_over_the_maximum_is_named(officer, fund, organisation, applicant):
    round = factories.open_round(officer, fund, years=3, maximum=Decimal("35000"))
    amounts = [Decimal("35000"), Decimal("35000.01"), Decimal("36814")]
    made = factories.draft(applicant, round, organisation, amount=amounts)
    assert sentences(made) == [
        "The amount for year 2 must be £35,000 or less. It is £35,000.01",
        "The amount for year 3 must be £35,000 or less. It is £36,814",
    ]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([{"what": "Hall", "type": "venue", "amount": ""}], "Enter an amount for cost 1"),
        (
            [{"what": "venue hire", "type": "venue", "amount": "lots"}],
            "Cost of venue hire must be a number, like 250 or 250.50",
        ),
        ([{"what": "venue hire", "type": "venue", "amount": "0"}], "Cost of venue hire must be more than £0"),
        (
            [*costs("1"), {"what": "", "type": "venue", "amount": "5"}],
            "Enter what cost 2 is for",
        ),
        (costs("1") * 16, "You can enter up to 15 costs. You have entered 16"),
    ],
)
def test_a_row_of_the_budget_that_is_wrong_is_named(draft, applicant, rows, expected):
    save(applicant, draft, costs=rows)
    assert sentences(draft) == [expected]


def test_a_question_that_an_answer_leads_to_is_asked_and_else_not(draft, applicant):
    save(applicant, draft, has_match="yes")
    assert sentences(draft) == ["Enter who else is paying towards this project"]
    row = {"who": "Gravesham Borough Council", "form": "cash", "amount": "", "standing": "secured"}
    save(applicant, draft, match=[row])
    assert sentences(draft) == ["Enter how much Gravesham Borough Council is giving"]
    save(applicant, draft, has_match="no")
    assert sentences(draft) == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [(300, []), (341, ["Need must be 300 words or fewer. You have used 341"])],
)
def test_words_count_exactly_to_the_limit(draft, applicant, words, expected):
    save(applicant, draft, about_need="word\n" * words)
    assert sentences(draft) == expected


def test_an_answer_of_white_space_is_no_answer(draft, applicant):
    save(applicant, draft, about_need=" \n ")
    assert sentences(draft) == ["Enter your answer about Need"]
