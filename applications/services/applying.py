"""The applicant's side of an application: start, submit, reopen, withdraw, restore."""

from datetime import timedelta

from django.db import transaction

from accounts.permissions import Permission
from audit.services import record
from funds.models import Round
from notifications.services import queue
from office.services import next_number
from organisations.models import Organisation
from organisations.services import is_member
from pcc_grants.lib import clock, references
from pcc_grants.lib.locking import locked
from pcc_grants.lib.rules import RuleBroken, require_move
from pcc_grants.lib.text import clean, clean_line
from questionnaires.models import Question, Response

from ..models import MOVES, Application, BusinessCase, Clarification, Copy, Part, Participant, Partner, Status
from . import people, signing
from .answering import facts_of, mirror_facts, reading_of
from .case_facts import refuse_ended, why_over
from .completeness import (
    INCOMPLETE,
    accepts_submission,
    closed_sentence,
    closes_at,
    ended_sentence,
    gaps_of,
    is_before_closing,
    submissions_end_at,
    why_not_changeable,
)
from .copying import take_copy
from .projects import follow_application, gaps_of_case
from .releasing import why_not_withdrawable
from .unsent import end_unanswered

MEMBERS_ONLY = "Only people who act for this organisation can do this."
RESTORABLE_FOR = timedelta(days=30)


@transaction.atomic
def start(*, by, round, organisation, eligibility=None) -> Application:
    """Start an application of an organisation to an open round. Raises RuleBroken when it is not open.

    Whoever starts it leads it. `eligibility` holds the answers of the check before applying, which the form
    offers again. An organisation may apply more than once; but someone who starts again before writing
    anything is given the empty draft they have, so that a double click makes one. A business case by
    invitation is one at a time: another takes the place of one that was withdrawn, which stays withdrawn.
    """
    by.require(Permission.APPLY)
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if not is_member(by, organisation):
        raise RuleBroken(MEMBERS_ONLY)
    round = Round.objects.select_related("fund").get(pk=round.pk)
    require_open(round)
    if round.who_may_apply and organisation.kind not in round.who_may_apply:
        kind = organisation.get_kind_display().lower()
        raise RuleBroken(f"You are a type of organisation that this round does not fund ({kind}).")
    case = _invited_case(round, organisation) if round.is_by_invitation else None
    if case and case.application_id and not _may_begin_again(case.application):
        return case.application
    empty = Application.objects.filter(
        round=round, organisation=organisation, created_by=by, status=Status.DRAFT, response__answers=None
    ).first()
    if empty:
        return empty
    prefix = round.reference_prefix
    application = Application.objects.create(
        reference=references.build(prefix, next_number(prefix)),
        round=round,
        organisation=organisation,
        response=Response.objects.create(
            questionnaire_id=round.questionnaire_id, organisation=organisation, created_at=clock.now()
        ),
        eligibility=eligibility or {},
        created_by=by,
        created_at=clock.now(),
    )
    if case:
        case.application = application
        case.save(update_fields=["application"])
        application.business_case = case
        follow_application(application, by=by)  # its projects, when one before it was withdrawn
        mirror_facts(application)  # an allocation tells its title, dates and amount without questions
    Participant.objects.create(
        application=application, user=by, part=Part.LEAD, added_by=by, added_at=clock.now()
    )
    record(
        "application.started",
        application,
        f"{by} started application {application.reference} of {organisation} to the {round.fund}.",
        by=by,
    )
    return application


def _may_begin_again(application: Application) -> bool:
    """What was withdrawn makes room for another business case; a deleted draft is rather restored."""
    return application.status == Status.WITHDRAWN and not is_restorable(application)


def _invited_case(round, organisation) -> BusinessCase:
    """The business case that this organisation was asked for, locked. Raises RuleBroken for others."""
    case = (
        BusinessCase.objects.select_for_update(of=["self"], no_key=True)
        .select_related("application")
        .filter(round=round, organisation=organisation, invited_at__isnull=False, ended_at=None)
        .first()
    )
    if case is None:
        raise RuleBroken(f"This is by invitation only, and {organisation} is not invited.")
    return case


# -- Signing and submitting --------------------------------------------------------------------------------


SUBMISSION_FIELDS = [
    "status", "submitted_at", "submitted_by", "signed_name", "signed_role", "received_in_grace",
]  # fmt: skip


@transaction.atomic
def submit(*, by, application, signed_name, signed_role, received_at=None) -> Application:
    """Submit a complete draft, signed by typed name and role. The same person again changes nothing.

    `received_at` is when the request reached the server. It counts up to and including the last second of the
    grace; after the closing time the application is flagged (screens.md 3.12). Everyone who takes part is
    sent a receipt with a copy. Raises RuleBroken.
    """
    received_at = received_at or clock.now()
    application = _lock(by, application)
    if application.status == Status.SUBMITTED:
        if application.submitted_by_id == by.pk:
            return application
        raise RuleBroken(f"{application.submitted_by} has already submitted this application.")
    people.require_signer(by, application)
    if application.status != Status.DRAFT:  # an answered question of ours makes it submitted too, elsewhere
        raise RuleBroken("Only a draft can be submitted. This application is not a draft.")
    refuse_ended(application)
    round = application.round
    received = received_at.replace(microsecond=0)
    if received > submissions_end_at(application):
        raise RuleBroken(f"{ended_sentence(application)}. Your application was not submitted.")
    signed_name, signed_role = clean_line(signed_name), clean_line(signed_role)
    if not signed_name:
        raise RuleBroken("Enter your full name as your signature")
    if not signed_role:
        raise RuleBroken("Enter your role in the organisation")
    reading = reading_of(application)
    if gaps_of(reading) or gaps_of_case(application):
        raise RuleBroken(INCOMPLETE)
    for name, fact in facts_of(application, reading).items():
        if name != "districts":
            setattr(application, name, fact)
    application.status = Status.SUBMITTED
    application.submitted_at, application.submitted_by = received_at, by
    application.signed_name, application.signed_role = signed_name, signed_role
    application.received_in_grace = received > closes_at(application)
    application.signature_asked_of = application.signature_asked_by = application.signature_asked_at = None
    application.save()
    name_partners(application, reading)
    follow_application(application, by=by)
    copy = take_copy(application, Copy.Kind.SUBMITTED, reading)
    write_to_people(
        application,
        "submitted",
        received_at.isoformat(),
        attachment=copy.attachment,
        closes_at=closes_at(application),
    )
    late = f" in the {round.grace_minutes} minutes after closing" if application.received_in_grace else ""
    record(
        "application.submitted",
        application,
        f"{by} submitted application {application.reference}{late}.",
        by=by,
        changes={
            "signed_name": signed_name,
            "signed_role": signed_role,
            "received_at": received_at,
            "amount_asked": application.amount_asked,
            "terms": round.pk,
        },
    )
    return application


def name_partners(application: Application, reading) -> None:
    """The partners that the answers name, as rows; those that the office had linked stay linked."""
    wanted = [row for entry in reading.of_kind(Question.Kind.PARTNERS) for row in entry.typed or ()]
    linked = {
        partner.name.lower(): partner for partner in application.named_partners.exclude(organisation=None)
    }
    application.named_partners.all().delete()
    Partner.objects.bulk_create(
        Partner(
            application=application,
            position=position,
            name=row["name"],
            number=row["number"],
            part=row["part"],
            organisation=known.organisation if known else None,
            linked_by=known.linked_by if known else None,
            linked_at=known.linked_at if known else None,
        )
        for position, row in enumerate(wanted, start=1)
        for known in [linked.get(row["name"].lower())]
    )


@transaction.atomic
def reopen(*, by, application) -> Application:
    """Make a submitted application a draft again, until its closing time. It must be submitted again.

    By its lead. Raises RuleBroken after the closing time and once the office has begun on it.
    """
    application = _lock(by, application)
    if application.status == Status.DRAFT:
        return application
    people.require_lead(by, application)
    _require_move(application, Status.DRAFT, "The office has begun to look at this application. Contact us.")
    if application.status != Status.SUBMITTED:
        raise RuleBroken("Only a submitted application can be reopened.")
    if not is_before_closing(application):
        raise RuleBroken(f"{ended_sentence(application)}. The application can no longer be changed.")
    was = {"submitted_at": application.submitted_at, "submitted_by": application.submitted_by_id}
    application.status = Status.DRAFT
    application.submitted_at = application.submitted_by = None
    application.signed_name = application.signed_role = ""
    application.received_in_grace = False
    application.save(update_fields=SUBMISSION_FIELDS)
    follow_application(application, by=by)
    record(
        "application.reopened",
        application,
        f"{by} reopened application {application.reference} to make a change.",
        by=by,
        changes=was,
    )
    return application


# -- Withdrawing and restoring -----------------------------------------------------------------------------


@transaction.atomic
def withdraw(*, by, application, reason="") -> Application:
    """Withdraw an application, or delete a draft: by its lead. A submitted one's people get a receipt.

    A deleted draft can be restored for 30 days. Raises RuleBroken once there is a decision. A second time
    changes nothing.
    """
    application = _lock(by, application)
    if application.status == Status.WITHDRAWN:
        return application
    people.require_lead(by, application)
    if application.status == Status.NOT_SUBMITTED:
        raise RuleBroken(why_not_changeable(application))
    if held := why_not_withdrawable(application):
        raise RuleBroken(held)
    _require_move(
        application,
        Status.WITHDRAWN,
        "There is a decision on this application, so it can no longer be withdrawn. Contact us.",
    )
    was_draft = application.status == Status.DRAFT
    if application.status == Status.CLARIFICATION:
        end_unanswered(application, Clarification.Status.CANCELLED)
    application.status = Status.WITHDRAWN
    application.withdrawn_at, application.withdrawn_by = clock.now(), by
    application.withdrawn_reason = clean(reason)
    application.signature_asked_of = application.signature_asked_by = application.signature_asked_at = None
    application.save(update_fields=[*WITHDRAWAL_FIELDS, *signing.FIELDS])
    follow_application(application, by=by)
    what = "deleted the draft" if was_draft else "withdrew application"
    record(
        "application.withdrawn",
        application,
        f"{by} {what} {application.reference}.",
        by=by,
        changes={"reason": application.withdrawn_reason},
    )
    if not was_draft:
        write_to_people(application, "withdrawn")
    return application


WITHDRAWAL_FIELDS = ["status", "withdrawn_at", "withdrawn_by", "withdrawn_reason"]


def is_restorable(application: Application) -> bool:
    """A draft deleted in the last 30 days, to a round that can still be applied to."""
    return _was_just_deleted(application) and not why_over(application)


def _was_just_deleted(application: Application) -> bool:
    return (
        application.was_deleted_as_draft
        and clock.now() - application.withdrawn_at <= RESTORABLE_FOR
        and accepts_submission(application)
    )


def restorable_by(user, applications) -> set[int]:
    """Which of these (primary keys) the person can restore: their deleted drafts that they lead.

    The applications come with `round` and `extensions`. Costs the same however many there are.
    """
    deleted = [application for application in applications if _was_just_deleted(application)]
    invited = [one.pk for one in deleted if one.round.is_by_invitation]
    if invited:
        standing = BusinessCase.objects.standing().filter(application__in=invited)
        standing = set(standing.values_list("application", flat=True))
        deleted = [one for one in deleted if one.pk in standing or one.pk not in invited]
    return people.led_by(user, deleted) if deleted else set()


@transaction.atomic
def restore_draft(*, by, application) -> Application:
    """Bring a deleted draft back, by its lead, for 30 days and while the round can be applied to.

    Raises RuleBroken for anything else. A second time changes nothing.
    """
    application = _lock(by, application)
    if application.status == Status.DRAFT:
        return application
    people.require_lead(by, application)
    if not application.was_deleted_as_draft:
        raise RuleBroken("Only a draft that was deleted can be restored.")
    refuse_ended(application)
    if clock.now() - application.withdrawn_at > RESTORABLE_FOR:
        raise RuleBroken("This draft was deleted more than 30 days ago, so it cannot be restored.")
    if not accepts_submission(application):
        raise RuleBroken(f"{ended_sentence(application)}. The draft cannot be restored.")
    application.status = Status.DRAFT
    application.withdrawn_at = application.withdrawn_by = None
    application.withdrawn_reason = ""
    application.save(update_fields=WITHDRAWAL_FIELDS)
    follow_application(application, by=by)
    record("application.restored", application, f"{by} restored the draft {application.reference}.", by=by)
    return application


# -- Within the package ------------------------------------------------------------------------------------


def require_open(round) -> None:
    """Raises RuleBroken unless an application to the round may be started now."""
    if round.has_closed:
        raise RuleBroken(closed_sentence(round))
    if round.published_at is None:
        raise RuleBroken("This round is not published.")
    if not round.is_open:
        raise RuleBroken(f"This fund opens at {clock.format_deadline(round.opens_at)}")


def _lock(by, application) -> Application:
    """The application under a lock. Raises RuleBroken unless `by` takes part in it."""
    by.require(Permission.APPLY)
    related = Application.objects.select_related(
        "round__fund", "organisation", "theme", "submitted_by", "response__questionnaire"
    )
    application = locked(related, application.pk)
    if people.part_of(by, application) is None:
        raise RuleBroken(people.NOT_YOURS)
    return application


def _require_move(application, target, message) -> None:
    require_move(MOVES, application.status, target, message)


def write_to_people(application, template, once="", *, attachment=None, **context) -> None:
    """One message to everyone who takes part; `once` tells repeated moves of one kind apart."""
    for user in people.people_of(application):
        queue(
            key=":".join(filter(None, [f"application-{template}", str(application.pk), once, str(user.pk)])),
            to=user,
            template=f"applications/{template}",
            context={"application": application, "round": application.round, "user": user} | context,
            about=application,
            attachment=attachment,
        )
