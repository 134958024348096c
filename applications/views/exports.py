"""Taking the list, or one application, out of the service: CSV, Excel, and the case file."""

from django.http import FileResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from pcc_grants.lib import clock
from pcc_grants.lib.access import requires
from pcc_grants.lib.downloads import PDF, file_response
from pcc_grants.lib.spreadsheets import csv_lines, excel_file

from .. import case_file
from ..forms.lists import ApplicationFilter, ExportForm
from ..services.exporting import Export
from ..services.finding import find, in_order, sort_of
from .bulk import crumbs, unreadable
from .office import find_application

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@requires(Permission.READ_APPLICATIONS)
@require_safe
def office_export(request):
    """What to take out of the list; sent with the choice, the file itself."""
    filter_form = ApplicationFilter(request.GET)
    if filter_form.unread:
        return unreadable(request, filter_form)
    found = find(request.user, filter_form.wanted)
    form = ExportForm(request.GET if "take" in request.GET else None)
    sort = sort_of(request.GET.get("sort"))
    if form.is_bound and form.is_valid():
        export = Export(
            in_order(found, sort, request.user), seen_by=request.user, parts=form.cleaned_data["parts"]
        )
        return _file(export, form.cleaned_data["format"])
    context = {
        "heading": "Download the list",
        "form": form,
        "count": found.count(),
        "tags": filter_form.tags,
        "kept": [*_pairs(filter_form.query), ("sort", sort), ("take", "yes")],
        "crumbs": crumbs(filter_form.query),
    }
    return render(request, "applications/lists/export.html", context, status=422 if form.errors else 200)


def _pairs(query: str) -> list[tuple[str, str]]:
    return [(name, value) for name, values in QueryDict(query).lists() for value in values]


def _file(export: Export, kind: str):
    name = f"applications-{clock.today():%Y-%m-%d}.{kind}"
    if kind == "xlsx":
        response = FileResponse(excel_file("Applications", export.columns, export.rows()), content_type=EXCEL)
    else:
        response = StreamingHttpResponse(
            csv_lines(export.columns, export.rows()), content_type="text/csv; charset=utf-8"
        )
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


@requires(Permission.READ_APPLICATIONS)
@require_safe
def office_case_file(request, ref):
    """Everything that is known of one application, as one PDF; no scores for who has still to score it."""
    application = find_application(request, ref)
    content = case_file.case_file_pdf(case_file.case_file_of(application, seen_by=request.user))
    return file_response(content, f"{application.reference} case file.pdf", PDF)
