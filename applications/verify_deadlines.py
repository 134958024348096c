"""What must always hold of deadlines: received in time, extensions by two people, reminders, copies."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta

from django.db.models import F, Q

from funds.models import RoundExtension
from funds.services.extending import AFTER_AN_OUTAGE
from pcc_grants.lib import clock
from pcc_grants.lib.checking import Violation

from .models import Application, Copy, DraftReminder, Extension, Status
from .services.completeness import closes_at, submissions_end_at

SWEEP_OWED = timedelta(days=1)


def violations() -> Iterator[Violation]:
    """Deadlines first, then more time for one and for everyone, then what was sent about them."""
    yield from _received()
    yield from _swept()
    yield from _extensions()
    yield from _moved()
    yield from _reminders()
    yield from _copies()


def _received():
    """Nothing is received late unnoticed, and nothing in time is marked as late."""
    stayed = Application.objects.in_their_own_fund().select_related("round__fund")
    late = Q(submitted_at__gt=F("round__closes_at")) | Q(received_in_grace=True)
    for application in stayed.filter(late).exclude(submitted_at=None).prefetch_related("extensions"):
        received_at = application.submitted_at.replace(microsecond=0)
        if received_at > submissions_end_at(application):
            sentence = "was received after the grace of its round"
        elif received_at > closes_at(application) and not application.received_in_grace:
            sentence = "was received after its round had closed, and is not marked so"
        elif received_at <= closes_at(application) and application.received_in_grace:
            sentence = "was received in time, but is marked as late"
        else:
            continue
        yield Violation("deadlines", application.reference, f"{application.reference} {sentence}.")


def _swept():
    """Drafts past their end are marked; what was marked has no time left."""
    now = clock.now()
    drafts = Application.objects.in_their_own_fund().filter(round__published_at__isnull=False)
    drafts = drafts.select_related("round__fund").prefetch_related("extensions")
    for application in drafts.filter(status=Status.DRAFT, round__closes_at__lt=now - SWEEP_OWED):
        if submissions_end_at(application) < now - SWEEP_OWED:
            yield Violation(
                "drafts of closed rounds are marked",
                application.reference,
                f"{application.reference} is still a draft after its round closed. Does the scheduler run?",
            )
    for application in drafts.filter(status=Status.NOT_SUBMITTED):
        moved = application.round.extensions.last()
        told = [one.confirmed_at for one in application.extensions.all() if one.confirmed_at]
        since = max([moved.at, *told]) if moved else max(told, default=None)
        if since and since < now - SWEEP_OWED and submissions_end_at(application) > now:
            yield Violation(
                "drafts of closed rounds are marked",
                application.reference,
                f"{application.reference} counts as not submitted, though its time is not over. "
                "Does the scheduler run?",
            )


def _extensions():
    """More time for one application takes two people, a reason, and a time that lies ahead."""
    rules = (
        (Q(confirmed_by=F("proposed_by")), "was confirmed by who proposed it"),
        (Q(confirmed_at__isnull=False, refused_at__isnull=False), "was both confirmed and refused"),
        (Q(confirmed_at__lt=F("proposed_at")), "was confirmed before it was proposed"),
        (Q(confirmed_at__gte=F("until")), "was confirmed when its time had passed"),
        (Q(proposed_at__gte=F("until")), "was proposed for a time that had passed"),
        (Q(explanation=""), "does not say what happened"),
    )
    for wrong, sentence in rules:
        for extension in Extension.objects.filter(wrong).select_related("application"):
            reference = extension.application.reference
            yield Violation("more time", reference, f"More time for {reference} {sentence}.")


def _moved():
    """A round closes when its last extension says; each starts where the one before ended."""
    ends: dict[int, RoundExtension] = {}
    for extension in RoundExtension.objects.select_related("round__fund").order_by("round", "pk"):
        name = str(extension.round)
        before = ends.get(extension.round_id)
        if before and before.closes_at != extension.closed_at_before:
            sentence = "was extended from a closing time that it did not have"
            yield Violation("rounds that were extended", name, f"{name} {sentence}.")
        if extension.at > extension.closed_at_before + AFTER_AN_OUTAGE:
            sentence = "was extended more than 24 hours after it had closed"
            yield Violation("rounds that were extended", name, f"{name} {sentence}.")
        if not extension.reason:
            yield Violation("rounds that were extended", name, f"{name} was extended, and nobody said why.")
        ends[extension.round_id] = extension
    for extension in ends.values():
        if extension.round.closes_at != extension.closes_at:
            name = str(extension.round)
            sentence = "does not close when its last extension says"
            yield Violation("rounds that were extended", name, f"{name} {sentence}.")


def _reminders():
    """Drafts alone are reminded, and not after their end."""
    sent = DraftReminder.objects.filter(was_sent=True).select_related("application")
    rules = (
        (Q(created_at__gt=F("closes_at")), "was reminded after its closing time"),
        (Q(created_at__gt=F("application__submitted_at")), "was reminded after it had been submitted"),
    )
    for wrong, sentence in rules:
        for reminder in sent.filter(wrong):
            reference = reminder.application.reference
            yield Violation("reminders of drafts", reference, f"{reference} {sentence}.")


def _copies():
    """A copy has its PDF or was given up, within a day, and the PDF is the one that was made."""
    copies = Copy.objects.select_related("application", "attachment")
    waiting = copies.filter(
        attachment__made_at=None,
        attachment__given_up_at=None,
        attachment__created_at__lt=clock.now() - SWEEP_OWED,
    )
    for copy in waiting:
        yield Violation(
            "copies", str(copy), f"{copy} has waited a day for its PDF. Do the worker and the scheduler run?"
        )
    for copy in copies.filter(attachment__made_at__isnull=False).iterator(chunk_size=50):
        if hashlib.sha256(bytes(copy.attachment.content)).hexdigest() != copy.attachment.sha256:
            yield Violation("copies", str(copy), f"{copy} is not the PDF that was made.")
