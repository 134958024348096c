"""Two people or more score an application, each without seeing the other's scores (domain.md section 7).

Locks are always taken in the same order: the application first, then the assessment.
"""

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission, Role
from applications.models import Application, Assessment, Score, Status
from audit.services import record
from notifications.services import queue
from organisations.services import declare_interest
from pcc_grants.lib import clock
from pcc_grants.lib.locking import locked
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean

from .conflicts import conflicts as conflicts
from .conflicts import refuse_conflict as refuse_conflict
from .scores import blind_applications as blind_applications
from .scores import criterion_total as criterion_total
from .scores import is_blind as is_blind
from .scores import percentage_of as percentage_of
from .scores import submitted_assessments as submitted_assessments
from .scores import totals as totals
from .scores import with_scores as with_scores

SOMEONE_ELSE = "Someone else must do this."


def locked_application(application: Application) -> Application:
    """The application as it stands now, its row locked until the transaction ends."""
    return locked(Application.objects.select_related("round__fund", "organisation"), application.pk)


# -- Assigning -----------------------------------------------------------------------------------------------


@transaction.atomic
def assign(*, by, application, assessor, due_on) -> Assessment:
    """Ask an assessor to score an eligible application by a London date, and tell them by e-mail.

    Asking the same person for the same date again changes nothing. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    application = locked_application(application)
    refuse_conflict(application, by, what_to_do=SOMEONE_ELSE)
    existing = application.assessments.filter(assessor=assessor).first()
    if existing:
        return _assigned_already(existing, due_on)
    if application.status != Status.ELIGIBLE:
        raise RuleBroken(
            "Assessors are assigned after an application has been found eligible, until it has been scored. "
            f"This one is: {application.get_status_display().lower()}."
        )
    if not assessor.may(Permission.ASSESS):
        raise RuleBroken(f"{assessor} is not an assessor. Choose someone who is.")
    refuse_conflict(application, assessor, what_to_do="Choose someone else.")
    if due_on < clock.today():
        raise RuleBroken("The date the scores are due must be today or later.")
    assessment = Assessment.objects.create(
        application=application, assessor=assessor, assigned_by=by, due_on=due_on
    )
    queue(
        key=f"assessment:{assessment.pk}:assigned",
        to=assessor,
        template="applications/assigned",
        context={"application": application, "assessment": assessment},
        about=application,
    )
    record(
        "assessment.assigned",
        application,
        f"{assessor} was asked to score {application.reference} by {clock.format_date(due_on)}.",
        by=by,
        changes={"assessor": assessor.pk, "due_on": due_on},
    )
    return assessment


def _assigned_already(assessment: Assessment, due_on) -> Assessment:
    if assessment.status == Assessment.Status.RECUSED:
        raise RuleBroken(
            f"{assessment.assessor} has stepped aside from this application. Choose someone else."
        )
    if assessment.due_on != due_on:
        raise RuleBroken(
            f"{assessment.assessor} has already been asked to score this application, "
            f"by {clock.format_date(assessment.due_on)}."
        )
    return assessment


@transaction.atomic
def unassign(*, by, assessment) -> None:
    """Take back an assignment that has not been scored, and tell the assessor. Twice changes nothing.

    What they had written is deleted; what they asked the office stays in the trail, with the answers. When
    everyone else has finished, the application counts as assessed. Raises RuleBroken once scores are
    submitted, even if they were reopened, or the assessor has stepped aside: those stay on the record.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    application = locked_application(assessment.application)
    assessment = application.assessments.select_related("assessor").filter(pk=assessment.pk).first()
    if assessment is None:
        return
    if assessment.status != Assessment.Status.ASSIGNED:
        raise RuleBroken(
            f"{assessment.assessor}'s part is on the record and stays there: "
            f"{assessment.get_status_display().lower()}."
        )
    refuse_conflict(application, by, what_to_do=SOMEONE_ELSE)
    if assessment.reopened_at:
        raise RuleBroken("Their scores were submitted once and stay on the record.")
    asked = [[one.text, one.answer] for one in assessment.questions.all()]
    queue(
        key=f"assessment:{assessment.pk}:withdrawn",
        to=assessment.assessor,
        template="applications/assessment_withdrawn",
        context={"application": application},
        about=application,
    )
    record(
        "assessment.withdrawn",
        application,
        f"{assessment.assessor} no longer scores {application.reference}.",
        by=by,
        changes={"assessor": assessment.assessor_id} | ({"questions": asked} if asked else {}),
    )
    assessment.delete()
    finish_when_all_scored(application)


# -- The assessor's part -------------------------------------------------------------------------------------


def _locked_assessment(by, assessment: Assessment) -> tuple[Application, Assessment]:
    """The application and the assessment, locked, for the assessor alone. Raises RuleBroken for others."""
    by.require(Permission.ASSESS)
    application = locked_application(assessment.application)
    assessment = (
        application.assessments.select_for_update(of=("self",), no_key=True).filter(pk=assessment.pk).first()
    )
    if assessment is None:
        raise RuleBroken("You are no longer asked to score this application.")
    if assessment.assessor_id != by.pk:
        raise RuleBroken("Only the assessor who was asked can score this application.")
    assessment.application = application
    return application, assessment


def _require_open(application: Application, assessment: Assessment) -> None:
    """Scoring goes on while the application is being assessed and the scores are not submitted."""
    if assessment.status == Assessment.Status.RECUSED:
        raise RuleBroken("You stepped aside from this application. Your part in it has ended.")
    if assessment.status == Assessment.Status.SUBMITTED:
        raise RuleBroken(
            "You have submitted your scores for this application. They can no longer be changed."
        )
    if application.status != Status.ELIGIBLE:
        raise RuleBroken(
            "This application is no longer being scored. "
            f"It is now: {application.get_status_display().lower()}."
        )


@transaction.atomic
def declare(*, by, assessment, interest="") -> Assessment:
    """Say whether there is an interest, before any answer is shown: "" for none, or what it is.

    An interest ends the assessor's part and tells the officers; it can also be declared later, until the
    scores are submitted. Where the application is of one organisation alone, the interest is in that one and
    goes on the register. Saying the same twice changes nothing. Raises RuleBroken, also for “none” from
    somebody who is known to have one.
    """
    application, assessment = _locked_assessment(by, assessment)
    interest = clean(interest)
    if not interest and assessment.status == Assessment.Status.ASSIGNED:
        refuse_conflict(application, by, what_to_do="Say what your interest is.")
    if assessment.declared_at and assessment.interest == interest:
        return assessment
    _require_open(application, assessment)
    if interest and not application.partners.exists() and not application.named_partners.exists():
        declare_interest(by=by, organisation=application.organisation, interest=interest)
    assessment.declared_at = clock.now()
    assessment.interest = interest
    if interest:
        assessment.status = Assessment.Status.RECUSED
    assessment.save(update_fields=["declared_at", "interest", "status"])
    if interest:
        _tell_officers(application, assessment)
        said = f"{by} declared an interest in {application.reference} and stepped aside."
    else:
        said = f"{by} declared no interest in {application.reference}."
    record("assessment.declared", application, said, by=by, changes={"interest": interest})
    if interest:
        finish_when_all_scored(application)
    return assessment


def _tell_officers(application: Application, assessment: Assessment) -> None:
    """Whoever assigned them finds another assessor; if they have left, every officer is told."""
    officers = [assessment.assigned_by]
    if not assessment.assigned_by.may(Permission.MANAGE_APPLICATIONS):
        officers = User.objects.with_role(Role.OFFICER)
    for officer in officers:
        queue(
            key=f"assessment:{assessment.pk}:stepped-aside:{officer.pk}",
            to=officer,
            template="applications/assessor_stepped_aside",
            context={"application": application, "assessment": assessment},
            about=application,
        )


@transaction.atomic
def score(*, by, assessment, criterion, score=None, passed=None, reason="") -> Score:
    """Save what one criterion is given and why; either may still be missing. Raises RuleBroken.

    `score` is from 0 to the best of the round's scale; `passed` is for a criterion that is passed or not.
    The trail says that a criterion was scored, never how: others read it while scoring is blind.
    """
    application, assessment = _locked_assessment(by, assessment)
    _require_open(application, assessment)
    if assessment.declared_at is None:
        raise RuleBroken("Say whether you have an interest in this application before you score it.")
    refuse_conflict(application, by, what_to_do="Declare your interest.")
    check_given(application, criterion, score, passed)
    reason = clean(reason)
    saved, made = Score.objects.get_or_create(assessment=assessment, criterion=criterion)
    if (saved.score, saved.passed, saved.reason) == (score, passed, reason):
        return saved
    saved.score, saved.passed, saved.reason = score, passed, reason
    saved.save(update_fields=["score", "passed", "reason"])
    record(
        "assessment.scored",
        application,
        f"{by} {'scored' if made else 'changed their score for'} {criterion} of {application.reference}.",
        by=by,
        changes={"criterion": criterion.pk},
    )
    return saved


def check_given(application: Application, criterion, score, passed) -> None:
    """Refuse what is no score of the round's scale, or no answer to whether it passes. Raises RuleBroken."""
    if criterion.round_id != application.round_id:
        raise RuleBroken(f"{criterion} is not a criterion of {application.round}.")
    if criterion.is_pass_fail:
        if score is not None or type(passed) not in (bool, type(None)):
            raise RuleBroken(f"{criterion} is passed or not. It has no score.")
        return
    highest = application.round.highest_score
    if passed is not None or (score is not None and (type(score) is not int or not 0 <= score <= highest)):
        raise RuleBroken(f"The score for {criterion} must be a whole number from 0 to {highest}.")


def score_gaps(assessment: Assessment) -> list[tuple]:
    """What is missing before the scores can be submitted: (criterion, "Select a score for Need") in order.

    Once one criterion is said not to be passed, those that are scored need nothing.
    """
    saved = {given.criterion_id: given for given in assessment.scores.all()}
    is_failed = any(given.passed is False for given in saved.values())
    gaps = []
    for criterion in assessment.application.round.criteria.all():
        given = saved.get(criterion.pk)
        has_reason = given is not None and given.reason.strip()
        if criterion.is_pass_fail:
            if given is None or given.passed is None:
                gaps.append((criterion, f"Select whether {criterion} is passed"))
            if not has_reason:
                gaps.append((criterion, f"Enter a reason why {criterion} is passed or not"))
        elif not is_failed:
            if given is None or given.score is None:
                gaps.append((criterion, f"Select a score for {criterion}"))
            if not has_reason:
                gaps.append((criterion, f"Enter a reason for your score for {criterion}"))
    return gaps


@transaction.atomic
def submit_scores(*, by, assessment) -> Assessment:
    """Hand in a score and a reason for every criterion. Twice changes nothing; only an officer reopens them.

    The last one needed moves the application on to assessed. Raises RuleBroken naming what is missing.
    """
    application, assessment = _locked_assessment(by, assessment)
    if assessment.status == Assessment.Status.SUBMITTED:
        return assessment
    _require_open(application, assessment)
    if assessment.declared_at is None:
        raise RuleBroken("Say whether you have an interest in this application before you score it.")
    refuse_conflict(application, by, what_to_do="Declare your interest.")
    gaps = score_gaps(assessment)
    if gaps:
        raise RuleBroken(". ".join(sentence for _, sentence in gaps) + ".")
    assessment.status = Assessment.Status.SUBMITTED
    assessment.submitted_at = clock.now()
    assessment.save(update_fields=["status", "submitted_at"])
    record(
        "assessment.submitted", application, f"{by} submitted their scores of {application.reference}.", by=by
    )
    finish_when_all_scored(application)
    return assessment


def finish_when_all_scored(application: Application) -> None:
    """Enough scores submitted and nobody still scoring: the application, locked by now, is assessed."""
    states = list(application.assessments.values_list("status", flat=True))
    enough = states.count(Assessment.Status.SUBMITTED) >= application.round.assessors_needed
    if application.status != Status.ELIGIBLE or not enough or Assessment.Status.ASSIGNED in states:
        return
    application.status = Status.ASSESSED
    application.save(update_fields=["status"])
    record("application.assessed", application, f"{application.reference} has been scored by everyone asked.")
