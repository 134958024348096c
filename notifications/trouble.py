"""Whether the service was out of order, as far as its outbox tells: e-mails that failed, or left late.

Mail passes through the database, the broker, the scheduler, a worker and the mail server: when one of them
stands still, or nobody could get a sign-in code, it shows here. What only broke single pages does not.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Q

from pcc_grants.lib import clock

from .models import Message

LATE_AFTER = timedelta(minutes=15)
FEWEST, SHARE = 5, 0.1  # so many at least, and so large a part of all, make it trouble


@dataclass(frozen=True)
class Trouble:
    """Of the messages queued in a time: how many, and how many of them failed or left late."""

    queued: int
    bad: int

    @property
    def in_words(self) -> str:
        return f"{self.bad} of {self.queued} emails failed or left late"

    @property
    def is_serious(self) -> bool:
        return self.bad >= FEWEST and self.bad >= self.queued * SHARE


def trouble_in(spans: dict[int, tuple[datetime, datetime]]) -> dict[int, Trouble]:
    """The trouble in each of several times, by their keys, in one query."""
    if not spans:
        return {}
    now, State = clock.now(), Message.State
    late = Q(sent_at__gt=F("queued_at") + LATE_AFTER) | Q(sent_at=None, queued_at__lt=now - LATE_AFTER)
    bad = Q(state=State.FAILED) | Q(attempts__gt=1) | (late & Q(attachment=None))
    counts = {}
    for key, (start, end) in spans.items():
        within = Q(queued_at__range=(start, end))
        counts |= {
            f"queued_{key}": Count("pk", filter=within),
            f"bad_{key}": Count("pk", filter=within & bad),
        }
    earliest = min(start for start, _ in spans.values())
    found = (
        Message.objects.filter(queued_at__gte=earliest).exclude(state=State.SUPPRESSED).aggregate(**counts)
    )
    return {key: Trouble(found[f"queued_{key}"], found[f"bad_{key}"]) for key in spans}
