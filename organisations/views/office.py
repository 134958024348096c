"""The office's register of organisations, and who acts for them."""

from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.permissions import Permission
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken

from .. import services
from ..forms import AliasForm, NameLeadForm, OfficeOrganisationForm, OrganisationFilter
from ..models import JoinRequest, Organisation
from .common import edit_organisation, find_organisation, invite_person, page_of, posted


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
        "page_obj": page_of(request, found),
        "filter_form": filter_form,
        "may_manage": request.user.may(Permission.MANAGE_ORGANISATIONS),
        "may_see_interests": request.user.may(Permission.READ_APPLICATIONS),
        "asking": JoinRequest.objects.visible_to(request.user).waiting().count(),
    }
    return render(request, "organisations/office_list.html", context)


@requires(Permission.READ_ORGANISATIONS)
def office_organisation(request, ref):
    """Everything about one organisation: names, people, applications and awards."""
    organisation = find_organisation(request, ref)
    context = {
        "heading": organisation.name,
        "crumbs": [("Organisations", reverse("office_organisations"))],
        "organisation": organisation,
        "aliases": organisation.aliases.all(),
        "people": organisation.memberships.filter(ended_at=None).select_related("user").order_by("pk"),
        "invitations": organisation.invitations.unanswered().order_by("expires_at", "pk")[:100],
        "join_requests": organisation.join_requests.waiting().select_related("user")[:100],
        "documents": organisation.documents.present().select_related("uploaded_by")[:100],
        "document_page": "office_organisation_document",
        "document_key": ref,
        "standing": services.diligence_of(organisation),
        "interests": organisation.declared_interests.current().select_related("user", "handed_to"),
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
    form = OfficeOrganisationForm(posted(request))
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
    organisation = find_organisation(request, ref)
    return edit_organisation(
        request, organisation, OfficeOrganisationForm, "office_organisation", "organisations/office_form.html"
    )


@requires(Permission.MANAGE_ORGANISATIONS)
def office_organisation_alias_new(request, ref):
    """Record another name that an organisation goes by."""
    organisation = find_organisation(request, ref)
    form = AliasForm(posted(request))
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


@requires(Permission.MANAGE_ORGANISATIONS)
def office_organisation_person_new(request, ref):
    """Invite somebody to act for an organisation, as when nobody of its people is left."""
    organisation = find_organisation(request, ref)
    return invite_person(
        request, organisation, "office_organisation", {"heading": "Invite somebody to act for it"}
    )


@requires(Permission.MANAGE_ORGANISATIONS)
def office_organisation_lead(request, ref):
    """Name another lead of an organisation, after a check; those who left are taken off with it."""
    organisation = find_organisation(request, ref)
    form = NameLeadForm(posted(request), organisation=organisation)
    back = reverse("office_organisation", args=[ref])
    if request.method == "POST" and form.is_valid():
        try:
            services.name_lead(by=request.user, organisation=organisation, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, "The lead has been named. We have written to everyone who acts for it.")
            return redirect(back)
    context = {
        "heading": "Name another lead",
        "crumbs": [("Organisations", reverse("office_organisations")), (organisation.name, back)],
        "organisation": organisation,
        "form": form,
        "has_people": form.fields["membership"].queryset.exists(),
    }
    return render(request, "organisations/office_lead.html", context, status=422 if form.errors else 200)
