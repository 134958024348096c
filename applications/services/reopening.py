"""Scores that were submitted, opened again by an officer: with a reason, until a recommendation is made."""

from django.db import transaction

from accounts.permissions import Permission
from applications.models import MOVES, Application, Assessment, Status
from audit.services import record
from notifications.services import queue
from pcc_grants.lib import clock
from pcc_grants.lib.locking import locked
from pcc_grants.lib.rules import RuleBroken, require_move
from pcc_grants.lib.text import clean

from .assessing import locked_application
from .moderating import record_taken_back, refuse_interest

SECONDS = "%Y%m%d%H%M%S%f"
REOPENABLE = (Status.ELIGIBLE, Status.ASSESSED)


@transaction.atomic
def reopen_assessment(*, by, assessment, reason, due_on) -> Assessment:
    """Let an assessor change scores they have submitted, until a recommendation is made; tells them why.

    An application that was assessed is being assessed again. What was agreed on the scores no longer stands:
    it is taken back, each on the trail. The same reopening twice changes nothing. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    application = locked_application(Application(pk=assessment.application_id))
    assessment = locked(Assessment.objects.select_related("assessor"), assessment.pk)
    reason = clean(reason)
    if assessment.status == Assessment.Status.ASSIGNED and (
        (assessment.reopened_by_id, assessment.reopened_reason, assessment.due_on) == (by.pk, reason, due_on)
    ):
        return assessment
    if assessment.status != Assessment.Status.SUBMITTED:
        raise RuleBroken(f"{assessment.assessor} has not submitted scores that could be reopened.")
    if application.status not in REOPENABLE:
        raise RuleBroken(
            "Scores can be reopened until a recommendation is made. "
            f"This application is: {application.get_status_display().lower()}."
        )
    refuse_interest(application, by)
    if not assessment.assessor.may(Permission.ASSESS):
        raise RuleBroken(f"{assessment.assessor} is no longer an assessor. Their scores stay as they are.")
    if not reason:
        raise RuleBroken("Enter why you reopen the scores.")
    if due_on < clock.today():
        raise RuleBroken("The date the scores are due must be today or later.")
    _take_back_agreed(by, application)
    assessment.status, assessment.submitted_at = Assessment.Status.ASSIGNED, None
    assessment.due_on = due_on
    assessment.reopened_by, assessment.reopened_at, assessment.reopened_reason = by, clock.now(), reason
    assessment.save()
    if application.status == Status.ASSESSED:
        require_move(MOVES, application.status, Status.ELIGIBLE, "This application is not assessed.")
        application.status = Status.ELIGIBLE
        application.save(update_fields=["status"])
    assessment.application = application
    queue(
        key=f"assessment:{assessment.pk}:reopened:{assessment.reopened_at.strftime(SECONDS)}",
        to=assessment.assessor,
        template="applications/assessment_reopened",
        context={"application": application, "assessment": assessment},
        about=application,
    )
    record(
        "assessment.reopened",
        application,
        f"{by} reopened the scores of {assessment.assessor} for {application.reference}.",
        by=by,
        changes={"assessor": assessment.assessor_id, "reason": reason, "due_on": due_on},
    )
    return assessment


def _take_back_agreed(by, application: Application) -> None:
    for agreed in application.agreed_scores.select_related("criterion"):
        record_taken_back(by, application, agreed)
    application.agreed_scores.all().delete()
