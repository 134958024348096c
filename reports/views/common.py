"""What the pages of this app share."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from pcc_grants.lib import clock
from pcc_grants.lib.downloads import PDF, file_response
from reports import papers
from reports.models import Paper

PAGE = 25


def page_of(request, rows, size: int = PAGE):
    return Paginator(rows, size).get_page(request.GET.get("page"))


def posted(request):
    return request.POST if request.method == "POST" else None


def status_of(form) -> int:
    return 422 if form.is_bound and form.errors else 200


def paper_or_404(request, day) -> Paper:
    return get_object_or_404(Paper.objects.visible_to(request.user), meeting_on=day)


def newest_version(paper):
    """The newest approved version, without its documents; None before approval."""
    return paper.versions.light().select_related("approved_by").first()


def frozen_pdf(paper) -> HttpResponse:
    """The kept bytes of the newest version; never rendered again. 404 before approval."""
    version = get_object_or_404(paper.versions.only("paper", "number", "pdf").order_by("-number")[:1])
    name = papers.file_name(paper.meeting_on, "pdf", version.number)
    return file_response(bytes(version.pdf), name, PDF)


def panel_crumbs(paper=None):
    crumbs = [("Panel meetings", reverse("panel_home"))]
    if paper:
        crumbs.append(
            (clock.format_date(paper.meeting_on), reverse("panel_meeting", args=[paper.meeting_on]))
        )
    return crumbs


def office_crumbs(paper=None):
    crumbs = [("Panel papers", reverse("office_papers"))]
    if paper:
        crumbs.append((clock.format_date(paper.meeting_on), reverse("office_paper", args=[paper.meeting_on])))
    return crumbs
