"""On hold and going on; closed and ended early, with the unpaid money given back."""

from datetime import timedelta
from decimal import Decimal

import pytest

from audit.models import Event
from awards import services
from awards.models import Instalment, Status
from notifications.models import Message
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories

from .conftest import pay


def held(award) -> Decimal:
    return sum((one.amount - one.released for one in award.decision.commitments.all()), Decimal(0))


def test_a_hold_on_an_instalment_takes_back_its_release(released, officer):
    services.hold_instalment(by=officer, instalment=released, reason="A question is open.")
    released.refresh_from_db()
    assert (released.status, released.approved_by, released.approved_at) == ("on_hold", None, None)
    services.resume_instalment(by=officer, instalment=released)
    released.refresh_from_db()
    assert (released.status, released.hold_reason) == ("planned", "")
    assert released in Instalment.objects.ready()


def test_holding_and_resuming_twice_are_done_once(award_in, officer):
    award = award_in("active")
    instalment = award.instalments.get(number=1)
    for _ in range(2):
        services.hold_instalment(by=officer, instalment=instalment, reason="A question is open.")
    for _ in range(2):
        services.resume_instalment(by=officer, instalment=instalment)
    verbs = Event.objects.about(award).values_list("verb", flat=True)
    assert [verb for verb in verbs if verb.startswith("instalment.h")] == ["instalment.held"]
    assert [verb for verb in verbs if verb.startswith("instalment.re")] == ["instalment.resumed"]


@pytest.mark.parametrize("status", ["paid", "cancelled"])
def test_what_is_settled_is_not_put_on_hold(status, award_in, officer, finance):
    if status == "paid":
        instalment = award_in("active").instalments.get(number=1)
        services.approve_instalment(by=officer, instalment=instalment)
        pay(finance, instalment)
    else:
        instalment = award_in("ended_early").instalments.get(number=1)
    with pytest.raises(RuleBroken, match="cannot be put on hold"):
        services.hold_instalment(by=officer, instalment=instalment, reason="A question.")
    with pytest.raises(RuleBroken, match="is not on hold"):
        services.resume_instalment(by=officer, instalment=instalment)


def test_a_hold_needs_a_reason(award_in, officer):
    award = award_in("active")
    with pytest.raises(RuleBroken, match="Enter the reason"):
        services.hold_instalment(by=officer, instalment=award.instalments.get(number=1), reason="\n")
    with pytest.raises(RuleBroken, match="Enter the reason"):
        services.suspend_award(by=officer, award=award, reason="")


def test_suspending_and_resuming_tell_the_members_each_time(award_in, officer, applicant):
    award = award_in("active")
    for _ in range(2):
        services.suspend_award(by=officer, award=award, reason="The returns are late.")
        services.resume_award(by=officer, award=award, reason="They came in.")
    assert Message.objects.filter(template="awards/payments_on_hold", to=applicant.email).count() == 2
    assert Message.objects.filter(template="awards/payments_go_on", to=applicant.email).count() == 2
    award.refresh_from_db()
    assert (award.status, award.suspended_by, award.suspension_reason) == (Status.ACTIVE, None, "")


def test_closing_needs_everything_paid_while_the_award_runs(award_in, officer):
    award = award_in("active")
    with pytest.raises(RuleBroken, match="Instalment 1 has not been paid, and the award runs until"):
        services.close_award(by=officer, award=award, reason="Done.")


def test_after_its_last_day_closing_cancels_what_is_left_and_gives_its_money_back(
    released, officer, finance, applicant
):
    pay(finance, released)
    award = released.award
    with clock.at(award.ends_on + timedelta(days=1)):
        services.close_award(by=officer, award=award, reason="The work is done.")
    award.refresh_from_db()
    assert (award.status, award.closed_by, award.ending_reason) == (
        Status.CLOSED,
        officer,
        "The work is done.",
    )
    assert list(award.instalments.values_list("status", flat=True)) == ["paid", "cancelled"]
    assert held(award) == Decimal(5000)
    assert Message.objects.filter(template="awards/award_closed", to=applicant.email).count() == 1


def test_less_paid_than_planned_goes_back_on_closing(cast, officer, finance):
    from .conftest import active

    award = active(cast, rows=[{"amount": Decimal(10000), "due_on": clock.today()}])
    one = services.approve_instalment(by=officer, instalment=award.instalments.get())
    pay(finance, one, amount=Decimal("9876.54"), difference_reason="The invoice came to less.")
    assert held(award) == Decimal(10000)
    services.close_award(by=officer, award=award, reason="Done.")
    assert held(award) == Decimal("9876.54")


def test_ending_early_cancels_what_is_not_paid(released, officer, finance):
    pay(finance, released)
    award = released.award
    services.end_early(by=officer, award=award, reason="The work stopped.")
    award.refresh_from_db()
    assert award.status == Status.ENDED_EARLY
    assert list(award.instalments.values_list("status", flat=True)) == ["paid", "cancelled"]
    assert held(award) == Decimal(5000)


def test_an_award_on_hold_can_be_ended_early(award_in, officer):
    award = award_in("suspended")
    services.end_early(by=officer, award=award, reason="It did not go on.")
    award.refresh_from_db()
    assert (award.status, award.suspended_at, held(award)) == (Status.ENDED_EARLY, None, 0)


@pytest.mark.parametrize("act", [services.close_award, services.end_early])
def test_money_on_its_way_stops_an_ending(act, released, officer):
    with (
        clock.at(released.award.ends_on + timedelta(days=1)),
        pytest.raises(RuleBroken, match="Instalment 1 is released and waits to be paid"),
    ):
        act(by=officer, award=released.award, reason="Done.")


@pytest.mark.parametrize("act", [services.close_award, services.end_early])
def test_ending_twice_ends_once(act, award_in, officer, officer_2):
    award = award_in("active")
    with clock.at(award.ends_on + timedelta(days=1)):
        act(by=officer, award=award, reason="Done.")
        act(by=officer, award=award, reason="Done.")
        with pytest.raises(RuleBroken):
            act(by=officer_2, award=award, reason="Done.")
    assert Event.objects.about(award).filter(verb__in=["award.closed", "award.ended_early"]).count() == 1


@pytest.mark.parametrize("role", ["approver", "finance", "auditor", "applicant", "administrator"])
@pytest.mark.parametrize(
    "act", [services.suspend_award, services.resume_award, services.close_award, services.end_early]
)
def test_only_an_officer_holds_and_ends(act, role, award_in):
    with pytest.raises(RuleBroken, match="does not allow"):
        act(by=factories.person(role), award=award_in("active"), reason="Done.")
