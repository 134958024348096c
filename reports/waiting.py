"""The approver's weekly e-mail: what waits for their decision, on Monday at 8am in London (screens.md 2.4).

It tells of what was waiting then. A run that comes late, or twice, sends the same message once.
"""

from collections import Counter
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from accounts.permissions import Role
from applications.models import Application, Status
from applications.services import waiting_for_decision
from applications.services.deciding_at_once import why_not
from awards.services import proposed_awards
from notifications.models import Message
from notifications.services import queue
from pcc_grants.lib import clock

SENT_AT = time(8, 0)


def latest_monday() -> datetime:
    """8am in London on the last Monday on which it has been 8am already."""
    today = clock.today()
    monday = clock.london(today - timedelta(days=today.weekday()), SENT_AT)
    if monday > clock.now():
        monday = clock.london(today - timedelta(days=today.weekday() + 7), SENT_AT)
    return monday


def tell_approvers() -> int:
    """Send each approver the week's message, unless nothing waits for them. Returns how many were sent."""
    monday = latest_monday()
    sent = 0
    for approver in User.objects.with_role(Role.APPROVER).filter(created_at__lte=monday).order_by("pk"):
        sent += _tell(approver, monday)
    return sent


@transaction.atomic
def _tell(approver: User, monday: datetime) -> int:
    key = f"waiting:{clock.london_date(monday).isoformat()}:{approver.pk}"
    if Message.objects.filter(key=key).exists():
        return 0
    lines = waiting_lines(approver, monday)
    if not lines:
        return 0
    total = sum(count for _, count, _ in lines)
    queue(
        key=key,
        to=approver,
        template="reports/waiting",
        context={
            "total": total,
            "lines": [
                (label, f"{count} {'decision' if count == 1 else 'decisions'}", needed_on)
                for label, count, needed_on in lines
            ],
        },
        about=approver,
    )
    return 1


def waiting_lines(approver: User, since: datetime) -> list[tuple]:
    """(what, how many, needed by a date or None) of what has waited for this person since a moment.

    Never what they recommended or proposed, or have an interest in.
    """
    was_waiting = Q(recommended_at__lt=since) & ~Q(status=Status.DEFERRED, decisions__decided_at__gte=since)
    waiting = Application.objects.filter(was_waiting).values("pk")
    found = list(waiting_for_decision().filter(pk__in=waiting).prefetch_related("partners"))
    barred = why_not(approver, found)
    theirs = [application for application in found if application.pk not in barred]
    rounds = {application.round_id: application.round for application in theirs}
    lines = []
    for pk, count in Counter(application.round_id for application in theirs).items():
        pack = rounds[pk].decision_packs.order_by("-number").first()
        needed_on = pack.decide_by if pack else rounds[pk].decision_expected_on
        lines.append((str(rounds[pk]), count, needed_on))
    direct = proposed_awards().filter(proposed_at__lt=since).exclude(proposed_by=approver)
    awards = sorted(award.starts_on for award in direct)
    if awards:
        lines.append(("Awards without competition", len(awards), awards[0]))
    return lines
