"""Interests that people of the office have in an organisation. Whoever has one takes no part in what it gets.

They are minuted: declared, handed on to another approver, ended by somebody else; never deleted.
"""

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission, Role
from audit.services import record
from notifications.services import queue
from pcc_grants.lib import clock
from pcc_grants.lib.locking import locked
from pcc_grants.lib.rules import RuleBroken, require_someone_else
from pcc_grants.lib.text import clean

from ..models import DeclaredInterest, Membership, Organisation

# Who judges: these declare.
JUDGES = (Permission.ASSESS, Permission.MANAGE_APPLICATIONS, Permission.MANAGE_AWARDS, Permission.DECIDE)


def ties(people, organisations) -> dict[int, str]:
    """Who of `people` may not judge what concerns `organisations` (or their keys), and why.

    User pk → “belongs to Example Youth Project” or “has declared an interest in Example Youth Project”.
    """
    declared = DeclaredInterest.objects.filter(
        user__in=people, organisation__in=organisations, ended_at=None
    ).order_by("-id")
    found = {
        user: f"has declared an interest in {name}"
        for user, name in declared.values_list("user", "organisation__name")
    }
    belonging = Membership.objects.filter(
        user__in=people, organisation__in=organisations, ended_at=None
    ).order_by("id")
    return found | {
        user: f"belongs to {name}" for user, name in belonging.values_list("user", "organisation__name")
    }


def ties_of(person, organisations) -> dict[int, str]:
    """In which of `organisations` (or their keys) a person may judge nothing: organisation pk → why.

    The words are those of `ties`. Costs the same however many there are.
    """
    declared = DeclaredInterest.objects.filter(user=person, organisation__in=organisations, ended_at=None)
    belonging = Membership.objects.filter(user=person, organisation__in=organisations, ended_at=None)
    return {
        pk: f"has declared an interest in {name}"
        for pk, name in declared.values_list("organisation", "organisation__name")
    } | {pk: f"belongs to {name}" for pk, name in belonging.values_list("organisation", "organisation__name")}


def refuse_tie(person, organisations, *, what_to_do: str) -> None:
    """Nobody judges what concerns an organisation that they belong to or have an interest in (GovS 015).

    Raises RuleBroken.
    """
    if tie := ties([person], organisations).get(person.pk):
        raise RuleBroken(f"{person} {tie}. {what_to_do}")


def others_who_decide(person, organisations, *, but=()):
    """The approvers to whom a decision on these organisations may be handed on, by name.

    Without `person`, those tied to one of the organisations, and `but`: the users who proposed it.
    """
    approvers = User.objects.with_role(Role.APPROVER).exclude(pk=person.pk)
    approvers = approvers.exclude(pk__in=[one.pk for one in but if one is not None])
    return approvers.exclude(pk__in=ties(approvers, organisations)).order_by("name", "pk")


@transaction.atomic
def declare_interest(*, by, organisation, interest, handed_to=None) -> DeclaredInterest:
    """Say that one has an interest in an organisation, and what it is; an approver says who decides instead.

    A current one is changed: other words, or another approver. That approver is told by e-mail. The same
    again changes nothing. Raises RuleBroken.
    """
    if not any(by.may(permission) for permission in JUDGES):
        by.require(Permission.DECIDE)
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    interest = clean(interest)
    if not interest:
        raise RuleBroken("Enter what your interest is")
    if handed_to is not None:
        _require_decides(by, organisation, handed_to)
    current = organisation.declared_interests.filter(user=by, ended_at=None).first()
    handed_to = handed_to or (current and current.handed_to)
    if current and (current.interest, current.handed_to_id) == (interest, handed_to and handed_to.pk):
        return current
    if current is None:
        current = DeclaredInterest(organisation=organisation, user=by, declared_at=clock.now())
    before = {"interest": current.interest, "handed_to": current.handed_to_id}
    current.interest, current.handed_to = interest, handed_to
    current.save()
    after = {"interest": interest, "handed_to": current.handed_to_id}
    record(
        "interest.declared",
        organisation,
        f"{by} declared an interest in {organisation}"
        + (f"; {handed_to} decides instead." if handed_to else "."),
        by=by,
        changes={name: [before[name], after[name]] for name in after if before[name] != after[name]},
    )
    if handed_to and before["handed_to"] != handed_to.pk:
        queue(
            key=f"interest:{current.pk}:handed-to:{handed_to.pk}",
            to=handed_to,
            template="organisations/decision_handed_on",
            context={"interest": current, "by": by, "organisation": organisation},
            about=organisation,
        )
    return current


def lock_organisations(organisations) -> None:
    """Lock these rows in the order of their keys, before anything of theirs is recorded. In a transaction."""
    rows = Organisation.objects.filter(pk__in=[one.pk for one in organisations])
    list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk"))


@transaction.atomic
def hand_on(*, by, bodies, organisations, interest, handed_to, proposed_by) -> bool:
    """An approver's interest in what waits for a decision, and who decides instead; whether it is news.

    `bodies`: the organisations that it concerns; `organisations`: those of them that the interest is in.
    Without `handed_to` only when no other approver could decide: nobody who proposed it, and nobody tied to
    one of the bodies. Raises RuleBroken.
    """
    by.require(Permission.DECIDE)
    if not organisations or any(one not in bodies for one in organisations):
        raise RuleBroken("Select the organisation in which you have an interest.")
    if handed_to is None and others_who_decide(by, bodies, but=[proposed_by]).exists():
        raise RuleBroken("Select who decides instead.")
    if handed_to is not None:
        if proposed_by is not None and handed_to.pk == proposed_by.pk:
            raise RuleBroken(f"{handed_to} made the proposal. Select another approver.")
        refuse_tie(handed_to, bodies, what_to_do="Select another approver.")
    is_news = False
    lock_organisations(organisations)
    for organisation in sorted(organisations, key=lambda one: one.pk):
        before = organisation.declared_interests.current().filter(user=by).first()
        made = declare_interest(by=by, organisation=organisation, interest=interest, handed_to=handed_to)
        said = before and (before.interest, before.handed_to_id)
        is_news = is_news or said != (made.interest, made.handed_to_id)
    return is_news


def _require_decides(by, organisation, other) -> None:
    require_someone_else(by, other.pk, message="Select another approver: you cannot decide on this yourself.")
    if not other.may(Permission.DECIDE):
        raise RuleBroken(f"{other} is not an approver. Select somebody who is.")
    refuse_tie(other, [organisation], what_to_do="Select another approver.")


@transaction.atomic
def end_interest(*, by, interest, reason) -> DeclaredInterest:
    """Record that an interest has ended, and why. By an officer who is not the person themselves.

    It stays on the register. Twice changes nothing. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_ORGANISATIONS)
    interest = locked(DeclaredInterest.objects.select_related("user", "organisation"), interest.pk)
    if interest.ended_at:
        return interest
    require_someone_else(
        by, interest.user_id, message="This is your own interest. A colleague must record that it has ended."
    )
    reason = clean(reason)
    if not reason:
        raise RuleBroken("Enter why the interest has ended")
    interest.ended_at, interest.ended_by, interest.ended_reason = clock.now(), by, reason
    interest.save(update_fields=["ended_at", "ended_by", "ended_reason"])
    record(
        "interest.ended",
        interest.organisation,
        f"{by} recorded that the interest of {interest.user} in {interest.organisation} has ended.",
        by=by,
        changes={"reason": reason},
    )
    return interest
