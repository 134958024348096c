"""A business case that ended gave its money back: nothing that was written for it lives on."""

from datetime import timedelta
from decimal import Decimal

import pytest

from applications import services
from applications.models import Status
from applications.services.deciding import release_commitments
from applications.services.extending import come_back
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken


@pytest.fixture
def ended(case_draft, applicant, officer):
    services.withdraw(by=applicant, application=case_draft)
    services.end_case(by=officer, case=case_draft.business_case, reason="It was closed.")
    case_draft.refresh_from_db()
    return case_draft


def test_a_draft_is_not_restored_and_gets_no_time_after_its_case_ended(ended, applicant, officer):
    assert not services.is_restorable(ended) and services.restorable_by(applicant, [ended]) == set()
    with pytest.raises(RuleBroken, match="is no longer in this round"):
        services.restore_draft(by=applicant, application=ended)
    type(ended).objects.filter(pk=ended.pk).update(
        status=Status.NOT_SUBMITTED, withdrawn_at=None, withdrawn_by=None
    )
    ended.refresh_from_db()
    with pytest.raises(RuleBroken, match="is no longer in this round"):
        services.propose_extension(
            by=officer,
            application=ended,
            until=clock.now() + timedelta(days=20),
            reason="other",
            explanation="They asked.",
        )
    with pytest.raises(RuleBroken, match="is no longer in this round"):
        come_back(ended)
    closes_at = ended.round.closes_at + timedelta(days=1)
    services.extend_for_everyone(by=officer, round=ended.round, closes_at=closes_at, reason="More time.")
    services.tell_of_new_closing_time()
    ended.refresh_from_db()
    assert ended.status == Status.NOT_SUBMITTED


def test_a_draft_of_an_ended_case_is_not_submitted(ended, applicant):
    type(ended).objects.filter(pk=ended.pk).update(status=Status.DRAFT, withdrawn_at=None, withdrawn_by=None)
    with pytest.raises(RuleBroken, match="is no longer in this round"):
        services.submit(by=applicant, application=ended, signed_name="A", signed_role="Chair")


def test_projects_of_an_ended_case_are_not_decided(case_recommended, officer, approver):
    case = case_recommended.business_case
    type(case).objects.filter(pk=case.pk).update(
        ended_by=officer, ended_at=clock.now(), ended_reason="It was closed."
    )
    with pytest.raises(RuleBroken, match="is no longer in this round"):
        services.decide_projects(by=approver, application=case_recommended, decisions={})
    with pytest.raises(RuleBroken, match="is no longer in this round"):
        services.recommend_projects(by=officer, application=case_recommended, recommendations={})


def test_an_award_needs_the_money_of_its_allocation(approved_case):
    decision = approved_case.business_case.decision
    release_commitments(decision, amount=Decimal("0.01"))
    with pytest.raises(RuleBroken, match=r"holds £9,999.99 of the budget, and the award would be £10,000"):
        services.allocation_to_award(approved_case)
