"""The office's pages of business cases with projects: recommend them, their balance, those of the year."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render

from accounts.permissions import Permission
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken

from .. import services
from ..forms.cases import RecommendProjectsForm
from ..models import Application
from ..services.cases import RECOMMENDABLE, later_projects_waiting, pending_of
from .case_parts import balance_context, card_of, case_context, with_overlaps
from .recommend import application_crumbs, posted, status_of

PAGE = 25


def _find(request, ref) -> Application:
    """A business case with projects that the office may see."""
    applications = Application.objects.visible_to(request.user).select_related(
        "round__fund", "organisation", "business_case__round"
    )
    return get_object_or_404(
        applications.filter(round__route="allocated").exclude(business_case=None), reference=ref
    )


@requires(Permission.READ_APPLICATIONS, write=Permission.MANAGE_APPLICATIONS)
def office_projects(request, ref):
    """Recommend each project that waits; once all are, the case goes to the approver."""
    application = _find(request, ref)
    projects = list(pending_of(application))
    is_later = application.status == "approved"
    form = RecommendProjectsForm(
        posted(request), projects=projects, every="later" not in request.POST and not is_later
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.recommend_projects(
                by=request.user, application=application, recommendations=form.recommendations()
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, "Your recommendations have been saved")
            return redirect("office_application", ref)
    rows = dict(form.rows)
    context = {
        "heading": f"Projects of {application.reference}",
        "application": application,
        "case": application.business_case,
        "form": form,
        "cards": with_overlaps([card_of(one, for_office=True) | {"fields": rows[one]} for one in projects]),
        "is_open": application.status in RECOMMENDABLE,
        "is_later": is_later,
        "may_recommend": request.user.may(Permission.MANAGE_APPLICATIONS)
        and application.status in RECOMMENDABLE
        and (bool(projects) or application.status == "assessed"),
        "crumbs": application_crumbs(application),
        **balance_context(application.business_case),
    }
    return render(request, "applications/cases/recommend_projects.html", context, status=status_of(form))


@requires(Permission.READ_APPLICATIONS)
def office_balance(request, ref):
    """Where the money of an allocation is, to the penny, with every project."""
    application = _find(request, ref)
    context = {
        "heading": f"Balance of {application.reference}",
        "application": application,
        "crumbs": application_crumbs(application),
        **balance_context(application.business_case),
        **case_context(application, for_office=True),
    }
    return render(request, "applications/cases/office_balance.html", context)


@requires(Permission.READ_APPLICATIONS)
def office_tactical(request):
    """Projects sent during the year that wait for the office or for the approver."""
    context = {
        "heading": "Tactical projects waiting",
        "page_obj": Paginator(later_projects_waiting(), PAGE).get_page(request.GET.get("page")),
        "may_recommend": request.user.may(Permission.MANAGE_APPLICATIONS),
    }
    return render(request, "applications/cases/office_tactical.html", context)
