"""Accounts: who has one, with which roles, and until when. Every change leaves an audit event."""

from uuid import uuid4

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from audit.services import record
from notifications.services import queue
from pcc_grants.lib.rules import RuleBroken

from .models import User
from .permissions import STAFF_ROLES, Permission, Role


@transaction.atomic
def register_applicant(*, email: str, name: str) -> User:
    """The account of someone who has proved the address. An address that has one keeps it as it is."""
    user, is_new = _create(email, name, [Role.APPLICANT])
    if is_new:
        record("person.registered", user, f"{user} created an account.", by=user)
    return user


@transaction.atomic
def add_person(*, by, email: str, name: str, roles) -> User:
    """An account made by an administrator; the person is invited by e-mail. Raises RuleBroken."""
    by.require(Permission.MANAGE_PEOPLE)
    _check_roles(roles)
    person, is_new = _create(email, name, roles)
    if not is_new:
        raise RuleBroken(
            f"{person} already has an account with this email address. Change their roles instead"
        )
    record(
        "person.added", person, f"{person} was added as {in_words(roles)}.", by=by, changes={"roles": roles}
    )
    _send_invitation(person)
    return person


@transaction.atomic
def invite_again(*, by, person: User) -> None:
    """A new invitation for someone who has not signed in yet. Raises RuleBroken."""
    by.require(Permission.MANAGE_PEOPLE)
    person = _locked(person)
    if not person.is_active:
        raise RuleBroken("This account is closed. Open it again first")
    if person.last_login:
        raise RuleBroken(f"{person} has signed in before and needs no invitation")
    record("person.invited", person, f"{person} was invited again.", by=by)
    _send_invitation(person)


@transaction.atomic
def change_roles(*, by, person: User, roles) -> User:
    """Give a person other roles. Nobody takes the administrator role from themselves. Raises RuleBroken."""
    _lock_administrators(by)
    person = _locked(person)
    _check_roles(roles)
    before, after = sorted(person.roles), sorted(set(roles))
    if before == after:
        return person
    if person.pk == by.pk and Role.ADMINISTRATOR not in after:
        raise RuleBroken("You cannot take the administrator role from yourself. Ask another administrator")
    person.roles = after
    person.save(update_fields=["roles"])
    sentence = f"The roles of {person} were changed to {in_words(after)}."
    record("person.roles_changed", person, sentence, by=by, changes={"before": before, "after": after})
    return person


@transaction.atomic
def deactivate(*, by, person: User) -> User:
    """Close an account: its sessions end, it cannot sign in. Nobody closes their own. Raises RuleBroken."""
    _lock_administrators(by)
    person = _locked(person)
    if person.pk == by.pk:
        raise RuleBroken("You cannot close your own account. Ask another administrator")
    if person.is_active:
        person.is_active = False
        person.save(update_fields=["is_active"])
        record("person.deactivated", person, f"The account of {person} was closed.", by=by)
    return person


@transaction.atomic
def reactivate(*, by, person: User) -> User:
    """Open a closed account again, with the roles it had."""
    by.require(Permission.MANAGE_PEOPLE)
    person = _locked(person)
    if not person.is_active:
        person.is_active = True
        person.save(update_fields=["is_active"])
        record("person.reactivated", person, f"The account of {person} was opened again.", by=by)
    return person


@transaction.atomic
def change_name(*, by, person: User, name: str) -> User:
    """People change their own name; administrators anyone's. Raises RuleBroken."""
    if by.pk != person.pk:
        by.require(Permission.MANAGE_PEOPLE)
    person = _locked(person)
    if person.name != name:
        before, person.name = person.name, name
        person.save(update_fields=["name"])
        record("person.renamed", person, f"{before} is now called {name}.", by=by)
    return person


# -- Passwords of the office's accounts ------------------------------------------------------------------


@transaction.atomic
def send_password_link(*, person: User) -> None:
    """A link with which someone who forgot their password chooses a new one. It works for 3 days, once."""
    _send(person, "password_link", {"link": password_link(person)})


@transaction.atomic
def choose_password(*, person: User, password: str) -> User:
    """Set the password of someone who came by a link of their own. Ends every session and link of theirs."""
    person = _locked(person)
    person.set_password(password)
    person.save(update_fields=["password"])
    record("person.password_chosen", person, f"{person} chose a password.", by=person)
    return person


def password_link(person: User) -> str:
    key = default_token_generator.make_token(person)
    uid = urlsafe_base64_encode(force_bytes(person.pk))
    return settings.SITE_URL + reverse("choose_password", args=[uid, key])


def person_of_link(uid: str, key: str) -> User | None:
    """Whose link this is; None for one that is used, expired, made up, or of a closed account."""
    try:
        pk = int(urlsafe_base64_decode(uid))
    except (ValueError, OverflowError):
        return None
    person = User.objects.filter(pk=pk, is_active=True).first() if pk < 2**63 else None
    if person and person.is_staff_member and default_token_generator.check_token(person, key):
        return person
    return None


# -- Within this module ------------------------------------------------------------------------------------


def in_words(roles) -> str:
    return ", ".join(Role(role).label.lower() for role in sorted(roles))


def _create(email: str, name: str, roles) -> tuple[User, bool]:
    try:
        with transaction.atomic():
            return User.objects.create_user(email, name=name, roles=roles), True
    except IntegrityError:
        return User.objects.get(email__iexact=email), False


def _check_roles(roles) -> None:
    if not roles:
        raise RuleBroken("Select at least one role")
    if Role.AUDITOR in roles and len(set(roles)) > 1:
        raise RuleBroken(
            "An auditor changes nothing, so the auditor role stands alone. Remove it or the others"
        )


def _locked(person: User) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=person.pk)


def _lock_administrators(by) -> None:
    """One change of administrators at a time, so that two cannot remove each other; and `by` is still one."""
    list(
        User.objects.select_for_update(no_key=True)
        .filter(roles__contains=[Role.ADMINISTRATOR])
        .order_by("pk")
    )
    User.objects.get(pk=by.pk).require(Permission.MANAGE_PEOPLE)


def _send_invitation(person: User) -> None:
    if STAFF_ROLES.intersection(person.roles):
        _send(person, "invitation", {"link": password_link(person)})
    else:
        _send(person, "invitation_applicant", {})


def _send(person: User, template: str, context: dict) -> None:
    queue(
        key=f"{template}:{person.pk}:{uuid4().hex}",
        to=person,
        template=f"accounts/{template}",
        context={"person": person} | context,
        about=person,
        secret="link" in context,
    )
