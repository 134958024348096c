"""What must always hold of applications: `manage.py verify`. Each further `verify_…` follows."""

from collections.abc import Iterator
from itertools import pairwise

from django.db.models import F, Q

from pcc_grants.lib.checking import Violation
from pcc_grants.lib.references import check_character

from . import verify_cases, verify_deadlines, verify_deciding, verify_questions
from .models import Application, Status
from .services.answering import facts_of
from .services.unsent import sent_reading_of

NEVER_SENT = (Status.DRAFT, Status.NOT_SUBMITTED)
UNCHECKED = (*NEVER_SENT, Status.SUBMITTED, Status.CLARIFICATION)


def violations() -> Iterator[Violation]:
    """States against stamps, references, answers and moves; then deadlines, questions and decisions."""
    yield from _stamps()
    yield from _references()
    yield from _answers()
    yield from _moves()
    yield from verify_deadlines.violations()
    yield from verify_questions.violations()
    yield from verify_deciding.violations()
    yield from verify_cases.violations()


def _stamps():
    """Who did what and when, for each state."""
    rules = (
        (Q(status__in=NEVER_SENT) & Q(submitted_at__isnull=False), "was never sent, but has a time of it"),
        (
            ~Q(submitted_at=None) & (Q(signed_name="") | Q(signed_role="")),
            "was submitted without a signature",
        ),
        (~Q(submitted_at=None) & (Q(title="") | Q(amount_asked=None)), "was submitted incomplete"),
        (Q(status__in=UNCHECKED) & Q(checked_at__isnull=False), "waits for its check, but has been checked"),
        (~Q(status__in=[*UNCHECKED, Status.WITHDRAWN]) & Q(checked_at=None), "went on without a check"),
        (Q(status=Status.INELIGIBLE, check_notes=""), "is not eligible, and nobody said why"),
        (Q(status=Status.WITHDRAWN, withdrawn_at=None), "was withdrawn by nobody"),
        (~Q(status=Status.WITHDRAWN) & Q(withdrawn_at__isnull=False), "goes on though it was withdrawn"),
        (Q(checked_at__lt=F("submitted_at")), "was checked before it was submitted"),
        (Q(submitted_at__lt=F("created_at")), "was submitted before it was started"),
    )
    for wrong, sentence in rules:
        for application in Application.objects.filter(wrong):
            yield Violation(
                "states against stamps",
                application.reference,
                f"{application.reference} ({application.get_status_display().lower()}) {sentence}.",
            )


def _references():
    """References belong to their round and carry their check character."""
    for application in Application.objects.select_related("round__fund").iterator(chunk_size=1000):
        reference, prefix = application.reference, f"{application.round.reference_prefix}-"
        if not reference.startswith(prefix) or check_character(reference[:-1]) != reference[-1]:
            yield Violation(
                "references", reference, f"{reference} is not a reference of {application.round}."
            )


def _answers():
    """What was submitted answers the required questions it was asked; facts are what the answers say.

    After a move to another fund it answers what that fund happens to ask; once returned, everything again.
    """
    submitted = Application.objects.exclude(submitted_at=None).in_their_own_fund()
    # Another one took the place of a business case that was withdrawn; its projects went along.
    submitted = submitted.exclude(status=Status.WITHDRAWN, round__route="allocated", business_case=None)
    related = submitted.select_related("round__fund", "organisation", "response__questionnaire")
    for application in related.order_by("pk").iterator(chunk_size=200):
        reading = sent_reading_of(application)
        missing = [entry for entry in reading.asked if entry.question.required and not entry.is_answered]
        if missing:
            yield Violation(
                "what is submitted is complete",
                application.reference,
                f"{application.reference} was submitted without an answer to “{missing[0].question}”.",
            )
        said = facts_of(application, reading)
        wrong = [
            name for name, fact in said.items() if name != "districts" and getattr(application, name) != fact
        ]
        if wrong:
            yield Violation(
                "facts are what the answers say",
                application.reference,
                f"{application.reference} differs from its answers in: {', '.join(wrong)}.",
            )
    for application in Application.objects.exclude(theme=None).exclude(theme__fund=F("round__fund")):
        yield Violation(
            "applications fit their fund",
            application.reference,
            f"{application.reference} has a type of project of another fund.",
        )
    for application in Application.objects.exclude(response__questionnaire=F("round__questionnaire")):
        yield Violation(
            "applications fit their fund",
            application.reference,
            f"{application.reference} answers the questions of another round.",
        )


def _moves():
    """A moved application stands where its last move took it, or where it was before a returned one."""
    related = Application.objects.exclude(transfers=None).distinct().prefetch_related("transfers")
    for application in related:
        moves = list(application.transfers.all())
        standing = [move for move in moves if move.returned_at is None]
        chained = all(a.to_round_id == b.from_round_id for a, b in pairwise(standing))
        last = standing[-1] if standing else None
        expected = (
            (last.to_round_id, last.to_response_id, last.new_reference)
            if last
            else (moves[0].from_round_id, moves[0].from_response_id, moves[0].old_reference)
        )
        if not chained or expected[0] != application.round_id:
            sentence = "does not stand in the round that its last move names"
        elif expected[1] != application.response_id or expected[2] != application.reference:
            sentence = "has not the answers or the reference that its last move names"
        elif any(move.returned_at and not move.returned_reason for move in moves):
            sentence = "was returned from another fund, and nobody said why"
        else:
            continue
        yield Violation(
            "moves lead to where an application stands",
            application.reference,
            f"{application.reference} {sentence}.",
        )
