"""Pages of an organisation for those who act for it, and the office's register."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.permissions import Permission
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken

from . import services
from .forms import (
    AliasForm,
    DistrictForm,
    DistrictNameForm,
    OfficeOrganisationForm,
    OrganisationFilter,
    OrganisationForm,
    PersonForm,
)
from .models import District, Membership, Organisation

PAGE = 25
INVITED = "We have written to {email}. They can work on your applications once they have signed in."


def _organisation(request, ref) -> Organisation:
    return get_object_or_404(Organisation.objects.visible_to(request.user), reference=ref)


def _posted(request):
    return request.POST if request.method == "POST" else None


def _page(request, rows):
    return Paginator(rows, PAGE).get_page(request.GET.get("page"))


# -- Those who act for it ----------------------------------------------------------------------------------


@requires(Permission.APPLY)
def my_organisations(request):
    """The organisations a person acts for; the only one is opened at once."""
    mine = Membership.objects.filter(user=request.user, ended_at=None).select_related("organisation")
    page = _page(request, mine.order_by("organisation__name", "pk"))
    if page.paginator.count == 1:
        return redirect("organisation", page.object_list[0].organisation.reference)
    return render(request, "organisations/mine.html", {"heading": "Your organisations", "page_obj": page})


@requires(Permission.APPLY)
def organisation_new(request):
    """Register an organisation; whoever does so leads it. `next` is the page to go on to afterwards."""
    form = OrganisationForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = services.register(by=request.user, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, "Your organisation has been added")
            following = request.GET.get("next", "")
            if following.startswith("/") and url_has_allowed_host_and_scheme(following, allowed_hosts=None):
                return HttpResponseRedirect(following)
            return redirect("organisation", made.reference)
    context = {"heading": "Add your organisation", "form": form, "back_url": reverse("my_organisations")}
    return render(request, "organisations/new.html", context, status=422 if form.errors else 200)


@requires(Permission.APPLY)
def organisation(request, ref):
    """What we know of an organisation, and who acts for it."""
    organisation = _organisation(request, ref)
    people = organisation.memberships.filter(ended_at=None).select_related("user").order_by("pk")
    context = {
        "heading": organisation.name,
        "organisation": organisation,
        "page_obj": _page(request, people),
        "leads": services.is_lead(request.user, organisation),
    }
    return render(request, "organisations/organisation.html", context)


@requires(Permission.APPLY)
def organisation_edit(request, ref):
    """Change what we know of an organisation: its leads may."""
    organisation = _led(request, ref)
    return _edit(request, organisation, OrganisationForm, "organisation", "organisations/edit.html")


@requires(Permission.APPLY)
def organisation_person_new(request, ref):
    """Add a colleague by e-mail address. The answer is the same whoever it belongs to."""
    organisation = _led(request, ref)
    form = PersonForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.invite(by=request.user, organisation=organisation, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, INVITED.format(email=form.cleaned_data["email"]))
            return redirect("organisation", ref)
    context = {
        "heading": "Add a colleague",
        "organisation": organisation,
        "form": form,
        "back_url": reverse("organisation", args=[ref]),
    }
    return render(request, "organisations/person_new.html", context, status=422 if form.errors else 200)


@requires(Permission.APPLY)
def organisation_person_remove(request, ref, pk):
    """Take a person off the organisation, after a question."""
    organisation = _organisation(request, ref)
    membership = get_object_or_404(organisation.memberships.select_related("user"), pk=pk)
    back = reverse("organisation", args=[ref])
    is_own = membership.user_id == request.user.pk
    if not is_own and not services.is_lead(request.user, organisation):
        raise PermissionDenied
    context = {
        "heading": "Leave this organisation?" if is_own else "Remove this person?",
        "organisation": organisation,
        "membership": membership,
        "is_own": is_own,
        "back_url": back,
        "cancel_url": back,
    }
    if request.method == "POST":
        try:
            services.end_membership(by=request.user, membership=membership)
        except RuleBroken as broken:
            context["page_errors"] = [str(broken)]
        else:
            messages.success(request, "The person can no longer act for this organisation")
            return redirect("my_organisations") if is_own else redirect(back)
    status = 422 if context.get("page_errors") else 200
    return render(request, "organisations/person_remove.html", context, status=status)


def _led(request, ref) -> Organisation:
    """An organisation that the person leads: 404 for a stranger, 403 for a colleague."""
    organisation = _organisation(request, ref)
    if not services.is_lead(request.user, organisation):
        raise PermissionDenied
    return organisation


def _edit(request, organisation, form_class, back_name, template):
    """The form that changes an organisation, for its lead and for the office."""
    facts = {name: getattr(organisation, name) for name in form_class.base_fields}
    form = form_class(_posted(request), initial=facts)
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


# -- The office --------------------------------------------------------------------------------------------


@requires(Permission.READ_ORGANISATIONS)
def office_organisations(request):
    """The register: search by any name, number or reference."""
    filter_form = OrganisationFilter(request.GET or None)
    wanted = filter_form.cleaned_data if filter_form.is_valid() else {}
    found = Organisation.objects.visible_to(request.user)
    if words := wanted.get("q"):
        found = found.filter(
            Q(name__icontains=words)
            | Q(pk__in=Organisation.objects.filter(aliases__name__icontains=words).values("pk"))
            | Q(reference__iexact=words)
            | Q(charity_number=words)
            | Q(company_number__iexact=words)
        )
    if wanted.get("kind"):
        found = found.filter(kind=wanted["kind"])
    found = found.annotate(
        people=Count("memberships", filter=Q(memberships__ended_at=None), distinct=True),
        applied=Count("applications", filter=~Q(applications__submitted_at=None), distinct=True),
        awarded=Count("awards", distinct=True),
    ).order_by("name", "pk")
    context = {
        "heading": "Organisations",
        "page_obj": _page(request, found),
        "filter_form": filter_form,
        "may_manage": request.user.may(Permission.MANAGE_ORGANISATIONS),
    }
    return render(request, "organisations/office_list.html", context)


@requires(Permission.READ_ORGANISATIONS)
def office_organisation(request, ref):
    """Everything about one organisation: names, people, applications and awards."""
    organisation = _organisation(request, ref)
    context = {
        "heading": organisation.name,
        "crumbs": [("Organisations", reverse("office_organisations"))],
        "organisation": organisation,
        "aliases": organisation.aliases.all(),
        "people": organisation.memberships.filter(ended_at=None).select_related("user").order_by("pk"),
        "documents": organisation.documents.present().select_related("uploaded_by")[:100],
        "document_page": "office_organisation_document",
        "document_key": ref,
        "may_manage": request.user.may(Permission.MANAGE_ORGANISATIONS),
    }
    if request.user.may(Permission.READ_APPLICATIONS):
        context["applications"] = (
            organisation.applications.exclude(submitted_at=None)
            .select_related("round__fund")
            .order_by("-submitted_at", "-pk")[:100]
        )
    if request.user.may(Permission.READ_AWARDS):
        context["awards"] = organisation.awards.select_related("fund").order_by("-pk")[:100]
    return render(request, "organisations/office_detail.html", context)


@requires(Permission.MANAGE_ORGANISATIONS)
def office_organisation_new(request):
    """Add an organisation that the office commissions or pays; it has no member yet."""
    form = OfficeOrganisationForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        publish_location = facts.pop("publish_location")
        try:
            made = services.register(by=request.user, **facts)
            if not publish_location:
                services.update(by=request.user, organisation=made, publish_location=False)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, "The organisation has been added")
            return redirect("office_organisation", made.reference)
    context = {
        "heading": "Add an organisation",
        "crumbs": [("Organisations", reverse("office_organisations"))],
        "form": form,
    }
    return render(request, "organisations/office_form.html", context, status=422 if form.errors else 200)


@requires(Permission.MANAGE_ORGANISATIONS)
def office_organisation_edit(request, ref):
    """Change what the office knows of an organisation."""
    organisation = _organisation(request, ref)
    return _edit(
        request, organisation, OfficeOrganisationForm, "office_organisation", "organisations/office_form.html"
    )


@requires(Permission.MANAGE_ORGANISATIONS)
def office_organisation_alias_new(request, ref):
    """Record another name that an organisation goes by."""
    organisation = _organisation(request, ref)
    form = AliasForm(_posted(request))
    back = reverse("office_organisation", args=[ref])
    if request.method == "POST" and form.is_valid():
        try:
            services.add_alias(by=request.user, organisation=organisation, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error("name", str(broken))
        else:
            messages.success(request, "The name has been recorded")
            return redirect(back)
    context = {
        "heading": "Add another name",
        "crumbs": [("Organisations", reverse("office_organisations")), (organisation.name, back)],
        "organisation": organisation,
        "form": form,
    }
    return render(request, "organisations/office_form.html", context, status=422 if form.errors else 200)


@requires(Permission.READ_OFFICE_SETTINGS)
def districts(request):
    """The districts of the police area, in which projects and returns say where they work."""
    context = {
        "heading": "Districts",
        "page_obj": _page(request, District.objects.order_by("name")),
        "may_manage": request.user.may(Permission.MANAGE_OFFICE),
    }
    return render(request, "organisations/districts.html", context)


@requires(Permission.MANAGE_OFFICE)
def district_new(request):
    """Add a district."""
    form = DistrictForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        return _save_district(request, form, lambda facts: services.add_district(by=request.user, **facts))
    return _district_form(request, form, "Add a district")


@requires(Permission.MANAGE_OFFICE)
def district_edit(request, pk):
    """Rename a district, as when a council changes its name."""
    district = get_object_or_404(District, pk=pk)
    form = DistrictNameForm(_posted(request), initial={"name": district.name})
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
