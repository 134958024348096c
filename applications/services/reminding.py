"""Reminding the people of a draft: 7 days before it closes, 2 days before, and at 9am on the day.

Each stage is due at 9am in London. Every run works out which stage each draft has reached and sends that one,
once for each closing time; stages that were missed meanwhile are written down and not sent. A stage that had
passed before the draft was begun, or before its people were told of its present closing time, is not sent.
"""

import logging
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Q

from pcc_grants.lib import clock

from ..models import Application, DraftReminder, Status
from .applying import write_to_people
from .completeness import accepts_submission, closes_at, has_more_time

logger = logging.getLogger(__name__)
Stage = DraftReminder.Stage

SENT_AT = time(9, 0)
DAYS_BEFORE = {Stage.WEEK_BEFORE: 7, Stage.TWO_DAYS_BEFORE: 2, Stage.MORNING: 0}
LOOK_AHEAD = timedelta(days=9)


def due_times(closes_at: datetime) -> dict[str, datetime]:
    """When each stage is due, in their order: 9am in London of its day, whatever the clocks do in between.

    A draft that closes by 9am has its last reminder in the morning of the day before.
    """
    local = closes_at.astimezone(clock.LONDON)
    due = {
        stage: clock.london(local.date() - timedelta(days=days), SENT_AT)
        for stage, days in DAYS_BEFORE.items()
    }
    if due[Stage.MORNING] >= closes_at:
        due[Stage.MORNING] = clock.london(local.date() - timedelta(days=1), SENT_AT)
    return due


def remind_drafts() -> int:
    """Send the reminders that are due. Returns how many drafts were reminded.

    Safe to run at any time and twice; after an outage each draft gets the one that is right now.
    """
    reminded = 0
    for application in _closing_soon().order_by("pk"):
        if _steps(application):
            try:
                reminded += _remind(application.pk)
            except Exception:  # one draft's trouble must not keep the others from their reminders
                logger.exception("Application %s could not be reminded.", application.pk)
    return reminded


def _closing_soon():
    """Drafts that close in the coming days, by their round's closing time or one of their own."""
    span = (clock.now(), clock.now() + LOOK_AHEAD)
    own = Q(extensions__confirmed_at__isnull=False, extensions__until__range=span)
    found = Application.objects.filter(
        Q(round__closes_at__range=span) | own, status=Status.DRAFT, round__published_at__isnull=False
    ).values("pk")
    return (
        Application.objects.filter(pk__in=found)
        .select_related("round__fund", "organisation", "signature_asked_of")
        .prefetch_related("extensions", "reminders", "round__extensions")
    )


def _steps(application) -> list[tuple[str, bool]]:
    """The stages to write down now, each with whether its message is sent; empty when nothing is due."""
    closes, now = closes_at(application), clock.now()
    if not now <= closes or not accepts_submission(application):
        return []
    told = {reminder.stage for reminder in application.reminders.all() if reminder.closes_at == closes}
    known_since = _known_since(application, closes)
    reached = [stage for stage, due in due_times(closes).items() if known_since < due <= now]
    if not reached or reached[-1] in told:
        return []
    return [(stage, stage == reached[-1]) for stage in reached if stage not in told]


def _known_since(application, closes) -> datetime:
    """Since when the people of a draft know by when it must be submitted."""
    moments = [application.created_at]
    moments += [one.confirmed_at for one in application.extensions.all() if one.until == closes]
    moments += [one.at for one in application.round.extensions.all() if one.closes_at == closes]
    return max(moment for moment in moments if moment is not None)


@transaction.atomic
def _remind(pk) -> int:
    application = (
        _closing_soon()
        .select_for_update(of=["self"], skip_locked=True, no_key=True)
        .filter(pk=pk, status=Status.DRAFT)
        .first()
    )
    steps = _steps(application) if application else []
    if not steps:
        return 0
    closes = closes_at(application)
    DraftReminder.objects.bulk_create(
        DraftReminder(
            application=application, stage=stage, closes_at=closes, was_sent=is_sent, created_at=clock.now()
        )
        for stage, is_sent in steps
    )
    stage, _ = steps[-1]
    write_to_people(
        application,
        "draft_reminder",
        f"{stage}:{closes.isoformat()}",
        closes_at=closes,
        has_more_time=has_more_time(application),
        when=clock.relative_days(clock.london_date(closes)),
    )
    return 1
