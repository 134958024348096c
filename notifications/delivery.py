"""Sending what the outbox owes: each row is claimed under a lock, sent outside of it, and its end recorded.

A row found in SENDING long after it was claimed was cut off between sending and recording. It goes out
again with the same Message-ID, by which mail programs and servers know it for the same message.
"""

import logging
from datetime import timedelta
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import Q

from office.models import OfficeSettings
from pcc_grants.lib import clock

from .models import Message

logger = logging.getLogger(__name__)

# Minutes to the next attempt after the first, second, … failure; a message has one attempt more than that.
BACKOFF_MINUTES = (1, 5, 15, 60, 60, 240, 720)
LARGEST_NUMBER_OF_ATTEMPTS = len(BACKOFF_MINUTES) + 1
CUT_OFF_AFTER = timedelta(minutes=10)
State = Message.State


def deliver_due(limit: int = 100) -> dict[str, int]:
    """Send up to `limit` messages that are due. Returns how many were `sent`, and how many attempts `failed`.

    Safe to run in several processes at once. When the mail server cannot be reached, the run ends there:
    the next one carries on.
    """
    counts = {"sent": 0, "failed": 0}
    outgoing = get_connection()
    sender, reply_to = _sender()
    try:
        for _ in range(limit):
            message = claim()
            if message is None:
                break
            try:
                outgoing.open()
            except Exception as error:
                _record_failure(message, error)
                counts["failed"] += 1
                break
            try:
                _email(message, outgoing, sender, reply_to).send()
            except Exception as error:
                _record_failure(message, error)
                counts["failed"] += 1
                outgoing.close()  # a broken connection is not used for the next one
                continue
            _record_sent(message)
            counts["sent"] += 1
    finally:
        outgoing.close()
    return counts


@transaction.atomic
def claim() -> Message | None:
    """Take the message that has waited longest, passing over those that another process holds."""
    now = clock.now()
    due = Q(state=State.QUEUED, next_attempt_at__lte=now)
    cut_off = Q(state=State.SENDING, claimed_at__lt=now - CUT_OFF_AFTER)
    rows = (
        Message.objects.select_for_update(skip_locked=True, no_key=True, of=["self"])
        .filter(due | cut_off)
        .exclude(attachment__isnull=False, attachment__made_at=None, attachment__given_up_at=None)
        .select_related("attachment")
    )
    while message := rows.order_by("next_attempt_at", "id").first():
        message.claimed_at = now
        message.state = State.SENDING
        if message.attempts < LARGEST_NUMBER_OF_ATTEMPTS:
            message.attempts += 1
            message.save(update_fields=["state", "claimed_at", "attempts"])
            return message
        message.save(update_fields=["state", "claimed_at"])
        _give_up(message, "The last attempt was cut off.")
    return None


def _sender() -> tuple[str, list[str]]:
    """Who messages come from, and where answers go: the service's name, and the office's own address."""
    office = OfficeSettings.objects.current()
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    if office is None:
        return settings.DEFAULT_FROM_EMAIL, []
    return formataddr((name or office.service_name, address)), [office.contact_email]


def _email(message: Message, outgoing, sender: str, reply_to: list[str]) -> EmailMessage:
    attached = message.attachment
    files = []
    if attached is not None and attached.content is not None:
        files.append((attached.name, bytes(attached.content), attached.content_type))
    return EmailMessage(
        subject=message.subject,
        body=message.body,
        from_email=sender,
        to=[message.to],
        reply_to=reply_to,
        attachments=files,
        connection=outgoing,
        headers={"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"},
    )


def _record_sent(message: Message) -> None:
    changes = {"state": State.SENT, "sent_at": clock.now(), "last_error": ""}
    if message.secret:
        changes["body"] = ""
    Message.objects.filter(pk=message.pk).exclude(state=State.SENT).update(**changes)


def _record_failure(message: Message, error: Exception) -> None:
    """Put the message back with a later time, unless another process has taken it over since."""
    sentence = f"{type(error).__name__}: {error}"[:500].replace("\x00", "")
    logger.error("Message %s was not sent: %s", message.pk, type(error).__name__)
    if message.attempts >= LARGEST_NUMBER_OF_ATTEMPTS:
        _give_up(message, sentence)
        return
    wait = timedelta(minutes=BACKOFF_MINUTES[message.attempts - 1])
    _mine(message).update(state=State.QUEUED, next_attempt_at=clock.now() + wait, last_error=sentence)


def _give_up(message: Message, sentence: str) -> None:
    changes = {"state": State.FAILED, "last_error": sentence}
    if message.secret:
        changes["body"] = ""
    _mine(message).update(**changes)


def _mine(message: Message):
    return Message.objects.filter(pk=message.pk, state=State.SENDING, claimed_at=message.claimed_at)
