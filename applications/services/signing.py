"""Handing a draft over for a signature, and taking it back. Neither submits it (screens.md 3.10)."""

from django.db import transaction

from accounts.permissions import Permission
from audit.services import record
from notifications.services import queue
from pcc_grants.lib import clock
from pcc_grants.lib.locking import locked
from pcc_grants.lib.rules import RuleBroken

from ..models import Application, Status
from . import people
from .answering import reading_of
from .completeness import INCOMPLETE, accepts_submission, closes_at, ended_sentence, gaps_of
from .projects import gaps_of_case

FIELDS = ["signature_asked_of", "signature_asked_by", "signature_asked_at"]


@transaction.atomic
def ask_signature(*, by, application, signatory) -> Application:
    """Hand a complete draft over to somebody who can sign it. It is not submitted by that. Raises RuleBroken.

    Asking the same person again changes nothing; asking another one replaces the first, who is written to.
    """
    application = _lock(by, application)
    people.require_writer(by, application)
    if application.status != Status.DRAFT:
        raise RuleBroken("Only a draft can be signed. This application is not a draft.")
    if not accepts_submission(application):
        raise RuleBroken(f"{ended_sentence(application)}. Your application was not submitted.")
    if application.signature_asked_of_id == signatory.pk:
        return application
    if signatory not in people.signers_of(application):
        raise RuleBroken("Select somebody who is a lead or a signatory of this application.")
    if gaps_of(reading_of(application)) or gaps_of_case(application):
        raise RuleBroken(INCOMPLETE)
    _tell_no_longer_needed(application)
    application.signature_asked_of, application.signature_asked_by = signatory, by
    application.signature_asked_at = clock.now()
    application.save(update_fields=FIELDS)
    record(
        "application.signature_asked",
        application,
        f"{by} asked {signatory} to sign and submit {application.reference}.",
        by=by,
    )
    queue(
        key=f"application-sign:{application.pk}:{application.signature_asked_at.isoformat()}",
        to=signatory,
        template="applications/please_sign",
        context={"application": application, "by": by, "closes_at": closes_at(application)},
        about=application,
    )
    return application


@transaction.atomic
def take_back_signature_request(*, by, application) -> Application:
    """Stop waiting for a signature: by whoever can change the draft; or say no: by the person who was asked.

    The other one is written to. A second time changes nothing. Raises RuleBroken.
    """
    application = _lock(by, application)
    if application.signature_asked_at is None:
        return application
    is_refusal = application.signature_asked_of_id == by.pk
    if not is_refusal:
        people.require_writer(by, application)
    record(
        "application.signature_declined" if is_refusal else "application.signature_taken_back",
        application,
        f"{by} declined to sign {application.reference}."
        if is_refusal
        else f"{by} no longer asks {application.signature_asked_of} to sign {application.reference}.",
        by=by,
    )
    if is_refusal:
        _write(application, application.signature_asked_by, "applications/signature_declined", by=by)
        _clear(application)
    else:
        drop_signature_request(application)
    return application


def drop_signature_request(application: Application) -> None:
    """Within the package: the person asked, of a locked application, need not or cannot sign any more."""
    _tell_no_longer_needed(application)
    _clear(application)


# -- Within this module ------------------------------------------------------------------------------------


def _lock(by, application) -> Application:
    by.require(Permission.APPLY)
    related = Application.objects.select_related(
        "round__fund", "organisation", "response__questionnaire", "signature_asked_of", "signature_asked_by"
    )
    application = locked(related, application.pk)
    if people.part_of(by, application) is None:
        raise RuleBroken(people.NOT_YOURS)
    return application


def _clear(application) -> None:
    application.signature_asked_of = application.signature_asked_by = application.signature_asked_at = None
    application.save(update_fields=FIELDS)


def _tell_no_longer_needed(application) -> None:
    if application.signature_asked_of_id is not None:
        _write(application, application.signature_asked_of, "applications/signature_taken_back")


def _write(application, to, template, **context) -> None:
    queue(
        key=f"{template}:{application.pk}:{application.signature_asked_at.isoformat()}",
        to=to,
        template=template,
        context={"application": application, "closes_at": closes_at(application)} | context,
        about=application,
    )
