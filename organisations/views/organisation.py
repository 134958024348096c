"""What we know of an organisation, for those who act for it."""

from django.shortcuts import render

from accounts.permissions import Permission
from pcc_grants.lib.access import requires

from .. import services
from ..forms import OrganisationForm
from .common import edit_organisation, find_led, find_organisation, page_of


@requires(Permission.APPLY)
def organisation(request, ref):
    """What we know of an organisation, and who acts for it; for its leads, who is asked and who asks."""
    organisation = find_organisation(request, ref)
    people = organisation.memberships.filter(ended_at=None).select_related("user").order_by("pk")
    leads = services.is_lead(request.user, organisation)
    context = {
        "heading": organisation.name,
        "organisation": organisation,
        "page_obj": page_of(request, people),
        "leads": leads,
    }
    if leads:
        context |= {
            "invitations": list(organisation.invitations.unanswered().order_by("expires_at", "pk")[:100]),
            "join_requests": list(organisation.join_requests.waiting().select_related("user")[:100]),
        }
    return render(request, "organisations/organisation.html", context)


@requires(Permission.APPLY)
def organisation_edit(request, ref):
    """Change what we know of an organisation: its leads may."""
    organisation = find_led(request, ref)
    return edit_organisation(
        request, organisation, OrganisationForm, "organisation", "organisations/edit.html"
    )
