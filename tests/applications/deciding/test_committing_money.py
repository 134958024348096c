"""Committed money never exceeds a budget, whatever is decided and however many decide at once."""

from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications import services
from applications.models import Commitment, Decision
from applications.verify_deciding import violations
from funds import services as funds
from funds.models import Budget
from pcc_grants.lib import clock
from pcc_grants.lib.financial_year import FinancialYear
from pcc_grants.lib.rules import RuleBroken
from tests import factories

from .conftest import at_once

THIS_YEAR = FinancialYear.containing(clock.today()).start_year


@pytest.fixture
def record(fund, organisation, officer, approver):
    """`record(amount)` records an approval of that many pounds."""

    def make(amount, *, years=1, start_year=THIS_YEAR, outcome=Decision.Outcome.APPROVED):
        return services.record_decision(
            fund=fund,
            organisation=organisation,
            outcome=outcome,
            amount=amount,
            purpose="deliver workshops",
            reasons="It prevents crime.",
            proposed_by=officer,
            by=approver,
            start_year=start_year,
            years=years,
        )

    return make


def committed():
    return [(one.budget.start_year, one.amount) for one in Commitment.objects.order_by("id")]


def test_a_budget_can_be_used_to_the_last_penny(record):
    record(Decimal("49999.99"))
    record(Decimal("0.01"))
    with pytest.raises(RuleBroken, match="There is £0 left"):
        record(Decimal("0.01"))


def test_too_much_is_refused_with_what_is_left(record):
    record(Decimal("46000"))
    year = FinancialYear(THIS_YEAR)
    with pytest.raises(RuleBroken) as refusal:
        record(Decimal("10000"))
    assert str(refusal.value) == (
        f"There is £4,000 left in the Example Fund for {year}. This decision needs £10,000."
    )
    assert Decision.objects.count() == 1


def test_a_year_without_a_budget_has_nothing(record):
    with pytest.raises(RuleBroken, match="There is £0 left"):
        record(Decimal("1"), start_year=THIS_YEAR - 10)


def test_several_years_add_up_to_the_penny(record):
    record(Decimal("100"), years=3)
    assert committed() == [
        (THIS_YEAR, Decimal("33.33")),
        (THIS_YEAR + 1, Decimal("33.33")),
        (THIS_YEAR + 2, Decimal("33.34")),
    ]


def test_a_year_that_cannot_pay_refuses_the_whole(record):
    record(Decimal("49999"), start_year=THIS_YEAR + 1)
    with pytest.raises(RuleBroken, match=f"for {FinancialYear(THIS_YEAR + 1)}"), transaction.atomic():
        record(Decimal("300"), years=3)
    assert len(committed()) == 1


def test_a_penny_over_three_years_makes_no_empty_commitment(record):
    record(Decimal("0.01"), years=3)
    assert committed() == [(THIS_YEAR + 2, Decimal("0.01"))]


def test_budgets_of_several_sources_are_filled_one_after_the_other(record, fund, officer):
    source = funds.create_source(by=officer, name="Home Office")
    funds.set_budget(by=officer, fund=fund, source=source, start_year=THIS_YEAR, amount=Decimal("1000"))
    decision = record(Decimal("50500"))
    assert [one.amount for one in decision.commitments.order_by("id")] == [Decimal("50000"), Decimal("500")]


def test_money_of_another_fund_is_not_touched(record, officer):
    factories.fund(officer, "OTH", "Other Fund")
    with pytest.raises(RuleBroken, match="£50,000 left in the Example Fund"):
        record(Decimal("50001"))


def test_what_is_released_can_be_committed_again(record):
    decision = record(Decimal("50000"))
    assert services.release_commitments(decision) == Decimal("50000")
    record(Decimal("50000"))


def test_releasing_twice_changes_nothing(record):
    decision = record(Decimal("50000"))
    services.release_commitments(decision)
    assert services.release_commitments(decision) == 0
    assert Commitment.objects.get().released == Decimal("50000")


def test_a_part_is_released_from_the_last_year_first(record):
    decision = record(Decimal("300"), years=3)
    services.release_commitments(decision, amount=Decimal("150"))
    released = decision.commitments.order_by("budget__start_year").values_list("released", flat=True)
    assert list(released) == [0, Decimal("50"), Decimal("100")]


@pytest.mark.parametrize("amount", [Decimal("300.01"), Decimal("-1")])
def test_no_more_is_released_than_is_held(record, amount):
    decision = record(Decimal("300"))
    with pytest.raises(RuleBroken, match="cannot be given back"):
        services.release_commitments(decision, amount=amount)


def test_the_proposer_cannot_record_the_decision(fund, organisation, approver):
    with pytest.raises(RuleBroken, match="You made this proposal"):
        services.record_decision(
            fund=fund,
            organisation=organisation,
            outcome=Decision.Outcome.DECLINED,
            reasons="No.",
            proposed_by=approver,
            by=approver,
        )


@pytest.mark.django_db(transaction=True)
def test_two_decisions_at_once_do_not_spend_the_same_pound(record):
    results = at_once(*[lambda: record(Decimal("30000"))] * 3)
    assert sum(isinstance(result, RuleBroken) for result in results) == 2
    assert committed() == [(THIS_YEAR, Decimal("30000"))]


@pytest.mark.django_db(transaction=True)
def test_the_budgets_rows_themselves_are_locked(record):
    """Without the help of the counter, which lets one decision through at a time."""
    decisions = [record(Decimal("30000"), outcome="declined") for _ in range(3)]
    for decision in decisions:
        Decision.objects.filter(pk=decision.pk).update(outcome="approved", amount=Decimal("30000"))
        decision.refresh_from_db()
    results = at_once(
        *[lambda one=one: services.commit(one, start_year=THIS_YEAR, years=1) for one in decisions]
    )
    assert sum(isinstance(result, RuleBroken) for result in results) == 2
    assert committed() == [(THIS_YEAR, Decimal("30000"))]


PENCE = st.integers(1, 3_000_000).map(lambda pence: Decimal(pence) / 100)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("approve"), PENCE, st.integers(1, 3)),
        st.tuples(st.just("decline"), PENCE, st.just(1)),
        st.tuples(st.just("release"), PENCE, st.integers(0, 9)),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_no_sequence_of_decisions_commits_more_than_the_budgets(record, steps):
    with transaction.atomic():
        for kind, amount, number in steps:
            try:
                with transaction.atomic():
                    _step(record, kind, amount, number)
            except RuleBroken:
                pass
            _holds()
        transaction.set_rollback(True)


def _step(record, kind, amount, number):
    if kind == "release":
        approved = list(Decision.objects.filter(outcome="approved").order_by("id"))
        if approved:
            services.release_commitments(approved[number % len(approved)], amount=amount)
    else:
        record(amount, years=number, outcome="approved" if kind == "approve" else "declined")


def _holds():
    for budget in Budget.objects.prefetch_related("commitments"):
        held = sum(one.amount - one.released for one in budget.commitments.all())
        assert 0 <= held <= budget.amount
    for decision in Decision.objects.prefetch_related("commitments"):
        assert sum(one.amount for one in decision.commitments.all()) == (decision.amount or 0)
    assert list(violations()) == []
