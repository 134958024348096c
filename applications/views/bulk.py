"""One thing done with every application of a filtered list: choose, fill in, look, confirm, see results."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.permissions import Permission
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken

from .. import services
from ..forms.lists import (
    ApplicationFilter,
    AssignAllForm,
    ConfirmForm,
    DueForm,
    EligibleForm,
    OptionsForm,
    WhatToDoForm,
    WriteForm,
)
from ..models import BulkAction, BulkItem
from ..services.bulk import MOST_SAID
from ..services.bulk_kinds import KINDS, people_to_choose
from ..services.finding import find, total_asked
from .common import posted
from .lists import list_url

PAGE = 25
Action, State, Outcome = BulkAction.Action, BulkAction.State, BulkItem.Outcome
BUTTONS = {
    Action.ASSIGN: "Assign the assessors",
    Action.DUE: "Move the date",
    Action.REMIND: "Send the reminders",
    Action.WRITE: "Send the emails",
    Action.ELIGIBLE: "Record as eligible",
}


def crumbs(query="", *more):
    return [("Applications", list_url(query)), *more]


def _form_of(action, data):
    if action == Action.ASSIGN:
        return AssignAllForm(data, assessors=people_to_choose())
    forms = {Action.DUE: DueForm, Action.WRITE: WriteForm, Action.ELIGIBLE: EligibleForm}
    return forms.get(action, OptionsForm)(data)


def unreadable(request, filter_form):
    """The page that stands in for one about a whole list when not all of its filter can be read."""
    context = {"heading": "Choose the filter again", "unread": filter_form.unread, "crumbs": crumbs()}
    return render(request, "applications/lists/unreadable.html", context)


@requires(Permission.MANAGE_APPLICATIONS)
def office_bulk_new(request):
    """What is to be done with all the applications of a list."""
    filter_form = ApplicationFilter(request.GET)
    if filter_form.unread:
        return unreadable(request, filter_form)
    found = find(request.user, filter_form.wanted)
    form = WhatToDoForm(posted(request))
    if request.method == "POST" and form.is_valid():
        address = reverse("office_bulk_options", args=[form.cleaned_data["action"]])
        return redirect(f"{address}?{filter_form.query}")
    count = found.count()
    context = {
        "heading": f"Do something with {_all(count)}",
        "form": form,
        "count": count,
        "total_asked": total_asked(found),
        "tags": filter_form.tags,
        "crumbs": crumbs(filter_form.query),
    }
    return render(request, "applications/lists/bulk_new.html", context, status=422 if form.errors else 200)


def _all(count: int) -> str:
    return f"all {count} applications" if count != 1 else "this application"


@requires(Permission.MANAGE_APPLICATIONS)
def office_bulk_options(request, action):
    """What the action needs to know; then the preview has an address of its own."""
    if action not in Action.values:
        raise Http404
    filter_form = ApplicationFilter(request.GET)
    if filter_form.unread:
        return unreadable(request, filter_form)
    form = _form_of(action, posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            bulk = services.prepare_bulk(
                by=request.user, action=action, query=filter_form.query, options=form.options
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            return redirect("office_bulk", bulk.pk)
    new = (f"{reverse('office_bulk_new')}?{filter_form.query}",)
    context = {
        "heading": Action(action).label,
        "form": form,
        "has_fields": bool(form.fields),
        "count": find(request.user, filter_form.wanted).count(),
        "crumbs": crumbs(filter_form.query, ("What to do", *new)),
    }
    return render(
        request, "applications/lists/bulk_options.html", context, status=422 if form.errors else 200
    )


@requires(Permission.READ_APPLICATIONS, write=Permission.MANAGE_APPLICATIONS)
def office_bulk(request, pk):
    """Before it is confirmed: what would happen. Afterwards: how far it is, and what became of each."""
    bulk = get_object_or_404(BulkAction.objects.visible_to(request.user).select_related("by"), pk=pk)
    if bulk.state == State.PREPARED:
        return _preview(request, bulk)
    if request.method == "POST":
        return redirect("office_bulk", bulk.pk)
    return _result(request, bulk)


def _preview(request, bulk):
    filter_form = ApplicationFilter(bulk.query)
    if filter_form.unread:
        return unreadable(request, filter_form)
    found = find(request.user, filter_form.wanted)
    form = ConfirmForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            bulk = services.confirm_bulk(
                by=request.user,
                bulk=bulk,
                found=found,
                fingerprint=request.POST.get("fingerprint", ""),
                reason=form.cleaned_data["reason"],
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            if services.is_small(bulk):
                services.run_bulk(bulk.pk)
            return redirect("office_bulk", bulk.pk)
    preview = services.preview_bulk(request.user, bulk, found)
    options = f"{reverse('office_bulk_options', args=[bulk.action])}?{bulk.query}"
    context = {
        "heading": f"{bulk.get_action_display()}: check before you confirm",
        "bulk": bulk,
        "form": form,
        "said": KINDS[bulk.action].said(bulk.options),
        "tags": filter_form.tags,
        "preview": preview,
        "changed_count": len(preview.changed),
        "changed": _named(preview.changed[:MOST_SAID]),
        "more_changed": max(0, len(preview.changed) - MOST_SAID),
        "left_out_count": len(preview.left_out),
        "left_out": preview.left_out[:MOST_SAID],
        "more_left_out": max(0, len(preview.left_out) - MOST_SAID),
        "button": BUTTONS[bulk.action],
        "options_url": options,
        "crumbs": crumbs(bulk.query, (bulk.get_action_display(), options)),
    }
    return render(
        request, "applications/lists/bulk_preview.html", context, status=422 if form.errors else 200
    )


def _named(verdicts) -> list[tuple]:
    """(application, names of the assessors it would get) of each."""
    plans = {pk for one in verdicts for pk in one.plan}
    names = {person.pk: person.name for person in people_to_choose().filter(pk__in=plans)} if plans else {}
    return [(one.application, ", ".join(names[pk] for pk in one.plan if pk in names)) for one in verdicts]


def _result(request, bulk):
    counts = services.counts_of(bulk)
    items = bulk.items.select_related("application__organisation").order_by("pk")
    left_out = request.GET.get("show") == "left-out"
    shown = items.filter(outcome=Outcome.LEFT_OUT) if left_out else items
    context = {
        "heading": bulk.get_action_display(),
        "bulk": bulk,
        "said": KINDS[bulk.action].said(bulk.options),
        "tags": ApplicationFilter(bulk.query).tags,
        "done": counts[Outcome.DONE],
        "left_out": counts[Outcome.LEFT_OUT],
        "waiting": counts[Outcome.WAITING],
        "only_left_out": left_out,
        "page_obj": Paginator(shown, PAGE).get_page(request.GET.get("page")),
        "list_url": list_url(bulk.query),
        "crumbs": crumbs("", ("Done with many", reverse("office_bulks"))),
    }
    return render(request, "applications/lists/bulk_result.html", context)


@requires(Permission.MANAGE_APPLICATIONS)
def office_bulk_discard(request, pk):
    """Forget what was prepared and not confirmed."""
    bulk = BulkAction.objects.filter(by=request.user, pk=pk).first()
    if bulk is None and request.method == "POST":
        return redirect("office_bulks")
    bulk = bulk or get_object_or_404(BulkAction.objects.none())
    if bulk.state != State.PREPARED:
        return redirect("office_bulk", bulk.pk)
    if request.method == "POST":
        try:
            services.discard_bulk(by=request.user, bulk=bulk)
        except RuleBroken:
            return redirect("office_bulk", bulk.pk)
        messages.success(request, "Nothing was changed")
        return redirect(list_url(bulk.query))
    context = {
        "heading": "Leave it without changing anything?",
        "bulk": bulk,
        "crumbs": crumbs(bulk.query, (bulk.get_action_display(), reverse("office_bulk", args=[bulk.pk]))),
    }
    return render(request, "applications/lists/bulk_discard.html", context)


@requires(Permission.READ_APPLICATIONS)
def office_bulks(request):
    """What was done with many applications at once, and one's own that are not confirmed."""
    bulks = BulkAction.objects.visible_to(request.user).select_related("by")
    context = {
        "heading": "Done with many applications at once",
        "page_obj": Paginator(bulks, PAGE).get_page(request.GET.get("page")),
        "crumbs": crumbs(),
    }
    return render(request, "applications/lists/bulks.html", context)
