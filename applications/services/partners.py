"""Partners that an application names, tied to the register: for conflicts of interest, and for the award."""

import re

from django.db import transaction
from django.db.models import Case, IntegerField, Q, Value, When

from accounts.permissions import Permission
from audit.services import record
from organisations.models import Organisation
from organisations.services import register
from pcc_grants.lib import clock
from pcc_grants.lib.locking import locked
from pcc_grants.lib.rules import RuleBroken

from ..models import Application, Partner, Status

BEFORE_DECISION = (
    Status.SUBMITTED, Status.CLARIFICATION, Status.ELIGIBLE, Status.ASSESSED, Status.RECOMMENDED,
    Status.RESERVE, Status.NOT_RECOMMENDED, Status.DEFERRED,
)  # fmt: skip
MOST_MATCHES = 10
# What names of organisations have in common says nothing.
COMMON_WORDS = {
    "the",
    "and",
    "of",
    "for",
    "in",
    "a",
    "ltd",
    "limited",
    "cic",
    "cio",
    "trust",
    "charity",
    "group",
}


@transaction.atomic
def link_partner(*, by, partner: Partner, organisation) -> Partner:
    """Say which organisation of the register a named partner is; None takes it back. Raises RuleBroken."""
    by.require(Permission.MANAGE_APPLICATIONS)
    application = locked(Application.objects.all(), partner.application_id)
    partner = Partner.objects.select_for_update(no_key=True).filter(pk=partner.pk).first()
    if partner is None:
        raise RuleBroken("The applicant has changed the partners. Open the page again.")
    if application.status not in BEFORE_DECISION:
        raise RuleBroken("Partners are linked between the submission of an application and its decision.")
    if organisation is not None and organisation.pk == application.organisation_id:
        raise RuleBroken("This is the lead organisation itself. Choose another organisation.")
    if partner.organisation_id == getattr(organisation, "pk", None):
        return partner
    partner.organisation = organisation
    partner.linked_by, partner.linked_at = (by, clock.now()) if organisation else (None, None)
    partner.save(update_fields=["organisation", "linked_by", "linked_at"])
    linked = application.named_partners.exclude(organisation=None).values_list("organisation", flat=True)
    application.partners.set(linked)
    what = f"is {organisation}" if organisation else "is not in the register"
    record(
        "application.partner_linked",
        application,
        f"{by} recorded that the partner “{partner}” of {application.reference} {what}.",
        by=by,
        changes={"partner": partner.name, "organisation": getattr(organisation, "reference", "")},
    )
    return partner


@transaction.atomic
def register_partner(*, by, partner: Partner, name, kind, charity_number="", company_number="") -> Partner:
    """Add a named partner to the register, and link it. Raises RuleBroken."""
    by.require(Permission.MANAGE_APPLICATIONS)
    organisation = register(
        by=by, name=name, kind=kind, charity_number=charity_number, company_number=company_number
    )
    return link_partner(by=by, partner=partner, organisation=organisation)


def matches_of(partner: Partner, words: str = "") -> list[Organisation]:
    """Which organisations a named partner may be, the likeliest first: by number, name, alias.

    `words` looks for others instead: part of a name or a reference.
    """
    others = Organisation.objects.exclude(pk=partner.application.organisation_id)
    if words:
        found = Q(name__icontains=words) | Q(aliases__name__icontains=words) | Q(reference__iexact=words)
        return list(others.filter(found).distinct().order_by("name", "pk")[:MOST_MATCHES])
    number = re.sub(r"[^0-9A-Za-z]", "", partner.number).upper()
    by_number = Q(pk__in=())
    if number:
        by_number = Q(charity_number=number) | Q(company_number=number)
    by_name = Q(name__iexact=partner.name) | Q(known_as__iexact=partner.name)
    by_alias = Q(aliases__name__iexact=partner.name)
    telling = [word for word in re.findall(r"[^\W_]{3,}", partner.name.lower()) if word not in COMMON_WORDS][
        :6
    ]
    likely = Q(pk__in=())
    if telling:
        likely = Q()
        for word in telling:
            likely &= Q(name__icontains=word) | Q(aliases__name__icontains=word)
    rank = Case(
        When(by_number, then=Value(1)),
        When(by_name, then=Value(2)),
        When(by_alias, then=Value(3)),
        default=Value(4),
        output_field=IntegerField(),
    )
    found = (
        others.filter(by_number | by_name | by_alias | likely)
        .annotate(rank=rank)
        .order_by("rank", "name", "pk")
    )
    return list({one.pk: one for one in found[: 5 * MOST_MATCHES]}.values())[:MOST_MATCHES]


def partners_of(application: Application) -> list[str]:
    """The partners by name: as registered once they are linked, else as the applicant wrote them."""
    named = [
        str(partner.organisation or partner.name)
        for partner in application.named_partners.select_related("organisation")
    ]
    linked = [str(partner) for partner in application.partners.all()]
    return list(dict.fromkeys(named + linked))
