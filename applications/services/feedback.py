"""What an applicant is told about each criterion, in the words of the officer."""

from decimal import Decimal

from django.db import transaction

from accounts.permissions import Permission
from applications.models import Application, Feedback, Status
from audit.services import record
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean

from .assessing import locked_application
from .moderating import refuse_interest
from .scores import DISPUTED, FAILED, is_blind, totals

LOW_SCORE = 3
LOW_SHARE = Decimal("0.6")
LONGEST_FEEDBACK = 5_000
WRITABLE = (
    Status.ASSESSED,
    Status.RECOMMENDED,
    Status.RESERVE,
    Status.NOT_RECOMMENDED,
    Status.DEFERRED,
    Status.APPROVED,
    Status.DECLINED,
)


@transaction.atomic
def write_feedback(*, by, application, texts: dict) -> list[Feedback]:
    """Save what the applicant will be told of each criterion: {criterion pk: text}; "" takes it away.

    Open from the last score until the outcome is released. Nothing of it reaches the applicant before.
    The same words again change nothing. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    application = locked_application(application)
    if refusal := why_no_feedback(application):
        raise RuleBroken(refusal)
    refuse_interest(application, by)
    if is_blind(application, by):
        raise RuleBroken("You have still to score this application yourself. Submit your scores first.")
    criteria = {criterion.pk: criterion for criterion in application.round.criteria.all()}
    written = {one.criterion_id: one for one in application.feedback.all()}
    changes = {}
    for key, text in texts.items():
        if key not in criteria:
            raise RuleBroken(f"Feedback is about the criteria of {application.round}.")
        before = written[key].text if key in written else ""
        text = clean(text)
        if len(text) > LONGEST_FEEDBACK:
            raise RuleBroken(f"Feedback on {criteria[key]} must be {LONGEST_FEEDBACK:,} characters or fewer.")
        if text != before:
            changes[str(criteria[key])] = [before, text]
            _store(by, application, criteria[key], text)
    if changes:
        record(
            "feedback.written",
            application,
            f"{by} wrote feedback for the applicant of {application.reference}.",
            by=by,
            changes=changes,
        )
    return list(application.feedback.select_related("criterion"))


def _store(by, application: Application, criterion, text: str) -> None:
    if not text:
        application.feedback.filter(criterion=criterion).delete()
        return
    facts = {"text": text, "written_by": by, "written_at": clock.now()}
    Feedback.objects.update_or_create(application=application, criterion=criterion, defaults=facts)


def why_no_feedback(application: Application) -> str:
    """Why feedback cannot be written now, in a sentence; empty when it can."""
    if application.outcome_released_at is not None:
        return "The applicant has been told the outcome, so the feedback stays as it is."
    if application.status not in WRITABLE:
        return (
            "Feedback is written once an application has been scored by everyone asked. "
            f"This one is: {application.get_status_display().lower()}."
        )
    return ""


def feedback_gaps(application: Application) -> list[str]:
    """What must be written before the outcome is released: "Write feedback on Need: it scored 2.5 out of 5".

    Each criterion that is not passed, and each whose score, agreed or the mean, is below 3 or below 60% of
    the scale (screens.md 3.15).
    """
    written = {one.criterion_id for one in application.feedback.all()}
    highest = application.round.highest_score
    gaps = []
    for row in totals(application)["criteria"]:
        if row["criterion"].pk in written:
            continue
        if row["result"] in (FAILED, DISPUTED):
            gaps.append(f"Write feedback on {row['criterion']}: it is not passed")
        elif is_low(row["exact_mean"], highest):
            gaps.append(f"Write feedback on {row['criterion']}: it scored {row['mean']} out of {highest}")
    return gaps


def is_low(mean: Decimal | None, highest: int) -> bool:
    """Whether a score is so low that the applicant must be told why; full marks never are."""
    if mean is None or mean >= highest:
        return False
    return mean < LOW_SCORE or mean < LOW_SHARE * highest
