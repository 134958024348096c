"""The office's pages about due diligence on an organisation, and about one's own interest in it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.permissions import Permission
from pcc_grants.lib import clock
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken

from .. import services
from ..forms import DiligenceForm, OwnInterestForm
from ..models import DeclaredInterest, DueDiligence
from .common import find_organisation, page_of, posted


def _crumbs(organisation, *more):
    return [
        ("Organisations", reverse("office_organisations")),
        (organisation.name, reverse("office_organisation", args=[organisation.reference])),
        *more,
    ]


@requires(Permission.READ_ORGANISATIONS)
def office_diligence(request, ref):
    """What stands of each kind of due diligence, and every entry there was."""
    organisation = find_organisation(request, ref)
    entries = DueDiligence.objects.visible_to(request.user).filter(organisation=organisation)
    context = {
        "heading": "Due diligence",
        "crumbs": _crumbs(organisation),
        "organisation": organisation,
        "standing": services.diligence_of(organisation),
        "page_obj": page_of(request, entries.select_related("checked_by", "document").order_by("-id")),
        "document_page": "office_organisation_document",
        "document_key": ref,
        "may_manage": request.user.may(Permission.MANAGE_ORGANISATIONS),
    }
    return render(request, "organisations/office_diligence.html", context)


@requires(Permission.MANAGE_ORGANISATIONS)
def office_diligence_new(request, ref):
    """Record what was found out; it stands in place of the entry before of its kind."""
    organisation = find_organisation(request, ref)
    form = DiligenceForm(
        posted(request),
        documents=organisation.documents.present().exclude(scan="infected").order_by("-id"),
        initial={"kind": request.GET.get("kind"), "checked_on": clock.today()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.record_diligence(by=request.user, organisation=organisation, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, "The due diligence has been recorded")
            return redirect("office_diligence", ref)
    context = {
        "heading": "Record due diligence",
        "crumbs": _crumbs(organisation, ("Due diligence", reverse("office_diligence", args=[ref]))),
        "organisation": organisation,
        "form": form,
    }
    return render(request, "organisations/office_form.html", context, status=422 if form.errors else 200)


@requires(Permission.MANAGE_ORGANISATIONS)
def office_organisation_interest_new(request, ref):
    """An officer declares an interest in the organisation, or words it anew."""
    organisation = find_organisation(request, ref)
    own = DeclaredInterest.objects.current().filter(user=request.user, organisation=organisation).first()
    form = OwnInterestForm(posted(request), initial={"interest": own.interest if own else ""})
    if request.method == "POST" and form.is_valid():
        try:
            services.declare_interest(by=request.user, organisation=organisation, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, f"Your interest in {organisation} is on the register")
            return redirect("office_organisation", ref)
    context = {
        "heading": "Declare an interest",
        "crumbs": _crumbs(organisation),
        "organisation": organisation,
        "own": own,
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "organisations/office_interest_new.html", context, status=status)
