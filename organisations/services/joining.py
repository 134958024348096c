"""Asking to act for an organisation that we know: its leads decide, or the office where none can.

Whoever asks learns nothing about who acts for it until they are one of them (screens.md 3.3).
"""

from datetime import timedelta

from django.db import transaction

from accounts.permissions import Permission
from audit.services import record
from notifications.services import queue
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken, require_someone_else
from pcc_grants.lib.text import clean

from ..models import Invitation, JoinRequest
from .members import is_lead, join, leads_of, lock, require_lead

ASK_AGAIN_AFTER = timedelta(days=30)
ALREADY_ANSWERED = "This request has already been answered."
FOR_ITS_LEAD = "A lead of the organisation answers this request. The office does where none can."


@transaction.atomic
def ask_to_join(*, by, organisation, message="") -> JoinRequest:
    """Ask to act for an organisation. Its leads are written to. A request that waits is found again.

    Raises RuleBroken for somebody who acts for it or has been invited, and within 30 days of a refusal.
    """
    by.require(Permission.APPLY)
    organisation = lock(organisation)
    if organisation.memberships.filter(user=by, ended_at=None).exists():
        raise RuleBroken("You already act for this organisation.")
    if Invitation.objects.visible_to(by).filter(organisation=organisation).exists():
        raise RuleBroken("You have been invited to this organisation. Accept the invitation instead.")
    if waiting := organisation.join_requests.waiting().filter(user=by).first():
        return waiting
    refused = organisation.join_requests.filter(user=by, is_accepted=False).order_by("decided_at").last()
    if refused and clock.now() < refused.decided_at + ASK_AGAIN_AFTER:
        day = clock.format_date(refused.decided_at)
        again = clock.format_date(refused.decided_at + ASK_AGAIN_AFTER)
        raise RuleBroken(
            f"Your request was declined on {day}. You can ask again from {again}, or contact us."
        )
    request = JoinRequest.objects.create(
        organisation=organisation, user=by, message=clean(message), requested_at=clock.now()
    )
    record("organisation.join_requested", organisation, f"{by} asked to act for {organisation}.", by=by)
    for lead in leads_of(organisation):
        queue(
            key=f"organisation-join-requested:{request.pk}:{lead.pk}",
            to=lead,
            template="organisations/join_requested",
            context={"organisation": organisation, "join_request": request, "user": lead},
            about=organisation,
        )
    return request


@transaction.atomic
def decide_join_request(*, by, join_request, accept: bool, reason="") -> JoinRequest:
    """Let the person who asked act for the organisation, or not: by a lead; by the office where none can.

    The office says in `reason` how it checked. The person is written to. The same decision again changes
    nothing. Raises RuleBroken for anybody else, and for another decision than the one that was made.
    """
    organisation = lock(join_request.organisation)
    join_request = JoinRequest.objects.select_related("user").get(pk=join_request.pk)
    require_lead(by, organisation)
    if join_request.decided_at:
        if join_request.is_accepted == accept:
            return join_request
        raise RuleBroken(ALREADY_ANSWERED)
    require_someone_else(
        by, join_request.user_id, message="You cannot answer your own request. Ask a colleague."
    )
    reason = clean(reason)
    if not is_lead(by, organisation):
        if not JoinRequest.objects.for_office().filter(pk=join_request.pk).exists():
            raise RuleBroken(FOR_ITS_LEAD)
        if not reason:
            raise RuleBroken("Enter how you checked this")
    join_request.decided_by, join_request.decided_at = by, clock.now()
    join_request.is_accepted = accept
    join_request.save(update_fields=["decided_by", "decided_at", "is_accepted"])
    record(
        "organisation.join_request_decided",
        organisation,
        f"{by} {'accepted' if accept else 'declined'} the request of {join_request.user} to act for"
        f" {organisation}.",
        by=by,
        changes={"reason": reason} if reason else None,
    )
    person = join_request.user
    if accept and not organisation.memberships.filter(user=person, ended_at=None).exists():
        if not person.may(Permission.APPLY):
            raise RuleBroken("The account of this person can no longer act for an organisation. Decline it.")
        join(by=by, organisation=organisation, user=person)
    queue(
        key=f"organisation-join-decided:{join_request.pk}",
        to=person,
        template="organisations/join_accepted" if accept else "organisations/join_declined",
        context={"organisation": organisation, "user": person, "again": clock.now() + ASK_AGAIN_AFTER},
        about=organisation,
    )
    return join_request
