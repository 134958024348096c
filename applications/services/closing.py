"""The sweep after a round has closed: drafts that were not submitted, and their copies."""

import logging
from datetime import timedelta

from django.db import transaction

from audit.services import record
from funds.models import Round
from pcc_grants.lib import clock

from ..models import Application, Copy, Status
from .answering import reading_of
from .applying import write_to_people
from .completeness import closes_at, submissions_end_at
from .copying import take_copy

logger = logging.getLogger(__name__)

# How long the sweep waits after the last moment of a round, so that a submission which arrived in that
# moment and is still being worked on is not overtaken.
SETTLING = timedelta(minutes=1)


def close_rounds() -> int:
    """Mark the drafts whose time is over as not submitted, and send their people what they had written.

    Safe to run at any time and twice: each draft is claimed under a lock. Returns how many were marked.
    """
    now = clock.now() - SETTLING
    marked = 0
    for round in Round.objects.filter(
        published_at__isnull=False, closes_at__lt=now, applications__status=Status.DRAFT
    ).distinct():
        if round.submissions_end_at >= now:
            continue
        for pk in round.applications.filter(status=Status.DRAFT).values_list("pk", flat=True):
            try:
                marked += _mark_not_submitted(pk)
            except Exception:  # one draft's trouble must not keep the others waiting
                logger.exception("Application %s could not be marked as not submitted.", pk)
    return marked


@transaction.atomic
def _mark_not_submitted(pk) -> int:
    application = (
        Application.objects.select_for_update(of=["self"], skip_locked=True, no_key=True)
        .select_related("round__fund", "organisation", "response__questionnaire")
        .filter(pk=pk, status=Status.DRAFT)
        .first()
    )
    if application is None or submissions_end_at(application) >= clock.now() - SETTLING:
        return 0
    application.status = Status.NOT_SUBMITTED
    application.signature_asked_of = application.signature_asked_by = application.signature_asked_at = None
    application.save(
        update_fields=["status", "signature_asked_of", "signature_asked_by", "signature_asked_at"]
    )
    copy = take_copy(application, Copy.Kind.UNSUBMITTED, reading_of(application))
    closed_at = closes_at(application)
    write_to_people(
        application, "not_submitted", closed_at.isoformat(), attachment=copy.attachment, closed_at=closed_at
    )
    record(
        "application.not_submitted",
        application,
        f"Application {application.reference} was not submitted in time: it had until "
        f"{clock.format_deadline(closed_at)}.",
    )
    return 1
