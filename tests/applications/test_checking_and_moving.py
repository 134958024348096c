"""The office's first look: eligible or not, and to another fund where it belongs."""

from datetime import timedelta

import pytest

from applications import services
from applications.models import Application, Status, Transfer
from audit.models import Event
from notifications.models import Message
from pcc_grants.lib import clock
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


def test_a_move_gives_a_new_reference_and_keeps_the_history(
    submitted_application, other_round, officer, applicant, colleague
):
    old = submitted_application.reference
    submitted_at = submitted_application.submitted_at
    moved = services.transfer(by=officer, application=submitted_application, to_round=other_round, **WORDS)
    moved = Application.objects.get(pk=moved.pk)
    assert moved.pk == submitted_application.pk
    assert moved.reference.startswith("CTF-")
    assert (moved.status, moved.submitted_at, moved.fund) == ("submitted", submitted_at, other_round.fund)
    assert moved.theme.name == "prevention"
    transfer = Transfer.objects.get()
    assert (transfer.old_reference, transfer.from_round.fund.code, transfer.moved_by) == (old, "TST", officer)
    texts = {str(a.criterion): a.text for a in moved.answers.filter(criterion__fund=moved.fund)}
    assert texts == {"Need": "Our answer about Need."}
    assert moved.answers.filter(criterion__fund=transfer.from_round.fund).count() == 2
    messages = Message.objects.filter(template="applications/moved")
    assert {message.to for message in messages} == {applicant.email, colleague.email}
    assert WORDS["message"] in messages[0].body
    assert WORDS["reason"] not in messages[0].body
    assert old in messages[0].body


def test_moving_twice_by_one_person_is_moving_once(submitted_application, other_round, officer):
    for _ in range(2):
        services.transfer(by=officer, application=submitted_application, to_round=other_round, **WORDS)
    assert Transfer.objects.count() == 1
    assert Message.objects.filter(template="applications/moved").count() == 2


def test_a_theme_that_the_other_fund_does_not_have_is_dropped(submitted_application, other_round, officer):
    other_round.fund.themes.all().delete()
    moved = services.transfer(by=officer, application=submitted_application, to_round=other_round, **WORDS)
    assert moved.theme is None
    event = Event.objects.filter(verb="application.moved").get()
    assert event.changes["theme"] == ["Prevention", ""]


def test_it_moves_only_to_an_opened_round_of_another_fund(submitted_application, other_round, officer):
    same_fund = factories.open_round(officer, submitted_application.fund)
    hidden = factories.open_round(officer, other_round.fund, published=False)
    later = factories.open_round(officer, other_round.fund, opens_at=clock.now() + timedelta(days=1))
    for round, sentence in ((same_fund, "another fund"), (hidden, "has opened"), (later, "has opened")):
        with pytest.raises(RuleBroken, match=sentence):
            services.transfer(by=officer, application=submitted_application, to_round=round, **WORDS)


@pytest.mark.parametrize(("missing", "sentence"), [("reason", "Enter why"), ("message", "Enter the message")])
def test_a_move_says_why_and_tells_the_applicant(
    submitted_application, other_round, officer, missing, sentence
):
    with pytest.raises(RuleBroken, match=sentence):
        services.transfer(
            by=officer,
            application=submitted_application,
            to_round=other_round,
            **(WORDS | {missing: "\u202e \x00"}),
        )


def test_a_moved_application_can_move_back(submitted_application, other_round, officer):
    services.transfer(by=officer, application=submitted_application, to_round=other_round, **WORDS)
    first = Transfer.objects.get().from_round
    back = services.transfer(by=officer, application=submitted_application, to_round=first, **WORDS)
    assert back.reference.startswith("TST-")
    assert Transfer.objects.count() == 2
