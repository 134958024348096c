"""Two different services that touch the same records at once wait for each other; neither is thrown out."""

from decimal import Decimal
from pathlib import Path
from threading import Event

import pytest
from django.conf import settings
from django.db import transaction

from applications import services
from applications.models import Decision
from audit.services import record
from funds.services import set_budget
from funds.services.changing import lock_fund
from organisations.services import update

from .conftest import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def _approve(by, application):
    return services.decide(
        by=by,
        application=application,
        outcome=Decision.Outcome.APPROVED,
        amount=Decimal("9000"),
        purpose="run the workshops",
        reasons="It prevents crime.",
    )


def test_a_decision_is_made_while_somebody_changes_its_fund(recommended_application, approver, officer, fund):
    fund_is_locked, decided = Event(), Event()

    @transaction.atomic
    def change_the_fund():
        locked = lock_fund(fund)
        fund_is_locked.set()
        decided.wait(timeout=10)
        record("fund.changed", locked, "The fund was changed.", by=officer)
        return locked

    def decide():
        fund_is_locked.wait(timeout=10)
        decision = _approve(approver, recommended_application)
        decided.set()
        return decision

    results = at_once(change_the_fund, decide)
    assert results[0] == fund
    assert isinstance(results[1], Decision)


def test_an_application_is_started_while_somebody_changes_its_organisation(
    open_round, organisation, applicant, officer
):
    changes = [
        lambda name=name: update(by=officer, organisation=organisation, known_as=name)
        for name in ("One", "Two", "Three")
    ]
    starts = [lambda: services.start(by=applicant, round=open_round, organisation=organisation)] * 3
    results = at_once(*changes, *starts)
    assert None not in results
    assert len({application.pk for application in results[3:]}) == 1


def test_a_budget_is_changed_while_money_is_committed_from_it(
    recommended_application, approver, officer, fund
):
    budget = fund.budgets.order_by("start_year").first()
    amounts = [Decimal("40000"), Decimal("41000"), Decimal("42000")]
    results = at_once(
        lambda: _approve(approver, recommended_application),
        *[
            lambda amount=amount: set_budget(
                by=officer, fund=fund, source=budget.source, start_year=budget.start_year, amount=amount
            )
            for amount in amounts
        ],
    )
    assert None not in results
    budget.refresh_from_db()
    assert budget.amount in amounts


def test_no_lock_stands_in_the_way_of_records_that_merely_refer_to_it():
    """A lock FOR UPDATE conflicts with the check of every foreign key, made when a transaction ends.

    By then that transaction holds the audit trail, for which the lock's owner waits: a deadlock.
    """
    source = [
        path
        for path in Path(settings.BASE_DIR).glob("*/**/*.py")
        if path.relative_to(settings.BASE_DIR).parts[0] not in ("tests", ".venv", "frontend")
    ]
    stronger = [
        f"{path.name}: {line.strip()}"
        for path in source
        for line in path.read_text(encoding="utf-8").splitlines()
        if "select_for_update(" in line and "no_key=True" not in line
    ]
    assert len(source) > 100
    assert stronger == []
