"""Officers set up funds with themes and criteria; those of a round stay once it is published."""

from datetime import date

import pytest

from audit.models import Event
from funds import services
from funds.models import Criterion, Fund, LegalPower, Route
from pcc_grants.lib.rules import RuleBroken
from tests import factories

FACTS = {
    "code": "sik",
    "name": "Safer in Kent Fund",
    "purpose": "It prevents crime in neighbourhoods.",
    "route": Route.OPEN,
    "legal_power": LegalPower.CRIME_AND_DISORDER,
    "themes": ["Preventing fraud", "Innovative"],
    "criteria": [
        {"name": "Need", "question": "Why is the project needed?"},
        {"name": "Outcomes", "question": "What will change?", "word_limit": 300, "weight": 2},
    ],
}
OTHERS = ["applicant", "assessor", "approver", "finance", "panel_officer", "auditor", "administrator"]


def test_an_officer_sets_up_a_fund(officer):
    fund = services.create_fund(by=officer, **FACTS)
    assert (fund.code, fund.slug) == ("SIK", "safer-in-kent-fund")
    assert [theme.name for theme in fund.themes.all()] == FACTS["themes"]
    assert [(c.position, c.name, c.word_limit, c.weight) for c in fund.criteria.all()] == [
        (1, "Need", 400, 1),
        (2, "Outcomes", 300, 2),
    ]
    assert Event.objects.filter(verb="fund.created").exists()


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_sets_up_or_changes_a_fund(fund, officer, role, request):
    by = request.getfixturevalue(role)
    before = Fund.objects.count()
    attempts = [
        lambda: services.create_fund(by=by, **FACTS),
        lambda: services.update_fund(by=by, fund=fund, purpose="Other"),
        lambda: services.end_fund(by=by, fund=fund, ended_on=date(2019, 1, 1), ending_notice="Over."),
        lambda: services.add_theme(by=by, fund=fund, name="Other"),
        lambda: services.add_criterion(by=by, fund=fund, name="Other", question="Other?"),
        lambda: services.update_criterion(by=by, criterion=fund.criteria.first(), weight=3),
        lambda: services.delete_criterion(by=by, criterion=fund.criteria.first()),
        lambda: services.create_source(by=by, name="Other"),
    ]
    for attempt in attempts:
        with pytest.raises(RuleBroken):
            attempt()
    assert (Fund.objects.count(), fund.criteria.count()) == (before, 2)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"code": "S"}, "Code of the fund must be 2 to 4 letters"),
        ({"code": "SIKENT"}, "Code of the fund must be 2 to 4 letters"),
        ({"code": "S1K"}, "Code of the fund must be 2 to 4 letters"),
        ({"name": " "}, "Enter the name of the fund"),
        ({"purpose": ""}, "Enter what the fund is for"),
        ({"criteria": [{"name": "", "question": "Why?"}]}, "Enter the name of the criterion"),
        ({"criteria": [{"name": "Need", "question": ""}]}, "Enter the question"),
        ({"criteria": [{"name": "Need", "question": "Why?", "weight": 0}]}, "must be 1 or more"),
        ({"themes": [" "]}, "Enter the type of project"),
    ],
)
def test_a_fund_with_something_missing_is_refused_whole(officer, facts, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        services.create_fund(by=officer, **(FACTS | facts))
    assert not Fund.objects.exists()


def test_what_is_named_twice_at_once_is_set_up_once_and_each_has_its_own_key(officer):
    need = {"name": "Need!", "question": "Why?"}
    fund = services.create_fund(
        by=officer,
        **FACTS
        | {
            "themes": ["Work", " work", "Sport"],
            "criteria": [need, need, {"name": "Need", "question": "Who?"}],
        },
    )
    assert [(one.position, one.name) for one in fund.themes.all()] == [(1, "Work"), (2, "Sport")]
    assert [(one.position, one.key) for one in fund.criteria.all()] == [(1, "need"), (2, "need-2")]
    told = Event.objects.about(fund).order_by("id").values_list("verb", flat=True)
    assert list(told) == ["fund.created"] + ["fund.theme_added"] * 2 + ["fund.criterion_added"] * 2
    with pytest.raises(RuleBroken, match="already a criterion “Need!” here"):
        services.create_fund(
            by=officer,
            **FACTS
            | {"code": "SIX", "name": "Six", "criteria": [need, need | {"name": "need!", "weight": 2}]},
        )


@pytest.mark.parametrize("facts", [{"code": "SIX"}, {"name": "Safer in Kent Two"}])
def test_a_taken_code_or_name_is_refused(officer, facts):
    services.create_fund(by=officer, **FACTS)
    with pytest.raises(RuleBroken, match="Another fund has this code or name"):
        services.create_fund(by=officer, **(FACTS | facts))


def test_a_form_sent_twice_sets_up_one_fund(officer, officer_2):
    first = services.create_fund(by=officer, **FACTS)
    assert services.create_fund(by=officer, **FACTS) == first
    assert Event.objects.filter(verb="fund.created").count() == 1
    with pytest.raises(RuleBroken):
        services.create_fund(by=officer_2, **FACTS)


def test_a_fund_is_changed_but_not_its_code(officer, fund):
    services.update_fund(by=officer, fund=fund, name="Example Fund for Neighbourhoods")
    fund.refresh_from_db()
    assert (fund.name, fund.slug) == ("Example Fund for Neighbourhoods", "example-fund")
    with pytest.raises(RuleBroken, match="code"):
        services.update_fund(by=officer, fund=fund, code="NEW")


def test_the_same_theme_or_criterion_twice_changes_nothing(officer, fund):
    first = services.add_theme(by=officer, fund=fund, name="Education")
    assert services.add_theme(by=officer, fund=fund, name="education") == first
    facts = {"name": "Value", "question": "What is it worth?"}
    made = services.add_criterion(by=officer, fund=fund, **facts)
    assert services.add_criterion(by=officer, fund=fund, **facts) == made
    with pytest.raises(RuleBroken, match="already a criterion “Value” here"):
        services.add_criterion(by=officer, fund=fund, **(facts | {"weight": 2}))


def test_criteria_of_a_fund_change(officer, fund):
    need = fund.criteria.first()
    services.update_criterion(by=officer, criterion=need, weight=2, guidance="Say for whom.")
    services.delete_criterion(by=officer, criterion=fund.criteria.last())
    services.delete_criterion(by=officer, criterion=Criterion(pk=0, fund=fund))
    assert [(c.weight, c.guidance) for c in fund.criteria.all()] == [(2, "Say for whom.")]
    with pytest.raises(RuleBroken, match="must be 1 or more"):
        services.update_criterion(by=officer, criterion=need, word_limit=0)
    services.add_criterion(by=officer, fund=fund, name="Value", question="What is it worth?")
    with pytest.raises(RuleBroken, match="already a criterion “value” here"):
        services.update_criterion(by=officer, criterion=need, name=" value ")


def test_the_criteria_of_a_fund_change_for_its_later_rounds_alone(officer, fund, open_round):
    services.add_criterion(by=officer, fund=fund, name="Value", question="What is it worth?")
    services.update_criterion(by=officer, criterion=fund.criteria.first(), weight=3)
    assert [(c.name, c.weight) for c in open_round.criteria.all()] == [("Need", 1), ("Outcomes", 1)]
    later = factories.open_round(officer, fund, published=False)
    assert [(c.name, c.weight) for c in later.criteria.all()] == [("Need", 3), ("Outcomes", 1), ("Value", 1)]


def test_the_criteria_of_a_round_stay_once_it_is_published(officer, open_round):
    for attempt in (
        lambda: services.add_criterion(by=officer, round=open_round, name="Value", question="What is it?"),
        lambda: services.update_criterion(by=officer, criterion=open_round.criteria.first(), weight=3),
        lambda: services.delete_criterion(by=officer, criterion=open_round.criteria.first()),
    ):
        with pytest.raises(RuleBroken, match="criteria stay as they are"):
            attempt()
    assert [(c.name, c.weight) for c in open_round.criteria.all()] == [("Need", 1), ("Outcomes", 1)]


def test_a_fund_ends_with_a_notice_and_opens_no_more_rounds(officer, fund):
    with pytest.raises(RuleBroken, match="notice"):
        services.end_fund(by=officer, fund=fund, ended_on=date(2019, 3, 31), ending_notice=" ")
    for _ in range(2):
        services.end_fund(by=officer, fund=fund, ended_on=date(2019, 3, 31), ending_notice="The fund ends.")
    assert Event.objects.filter(verb="fund.ended").count() == 1
    with pytest.raises(RuleBroken, match="already ended"):
        services.end_fund(by=officer, fund=fund, ended_on=date(2019, 4, 30), ending_notice="The fund ends.")


def test_a_fund_does_not_end_under_an_open_round(officer, fund, open_round):
    with pytest.raises(RuleBroken, match="has not closed yet"):
        services.end_fund(by=officer, fund=fund, ended_on=date(2019, 3, 31), ending_notice="The fund ends.")
