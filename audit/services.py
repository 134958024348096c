"""Writing the trail, in the same transaction as what it records."""

import hashlib
import json
from typing import NamedTuple

from django.db import connection

from pcc_grants.lib import clock

from .models import Event

# One lock for the tail of the chain, held until the transaction ends: two writers never share a parent.
CHAIN_LOCK = 0x0A0D17


class Entry(NamedTuple):
    """What `record_all` is told of one event; the same facts that `record` takes."""

    verb: str
    target: object
    sentence: str
    by: object = None
    changes: dict | None = None


def digest(event: Event) -> str:
    """The hash of an event: every fact in it, and the hash of the event before."""
    facts = [
        event.previous_hash,
        event.at.astimezone(clock.LONDON).isoformat(),
        event.actor_id,
        event.actor_name,
        event.verb,
        event.sentence,
        event.target_type,
        event.target_id,
        event.target_name,
        event.changes,
    ]
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()


def record(verb: str, target, sentence: str, *, by=None, changes: dict | None = None) -> Event:
    """Append one event about `target`. `by` is a user, or None for the system itself.

    Must run inside the transaction that makes the change; raises RuntimeError otherwise.
    `changes` holds what changed as JSON; never personal data beyond names of accounts, never bank details.
    """
    return record_all([Entry(verb, target, sentence, by, changes)])[0]


def record_all(entries) -> list[Event]:
    """Append several events in their order, as `record` does, with one turn at the chain."""
    if not connection.in_atomic_block:
        raise RuntimeError("An audit event is written in the same transaction as what it records.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
    previous = Event.objects.order_by("-id").values_list("hash", flat=True).first() or ""
    events = []
    for entry in entries:
        event = _event(entry)
        event.previous_hash = previous
        event.hash = previous = digest(event)
        events.append(event)
    return Event.objects.bulk_create(events)


def _event(entry: Entry) -> Event:
    by, target = entry.by, entry.target
    return Event(
        at=clock.now(),
        actor_id=by.pk if by else None,
        actor_name=str(by)[:200] if by else "The system",
        verb=entry.verb,
        sentence=entry.sentence,
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        target_name=str(target)[:300],
        changes=json.loads(json.dumps(entry.changes or {}, default=str)),
    )
