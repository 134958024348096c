"""Questions of the office about one application, and the answers (screens.md 3.14).

A question opens the sections it names, and only those, until the end of its last day in London. What is
changed there counts once the answer is sent; without an answer the application is assessed as it was sent.
"""

from datetime import timedelta

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission, Role
from audit.services import record
from notifications.services import queue
from pcc_grants.lib import clock
from pcc_grants.lib.locking import locked
from pcc_grants.lib.rules import RuleBroken, require_move
from pcc_grants.lib.text import clean
from questionnaires.models import Question
from questionnaires.reading import Reading, read_typed

from ..models import MOVES, Application, Clarification, Copy, Status
from . import people
from .answering import asking_of, mirror_facts, reading_of
from .applying import name_partners, write_to_people
from .case_facts import most_of
from .completeness import Gap, add_rules, gaps_of, why_not_answerable
from .copying import take_copy
from .old_and_new import same_answer
from .unsent import end_unanswered, open_question

REMIND_BEFORE = timedelta(days=2)
REMIND_FROM_HOUR = 9
INCOMPLETE = "Some answers are missing or need changing before you can send your answer."
NOTHING_OPEN = "There is no question of ours to answer."


@transaction.atomic
def ask(*, by, application, question, sections=(), reply_by) -> Clarification:
    """Ask the applicant, open `sections` for changes, and tell everyone who takes part.

    `reply_by` is the last day of the answer, in London: tomorrow or later. Sections with questions that
    hang on answers in these are opened with them. The same question again by the same person changes nothing.
    Raises RuleBroken.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    application = _lock(application)
    question = clean(question)
    if existing := open_question(application):
        if (existing.asked_by_id, existing.question, existing.reply_by) == (by.pk, question, reply_by):
            return existing
        raise RuleBroken(
            f"{existing.asked_by} has asked a question that is open. Wait for the answer, or take it back."
        )
    require_move(
        MOVES,
        application.status,
        Status.CLARIFICATION,
        "Only an application that waits for its check can be asked about. This one does not.",
    )
    if not question:
        raise RuleBroken("Enter your question")
    if reply_by <= clock.today():
        raise RuleBroken("The last day for the answer must be tomorrow or later")
    opened = sections_opened_by(application, sections)
    keys = Question.objects.filter(section__in=opened).values_list("key", flat=True)
    values = _values(application)
    asked = Clarification.objects.create(
        application=application,
        question=question,
        reply_by=reply_by,
        asked_by=by,
        asked_at=clock.now(),
        before={key: values.get(key) for key in keys},
    )
    asked.sections.set(opened)
    application.status = Status.CLARIFICATION
    application.save(update_fields=["status"])
    record(
        "application.question_asked",
        application,
        f"{by} asked a question about {application.reference}, to be answered by "
        f"{clock.format_date(reply_by)}.",
        by=by,
        changes={"question": question, "sections": [section.key for section in opened]},
    )
    write_to_people(application, "question_from_us", str(asked.pk), question=asked)
    return asked


def sections_opened_by(application: Application, sections) -> list:
    """These sections, and those that ask something because of an answer in them, in the order of the form.

    Without the others a change could not be completed. Raises RuleBroken for sections of another form.
    """
    form = application.response.questionnaire
    if any(section.questionnaire_id != form.pk for section in sections):
        raise RuleBroken("Choose sections of the form that this application answers.")
    opened = {section.pk for section in sections}
    lies_in, grown = {}, True
    questions = list(form.questions.order_by("section__position", "position"))
    for question in questions:
        lies_in[question.pk] = question.section_id
    while grown:
        hanging = {
            question.section_id
            for question in questions
            if question.depends_on_id and lies_in[question.depends_on_id] in opened
        }
        grown = not hanging <= opened
        opened |= hanging
    return list(form.sections.filter(pk__in=opened).order_by("position"))


@transaction.atomic
def answer(*, by, application, reply="") -> Clarification:
    """Send the answer to our open question: words, or changed answers, or both. By a lead or contributor.

    What was changed becomes part of the application; everyone who takes part gets a receipt, and who asked is
    told at once. A second time changes nothing. Raises RuleBroken, also while `answer_gaps` finds something.
    """
    by.require(Permission.APPLY)
    application = _lock(application)
    people.require_writer(by, application)
    reply = clean(reply)
    question = open_question(application)
    if question is None or application.status != Status.CLARIFICATION:
        return _answered_already(by, application, reply)
    if why_not := why_not_answerable(question):
        raise RuleBroken(why_not)
    reading = reading_of(application)
    if answer_gaps(application, question, reading):
        raise RuleBroken(INCOMPLETE)
    values = _values(application)
    after = {key: values.get(key) for key in question.before}
    has_changed = any(not same_answer(value, after[key]) for key, value in question.before.items())
    if not reply and not has_changed:
        raise RuleBroken("Enter your answer to our question")
    question.status, question.reply, question.after = Clarification.Status.ANSWERED, reply, after
    question.answered_by = by
    question.answered_at = question.ended_at = clock.now()
    question.save()
    application.status = Status.SUBMITTED
    application.save(update_fields=["status"])
    copy, facts = None, []
    if has_changed:
        facts = mirror_facts(application)
        name_partners(application, reading)
        copy = take_copy(application, Copy.Kind.SUBMITTED, reading)
    record(
        "application.question_answered",
        application,
        f"{by} answered our question about {application.reference}.",
        by=by,
        changes={
            "questions": [
                key for key, value in question.before.items() if not same_answer(value, after[key])
            ],
            "facts": facts,
        },
    )
    write_to_people(
        application, "answer_received", str(question.pk), attachment=copy.attachment if copy else None,
        question=question,
    )  # fmt: skip
    _tell_office(application, question)
    return question


def _answered_already(by, application, reply) -> Clarification:
    last = application.clarifications.select_related("answered_by").last()
    if last is None or last.status != Clarification.Status.ANSWERED:
        raise RuleBroken(NOTHING_OPEN if last is None else ENDED[last.status])
    if (last.answered_by_id, last.reply) != (by.pk, reply):
        raise RuleBroken(f"{last.answered_by} has already answered our question.")
    return last


ENDED = {
    Clarification.Status.OPEN: NOTHING_OPEN,
    Clarification.Status.CANCELLED: "We have taken our question back. You do not need to answer it.",
    Clarification.Status.LAPSED: "The time for your answer is over. We assess the application as sent.",
}


def answer_gaps(application, question: Clarification, reading: Reading) -> list[Gap]:
    """What stops the answer from being sent: what is wrong now and was not wrong when we asked.

    What was missing already (after a move to another fund) may stay missing: it keeps no answer from us.
    """
    values = {entry.question.key: entry.value for entry in reading.by_key.values()}
    before = read_typed(
        application.response.questionnaire,
        asking_of(application.round, application.organisation),
        values | question.before,
    )
    add_rules(application.round, before, most=most_of(application))
    known = {(gap.entry.question.key, gap.problem.is_rule) for gap in gaps_of(before)}
    keys = {key for key, _ in known}

    def is_new(gap: Gap) -> bool:
        key = gap.entry.question.key
        if key not in keys:
            return True
        is_touched = key in question.before and not same_answer(question.before[key], values[key])
        return is_touched and not (gap.problem.is_rule and (key, True) in known)

    return [gap for gap in gaps_of(reading) if is_new(gap)]


@transaction.atomic
def take_back(*, by, application) -> None:
    """Take our open question back: the application waits for its check again, as it was sent.

    Everyone who takes part is told. A second time changes nothing. Raises RuleBroken once it has ended.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    application = _lock(application)
    if application.status != Status.CLARIFICATION:
        last = application.clarifications.last()
        if last is not None and last.status == Clarification.Status.CANCELLED:
            return
        raise RuleBroken("There is no open question to take back.")
    question = end_unanswered(application, Clarification.Status.CANCELLED)
    application.status = Status.SUBMITTED
    application.save(update_fields=["status"])
    record(
        "application.question_taken_back",
        application,
        f"{by} took back the question about {application.reference}.",
        by=by,
    )
    write_to_people(application, "question_taken_back", str(question.pk), question=question)


def lapse_clarifications() -> int:
    """End the questions whose last day is over, and tell everyone who takes part. How many.

    Safe to run at any time and twice: each application is claimed under a lock.
    """
    over = Clarification.objects.filter(status=Clarification.Status.OPEN, reply_by__lt=clock.today())
    return sum(_lapse(pk) for pk in over.values_list("application", flat=True))


@transaction.atomic
def _lapse(pk) -> int:
    application = (
        Application.objects.select_for_update(of=["self"], skip_locked=True, no_key=True)
        .select_related("round__fund", "organisation", "response__questionnaire", "submitted_by")
        .filter(pk=pk, status=Status.CLARIFICATION)
        .first()
    )
    question = open_question(application) if application else None
    if question is None or not why_not_answerable(question):
        return 0
    question = end_unanswered(application, Clarification.Status.LAPSED)
    application.status = Status.SUBMITTED
    application.save(update_fields=["status"])
    record(
        "application.question_lapsed",
        application,
        f"The question about {application.reference} was not answered by "
        f"{clock.format_date(question.reply_by)}. The application is assessed as it was sent.",
    )
    write_to_people(application, "question_lapsed", str(question.pk), question=question)
    return 1


def remind_clarifications() -> int:
    """Remind of each open question once, from 9am two days before its last day. How many.

    Who was asked on that day or later is not reminded: they have only just been told.
    """
    now, today = clock.now().astimezone(clock.LONDON), clock.today()
    if now.hour < REMIND_FROM_HOUR:
        return 0
    due = Clarification.objects.filter(
        status=Clarification.Status.OPEN, reminded_at=None, reply_by__range=(today, today + REMIND_BEFORE)
    )
    return sum(
        _remind(question.pk)
        for question in due
        if clock.london_date(question.asked_at) < question.reply_by - REMIND_BEFORE
    )


@transaction.atomic
def _remind(pk) -> int:
    question = (
        Clarification.objects.select_for_update(of=["self"], skip_locked=True, no_key=True)
        .select_related("application__round__fund", "application__organisation")
        .filter(pk=pk, status=Clarification.Status.OPEN, reminded_at=None)
        .first()
    )
    if question is None:
        return 0
    question.reminded_at = clock.now()
    question.save(update_fields=["reminded_at"])
    write_to_people(question.application, "question_reminder", str(question.pk), question=question)
    return 1


# -- Within the module ---------------------------------------------------------------------------------------


def _values(application: Application) -> dict:
    """The present answers: {question key: value}."""
    answers = application.response.answers.select_related("question")
    return {answer.question.key: answer.value for answer in answers}


def _tell_office(application: Application, question: Clarification) -> None:
    """Whoever asked is told at once; if they have left, every officer is."""
    officers = [question.asked_by]
    if not question.asked_by.may(Permission.MANAGE_APPLICATIONS):
        officers = User.objects.with_role(Role.OFFICER)
    for officer in officers:
        queue(
            key=f"clarification:{question.pk}:answered:{officer.pk}",
            to=officer,
            template="applications/question_answered",
            context={"application": application, "question": question},
            about=application,
        )


def _lock(application) -> Application:
    related = Application.objects.select_related(
        "round__fund", "organisation", "theme", "submitted_by", "response__questionnaire"
    )
    return locked(related, application.pk)
