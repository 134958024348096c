"""The money behind funds: sources, and what each gives a fund for a financial year."""

from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import F, Sum

from accounts.permissions import Permission
from audit.services import record
from pcc_grants.lib.money import PENNY, format_money
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean, clean_line

from ..models import Budget, FundingSource
from .changing import lock_fund, made_before


@transaction.atomic
def create_source(*, by, name, ring_fenced_for="", spend_by=None) -> FundingSource:
    """Record where money comes in from. The same facts by the same person again give the first.

    Raises RuleBroken when there is another source of that name.
    """
    by.require(Permission.MANAGE_FUNDS)
    name = clean_line(name)
    if not name:
        raise RuleBroken("Enter the name of the source")
    facts = {"name": name, "ring_fenced_for": clean(ring_fenced_for), "spend_by": spend_by}
    same = FundingSource.objects.filter(**facts).first()
    if made_before(by, same, "source.created"):
        return same
    source = FundingSource(**facts)
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError as error:
        raise RuleBroken(
            f"There is already a source called {name}. Use that one, or another name."
        ) from error
    record("source.created", source, f"{by} recorded the source {source}.", by=by)
    return source


@transaction.atomic
def set_budget(*, by, fund, source, start_year, amount) -> Budget:
    """What a source gives a fund for the financial year that starts in `start_year`, in pounds.

    Creates or changes it; never below what decisions have committed of it (RuleBroken).
    """
    by.require(Permission.MANAGE_FUNDS)
    fund = lock_fund(fund)
    amount = Decimal(amount)
    if amount < 0 or amount != amount.quantize(PENNY):
        raise RuleBroken("The budget must be £0 or more, in pounds and pence.")
    if not 2000 <= start_year < 2100:
        raise RuleBroken("The financial year must be between 2000/01 and 2099/00.")
    budget = (
        Budget.objects.select_for_update(no_key=True)
        .filter(fund=fund, source=source, start_year=start_year)
        .first()
    )
    if budget is None:
        budget = Budget(fund=fund, source=source, start_year=start_year)
    before = budget.amount if budget.pk else None
    if before == amount:
        return budget
    if budget.pk and amount < (committed := committed_of(budget)):
        raise RuleBroken(
            f"{format_money(committed)} of this budget is committed already. "
            f"The budget must be {format_money(committed)} or more."
        )
    budget.amount = amount
    budget.save()
    record(
        "fund.budget_set",
        fund,
        f"{by} set the budget of the {fund} for {budget.financial_year} from {source}"
        f" to {format_money(amount)}.",
        by=by,
        changes={"budget": budget.pk, "amount": [before, amount]},
    )
    return budget


def committed_of(budget) -> Decimal:
    """What decisions have promised of a budget, less what was given back."""
    total = budget.commitments.aggregate(total=Sum(F("amount") - F("released")))["total"]
    return total or Decimal(0)
