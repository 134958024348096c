"""The districts of the police area, in which projects and returns say where they work."""

import re

from django.db import IntegrityError, transaction

from accounts.permissions import Permission
from audit.services import record
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean_line

from ..models import District

DISTRICT_CODE = re.compile(r"[EWSN]\d{8}", re.ASCII)
DISTRICT_CODE_WRONG = "District code must be a letter and 8 digits, like E07000109"


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
