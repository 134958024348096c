"""The outbox: a message is queued with what it is about, and leaves once that is committed."""

from contextlib import contextmanager
from contextvars import ContextVar
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.template.context import Context
from django.template.engine import Engine

from audit.services import record
from office.models import OfficeSettings
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken

from .delivery import deliver_due
from .models import Message
from .tasks import send_due_messages

__all__ = ["deliver_due", "history", "queue", "send_again"]

MANAGE_MESSAGES = "manage messages"  # accounts.permissions.Permission, which this app may not import
_loading_history: ContextVar[bool] = ContextVar("loading_history", default=False)


@contextmanager
def history():
    """Inside this block messages are stored as suppressed: what they tell happened long ago."""
    token = _loading_history.set(True)
    try:
        yield
    finally:
        _loading_history.reset(token)


def queue(*, key, to, template, context, about=None, secret=False, attachment=None) -> Message | None:
    """Put one message into the outbox, in the transaction of what it tells.

    `to` is a user or an address; `template` such as "applications/submitted", whose first line is its
    subject; `key` names the obligation: the same key again returns the message that is already there.
    Nothing leaves for people whose account is closed. `secret` hides the body from everybody. The message
    waits until its `attachment` has been made, or given up.
    Raises RuleBroken for an address that mail cannot be sent to, RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A message is queued in the same transaction as what it tells.")
    existing = Message.objects.filter(key=key).first()
    if existing:
        return existing
    subject, body = render(template, context)
    is_kept = _loading_history.get() or not getattr(to, "is_active", True)
    message, is_new = Message.objects.get_or_create(
        key=key,
        defaults={
            "template": template,
            "to": _address(to),
            "recipient_id": getattr(to, "pk", None),
            "subject": subject,
            "body": body,
            "secret": secret,
            "attachment": attachment,
            "state": Message.State.SUPPRESSED if is_kept else Message.State.QUEUED,
            "last_error": "" if getattr(to, "is_active", True) else "The account of this person is closed.",
            "message_id": _new_message_id(),
            "queued_at": clock.now(),
            "next_attempt_at": clock.now(),
            **_about(about),
        },
    )
    if is_new and not is_kept:
        transaction.on_commit(send_due_messages.delay, robust=True)  # the sweep recovers a lost one
    return message


def render(template: str, context: dict) -> tuple[str, str]:
    """The subject and the body of an e-mail template, as plain text.

    The subject is one line whatever is put into it, so that nothing can add a header.
    Raises ValueError for a template that does not begin with its subject and an empty line.
    """
    facts = {"office": OfficeSettings.objects.current(), "site_url": settings.SITE_URL} | context
    source = Engine.get_default().get_template(f"emails/{template}.txt")
    text = source.render(Context(facts, autoescape=False)).replace("\r\n", "\n").replace("\x00", "")
    first, _, body = text.strip().partition("\n\n")
    subject = " ".join(first.removeprefix("Subject:").split())
    if not first.startswith("Subject:") or not subject or not body.strip():
        raise ValueError(f"emails/{template}.txt must begin with “Subject: …” and an empty line.")
    return subject[:250], body.strip() + "\n"


@transaction.atomic
def send_again(*, by, message) -> Message:
    """Try a message that failed again, from its first attempt. Raises RuleBroken."""
    by.require(MANAGE_MESSAGES)
    message = Message.objects.select_for_update(no_key=True).get(pk=message.pk)
    if message.state in {Message.State.QUEUED, Message.State.SENDING}:
        return message
    if message.state != Message.State.FAILED:
        raise RuleBroken("Only an email that failed can be sent again.")
    if message.secret:
        raise RuleBroken("This email held a code or a link of its own time. Ask for a new one instead.")
    message.state = Message.State.QUEUED
    message.attempts = 0
    message.next_attempt_at = clock.now()
    message.save(update_fields=["state", "attempts", "next_attempt_at"])
    record("message.sent_again", message, f"The email “{message.subject}” was put back to be sent.", by=by)
    transaction.on_commit(send_due_messages.delay, robust=True)
    return message


def _address(to) -> str:
    address = getattr(to, "email", to)
    try:
        validate_email(address)
    except ValidationError as error:
        raise RuleBroken("An email cannot be sent to this address. Check how it is written.") from error
    return address


def _new_message_id() -> str:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(" >") or "localhost"
    return f"<{uuid4().hex}@{domain}>"


def _about(target) -> dict:
    if target is None:
        return {}
    return {
        "about_type": target._meta.label_lower,
        "about_id": str(target.pk),
        "about_name": str(target)[:300],
    }
