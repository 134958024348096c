"""The recipient's side: anything storable is kept, what is missing is said, and sending happens once."""

from datetime import timedelta
from decimal import Decimal

import pytest

from audit.models import Event
from awards import services as awards
from monitoring import services
from monitoring.models import Return
from notifications.models import Message
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories

from .conftest import send, write

NOT_WRITERS = ["stranger", "officer", "approver", "finance", "panel_officer", "auditor", "assessor"]


def submit(award_return, by, name="The Chair", role="Chair"):
    return services.submit(by=by, award_return=award_return, signed_name=name, signed_role=role)


def messages_of(award_return):
    return {gap.field: gap.message for gap in services.gaps(award_return)}


def test_whatever_was_written_is_kept(open_return, applicant):
    services.save(by=applicant, award_return=open_return, narrative="  Half a \x00sentence\r\n")
    services.save(by=applicant, award_return=open_return, sessions=0)
    open_return.refresh_from_db()
    assert (open_return.narrative, open_return.sessions, open_return.people) == ("Half a sentence", 0, None)


def test_an_over_long_answer_is_kept_and_only_stops_sending(open_return, applicant):
    saved = write(open_return, applicant, narrative="word " * 501)
    assert len(saved.narrative.split()) == 501
    assert messages_of(saved) == {
        "narrative": "What has happened must be 500 words or fewer. You have used 501"
    }


def test_districts_are_kept(open_return, applicant):
    districts = [factories.district("Example east"), factories.district("Example west")]
    write(open_return, applicant, districts=districts)
    assert set(open_return.districts.all()) == set(districts)
    write(open_return, applicant, districts=[])
    assert not open_return.districts.exists()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"sessions": -1}, "whole number"),
        ({"people": 2_147_483_648}, "whole number"),
        ({"spent": Decimal("-1")}, "£0 or more"),
        ({"progress": "splendid"}, "on track"),
    ],
)
def test_what_cannot_be_stored_is_refused(open_return, applicant, fields, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        services.save(by=applicant, award_return=open_return, **fields)


def test_every_gap_is_named_in_the_order_of_the_form(open_return):
    assert list(messages_of(open_return)) == ["progress", "narrative", "sessions", "people", "spent"]


def test_no_more_is_spent_than_was_paid_unless_it_says_why(open_return, applicant):
    saved = write(open_return, applicant, spent=Decimal("5000.01"))
    assert messages_of(saved) == {
        "spent": "Total spent must not be more than the £5,000 we have paid you. If it is, tell us why"
    }
    assert not messages_of(write(open_return, applicant, spent=Decimal("5000")))
    told = write(open_return, applicant, spent=Decimal("5000.01"), difficulties="We paid rent in advance.")
    assert not messages_of(told)


def test_what_looks_like_personal_data_stops_sending_until_it_is_checked(open_return, applicant):
    saved = write(open_return, applicant, narrative="Write to someone@example.org about it.")
    assert "an email address" in messages_of(saved)["narrative"]
    with pytest.raises(RuleBroken, match="an email address"):
        submit(saved, applicant)
    assert not messages_of(services.save(by=applicant, award_return=saved, personal_data_checked=True))


def test_sending_stamps_tells_and_records(open_return, applicant, colleague):
    sent = send(open_return, colleague)
    assert (sent.status, sent.submitted_by, sent.signed_name) == ("submitted", colleague, "The Chair")
    receipts = Message.objects.filter(template="monitoring/submitted")
    assert {message.to for message in receipts} == {applicant.email, colleague.email}
    event = Event.objects.about(open_return).first()
    assert event.verb == "return.submitted"
    assert event.changes["people"] == 240


def test_sending_twice_sends_once(open_return, applicant):
    send(open_return, applicant)
    submit(open_return, applicant)
    assert Event.objects.about(open_return).filter(verb="return.submitted").count() == 1
    assert Message.objects.filter(template="monitoring/submitted").count() == 2


def test_a_colleague_who_sends_it_again_is_told(open_return, applicant, colleague):
    send(open_return, applicant)
    with pytest.raises(RuleBroken, match="cannot be changed"):
        submit(open_return, colleague)


def test_nothing_is_sent_while_something_is_missing(open_return, applicant):
    with pytest.raises(RuleBroken, match="Select whether the project is on track"):
        submit(open_return, applicant)


@pytest.mark.parametrize(
    ("name", "role", "sentence"),
    [
        ("", "Chair", "full name as your signature"),
        ("\x00 ", "Chair", "full name"),
        ("The Chair", "", "role"),
    ],
)
def test_sending_needs_a_signature(open_return, applicant, name, role, sentence):
    write(open_return, applicant)
    with pytest.raises(RuleBroken, match=sentence):
        submit(open_return, applicant, name, role)


@pytest.mark.parametrize("role", NOT_WRITERS)
@pytest.mark.parametrize("move", [write, send])
def test_only_people_of_the_organisation_write_it(open_return, request, role, move):
    with pytest.raises(RuleBroken):
        move(open_return, request.getfixturevalue(role))


def test_a_person_who_left_the_organisation_writes_no_more(open_return, applicant, colleague):
    colleague.memberships.update(ended_at=clock.now())
    with pytest.raises(RuleBroken, match="Only people who act for the organisation"):
        write(open_return, colleague)


@pytest.mark.parametrize(
    "status",
    [s for s in Return._meta.get_field("status").choices if s[0] not in ("open", "changes_requested")],
)
@pytest.mark.parametrize("move", [write, send])
def test_nothing_is_written_unless_it_is_with_the_recipient(open_return, applicant, officer, status, move):
    now = clock.now()
    Return.objects.filter(pk=open_return.pk).update(
        status=status[0],
        submitted_by=officer,
        submitted_at=now,
        reviewed_by=officer,
        reviewed_at=now,
        feedback="Good.",
    )
    with pytest.raises(RuleBroken):
        move(open_return, applicant)


def test_a_return_says_when_it_opens(active_award, officer, applicant):
    later = services.schedule(
        by=officer,
        award=active_award,
        kind="end_of_award",
        period_start=clock.today(),
        period_end=clock.today() + timedelta(days=100),
        due_on=clock.today() + timedelta(days=130),
    )
    with pytest.raises(RuleBroken, match="opens on"):
        write(later, applicant)


def test_an_ended_grant_takes_no_return(open_return, active_award, officer, applicant):
    awards.end_early(by=officer, award=active_award, reason="The project stopped.")
    with pytest.raises(RuleBroken, match="over"):
        write(open_return, applicant)
    open_return = Return.objects.get(pk=open_return.pk)
    assert open_return.shown_status == "No longer needed"


def test_a_grant_whose_payments_are_on_hold_can_still_send_its_return(
    open_return, active_award, officer, applicant
):
    awards.suspend_award(by=officer, award=active_award, reason="We wait for the return.")
    assert send(open_return, applicant).status == "submitted"
