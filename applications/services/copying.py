"""Copies of what an application said at a moment: kept as data at once, made into a PDF in the background.

Three hundred organisations may submit in the last two minutes: each submission stores its words and its
receipt, and the pages are set afterwards, one by one. Every PDF is made once and kept with its hash.
"""

import hashlib
import logging

from django.db import transaction

from notifications.models import Attachment
from pcc_grants.lib import clock
from pcc_grants.lib.pdf import render_pdf

from .. import papers
from ..models import Copy
from ..tasks import make_copies as make_copies_soon
from .completeness import closes_at

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 5


def take_copy(application, kind, reading) -> Copy:
    """Keep what the application says now, in the transaction of the caller. Its PDF follows."""
    attachment = Attachment.objects.create(
        name=f"{application.reference} {Copy.Kind(kind).label.lower()}.pdf"
    )
    copy = Copy.objects.create(
        application=application,
        kind=kind,
        data=papers.copy_of(application, kind, reading, closes_at(application)),
        attachment=attachment,
        taken_at=clock.now(),
    )
    transaction.on_commit(make_copies_soon.delay, robust=True)  # the sweep recovers a lost one
    return copy


def make_copies(limit: int = 50) -> int:
    """Make the PDFs that are owed, each claimed under a lock. Returns how many were made.

    What cannot be made is tried once a run, five times in all; then its messages leave without it, and say
    where to find it. An attempt is counted before it begins, so that a copy which ends the whole process
    is not tried for ever.
    """
    made, tried = 0, []
    while len(tried) < limit:
        with transaction.atomic():
            copy = _owed().exclude(pk__in=tried).order_by("attachment__attempts", "id").first()
            if copy is None:
                break
            tried.append(copy.pk)
            is_worth_trying = _count_attempt(copy.attachment)
        if is_worth_trying:
            with transaction.atomic():
                copy = _owed().filter(pk=copy.pk).first()  # unless another process has taken it meanwhile
                made += _make(copy) if copy else 0
    if tried:
        from notifications.tasks import send_due_messages

        transaction.on_commit(send_due_messages.delay, robust=True)
    return made


def _owed():
    """The copies without a PDF that no other process is working on, locked."""
    return (
        Copy.objects.select_for_update(of=["self", "attachment"], skip_locked=True, no_key=True)
        .select_related("attachment")
        .filter(attachment__made_at=None, attachment__given_up_at=None)
    )


def _count_attempt(attachment: Attachment) -> bool:
    """Count one more attempt; give up instead when five have been begun. Whether to go on."""
    if attachment.attempts >= MOST_ATTEMPTS:
        attachment.given_up_at = clock.now()
    else:
        attachment.attempts += 1
    attachment.save(update_fields=["attempts", "given_up_at"])
    return attachment.given_up_at is None


def content_of(copy: Copy) -> bytes:
    """The PDF of a copy; set for this reader alone while the background has not got to it yet."""
    if copy.attachment.made_at is None:
        return render_pdf(papers.copy_html(copy.data))
    return bytes(copy.attachment.content)


def _make(copy: Copy) -> int:
    attachment = copy.attachment
    try:
        content = render_pdf(papers.copy_html(copy.data))
    except Exception as error:
        logger.error("The PDF of copy %s could not be made: %s", copy.pk, type(error).__name__)
        if attachment.attempts >= MOST_ATTEMPTS:
            attachment.given_up_at = clock.now()
            attachment.save(update_fields=["given_up_at"])
        return 0
    _fill(attachment, content)
    return 1


def _fill(attachment: Attachment, content: bytes) -> None:
    attachment.content, attachment.made_at = content, clock.now()
    attachment.sha256 = hashlib.sha256(content).hexdigest()
    attachment.given_up_at = None
    attachment.save(update_fields=["content", "made_at", "sha256", "given_up_at"])
