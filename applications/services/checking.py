"""The office's first look: is it eligible, and does it belong to this fund?"""

from django.db import transaction

from accounts.permissions import Permission
from audit.services import record
from funds.models import Round
from notifications.services import queue
from office.services import next_number
from pcc_grants.lib import clock, references
from pcc_grants.lib.locking import locked
from pcc_grants.lib.rules import RuleBroken, require_move
from pcc_grants.lib.text import clean
from questionnaires.models import Response
from questionnaires.services import copy_answers

from ..models import MOVES, Application, Status, Transfer
from .people import people_of


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
    application.save(update_fields=["status", "checked_at", "checked_by", "check_notes"])
    record(
        "application.checked",
        application,
        f"{by} found application {application.reference} {'' if eligible else 'not '}eligible.",
        by=by,
        changes={"status": outcome, "notes": notes},
    )
    if not eligible:
        for user in people_of(application):
            queue(
                key=f"application-not-eligible:{application.pk}:{user.pk}",
                to=user,
                template="applications/decision_ready",
                context={"application": application},
                about=application,
            )
    return application


@transaction.atomic
def transfer(*, by, application, to_round, reason, message) -> Application:
    """Move a submitted application to a round of another fund, with a new reference, and tell its members.

    Its answers to the old fund's questions stay as they were; they are carried over to the questions of the
    new one that have the same key. The old reference still finds the application. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    application = _lock(application)
    to_round = Round.objects.select_related("fund").get(pk=to_round.pk)
    if application.round_id == to_round.pk and application.transfers.filter(moved_by=by).exists():
        return application
    if application.status != Status.SUBMITTED:
        raise RuleBroken("Only an application that waits for its check can be moved to another fund.")
    if to_round.published_at is None or to_round.opens_at > clock.now():
        raise RuleBroken("Choose a round that has opened.")
    if to_round.fund_id == application.round.fund_id:
        raise RuleBroken("Choose a round of another fund.")
    reason, message = clean(reason), clean(message)
    if not reason:
        raise RuleBroken("Enter why the application moves")
    if not message:
        raise RuleBroken("Enter the message to the applicant")
    moved = Transfer.objects.create(
        application=application,
        from_round=application.round,
        to_round=to_round,
        from_response=application.response,
        old_reference=application.reference,
        reason=reason,
        moved_by=by,
        moved_at=clock.now(),
    )
    old_theme = application.theme
    application.response = Response.objects.create(
        questionnaire_id=to_round.questionnaire_id,
        organisation=application.organisation,
        created_at=clock.now(),
    )
    carried = copy_answers(by=by, source=moved.from_response, target=application.response)
    application.round = to_round
    application.reference = references.build(
        to_round.reference_prefix, next_number(to_round.reference_prefix)
    )
    application.theme = old_theme and to_round.fund.themes.filter(name__iexact=old_theme.name).first()
    application.save(update_fields=["round", "response", "reference", "theme"])
    record(
        "application.moved",
        application,
        f"{by} moved application {moved.old_reference} from the {moved.from_round.fund} to the"
        f" {to_round.fund}, where it is {application.reference}.",
        by=by,
        changes={
            "reference": [moved.old_reference, application.reference],
            "round": [moved.from_round_id, to_round.pk],
            "theme": [str(old_theme or ""), str(application.theme or "")],
            "carried": carried,
            "reason": reason,
        },
    )
    for user in people_of(application):
        queue(
            key=f"application-moved:{moved.pk}:{user.pk}",
            to=user,
            template="applications/moved",
            context={"application": application, "transfer": moved, "text": message, "user": user},
            about=application,
        )
    return application


def _lock(application) -> Application:
    return locked(Application.objects.select_related("round__fund", "organisation", "theme"), application.pk)
