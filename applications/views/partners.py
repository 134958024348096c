"""The office links the partners that an application names to the register, for conflicts of interest."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.permissions import Permission
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken

from .. import services
from ..forms.office import LinkPartnerForm, PartnerSearch, RegisterPartnerForm
from ..services.assessing import conflicts
from ..services.partners import BEFORE_DECISION
from .office import crumbs_of, find_application, posted


@requires(Permission.READ_APPLICATIONS)
def office_partners(request, ref):
    """Every partner that the application names, and which organisation of the register it is."""
    application = find_application(request, ref)
    context = {
        "heading": "Partners",
        "crumbs": crumbs_of(application),
        "application": application,
        "partners": application.named_partners.select_related("organisation", "linked_by"),
        "may_link": application.status in BEFORE_DECISION
        and request.user.may(Permission.MANAGE_APPLICATIONS),
    }
    return render(request, "applications/office/partners.html", context)


@requires(Permission.MANAGE_APPLICATIONS)
def office_partner(request, ref, position):
    """Say which organisation one partner is: a likely one, one looked for, or none of the register."""
    application = find_application(request, ref)
    partner = _partner(application, position)
    search = PartnerSearch(request.GET or None)
    words = search.cleaned_data["q"] if search.is_bound and search.is_valid() else ""
    matches = services.matches_of(partner, words)
    if partner.organisation and partner.organisation not in matches:
        matches.insert(0, partner.organisation)
    form = LinkPartnerForm(
        posted(request), matches=matches, initial={"organisation": partner.organisation_id or ""}
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.link_partner(
                by=request.user, partner=partner, organisation=form.cleaned_data["organisation"]
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            return _linked(request, application)
    context = _context(application, partner, form) | {
        "heading": f"Which organisation is {partner.name}?",
        "filter_form": search,
        "words": words,
        "found": bool(matches),
        "register_url": reverse("office_partner_register", args=[application.reference, position]),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "applications/office/partner.html", context, status=status)


@requires(Permission.MANAGE_APPLICATIONS)
def office_partner_register(request, ref, position):
    """Add a partner to the register, and link it."""
    application = find_application(request, ref)
    partner = _partner(application, position)
    form = RegisterPartnerForm(posted(request), initial={"name": partner.name})
    if request.method == "POST" and form.is_valid():
        try:
            services.register_partner(by=request.user, partner=partner, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            return _linked(request, application)
    context = _context(application, partner, form) | {"heading": "Register a partner"}
    status = 422 if request.method == "POST" else 200
    return render(request, "applications/office/partner_register.html", context, status=status)


def _partner(application, position):
    return get_object_or_404(
        application.named_partners.select_related("organisation", "application"), position=position
    )


def _context(application, partner, form) -> dict:
    here = ("Partners", reverse("office_partners", args=[application.reference]))
    return {
        "crumbs": [*crumbs_of(application), here],
        "application": application,
        "partner": partner,
        "form": form,
        "cancel_url": here[1],
    }


def _linked(request, application):
    """Back to the list, with a warning when somebody who scores belongs to an organisation of it."""
    messages.success(request, "The partner has been saved")
    assessors = [
        one.assessor for one in application.assessments.exclude(status="recused").select_related("assessor")
    ]
    belonging = conflicts(application, assessors)
    for person in assessors:
        if person.pk in belonging:
            messages.warning(
                request,
                f"{person} {belonging[person.pk]} and was asked to score this application. "
                "Ask somebody else.",
            )
    return redirect("office_partners", application.reference)
