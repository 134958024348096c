"""The office's pages of overlaps: the list, two projects side by side, and the provider in the register."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode

from accounts.permissions import Permission
from applications import services
from applications.forms.overlaps import LookAgainForm, OverlapFilter, ProviderForm, SettleForm
from applications.models import LIVE_PROJECTS, Overlap, Project
from pcc_grants.lib.access import requires
from pcc_grants.lib.clock import format_date
from pcc_grants.lib.financial_year import FinancialYear
from pcc_grants.lib.money import format_money
from pcc_grants.lib.rules import RuleBroken

from .recommend import posted, status_of

PAGE = 25
BOTH = [
    f"{side}__{related}"
    for side in ("first", "second")
    for related in ("business_case__organisation", "business_case__application", "business_case__round__fund")
]


@requires(Permission.READ_APPLICATIONS, write=Permission.MANAGE_APPLICATIONS)
def office_overlaps(request):
    """Pairs of projects that look alike, the most alike first; and a button that looks again."""
    form = LookAgainForm(posted(request), initial={"year": request.GET.get("year")})
    if request.method == "POST" and form.is_valid():
        year = int(form.cleaned_data["year"])
        found = services.find_overlaps(by=request.user, start_year=year)
        messages.success(request, _said(found, year))
        return redirect(f"{reverse('office_overlaps')}?{urlencode({'year': year})}")
    overlaps = Overlap.objects.visible_to(request.user).select_related(*BOTH)
    filters = OverlapFilter(request.GET or None)
    if filters.is_bound:
        overlaps = filters.narrow(overlaps) if filters.is_valid() else overlaps.none()
    context = {
        "heading": "Overlaps between projects",
        "filter_form": filters,
        "form": form,
        "may_look": request.user.may(Permission.MANAGE_APPLICATIONS) and len(form.fields["year"].choices) > 1,
        "page_obj": Paginator(overlaps, PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "applications/overlaps/list.html", context, status=status_of(form))


def _said(found, year: int) -> str:
    if not (found.new or found.reopened or found.gone):
        return f"Nothing has changed among the projects of {FinancialYear(year)}"
    parts = [f"{found.new} found"]
    if found.reopened:
        parts.append(f"{found.reopened} opened again")
    if found.gone:
        parts.append(f"{found.gone} no longer there")
    return f"Overlaps of {FinancialYear(year)}: {', '.join(parts)}"


def _overlap(request, pk) -> Overlap:
    overlaps = Overlap.objects.visible_to(request.user).select_related(
        *BOTH, "first__provider", "second__provider", "settled_by"
    )
    return get_object_or_404(overlaps, pk=pk)


@requires(Permission.READ_APPLICATIONS, write=Permission.MANAGE_APPLICATIONS)
def office_overlap(request, pk):
    """Two projects side by side, why they look alike, and what was made of it."""
    overlap = _overlap(request, pk)
    is_settled_by_hand = overlap.settled_at and overlap.status != Overlap.Status.RETAINED
    initial = {"status": overlap.status, "note": overlap.note} if is_settled_by_hand else None
    form = SettleForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.settle_overlap(by=request.user, overlap=overlap, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, "The overlap has been settled")
            return redirect("office_overlap", pk=pk)
    may_manage = request.user.may(Permission.MANAGE_APPLICATIONS)
    context = {
        "heading": "Overlap of two projects",
        "overlap": overlap,
        "projects": [overlap.first, overlap.second],
        "rows": [(label, show(overlap.first), show(overlap.second)) for label, show in FACTS],
        "live": LIVE_PROJECTS,
        "form": form,
        "may_settle": may_manage and overlap.status != Overlap.Status.RETAINED,
        "crumbs": [("Overlaps", reverse("office_overlaps"))],
    }
    return render(request, "applications/overlaps/detail.html", context, status=status_of(form))


def _provider(project: Project) -> str:
    number = f"\nNumber {project.provider_number}" if project.provider_number else ""
    return f"{project.provider_name}{number}"


def _decided(project: Project) -> str:
    decision = project.decisions.select_related("decided_by").order_by("-decided_at", "-pk").first()
    if decision is None:
        return "None yet"
    amount = f", {format_money(decision.amount)}" if decision.amount else ""
    return (
        f"{decision.get_outcome_display()}{amount}, {format_date(decision.decided_at)} "
        f"(decision {decision.number})\n{decision.reasons}"
    )


# The facts that are compared, in the order in which they are read.
FACTS = (
    ("Partnership", lambda project: project.business_case.organisation),
    ("Reference", lambda project: project.reference),
    ("Fund", lambda project: f"{project.business_case.round.fund}\n{project.business_case.round.name}"),
    ("Kind", lambda project: project.get_kind_display()),
    ("Status", lambda project: project.get_status_display()),
    ("Provider", _provider),
    ("In the register", lambda project: project.provider or "Not linked"),
    ("Amount asked for", lambda project: format_money(project.amount)),
    ("Districts", lambda project: ", ".join(str(one) for one in project.districts.all())),
    ("Schools", lambda project: project.schools),
    ("What it will do", lambda project: project.aims),
    ("What will change", lambda project: project.outcomes),
    ("Evidence of need", lambda project: project.evidence),
    ("Last decision", _decided),
)


@requires(Permission.MANAGE_APPLICATIONS)
def office_overlap_provider(request, pk, project_pk):
    """Which organisation of the register delivers one of the two projects."""
    overlap = _overlap(request, pk)
    project = next((one for one in (overlap.first, overlap.second) if one.pk == project_pk), None)
    if project is None:
        raise Http404
    suggestions = services.provider_suggestions(project)
    initial = {"suggested": project.provider_id, "other": project.provider_id}
    if project.provider_id in [organisation.pk for organisation, _ in suggestions]:
        initial.pop("other")
    form = ProviderForm(posted(request), suggestions=suggestions, initial=initial)
    if request.method == "POST" and form.is_valid():
        chosen = None if "unlink" in request.POST else form.chosen
        if chosen is None and "unlink" not in request.POST:
            form.add_error("other", "Select the organisation that delivers the project")
        else:
            try:
                services.link_provider(by=request.user, project=project, organisation=chosen)
            except RuleBroken as broken:
                form.add_error(None, str(broken))
            else:
                messages.success(
                    request, "The provider has been linked" if chosen else "The link was removed"
                )
                return _back_to(overlap)
    context = {
        "heading": "Link the provider to the register",
        "overlap": overlap,
        "project": project,
        "form": form,
        "suggestions": suggestions,
        "cancel_url": reverse("office_overlap", args=[pk]),
        "crumbs": [
            ("Overlaps", reverse("office_overlaps")),
            ("Overlap of two projects", reverse("office_overlap", args=[pk])),
        ],
    }
    return render(request, "applications/overlaps/provider.html", context, status=status_of(form))


def _back_to(overlap: Overlap):
    """The overlap, or the list when the two are no longer alike now that the provider is known."""
    if Overlap.objects.filter(pk=overlap.pk).exists():
        return redirect("office_overlap", pk=overlap.pk)
    return redirect("office_overlaps")
