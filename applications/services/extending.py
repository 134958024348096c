"""More time for one application: one officer proposes it, another confirms or refuses (screens.md 3.12)."""

from django.db import transaction

from accounts.permissions import Permission
from audit.services import record
from pcc_grants.lib import clock
from pcc_grants.lib.locking import locked
from pcc_grants.lib.rules import RuleBroken, require_move, require_someone_else
from pcc_grants.lib.text import clean

from ..models import MOVES, Application, Extension, Status
from .applying import write_to_people
from .case_facts import refuse_ended, why_over
from .completeness import closes_at

CAN_HAVE_MORE_TIME = (Status.DRAFT, Status.NOT_SUBMITTED)
NEEDS_NONE = "This application is not a draft, so it needs no more time."
IS_PAST = "The time you propose has passed. Enter a later one."
SOMEONE_ELSE = "You proposed this, so somebody else must confirm it."


@transaction.atomic
def propose_extension(*, by, application, until, reason, explanation) -> Extension:
    """Propose that one draft may be submitted until a later moment. It takes a second officer to count.

    Before its round closes or after: a draft that was not submitted is a draft again once this is confirmed.
    `reason` is one of Extension.Reason, `explanation` is for the office only. The same proposal by the same
    person again gives the first. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    application = _locked(application)
    explanation = clean(explanation)
    waiting = application.extensions.waiting().first()
    if waiting:
        if (waiting.proposed_by_id, waiting.until, waiting.reason) == (by.pk, until, reason):
            return waiting
        raise RuleBroken(
            f"{waiting.proposed_by} has already proposed more time for this application. "
            "Confirm or refuse that first."
        )
    _require_later(application, until)
    if reason not in Extension.Reason.values:
        raise RuleBroken("Select why they need more time")
    if not explanation:
        raise RuleBroken("Enter what happened")
    extension = Extension.objects.create(
        application=application,
        round=application.round,
        until=until,
        reason=reason,
        explanation=explanation,
        proposed_by=by,
        proposed_at=clock.now(),
    )
    record(
        "application.more_time_proposed",
        application,
        f"{by} proposed more time for {application.reference}: until {clock.format_deadline(until)}.",
        by=by,
        changes={"until": until, "reason": reason},
    )
    return extension


@transaction.atomic
def confirm_extension(*, by, extension) -> Extension:
    """Give the time that another officer proposed, and tell the applicant's people. Raises RuleBroken.

    A draft that had been marked as not submitted can be written and submitted again.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    application, extension = _locked_pair(extension)
    if extension.confirmed_by_id == by.pk:
        return extension
    require_someone_else(by, extension.proposed_by_id, message=SOMEONE_ELSE)
    _require_waiting(extension)
    _require_later(application, extension.until)
    extension.confirmed_by, extension.confirmed_at = by, clock.now()
    extension.save(update_fields=["confirmed_by", "confirmed_at"])
    was_missed = application.status == Status.NOT_SUBMITTED
    if was_missed:
        come_back(application)
    write_to_people(application, "more_time", str(extension.pk), extension=extension, was_missed=was_missed)
    record(
        "application.more_time_given",
        application,
        f"{by} confirmed more time for {application.reference}, until "
        f"{clock.format_deadline(extension.until)}. {extension.proposed_by} had proposed it.",
        by=by,
        changes={"until": extension.until, "reason": extension.reason, "reopened": was_missed},
    )
    return extension


@transaction.atomic
def refuse_extension(*, by, extension) -> Extension:
    """Refuse more time, or take back what one proposed oneself. Nobody is written to. Raises RuleBroken."""
    by.require(Permission.MANAGE_APPLICATIONS)
    application, extension = _locked_pair(extension)
    if extension.refused_by_id == by.pk:
        return extension
    _require_waiting(extension)
    extension.refused_by, extension.refused_at = by, clock.now()
    extension.save(update_fields=["refused_by", "refused_at"])
    took_back = extension.proposed_by_id == by.pk
    record(
        "application.more_time_refused",
        application,
        f"{by} {'took back the proposal of' if took_back else 'refused'} more time for "
        f"{application.reference}.",
        by=by,
    )
    return extension


def come_back(application) -> None:
    """Make what was not submitted in time a draft again. The caller holds its lock, and records it."""
    refuse_ended(application)
    require_move(MOVES, application.status, Status.DRAFT, NEEDS_NONE)
    application.status = Status.DRAFT
    application.save(update_fields=["status"])


def more_time_of(application):
    """The time that an application was given, for those who judge or decide it (screens.md 3.12)."""
    given = application.extensions.filter(confirmed_at__isnull=False)
    return given.select_related("proposed_by", "confirmed_by").order_by("pk")


def why_no_more_time(application) -> str:
    """Why no more time can be given to this application at all; empty when it can."""
    if application.status not in CAN_HAVE_MORE_TIME:
        return NEEDS_NONE
    if application.round.published_at is None:
        return "The round is not published."
    return why_over(application)


def _require_later(application, until) -> None:
    if sentence := why_no_more_time(application):
        raise RuleBroken(sentence)
    if until <= clock.now():
        raise RuleBroken(IS_PAST)
    has_until = closes_at(application)
    if until <= has_until:
        raise RuleBroken(f"The new time must be after {clock.format_deadline(has_until)}, which they have.")
    last = application.round.projects_end_on
    if clock.london_date(until) >= last:
        raise RuleBroken(
            f"The new time must be before {clock.format_date(last)}, the last day of projects in this round."
        )


def _require_waiting(extension) -> None:
    for who, when, did in (
        (extension.confirmed_by, extension.confirmed_at, "confirmed"),
        (extension.refused_by, extension.refused_at, "refused"),
    ):
        if when:
            raise RuleBroken(f"{who} has already {did} this, on {clock.format_date(when)}.")


def _locked(application) -> Application:
    related = Application.objects.select_related("round__fund", "organisation")
    return locked(related, application.pk)


def _locked_pair(extension):
    """The application under lock first, as everywhere, then its extension as it is now."""
    application = _locked(Application(pk=extension.application_id))
    extension = Extension.objects.select_related("proposed_by", "confirmed_by", "refused_by").get(
        pk=extension.pk
    )
    return application, extension
