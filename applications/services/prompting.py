"""Moving the date that scores are due, reminding assessors, and writing to the people of an application.

Each is done for one application. `once` names the occasion on which it is done for many: whoever is told the
same thing about several of them then gets one e-mail.
"""

from datetime import date

from django.db import transaction

from accounts.permissions import Permission
from audit.services import record
from notifications.services import queue
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean

from ..models import Application, Assessment, Status
from .assessing import locked_application
from .people import people_of

NOT_SCORED_NOW = "It is not being scored."
NOBODY_LEFT = "No assessor has still to score it."
SAME_DATE = "The scores that are missing are already due on that day."
NOBODY_TO_WRITE_TO = "Nobody who takes part in it can be written to."


def unfinished(application: Application):
    """Who has still to score an application."""
    return application.assessments.filter(status=Assessment.Status.ASSIGNED).select_related("assessor")


@transaction.atomic
def move_due_date(*, by, application, due_on: date, once="") -> list[Assessment]:
    """Move the date by which the missing scores of an application are due, and tell their assessors.

    The same date again changes nothing. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    application = locked_application(application)
    if due_on < clock.today():
        raise RuleBroken("The date the scores are due must be today or later.")
    moved = [one for one in _unfinished_of(application) if one.due_on != due_on]
    for assessment in moved:
        before, assessment.due_on = assessment.due_on, due_on
        assessment.save(update_fields=["due_on"])
        queue(
            key=f"scores-due-moved:{once or application.pk}:{due_on}:{assessment.assessor_id}",
            to=assessment.assessor,
            template="applications/scores_due_moved",
            context={"application": application, "due_on": due_on, "is_one_of_several": bool(once)},
            about=application,
        )
        record(
            "assessment.due_moved",
            application,
            f"{by} moved the date {assessment.assessor}’s scores of {application.reference} are due to "
            f"{clock.format_date(due_on)}.",
            by=by,
            changes={"assessor": assessment.assessor_id, "before": before, "due_on": due_on},
        )
    return moved


@transaction.atomic
def prompt_assessors(*, by, application, once) -> list[Assessment]:
    """Write to each assessor who has still to score an application, once an occasion. Raises RuleBroken."""
    by.require(Permission.MANAGE_APPLICATIONS)
    application = locked_application(application)
    waiting = _unfinished_of(application)
    for assessment in waiting:
        all_of_theirs = Assessment.objects.filter(
            assessor=assessment.assessor_id,
            status=Assessment.Status.ASSIGNED,
            application__status=Status.ELIGIBLE,
        )
        queue(
            key=f"scores-wanted:{once}:{assessment.assessor_id}",
            to=assessment.assessor,
            template="applications/scores_wanted",
            context={"count": all_of_theirs.count(), "due_on": all_of_theirs.earliest("due_on").due_on},
            about=application,
        )
    names = ", ".join(str(one.assessor) for one in waiting)
    record(
        "assessment.reminded",
        application,
        f"{by} reminded {names} to score {application.reference}.",
        by=by,
        changes={"assessors": [one.assessor_id for one in waiting]},
    )
    return waiting


@transaction.atomic
def write_to_applicants(*, by, application, message, once) -> int:
    """Send a message about an application to everyone who takes part in it, once an occasion. How many.

    Raises RuleBroken.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    application = locked_application(application)
    message = clean(message)
    if not message:
        raise RuleBroken("Enter your message")
    if application.submitted_at is None:
        raise RuleBroken("This application has not been submitted.")
    people = people_of(application)
    if not people:
        raise RuleBroken(NOBODY_TO_WRITE_TO)
    for person in people:
        queue(
            key=f"application-message:{once}:{application.pk}:{person.pk}",
            to=person,
            template="applications/message_from_us",
            context={"application": application, "message": message},
            about=application,
        )
    record(
        "application.written_to",
        application,
        f"{by} wrote to the people of {application.reference}.",
        by=by,
        changes={"message": message, "people": len(people)},
    )
    return len(people)


def _unfinished_of(application: Application) -> list[Assessment]:
    """Who has still to score it, under lock. Raises RuleBroken when nobody has."""
    if application.status != Status.ELIGIBLE:
        raise RuleBroken(NOT_SCORED_NOW)
    waiting = list(unfinished(application).select_for_update(of=("self",), no_key=True).order_by("pk"))
    if not waiting:
        raise RuleBroken(NOBODY_LEFT)
    return waiting
