"""An instalment is released by one person and paid by another: once, with a reason if less, never early."""

import threading
from datetime import UTC, date, timedelta
from decimal import Decimal

import pytest
from django.db import connection

from audit.models import Event
from awards import services
from awards.models import Instalment, Payment, Status
from notifications.models import Message
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories

from .conftest import active, pay

# -- Releasing -----------------------------------------------------------------------------------------------


def test_releasing_records_who_and_when(award_in, officer):
    award = award_in("active")
    instalment = services.approve_instalment(by=officer, instalment=award.instalments.get(number=1))
    instalment.refresh_from_db()
    assert (instalment.status, instalment.approved_by) == ("approved", officer)
    assert Event.objects.about(award).filter(verb="instalment.released").count() == 1


def test_releasing_twice_releases_once(released, officer, officer_2):
    again = services.approve_instalment(by=officer, instalment=released)
    assert again.approved_at == released.approved_at
    with pytest.raises(RuleBroken, match="has released this instalment"):
        services.approve_instalment(by=officer_2, instalment=released)


def test_what_waits_is_not_released_and_the_sentence_says_for_what(active_award, officer):
    second = active_award.instalments.get(number=2)
    waiting = second.conditions.get(kind="return").waiting_for
    with pytest.raises(RuleBroken) as refused:
        services.approve_instalment(by=officer, instalment=second)
    assert str(refused.value) == f"Instalment 2 cannot be released. Waiting for {waiting}."


def test_nothing_is_released_before_its_day(award_in, officer):
    second = award_in("active").instalments.get(number=2)
    services.meet_condition(by=officer, condition=second.conditions.get(kind="other"), evidence="Visited.")
    with clock.at(second.due_on - timedelta(days=1)), pytest.raises(RuleBroken, match="Due on"):
        services.approve_instalment(by=officer, instalment=second)
    with clock.at(second.due_on):
        services.approve_instalment(by=officer, instalment=second)


@pytest.mark.parametrize(
    "status", ["prepared", "offered", "accepted", "suspended", "closed", "declined", "ended_early"]
)
def test_nothing_is_released_unless_the_award_is_active(status, award_in, officer):
    instalment = award_in(status).instalments.get(number=1)
    with pytest.raises(RuleBroken, match="cannot be released"):
        services.approve_instalment(by=officer, instalment=instalment)


@pytest.mark.parametrize("role", ["approver", "finance", "auditor", "applicant", "administrator", "panel"])
def test_only_an_officer_releases(role, award_in):
    with pytest.raises(RuleBroken, match="does not allow"):
        services.approve_instalment(
            by=factories.person(role), instalment=award_in("active").instalments.get(number=1)
        )


# -- Paying --------------------------------------------------------------------------------------------------


def test_paying_records_the_payment_and_tells_the_members(released, finance, applicant, colleague):
    payment = pay(finance, released)
    released.refresh_from_db()
    assert released.status == "paid"
    assert (payment.amount, payment.paid_by) == (Decimal(5000), finance)
    told = Message.objects.filter(template="awards/paid")
    assert {message.to for message in told} == {applicant.email, colleague.email}
    assert "BACS-1" in told[0].body


def test_nobody_pays_what_they_released(released, officer):
    officer.roles = ["officer", "finance"]
    officer.save()
    officer.__dict__.pop("permissions", None)
    with pytest.raises(RuleBroken, match="Someone else must mark it as paid"):
        pay(officer, released)
    assert not Payment.objects.exists()


@pytest.mark.parametrize("role", ["officer", "approver", "auditor", "applicant", "administrator", "panel"])
def test_only_finance_pays(role, released):
    with pytest.raises(RuleBroken, match="does not allow"):
        pay(factories.person(role), released)


@pytest.mark.parametrize("status", [s for s in Instalment.Status if s not in ("approved", "paid")])
def test_only_a_released_instalment_is_paid(status, award_in, finance):
    instalment = award_in("active").instalments.get(number=1)
    Instalment.objects.filter(pk=instalment.pk).update(status=status, hold_reason="A question.")
    with pytest.raises(RuleBroken, match="has not been released"):
        pay(finance, instalment)


def test_nothing_is_paid_while_the_award_is_on_hold(released, finance, officer):
    services.suspend_award(by=officer, award=released.award, reason="A question is open.")
    with pytest.raises(RuleBroken, match="while the award is not active"):
        pay(finance, released)


def test_the_same_payment_twice_is_one_payment_and_one_mail(released, finance):
    assert pay(finance, released) == pay(finance, released)
    assert Payment.objects.count() == 1
    assert Event.objects.filter(verb="payment.recorded").count() == 1
    assert Message.objects.filter(template="awards/paid").count() == 2  # two members, one each


@pytest.mark.parametrize(
    "other",
    [
        {"amount": Decimal("4999.99"), "difference_reason": "Less."},
        {"finance_reference": "BACS-2"},
        {"paid_on": date(2000, 1, 1)},
    ],
)
def test_another_payment_of_what_is_paid_is_refused(other, released, finance):
    pay(finance, released)
    with pytest.raises(RuleBroken, match="Instalment 1 has been paid: £5,000 on"):
        pay(finance, released, **other)


def test_quarter_1_of_the_contract_is_paid_less_the_77_13_with_a_reason(cast, officer, finance):
    """Family Matters, quarter 1 of 2019-20: £112,422.87 against £112,500 (the Panel paper of June 2019)."""
    from funds import services as funds
    from pcc_grants.lib.financial_year import FinancialYear

    budget = cast.fund.budgets.get(start_year=FinancialYear.containing(clock.today()).start_year)
    funds.set_budget(
        by=officer,
        fund=cast.fund,
        source=budget.source,
        start_year=budget.start_year,
        amount=Decimal("450000"),
    )
    award = active(
        cast,
        amount=Decimal("450000"),
        rows=[
            {"amount": Decimal("112500"), "due_on": clock.today() + timedelta(days=91 * n)} for n in range(4)
        ],
    )
    quarter = services.approve_instalment(by=officer, instalment=award.instalments.get(number=1))
    with pytest.raises(RuleBroken) as refused:
        pay(finance, quarter, amount=Decimal("112422.87"))
    assert str(refused.value) == "Enter why £112,422.87 was paid, not the £112,500 planned."
    payment = pay(
        finance, quarter, amount=Decimal("112422.87"), difference_reason="The invoice came to less."
    )
    assert payment.difference_reason == "The invoice came to less."
    told = Event.objects.about(award).get(verb="payment.recorded").sentence
    assert "£112,422.87 against £112,500 planned" in told


@pytest.mark.parametrize("amount", ["5000.01", "10000", "9999999999.99"])
def test_more_than_planned_is_refused(amount, released, finance):
    with pytest.raises(RuleBroken, match="The amount paid must be £5,000 or less"):
        pay(finance, released, amount=Decimal(amount), difference_reason="They asked for more.")
    assert not Payment.objects.exists()


@pytest.mark.parametrize(
    "amount", [Decimal(0), Decimal(-5), Decimal("1.005"), 5000.0, 5000, None, Decimal("NaN")]
)
def test_an_amount_is_positive_pounds_and_pence(amount, released, finance):
    with pytest.raises(RuleBroken, match="pounds and pence"):
        pay(finance, released, amount=amount)


def test_a_reason_for_no_difference_is_not_kept(released, finance):
    assert pay(finance, released, difference_reason="Just so.").difference_reason == ""


def test_a_payment_may_be_recorded_after_its_day(released, finance):
    paid_on = clock.today()
    with clock.at(paid_on + timedelta(days=9)):
        assert pay(finance, released, paid_on=paid_on).paid_on == paid_on


def test_a_payment_is_not_of_tomorrow_nor_before_signing_or_release(released, finance):
    with pytest.raises(RuleBroken, match="today or in the past"):
        pay(finance, released, paid_on=clock.today() + timedelta(days=1))
    with pytest.raises(RuleBroken, match="when the agreement was signed"):
        pay(finance, released, paid_on=clock.today() - timedelta(days=1))


def test_a_payment_is_not_from_before_the_release(award_in, officer, finance):
    instalment = award_in("active").instalments.get(number=1)
    signed_on = clock.today()
    with clock.at(signed_on + timedelta(days=5)):
        services.approve_instalment(by=officer, instalment=instalment)
        with pytest.raises(RuleBroken, match="when the instalment was released"):
            pay(finance, instalment, paid_on=signed_on)


def test_a_payment_may_fall_on_a_weekend(cast, officer, finance):
    saturday = date(2026, 6, 13)
    with clock.at(saturday):
        from funds import services as funds

        source = cast.fund.budgets.first().source
        funds.set_budget(by=officer, fund=cast.fund, source=source, start_year=2026, amount=Decimal("50000"))
        award = active(cast)
        instalment = services.approve_instalment(by=officer, instalment=award.instalments.get(number=1))
        assert pay(finance, instalment).paid_on.weekday() == 5


def test_just_after_midnight_in_summer_time_it_is_the_london_day(cast, officer, finance):
    """23:30 UTC on 31 March 2026 is 1 April in London: the new financial year."""
    from datetime import datetime

    from funds import services as funds

    source = cast.fund.budgets.first().source
    funds.set_budget(by=officer, fund=cast.fund, source=source, start_year=2026, amount=Decimal("50000"))
    with clock.at(datetime(2026, 3, 31, 23, 30, tzinfo=UTC)):
        award = active(cast, start_year=2026)
        instalment = services.approve_instalment(by=officer, instalment=award.instalments.get(number=1))
        assert pay(finance, instalment).paid_on == date(2026, 4, 1)


def test_two_payments_never_share_a_finance_reference(award_in, officer, finance):
    award = award_in("active")
    first, second = award.instalments.order_by("number")
    services.approve_instalment(by=officer, instalment=first)
    pay(finance, first, finance_reference="BACS-9")
    services.meet_condition(by=officer, condition=second.conditions.get(kind="other"), evidence="Visited.")
    with clock.at(second.due_on):
        services.approve_instalment(by=officer, instalment=second)
        with pytest.raises(RuleBroken, match="stands against another payment"):
            pay(finance, second, finance_reference=" BACS-9 ", paid_on=clock.today())
    second.refresh_from_db()
    assert second.status == "approved"


@pytest.mark.parametrize("reference", ["", " ", "\x00", "x" * 51])
def test_a_finance_reference_is_there_and_short(reference, released, finance):
    with pytest.raises(RuleBroken, match="finance reference"):
        pay(finance, released, finance_reference=reference)


# -- At the same moment --------------------------------------------------------------------------------------


def _together(*acts):
    """Run the acts in threads that start at one moment; returns what each gave or raised."""
    barrier, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(index, act):
        barrier.wait()
        try:
            results[index] = act()
        except Exception as error:  # the test looks at it
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


@pytest.mark.django_db(transaction=True)
def test_two_people_paying_at_the_same_moment_pay_once(released, finance):
    other = factories.person("finance")
    results = _together(
        lambda: pay(finance, released, finance_reference="BACS-A"),
        lambda: pay(other, released, finance_reference="BACS-B"),
    )
    assert Payment.objects.count() == 1
    assert sorted(type(result).__name__ for result in results) == ["Payment", "RuleBroken"]


@pytest.mark.django_db(transaction=True)
def test_a_double_click_pays_once_and_both_see_it_paid(released, finance):
    results = _together(lambda: pay(finance, released), lambda: pay(finance, released))
    assert Payment.objects.count() == 1
    assert {result.pk for result in results} == {Payment.objects.get().pk}
    assert Message.objects.filter(template="awards/paid").count() == 2


@pytest.mark.django_db(transaction=True)
def test_paying_and_holding_at_the_same_moment_leave_one_of_the_two(released, finance, officer):
    _together(
        lambda: pay(finance, released),
        lambda: services.hold_instalment(by=officer, instalment=released, reason="A question."),
    )
    released.refresh_from_db()
    assert (released.status, Payment.objects.count()) in {("paid", 1), ("on_hold", 0)}


@pytest.mark.django_db(transaction=True)
def test_paying_and_ending_early_at_the_same_moment_never_pay_what_is_cancelled(released, finance, officer):
    award = released.award
    _together(
        lambda: pay(finance, released),
        lambda: services.end_early(by=officer, award=award, reason="The work stopped."),
    )
    released.refresh_from_db()
    award.refresh_from_db()
    assert released.status == "paid"
    assert award.status in (Status.ACTIVE, Status.ENDED_EARLY)
