"""Copies of what an application said at a moment: kept as data at once, made into a PDF in the background.

Three hundred organisations may submit in the last two minutes: each submission stores its words and its
receipt, and the pages are set afterwards, one by one. Every PDF is made once and kept with its hash.
"""

import hashlib
import logging

from django.db import transaction
from django.db.models import Q

from notifications.models import Attachment
from pcc_grants.lib import clock
from pcc_grants.lib.pdf import render_pdf

from .. import papers
from ..models import Copy
from ..tasks import make_copies as make_copies_soon

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 5


def take_copy(application, kind, reading) -> Copy:
    """Keep what the application says now, in the transaction of the caller. Its PDF follows."""
    attachment = Attachment.objects.create(
        name=f"{application.reference} {Copy.Kind(kind).label.lower()}.pdf", created_at=clock.now()
    )
    copy = Copy.objects.create(
        application=application,
        kind=kind,
        data=papers.copy_of(application, kind, reading),
        attachment=attachment,
        taken_at=clock.now(),
    )
    transaction.on_commit(make_copies_soon.delay, robust=True)  # the sweep recovers a lost one
    return copy


def make_copies(limit: int = 50) -> int:
    """Make the PDFs that are owed, each claimed under a lock. Returns how many were made.

    What cannot be made is tried five times; then its messages leave without it, and say where to find it.
    """
    made = 0
    for _ in range(limit):
        with transaction.atomic():
            copy = (
                Copy.objects.select_for_update(of=["self", "attachment"], skip_locked=True, no_key=True)
                .select_related("attachment")
                .filter(Q(attachment__made_at=None) & Q(attachment__given_up_at=None))
                .order_by("attachment__attempts", "id")
                .first()
            )
            if copy is None:
                break
            made += _make(copy)
    if made:
        from notifications.tasks import send_due_messages

        transaction.on_commit(send_due_messages.delay, robust=True)
    return made


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
        attachment.attempts += 1
        if attachment.attempts >= MOST_ATTEMPTS:
            attachment.given_up_at = clock.now()
        attachment.save(update_fields=["attempts", "given_up_at"])
        return 0
    _fill(attachment, content)
    return 1


def _fill(attachment: Attachment, content: bytes) -> None:
    attachment.content, attachment.made_at = content, clock.now()
    attachment.sha256 = hashlib.sha256(content).hexdigest()
    attachment.given_up_at = None
    attachment.save(update_fields=["content", "made_at", "sha256", "given_up_at"])
