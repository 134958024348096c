"""What an applicant changed to answer our questions: the answer before, and the answer now."""

from questionnaires.comparing import Change, compare
from questionnaires.kinds import Asking, is_blank
from questionnaires.models import Question

from ..models import Application, Clarification
from .answering import asking_of


def same_answer(one, other) -> bool:
    """Whether two stored values say the same; nothing is the same however it is stored."""
    return one == other or (is_blank(one) and is_blank(other))


def questions_with_changes(application: Application) -> list[Clarification]:
    """Every question of ours, the latest first, each with its `changes` once it is answered."""
    found = list(
        application.clarifications.select_related("asked_by", "answered_by")
        .prefetch_related("sections__questions")
        .order_by("-pk")
    )
    asking = _asking_of_any_time(application) if found else None
    for question in found:
        question.changes = _changes(question, asking)
    return found


def originals(application: Application) -> dict[str, Change]:
    """Of every answer changed since the application was sent: what it was then, and what it is now."""
    first: dict[str, tuple[Question, object]] = {}
    answered = application.clarifications.filter(
        status=Clarification.Status.ANSWERED,
        sections__questionnaire=application.response.questionnaire_id,
    )
    for question in answered.distinct().prefetch_related("sections__questions"):
        for one in _questions_of(question):
            if not same_answer(question.before.get(one.key), question.after.get(one.key)):
                first.setdefault(one.key, (one, question.before.get(one.key)))
    if not first:
        return {}
    asking = _asking_of_any_time(application)
    now = {
        answer.question.key: answer.value
        for answer in application.response.answers.select_related("question").filter(
            question__in=[one.pk for one, _ in first.values()]
        )
    }
    return {
        key: compare(one, before, now.get(key), asking)
        for key, (one, before) in first.items()
        if not same_answer(before, now.get(key))
    }


def _changes(question: Clarification, asking: Asking) -> list[Change]:
    if question.status != Clarification.Status.ANSWERED:
        return []
    return [
        compare(one, question.before.get(one.key), question.after.get(one.key), asking)
        for one in _questions_of(question)
        if not same_answer(question.before.get(one.key), question.after.get(one.key))
    ]


def _questions_of(question: Clarification) -> list[Question]:
    """The questions of the sections that it opened, in the order of the form."""
    sections = sorted(question.sections.all(), key=lambda section: section.position)
    return [
        one
        for section in sections
        for one in sorted(section.questions.all(), key=lambda one: one.position)
        if one.key in question.before
    ]


def _asking_of_any_time(application: Application) -> Asking:
    """The lists and documents of every fund it stood in."""
    asking = asking_of(application.round, application.organisation)
    for transfer in application.transfers.select_related("from_round__fund", "to_round__fund"):
        for round in (transfer.from_round, transfer.to_round):
            asking.options[Question.Source.THEMES] += [
                (str(theme.pk), theme.name) for theme in round.fund.themes.all()
            ]
    return asking
