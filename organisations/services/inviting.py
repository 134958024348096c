"""Inviting people to act for an organisation: by e-mail, for 14 days, answered by the person themselves."""

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from audit.services import record
from notifications.services import queue
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean_line

from ..models import Invitation, JoinRequest, Membership
from .members import join, lock, require_lead

# Far more than any organisation needs at once; so that nobody can write to endless addresses through us.
MOST_OPEN = 50
TOO_MANY = f"You have {MOST_OPEN} invitations that have not been answered. Cancel some of them first."
NOT_FOR_YOU = "This invitation was sent to another email address. Sign in with that one."


@transaction.atomic
def invite(*, by, organisation, email, name="") -> Invitation:
    """Invite a colleague by e-mail address, whoever it belongs to. By a lead, or the office.

    They act for the organisation once they accept. The answer is the same whether or not there is an account,
    and of whom: an account that cannot act for an organisation is told so by e-mail alone. An address that
    has an open invitation keeps it; one that expired is renewed. Raises RuleBroken.
    """
    organisation = lock(organisation)
    require_lead(by, organisation)
    email = email.strip().lower()
    if organisation.memberships.filter(user__email__iexact=email, ended_at=None).exists():
        raise RuleBroken("This person already acts for the organisation.")
    earlier = organisation.invitations.unanswered().filter(email__iexact=email).first()
    if earlier:
        return earlier if earlier.is_open else _renew(by, organisation, earlier)
    if organisation.invitations.open().count() >= MOST_OPEN:
        raise RuleBroken(TOO_MANY)
    invitation = Invitation.objects.create(
        organisation=organisation,
        email=email,
        name=clean_line(name),
        invited_by=by,
        invited_at=clock.now(),
        expires_at=Invitation.end_of_validity(),
    )
    record("organisation.invited", organisation, f"{by} invited a person to {organisation}.", by=by)
    _write(by, organisation, invitation)
    return invitation


@transaction.atomic
def send_invitation_again(*, by, invitation) -> Invitation:
    """Renew an invitation for 14 days and send it again; on the day it was sent, nothing happens.

    By a lead, or the office. Raises RuleBroken when it was answered or cancelled.
    """
    organisation, invitation = _lock(invitation)
    require_lead(by, organisation)
    require_unanswered(invitation)
    if invitation.is_open and clock.london_date(invitation.invited_at) == clock.today():
        return invitation
    return _renew(by, organisation, invitation)


@transaction.atomic
def cancel_invitation(*, by, invitation) -> Invitation:
    """Take an invitation back: by a lead or the office; or say no to it: by the person invited.

    A second time changes nothing. Raises RuleBroken once it was accepted.
    """
    organisation, invitation = _lock(invitation)
    is_own = invitation.email == by.email
    if not is_own:
        require_lead(by, organisation)
    if invitation.cancelled_at:
        return invitation
    require_unanswered(invitation)
    invitation.cancelled_at = clock.now()
    invitation.save(update_fields=["cancelled_at"])
    what = "declined an invitation to" if is_own else "cancelled an invitation to"
    record("organisation.invitation_cancelled", organisation, f"{by} {what} {organisation}.", by=by)
    return invitation


@transaction.atomic
def accept_invitation(*, by, invitation) -> Membership:
    """Act for the organisation from now on: by the person invited, in time. A second time changes nothing.

    Raises RuleBroken for anybody else, and for an invitation that expired or was cancelled.
    """
    organisation, invitation = _lock(invitation)
    by.require(Permission.APPLY)
    if invitation.email.lower() != by.email.lower():
        raise RuleBroken(NOT_FOR_YOU)
    current = organisation.memberships.filter(user=by, ended_at=None).first()
    if current and invitation.accepted_by_id == by.pk:
        return current
    if why_not := why_not_acceptable(invitation):
        raise RuleBroken(why_not)
    invitation.accepted_by, invitation.accepted_at = by, clock.now()
    invitation.save(update_fields=["accepted_by", "accepted_at"])
    JoinRequest.objects.waiting().filter(organisation=organisation, user=by).update(
        decided_by=invitation.invited_by, decided_at=clock.now(), is_accepted=True
    )
    if current:
        return current
    sentence = f"{by} accepted the invitation of {invitation.invited_by} to act for {organisation}."
    return join(by=by, organisation=organisation, user=by, sentence=sentence)


# -- What invitations of every kind share --------------------------------------------------------------------


def require_unanswered(invitation) -> None:
    """Raises RuleBroken when an invitation was accepted or cancelled."""
    if invitation.accepted_at:
        raise RuleBroken("This invitation has been accepted.")
    if invitation.cancelled_at:
        raise RuleBroken("This invitation was cancelled. Invite the person again.")


def why_not_acceptable(invitation) -> str:
    """Why an invitation cannot be accepted any more, and what to do; empty when it can."""
    if invitation.accepted_at:
        return "This invitation has been used. Ask to be invited again."
    if invitation.cancelled_at:
        return "This invitation was cancelled. Ask to be invited again if you still want to take part."
    if invitation.has_expired:
        day = clock.format_date(invitation.expires_at)
        return f"This invitation expired on {day}. Ask to be invited again if you still want to take part."
    return ""


def addressee(invitation):
    """Whom to write to: the account of the address if there is one, else the address itself."""
    return User.objects.filter(email__iexact=invitation.email).first() or invitation.email


# -- Within this module --------------------------------------------------------------------------------------


def _lock(invitation):
    organisation = lock(invitation.organisation)
    return organisation, Invitation.objects.select_related("invited_by").get(pk=invitation.pk)


def _renew(by, organisation, invitation) -> Invitation:
    invitation.invited_by, invitation.invited_at = by, clock.now()
    invitation.expires_at = Invitation.end_of_validity()
    invitation.save(update_fields=["invited_by", "invited_at", "expires_at"])
    sentence = f"{by} renewed an invitation to {organisation}."
    record("organisation.invited_again", organisation, sentence, by=by)
    _write(by, organisation, invitation)
    return invitation


def _write(by, organisation, invitation) -> None:
    to = addressee(invitation)
    can_act = isinstance(to, str) or to.may(Permission.APPLY) or not to.is_active
    queue(
        key=f"organisation-invitation:{invitation.pk}:{invitation.invited_at.isoformat()}",
        to=to,
        template="organisations/invited" if can_act else "organisations/not_added",
        context={"organisation": organisation, "by": by, "invitation": invitation},
        about=organisation,
    )
