"""Two people or more score an application, each without seeing the other's scores (domain.md section 7).

Locks are always taken in the same order: the application first, then the assessment.
"""

from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction
from django.db.models import Prefetch

from accounts.models import User
from accounts.permissions import Permission, Role
from applications.models import Application, Assessment, Score, Status
from audit.services import record
from notifications.services import queue
from organisations.models import Membership
from pcc_grants.lib import clock
from pcc_grants.lib.locking import locked
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean

TENTH = Decimal("0.1")


def locked_application(application: Application) -> Application:
    """The application as it stands now, its row locked until the transaction ends."""
    return locked(Application.objects.select_related("round__fund", "organisation"), application.pk)


# -- Assigning -----------------------------------------------------------------------------------------------


def conflicts(application: Application, people) -> dict[int, str]:
    """Who of `people` may not judge this application: user pk → the organisation they belong to."""
    bodies = [application.organisation_id, *application.partners.values_list("pk", flat=True)]
    belonging = Membership.objects.filter(user__in=people, organisation__in=bodies, ended_at=None)
    return dict(belonging.order_by("id").values_list("user", "organisation__name"))


def refuse_conflict(application: Application, person: User, *, what_to_do: str) -> None:
    """Nobody judges an application that their own organisation is part of. Raises RuleBroken."""
    organisation = conflicts(application, [person]).get(person.pk)
    if organisation:
        raise RuleBroken(
            f"{person} belongs to {organisation}, which is part of this application. {what_to_do}"
        )


@transaction.atomic
def assign(*, by, application, assessor, due_on) -> Assessment:
    """Ask an assessor to score an eligible application by a London date, and tell them by e-mail.

    Asking the same person for the same date again changes nothing. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    application = locked_application(application)
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

    What they had written is deleted. When everyone else has finished, the application counts as assessed.
    Raises RuleBroken once scores are submitted or the assessor has stepped aside: those stay on the record.
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
        changes={"assessor": assessment.assessor_id},
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
    scores are submitted. Saying the same twice changes nothing. Raises RuleBroken.
    """
    application, assessment = _locked_assessment(by, assessment)
    interest = clean(interest)
    if assessment.declared_at and assessment.interest == interest:
        return assessment
    _require_open(application, assessment)
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
def score(*, by, assessment, criterion, score=None, reason="") -> Score:
    """Save a score (0 to 5) and its reason for one criterion; either may still be missing. Raises RuleBroken.

    The trail says that a criterion was scored, never how: others read it while scoring is blind.
    """
    application, assessment = _locked_assessment(by, assessment)
    _require_open(application, assessment)
    if assessment.declared_at is None:
        raise RuleBroken("Say whether you have an interest in this application before you score it.")
    refuse_conflict(application, by, what_to_do="Declare your interest.")
    if criterion.round_id != application.round_id:
        raise RuleBroken(f"{criterion} is not a criterion of {application.round}.")
    highest = application.round.highest_score
    if score is not None and (type(score) is not int or not 0 <= score <= highest):
        raise RuleBroken(f"The score for {criterion} must be a whole number from 0 to {highest}.")
    reason = clean(reason)
    saved, made = Score.objects.get_or_create(assessment=assessment, criterion=criterion)
    if (saved.score, saved.reason) == (score, reason):
        return saved
    saved.score, saved.reason = score, reason
    saved.save(update_fields=["score", "reason"])
    record(
        "assessment.scored",
        application,
        f"{by} {'scored' if made else 'changed their score for'} {criterion} of {application.reference}.",
        by=by,
        changes={"criterion": criterion.pk},
    )
    return saved


def score_gaps(assessment: Assessment) -> list[tuple]:
    """What is missing before the scores can be submitted: (criterion, "Select a score for Need") in order."""
    saved = {given.criterion_id: given for given in assessment.scores.all()}
    gaps = []
    for criterion in assessment.application.round.criteria.all():
        given = saved.get(criterion.pk)
        if given is None or given.score is None:
            gaps.append((criterion, f"Select a score for {criterion}"))
        if given is None or not given.reason.strip():
            gaps.append((criterion, f"Enter a reason for your score for {criterion}"))
    return gaps


@transaction.atomic
def submit_scores(*, by, assessment) -> Assessment:
    """Hand in a score and a reason for every criterion; they cannot be changed after. Twice changes nothing.

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


# -- Reading the scores --------------------------------------------------------------------------------------


def with_scores(applications):
    """Prefetch what `totals` needs, so that a list costs the same whatever its length."""
    submitted = Assessment.objects.filter(status=Assessment.Status.SUBMITTED)
    return applications.prefetch_related(
        Prefetch(
            "assessments",
            submitted.select_related("assessor").prefetch_related("scores__criterion"),
            to_attr="scored_assessments",
        ),
        "round__criteria",
    )


def submitted_assessments(application: Application, *, seen_by=None) -> list[Assessment]:
    """The assessments whose scores may be read: submitted ones only, with assessor and scores loaded.

    None at all for `seen_by`, a user, while they have still to score the same application: scoring is blind.
    """
    if seen_by is not None and is_blind(application, seen_by):
        return []
    if hasattr(application, "scored_assessments"):
        return application.scored_assessments
    return list(
        application.assessments.filter(status=Assessment.Status.SUBMITTED)
        .select_related("assessor")
        .prefetch_related("scores__criterion")
    )


def is_blind(application: Application, user) -> bool:
    """Whether this person has still to score the application, and must not see what others gave."""
    return user.may(Permission.ASSESS) and application.pk in blind_applications(user)


def blind_applications(user) -> set[int]:
    """The applications (primary keys) that this person has still to score."""
    if not user.may(Permission.ASSESS):
        return set()
    assigned = Assessment.objects.filter(assessor=user, status=Assessment.Status.ASSIGNED)
    return set(assigned.values_list("application", flat=True))


def totals(application: Application) -> dict:
    """What the submitted scores come to.

    `criteria`: a dict per criterion of the fund with `criterion`, `scores` (list of int), `mean` (Decimal,
    one place, on the scale of the round, or None) and `spread` (highest less lowest). `percentage`: the
    weighted mean in percent of the most possible (Decimal, one place, or None). `spread`: the widest.
    `assessors`: how many.
    """
    assessments = submitted_assessments(application)
    given: dict[int, list[int]] = {}
    for assessment in assessments:
        for one in assessment.scores.all():
            given.setdefault(one.criterion_id, []).append(one.score)
    rows = [criterion_total(c, given.get(c.pk, [])) for c in application.round.criteria.all()]
    return {
        "criteria": rows,
        "percentage": percentage_of(rows, application.round.highest_score),
        "spread": max((row["spread"] for row in rows), default=0),
        "assessors": len(assessments),
    }


def criterion_total(criterion, scores: list[int]) -> dict:
    """One row of `totals`."""
    mean = Decimal(sum(scores)) / len(scores) if scores else None
    return {
        "criterion": criterion,
        "scores": scores,
        "exact_mean": mean,
        "mean": None if mean is None else mean.quantize(TENTH, ROUND_HALF_UP),
        "spread": max(scores) - min(scores) if scores else 0,
    }


def percentage_of(rows: list[dict], highest: int) -> Decimal | None:
    """The weighted percentage of rows of `totals`, over those that have scores, from their exact means.

    `highest` is the best score of the round's scale.
    """
    scored = [row for row in rows if row["exact_mean"] is not None]
    if not scored:
        return None
    weights = sum(row["criterion"].weight for row in scored)
    earned = sum(row["criterion"].weight * row["exact_mean"] for row in scored)
    return (100 * earned / (weights * highest)).quantize(TENTH, ROUND_HALF_UP)
