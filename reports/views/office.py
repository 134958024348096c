"""The office's pages of a paper: planned, filled, ordered, written, read through, sent, published."""

from datetime import timedelta
from itertools import pairwise

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe

from accounts.permissions import Permission
from office.models import OfficeSettings
from pcc_grants.lib import clock
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken
from reports import papers
from reports.forms import NarrativeForm, PaperForm, PlanForm
from reports.models import Paper, PaperItem, PaperStatus
from reports.papers.building import items_of

from . import item_list
from .common import (
    file_response,
    frozen_pdf,
    newest_version,
    office_crumbs,
    page_of,
    paper_or_404,
    posted,
    status_of,
)

READ, WRITE = Permission.READ_PAPER_DRAFTS, Permission.PREPARE_PAPERS
PLAN_FIELDS = tuple(PlanForm.base_fields)


def may_change(user, paper, *statuses) -> bool:
    return user.may(WRITE) and paper.status in (statuses or (PaperStatus.DRAFTING,))


# -- The list, and planning ----------------------------------------------------------------------------------


@requires(READ)
def office_papers(request):
    """Every paper: its dates, where it stands, what it is about."""
    listed = Paper.objects.visible_to(request.user).with_totals().order_by("-meeting_on")
    context = {
        "heading": "Panel papers",
        "page_obj": page_of(request, listed),
        "may_plan": request.user.may(WRITE),
    }
    return render(request, "reports/office_papers.html", context)


@requires(WRITE)
def office_paper_new(request):
    """Plan the paper for a meeting; its period begins where the last one's ended."""
    last = Paper.objects.order_by("-period_end").first()
    initial = {"period_start": last.period_end + timedelta(days=1), "preset": last.preset} if last else {}
    form = PaperForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            paper = papers.plan_paper(by=request.user, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, "The paper has been planned. Panel officers have been told")
            return redirect("office_paper", paper.meeting_on)
    context = {"heading": "Plan a paper", "form": form, "crumbs": office_crumbs()}
    return render(request, "reports/office_paper_form.html", context, status=status_of(form))


@requires(WRITE)
def office_paper_edit(request, day):
    """Change the dates, the subject or how headings are written."""
    paper = paper_or_404(request, day)
    form = PlanForm(posted(request), initial={name: getattr(paper, name) for name in PLAN_FIELDS})
    if request.method == "POST" and form.is_valid():
        facts = form.cleaned_data
        due, sent_out = papers.proposed_dates(day)
        facts["despatch_on"] = facts["despatch_on"] or sent_out
        facts["selection_due_on"] = facts["selection_due_on"] or min(due, facts["despatch_on"])
        try:
            papers.change_plan(by=request.user, paper=paper, **facts)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, "The plan has been saved")
            return redirect("office_paper", day)
    context = {"heading": "Change the plan", "form": form, "crumbs": office_crumbs(paper)}
    return render(request, "reports/office_paper_form.html", context, status=status_of(form))


@requires(READ)
def office_paper(request, day):
    return paper_page(request, paper_or_404(request, day))


def paper_page(request, paper, errors=()):
    """One paper: its steps, its items, and what the viewer may do next."""
    version = newest_version(paper)
    items = items_of(paper)
    user = request.user
    context = {
        "heading": f"Panel paper for {clock.format_date(paper.meeting_on)}",
        "paper": paper,
        "version": version,
        "steps": papers.steps(paper, version),
        "items": items,
        "total": sum(item.published_item.amount for item in items),
        "may_edit": may_change(user, paper, *papers.OPEN),
        "may_write": may_change(user, paper),
        "may_send": may_change(user, paper) and bool(items),
        "may_start": may_change(user, paper, PaperStatus.CHOOSING) and clock.today() > paper.selection_due_on,
        "may_reopen": may_change(user, paper),
        "may_publish": may_change(user, paper, PaperStatus.APPROVED),
        "may_approve": user.may(Permission.APPROVE_PAPERS) and paper.status == PaperStatus.CHECKING,
        "page_errors": list(errors),
        "crumbs": office_crumbs(),
    }
    return render(request, "reports/office_paper.html", context, status=422 if errors else 200)


# -- Moves ---------------------------------------------------------------------------------------------------

# The moves of a paper: the question first, what will happen, the button, what is said after.
MOVES = {
    "send": (
        papers.send_for_approval,
        "Send the paper for approval?",
        "It cannot be changed while the approver reads it.",
        "Send for approval",
        "The paper has been sent for approval",
    ),
    "start": (
        papers.start_drafting,
        "Begin the draft without a selection?",
        "Panel officers have not sent their selection. They cannot choose items unless you open it again.",
        "Begin the draft",
        "You can write the paper now",
    ),
    "reopen": (
        papers.reopen_selection,
        "Open the selection again?",
        "Panel officers can choose other items. What you have written stays.",
        "Open the selection",
        "Panel officers can change their selection",
    ),
    "publish": (
        papers.publish,
        "Publish the paper?",
        "Everybody can then read it. This cannot be undone.",
        "Publish",
        "The paper has been published",
    ),
}


@requires(WRITE)
def office_paper_move(request, day, move):
    """Ask, then take the paper one step on."""
    paper = paper_or_404(request, day)
    if move not in MOVES:
        raise Http404
    service, heading, sentence, button, done = MOVES[move]
    errors = []
    if request.method == "POST":
        try:
            service(by=request.user, paper=paper)
        except RuleBroken as broken:
            errors = [str(broken)]
        else:
            messages.success(request, done)
            return redirect("office_paper", day)
    context = {
        "heading": heading,
        "sentence": sentence,
        "button": button,
        "cancel_url": reverse("office_paper", args=[day]),
        "page_errors": errors,
        "crumbs": office_crumbs(paper),
    }
    return render(request, "reports/confirm.html", context, status=422 if errors else 200)


# -- Items ---------------------------------------------------------------------------------------------------


@requires(READ, write=WRITE)
def office_paper_items(request, day):
    """The published items, for the office to add its own."""
    paper = paper_or_404(request, day)
    errors = []
    if request.method == "POST":
        try:
            for item in item_list.ticked(request, "item"):
                papers.add_office_item(by=request.user, paper=paper, published_item=item)
        except RuleBroken as broken:
            errors = [str(broken)]
        else:
            return item_list.go_on(request, "office_paper_items", paper, "office_paper")
    items, found = items_of(paper), item_list.listed(request, paper)
    chosen_by = {item.published_item_id: item.chosen_by for item in items}
    for item in found["page_obj"].object_list:
        item.chosen = chosen_by.get(item.pk)
    context = found | {
        "heading": "Add items",
        "paper": paper,
        "items": items,
        "selected_by_us": f"Selected by the {short_name()}",
        "may_choose": may_change(request.user, paper, *papers.OPEN),
        "page_errors": errors,
        "crumbs": office_crumbs(paper),
    }
    return render(request, "reports/office_paper_items.html", context, status=422 if errors else 200)


def short_name() -> str:
    office = OfficeSettings.objects.current()
    return office.office_short_name if office else "office"


def _item(paper, pk) -> PaperItem:
    return get_object_or_404(paper.items.select_related("published_item", "paper"), pk=pk)


@requires(WRITE)
def office_paper_item_remove(request, day, pk):
    """Take out an item of the office's, after a question."""
    paper = paper_or_404(request, day)
    item = _item(paper, pk)
    errors = []
    if request.method == "POST":
        try:
            papers.remove_item(by=request.user, item=item)
        except RuleBroken as broken:
            errors = [str(broken)]
        else:
            messages.success(request, "The item has been taken out")
            return redirect("office_paper", day)
    context = {
        "heading": "Take this item out of the paper?",
        "sentence": f"{item.published_item.supplier}. What is written about it goes with it.",
        "button": "Take out",
        "warning": True,
        "cancel_url": reverse("office_paper", args=[day]),
        "page_errors": errors,
        "crumbs": office_crumbs(paper),
    }
    return render(request, "reports/confirm.html", context, status=422 if errors else 200)


@requires(READ, write=WRITE)
def office_paper_order(request, day):
    """The order of the items and which share a text, by buttons."""
    paper = paper_or_404(request, day)
    errors = []
    if request.method == "POST":
        try:
            _arrange(request, paper)
        except RuleBroken as broken:
            errors = [str(broken)]
        else:
            return redirect("office_paper_order", day)
    items = items_of(paper)
    for above, below in pairwise(items):
        below.may_go_up = above.may_go_down = above.chosen_by == below.chosen_by
    context = {
        "heading": "Order and group the items",
        "paper": paper,
        "items": items,
        "may_write": may_change(request.user, paper),
        "page_errors": errors,
        "crumbs": office_crumbs(paper),
    }
    return render(request, "reports/office_paper_order.html", context, status=422 if errors else 200)


def _arrange(request, paper):
    """One button: `move` is up, down, join or part; `seen` the position at which the item was shown."""
    key, seen = request.POST.get("item", ""), request.POST.get("seen", "")
    item = _item(paper, int(key) if key.isascii() and key.isdigit() and len(key) < 19 else 0)
    move = request.POST.get("move")
    if move in ("up", "down"):
        seen_at = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 6 else None
        papers.move_item(by=request.user, item=item, up=move == "up", seen_at=seen_at)
    elif move in ("join", "part"):
        papers.set_joined(by=request.user, item=item, joined=move == "join")
    else:
        raise RuleBroken("Choose one of the buttons beside an item.")


@requires(READ, write=WRITE)
def office_paper_item(request, day, pk):
    """What the paper says about an item and those grouped with it, with its numbers below the box."""
    paper = paper_or_404(request, day)
    item = _item(paper, pk)
    if item.joins_previous:
        head = paper.items.filter(position__lt=item.position, joins_previous=False).order_by("-position")[0]
        return redirect("office_paper_item", day, head.pk)
    form = NarrativeForm(posted(request), initial={"narrative": papers.narrative_of(item)})
    if request.method == "POST" and form.is_valid():
        try:
            papers.edit_narrative(by=request.user, item=item, narrative=form.cleaned_data["narrative"])
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, "The text has been saved")
            if request.POST.get("later"):
                return redirect("office_paper", day)
            return redirect("office_paper_item", day, pk)
    data, error = _data(paper)
    context = {
        "heading": item.published_item.supplier,
        "paper": paper,
        "item": item,
        "form": form,
        "section": next((one for one in data.sections if pk in one.items), None) if data else None,
        "error": error,
        "group": [one for one in items_of(paper) if data and pk in _group_of(data, one.pk)],
        "is_first_text": not item.narrative,
        "may_write": may_change(request.user, paper),
        "crumbs": office_crumbs(paper),
    }
    return render(request, "reports/office_paper_item.html", context, status=status_of(form))


def _group_of(data, pk) -> tuple[int, ...]:
    return next((section.items for section in data.sections if pk in section.items), ())


def _data(paper) -> tuple[papers.PaperData | None, str]:
    """The draft as data, or why there is none."""
    try:
        return papers.build(paper, is_draft=not paper.is_frozen), ""
    except RuleBroken as broken:
        return None, str(broken)


# -- Reading through -----------------------------------------------------------------------------------------


@requires(READ)
def office_paper_introduction(request, day):
    """The four introductory paragraphs as they will read, and where each text is changed."""
    paper = paper_or_404(request, day)
    data, error = _data(paper)
    keys = ["introduction_1", "introduction_2"]
    keys.append("introduction_3_first" if paper.is_first else "introduction_3")
    context = {
        "heading": "Introduction",
        "paper": paper,
        "paragraphs": list(zip(data.introduction.paragraphs, [*keys, ""], strict=True)) if data else [],
        "may_write": request.user.may(WRITE),
        "page_errors": [error] if error else [],
        "crumbs": office_crumbs(paper),
    }
    return render(request, "reports/office_paper_introduction.html", context)


@requires(READ)
def office_paper_preview(request, day):
    """The paper exactly as it reads: the draft, or what was approved."""
    paper = paper_or_404(request, day)
    fragment, error = fragment_of(paper)
    context = {
        "heading": f"Preview of the paper for {clock.format_date(day)}",
        "paper": paper,
        "fragment": fragment,
        "may_send": may_change(request.user, paper),
        "page_errors": [error] if error else [],
        "crumbs": office_crumbs(paper),
    }
    return render(request, "reports/office_paper_preview.html", context)


def fragment_of(paper) -> tuple[str, str]:
    """(the paper as HTML for a page of ours, or why there is none)."""
    if paper.is_frozen:
        version = paper.versions.defer("data", "pdf").order_by("-number")[0]
        return mark_safe(version.fragment), ""  # noqa: S308 (frozen by us, with its text escaped)
    data, error = _data(paper)
    return papers.render_html(data) if data else "", error


@requires(READ)
def office_paper_pdf(request, day):
    """The draft as PDF, with DRAFT in its name; once approved, the kept file."""
    paper = paper_or_404(request, day)
    if paper.is_frozen:
        return frozen_pdf(paper)
    data, error = _data(paper)
    if data is None:
        messages.error(request, error)
        return redirect("office_paper_preview", day)
    return file_response(papers.render_pdf(data), papers.file_name(day, "pdf"), "application/pdf")
