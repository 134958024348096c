"""The applicant's side: start, save, submit, reopen, withdraw; and the sweep after a round has closed."""

from datetime import timedelta

from django.db import transaction

from accounts.permissions import Permission
from audit.services import record
from funds.models import Round
from notifications.services import queue
from office.services import next_number
from organisations.models import Organisation
from organisations.services import is_member, members_of
from pcc_grants.lib import clock, references
from pcc_grants.lib.locking import locked
from pcc_grants.lib.rules import RuleBroken, require_move
from pcc_grants.lib.text import clean, clean_line, count_words

from ..models import MOVES, Answer, Application, Status
from .completeness import MOST_CHARACTERS, gaps

# How long the sweep waits after the last moment of a round, so that a submission which arrived in that
# moment and is still being worked on is not overtaken.
SETTLING = timedelta(minutes=1)

MEMBERS_ONLY = "Only people who act for this organisation can do this."
NOT_A_DRAFT = "This application has been submitted, so it cannot be changed. Reopen it to make a change."


@transaction.atomic
def start(*, by, round, organisation) -> Application:
    """Start an application of an organisation to an open round. Raises RuleBroken when it is not open.

    An organisation may apply more than once; but someone who starts again before writing anything is given
    the empty draft they have, so that a double click makes one.
    """
    by.require(Permission.APPLY)
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    _require_member(by, organisation)
    round = Round.objects.select_related("fund").get(pk=round.pk)
    require_open(round)
    empty = Application.objects.filter(
        round=round,
        organisation=organisation,
        created_by=by,
        status=Status.DRAFT,
        title="",
        answers=None,
        unfinished="",
    ).first()
    if empty:
        return empty
    prefix = round.reference_prefix
    application = Application.objects.create(
        reference=references.build(prefix, next_number(prefix)),
        round=round,
        organisation=organisation,
        created_by=by,
        created_at=clock.now(),
    )
    record(
        "application.started",
        application,
        f"{by} started application {application.reference} of {organisation} to the {round.fund}.",
        by=by,
    )
    return application


@transaction.atomic
def save_project(
    *,
    by,
    application,
    title,
    summary,
    theme,
    districts,
    starts_on,
    ends_on,
    amount_asked,
    partners=None,
    unfinished="",
) -> Application:
    """Save what the project is, as far as it is known: anything may be missing or against the round's rules.

    `partners` None leaves them as they are. `unfinished` keeps what was typed and has not the shape of its
    field ("31 June"), as an encoded form, for the page to show again. Raises RuleBroken unless it is a draft.
    """
    application = _lock_draft(by, application)
    if theme is not None and theme.fund_id != application.round.fund_id:
        raise RuleBroken("Select the type of project that this fund supports")
    _require_storable(summary, unfinished)
    facts = {
        "title": clean_line(title)[:150],
        "summary": clean(summary),
        "theme": theme,
        "starts_on": starts_on,
        "ends_on": ends_on,
        "amount_asked": amount_asked,
        "unfinished": unfinished,
    }
    changed = [field for field, value in facts.items() if getattr(application, field) != value]
    for field in changed:
        setattr(application, field, facts[field])
    if changed:
        application.save(update_fields=changed)
    for name, wanted in (("districts", districts), ("partners", partners)):
        if wanted is not None and set(wanted) != set(getattr(application, name).all()):
            getattr(application, name).set(wanted)
            changed.append(name)
    if changed:
        record(
            "application.saved",
            application,
            f"{by} saved the project details of {application.reference}.",
            by=by,
            changes={"fields": changed},
        )
    return application


@transaction.atomic
def save_answer(*, by, application, criterion, text) -> Answer:
    """Save the answer to one criterion of the application's fund. Over-long text is kept, never cut.

    Raises RuleBroken unless it is a draft that can still be changed.
    """
    application = _lock_draft(by, application)
    if criterion.fund_id != application.round.fund_id:
        raise RuleBroken("This question belongs to another fund.")
    text = clean(text)
    _require_storable(text)
    answer, created = Answer.objects.get_or_create(
        application=application, criterion=criterion, defaults={"text": text}
    )
    if not created and answer.text != text:
        answer.text = text
        answer.save(update_fields=["text"])
    elif not created:
        return answer
    record(
        "application.saved",
        application,
        f"{by} saved the answer about {criterion} in {application.reference}.",
        by=by,
        changes={"criterion": criterion.pk, "words": count_words(text)},
    )
    return answer


@transaction.atomic
def submit(*, by, application, signed_name, signed_role, received_at=None) -> Application:
    """Submit a complete draft, signed by typed name and role. The same person again changes nothing.

    `received_at` is when the request reached the server. It counts up to and including the last second of the
    round's grace; after the closing time the application is flagged (screens.md 3.12). Every member of the
    organisation is sent a receipt. Raises RuleBroken.
    """
    received_at = received_at or clock.now()
    application = _lock(by, application)
    if application.status == Status.SUBMITTED:
        if application.submitted_by_id == by.pk:
            return application
        raise RuleBroken(f"{application.submitted_by} has already submitted this application.")
    _require_move(
        application, Status.SUBMITTED, "Only a draft can be submitted. This application is not a draft."
    )
    round = application.round
    if received_at.replace(microsecond=0) > round.submissions_end_at:
        raise RuleBroken(f"{closed_sentence(round)}. Your application was not submitted.")
    signed_name, signed_role = clean_line(signed_name), clean_line(signed_role)
    if not signed_name:
        raise RuleBroken("Enter your full name as your signature")
    if not signed_role:
        raise RuleBroken("Enter your role in the organisation")
    if gaps(application):
        raise RuleBroken("Some parts of your application are missing. Complete them before you submit.")
    application.status = Status.SUBMITTED
    application.submitted_at, application.submitted_by = received_at, by
    application.signed_name, application.signed_role = signed_name, signed_role
    application.received_in_grace = received_at.replace(microsecond=0) > round.closes_at
    application.save(
        update_fields=[
            "status", "submitted_at", "submitted_by", "signed_name", "signed_role", "received_in_grace",
        ]
    )  # fmt: skip
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
    _write_to_members(application, "submitted", f"{application.submitted_at.isoformat()}")
    return application


@transaction.atomic
def reopen(*, by, application) -> Application:
    """Make a submitted application a draft again, until the round's closing time. It must be submitted again.

    Raises RuleBroken after the closing time and once the office has begun on it.
    """
    application = _lock(by, application)
    if application.status == Status.DRAFT:
        return application
    _require_move(application, Status.DRAFT, "The office has begun to look at this application. Contact us.")
    if not application.round.is_open:
        raise RuleBroken(f"{closed_sentence(application.round)}. The application can no longer be changed.")
    was = {"submitted_at": application.submitted_at, "submitted_by": application.submitted_by_id}
    application.status = Status.DRAFT
    application.submitted_at = application.submitted_by = None
    application.signed_name = application.signed_role = ""
    application.received_in_grace = False
    application.save(
        update_fields=[
            "status", "submitted_at", "submitted_by", "signed_name", "signed_role", "received_in_grace",
        ]
    )  # fmt: skip
    record(
        "application.reopened",
        application,
        f"{by} reopened application {application.reference} to make a change.",
        by=by,
        changes=was,
    )
    return application


@transaction.atomic
def withdraw(*, by, application, reason="") -> Application:
    """Withdraw an application, or delete a draft. A receipt goes to every member when it had been submitted.

    Raises RuleBroken once there is a decision. A second time changes nothing.
    """
    application = _lock(by, application)
    if application.status == Status.WITHDRAWN:
        return application
    _require_move(
        application,
        Status.WITHDRAWN,
        "There is a decision on this application, so it can no longer be withdrawn. Contact us.",
    )
    was_draft = application.status == Status.DRAFT
    application.status = Status.WITHDRAWN
    application.withdrawn_at, application.withdrawn_by = clock.now(), by
    application.withdrawn_reason = clean(reason)
    application.save(update_fields=["status", "withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    what = "deleted the draft" if was_draft else "withdrew application"
    record(
        "application.withdrawn",
        application,
        f"{by} {what} {application.reference}.",
        by=by,
        changes={"reason": application.withdrawn_reason},
    )
    if not was_draft:
        _write_to_members(application, "withdrawn")
    return application


def close_rounds() -> int:
    """Mark the drafts of rounds whose grace is over as not submitted in time, and tell their members.

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
            marked += _mark_not_submitted(pk)
    return marked


@transaction.atomic
def _mark_not_submitted(pk) -> int:
    application = (
        Application.objects.select_for_update(of=["self"], skip_locked=True, no_key=True)
        .select_related("round__fund", "organisation")
        .filter(pk=pk, status=Status.DRAFT)
        .first()
    )
    if application is None:
        return 0
    application.status = Status.NOT_SUBMITTED
    application.save(update_fields=["status"])
    record(
        "application.not_submitted",
        application,
        f"Application {application.reference} was not submitted before the {application.fund} closed.",
    )
    _write_to_members(application, "not_submitted")
    return 1


def require_open(round) -> None:
    """Raises RuleBroken unless an application to the round may be started now."""
    if round.has_closed:
        raise RuleBroken(closed_sentence(round))
    if round.published_at is None:
        raise RuleBroken("This round is not published.")
    if not round.is_open:
        raise RuleBroken(f"This fund opens at {clock.format_deadline(round.opens_at)}")


def closed_sentence(round) -> str:
    """'This fund closed at 5pm on Friday 17 May 2019'."""
    return f"This fund closed at {clock.format_deadline(round.closes_at)}"


def _lock(by, application) -> Application:
    """The application under a lock. Raises RuleBroken unless `by` acts for its organisation."""
    by.require(Permission.APPLY)
    related = Application.objects.select_related("round__fund", "organisation", "theme", "submitted_by")
    application = locked(related, application.pk)
    _require_member(by, application.organisation)
    return application


def _lock_draft(by, application) -> Application:
    application = _lock(by, application)
    if application.status != Status.DRAFT:
        raise RuleBroken(_why_not_a_draft(application))
    if not application.round.accepts_submissions:
        raise RuleBroken(f"{closed_sentence(application.round)}. The application can no longer be changed.")
    return application


def _why_not_a_draft(application) -> str:
    """Why an application cannot be changed any more, and what its people can do."""
    if application.status == Status.NOT_SUBMITTED:
        closed = closed_sentence(application.round)
        return f"{closed}. The application was not submitted and cannot be changed."
    if application.status == Status.WITHDRAWN:
        return "This application was withdrawn, so it cannot be changed. Start a new one."
    if application.status == Status.SUBMITTED and application.round.is_open:
        return NOT_A_DRAFT
    return "This application has been submitted, so it cannot be changed. Contact us."


def _require_storable(*texts) -> None:
    if any(len(text) > MOST_CHARACTERS for text in texts):
        raise RuleBroken(f"Your answer must be {MOST_CHARACTERS:,} characters or fewer. Shorten it.")


def _require_member(by, organisation) -> None:
    if not is_member(by, organisation):
        raise RuleBroken(MEMBERS_ONLY)


def _require_move(application, target, message) -> None:
    require_move(MOVES, application.status, target, message)


def _write_to_members(application, template, once="") -> None:
    """One message to each member of the organisation; `once` tells repeated moves of one kind apart."""
    for user in members_of(application.organisation):
        queue(
            key=":".join(filter(None, [f"application-{template}", str(application.pk), once, str(user.pk)])),
            to=user,
            template=f"applications/{template}",
            context={"application": application, "round": application.round, "user": user},
            about=application,
        )
