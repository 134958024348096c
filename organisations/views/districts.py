"""The districts of the police area."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.permissions import Permission
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken

from .. import services
from ..forms import DistrictForm, DistrictNameForm
from ..models import District
from .common import page_of, posted


@requires(Permission.READ_OFFICE_SETTINGS)
def districts(request):
    """The districts of the police area, in which projects and returns say where they work."""
    context = {
        "heading": "Districts",
        "page_obj": page_of(request, District.objects.order_by("name")),
        "may_manage": request.user.may(Permission.MANAGE_OFFICE),
    }
    return render(request, "organisations/districts.html", context)


@requires(Permission.MANAGE_OFFICE)
def district_new(request):
    """Add a district."""
    form = DistrictForm(posted(request))
    if request.method == "POST" and form.is_valid():
        return _save_district(request, form, lambda facts: services.add_district(by=request.user, **facts))
    return _district_form(request, form, "Add a district")


@requires(Permission.MANAGE_OFFICE)
def district_edit(request, pk):
    """Rename a district, as when a council changes its name."""
    district = get_object_or_404(District, pk=pk)
    form = DistrictNameForm(posted(request), initial={"name": district.name})
    if request.method == "POST" and form.is_valid():
        return _save_district(
            request,
            form,
            lambda facts: services.rename_district(by=request.user, district=district, **facts),
        )
    return _district_form(request, form, f"Rename {district}")


def _save_district(request, form, save):
    try:
        save(form.cleaned_data)
    except RuleBroken as broken:
        form.add_error(None, str(broken))
        return _district_form(request, form, "Change the districts")
    messages.success(request, "The district has been saved")
    return redirect("districts")


def _district_form(request, form, heading):
    context = {"heading": heading, "crumbs": [("Districts", reverse("districts"))], "form": form}
    return render(request, "organisations/office_form.html", context, status=422 if form.errors else 200)
