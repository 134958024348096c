"""A direct award says on what ground it is not competed for, is checked first, and can be deferred."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from audit.models import Event
from awards import services, verify
from awards.models import Award, DirectGround, Status
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories

from .conftest import proposal, propose


def test_the_ground_is_kept_and_an_unknown_one_refused(cast):
    assert propose(cast).direct_ground == DirectGround.OTHER
    assert propose(cast, title="Urgent tours", direct_ground="urgent").direct_ground == "urgent"
    with pytest.raises(RuleBroken, match="Select why"):
        propose(cast, direct_ground="luck")


def test_the_same_proposal_twice_waits_once(cast, officer_2):
    award = propose(cast)
    assert propose(cast) == award
    assert services.propose_direct_award(by=officer_2, **proposal(cast)) != award


@pytest.mark.parametrize(
    "other",
    [
        {"years": 2},
        {"special_conditions": "Agree a policy"},
        {"direct_ground": "urgent"},
        {"partners": True},
        {"purpose": "tour other schools"},
    ],
)
def test_nearly_the_same_proposal_is_refused_and_names_the_one_that_waits(other, cast):
    award = propose(cast)
    if "partners" in other:
        other = {"partners": [cast.other_organisation]}
    with pytest.raises(RuleBroken, match=f"already: {award.reference}. It waits for a decision"):
        propose(cast, **other)
    assert propose(cast, title="Example tours of colleges", **other) != award


def test_the_approver_withholds_a_recipient_from_the_register(cast, login):
    award = propose(cast)
    login(cast.approver).post(
        reverse("decide_award", args=[award.reference]),
        {"approve": "yes", "reasons": "It is needed.", "withheld": "It is a refuge."},
    )
    award.refresh_from_db()
    assert award.decision.withheld == "It is a refuge."


def test_deferred_it_waits_on_and_is_decided_later(cast, login):
    award = propose(cast)
    given = {"by": cast.approver, "award": award, "reasons": "Wait for the accounts."}
    first = services.defer_direct_award(**given)
    assert services.defer_direct_award(**given) == first
    assert (first.outcome, first.amount, first.commitments.count()) == ("deferred", None, 0)
    award.refresh_from_db()
    assert (award.status, award.decision) == (Status.PROPOSED, first)
    page = login(cast.approver).get(reverse("decide_award", args=[award.reference])).content.decode()
    assert "Last decision" in page
    assert "Wait for the accounts." in page
    assert "Record the decision" in page
    services.decide_direct_award(by=cast.approver, award=award, approve=True, reasons="They are in order.")
    award.refresh_from_db()
    assert award.status == Status.PREPARED
    assert first.number in Event.objects.about(award).get(verb="award.deferred").sentence
    assert list(verify.violations()) == []
    with pytest.raises(RuleBroken, match="has been decided"):
        services.defer_direct_award(**given)


@pytest.mark.parametrize("role", ["officer", "finance", "auditor"])
def test_only_an_approver_defers(role, cast):
    with pytest.raises(RuleBroken, match="does not allow"):
        services.defer_direct_award(by=factories.person(role), award=propose(cast), reasons="Later.")


def test_a_deferral_says_why(cast):
    with pytest.raises(RuleBroken, match="Enter the reasons"):
        services.defer_direct_award(by=cast.approver, award=propose(cast), reasons=" ")


def test_what_to_know_before_proposing(cast):
    today = clock.today()
    year = cast.fund.budgets.first().start_year
    shares = services.shares(cast.fund, Decimal("100000.01"), year, 2)
    assert [one.amount for one in shares] == [Decimal("50000.00"), Decimal("50000.01")]
    assert [one.left_after for one in shares] == [Decimal(0), Decimal("-0.01")]
    said = services.warnings(cast.fund, shares, today - timedelta(days=1), today + timedelta(days=1200))
    assert len(said) == 3
    assert "This award needs £50,000.01" in said[0]
    assert "back-dated" in said[1]
    assert "is paid from the budget of" in said[2]
    publication = services.publication
    assert "whatever its amount" in publication("grant", "prsra_s9", Decimal(1))
    assert publication("subscription", "other", Decimal("500.01")) == (
        "Each payment of more than £500 is published."
    )
    assert "not published" in publication("subscription", "other", Decimal(500))


def test_deferring_through_the_page(cast, login):
    award = propose(cast)
    url = reverse("decide_award", args=[award.reference])
    sent = login(cast.approver).post(url, {"approve": "later", "reasons": "Wait."})
    assert sent.status_code == 302
    assert Award.objects.get().decision.outcome == "deferred"
