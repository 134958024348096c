"""Registering organisations and changing what we know of them: facts, and the names they go by."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts.models import User
from accounts.permissions import Permission
from audit.models import Event
from audit.services import record
from office.services import next_number
from pcc_grants.lib import clock, references
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean_line

from ..models import Alias, Membership, Organisation
from .finding import by_name
from .members import is_member, join, require_lead

CHARITY_NUMBER = re.compile(r"\d{6,7}", re.ASCII)
COMPANY_NUMBER = re.compile(r"[A-Z0-9]{2}\d{6}", re.ASCII)
CHARITY_NUMBER_WRONG = "Charity number must be 6 or 7 digits, like 1123456"
COMPANY_NUMBER_WRONG = "Company number must be 8 characters, like 01234567 or SC123456"
WEBSITE_WRONG = "Enter a website address in the correct format, like https://www.example.org"
is_website = URLValidator(schemes=["http", "https"])
# The same words whichever of name or number is taken, and by whom: they tell nobody who our applicants are.
TAKEN = "We may already know this organisation. Ask to join it, or contact us."

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
        join(by=by, organisation=organisation, user=by, role=Membership.Role.LEAD)
    return organisation


@transaction.atomic
def update(*, by, organisation, **fields) -> Organisation:
    """Change facts of an organisation; a name it had before stays as an alias. By its lead, or the office.

    Raises RuleBroken for anyone else, for a number of the wrong form and for a taken name or number.
    """
    organisation = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    require_lead(by, organisation)
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
        taken |= by_name(name)
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
