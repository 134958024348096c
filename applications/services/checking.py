"""The office's first look: is it complete, and may the fund support it?"""

from django.db import transaction

from accounts.permissions import Permission
from audit.services import record
from notifications.services import queue
from pcc_grants.lib import clock
from pcc_grants.lib.locking import locked
from pcc_grants.lib.rules import RuleBroken, require_move
from pcc_grants.lib.text import clean

from ..models import MOVES, Application, Status
from .assessing import finish_when_all_scored
from .people import people_of
from .releasing import store_letter


@transaction.atomic
def check(*, by, application, eligible: bool, notes) -> Application:
    """Record whether a submitted application may go on to be assessed. What is not eligible needs the reason.

    Members are told when it is not eligible, and read why when they sign in. The same answer by the same
    person again changes nothing. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    application = _lock(application)
    outcome = Status.ELIGIBLE if eligible else Status.INELIGIBLE
    if application.status == outcome and application.checked_by_id == by.pk:
        return application
    if eligible and application.checked_by_id == by.pk and application.status == Status.ASSESSED:
        return application
    require_move(
        MOVES,
        application.status,
        outcome,
        "Only an application that waits for its check can be checked. This one does not.",
    )
    notes = clean(notes)
    if not eligible and not notes:
        raise RuleBroken("Enter why the application is not eligible")
    application.status = outcome
    application.checked_at, application.checked_by, application.check_notes = clock.now(), by, notes
    application.outcome_released_at = None if eligible else clock.now()
    application.save(
        update_fields=["status", "checked_at", "checked_by", "check_notes", "outcome_released_at"]
    )
    record(
        "application.checked",
        application,
        f"{by} found application {application.reference} {'' if eligible else 'not '}eligible.",
        by=by,
        changes={"status": outcome, "notes": notes},
    )
    if eligible and not application.round.assessors_needed:
        finish_when_all_scored(application)
    if not eligible:
        store_letter(application)
        for user in people_of(application):
            queue(
                key=f"application-not-eligible:{application.pk}:{user.pk}",
                to=user,
                template="applications/decision_ready",
                context={"application": application},
                about=application,
            )
    return application


def _lock(application) -> Application:
    return locked(Application.objects.select_related("round__fund", "organisation", "theme"), application.pk)
