"""Keeping the money of overlapping projects: the office's proposal."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.permissions import Permission
from applications.models import Overlap
from awards import services
from awards.forms.retaining import RetainForm
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken

from .steps import posted


@requires(Permission.MANAGE_AWARDS)
def office_overlap_retain(request, pk):
    """Propose one award to the provider from the money of the projects that overlap."""
    overlaps = Overlap.objects.visible_to(request.user).select_related(
        "first__business_case__organisation",
        "first__business_case__round__fund",
        "second__business_case__organisation",
    )
    overlap = get_object_or_404(overlaps, pk=pk)
    projects = services.retainable(overlap)
    # Shown without what is proposed already; accepted with it, so that the same form sent twice is no error.
    offered = services.overlapping(overlap) if request.method == "POST" else projects
    form = RetainForm(posted(request), projects=offered, initial=_initial(overlap, projects))
    if request.method == "POST" and form.is_valid():
        try:
            award = services.propose_retained_award(by=request.user, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, "The award has been proposed. An approver decides on it")
            return redirect("office_award", ref=award.reference)
    back = reverse("office_overlap", args=[pk])
    context = {
        "heading": "Fund the provider directly",
        "overlap": overlap,
        "projects": projects,
        "form": form,
        "cancel_url": back,
        "crumbs": [("Overlaps", reverse("office_overlaps")), ("Overlap of two projects", back)],
    }
    return render(request, "awards/office/retain.html", context, status=422 if form.errors else 200)


def _initial(overlap, projects) -> dict:
    pair = [one for one in projects if one.pk in (overlap.first_id, overlap.second_id)]
    return RetainForm.first_facts(overlap, projects, services.retained_reason(pair) if pair else "")
