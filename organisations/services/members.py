"""Who acts for an organisation, and in which role; a lead always remains, or the office names one."""

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from audit.services import record
from notifications.services import queue
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean

from ..models import Membership, Organisation

Role = Membership.Role

LEADS_ONLY = "Only a lead of the organisation can do this. Ask a colleague who is its lead."
NEEDS_A_LEAD = "The organisation needs a lead. Contact us to name another one first."
NO_LONGER = "This person no longer acts for the organisation."


def members_of(organisation) -> list[User]:
    """The people who act for the organisation now: who gets its mail."""
    return list(
        User.objects.filter(
            is_active=True, memberships__organisation=organisation, memberships__ended_at=None
        ).order_by("id")
    )


def leads_of(organisation) -> list[User]:
    """The people who lead the organisation now and can sign in."""
    return list(
        User.objects.filter(
            is_active=True,
            memberships__organisation=organisation,
            memberships__ended_at=None,
            memberships__role=Role.LEAD,
        ).order_by("id")
    )


def is_member(user, organisation) -> bool:
    """Whether the person acts for the organisation now."""
    return Membership.objects.filter(user=user, organisation=organisation, ended_at=None).exists()


def is_lead(user, organisation) -> bool:
    """Whether the person leads the organisation now."""
    return Membership.objects.filter(
        user=user, organisation=organisation, ended_at=None, role=Role.LEAD
    ).exists()


@transaction.atomic
def add_member(*, by, organisation, user, role=Role.MEMBER) -> Membership:
    """Let a person act for the organisation. By its lead, or the office; a second time changes nothing.

    Where nobody leads the organisation yet, whoever is added leads it.
    Raises RuleBroken for anyone else, and when the person's account is not an applicant's.
    """
    organisation = lock(organisation)
    require_lead(by, organisation)
    if not user.may(Permission.APPLY):
        raise RuleBroken("Only an applicant's account can act for an organisation. Use another address.")
    if existing := organisation.memberships.filter(user=user, ended_at=None).first():
        return existing
    return join(by=by, organisation=organisation, user=user, role=role)


@transaction.atomic
def change_role(*, by, membership, role) -> Membership:
    """Make a member a lead, or a lead a member: by a lead, or the office. The same again changes nothing.

    Raises RuleBroken when no lead would be left, and for somebody who no longer acts for the organisation.
    """
    organisation, membership = _lock_membership(membership)
    require_lead(by, organisation)
    if membership.ended_at:
        raise RuleBroken(NO_LONGER)
    if membership.role == role:
        return membership
    if role not in Role.values:
        raise RuleBroken("Select a role")
    if role != Role.LEAD:
        _require_another_lead(by, organisation, membership)
    membership.role = role
    membership.save(update_fields=["role"])
    record(
        "organisation.role_changed",
        organisation,
        f"{by} made {membership.user} a {Role(role).label.lower()} of {organisation}.",
        by=by,
    )
    return membership


@transaction.atomic
def end_membership(*, by, membership) -> None:
    """Take a person off the organisation: by its lead, the office, or themselves. Not its last lead.

    Somebody whom another person takes off is written to. Raises RuleBroken when no lead would be left.
    A second time changes nothing.
    """
    organisation, membership = _lock_membership(membership)
    if membership.user_id != by.pk:
        require_lead(by, organisation)
    if membership.ended_at:
        return
    if membership.role == Role.LEAD:
        _require_another_lead(by, organisation, membership)
    _end(by, organisation, membership)


@transaction.atomic
def name_lead(*, by, organisation, membership, reason, leaving=()) -> Membership:
    """Name another lead of an organisation, by the office after a check; leads in `leaving` are taken off.

    Everyone who acts for it is written to, so that a lead named by mistake is noticed. Raises RuleBroken
    without a reason. The same again changes nothing.
    """
    by.require(Permission.MANAGE_ORGANISATIONS)
    organisation = lock(organisation)
    current = {one.pk: one for one in organisation.memberships.filter(ended_at=None).select_related("user")}
    chosen = current.get(membership.pk)
    if chosen is None:
        raise RuleBroken(NO_LONGER)
    going = [current[one.pk] for one in leaving if one.pk in current]
    if chosen in going:
        raise RuleBroken("The new lead cannot be somebody who no longer acts for the organisation.")
    if any(one.role != Role.LEAD for one in going):
        raise RuleBroken("Only leads can be taken off here.")
    if not chosen.user.is_active:
        raise RuleBroken("The account of this person is closed. Name somebody who can sign in.")
    reason = clean(reason)
    if not reason:
        raise RuleBroken("Enter the reason, and how you checked it")
    if chosen.role == Role.LEAD and not going:
        return chosen
    told = members_of(organisation)
    if chosen.role != Role.LEAD:
        chosen.role = Role.LEAD
        chosen.save(update_fields=["role"])
    event = record(
        "organisation.lead_named",
        organisation,
        f"{by} named {chosen.user} lead of {organisation}.",
        by=by,
        changes={"reason": reason, "left": [one.user_id for one in going]},
    )
    for one in going:
        _end(by, organisation, one)
    for user in told:
        queue(
            key=f"organisation-lead-named:{event.pk}:{user.pk}",
            to=user,
            template="organisations/lead_named",
            context={"organisation": organisation, "lead": chosen.user, "user": user},
            about=organisation,
        )
    return chosen


# -- Within the package ------------------------------------------------------------------------------------


def lock(organisation) -> Organisation:
    """The organisation under a lock: who acts for it changes one at a time."""
    return Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)


def require_lead(by, organisation) -> None:
    """Raises RuleBroken unless the person leads the organisation, or the office manages it."""
    if by.may(Permission.MANAGE_ORGANISATIONS):
        return
    by.require(Permission.APPLY)
    if not is_lead(by, organisation):
        raise RuleBroken(LEADS_ONLY)


def join(*, by, organisation, user, role=Role.MEMBER, sentence="") -> Membership:
    """Make the person act for a locked organisation; as its lead where nobody leads it and can sign in."""
    if role != Role.LEAD and not leads_of(organisation):
        role = Role.LEAD
    membership = Membership.objects.create(
        organisation=organisation, user=user, role=role, created_at=clock.now()
    )
    sentence = sentence or f"{by} added {user} to {organisation}."
    record("organisation.member_added", organisation, sentence, by=by, changes={"role": role})
    return membership


def _lock_membership(membership) -> tuple[Organisation, Membership]:
    organisation = lock(membership.organisation)
    rows = Membership.objects.select_for_update(no_key=True, of=("self",)).select_related("user")
    return organisation, rows.get(pk=membership.pk)


def _require_another_lead(by, organisation, membership) -> None:
    """Raises RuleBroken when without this person nobody would lead; the office may name another one later."""
    others = organisation.memberships.filter(ended_at=None, role=Role.LEAD).exclude(pk=membership.pk)
    if not by.may(Permission.MANAGE_ORGANISATIONS) and not others.exists():
        raise RuleBroken(NEEDS_A_LEAD)


def _end(by, organisation, membership) -> None:
    membership.ended_at = clock.now()
    membership.save(update_fields=["ended_at"])
    is_own = membership.user_id == by.pk
    record(
        "organisation.member_removed",
        organisation,
        f"{by} left {organisation}." if is_own else f"{by} took {membership.user} off {organisation}.",
        by=by,
    )
    if not is_own:
        queue(
            key=f"organisation-removed:{membership.pk}",
            to=membership.user,
            template="organisations/removed",
            context={"organisation": organisation, "user": membership.user},
            about=organisation,
        )
