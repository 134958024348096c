"""The office's list of applications: found, sorted, paged; and the filters that people keep of it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.permissions import Permission
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken

from .. import services
from ..forms.lists import ApplicationFilter, SavedFilterForm
from ..models import SavedFilter
from ..services.finding import FIRST, find, in_order, sort_of, total_asked, where_found
from ..services.scores import blind_applications
from .common import posted

PAGE = 25
COLUMNS = (
    ("reference", "Reference", False),
    ("project", "Project", False),
    ("organisation", "Organisation", False),
    ("", "Round", False),
    ("received", "Received", False),
    ("status", "Status", False),
    ("score", "Score", True),
    ("asked", "Asked", True),
)
READ_NO_LONGER = (
    "Part of this filter can no longer be read, such as a round that was deleted, and is left out: {labels}."
)


def list_url(query="", sort="") -> str:
    """The list with a filter, as a query string."""
    parts = [query, f"sort={sort}" if sort and sort != FIRST else ""]
    query = "&".join(filter(None, parts))
    return reverse("office_applications") + (f"?{query}" if query else "")


@requires(Permission.READ_APPLICATIONS)
def office_applications(request):
    """Every application that was received: filtered, searched, sorted, paged."""
    filter_form = ApplicationFilter(request.GET)
    sort = sort_of(request.GET.get("sort"))
    wanted, query = filter_form.wanted, filter_form.query
    found = find(request.user, wanted)
    page = Paginator(in_order(found, sort, request.user), PAGE).get_page(request.GET.get("page"))
    blind = blind_applications(request.user)
    hits = where_found(page.object_list, wanted.get("q", ""))
    for application in page.object_list:
        application.hits = hits.get(application.pk, ())
        application.is_blind = application.pk in blind
    context = {
        "heading": "Applications",
        "filter_form": filter_form,
        "unread": READ_NO_LONGER.format(labels=", ".join(filter_form.unread)) if filter_form.unread else "",
        "tags": [(label, words, list_url(rest, sort)) for label, words, rest in filter_form.tags],
        "sort": "" if sort == FIRST else sort,
        "columns": [_column(column, query, sort) for column in COLUMNS],
        "page_obj": page,
        "total_asked": total_asked(found),
        "query": query,
        "kept_query": "&".join(filter(None, [query, "" if sort == FIRST else f"sort={sort}"])),
        "saved": SavedFilter.objects.visible_to(request.user).select_related("owner"),
        "may_act": request.user.may(Permission.MANAGE_APPLICATIONS),
    }
    return render(request, "applications/lists/list.html", context)


def _column(column, query, sort) -> dict:
    """A heading: its words, where it leads, and in which order the list is by it now."""
    key, words, is_numeric = column
    now = {key: "ascending", f"-{key}": "descending"}.get(sort, "none") if key else ""
    turned = f"-{key}" if now == "ascending" else key
    url = list_url(query, "" if turned == FIRST else turned) if key else ""
    return {"words": words, "url": url, "now": now, "is_numeric": is_numeric}


# -- Filters that are kept -----------------------------------------------------------------------------------


def filters_crumbs():
    return [("Applications", reverse("office_applications")), ("Saved filters", reverse("office_filters"))]


def _kept_query(request) -> str:
    """The filter that the address carries, as far as it can be read, with its order."""
    sort = sort_of(request.GET.get("sort"))
    parts = [ApplicationFilter(request.GET).query, "" if sort == FIRST else f"sort={sort}"]
    return "&".join(filter(None, parts))


@requires(Permission.READ_APPLICATIONS)
def office_filters(request):
    """One's own saved filters and those that colleagues share."""
    saved = SavedFilter.objects.visible_to(request.user).select_related("owner")
    context = {
        "heading": "Saved filters",
        "page_obj": Paginator(saved, PAGE).get_page(request.GET.get("page")),
        "may_act": request.user.may(Permission.MANAGE_APPLICATIONS),
        "crumbs": filters_crumbs()[:1],
    }
    return render(request, "applications/lists/filters.html", context)


@requires(Permission.MANAGE_APPLICATIONS)
def office_filter_new(request):
    """Keep the filter that the address carries under a name."""
    query = _kept_query(request)
    form = SavedFilterForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.save_filter(by=request.user, query=query, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error("name", str(broken))
        else:
            messages.success(request, f"The filter “{form.cleaned_data['name']}” has been saved")
            return redirect(f"{reverse('office_applications')}?{query}")
    context = {
        "heading": "Save this filter",
        "form": form,
        "tags": ApplicationFilter(query).tags,
        "back_url": f"{reverse('office_applications')}?{query}",
    }
    return render(request, "applications/lists/filter_new.html", context, status=422 if form.errors else 200)


@requires(Permission.MANAGE_APPLICATIONS)
def office_filter(request, pk):
    """Rename one's own filter, share it, or stop sharing it."""
    kept = get_object_or_404(SavedFilter.objects.filter(owner=request.user), pk=pk)
    form = SavedFilterForm(posted(request), initial={"name": kept.name, "is_shared": kept.is_shared})
    if request.method == "POST" and form.is_valid():
        try:
            services.change_filter(by=request.user, saved_filter=kept, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error("name", str(broken))
        else:
            messages.success(request, "The filter has been changed")
            return redirect("office_filters")
    context = {"heading": "Change a saved filter", "form": form, "kept": kept, "crumbs": filters_crumbs()}
    return render(request, "applications/lists/filter.html", context, status=422 if form.errors else 200)


@requires(Permission.MANAGE_APPLICATIONS)
def office_filter_delete(request, pk):
    """Delete one's own filter, after asking once more."""
    kept = SavedFilter.objects.filter(owner=request.user, pk=pk).first()
    if kept is None and request.method == "POST":
        return redirect("office_filters")
    kept = kept or get_object_or_404(SavedFilter.objects.none())
    if request.method == "POST":
        services.delete_filter(by=request.user, saved_filter=kept)
        messages.success(request, f"The filter “{kept}” has been deleted")
        return redirect("office_filters")
    context = {"heading": f"Delete the filter “{kept}”?", "kept": kept, "crumbs": filters_crumbs()}
    return render(request, "applications/lists/filter_delete.html", context)
