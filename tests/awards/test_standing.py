"""How an instalment stands reads as a sentence, the same on every page."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from awards import services
from awards.models import Condition, Instalment
from awards.services.standing import join
from pcc_grants.lib import clock

from .conftest import pay


def at(instalment):
    return services.standing(Instalment.objects.with_standing().get(pk=instalment.pk))


def test_before_the_agreement_is_signed_it_waits_for_it(award_in):
    first = award_in("offered").instalments.get(number=1)
    assert at(first) == (
        "Waiting for agreement",
        "Waiting for the agreement to be signed and countersigned",
    )


def test_it_waits_for_the_return_with_its_date(active_award):
    second = active_award.instalments.get(number=2)
    services.link_return(
        condition=second.conditions.get(kind="return"),
        waiting_for="the mid-year return, due 31 October 2019",
    )
    assert at(second) == ("Waiting for return", "Waiting for the mid-year return, due 31 October 2019")


def test_it_waits_for_everything_that_is_not_met(award_in):
    second = award_in("offered").instalments.get(number=2)
    assert at(second).sentence == "Waiting for the agreement to be signed and countersigned and a visit"


def test_something_else_is_simply_waited_for(award_in):
    assert at(award_in("active").instalments.get(number=2)) == ("Waiting", "Waiting for a visit")


def test_a_return_that_nobody_scheduled_has_no_date(cast):
    from .conftest import decided

    award = decided(cast)
    rows = [{"amount": award.amount, "due_on": clock.today(), "waits_for_return": True}]
    (one,) = services.set_instalments(by=cast.officer, award=award, rows=rows)
    assert at(one).sentence.endswith("; and a return that has no date yet") or at(one).sentence.endswith(
        "and a return that has no date yet"
    )


def test_with_its_conditions_met_it_is_planned_until_it_is_due(award_in, officer):
    second = award_in("active").instalments.get(number=2)
    services.meet_condition(by=officer, condition=second.conditions.get(kind="other"), evidence="Visited.")
    assert at(second) == ("Planned", f"Due on {clock.format_date(second.due_on)}")
    with clock.at(second.due_on):
        assert at(second) == ("Ready to release", "Ready to release")


def test_released_then_paid(released, finance):
    label, sentence = at(released)
    assert (label, sentence) == (
        "Approved",
        f"Released on {clock.format_date(clock.today())}, waiting to be paid",
    )
    pay(finance, released, finance_reference="BACS-77")
    assert at(released) == ("Paid", f"Paid on {clock.format_date(clock.today())}, reference BACS-77")


def test_on_hold_says_why(released, officer):
    services.hold_instalment(by=officer, instalment=released, reason="The bank account has changed.")
    assert at(released) == ("On hold", "On hold: The bank account has changed.")


def test_a_suspended_award_holds_everything_that_is_not_paid(award_in):
    first = award_in("suspended").instalments.get(number=1)
    assert at(first) == ("On hold", "On hold: all payments of this award are on hold")


def test_cancelled_is_not_paid(award_in):
    assert at(award_in("ended_early").instalments.get(number=1)).label == "Cancelled"


@pytest.mark.parametrize(
    ("parts", "joined"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (["the return, due 1 May", "a visit"], "the return, due 1 May; and a visit"),
    ],
)
def test_joined_as_people_write(parts, joined):
    assert join(parts) == joined


# -- What waits for whom -------------------------------------------------------------------------------------


def test_ready_means_due_active_and_met(award_in, officer):
    award = award_in("active")
    first, second = award.instalments.order_by("number")
    assert list(Instalment.objects.ready()) == [first]
    assert list(services.ready_to_release()) == [first]
    with clock.at(second.due_on):
        assert list(Instalment.objects.ready()) == [first]
        services.meet_condition(
            by=officer, condition=second.conditions.get(kind="other"), evidence="Visited."
        )
        assert list(Instalment.objects.ready()) == [first, second]


@pytest.mark.parametrize("status", ["prepared", "offered", "accepted", "suspended", "closed", "ended_early"])
def test_nothing_is_ready_unless_the_award_is_active(status, award_in):
    award_in(status)
    assert not Instalment.objects.ready(date(2100, 1, 1)).exists()


def test_blocked_means_due_and_not_payable(award_in, officer):
    award = award_in("active")
    first, second = award.instalments.order_by("number")
    assert list(services.blocked_instalments()) == []
    with clock.at(second.due_on):
        assert list(services.blocked_instalments()) == [second]
    services.hold_instalment(by=officer, instalment=first, reason="A question is open.")
    assert list(services.blocked_instalments()) == [first]


def test_a_suspended_award_s_due_instalments_are_blocked(award_in):
    award = award_in("suspended")
    assert list(services.blocked_instalments()) == [award.instalments.get(number=1)]


def test_approved_waits_for_finance(released, finance, officer):
    assert list(services.approved_to_pay()) == [released]
    services.suspend_award(by=officer, award=released.award, reason="A question is open.")
    assert list(services.approved_to_pay()) == []
    assert list(services.blocked_instalments()) == [released]


def test_standing_over_a_list_costs_the_same_at_any_length(cast, django_assert_num_queries):
    from .conftest import active

    award = active(
        cast,
        rows=[
            {"amount": Decimal(2000), "due_on": clock.today() + timedelta(days=n), "other_condition": "x"}
            for n in range(5)
        ],
    )
    with django_assert_num_queries(2):
        assert len([services.standing(one) for one in award.instalments.with_standing()]) == 5


def test_conditions_met_are_met_by_someone_at_some_time(award_in):
    met = Condition.objects.filter(instalment__award=award_in("active"), kind="agreement")
    assert all(one.met_at and one.met_by and one.evidence for one in met)
