"""The trail is unbroken: every event carries the hash of the one before it."""

from collections.abc import Iterator

from pcc_grants.lib.checking import Violation

from .models import Event
from .services import digest


def violations() -> Iterator[Violation]:
    previous = ""
    for event in Event.objects.order_by("id").iterator(chunk_size=2000):
        if event.previous_hash != previous:
            yield Violation(
                "audit trail unbroken",
                f"event {event.pk}",
                f"Event {event.pk} does not follow on from the event before it: one was removed or added.",
            )
        if event.hash != digest(event):
            yield Violation(
                "audit trail unbroken",
                f"event {event.pk}",
                f"Event {event.pk} was altered after it was written.",
            )
        previous = event.hash
