"""A partnership that withdrew by mistake writes another business case, from the same allocation."""

from datetime import timedelta

import pytest
from django.urls import reverse

from applications import services
from applications.models import Commitment, Status
from applications.verify import violations
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.page_text import text_of


def test_what_was_withdrawn_makes_room_for_another(case_draft, applicant, officer, login):
    first = factories.submitted(applicant, case_draft)
    case = first.business_case
    services.withdraw(by=applicant, application=first)
    assert "Write your business case" in text_of(login(applicant).get(reverse("home")))
    second = services.start(by=applicant, round=case.round, organisation=case.organisation)
    assert services.start(by=applicant, round=case.round, organisation=case.organisation) == second != first
    first.refresh_from_db()
    case.refresh_from_db()
    assert (first.status, case.application) == (Status.WITHDRAWN, second)
    assert [one.status for one in case.projects.all()] == ["draft", "draft"]
    assert Commitment.objects.get().released == 0
    factories.fill_in(by=applicant, application=second, asked=[])
    factories.submitted(applicant, second)
    assert list(violations()) == []


def test_a_deleted_draft_is_restored_instead(case_draft, applicant):
    services.withdraw(by=applicant, application=case_draft)
    same = services.start(by=applicant, round=case_draft.round, organisation=case_draft.organisation)
    assert same == case_draft
    services.restore_draft(by=applicant, application=case_draft)


def test_nothing_begins_again_after_closing(case_draft, applicant):
    first = factories.submitted(applicant, case_draft)
    services.withdraw(by=applicant, application=first)
    type(first.round).objects.filter(pk=first.round_id).update(closes_at=clock.now() - timedelta(days=1))
    with pytest.raises(RuleBroken, match="closed"):
        services.start(by=applicant, round=first.round, organisation=first.organisation)
