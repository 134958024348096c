"""The Panel's papers, for everybody, once they are published."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from pcc_grants.lib.access import public
from reports.models import Paper, PaperStatus

from .common import frozen_pdf, page_of
from .panel import render_frozen


def published_or_404(day) -> Paper:
    return get_object_or_404(Paper, meeting_on=day, status=PaperStatus.PUBLISHED)


@public
def panel_papers(request):
    papers = Paper.objects.filter(status=PaperStatus.PUBLISHED).with_totals().order_by("-meeting_on")
    context = {"heading": "Panel papers", "page_obj": page_of(request, papers)}
    return render(request, "reports/panel_papers.html", context)


@public
def panel_paper_public(request, day):
    return render_frozen(
        request,
        published_or_404(day),
        pdf_url=reverse("panel_paper_public_pdf", args=[day]),
        back_url=reverse("panel_papers"),
        back_label="All Panel papers",
    )


@public
def panel_paper_public_pdf(request, day):
    return frozen_pdf(published_or_404(day))
