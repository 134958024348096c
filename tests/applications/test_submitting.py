"""Submitting: complete, signed, in time to the second, once, with a receipt to every member."""

from datetime import UTC, date, datetime, time, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection

from applications import services
from applications.models import Status
from audit.models import Event
from funds.models import Round
from notifications.models import Message
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.applications.test_starting_and_saving import STAFF, set_status

SIGNED = {"signed_name": "The Chair", "signed_role": "Chair"}
NOT_SUBMITTABLE = [status for status in Status.values if status not in (Status.DRAFT, Status.SUBMITTED)]


def submit(application, by, **facts):
    return services.submit(by=by, application=application, **(SIGNED | facts))


def test_a_complete_draft_is_submitted_and_every_member_gets_a_receipt(draft, colleague, applicant):
    submit(draft, applicant)
    draft.refresh_from_db()
    assert (draft.status, draft.submitted_by, draft.received_in_grace) == ("submitted", applicant, False)
    assert (draft.signed_name, draft.signed_role) == ("The Chair", "Chair")
    assert Event.objects.about(draft).first().verb == "application.submitted"
    messages = Message.objects.filter(template="applications/submitted")
    assert {message.to for message in messages} == {applicant.email, colleague.email}
    assert draft.reference in messages[0].subject
    assert f"/applications/{draft.reference}/submitted/" in messages[0].body


@pytest.mark.parametrize("role", [*STAFF, "stranger"])
def test_nobody_else_submits(draft, other_organisation, role, request):
    with pytest.raises(RuleBroken):
        submit(draft, request.getfixturevalue(role))
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT


@pytest.mark.parametrize("status", NOT_SUBMITTABLE)
def test_only_a_draft_is_submitted(draft, applicant, status):
    set_status(draft, status)
    with pytest.raises(RuleBroken, match="Only a draft"):
        submit(draft, applicant)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"signed_name": " "}, "Enter your full name as your signature"),
        ({"signed_role": ""}, "Enter your role in the organisation"),
    ],
)
def test_a_signature_is_needed(draft, applicant, facts, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        submit(draft, applicant, **facts)


def test_an_incomplete_draft_is_not_submitted(draft, applicant):
    services.save_answers(by=applicant, application=draft, values={"title": ""})
    with pytest.raises(RuleBroken, match="missing"):
        submit(draft, applicant)


def test_the_same_person_twice_is_once_and_a_colleague_is_told_who_did(draft, applicant, colleague):
    submit(draft, applicant)
    submit(draft, applicant)
    with pytest.raises(RuleBroken, match="Sample applicant has already submitted"):
        submit(draft, colleague)
    assert Event.objects.filter(verb="application.submitted").count() == 1
    assert Message.objects.filter(template="applications/submitted").count() == 2


# Closing at 5pm in British Summer Time, in Greenwich Mean Time, and on the two days the clocks change.
CLOSINGS = {
    "summer": (date(2019, 5, 17), datetime(2019, 5, 17, 16, 0, tzinfo=UTC)),
    "winter": (date(2019, 1, 18), datetime(2019, 1, 18, 17, 0, tzinfo=UTC)),
    "forward": (date(2019, 3, 31), datetime(2019, 3, 31, 16, 0, tzinfo=UTC)),
    "back": (date(2019, 10, 27), datetime(2019, 10, 27, 17, 0, tzinfo=UTC)),
}


@pytest.fixture(params=CLOSINGS)
def closing(request, officer, applicant, organisation):
    """A complete draft of a round that closes at 5pm, and that moment in UTC."""
    day, moment = CLOSINGS[request.param]
    with clock.at(day - timedelta(days=5)):
        round = factories.open_round(
            officer, factories.fund(officer), closes_at=clock.london(day, time(17, 0))
        )
        draft = factories.draft(applicant, round, organisation)
    assert round.closes_at == moment
    return draft, moment


@pytest.mark.parametrize(
    ("after", "flagged"),
    [
        (timedelta(seconds=-1), False),
        (timedelta(0), False),
        (timedelta(milliseconds=999), False),
        (timedelta(seconds=1), True),
        (timedelta(minutes=15), True),
        (timedelta(minutes=15, milliseconds=999), True),
    ],
)
def test_it_counts_to_the_last_second_of_the_grace(closing, applicant, after, flagged):
    draft, moment = closing
    with clock.at(moment + after):
        submit(draft, applicant)
    draft.refresh_from_db()
    assert (draft.status, draft.received_in_grace) == (Status.SUBMITTED, flagged)
    sentence = Event.objects.filter(verb="application.submitted").get().sentence
    assert ("in the 15 minutes after closing" in sentence) == flagged


def test_a_second_later_it_is_refused(closing, applicant):
    draft, moment = closing
    with (
        clock.at(moment + timedelta(minutes=15, seconds=1)),
        pytest.raises(RuleBroken, match="This fund closed at 5pm on .* Your application was not submitted"),
    ):
        submit(draft, applicant)
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT


def test_what_counts_is_when_the_request_arrived(closing, applicant):
    draft, moment = closing
    with clock.at(moment + timedelta(minutes=16)):
        submit(draft, applicant, received_at=moment + timedelta(minutes=15))
    draft.refresh_from_db()
    assert (draft.submitted_at, draft.received_in_grace) == (moment + timedelta(minutes=15), True)


def test_without_grace_the_closing_second_is_the_last(closing, applicant):
    draft, moment = closing
    Round.objects.filter(pk=draft.round_id).update(grace_minutes=0)
    with clock.at(moment + timedelta(seconds=1)), pytest.raises(RuleBroken, match="closed"):
        submit(draft, applicant)
    with clock.at(moment):
        submit(draft, applicant)


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_the_same_moment_make_one_submission_and_one_receipt_each(
    draft, applicant, organisation
):
    barrier, refused = Barrier(2), []

    def press():
        barrier.wait()
        try:
            submit(draft, applicant)
        except RuleBroken as broken:
            refused.append(broken)
        finally:
            connection.close()

    threads = [Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == []
    assert Event.objects.filter(verb="application.submitted").count() == 1
    assert Message.objects.filter(template="applications/submitted").count() == 2
