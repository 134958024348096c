"""The office's first look: eligible or not, and to another fund where it belongs."""

import pytest

from applications import services
from applications.models import Status
from audit.models import Event
from notifications.models import Message
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.applications.test_starting_and_saving import set_status

OTHERS = [
    "applicant", "stranger", "assessor", "approver", "finance", "panel_officer", "auditor", "administrator",
]  # fmt: skip
NOT_WAITING = [status for status in Status.values if status != Status.SUBMITTED]
WORDS = {"reason": "It fits the other fund.", "message": "We think that the other fund suits you better."}


@pytest.fixture
def other_round(officer):
    """A round of another fund, which asks about Need and about something of its own."""
    fund = factories.fund(
        officer,
        code="CTF",
        name="Communities Together Fund",
        themes=["prevention"],
        criteria=[
            {"name": "Need", "question": "Why is it needed here?"},
            {"name": "Community", "question": "How is the community involved?"},
        ],
    )
    return factories.open_round(officer, fund)


@pytest.mark.parametrize(("eligible", "status"), [(True, Status.ELIGIBLE), (False, Status.INELIGIBLE)])
def test_an_officer_checks_once(submitted_application, officer, eligible, status):
    for _ in range(2):
        services.check(
            by=officer, application=submitted_application, eligible=eligible, notes="Seen the accounts."
        )
    submitted_application.refresh_from_db()
    assert (submitted_application.status, submitted_application.checked_by) == (status, officer)
    assert submitted_application.check_notes == "Seen the accounts."
    assert Event.objects.filter(verb="application.checked").count() == 1


@pytest.mark.parametrize("eligible", [True, False])
def test_members_are_told_once_of_what_is_not_eligible(
    submitted_application, officer, applicant, colleague, eligible
):
    for _ in range(2):
        services.check(
            by=officer, application=submitted_application, eligible=eligible, notes="Not a charity."
        )
    messages = Message.objects.filter(template="applications/decision_ready")
    told = [] if eligible else [applicant.email, colleague.email]
    assert sorted(messages.values_list("to", flat=True)) == sorted(told)
    assert all("Not a charity" not in message.subject + message.body for message in messages)


def test_not_eligible_needs_a_reason(submitted_application, officer):
    with pytest.raises(RuleBroken, match="Enter why the application is not eligible"):
        services.check(by=officer, application=submitted_application, eligible=False, notes=" ")


def test_a_second_opinion_is_refused(submitted_application, officer, officer_2):
    services.check(by=officer, application=submitted_application, eligible=True, notes="")
    for by, eligible in ((officer_2, True), (officer, False)):
        with pytest.raises(RuleBroken, match="waits for its check"):
            services.check(by=by, application=submitted_application, eligible=eligible, notes="No.")


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_checks_or_moves(submitted_application, other_round, role, request):
    by = request.getfixturevalue(role)
    with pytest.raises(RuleBroken):
        services.check(by=by, application=submitted_application, eligible=True, notes="")
    with pytest.raises(RuleBroken):
        services.transfer(by=by, application=submitted_application, to_round=other_round, **WORDS)
    submitted_application.refresh_from_db()
    assert submitted_application.status == Status.SUBMITTED


@pytest.mark.parametrize("status", NOT_WAITING)
def test_only_what_waits_is_checked_or_moved(submitted_application, other_round, officer, status):
    set_status(submitted_application, status)
    with pytest.raises(RuleBroken, match="waits for its check"):
        services.check(by=officer, application=submitted_application, eligible=True, notes="")
    with pytest.raises(RuleBroken, match="waits for its check"):
        services.transfer(by=officer, application=submitted_application, to_round=other_round, **WORDS)
