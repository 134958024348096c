"""Reminding assessors of scores that are due: 3 days before, and on the day (screens.md 2.3).

Each stage is due at 9am in London. Every run sends the stage that is right now, once for each date on which
the scores are due; one that was missed, or had passed before the assessor was asked, is not sent.
"""

import logging
from datetime import datetime, time, timedelta

from django.db import IntegrityError, transaction

from applications.models import Assessment, AssessmentReminder, Status
from notifications.services import queue
from pcc_grants.lib import clock

logger = logging.getLogger(__name__)
Stage = AssessmentReminder.Stage

SENT_AT = time(9, 0)
DAYS_BEFORE = {Stage.THREE_DAYS: 3, Stage.DUE: 0}


def remind_assessors() -> int:
    """Send the reminders that are due. Returns how many. Safe to run at any time and twice."""
    reminded = 0
    for pk in _open().values_list("pk", flat=True):
        try:
            reminded += _remind(pk)
        except Exception:  # one assessor's trouble must not keep the others from their reminders
            logger.exception("Assessment %s could not be reminded of.", pk)
    return reminded


def _open():
    soon = clock.today() + timedelta(days=max(DAYS_BEFORE.values()))
    return Assessment.objects.filter(
        status=Assessment.Status.ASSIGNED, application__status=Status.ELIGIBLE, due_on__lte=soon
    ).order_by("pk")


def stage_now(assessment: Assessment) -> str:
    """The latest stage that has been reached since the assessor knows the date; empty for none."""
    asked_at = max(filter(None, (assessment.assigned_at, assessment.reopened_at)))
    reached = ""
    for stage, days in DAYS_BEFORE.items():
        due_at: datetime = clock.london(assessment.due_on - timedelta(days=days), SENT_AT)
        if asked_at < due_at <= clock.now():
            reached = stage
    return reached


@transaction.atomic
def _remind(pk) -> int:
    assessment = _open().select_for_update(of=["self"], skip_locked=True, no_key=True).filter(pk=pk).first()
    stage = stage_now(assessment) if assessment else ""
    if not stage or assessment.reminders.filter(stage=stage, due_on=assessment.due_on).exists():
        return 0
    try:
        with transaction.atomic():
            AssessmentReminder.objects.create(
                assessment=assessment, stage=stage, due_on=assessment.due_on, created_at=clock.now()
            )
    except IntegrityError:  # sent at the same moment by another run
        return 0
    queue(
        key=f"assessment:{assessment.pk}:reminder:{stage}:{assessment.due_on.isoformat()}",
        to=assessment.assessor,
        template="applications/assessment_reminder",
        context={
            "application": assessment.application,
            "assessment": assessment,
            "is_late": assessment.due_on < clock.today(),
        },
        about=assessment.application,
    )
    return 1
