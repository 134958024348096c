"""Answers carried over from one questionnaire to another."""

from ..kinds import DECIDING_KINDS, is_blank
from ..models import Answer, AnswerVersion, Question, Questionnaire, Response
from .answering import store

Kind = Question.Kind


def fitting(source: Response, questionnaire: Questionnaire, also: dict[str, str] | None = None) -> dict:
    """What of a response answers the questions of another questionnaire: {question key there: value}.

    Questions match by key and kind; `also` matches more of them: {key there: key here}. A choice that is not
    offered there is left out. Choices of a list that is not the questionnaire's own are carried as they are.
    """
    answers = {answer.question.key: answer for answer in source.answers.select_related("question")}
    found = {}
    for question in questionnaire.questions.all():
        answer = answers.get(question.key) or answers.get((also or {}).get(question.key))
        value = _fitting_value(question, answer) if answer else None
        if not is_blank(value):
            found[question.key] = value
    return found


def carry_over(*, by, response: Response, values: dict) -> list[str]:
    """Give a new response answers that were given elsewhere: {question key: value}. The keys that it took."""
    questions = response.questionnaire.questions.filter(key__in=values)
    for question in questions:
        store(response, question, None, by, values[question.key], AnswerVersion.How.CARRIED)
    return [question.key for question in questions]


def _fitting_value(question: Question, answer: Answer):
    value = answer.value
    if question.kind != answer.question.kind:
        return None
    if question.kind == Kind.TABLE and question.columns != answer.question.columns:
        return None
    if question.kind in DECIDING_KINDS - {Kind.YES_NO} and not question.source:
        offered = {option[0] for option in question.options}
        return [one for one in value if one in offered] if isinstance(value, list) else _one(value, offered)
    return value


def _one(value, offered):
    return value if isinstance(value, str) and value in offered else None
