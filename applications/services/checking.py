"""The office's first look: is it complete, and may the fund support it?"""

from dataclasses import dataclass

from django.db import transaction

from accounts.permissions import Permission
from audit.services import record
from funds.models import CheckItem
from notifications.services import queue
from organisations.services import diligence_gaps
from pcc_grants.lib import clock
from pcc_grants.lib.locking import locked
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean

from ..models import Application, CheckAnswer, Status
from .assessing import finish_when_all_scored, refuse_conflict
from .people import people_of
from .releasing import store_letter

Answer = CheckAnswer.Answer
NOT_WAITING = "Only an application that waits for its check can be checked. This one does not."
SOMEONE_ELSE = "Someone else must check it."


@dataclass(frozen=True)
class Line:
    """One line of the checklist of an application's round, with its answer: None while there is none."""

    item: CheckItem
    given: CheckAnswer | None

    @property
    def is_no(self) -> bool:
        return self.given is not None and self.given.answer == Answer.NO


def checklist_of(application: Application) -> list[Line]:
    """The lines of the checklist of its round, in order. None in a round without a checklist. Two queries."""
    items = list(application.round.check_items.all())
    if not items:
        return []
    given = application.check_answers.filter(item__in=items).select_related("answered_by")
    by_item = {one.item_id: one for one in given}
    return [Line(item, by_item.get(item.pk)) for item in items]


def diligence_gaps_of(application: Application) -> list[str]:
    """What its round needs to be known of the lead organisation and is not in order: a sentence each."""
    return diligence_gaps(application.organisation, application.round.diligence_needed)


@transaction.atomic
def answer_checklist(*, by, application, answers, notes=None) -> Application:
    """Keep answers to lines of the checklist, while an application waits for its check; others may follow.

    `answers`: the pk of a line → (yes, no or na, note). Every answer but yes needs a note. An answer that
    says the same keeps who gave it and when. `notes` of the check, as far as they are; None leaves them.
    Raises RuleBroken.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    application = _lock(application)
    if application.status != Status.SUBMITTED:
        raise RuleBroken(NOT_WAITING)
    refuse_conflict(application, by, what_to_do=SOMEONE_ELSE)
    _keep(by, application, answers)
    if notes is not None and clean(notes) != application.check_notes:
        application.check_notes = clean(notes)
        application.save(update_fields=["check_notes"])
    return application


def _keep(by, application, answers) -> None:
    lines = {line.item.pk: line for line in checklist_of(application)}
    changed = {}
    for pk, (answer, note) in answers.items():
        line, note = lines.get(pk), clean(note)
        if line is None:
            raise RuleBroken("The checklist has changed. Open the page again.")
        if answer not in Answer.values:
            raise RuleBroken(f"Select yes, no or does not apply for “{line.item}”.")
        if answer != Answer.YES and not note:
            raise RuleBroken(f"Enter a note for “{line.item}”, which is not answered yes.")
        given = line.given or CheckAnswer(application=application, item=line.item)
        if line.given and (given.answer, given.note) == (answer, note):
            continue
        given.answer, given.note = answer, note
        given.answered_by, given.answered_at = by, clock.now()
        given.save()
        changed[line.item.text] = answer
    if changed:
        record(
            "application.checklist_answered",
            application,
            f"{by} answered {len(changed)} of the {len(lines)} lines of the checklist.",
            by=by,
            changes=changed,
        )


def _require_checklist(application, notes) -> None:
    """Every line is answered, and what goes on in spite of a no says why. Raises RuleBroken."""
    lines = checklist_of(application)
    if left := [line.item for line in lines if line.given is None]:
        more = f" and {len(left) - 1} more" if len(left) > 1 else ""
        raise RuleBroken(
            f"Answer every line of the checklist before you find it eligible: “{left[0]}”{more}."
        )
    no = next((line.item for line in lines if line.is_no), None)
    if no and not notes:
        raise RuleBroken(
            f"“{no}” is answered no. Say in the notes of your check why the application goes on all the "
            "same, or find it not eligible."
        )


@transaction.atomic
def check(*, by, application, eligible: bool, notes, answers=None) -> Application:
    """Record whether a submitted application may go on to be assessed. What is not eligible needs the reason.

    `answers` to the checklist are kept first, as `answer_checklist` does. It is found eligible only when
    every line is answered; one that is answered no needs `notes` that say why it goes on all the same.
    Members are told when it is not eligible, and read why when they sign in. The same answer by the same
    person again changes nothing. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    application = _lock(application)
    outcome = Status.ELIGIBLE if eligible else Status.INELIGIBLE
    if application.status == outcome and application.checked_by_id == by.pk:
        return application
    went_on = application.status == Status.ASSESSED and not application.round.assessors_needed
    if eligible and application.checked_by_id == by.pk and went_on:
        return application
    if application.status != Status.SUBMITTED:  # what was assessed is made eligible again elsewhere
        raise RuleBroken(NOT_WAITING)
    refuse_conflict(application, by, what_to_do=SOMEONE_ELSE)
    notes = clean(notes)
    if not eligible and not notes:
        raise RuleBroken("Enter why the application is not eligible")
    _keep(by, application, answers or {})
    if eligible:
        _require_checklist(application, notes)
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
