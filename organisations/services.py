"""Registering organisations, the names they go by, and the people who act for them."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.models import User
from accounts.permissions import Permission
from accounts.services import account_of_colleague
from audit.models import Event
from audit.services import record
from notifications.services import queue
from office.services import next_number
from pcc_grants.lib import clock, references
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean_line

from .models import Alias, District, Membership, Organisation

CHARITY_NUMBER = re.compile(r"\d{6,7}", re.ASCII)
COMPANY_NUMBER = re.compile(r"[A-Z0-9]{2}\d{6}", re.ASCII)
DISTRICT_CODE = re.compile(r"[EWSN]\d{8}", re.ASCII)
DISTRICT_CODE_WRONG = "District code must be a letter and 8 digits, like E07000109"
CHARITY_NUMBER_WRONG = "Charity number must be 6 or 7 digits, like 1123456"
COMPANY_NUMBER_WRONG = "Company number must be 8 characters, like 01234567 or SC123456"
WEBSITE_WRONG = "Enter a website address in the correct format, like https://www.example.org"
is_website = URLValidator(schemes=["http", "https"])
# The same words whichever of name or number is taken, and by whom: they tell nobody who our applicants are.
TAKEN = "We may already know this organisation. Ask a colleague who has an account to add you, or contact us."
LEADS_ONLY = "Only a lead of the organisation can do this. Ask a colleague who is its lead."

FIELDS = ("name", "kind", "charity_number", "company_number", "website", "known_as")
OFFICE_FIELDS = (*FIELDS, "publish_location")


@transaction.atomic
def register(
    *, by, name, kind, charity_number="", company_number="", website="", known_as=""
) -> Organisation:
    """Add an organisation. The applicant who registers it leads it; one the office adds has no member yet.

    The same facts by the same person again give the first. Raises RuleBroken when a number has the wrong
    form, or the name or a number is taken.
    """
    for_office = by.may(Permission.MANAGE_ORGANISATIONS)
    if not for_office:
        by.require(Permission.APPLY)
    facts = _facts(
        name=name,
        kind=kind,
        charity_number=charity_number,
        company_number=company_number,
        website=website,
        known_as=known_as,
    )
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # a form sent twice at once is sent once
    if same := _registered_before(by, facts):
        return same
    _require_free(facts)
    organisation = Organisation(
        reference=references.build("ORG", next_number("organisation")), created_at=clock.now(), **facts
    )
    _save(organisation)
    record("organisation.registered", organisation, f"{by} registered {organisation}.", by=by, changes=facts)
    if not for_office:
        _join(by, organisation, by, Membership.Role.LEAD)
    return organisation


@transaction.atomic
def update(*, by, organisation, **fields) -> Organisation:
    """Change facts of an organisation; a name it had before stays as an alias. By its lead, or the office.

    Raises RuleBroken for anyone else, for a number of the wrong form and for a taken name or number.
    """
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    _require_lead(by, organisation)
    allowed = OFFICE_FIELDS if by.may(Permission.MANAGE_ORGANISATIONS) else FIELDS
    if refused := sorted(set(fields) - set(allowed)):
        raise RuleBroken(f"Only the office can change this: {', '.join(refused)}.")
    facts = _facts(**fields)
    changes = {
        field: [getattr(organisation, field), value]
        for field, value in facts.items()
        if getattr(organisation, field) != value
    }
    if not changes:
        return organisation
    _require_free({field: facts[field] for field in changes}, but=organisation)
    for field in changes:
        setattr(organisation, field, facts[field])
    _save(organisation, update_fields=list(changes))
    if "name" in changes:
        _keep_former_name(organisation, *changes["name"])
    record("organisation.changed", organisation, f"{by} changed {organisation}.", by=by, changes=changes)
    return organisation


@transaction.atomic
def add_alias(*, by, organisation, name) -> Alias:
    """Record another name of the organisation. By the office. Raises RuleBroken when the name is taken."""
    by.require(Permission.MANAGE_ORGANISATIONS)
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    name = clean_line(name)
    if not name:
        raise RuleBroken("Enter the other name of the organisation")
    existing = Alias.objects.filter(name__iexact=name).select_related("organisation").first()
    if existing and existing.organisation == organisation:
        return existing
    other = existing.organisation if existing else Organisation.objects.filter(name__iexact=name).first()
    if other:
        raise RuleBroken(f"“{name}” is already a name of {other} ({other.reference}). Use another name.")
    alias = Alias.objects.create(organisation=organisation, name=name)
    record("organisation.alias_added", organisation, f"{by} recorded the name “{name}”.", by=by)
    return alias


@transaction.atomic
def add_member(*, by, organisation, user, role=Membership.Role.MEMBER) -> Membership:
    """Let a person act for the organisation. By its lead, or the office; a second time changes nothing.

    Where nobody leads the organisation yet, whoever is added leads it.
    Raises RuleBroken for anyone else, and when the person's account is not an applicant's.
    """
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    _require_lead(by, organisation)
    if not user.may(Permission.APPLY):
        raise RuleBroken("Only an applicant's account can act for an organisation. Use another address.")
    current = organisation.memberships.filter(ended_at=None)
    if existing := current.filter(user=user).first():
        return existing
    if not current.filter(role=Membership.Role.LEAD).exists():
        role = Membership.Role.LEAD
    return _join(by, organisation, user, role)


@transaction.atomic
def invite(*, by, organisation, email, name="") -> None:
    """Add a colleague by e-mail address, with a new account where there is none, and write to them.

    The answer is the same whoever the address belongs to, so that nobody learns who has an account:
    an account that cannot act for an organisation is told so by e-mail, and is not added.
    """
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    _require_lead(by, organisation)
    user = account_of_colleague(by=by, email=email.strip().lower(), name=clean_line(name) or "New colleague")
    context = {"organisation": organisation, "by": by, "user": user}
    if not user.may(Permission.APPLY):
        record("organisation.invited", organisation, f"{by} invited a person who was not added.", by=by)
        key = f"organisation-not-added:{organisation.pk}:{user.pk}"
        queue(key=key, to=user, template="organisations/not_added", context=context, about=organisation)
    elif not Membership.objects.filter(organisation=organisation, user=user, ended_at=None).exists():
        membership = _join(by, organisation, user, Membership.Role.MEMBER)
        key = f"organisation-member:{membership.pk}"
        queue(key=key, to=user, template="organisations/added", context=context, about=organisation)


@transaction.atomic
def end_membership(*, by, membership) -> None:
    """Take a person off the organisation: by its lead, the office, or themselves. Not its last person.

    Raises RuleBroken when nobody, or no lead, would be left. A second time changes nothing.
    """
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=membership.organisation_id)
    membership = Membership.objects.select_for_update(no_key=True).get(pk=membership.pk)
    if membership.user_id != by.pk:
        _require_lead(by, organisation)
    if membership.ended_at:
        return
    others = organisation.memberships.filter(ended_at=None).exclude(pk=membership.pk)
    if not others.filter(role=Membership.Role.LEAD).exists() and not by.may(Permission.MANAGE_ORGANISATIONS):
        raise RuleBroken("The organisation needs a lead. Contact us to name another one first.")
    membership.ended_at = clock.now()
    membership.save(update_fields=["ended_at"])
    record(
        "organisation.member_removed",
        organisation,
        f"{by} took {membership.user} off {organisation}.",
        by=by,
    )


def members_of(organisation) -> list[User]:
    """The people who act for the organisation now: who gets its mail."""
    return list(
        User.objects.filter(
            is_active=True, memberships__organisation=organisation, memberships__ended_at=None
        ).order_by("id")
    )


def is_member(user, organisation) -> bool:
    """Whether the person acts for the organisation now."""
    return Membership.objects.filter(user=user, organisation=organisation, ended_at=None).exists()


def is_lead(user, organisation) -> bool:
    """Whether the person leads the organisation now."""
    return Membership.objects.filter(
        user=user, organisation=organisation, ended_at=None, role=Membership.Role.LEAD
    ).exists()


def _require_lead(by, organisation) -> None:
    if by.may(Permission.MANAGE_ORGANISATIONS):
        return
    by.require(Permission.APPLY)
    if not is_lead(by, organisation):
        raise RuleBroken(LEADS_ONLY)


def _facts(**fields) -> dict:
    """What is stored of what was typed. Raises RuleBroken for a missing name or a number in a wrong form."""
    facts = {key: clean_line(value) if isinstance(value, str) else value for key, value in fields.items()}
    for number in ("charity_number", "company_number"):
        if number in facts:
            facts[number] = facts[number].replace(" ", "").upper()
    if "name" in facts and not facts["name"]:
        raise RuleBroken("Enter the name of your organisation")
    if facts.get("charity_number") and not CHARITY_NUMBER.fullmatch(facts["charity_number"]):
        raise RuleBroken(CHARITY_NUMBER_WRONG)
    if facts.get("company_number") and not COMPANY_NUMBER.fullmatch(facts["company_number"]):
        raise RuleBroken(COMPANY_NUMBER_WRONG)
    if facts.get("website"):
        try:
            is_website(facts["website"])
        except ValidationError as error:
            raise RuleBroken(WEBSITE_WRONG) from error
    if "kind" in facts and facts["kind"] not in Organisation.Kind.values:
        raise RuleBroken("Select what type of organisation you are")
    return facts


def _registered_before(by, facts) -> Organisation | None:
    """What the same person registered with the same facts: a form sent twice."""
    same = Organisation.objects.filter(**facts).first()
    if same is None or not (by.may(Permission.MANAGE_ORGANISATIONS) or is_member(by, same)):
        return None
    if Event.objects.about(same).filter(verb="organisation.registered", actor_id=by.pk).exists():
        return same
    return None


def _require_free(facts, but=None) -> None:
    taken = Q(pk__in=())
    if name := facts.get("name"):
        taken |= Q(name__iexact=name) | Q(aliases__name__iexact=name)
    for number in ("charity_number", "company_number"):
        if facts.get(number):
            taken |= Q(**{number: facts[number]})
    if Organisation.objects.filter(taken).exclude(pk=but and but.pk).exists():
        raise RuleBroken(TAKEN)


def _save(organisation, **options) -> None:
    try:
        with transaction.atomic():
            organisation.save(**options)
    except IntegrityError as error:  # somebody registered it at the same moment
        raise RuleBroken(TAKEN) from error


def _keep_former_name(organisation, former, present) -> None:
    organisation.aliases.filter(name__iexact=present).delete()
    if former.lower() != present.lower():
        Alias.objects.get_or_create(organisation=organisation, name=former)


def _join(by, organisation, user, role) -> Membership:
    membership = Membership.objects.create(
        organisation=organisation, user=user, role=role, created_at=clock.now()
    )
    record("organisation.member_added", organisation, f"{by} added {user} to {organisation}.", by=by)
    return membership


@transaction.atomic
def add_district(*, by, code, name) -> District:
    """Record a district of the police area. The same again gives the first. Raises RuleBroken.

    `code` is the nine characters of the national register of geography, like E07000109.
    """
    by.require(Permission.MANAGE_OFFICE)
    facts = {"code": code.strip().upper(), "name": clean_line(name)}
    if not DISTRICT_CODE.fullmatch(facts["code"]):
        raise RuleBroken(DISTRICT_CODE_WRONG)
    if same := District.objects.filter(**facts).first():
        return same
    district = District(**facts)
    _save_district(district)
    record("district.added", district, f"{by} added the district {district}.", by=by, changes=facts)
    return district


@transaction.atomic
def rename_district(*, by, district, name) -> District:
    """Give a district its new name; its code stays. Raises RuleBroken for a name that another one has."""
    by.require(Permission.MANAGE_OFFICE)
    district = District.objects.select_for_update(no_key=True).get(pk=district.pk)
    old, district.name = district.name, clean_line(name)
    if old == district.name:
        return district
    _save_district(district)
    sentence = f"{by} renamed the district {old}: {district}."
    record("district.renamed", district, sentence, by=by, changes={"from": old, "to": district.name})
    return district


def _save_district(district: District) -> None:
    if not district.name:
        raise RuleBroken("Enter the name of the district")
    try:
        with transaction.atomic():
            district.save()
    except IntegrityError as error:
        raise RuleBroken(
            "There is already a district of that name or code. Change that one, or use another name."
        ) from error
