"""Messages are rows first: one per obligation, made with what they tell, sent and recorded once."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, transaction
from django.test import override_settings

from notifications import delivery
from notifications.models import Message
from notifications.services import deliver_due, history, queue, send_again
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories

State = Message.State


def make(key="test:1", to="person@example.org", **extra) -> Message:
    facts = {"template": "accounts/use_code", "context": {}} | extra
    return queue(key=key, to=to, **facts)


class BrokenServer(EmailBackend):
    """A mail server that takes the connection and refuses every message."""

    def send_messages(self, messages):
        raise smtplib.SMTPDataError(451, "try again later")


class UnreachableServer(EmailBackend):
    def open(self):
        raise ConnectionRefusedError("no answer")


class CutOff(EmailBackend):
    """Takes the message, and then the process dies."""

    def send_messages(self, messages):
        super().send_messages(messages)
        raise SystemExit


def served_by(backend):
    return override_settings(EMAIL_BACKEND=f"{__name__}.{backend.__name__}")


# -- Queueing --------------------------------------------------------------------------------------------


def test_a_message_holds_its_subject_body_and_what_it_is_about(organisation, applicant, office):
    message = make(to=applicant, about=organisation)
    assert message.subject == "You sign in with a code, not a password"
    assert message.body.startswith("You asked to choose a new password for Example grants.")
    assert message.recipient_id == applicant.pk
    assert (message.about_type, message.about_id, message.about_name) == (
        "organisations.organisation",
        str(organisation.pk),
        organisation.name,
    )
    assert message.state == State.QUEUED


def test_the_same_key_makes_no_second_message():
    assert make() == make(template="accounts/use_password")
    assert Message.objects.count() == 1


def test_nothing_is_escaped_in_plain_text(applicant):
    applicant.name = "D’Arcy & Sons <Ltd>"
    message = make(to=applicant, template="accounts/invitation_applicant", context={"person": applicant})
    assert "D’Arcy & Sons <Ltd>, an account" in message.body


@pytest.mark.django_db(transaction=True)
def test_a_message_needs_a_transaction():
    with pytest.raises(RuntimeError):
        make()


@pytest.mark.django_db(transaction=True)
def test_a_message_of_something_rolled_back_is_never_sent(django_capture_on_commit_callbacks):
    with pytest.raises(RuleBroken), transaction.atomic():
        make()
        raise RuleBroken("No.")
    assert not Message.objects.exists()
    assert deliver_due() == {"sent": 0, "failed": 0}


def test_sending_is_asked_for_once_what_the_message_tells_is_committed(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as callbacks:
        make()
        assert mail.outbox == []
    assert len(callbacks) == 1


def test_history_is_kept_and_never_sent():
    with history():
        old = make("old")
    new = make("new")
    assert (old.state, new.state) == (State.SUPPRESSED, State.QUEUED)
    assert deliver_due()["sent"] == 1


def test_people_whose_account_is_closed_get_nothing(applicant):
    applicant.is_active = False
    message = make(to=applicant)
    assert message.state == State.SUPPRESSED
    assert message.last_error == "The account of this person is closed."


@pytest.mark.parametrize(
    "address",
    ["", "no-address", "a@example.org\nBcc: b@example.org", "a@example.org, b@example.org", "a@\x00"],
)
def test_an_address_that_would_add_a_header_or_a_recipient_is_refused(address):
    with pytest.raises(RuleBroken):
        make(to=address)
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "name", ["Jo\nBcc: b@example.org", "Jo\r\nBcc: b@example.org", "Jo\n\nBcc: b@example.org"]
)
def test_a_line_break_in_a_fact_never_becomes_a_header(name, settings, tmp_path):
    template = tmp_path / "emails" / "hostile.txt"
    template.parent.mkdir()
    template.write_text("Subject: For {{ name }}\n\nA body.\n")
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path]}]
    message = make(template="hostile", context={"name": name})
    assert "\n" not in message.subject
    assert message.subject.startswith("For Jo")
    deliver_due()
    assert mail.outbox[0].recipients() == ["person@example.org"]
    assert mail.outbox[0].message()["Bcc"] is None


def test_a_subject_spoilt_in_the_database_is_refused_when_sent():
    make()
    Message.objects.update(subject="Hello\nBcc: b@example.org")
    assert deliver_due() == {"sent": 0, "failed": 1}
    assert "BadHeaderError" in Message.objects.get().last_error
    assert mail.outbox == []


def test_a_template_without_a_subject_is_an_error(settings, tmp_path):
    (tmp_path / "emails").mkdir()
    (tmp_path / "emails" / "bare.txt").write_text("Hello\n\nA body.\n")
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [tmp_path]}]
    with pytest.raises(ValueError, match="must begin with"):
        make(template="bare")


# -- Sending ---------------------------------------------------------------------------------------------


def test_a_message_is_sent_once_from_the_service_with_answers_to_the_office(office):
    message = make()
    assert deliver_due() == {"sent": 1, "failed": 0}
    assert deliver_due() == {"sent": 0, "failed": 0}
    [sent] = mail.outbox
    assert sent.to == ["person@example.org"]
    assert sent.from_email == "Example grants <grants@localhost>"
    assert sent.reply_to == ["grants@example.org"]
    assert sent.message()["Message-ID"] == message.message_id
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.SENT, 1)
    assert message.sent_at


def test_a_run_sends_no_more_than_its_limit_and_the_next_carries_on():
    for number in range(3):
        make(f"test:{number}")
    assert [deliver_due(limit=2)["sent"], deliver_due(limit=2)["sent"]] == [2, 1]


def test_a_failed_attempt_is_repeated_later_and_later_and_then_given_up():
    message = make()
    waits = []
    with served_by(BrokenServer):
        for _ in range(delivery.LARGEST_NUMBER_OF_ATTEMPTS):
            with clock.at(message.next_attempt_at):
                assert deliver_due()["failed"] == 1
                message.refresh_from_db()
                waits.append(int((message.next_attempt_at - clock.now()).total_seconds() // 60))
    assert waits[:-1] == list(delivery.BACKOFF_MINUTES)
    assert message.state == State.FAILED
    assert "451" in message.last_error
    with clock.at(clock.now() + timedelta(days=30)):
        assert deliver_due() == {"sent": 0, "failed": 0}


def test_nothing_is_tried_again_before_its_time():
    message = make()
    with served_by(BrokenServer):
        deliver_due()
    assert deliver_due() == {"sent": 0, "failed": 0}
    with clock.at(clock.now() + timedelta(minutes=1)):
        assert deliver_due()["sent"] == 1
    message.refresh_from_db()
    assert message.last_error == ""


def test_one_message_that_is_refused_does_not_hold_up_the_others():
    make("bad")
    Message.objects.update(subject="Bad\nheader")
    make("good")
    assert deliver_due() == {"sent": 1, "failed": 1}


def test_a_run_ends_when_the_server_cannot_be_reached():
    for number in range(3):
        make(f"test:{number}")
    with served_by(UnreachableServer):
        assert deliver_due() == {"sent": 0, "failed": 1}
    assert Message.objects.filter(state=State.QUEUED, attempts=0).count() == 2


def test_a_message_cut_off_between_sending_and_recording_goes_out_with_the_same_message_id():
    message = make()
    with served_by(CutOff), pytest.raises(SystemExit):
        deliver_due()
    message.refresh_from_db()
    assert message.state == State.SENDING
    assert deliver_due()["sent"] == 0, "it may still be under way"
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert deliver_due()["sent"] == 1
    first, second = mail.outbox
    assert first.message()["Message-ID"] == second.message()["Message-ID"] == message.message_id


def test_a_message_that_cuts_off_every_attempt_is_given_up():
    make()
    Message.objects.update(
        state=State.SENDING, attempts=delivery.LARGEST_NUMBER_OF_ATTEMPTS, claimed_at=clock.now()
    )
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert deliver_due() == {"sent": 0, "failed": 0}
    assert Message.objects.get().state == State.FAILED


def test_a_slow_process_that_fails_does_not_undo_what_another_has_sent():
    make()
    slow = delivery.claim()
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert deliver_due()["sent"] == 1
        delivery._record_failure(slow, ValueError("too late"))
    assert Message.objects.get().state == State.SENT


@pytest.mark.django_db(transaction=True)
def test_two_workers_take_different_messages_and_send_each_once():
    from concurrent.futures import ThreadPoolExecutor

    with transaction.atomic():
        for number in range(20):
            make(f"test:{number}")

    def work(_):
        try:
            return deliver_due()["sent"]
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=4) as pool:
        sent = list(pool.map(work, range(4)))
    assert sum(sent) == 20
    assert len({each.message()["Message-ID"] for each in mail.outbox}) == 20


# -- Secrets ---------------------------------------------------------------------------------------------


def test_the_body_of_a_secret_message_is_cleared_once_sent():
    make(secret=True)
    deliver_due()
    assert mail.outbox[0].body
    assert Message.objects.get().body == ""


def test_the_body_of_a_secret_message_is_cleared_once_given_up():
    make(secret=True)
    Message.objects.update(attempts=delivery.LARGEST_NUMBER_OF_ATTEMPTS - 1)
    with served_by(BrokenServer):
        deliver_due()
    message = Message.objects.get()
    assert (message.state, message.body) == (State.FAILED, "")


# -- Sending again ---------------------------------------------------------------------------------------


def failed(**facts) -> Message:
    message = make(**facts)
    Message.objects.filter(pk=message.pk).update(state=State.FAILED, attempts=8)
    message.refresh_from_db()
    return message


def test_an_administrator_sends_a_failed_message_again(administrator):
    message = failed()
    send_again(by=administrator, message=message)
    send_again(by=administrator, message=message)
    message.refresh_from_db()
    assert (message.state, message.attempts) == (State.QUEUED, 0)
    assert deliver_due()["sent"] == 1


@pytest.mark.parametrize("state", [State.SENT, State.SUPPRESSED])
def test_only_a_failed_message_is_sent_again(administrator, state):
    message = make()
    Message.objects.update(state=state, sent_at=clock.now() if state == State.SENT else None)
    with pytest.raises(RuleBroken):
        send_again(by=administrator, message=message)


def test_a_secret_message_is_not_sent_again(administrator):
    with pytest.raises(RuleBroken):
        send_again(by=administrator, message=failed(secret=True))


@pytest.mark.parametrize(
    "role", ["officer", "assessor", "approver", "finance", "panel", "auditor", "applicant"]
)
def test_others_send_nothing_again(role):
    with pytest.raises(RuleBroken):
        send_again(by=factories.person(role), message=failed())
