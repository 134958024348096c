"""An assessor asks the office about an application while they score it, and is answered."""

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission, Role
from applications.models import Application, Assessment, AssessorQuestion, Status
from audit.services import record
from notifications.services import queue
from pcc_grants.lib import clock
from pcc_grants.lib.locking import locked
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean

from .assessing import locked_application
from .conflicts import refuse_conflict
from .scores import is_blind

LONGEST_QUESTION = 5_000


def is_open(assessment: Assessment) -> bool:
    """Whether its assessor can ask: they have declared no interest and are still to submit."""
    return (
        assessment.declared_at is not None
        and assessment.status == Assessment.Status.ASSIGNED
        and assessment.application.status == Status.ELIGIBLE
    )


@transaction.atomic
def ask_office(*, by, assessment, text) -> AssessorQuestion:
    """Send a question to the officer who asked for the scores; if they have left, to every officer.

    The same question again, while it waits for its answer, changes nothing. Raises RuleBroken.
    """
    by.require(Permission.ASSESS)
    application = locked_application(Application(pk=assessment.application_id))
    assessment = locked(Assessment.objects.select_related("assessor", "assigned_by"), assessment.pk)
    assessment.application = application
    if assessment.assessor_id != by.pk:
        raise RuleBroken("Only the assessor who was asked to score an application can ask about it.")
    if not is_open(assessment):
        raise RuleBroken("You can ask us about an application while you score it. This one you do not score.")
    text = _checked(text, "Enter your question.", "Your question")
    if same := assessment.questions.filter(text=text, answered_at=None).first():
        return same
    question = AssessorQuestion.objects.create(assessment=assessment, text=text, asked_at=clock.now())
    officers = [assessment.assigned_by]
    if not assessment.assigned_by.may(Permission.MANAGE_APPLICATIONS):
        officers = User.objects.with_role(Role.OFFICER)
    for officer in officers:
        queue(
            key=f"assessor-question:{question.pk}:{officer.pk}",
            to=officer,
            template="applications/assessor_question",
            context={"application": application, "question": question, "assessor": by},
            about=application,
        )
    record(
        "assessment.question_asked",
        application,
        f"{by} asked the office a question about {application.reference}.",
        by=by,
        changes={"question": question.pk},
    )
    return question


@transaction.atomic
def answer_assessor(*, by, question, answer) -> AssessorQuestion:
    """Answer an assessor, by e-mail and on their page of the application; once. Raises RuleBroken."""
    by.require(Permission.MANAGE_APPLICATIONS)
    rows = AssessorQuestion.objects.select_related("assessment__assessor", "answered_by")
    question = locked(rows, question.pk)
    application = Application.objects.select_related("round__fund", "organisation").get(
        pk=question.assessment.application_id
    )
    answer = _checked(answer, "Enter your answer.", "Your answer")
    if question.answered_at:
        if (question.answered_by_id, question.answer) == (by.pk, answer):
            return question
        raise RuleBroken(f"{question.answered_by} has already answered this question.")
    if is_blind(application, by):
        raise RuleBroken("You score this application yourself. Someone else must answer.")
    refuse_conflict(application, by, what_to_do="Someone else must answer.")
    question.answer, question.answered_by, question.answered_at = answer, by, clock.now()
    question.save(update_fields=["answer", "answered_by", "answered_at"])
    queue(
        key=f"assessor-question:{question.pk}:answered",
        to=question.assessment.assessor,
        template="applications/assessor_answered",
        context={"application": application, "question": question},
        about=application,
    )
    record(
        "assessment.question_answered",
        application,
        f"{by} answered a question of {question.assessment.assessor} about {application.reference}.",
        by=by,
        changes={"question": question.pk},
    )
    return question


def _checked(text: str, empty: str, name: str) -> str:
    text = clean(text)
    if not text:
        raise RuleBroken(empty)
    if len(text) > LONGEST_QUESTION:
        raise RuleBroken(f"{name} must be {LONGEST_QUESTION:,} characters or fewer.")
    return text
