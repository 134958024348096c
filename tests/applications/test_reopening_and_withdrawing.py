"""Before closing a submission can be reopened; until there is a decision it can be withdrawn."""

from datetime import timedelta

import pytest

from applications import services
from applications.models import MOVES, Application, Status
from audit.models import Event
from notifications.models import Message
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.applications.test_starting_and_saving import STAFF, set_status

WITHDRAWABLE = [status for status, targets in MOVES.items() if Status.WITHDRAWN in targets]
DECIDED = [s for s in Status.values if s not in (*WITHDRAWABLE, Status.WITHDRAWN, Status.NOT_SUBMITTED)]
NOT_REOPENABLE = [s for s in Status.values if s not in (Status.DRAFT, Status.SUBMITTED)]
LEADS_ONLY = "Only a lead of this application can do this"


def test_its_lead_reopens_and_the_office_no_longer_sees_it(submitted_application, applicant, officer):
    services.reopen(by=applicant, application=submitted_application)
    services.reopen(by=applicant, application=submitted_application)
    submitted_application.refresh_from_db()
    assert (submitted_application.status, submitted_application.submitted_at) == (Status.DRAFT, None)
    assert (submitted_application.signed_name, submitted_application.submitted_by) == ("", None)
    assert not Application.objects.visible_to(officer).exists()
    assert Event.objects.filter(verb="application.reopened").count() == 1


def test_submitting_again_sends_a_second_receipt(submitted_application, applicant):
    services.reopen(by=applicant, application=submitted_application)
    factories.submitted(applicant, submitted_application)
    assert Message.objects.filter(template="applications/submitted", to=applicant.email).count() == 2


def test_it_can_be_reopened_until_the_closing_second(submitted_application, applicant):
    closes_at = submitted_application.round.closes_at
    with (
        clock.at(closes_at + timedelta(seconds=1)),
        pytest.raises(RuleBroken, match="can no longer be changed"),
    ):
        services.reopen(by=applicant, application=submitted_application)
    with clock.at(closes_at):
        services.reopen(by=applicant, application=submitted_application)


@pytest.mark.parametrize("status", NOT_REOPENABLE)
def test_nothing_else_is_reopened(submitted_application, applicant, status):
    set_status(submitted_application, status)
    with pytest.raises(RuleBroken, match="begun to look|Only a submitted application"):
        services.reopen(by=applicant, application=submitted_application)


@pytest.mark.parametrize("role", [*STAFF, "stranger"])
def test_nobody_else_reopens_or_withdraws(submitted_application, other_organisation, role, request):
    by = request.getfixturevalue(role)
    for service in (services.reopen, services.withdraw):
        with pytest.raises(RuleBroken):
            service(by=by, application=submitted_application)
    submitted_application.refresh_from_db()
    assert submitted_application.status == Status.SUBMITTED


def test_a_colleague_who_does_not_lead_it_neither_reopens_nor_withdraws(submitted_application, colleague):
    for service in (services.reopen, services.withdraw):
        with pytest.raises(RuleBroken, match=LEADS_ONLY):
            service(by=colleague, application=submitted_application)


@pytest.mark.parametrize("status", [s for s in WITHDRAWABLE if s != Status.DRAFT])
def test_it_is_withdrawn_with_a_receipt_to_every_member(submitted_application, applicant, colleague, status):
    set_status(submitted_application, status)
    for _ in range(2):
        services.withdraw(by=applicant, application=submitted_application, reason="We found other money.")
    submitted_application.refresh_from_db()
    assert submitted_application.status == Status.WITHDRAWN
    assert submitted_application.withdrawn_reason == "We found other money."
    assert submitted_application.withdrawn_by == applicant
    messages = Message.objects.filter(template="applications/withdrawn")
    assert {message.to for message in messages} == {applicant.email, colleague.email}
    assert Event.objects.filter(verb="application.withdrawn").count() == 1


def test_a_deleted_draft_sends_nothing(draft, applicant):
    services.withdraw(by=applicant, application=draft)
    draft.refresh_from_db()
    assert draft.status == Status.WITHDRAWN
    assert not Message.objects.exists()


@pytest.mark.parametrize("status", DECIDED)
def test_after_a_decision_it_is_not_withdrawn(submitted_application, applicant, status):
    set_status(submitted_application, status)
    with pytest.raises(RuleBroken, match="no longer be withdrawn"):
        services.withdraw(by=applicant, application=submitted_application)


# -- Deleted drafts ----------------------------------------------------------------------------------------


def test_a_draft_that_was_not_submitted_in_time_is_not_deleted_and_is_told_why(draft, applicant):
    draft.status = Status.NOT_SUBMITTED
    draft.save(update_fields=["status"])
    with pytest.raises(RuleBroken, match="This fund closed at .* was not submitted and cannot be changed"):
        services.withdraw(by=applicant, application=draft)


def test_a_deleted_draft_comes_back_as_it_was(draft, applicant):
    services.withdraw(by=applicant, application=draft)
    for _ in range(2):
        services.restore_draft(by=applicant, application=draft)
    draft.refresh_from_db()
    assert (draft.status, draft.withdrawn_at, draft.withdrawn_by) == (Status.DRAFT, None, None)
    assert draft.title == "Example workshops"
    assert Event.objects.filter(verb="application.restored").count() == 1
    factories.submitted(applicant, draft)


@pytest.mark.parametrize(
    ("days", "hours", "sentence"),
    [(31, 0, "more than 30 days ago"), (0, 24 * 10 + 24, "The draft cannot be restored")],
)
def test_it_is_restored_for_thirty_days_and_while_the_round_is_open(
    draft, officer, applicant, days, hours, sentence
):
    if days:
        draft.round.closes_at = clock.now() + timedelta(days=60)
        draft.round.save()
    services.withdraw(by=applicant, application=draft)
    with clock.at(clock.now() + timedelta(days=days, hours=hours)), pytest.raises(RuleBroken, match=sentence):
        services.restore_draft(by=applicant, application=draft)


def test_what_had_been_submitted_is_not_restored(submitted_application, applicant):
    services.withdraw(by=applicant, application=submitted_application)
    with pytest.raises(RuleBroken, match="Only a draft that was deleted"):
        services.restore_draft(by=applicant, application=submitted_application)


@pytest.mark.parametrize("role", [*STAFF, "stranger", "colleague"])
def test_only_its_lead_restores_it(draft, applicant, other_organisation, role, request):
    services.withdraw(by=applicant, application=draft)
    with pytest.raises(RuleBroken):
        services.restore_draft(by=request.getfixturevalue(role), application=draft)
