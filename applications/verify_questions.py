"""What must always hold of questions and answers, ours and everybody's. Part of `applications.verify`."""

from collections.abc import Iterator

from django.db.models import F, Q

from pcc_grants.lib import clock
from pcc_grants.lib.checking import Violation

from .models import Application, Clarification, PublicQuestion, Status
from .verify_deadlines import SWEEP_OWED


def violations() -> Iterator[Violation]:
    """Our questions against the states of applications; public questions answered once and whole."""
    yield from _clarifications()
    yield from _public_questions()


def _clarifications():
    """An application waits for an answer exactly while a question is open; the sweep ends what is over."""
    waiting = Application.objects.filter(status=Status.CLARIFICATION)
    open_now = Clarification.objects.filter(status=Clarification.Status.OPEN)
    rules = (
        (
            waiting.exclude(pk__in=open_now.values("application")),
            "waits for an answer, but no question is open",
        ),
        (
            Application.objects.filter(pk__in=open_now.values("application")).exclude(pk__in=waiting),
            "has an open question, but does not wait for the answer",
        ),
        (
            waiting.filter(
                pk__in=open_now.filter(reply_by__lt=clock.today() - SWEEP_OWED).values("application")
            ),
            "still waits for an answer whose last day is over. Does the scheduler run?",
        ),
        (
            Application.objects.filter(
                clarifications__status=Clarification.Status.ANSWERED, clarifications__answered_at=None
            ).distinct(),
            "has a question that nobody answered, but that counts as answered",
        ),
    )
    for found, sentence in rules:
        for application in found:
            yield Violation(
                "questions and answers", application.reference, f"{application.reference} {sentence}."
            )


def _public_questions():
    """A question is answered once: for everybody or for who asked, by somebody and in words."""
    answered = ~Q(published_at=None) | ~Q(closed_at=None)
    rules = (
        (Q(published_at__isnull=False, closed_at__isnull=False), "is answered in public and in private"),
        (answered & (Q(answered_by=None) | Q(answer="")), "is answered by nobody or without words"),
        (Q(published_at__lt=F("asked_at")), "was answered before it was asked"),
        (Q(published_at=None, digested_at__isnull=False), "was sent around without being published"),
    )
    for wrong, sentence in rules:
        for question in PublicQuestion.objects.filter(wrong).select_related("round__fund"):
            yield Violation("questions and answers", str(question), f"{question} {sentence}.")
