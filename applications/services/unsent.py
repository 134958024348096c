"""What is typed into sections that a question of ours opened, and not sent yet: the office has not got it."""

from pcc_grants.lib import clock
from questionnaires.reading import Reading, read_typed
from questionnaires.services import put_back

from ..models import Application, Clarification
from .answering import asking_of, reading_of
from .case_facts import most_of
from .completeness import add_rules


def open_question(application: Application) -> Clarification | None:
    """Our question that waits for an answer."""
    return application.clarifications.select_related("asked_by").filter(ended_at=None).first()


def sent_reading_of(application: Application) -> Reading:
    """The application as its people sent it, for everybody but themselves."""
    question = open_question(application)
    if question is None:
        return reading_of(application)
    answers = application.response.answers.select_related("question")
    values = {answer.question.key: answer.value for answer in answers} | question.before
    asking = asking_of(application.round, application.organisation)
    reading = read_typed(application.response.questionnaire, asking, values)
    add_rules(application.round, reading, most=most_of(application))
    return reading


def end_unanswered(application: Application, status: Clarification.Status) -> Clarification | None:
    """End the open question without an answer: what was not sent does not count, and stays in the history.

    Inside the transaction of the caller, which holds the lock of the application. Gives the question.
    """
    question = open_question(application)
    if question is None:
        return None
    put_back(by=application.submitted_by, response=application.response, values=question.before)
    question.status, question.ended_at = status, clock.now()
    question.after = question.before
    question.save(update_fields=["status", "ended_at", "after"])
    return question
