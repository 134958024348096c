"""What the pages of organisations share."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from pcc_grants.lib.rules import RuleBroken

from .. import services
from ..forms import PersonForm
from ..models import Organisation

PAGE = 25
INVITED = "We have written to {email}. They can act for the organisation once they have accepted."


def find_organisation(request, ref) -> Organisation:
    return get_object_or_404(Organisation.objects.visible_to(request.user), reference=ref)


def find_led(request, ref) -> Organisation:
    """An organisation that the person leads: 404 for a stranger, 403 for a colleague."""
    organisation = find_organisation(request, ref)
    if not services.is_lead(request.user, organisation):
        raise PermissionDenied
    return organisation


def posted(request):
    return request.POST if request.method == "POST" else None


def page_of(request, rows):
    return Paginator(rows, PAGE).get_page(request.GET.get("page"))


def edit_organisation(request, organisation, form_class, back_name, template):
    """The form that changes an organisation, for its lead and for the office."""
    facts = {name: getattr(organisation, name) for name in form_class.base_fields}
    form = form_class(posted(request), initial=facts)
    back = reverse(back_name, args=[organisation.reference])
    if request.method == "POST" and form.is_valid():
        try:
            services.update(by=request.user, organisation=organisation, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, "The changes have been saved")
            return redirect(back)
    context = {"heading": "Change the details", "organisation": organisation, "form": form, "back_url": back}
    return render(request, template, context, status=422 if form.errors else 200)


def invite_person(request, organisation, back_name, context):
    """The form that invites a person, for the lead and for the office. Every address gets the same answer."""
    form = PersonForm(posted(request))
    back = reverse(back_name, args=[organisation.reference])
    if request.method == "POST" and form.is_valid():
        try:
            services.invite(by=request.user, organisation=organisation, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, INVITED.format(email=form.cleaned_data["email"]))
            return redirect(back)
    context = {"organisation": organisation, "form": form, "back_url": back, "cancel_url": back} | context
    return render(request, "organisations/person_new.html", context, status=422 if form.errors else 200)
