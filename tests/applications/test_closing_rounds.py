"""Drafts of a round whose grace is over are marked and their members told once, however late the sweep."""

from datetime import timedelta

import pytest

from applications import services
from applications.models import Status
from applications.tasks import close_rounds
from audit.models import Event
from notifications.models import Message
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories


@pytest.mark.parametrize(
    ("after", "status"),
    [
        (timedelta(0), Status.DRAFT),
        (timedelta(minutes=15), Status.DRAFT),
        (timedelta(minutes=15, seconds=59), Status.DRAFT),
        (timedelta(minutes=16, seconds=1), Status.NOT_SUBMITTED),
        (timedelta(days=30), Status.NOT_SUBMITTED),
    ],
)
def test_a_draft_is_marked_once_the_grace_is_over(draft, after, status):
    with clock.at(draft.round.closes_at + after):
        assert close_rounds() == (status == Status.NOT_SUBMITTED)
        assert close_rounds() == 0
    draft.refresh_from_db()
    assert draft.status == status


def test_every_member_is_told_once_that_it_was_not_submitted(draft, applicant, colleague):
    with clock.at(draft.round.closes_at + timedelta(hours=1)):
        services.close_rounds()
        services.close_rounds()
    messages = Message.objects.filter(template="applications/not_submitted")
    assert {message.to for message in messages} == {applicant.email, colleague.email}
    assert "was not submitted" in messages[0].body
    assert Event.objects.filter(verb="application.not_submitted").get().actor_name == "The system"


def test_submitted_and_withdrawn_applications_are_left_alone(draft, applicant, organisation):
    other = factories.draft(applicant, draft.round, organisation)
    services.withdraw(by=applicant, application=other)
    factories.submitted(applicant, draft)
    with clock.at(draft.round.closes_at + timedelta(hours=1)):
        assert services.close_rounds() == 0


def test_a_request_that_arrived_in_time_is_not_overtaken_by_the_sweep(draft, applicant):
    last = draft.round.submissions_end_at
    with clock.at(last + timedelta(seconds=30)):
        services.close_rounds()
        services.submit(
            by=applicant, application=draft, signed_name="Chair", signed_role="Chair", received_at=last
        )
    draft.refresh_from_db()
    assert draft.status == Status.SUBMITTED


def test_what_was_marked_cannot_be_submitted_any_more(draft, applicant):
    with clock.at(draft.round.closes_at + timedelta(hours=1)):
        services.close_rounds()
        with pytest.raises(RuleBroken):
            services.submit(by=applicant, application=draft, signed_name="Chair", signed_role="Chair")
