"""The list of due diligence to look at again."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse

from accounts.permissions import Permission
from organisations.models import DueDiligence
from organisations.services import EXPIRES_SOON
from pcc_grants.lib.access import requires
from reports.diligence import diligence_to_renew

PAGE = 25


@requires(Permission.READ_ORGANISATIONS)
def office_diligence_due(request):
    """What has expired or does so in 60 days, where the organisation has something in hand."""
    seen = DueDiligence.objects.visible_to(request.user).values("pk")
    context = {
        "heading": "Due diligence that expires soon",
        "days": EXPIRES_SOON.days,
        "crumbs": [("Organisations", reverse("office_organisations"))],
        "page_obj": Paginator(diligence_to_renew().filter(pk__in=seen), PAGE).get_page(
            request.GET.get("page")
        ),
        "may_manage": request.user.may(Permission.MANAGE_ORGANISATIONS),
    }
    return render(request, "reports/diligence_due.html", context)
