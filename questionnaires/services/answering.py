"""Answers: saved however wrong, never overwritten unseen, and never lost.

The caller holds the lock of what the response belongs to, and has judged who may write.
"""

from dataclasses import dataclass
from datetime import timedelta

from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken

from ..kinds import is_blank
from ..models import Answer, AnswerVersion, Comment, CompletedSection, Question, Response, Section

MOST_CHARACTERS = 100_000  # of any one answer: over-long answers are kept, whole books are not
SITTING = timedelta(minutes=30)  # what one person types within it is one entry of the history

How = AnswerVersion.How


@dataclass(frozen=True)
class Conflict:
    """Two people changed one answer. Mine is kept aside as a version; theirs is the present answer."""

    question: Question
    mine: AnswerVersion
    theirs: Answer


def save(
    *, by, response: Response, values: dict, revisions: dict[str, int] | None = None, how=How.SAVED
) -> list[Conflict]:
    """Store answers as typed: {question key: value}. Gives the conflicts, in the order of the questions.

    `revisions` says on which revision each was typed; an answer that somebody changed since is not touched:
    what was typed is set aside as a version, for its writer to choose. None overwrites. Raises RuleBroken for
    an answer longer than a book.
    """
    questions = {
        question.key: question
        for question in Question.objects.filter(questionnaire=response.questionnaire_id, key__in=values)
    }
    present = {
        answer.question_id: answer
        for answer in response.answers.filter(question__in=questions.values()).select_related("changed_by")
    }
    for key, question in questions.items():
        require_storable(question, values[key])
    conflicts = []
    for key, question in questions.items():
        answer, value = present.get(question.pk), values[key]
        if answer is None and is_blank(value):
            continue
        if answer is not None and answer.value == value:
            _confirm(answer, by, how)
            continue
        stale = revisions is not None and answer is not None and answer.revision != revisions.get(key, 0)
        if stale:
            conflicts.append(Conflict(question, _set_aside(response, question, by, value), answer))
        else:
            store(response, question, answer, by, value, how)
    return conflicts


def restore(*, by, response: Response, version: AnswerVersion) -> None:
    """Make an earlier answer the present one. What it replaces stays in the history."""
    answer = response.answers.filter(question=version.question_id).first()
    if answer is None or answer.value != version.value:
        store(response, version.question, answer, by, version.value, How.RESTORED)


def put_back(*, by, response: Response, values: dict) -> list[str]:
    """Make answers what they were when `by` sent them: {question key: value or None}. The keys changed.

    What was typed since stays in the history of each.
    """
    changed = []
    questions = Question.objects.filter(questionnaire=response.questionnaire_id, key__in=values)
    present = {answer.question_id: answer for answer in response.answers.filter(question__in=questions)}
    for question in questions:
        answer, value = present.get(question.pk), values[question.key]
        if answer is None and is_blank(value):
            continue
        if answer is None or answer.value != value:
            store(response, question, answer, by, "" if value is None else value, How.PUT_BACK)
            changed.append(question.key)
    return changed


def tick_section(*, by, response: Response, section: Section, complete: bool) -> bool:
    """Say that a section is complete, or that it is not. Whether anything changed."""
    if not complete:
        return bool(response.completed_sections.filter(section=section).delete()[0])
    _, made = CompletedSection.objects.get_or_create(
        response=response, section=section, defaults={"by": by, "at": clock.now()}
    )
    return made


def comment(*, by, response: Response, section: Section, text: str) -> Comment:
    """Leave a remark for colleagues. The same text by the same person again gives the first."""
    if not text:
        raise RuleBroken("Enter your comment")
    if len(text) > MOST_CHARACTERS:
        raise RuleBroken(f"Your comment must be {MOST_CHARACTERS:,} characters or fewer. Shorten it")
    last = response.comments.filter(section=section, removed_at=None).last()
    if last and (last.by_id, last.text) == (by.pk, text):
        return last
    return Comment.objects.create(response=response, section=section, text=text, by=by, at=clock.now())


def remove_comment(*, by, comment: Comment) -> None:
    """Take back a remark of one's own."""
    if comment.by_id != by.pk:
        raise RuleBroken("Only the person who wrote a comment can remove it.")
    if comment.removed_at is None:
        comment.removed_at = clock.now()
        comment.save(update_fields=["removed_at"])


def require_storable(question: Question, value) -> None:
    """Refuse an answer longer than a book. Raises RuleBroken."""
    texts = [value] if isinstance(value, str) else _texts_in(value)
    if sum(map(len, texts)) > MOST_CHARACTERS:
        raise RuleBroken(f"{question.name} must be {MOST_CHARACTERS:,} characters or fewer. Shorten it.")


def _texts_in(value) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in _texts_in(one)]
    if isinstance(value, list):
        return [text for one in value for text in _texts_in(one)]
    return [value] if isinstance(value, str) else []


def _confirm(answer: Answer, by, how) -> None:
    """The same words again: what was saved while typing is now saved by a button."""
    if answer.is_autosaved and how != How.AUTOSAVED:
        answer.is_autosaved = False
        answer.save(update_fields=["is_autosaved"])
        AnswerVersion.objects.filter(
            response=answer.response_id, question=answer.question_id, revision=answer.revision
        ).update(how=how, at=clock.now())


def store(response, question, answer, by, value, how) -> None:
    """Write a present answer and its place in the history."""
    facts = {
        "value": value,
        "is_autosaved": how == How.AUTOSAVED,
        "changed_by": by,
        "changed_at": clock.now(),
    }
    if answer is None:
        answer = Answer.objects.create(response=response, question=question, **facts)
    else:
        for name, fact in facts.items():
            setattr(answer, name, fact)
        answer.revision += 1
        answer.save(update_fields=[*facts, "revision"])
    _remember(response, question, answer.revision, by, value, how)


def _remember(response, question, revision, by, value, how) -> AnswerVersion:
    """Add to the history; what one person saves while typing in one sitting stays one entry of it."""
    if how in (How.AUTOSAVED, How.SAVED):
        last = AnswerVersion.objects.filter(response=response, question=question).first()
        same_sitting = (
            last is not None
            and last.how == How.AUTOSAVED
            and last.by_id == by.pk
            and clock.now() - last.at < SITTING
        )
        if same_sitting:
            last.revision, last.value, last.how, last.at = revision, value, how, clock.now()
            last.save(update_fields=["revision", "value", "how", "at"])
            return last
    return AnswerVersion.objects.create(
        response=response, question=question, revision=revision, value=value, how=how, by=by, at=clock.now()
    )


def _set_aside(response, question, by, value) -> AnswerVersion:
    """Keep what somebody typed on top of an answer that had changed; typing on replaces only their own."""
    last = AnswerVersion.objects.filter(
        response=response, question=question, how=How.SET_ASIDE, by=by, at__gt=clock.now() - SITTING
    ).first()
    if last:
        last.value, last.at = value, clock.now()
        last.save(update_fields=["value", "at"])
        return last
    return AnswerVersion.objects.create(
        response=response,
        question=question,
        revision=0,
        value=value,
        how=How.SET_ASIDE,
        by=by,
        at=clock.now(),
    )
