"""Awards in every state, made through the services."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from awards import services
from awards.models import Award, Status
from funds.models import LegalPower
from pcc_grants.lib import clock

TEN = Decimal("10000")


@pytest.fixture
def cast(officer, officer_2, approver, finance, applicant, stranger, organisation, other_organisation, fund):
    """The people around an award, the two organisations, and the fund that pays."""
    return SimpleNamespace(
        officer=officer,
        officer_2=officer_2,
        approver=approver,
        finance=finance,
        applicant=applicant,
        stranger=stranger,
        organisation=organisation,
        other_organisation=other_organisation,
        fund=fund,
    )


def proposal(cast, **facts) -> dict:
    """What is typed to propose a direct grant of £10,000."""
    today = clock.today()
    return {
        "kind": Award.Kind.GRANT,
        "legal_power": LegalPower.CRIME_AND_DISORDER,
        "fund": cast.fund,
        "organisation": cast.organisation,
        "title": "Example school tours",
        "purpose": "tour schools in the example area",
        "reasons": "It diverts young people from crime.",
        "amount": TEN,
        "starts_on": today,
        "ends_on": today + timedelta(days=300),
        "direct_reason": "No one else offers it.",
    } | facts


def propose(cast, **facts) -> Award:
    return services.propose_direct_award(by=cast.officer, **proposal(cast, **facts))


def decided(cast, *, approve=True, **facts) -> Award:
    award = propose(cast, **facts)
    services.decide_direct_award(
        by=cast.approver, award=award, approve=approve, reasons="It is good value for money."
    )
    award.refresh_from_db()
    return award


def planned(cast, *, rows=None, **facts) -> Award:
    award = decided(cast, **facts)
    today = clock.today()
    rows = rows or [
        {"amount": award.amount / 2, "due_on": today},
        {"amount": award.amount / 2, "due_on": today + timedelta(days=90), "other_condition": "a visit"},
    ]
    services.set_instalments(by=cast.officer, award=award, rows=rows)
    return award


def offered(cast, **facts) -> Award:
    award = planned(cast, **facts)
    services.offer(by=cast.officer, award=award, accept_by=clock.today() + timedelta(days=28))
    award.refresh_from_db()
    return award


def accepted(cast, **facts) -> Award:
    award = offered(cast, **facts)
    services.sign(by=cast.applicant, award=award, signed_name="The Chair", signed_role="Chair")
    award.refresh_from_db()
    return award


def active(cast, **facts) -> Award:
    award = accepted(cast, **facts)
    services.countersign(by=cast.officer, award=award)
    award.refresh_from_db()
    return award


def suspended(cast, **facts) -> Award:
    award = active(cast, **facts)
    return services.suspend_award(by=cast.officer, award=award, reason="The returns are late.")


def closed(cast, **facts) -> Award:
    award = active(cast, **facts)
    with clock.at(award.ends_on + timedelta(days=1)):
        return services.close_award(by=cast.officer, award=award, reason="The work is done.")


def ended_early(cast, **facts) -> Award:
    award = active(cast, **facts)
    return services.end_early(by=cast.officer, award=award, reason="The work stopped.")


def declined(cast, **facts) -> Award:
    award = offered(cast, **facts)
    return services.decline_offer(by=cast.applicant, award=award, reason="We found other money.")


MAKERS = {
    Status.PROPOSED: propose,
    Status.REFUSED: lambda cast, **facts: decided(cast, approve=False, **facts),
    Status.PREPARED: planned,
    Status.OFFERED: offered,
    Status.ACCEPTED: accepted,
    Status.ACTIVE: active,
    Status.SUSPENDED: suspended,
    Status.CLOSED: closed,
    Status.DECLINED: declined,
    Status.ENDED_EARLY: ended_early,
}


@pytest.fixture
def award_in(cast):
    """`award_in("offered")` is a direct grant of £10,000 in that state; facts change the proposal."""

    def make(status, **facts) -> Award:
        award = MAKERS[Status(status)](cast, **facts)
        award.refresh_from_db()
        assert award.status == status
        return award

    return make


@pytest.fixture
def released(award_in, officer):
    """The first instalment, £5,000, of an active award, released for payment."""
    instalment = award_in("active").instalments.get(number=1)
    return services.approve_instalment(by=officer, instalment=instalment)


def pay(by, instalment, **facts):
    """Record a payment of the planned amount today."""
    return services.record_payment(
        by=by,
        instalment=instalment,
        **{"paid_on": clock.today(), "amount": instalment.amount, "finance_reference": "BACS-1"} | facts,
    )
