"""Everybody's questions about a round: asked by one applicant, answered once, published without who asked."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from audit.services import record
from funds.models import Round
from notifications.services import queue
from pcc_grants.lib import clock
from pcc_grants.lib.personal_data import findings
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean

from ..models import Application, PublicQuestion, Status
from .completeness import closed_sentence
from .people import people_of

MOST_WAITING = 10  # of one person about one round
DIGESTS_FROM_HOUR = 9


@transaction.atomic
def ask_about_round(*, by, round, text) -> PublicQuestion:
    """Ask something about a published round that has not closed. The same words again are one question.

    Raises RuleBroken.
    """
    by.require(Permission.APPLY)
    round = Round.objects.select_related("fund").get(pk=round.pk)
    text = clean(text)
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # a form sent twice at once is sent once
    waiting = PublicQuestion.objects.waiting().filter(round=round, asked_by=by)
    if same := waiting.filter(asked_text=text).first():
        return same
    if round.published_at is None:
        raise RuleBroken("This round is not published.")
    if round.has_closed:
        raise RuleBroken(f"{closed_sentence(round)}. Questions are no longer taken.")
    if not text:
        raise RuleBroken("Enter your question")
    if waiting.count() >= MOST_WAITING:
        raise RuleBroken(f"You have {MOST_WAITING} questions that wait for an answer. Wait for ours first.")
    question = PublicQuestion.objects.create(round=round, asked_text=text, asked_by=by, asked_at=clock.now())
    record("question.asked", question, f"{by} asked a question about {round}.", by=by)
    return question


@transaction.atomic
def answer_in_public(*, by, question, wording, answer, checked=False) -> PublicQuestion:
    """Publish an answer for everybody, with the question in words that tell nothing of who asked.

    What looks like personal data must have been `checked`. Who asked is written to. The same answer again
    by the same person changes nothing. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    question = _lock(question)
    wording, answer = clean(wording), clean(answer)
    if not question.is_waiting:
        return _same_or_refuse(by, question, (question.question, question.answer) == (wording, answer))
    if not wording:
        raise RuleBroken("Enter the question as it will be published")
    if not answer:
        raise RuleBroken("Enter the answer")
    if (found := findings(f"{wording}\n{answer}")) and not checked:
        raise RuleBroken(
            f"This looks like {' and '.join(found)}. Take it out, or confirm that it can be published."
        )
    question.question, question.answer, question.answered_by = wording, answer, by
    question.published_at = clock.now()
    question.save()
    record(
        "question.published",
        question,
        f"{by} published an answer to a question about {question.round}.",
        by=by,
        changes={"question": wording, "answer": answer},
    )
    _tell_who_asked(question)
    return question


@transaction.atomic
def answer_in_private(*, by, question, answer) -> PublicQuestion:
    """Answer the person who asked, and nobody else: what concerns only them. Raises RuleBroken."""
    by.require(Permission.MANAGE_APPLICATIONS)
    question = _lock(question)
    answer = clean(answer)
    if not question.is_waiting:
        same = question.published_at is None and question.answer == answer
        return _same_or_refuse(by, question, same)
    if not answer:
        raise RuleBroken("Enter the answer")
    question.answer, question.answered_by, question.closed_at = answer, by, clock.now()
    question.save()
    record(
        "question.answered",
        question,
        f"{by} answered a question about {question.round}, to the person who asked.",
        by=by,
    )
    _tell_who_asked(question)
    return question


def send_question_digests() -> int:
    """Tell the people with a draft of an open round of answers published since the last time, once a day.

    From 9am. Whoever asked has had the answer. Safe to run at any time and twice: the round is claimed under
    a lock, and no second message of a day is made. How many messages.
    """
    now = clock.now().astimezone(clock.LONDON)
    if now.hour < DIGESTS_FROM_HOUR:
        return 0
    owed = Round.objects.published().filter(
        opens_at__lte=now, closes_at__gte=now, public_questions__in=_not_told()
    )
    return sum(_send_digest(pk) for pk in owed.values_list("pk", flat=True).distinct())


def _not_told():
    return PublicQuestion.objects.published().filter(digested_at=None)


@transaction.atomic
def _send_digest(pk) -> int:
    round = (
        Round.objects.select_for_update(of=["self"], skip_locked=True, no_key=True)
        .select_related("fund")
        .filter(pk=pk)
        .first()
    )
    if round is None or not round.is_open or _told_today(round):
        return 0
    new = list(_not_told().filter(round=round).order_by("published_at", "pk"))
    sent = 0
    for user in _people_with_drafts(round):
        for_them = [question for question in new if question.asked_by_id != user.pk]
        if for_them:
            sent += 1
            queue(
                key=f"questions-digest:{round.pk}:{user.pk}:{clock.today().isoformat()}",
                to=user,
                template="applications/new_answers",
                context={"round": round, "questions": for_them, "user": user},
                about=round,
            )
    PublicQuestion.objects.filter(pk__in=[question.pk for question in new]).update(digested_at=clock.now())
    return sent


def _told_today(round) -> bool:
    start = clock.london(clock.today(), datetime.min.time())
    return round.public_questions.filter(digested_at__gte=start).exists()


def _people_with_drafts(round) -> list[User]:
    found: dict[int, User] = {}
    drafts = Application.objects.filter(round=round, status=Status.DRAFT).select_related("organisation")
    for draft in drafts:
        found |= {user.pk: user for user in people_of(draft)}
    return list(found.values())


def _same_or_refuse(by, question: PublicQuestion, is_same: bool) -> PublicQuestion:
    if is_same and question.answered_by_id == by.pk:
        return question
    raise RuleBroken(f"{question.answered_by} has already answered this question.")


def _tell_who_asked(question: PublicQuestion) -> None:
    queue(
        key=f"public-question:{question.pk}:answered",
        to=question.asked_by,
        template="applications/public_question_answered",
        context={"question": question, "round": question.round, "user": question.asked_by},
        about=question.round,
    )


def _lock(question) -> PublicQuestion:
    return (
        PublicQuestion.objects.select_for_update(of=["self"], no_key=True)
        .select_related("round__fund", "asked_by", "answered_by")
        .get(pk=question.pk)
    )
