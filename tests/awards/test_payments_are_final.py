"""The database itself refuses to change a payment, pay what nobody released, or plan beyond the award."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from awards import services
from awards.models import Award, ExtensionOption, Instalment, Payment
from pcc_grants.lib import clock

from .conftest import pay


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE awards_payment SET amount = 1",
        "UPDATE awards_payment SET paid_on = '2000-01-01'",
        "UPDATE awards_payment SET difference_reason = 'x'",
        "DELETE FROM awards_payment",
    ],
)
def test_a_payment_is_neither_changed_nor_deleted(sql, released, finance):
    payment = pay(finance, released)
    with (
        pytest.raises(DatabaseError, match="A payment is final"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert Payment.objects.get() == payment


def _insert(instalment, by, amount=Decimal(5000)):
    return Payment.objects.create(
        instalment=instalment, amount=amount, paid_on=clock.today(), finance_reference="X", paid_by=by
    )


def test_a_payment_of_what_nobody_released_is_refused_by_the_database(award_in, finance):
    with pytest.raises(IntegrityError, match="needs a released instalment"), transaction.atomic():
        _insert(award_in("active").instalments.get(number=1), finance)


def test_a_payment_by_who_released_it_is_refused_by_the_database(released, officer):
    with pytest.raises(IntegrityError, match="Nobody pays what they released"), transaction.atomic():
        _insert(released, officer)


def test_a_payment_above_the_plan_is_refused_by_the_database(released, finance):
    with pytest.raises(IntegrityError, match="stays within its instalment"), transaction.atomic():
        _insert(released, finance, Decimal("5000.01"))


def test_a_second_payment_of_an_instalment_is_refused_by_the_database(released, finance):
    pay(finance, released)
    with pytest.raises(IntegrityError, match="unique"), transaction.atomic():
        _insert(released, finance)


def test_a_plan_beyond_the_award_is_refused_by_the_database(award_in):
    award = award_in("prepared")
    with pytest.raises(IntegrityError, match="stay within the award"), transaction.atomic():
        award.instalments.create(number=9, amount=Decimal("0.01"), due_on=clock.today())
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    ("status", "change"),
    [
        ("active", {"status": "closed"}),
        ("active", {"status": "suspended"}),
        ("active", {"offered_at": None}),
        ("active", {"amount": 0}),
        ("active", {"purpose": ""}),
        ("active", {"reasons": ""}),
        ("active", {"decision": None}),
        ("active", {"direct_reason": ""}),
        ("offered", {"status": "declined"}),
        ("offered", {"accept_by": None}),
        ("prepared", {"status": "offered"}),
        ("closed", {"ending_reason": ""}),
        ("closed", {"closed_by": None}),
    ],
)
def test_a_state_without_its_stamp_is_refused_by_the_database(status, change, award_in):
    award = award_in(status)
    with pytest.raises(IntegrityError), transaction.atomic():
        Award.objects.filter(pk=award.pk).update(**change)


@pytest.mark.parametrize(
    "change",
    [
        {"status": "approved"},
        {"status": "paid"},
        {"status": "on_hold"},
        {"amount": 0},
        {"approved_at": "2026-01-01T00:00Z"},
    ],
)
def test_an_instalment_without_its_stamp_is_refused_by_the_database(change, award_in):
    award = award_in("active")
    with pytest.raises(IntegrityError), transaction.atomic():
        Instalment.objects.filter(award=award).update(**change)


def test_an_extension_decided_by_who_added_it_is_refused_by_the_database(award_in, officer):
    from datetime import timedelta

    award = award_in("active")
    start = award.ends_on + timedelta(days=1)
    (option,) = services.add_extension_options(
        by=officer,
        award=award,
        options=[{"starts_on": start, "ends_on": start + timedelta(days=364), "decide_by": start}],
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        ExtensionOption.objects.filter(pk=option.pk).update(
            status="granted", decided_by=officer, decided_at=clock.now()
        )
