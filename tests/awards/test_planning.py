"""Instalments add up to the award to the penny, and each says what it waits for."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awards import services
from awards.models import Condition, Status
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories

from .conftest import decided

DAY = date(2026, 3, 1)


def rows(*amounts, **facts):
    return [{"amount": Decimal(str(amount)), "due_on": DAY, **facts} for amount in amounts]


def test_every_instalment_waits_for_the_agreement(cast):
    award = decided(cast)
    made = services.set_instalments(by=cast.officer, award=award, rows=rows(4000, 6000))
    assert [(one.number, one.amount) for one in made] == [(1, Decimal(4000)), (2, Decimal(6000))]
    assert [one.conditions.get().kind for one in made] == ["agreement", "agreement"]


def test_a_row_may_wait_for_a_return_and_for_something_else(cast):
    award = decided(cast)
    (made,) = services.set_instalments(
        by=cast.officer,
        award=award,
        rows=rows(10000, waits_for_return=True, other_condition="a visit to the project", period="year 1"),
    )
    assert made.period == "year 1"
    assert {one.kind: one.waiting_for for one in made.conditions.all()} == {
        "agreement": "",
        "return": "",
        "other": "a visit to the project",
    }


def test_parts_that_do_not_add_up_are_refused_with_both_sums(cast):
    award = decided(cast)
    with pytest.raises(RuleBroken) as refused:
        services.set_instalments(by=cast.officer, award=award, rows=rows(4000, 5000))
    assert str(refused.value) == "The instalments add up to £9,000. They must add up to £10,000."
    assert not award.instalments.exists()


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        ([], "at least one instalment"),
        ([{"amount": Decimal(10000), "due_on": None}], "Enter the date on which instalment 1 is due"),
        ([{"amount": None, "due_on": DAY}], "Enter an amount for instalment 1"),
        (rows(10001, -1), "Enter an amount for instalment 2"),
        (rows(10000, 0), "Enter an amount for instalment 2"),
        (rows("9999.999", "0.001"), "Enter an amount for instalment 1"),
        ([{"amount": 10000.0, "due_on": DAY}], "Enter an amount for instalment 1"),
        (rows(*[1] * 61), "at most 60"),
    ],
)
def test_a_plan_is_whole(plan, sentence, cast):
    award = decided(cast)
    with pytest.raises(RuleBroken, match=sentence):
        services.set_instalments(by=cast.officer, award=award, rows=plan)


@pytest.mark.parametrize("status", [s for s in Status if s != Status.PREPARED])
def test_a_plan_is_made_only_while_the_offer_is_prepared(status, award_in, officer):
    award = award_in(status)
    before = list(award.instalments.values_list("number", "amount"))
    with pytest.raises(RuleBroken):
        services.set_instalments(by=officer, award=award, rows=rows(10000))
    assert list(award.instalments.values_list("number", "amount")) == before


def test_a_new_plan_takes_the_place_of_the_old_one(cast):
    award = decided(cast)
    services.set_instalments(
        by=cast.officer, award=award, rows=rows(2500, 2500, 2500, 2500, other_condition="a visit")
    )
    services.set_instalments(by=cast.officer, award=award, rows=rows("3333.33", "6666.67"))
    assert list(award.instalments.values_list("number", "amount")) == [
        (1, Decimal("3333.33")),
        (2, Decimal("6666.67")),
    ]
    assert set(Condition.objects.values_list("kind", flat=True)) == {"agreement"}


def test_a_condition_with_its_return_survives_a_change_of_amounts(prepared_award, officer):
    condition = Condition.objects.get(kind="return")
    assert condition.waiting_for
    services.set_instalments(
        by=officer, award=prepared_award, rows=[*rows(2000), *rows(8000, waits_for_return=True)]
    )
    again = prepared_award.instalments.get(number=2).conditions.get(kind="return")
    assert (again.pk, again.waiting_for) == (condition.pk, condition.waiting_for)


@pytest.mark.parametrize("plan", [rows(10000), rows(5000, 5000)])
def test_an_instalment_that_a_return_is_tied_to_is_not_taken_away(plan, prepared_award, officer):
    with pytest.raises(RuleBroken, match="A return is tied"):
        services.set_instalments(by=officer, award=prepared_award, rows=plan)
    assert prepared_award.instalments.count() == 2


@pytest.mark.parametrize("role", ["approver", "finance", "auditor", "applicant"])
def test_only_an_officer_plans(role, cast):
    award = decided(cast)
    with pytest.raises(RuleBroken, match="does not allow"):
        services.set_instalments(by=factories.person(role), award=award, rows=rows(10000))


@given(
    amount=st.integers(min_value=1, max_value=10**12).map(lambda pence: Decimal(pence) / 100),
    count=st.integers(min_value=1, max_value=60),
)
def test_equal_parts_always_add_up_to_the_penny(amount, count):
    parts = services.equal_parts(amount, count)
    assert len(parts) == count
    assert sum(parts) == amount
    assert all(part == part.quantize(Decimal("0.01")) for part in parts)
    assert max(parts[:-1], default=parts[-1]) - min(parts) <= Decimal("0.01") * count


@pytest.mark.parametrize(("pence", "count"), [(3, 5), (11, 7), (15, 10), (40, 60), (1, 2)])
def test_a_few_pennies_in_many_parts_never_leave_one_below_zero(pence, count):
    parts = services.equal_parts(Decimal(pence) / 100, count)
    assert sum(parts) == Decimal(pence) / 100
    assert min(parts) >= 0


@given(
    parts=st.lists(
        st.integers(min_value=1, max_value=2_000_000).map(lambda pence: Decimal(pence) / 100),
        min_size=1,
        max_size=12,
    ),
    astray=st.integers(min_value=-300, max_value=300),
)
def test_a_plan_passes_exactly_when_it_adds_up(parts, astray):
    """The rule alone: no database, so that many splits with odd amounts are tried."""
    from types import SimpleNamespace

    from awards.services.planning import _check_rows

    award = SimpleNamespace(amount=sum(parts) + Decimal(astray) / 100)
    plan = [{"amount": part, "due_on": DAY} for part in parts]
    if astray:
        with pytest.raises(RuleBroken, match="add up"):
            _check_rows(award, plan)
    else:
        _check_rows(award, plan)


def test_a_third_of_a_whole_pound_grant_adds_up(cast):
    award = decided(cast, amount=Decimal("25000"))
    parts = services.equal_parts(award.amount, 3)
    services.set_instalments(
        by=cast.officer, award=award, rows=[{"amount": part, "due_on": DAY} for part in parts]
    )
    assert sum(one.amount for one in award.instalments.all()) == Decimal("25000")


def test_an_instalment_may_fall_due_on_a_sunday(cast):
    award = decided(cast)
    sunday = clock.today() + timedelta(days=6 - clock.today().weekday())
    (made,) = services.set_instalments(
        by=cast.officer, award=award, rows=[{"amount": award.amount, "due_on": sunday}]
    )
    assert made.due_on.weekday() == 6


# -- Conditions ----------------------------------------------------------------------------------------------


def test_a_condition_is_met_with_evidence(award_in, officer):
    condition = Condition.objects.get(instalment__award=award_in("active"), kind="other")
    services.meet_condition(by=officer, condition=condition, evidence="Visited on 3 May.")
    condition.refresh_from_db()
    assert (condition.evidence, condition.met_by) == ("Visited on 3 May.", officer)
    assert condition.met_at


def test_meeting_a_condition_again_keeps_the_first_evidence(award_in, officer, officer_2):
    condition = Condition.objects.get(instalment__award=award_in("active"), kind="other")
    services.meet_condition(by=officer, condition=condition, evidence="First.")
    services.meet_condition(by=officer_2, condition=condition, evidence="Second.")
    condition.refresh_from_db()
    assert (condition.evidence, condition.met_by) == ("First.", officer)


def test_no_evidence_no_condition_met(award_in, officer):
    condition = Condition.objects.get(instalment__award=award_in("active"), kind="other")
    with pytest.raises(RuleBroken, match="Enter the evidence"):
        services.meet_condition(by=officer, condition=condition, evidence=" \x00 ")


def test_a_return_s_condition_is_met_only_by_accepting_the_return(active_award, officer):
    condition = Condition.objects.get(instalment__award=active_award, kind="return")
    with pytest.raises(RuleBroken, match="when the return is accepted"):
        services.meet_condition(by=officer, condition=condition, evidence="I have seen it.")
    services.meet_condition(by=officer, condition=condition, evidence="Accepted.", from_return=True)
    condition.refresh_from_db()
    assert condition.met_at


def test_the_agreement_s_condition_is_met_only_by_countersigning(award_in, officer):
    condition = Condition.objects.filter(instalment__award=award_in("accepted"), kind="agreement").first()
    with pytest.raises(RuleBroken, match="signed and countersigned"):
        services.meet_condition(by=officer, condition=condition, evidence="I have seen it.")


@pytest.mark.parametrize("status", [Status.CLOSED, Status.DECLINED, Status.ENDED_EARLY])
def test_nothing_is_met_once_the_award_is_over(status, award_in, officer):
    condition = Condition.objects.get(instalment__award=award_in(status), kind="other")
    with pytest.raises(RuleBroken, match="Nothing more is paid"):
        services.meet_condition(by=officer, condition=condition, evidence="Visited.")


@pytest.mark.parametrize("role", ["approver", "finance", "auditor", "applicant", "assessor"])
def test_only_the_office_meets_conditions(role, award_in):
    condition = Condition.objects.get(instalment__award=award_in("active"), kind="other")
    with pytest.raises(RuleBroken, match="does not allow"):
        services.meet_condition(by=factories.person(role), condition=condition, evidence="Visited.")


def test_only_a_return_s_condition_is_tied_to_a_return(award_in):
    condition = Condition.objects.get(instalment__award=award_in("prepared"), kind="other")
    with pytest.raises(RuleBroken, match="Only a condition that waits for a return"):
        services.link_return(condition=condition, waiting_for="the mid-year return, due 31 October 2019")
