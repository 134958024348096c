"""`verify` finds nothing wrong after the services, and names each thing that was tampered with."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from applications.models import Commitment, Decision
from awards import services, verify
from awards.models import Agreement, Award, Condition, ExtensionOption, Instalment, Payment, Status
from pcc_grants.lib import clock
from tests import factories

from .conftest import pay


def rules() -> set[str]:
    return {violation.rule for violation in verify.violations()}


@pytest.fixture
def tampered():
    """Switch off what the database refuses, as someone with its password could."""

    def run(sql: str = ""):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in ("awards_payment", "awards_instalment"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            for name, table in (
                ("award_offered_is_stamped", "awards_award"),
                ("award_ended_is_stamped", "awards_award"),
                ("instalment_approved_before_paid", "awards_instalment"),
                ("extension_four_eyes", "awards_extensionoption"),
            ):
                cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")

    return run


@pytest.mark.parametrize("status", Status)
def test_nothing_is_wrong_with_an_award_in_any_state(status, award_in):
    award_in(status)
    assert list(verify.violations()) == []


def test_nothing_is_wrong_with_a_competed_award_that_is_being_paid(paid_award):
    assert list(verify.violations()) == []


def test_nothing_is_wrong_after_paying_less_and_closing(released, officer, finance):
    pay(finance, released, amount=Decimal("4000"), difference_reason="The invoice came to less.")
    with clock.at(released.award.ends_on + timedelta(days=1)):
        services.close_award(by=officer, award=released.award, reason="Done.")
    assert list(verify.violations()) == []


@pytest.fixture
def paid(released, finance):
    pay(finance, released)
    released.refresh_from_db()
    return released


def test_instalments_that_do_not_add_up(paid, tampered):
    tampered()
    Instalment.objects.filter(award=paid.award, number=2).update(amount=Decimal("4999.99"))
    (found,) = verify.violations()
    assert found.rule == "instalments add up to the award"
    assert "add up to £9,999.99, the award is £10,000" in found.sentence
    assert found.about == paid.award.reference


def test_an_amount_other_than_the_decision_s(paid):
    Award.objects.filter(pk=paid.award_id).update(amount=Decimal("10001"))
    assert "awards follow their decision" in rules()


def test_a_decision_about_someone_else(paid, other_organisation):
    Decision.objects.filter(pk=paid.award.decision_id).update(organisation=other_organisation)
    assert rules() == {"awards follow their decision"}


def test_an_award_that_a_refusal_gave(award_in):
    award = award_in("prepared")
    Decision.objects.filter(pk=award.decision_id).update(outcome="declined", amount=None)
    assert "awards follow their decision" in rules()


def test_an_agreement_altered_after_it_was_made(paid):
    agreement = Agreement.objects.get()
    agreement.text["total"] = "£20,000.00"
    agreement.save()
    (found,) = verify.violations()
    assert found.rule == "agreements are as they were signed"


@pytest.mark.parametrize(("status", "other"), [("offered", "accepted"), ("accepted", "active")])
def test_a_state_that_the_signatures_do_not_bear_out(status, other, award_in):
    award = award_in(status)
    Award.objects.filter(pk=award.pk).update(status=other)
    assert "agreements are as they were signed" in rules()


def test_an_offer_without_an_agreement(award_in):
    award_in("offered")
    Agreement.objects.all().delete()
    assert rules() == {"agreements are as they were signed"}


def test_a_state_without_its_stamp(award_in, tampered):
    award = award_in("active")
    tampered()
    Award.objects.filter(pk=award.pk).update(offered_at=None, offered_by=None)
    assert rules() == {"states of awards agree with their stamps"}


def test_paid_without_a_payment_and_a_payment_of_what_is_not_paid(paid, tampered):
    tampered()
    Instalment.objects.filter(pk=paid.pk).update(status="approved")
    assert rules() == {"paid instalments have a payment"}
    Instalment.objects.filter(pk=paid.pk).update(status="paid")
    Payment.objects.all().delete()
    assert rules() == {"paid instalments have a payment", "payments are in the audit trail"}


def test_a_payment_by_who_released_it(paid, tampered, officer):
    tampered()
    Payment.objects.update(paid_by=officer)
    assert rules() == {"payments were approved first, by someone else"}


def test_a_payment_from_before_its_release(paid, tampered):
    tampered()
    Instalment.objects.filter(pk=paid.pk).update(approved_at=clock.now() + timedelta(days=2))
    assert rules() == {"payments were approved first, by someone else"}


def test_a_payment_that_was_never_released(paid, tampered):
    tampered()
    Instalment.objects.filter(pk=paid.pk).update(approved_at=None, approved_by=None)
    assert rules() == {"payments were approved first, by someone else"}


@pytest.mark.parametrize("amount", ["4999.99", "5000.01"])
def test_a_payment_other_than_planned_without_a_reason(amount, paid, tampered):
    tampered()
    Payment.objects.update(amount=Decimal(amount))
    assert "payments are as planned, or say why not" in rules()


def test_a_payment_from_before_the_signature(paid):
    Agreement.objects.update(signed_at=clock.now() + timedelta(days=2))
    assert rules() == {"agreements are signed before any payment"}


def test_a_release_before_a_condition_was_met(paid):
    Condition.objects.filter(instalment=paid).update(met_at=None, met_by=None, evidence="")
    assert rules() == {"nothing is released before its conditions are met"}


def test_a_release_that_never_waited_for_the_agreement(paid):
    Condition.objects.filter(instalment=paid).delete()
    assert rules() == {"nothing is released before its conditions are met"}


def test_an_award_that_is_over_and_goes_on_paying(award_in):
    award = award_in("ended_early")
    Instalment.objects.filter(award=award, number=1).update(status="planned")
    assert rules() == {"awards that are over pay nothing more"}


@pytest.mark.parametrize("status", ["active", "declined", "closed"])
def test_money_committed_that_the_award_does_not_bear_out(status, award_in):
    award_in(status)
    Commitment.objects.update(released=Decimal(1))
    assert rules() == {"commitments agree with awards"}


@pytest.fixture
def extended(award_in, officer, approver):
    award = award_in("active")
    first = award.ends_on + timedelta(days=1)
    second = first + timedelta(days=365)
    services.add_extension_options(
        by=officer,
        award=award,
        options=[
            {"starts_on": start, "ends_on": start + timedelta(days=364), "decide_by": start}
            for start in (first, second)
        ],
    )
    option = award.extension_options.get(number=1)
    services.decide_extension(by=approver, option=option, grant=True, reason="It works well.")
    assert list(verify.violations()) == []
    return Award.objects.get(pk=award.pk)


def test_an_end_that_the_extensions_do_not_bear_out(extended):
    Award.objects.update(ends_on=extended.ends_on - timedelta(days=1))
    assert rules() == {"extensions follow one another"}


def test_an_award_that_runs_into_an_extension_nobody_granted(extended):
    ExtensionOption.objects.filter(number=1).update(status="available", decided_by=None, decided_at=None)
    assert rules() == {"extensions follow one another"}


def test_an_extension_granted_over_one_that_was_declined(extended, approver):
    ExtensionOption.objects.filter(number=1).update(status="declined")
    ExtensionOption.objects.filter(number=2).update(
        status="granted", decided_by=approver, decided_at=clock.now(), reason="x"
    )
    assert rules() == {"extensions follow one another"}


def test_extensions_that_overlap(extended):
    ExtensionOption.objects.filter(number=2).update(starts_on=extended.ends_on)
    assert rules() == {"extensions follow one another"}


def test_verify_costs_the_same_at_any_number_of_awards(award_in, django_assert_max_num_queries):
    award_in("active")
    with django_assert_max_num_queries(16):
        list(verify.violations())
    for _ in range(2):
        award_in("active")
    with django_assert_max_num_queries(16):
        list(verify.violations())


@pytest.mark.parametrize(
    "change",
    [
        {"amount": Decimal("1"), "difference_reason": "Nobody said so."},
        {"finance_reference": "ANOTHER-1"},
    ],
)
def test_a_payment_that_is_not_what_the_trail_tells_is_named(
    active_award, officer, finance, tampered, change
):
    factories.first_instalment_paid(officer, finance, active_award)
    assert rules() == set()
    tampered()
    Payment.objects.update(**change)
    assert rules() == {"payments are in the audit trail"}


def test_a_payment_is_missed_in_a_trail_whose_end_was_cut_off(active_award, officer, finance):
    factories.first_instalment_paid(officer, finance, active_award)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
        cursor.execute(
            "DELETE FROM audit_event WHERE id >= "
            "(SELECT max(id) FROM audit_event WHERE verb = 'payment.recorded')"
        )
    assert rules() == {"payments are in the audit trail"}
