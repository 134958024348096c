"""Writing the trail, in the same transaction as what it records."""

import hashlib
import json

from django.db import connection

from pcc_grants.lib import clock

from .models import Event

# One lock for the tail of the chain, held until the transaction ends: two writers never share a parent.
CHAIN_LOCK = 0x0A0D17


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
    if not connection.in_atomic_block:
        raise RuntimeError("An audit event is written in the same transaction as what it records.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
    previous = Event.objects.order_by("-id").values_list("hash", flat=True).first() or ""
    event = Event(
        at=clock.now(),
        actor_id=by.pk if by else None,
        actor_name=str(by)[:200] if by else "The system",
        verb=verb,
        sentence=sentence,
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        target_name=str(target)[:300],
        changes=json.loads(json.dumps(changes or {}, default=str)),
        previous_hash=previous,
    )
    event.hash = digest(event)
    event.save(force_insert=True)
    return event
