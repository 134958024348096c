"""The Panel officers' pages: the next meeting, the choice of items, the finished paper. Never a draft."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe

from accounts.permissions import Permission
from pcc_grants.lib import clock
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken
from reports import papers
from reports.forms import ReviewForm
from reports.models import Paper, PaperItem, PaperStatus

from . import item_list
from .common import frozen_pdf, newest_version, page_of, panel_crumbs, paper_or_404, posted

MANY_ITEMS = 6  # most papers have 3 or 4 items; above this the page says so


def chosen_items(paper):
    """What Panel Officers have chosen, in the order of the paper."""
    return list(
        paper.items.filter(chosen_by=PaperItem.ChosenBy.PANEL)
        .select_related("published_item")
        .order_by("position")
    )


def may_choose(user, paper) -> bool:
    return user.may(Permission.CHOOSE_ITEMS) and paper.status == PaperStatus.CHOOSING


@requires(Permission.READ_PAPERS)
def panel_home(request):
    """The next meeting with what is to be done for it, and the papers of all meetings."""
    meetings = Paper.objects.visible_to(request.user)
    coming = meetings.filter(meeting_on__gte=clock.today()).order_by("meeting_on").first()
    context = {"heading": "Panel meetings", "coming": coming, "page_obj": page_of(request, meetings)}
    if coming:
        context |= {
            "heading": f"Next Panel meeting: {clock.format_date(coming.meeting_on)}",
            "steps": papers.steps(coming, newest_version(coming)),
            "chosen": len(chosen_items(coming)),
            "may_choose": may_choose(request.user, coming),
        }
    return render(request, "reports/panel_home.html", context)


@requires(Permission.READ_PAPERS)
def panel_meeting(request, day):
    """Where one meeting's paper stands, and what Panel Officers chose for it."""
    paper = paper_or_404(request, day)
    version = newest_version(paper)
    context = {
        "heading": f"Panel meeting on {clock.format_date(day)}",
        "paper": paper,
        "version": version,
        "steps": papers.steps(paper, version),
        "items": chosen_items(paper),
        "may_choose": may_choose(request.user, paper),
        "may_ask_to_change": request.user.may(Permission.CHOOSE_ITEMS)
        and paper.status == PaperStatus.DRAFTING,
        "crumbs": panel_crumbs(),
    }
    return render(request, "reports/panel_meeting.html", context)


@requires(Permission.READ_PAPERS, write=Permission.CHOOSE_ITEMS)
def panel_choose(request, day):
    """The published items of the period. Every button keeps the ticks first: none is lost on the way."""
    paper = paper_or_404(request, day)
    errors = []
    if request.method == "POST":
        wanted, shown = item_list.ticked(request, "item"), item_list.ticked(request, "shown")
        left_out = {item.pk for item in shown} - {item.pk for item in wanted}
        try:
            papers.choose(by=request.user, paper=paper, published_items=wanted)
            papers.unchoose(
                by=request.user,
                paper=paper,
                published_items=[item for item in shown if item.pk in left_out],
            )
        except RuleBroken as broken:
            errors = [str(broken)]
        else:
            return item_list.go_on(request, "panel_choose", paper, "panel_review")
    items = chosen_items(paper)
    context = item_list.listed(request, paper) | {
        "heading": "Published expenditure",
        "paper": paper,
        "items": items,
        "chosen_keys": {item.published_item_id for item in items},
        "may_choose": may_choose(request.user, paper),
        "page_errors": errors,
        "crumbs": panel_crumbs(paper),
    }
    return render(request, "reports/panel_choose.html", context, status=422 if errors else 200)


@requires(Permission.READ_PAPERS, write=Permission.CHOOSE_ITEMS)
def panel_review(request, day):
    """The selection with what Members want to know; sent from here."""
    paper = paper_or_404(request, day)
    form = ReviewForm(posted(request), items=chosen_items(paper))
    if request.method == "POST" and form.is_valid():
        try:
            return _review(request, paper, form)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
    context = {
        "heading": "Review your selection",
        "paper": paper,
        "form": form,
        "many": MANY_ITEMS if len(form.items) > MANY_ITEMS else 0,
        "may_choose": may_choose(request.user, paper),
        "crumbs": panel_crumbs(paper),
    }
    return render(request, "reports/panel_review.html", context, status=422 if form.errors else 200)


def _review(request, paper, form):
    """Save, remove an item, or send: whatever was typed is kept first."""
    day, gone = paper.meeting_on, request.POST.get("remove", "")
    if request.POST.get("later"):
        papers.ask(by=request.user, paper=paper, questions=form.questions)
        messages.success(request, "Your selection has been saved")
        return redirect("panel_meeting", day)
    if gone:
        papers.ask(by=request.user, paper=paper, questions=form.questions)
        items = [item.published_item for item in form.items if str(item.pk) == gone]
        papers.unchoose(by=request.user, paper=paper, published_items=items)
        return redirect("panel_review", day)
    papers.send_selection(by=request.user, paper=paper, questions=form.questions)
    return redirect("panel_sent", day)


@requires(Permission.READ_PAPERS)
def panel_sent(request, day):
    """The selection has been sent."""
    paper = paper_or_404(request, day)
    if not paper.selection_sent_at:
        return redirect("panel_meeting", day)
    context = {"heading": "Selection sent", "paper": paper, "items": chosen_items(paper)}
    return render(request, "reports/panel_sent.html", context)


@requires(Permission.CHOOSE_ITEMS)
def panel_reopen(request, day):
    """Ask to change a selection that was sent, until the office has begun to write."""
    paper = paper_or_404(request, day)
    errors = []
    if request.method == "POST":
        try:
            papers.reopen_selection(by=request.user, paper=paper)
        except RuleBroken as broken:
            errors = [str(broken)]
        else:
            messages.success(request, "You can change your selection")
            return redirect("panel_choose", day)
    context = {
        "heading": "Change your selection?",
        "sentence": "The office stops writing until you send the selection again.",
        "button": "Change the selection",
        "cancel_url": reverse("panel_meeting", args=[day]),
        "page_errors": errors,
        "crumbs": panel_crumbs(paper),
    }
    return render(request, "reports/confirm.html", context, status=422 if errors else 200)


@requires(Permission.READ_PAPERS)
def panel_paper(request, day):
    """The approved paper: title, version, who approved it and when, and its files."""
    paper = paper_or_404(request, day)
    version = get_object_or_404(paper.versions.light().select_related("approved_by")[:1])
    context = {
        "heading": paper.subject,
        "paper": paper,
        "version": version,
        "crumbs": panel_crumbs(paper),
    }
    return render(request, "reports/panel_paper.html", context)


@requires(Permission.READ_PAPERS)
def panel_paper_pdf(request, day):
    return frozen_pdf(paper_or_404(request, day))


@requires(Permission.READ_PAPERS)
def panel_paper_html(request, day):
    """The approved paper as a web page."""
    paper = paper_or_404(request, day)
    return render_frozen(
        request,
        paper,
        crumbs=panel_crumbs(paper),
        pdf_url=reverse("panel_paper_pdf", args=[day]),
    )


def render_frozen(request, paper, *, pdf_url, **context):
    """A page of ours around the kept document. 404 before approval."""
    version = get_object_or_404(
        paper.versions.defer("data", "pdf").select_related("approved_by").order_by("-number")[:1]
    )
    context |= {
        "heading": paper.subject,
        "paper": paper,
        "version": version,
        "pdf_size": newest_version(paper).shown_size,
        "pdf_url": pdf_url,
        "fragment": mark_safe(version.fragment),  # noqa: S308 (frozen by us, with its text escaped)
    }
    return render(request, "reports/paper_page.html", context)
