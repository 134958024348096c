"""The register of decisions, for everybody."""

from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from applications import outcome_papers
from applications.forms.decide import years_of
from funds.models import Fund
from pcc_grants.lib.access import public
from pcc_grants.lib.downloads import PDF, file_response
from pcc_grants.lib.financial_year import FinancialYear
from pcc_grants.lib.spreadsheets import csv_lines
from reports import decision_register
from reports.forms import RegisterFilter

from .common import page_of


@public
@require_safe
def decisions(request):
    """What was approved, newest first: by fund, financial year and words."""
    form, found = _narrowed(request)
    page = page_of(request, found)
    context = {
        "heading": "Decisions we have made",
        "filter_form": form,
        "page_obj": page,
        "lines": decision_register.lines(page.object_list),
        "query": request.GET.urlencode(),
    }
    return render(request, "reports/decisions.html", context)


def _narrowed(request):
    """The filter and the decisions that it leaves; an impossible filter leaves none."""
    found = decision_register.register()
    of_register = found.model.objects.on_the_register()
    form = RegisterFilter(
        request.GET,
        funds=Fund.objects.filter(pk__in=of_register.values("fund")),
        years=[(str(year), str(year)) for year in years_of(of_register)],
    )
    if not form.is_valid():
        return form, found.none()
    wanted = form.cleaned_data
    if wanted["fund"]:
        found = found.filter(fund=wanted["fund"])
    if wanted["year"]:
        found = found.made_in(FinancialYear.parse(wanted["year"]))
    if wanted["q"]:
        found = decision_register.containing(found, wanted["q"])
    return form, found


@public
@require_safe
def decisions_csv(request):
    """The same list as open data, row by row."""
    _, found = _narrowed(request)
    lines = csv_lines(decision_register.COLUMNS, decision_register.csv_rows(found))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename="decisions.csv")
    return response


@public
@require_safe
def decisions_rounds(request):
    """How many applied to each round, were funded and were not."""
    context = {
        "heading": "Applications and decisions by round",
        "page_obj": page_of(request, decision_register.rounds_decided()),
        "back_url": reverse("decisions"),
        "back_label": "Decisions we have made",
    }
    return render(request, "reports/decisions_rounds.html", context)


def _published_or_404(number):
    return get_object_or_404(decision_register.register(), number=number)


@public
@require_safe
def decision_public(request, number):
    """The notice of one decision."""
    notice = outcome_papers.notice_of(_published_or_404(number), for_public=True)
    context = {
        "heading": notice["title"],
        "notice": notice,
        "back_url": reverse("decisions"),
        "back_label": "Decisions we have made",
    }
    return render(request, "reports/decision.html", context)


@public
@require_safe
def decision_public_pdf(request, number):
    """The same as a PDF."""
    notice = outcome_papers.notice_of(_published_or_404(number), for_public=True)
    return file_response(outcome_papers.notice_pdf(notice), f"{number} decision notice.pdf", PDF)
