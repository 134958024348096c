"""What a source gives a fund for a year; never less than is committed of it."""

from decimal import Decimal

import pytest

from audit.models import Event
from funds import services, verify
from funds.models import Budget
from pcc_grants.lib.rules import RuleBroken
from tests.funds.test_setting_up_a_fund import OTHERS


@pytest.fixture
def source(officer):
    return services.create_source(by=officer, name="Victims' grant", ring_fenced_for="Victims of crime")


def test_a_budget_is_set_and_changed(officer, fund, source):
    budget = services.set_budget(by=officer, fund=fund, source=source, start_year=2019, amount=Decimal("100"))
    services.set_budget(by=officer, fund=fund, source=source, start_year=2019, amount=Decimal("200.50"))
    budget.refresh_from_db()
    assert (budget.amount, str(budget.financial_year)) == (Decimal("200.50"), "2019/20")
    event = Event.objects.filter(verb="fund.budget_set").first()
    assert event.changes["amount"] == ["100.00", "200.50"]


def test_the_same_budget_again_records_nothing(officer, fund, source):
    for _ in range(2):
        services.set_budget(by=officer, fund=fund, source=source, start_year=2019, amount=Decimal("100"))
    assert Event.objects.filter(verb="fund.budget_set", changes__amount__1="100").count() == 1


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_sets_a_budget(fund, source, role, request):
    with pytest.raises(RuleBroken):
        services.set_budget(
            by=request.getfixturevalue(role), fund=fund, source=source, start_year=2019, amount=Decimal(1)
        )
    assert not Budget.objects.filter(source=source).exists()


@pytest.mark.parametrize(
    ("start_year", "amount"),
    [(2019, Decimal("-1")), (2019, Decimal("1.005")), (1999, Decimal("1")), (2100, Decimal("1"))],
)
def test_an_impossible_budget_is_refused(officer, fund, source, start_year, amount):
    with pytest.raises(RuleBroken):
        services.set_budget(by=officer, fund=fund, source=source, start_year=start_year, amount=amount)


def test_a_budget_never_falls_below_what_is_committed(officer, fund, approved_application):
    budget = Budget.objects.get(commitments__decision__application=approved_application)
    with pytest.raises(RuleBroken, match="£10,000 of this budget is committed already"):
        services.set_budget(
            by=officer,
            fund=fund,
            source=budget.source,
            start_year=budget.start_year,
            amount=Decimal("9999.99"),
        )
    services.set_budget(
        by=officer, fund=fund, source=budget.source, start_year=budget.start_year, amount=Decimal("10000")
    )


def test_a_source_has_its_own_name(officer, source):
    facts = {"name": "Victims' grant", "ring_fenced_for": "Victims of crime"}
    assert services.create_source(by=officer, **facts) == source
    with pytest.raises(RuleBroken, match="already a source"):
        services.create_source(by=officer, name="Victims'  grant")
    with pytest.raises(RuleBroken, match="Enter the name"):
        services.create_source(by=officer, name="")


def test_a_budget_that_nobody_set_to_its_amount_is_named_by_verify(fund):
    assert list(verify.violations()) == []
    budget = fund.budgets.order_by("start_year").first()
    Budget.objects.filter(pk=budget.pk).update(amount=budget.amount + 1)
    (violation,) = verify.violations()
    assert violation.rule == "budgets are as they were set"
    assert "£50,001; the audit trail says £50,000." in violation.sentence
