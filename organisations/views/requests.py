"""Requests to join that the office answers after a check: where no lead of the organisation can."""

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.permissions import Permission
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken

from .. import services
from ..forms import OfficeAnswerRequestForm
from ..models import JoinRequest
from .common import page_of, posted


def _ours_marked(request):
    """The requests of everyone, each with whether the office answers it."""
    ours = JoinRequest.objects.for_office().filter(pk=OuterRef("pk"))
    found = JoinRequest.objects.visible_to(request.user).select_related("organisation", "user", "decided_by")
    return found.annotate(is_ours=Exists(ours))


@requires(Permission.READ_ORGANISATIONS)
def office_join_requests(request):
    """Every request that waits: those that are the office's to answer first, the longest first."""
    waiting = _ours_marked(request).waiting().order_by("-is_ours", "requested_at", "pk")
    context = {
        "heading": "Requests to join an organisation",
        "crumbs": [("Organisations", reverse("office_organisations"))],
        "page_obj": page_of(request, waiting),
    }
    return render(request, "organisations/office_requests.html", context)


@requires(Permission.READ_ORGANISATIONS, write=Permission.MANAGE_ORGANISATIONS)
def office_join_request(request, pk):
    """One request: who asks, and for an officer the answer, with how it was checked."""
    join_request = get_object_or_404(_ours_marked(request), pk=pk)
    may_answer = join_request.is_ours and request.user.may(Permission.MANAGE_ORGANISATIONS)
    form = OfficeAnswerRequestForm(posted(request)) if may_answer or request.method == "POST" else None
    if request.method == "POST" and form.is_valid():
        try:
            services.decide_join_request(
                by=request.user,
                join_request=join_request,
                accept=form.cleaned_data["answer"] == "yes",
                reason=form.cleaned_data["reason"],
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, "The request has been answered. We have written to the person.")
            return redirect("office_join_requests")
    context = {
        "heading": "A request to join",
        "crumbs": [
            ("Organisations", reverse("office_organisations")),
            ("Requests to join an organisation", reverse("office_join_requests")),
        ],
        "organisation": join_request.organisation,
        "join_request": join_request,
        "form": form,
        "leads": services.leads_of(join_request.organisation),
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "organisations/office_request.html", context, status=status)
