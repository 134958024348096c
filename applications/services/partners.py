"""Partners that an application names, tied to the register: for conflicts of interest, and for the award."""

from django.db import transaction

from accounts.permissions import Permission
from audit.services import record
from pcc_grants.lib import clock
from pcc_grants.lib.locking import locked
from pcc_grants.lib.rules import RuleBroken

from ..models import Application, Partner, Status

BEFORE_DECISION = (
    Status.SUBMITTED, Status.CLARIFICATION, Status.ELIGIBLE, Status.ASSESSED, Status.RECOMMENDED,
    Status.RESERVE, Status.NOT_RECOMMENDED, Status.DEFERRED,
)  # fmt: skip


@transaction.atomic
def link_partner(*, by, partner: Partner, organisation) -> Partner:
    """Say which organisation of the register a named partner is; None takes it back. Raises RuleBroken."""
    by.require(Permission.MANAGE_APPLICATIONS)
    application = locked(Application.objects.all(), partner.application_id)
    partner = Partner.objects.select_for_update(no_key=True).get(pk=partner.pk)
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
