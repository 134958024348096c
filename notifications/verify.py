"""The outbox: no secret outlives its sending, and each message's stamps agree with its state."""

from collections.abc import Iterator

from django.db.models import Q

from pcc_grants.lib.checking import Violation

from .delivery import LARGEST_NUMBER_OF_ATTEMPTS
from .models import Message

State = Message.State


def violations() -> Iterator[Violation]:
    over = Q(state__in=[State.SENT, State.FAILED])
    kept = Message.objects.filter(over, secret=True).exclude(body="")
    yield from _each(kept, "secrets are cleared", "holds a code or link after it was sent or given up")
    unclaimed = Message.objects.filter(state=State.SENDING, claimed_at=None)
    yield from _each(unclaimed, "messages being sent are claimed", "is being sent, but no process claimed it")
    hurried = Message.objects.filter(state=State.FAILED, attempts__lt=LARGEST_NUMBER_OF_ATTEMPTS)
    yield from _each(hurried, "failed messages had every attempt", "was given up before its last attempt")


def _each(messages, rule: str, what: str) -> Iterator[Violation]:
    for message in messages.order_by("pk").only("pk", "key").iterator(chunk_size=2000):
        yield Violation(rule, f"message {message.pk}", f"Message {message.pk} ({message.key}) {what}.")
