"""The closing time moved later for everyone: the round first, then every draft of it, one by one.

What is owed follows from the round and its last extension, never from a message that could be lost: a draft
of a round that still takes submissions cannot be "not submitted", and its people are told once of each new
closing time.
"""

import logging

from django.db import transaction
from django.db.models import F, Q

from audit.services import record
from funds import services as funds
from funds.models import RoundExtension, Route
from pcc_grants.lib import clock

from ..models import Application, DraftReminder, Status
from ..tasks import tell_of_new_closing_time as tell_soon
from .applying import write_to_people
from .completeness import accepts_submission, closes_at
from .extending import come_back

logger = logging.getLogger(__name__)
Stage = DraftReminder.Stage


@transaction.atomic
def extend_for_everyone(*, by, round, closes_at, reason, is_outage=False) -> RoundExtension:
    """Move the closing time of a round later, and tell everyone who writes a draft, in the background.

    `reason` is published. After closing it takes an outage, and no more than 24 hours: then the drafts that
    were not submitted come back. Raises RuleBroken.
    """
    extension = funds.extend_round(
        by=by, round=round, closes_at=closes_at, reason=reason, is_outage=is_outage
    )
    for application in round.applications.filter(received_in_grace=True, submitted_at__lte=closes_at):
        application.received_in_grace = False  # it was late by a closing time that no longer holds
        application.save(update_fields=["received_in_grace"])
        record(
            "application.in_time_after_all",
            application,
            f"Application {application.reference} is no longer marked as late: the closing time has moved.",
            by=by,
        )
    transaction.on_commit(tell_soon.delay, robust=True)  # the sweep recovers a lost one
    return extension


def tell_of_new_closing_time() -> int:
    """Bring back and tell the drafts whose round closes later than they were told. Returns how many.

    Safe to run at any time and twice: each draft is claimed under a lock, and told of a closing time once.
    """
    done = 0
    current = RoundExtension.objects.filter(closes_at=F("round__closes_at")).select_related("round")
    for extension in current.filter(closes_at__gte=clock.now()):
        for pk in _owed(extension).values_list("pk", flat=True):
            try:
                done += _tell(pk, extension)
            except Exception:  # one draft's trouble must not keep the others from hearing of it
                logger.exception("Application %s could not be told of its new closing time.", pk)
    return done


def _owed(extension):
    """The drafts that were begun under the closing time of before, and not told of this one."""
    return (
        Application.objects.filter(
            round=extension.round_id,
            status__in=[Status.DRAFT, Status.NOT_SUBMITTED],
            created_at__lt=extension.at,
        )
        .filter(Q(round__route=Route.OPEN) | Q(business_case__ended_at=None, business_case__isnull=False))
        .exclude(reminders__in=DraftReminder.objects.filter(stage=Stage.MOVED, closes_at=extension.closes_at))
        .order_by("pk")
    )


@transaction.atomic
def _tell(pk, extension) -> int:
    application = (
        _owed(extension)
        .select_for_update(of=["self"], skip_locked=True, no_key=True)
        .select_related("round__fund", "organisation")
        .filter(pk=pk)
        .first()
    )
    if application is None or not accepts_submission(application):
        return 0
    was_missed = application.status == Status.NOT_SUBMITTED
    if was_missed:
        come_back(application)
    DraftReminder.objects.create(
        application=application, stage=Stage.MOVED, closes_at=extension.closes_at, created_at=clock.now()
    )
    write_to_people(
        application,
        "closing_moved",
        str(extension.pk),
        extension=extension,
        was_missed=was_missed,
        closes_at=closes_at(application),
    )
    if was_missed:
        record(
            "application.came_back",
            application,
            f"Application {application.reference} is a draft again: the {application.fund} now closes at "
            f"{clock.format_deadline(extension.closes_at)}.",
        )
    return 1
