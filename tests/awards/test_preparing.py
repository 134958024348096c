"""An award is prepared from an approved application, or proposed directly and decided by someone else."""

from datetime import timedelta
from decimal import Decimal

import pytest

from applications.models import Commitment
from applications.models import Status as ApplicationStatus
from audit.models import Event
from awards import services
from awards.models import Award, Status
from funds.models import LegalPower
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.racing import while_it_is_under_way

from .conftest import decided, proposal, propose


def test_an_award_takes_over_what_was_decided(approved_application, officer):
    award = services.prepare_award(by=officer, application=approved_application)
    decision = approved_application.decisions.get()
    assert award.reference == approved_application.reference
    assert (award.amount, award.purpose, award.reasons) == (
        decision.amount,
        decision.purpose,
        decision.reasons,
    )
    assert award.status == Status.PREPARED
    assert award.decision == decision
    assert (award.starts_on, award.ends_on) == (approved_application.starts_on, approved_application.ends_on)
    assert list(award.districts.all()) == list(approved_application.districts.all())
    assert award.is_cdr_grant
    assert Event.objects.about(award).get(verb="award.prepared").actor_id == officer.pk


def test_preparing_twice_gives_the_one_award(approved_application, officer, officer_2):
    first = services.prepare_award(by=officer, application=approved_application)
    second = services.prepare_award(by=officer_2, application=approved_application)
    assert first == second
    assert Award.objects.count() == 1


@pytest.mark.parametrize("status", [s for s in ApplicationStatus if s != ApplicationStatus.APPROVED])
def test_an_application_that_is_not_approved_gives_no_award(status, submitted_application, officer):
    type(submitted_application).objects.filter(pk=submitted_application.pk).update(status=status)
    with pytest.raises(RuleBroken, match="once the application has been approved"):
        services.prepare_award(by=officer, application=submitted_application)


def test_an_award_cannot_end_before_it_starts(approved_application, officer):
    with pytest.raises(RuleBroken, match="must end on or after"):
        services.prepare_award(
            by=officer,
            application=approved_application,
            ends_on=approved_application.starts_on - timedelta(days=1),
        )


@pytest.mark.parametrize(
    "role", ["administrator", "assessor", "approver", "finance", "panel", "auditor", "applicant"]
)
def test_only_an_officer_prepares_or_proposes(role, draft, cast):
    person = factories.person(role)
    with pytest.raises(RuleBroken, match="does not allow"):
        services.prepare_award(by=person, application=draft)
    with pytest.raises(RuleBroken, match="does not allow"):
        services.propose_direct_award(by=person, **proposal(cast))


def test_a_direct_award_waits_for_a_decision_and_commits_nothing(cast):
    award = propose(cast)
    assert award.status == Status.PROPOSED
    assert award.reference.startswith("TST-00")
    assert award in services.proposed_awards()
    assert not Commitment.objects.exists()


def test_approving_commits_the_money_and_the_decision_carries_the_words(cast):
    award = propose(cast)
    decision = services.decide_direct_award(
        by=cast.approver, award=award, approve=True, reasons="Good value."
    )
    award.refresh_from_db()
    assert award.status == Status.PREPARED
    assert award.reasons == decision.reasons == "Good value."
    assert sum(one.amount for one in decision.commitments.all()) == award.amount
    assert award not in services.proposed_awards()


def test_money_over_several_years_is_committed_to_the_penny(cast):
    award = decided(cast, amount=Decimal("10000.01"), years=3)
    parts = [one.amount for one in award.decision.commitments.order_by("budget__start_year")]
    assert parts == [Decimal("3333.34"), Decimal("3333.34"), Decimal("3333.33")]


def test_refusing_ends_it_and_commits_nothing(cast):
    award = decided(cast, approve=False)
    assert award.status == Status.REFUSED
    assert award.decision.outcome == "declined"
    assert not award.decision.commitments.exists()


def test_nobody_decides_what_they_proposed(cast):
    cast.officer.roles = ["officer", "approver"]
    cast.officer.save()
    cast.officer.__dict__.pop("permissions", None)
    award = propose(cast)
    with pytest.raises(RuleBroken, match="Someone else must decide"):
        services.decide_direct_award(by=cast.officer, award=award, approve=True, reasons="Good value.")


def test_the_same_decision_twice_is_one_decision(cast):
    award = propose(cast)
    args = {"by": cast.approver, "award": award, "approve": True, "reasons": "Good value."}
    assert services.decide_direct_award(**args) == services.decide_direct_award(**args)


@pytest.mark.django_db(transaction=True)
def test_a_decision_by_a_double_click_is_one_decision(cast):
    args = {"by": cast.approver, "award": propose(cast), "approve": True, "reasons": "Good value."}

    def decide():
        return services.decide_direct_award(**args)

    assert while_it_is_under_way(decide, decide) == Award.objects.get().decision


def test_a_decision_that_was_made_is_not_turned_round(cast, approver_2):
    award = decided(cast)
    with pytest.raises(RuleBroken, match="This award has been decided. It is: offer being prepared."):
        services.decide_direct_award(by=cast.approver, award=award, approve=False, reasons="No.")
    with pytest.raises(RuleBroken, match="has been decided"):
        services.decide_direct_award(by=approver_2, award=award, approve=True, reasons="Yes.")


@pytest.mark.parametrize("role", ["officer", "finance", "auditor", "applicant", "administrator"])
def test_only_an_approver_decides(role, cast):
    award = propose(cast)
    with pytest.raises(RuleBroken, match="does not allow"):
        services.decide_direct_award(by=factories.person(role), award=award, approve=True, reasons="Yes.")


def test_a_decision_needs_money_in_the_budget(cast):
    award = propose(cast, amount=Decimal("50000.01"))
    with pytest.raises(RuleBroken, match="There is £50,000 left"):
        services.decide_direct_award(by=cast.approver, award=award, approve=True, reasons="Yes.")
    award.refresh_from_db()
    assert award.status == Status.PROPOSED


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"amount": Decimal("0")}, "must be more than £0"),
        ({"amount": Decimal("-1")}, "must be more than £0"),
        ({"amount": Decimal("1.001")}, "pounds and pence"),
        ({"amount": 100.0}, "pounds and pence"),
        ({"amount": Decimal("NaN")}, "pounds and pence"),
        ({"title": "  "}, "Enter a title"),
        ({"reasons": "\x00"}, "the reasons for the award"),
        ({"direct_reason": ""}, "why it was not competed for"),
        ({"kind": "gift"}, "what kind of award"),
        ({"legal_power": "none"}, "legal power"),
        ({"kind": Award.Kind.CONTRACT}, "contract's legal power"),
        ({"legal_power": LegalPower.CONTRACT}, "not given under a contract"),
        ({"years": 0}, "one financial year or more"),
        ({"purpose": "To tour schools"}, "leave out “to”"),
    ],
)
def test_a_proposal_is_whole(facts, sentence, cast):
    with pytest.raises(RuleBroken, match=sentence):
        propose(cast, **facts)
    assert not Award.objects.exists()


def test_a_fund_that_ended_gives_nothing_more(cast):
    from funds import services as funds
    from pcc_grants.lib import clock

    funds.end_fund(
        by=cast.officer,
        fund=cast.fund,
        ended_on=clock.today() - timedelta(days=1),
        ending_notice="The fund has ended.",
    )
    cast.fund.refresh_from_db()
    with pytest.raises(RuleBroken, match="ended on"):
        propose(cast)


def test_an_organisation_whose_location_is_secret_keeps_it_so(cast):
    cast.organisation.publish_location = False
    cast.organisation.save()
    assert not propose(cast).publish_location
