"""The office's pages about deadlines: the drafts of a round, more time for one, and for everyone."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.permissions import Permission
from funds.models import Round
from funds.services import why_not_extendable
from pcc_grants.lib import clock
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken

from .. import services
from ..forms.deadlines import DraftFilter, ExtendRoundForm, MoreTimeForm
from ..models import Application, Extension
from ..services.watching import drafts_of, rows_of
from .common import posted

PAGE = 25
# What the pages of an extension say beside it.
BESIDE = (
    "application__organisation", "application__round__fund", "proposed_by", "confirmed_by", "refused_by",
)  # fmt: skip


def _round(request, pk) -> Round:
    rounds = Round.objects.visible_to(request.user).published().select_related("fund")
    return get_object_or_404(rounds, pk=pk)


def _crumbs(round) -> list[tuple[str, str]]:
    return [
        ("Rounds", reverse("office_rounds")),
        (f"{round.fund}: {round.name}", reverse("office_round", args=[round.pk])),
    ]


@requires(Permission.READ_APPLICATIONS)
def office_round_drafts(request, pk):
    """Who is writing an application, how far they are, and how to reach them: never what they write."""
    round = _round(request, pk)
    filter_form = DraftFilter(request.GET or None)
    show = filter_form.cleaned_data["show"] if filter_form.is_valid() else "all"
    page = Paginator(drafts_of(request.user, round, show), PAGE).get_page(request.GET.get("page"))
    context = {
        "heading": "Applications being written",
        "crumbs": _crumbs(round),
        "round": round,
        "filter_form": filter_form,
        "page_obj": page,
        "rows": rows_of(page.object_list),
        "may_manage": request.user.may(Permission.MANAGE_APPLICATIONS),
        "is_filtered": show != "all",
    }
    return render(request, "applications/office/drafts.html", context)


@requires(Permission.MANAGE_APPLICATIONS)
def office_more_time_new(request, ref):
    """Propose more time for one application; a second officer confirms it."""
    drafts = Application.objects.drafts_visible_to(request.user).select_related("round__fund", "organisation")
    application = get_object_or_404(drafts, reference=ref)
    back = reverse("office_round_drafts", args=[application.round_id])
    form = MoreTimeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            extension = services.propose_extension(by=request.user, application=application, **form.facts())
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, "More time has been proposed. A second officer must confirm it.")
            return redirect("office_more_time", extension.pk)
    context = {
        "heading": "Propose more time",
        "crumbs": [*_crumbs(application.round), ("Applications being written", back)],
        "application": application,
        "round": application.round,
        "closes_at": services.closes_at(application),
        "is_over": clock.now() > services.closes_at(application),
        "form": form,
        "cancel_url": back,
    }
    return render(
        request, "applications/office/more_time_new.html", context, status=422 if form.errors else 200
    )


@requires(Permission.READ_APPLICATIONS)
def office_more_times(request):
    """What was proposed and waits for a second officer; then what was confirmed or refused."""
    proposed = (
        Extension.objects.visible_to(request.user)
        .select_related(
            "application__organisation",
            "application__round__fund",
            "proposed_by",
            "confirmed_by",
            "refused_by",
        )
        .waiting_first()
    )
    context = {
        "heading": "More time for single applications",
        "page_obj": Paginator(proposed, PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "applications/office/more_times.html", context)


@requires(Permission.READ_APPLICATIONS, write=Permission.MANAGE_APPLICATIONS)
def office_more_time(request, pk):
    """One proposal: who asks for what and why; confirm it, refuse it, or take one's own back."""
    extension = get_object_or_404(
        Extension.objects.visible_to(request.user).select_related(
            "application__organisation",
            "application__round__fund",
            "proposed_by",
            "confirmed_by",
            "refused_by",
        ),
        pk=pk,
    )
    page_errors = []
    if request.method == "POST":
        try:
            done = _decide(request, extension)
        except RuleBroken as broken:
            page_errors = [str(broken)]
        else:
            messages.success(request, done)
            return redirect("office_more_time", pk)
    application = extension.application
    is_waiting = extension.confirmed_at is None and extension.refused_at is None
    context = {
        "heading": f"More time for {application.reference}",
        "crumbs": [("More time for single applications", reverse("office_more_times"))],
        "extension": extension,
        "application": application,
        "is_waiting": is_waiting,
        "is_own": extension.proposed_by_id == request.user.pk,
        "may_manage": request.user.may(Permission.MANAGE_APPLICATIONS),
        "page_errors": page_errors,
    }
    status = 422 if page_errors else 200
    return render(request, "applications/office/more_time.html", context, status=status)


def _decide(request, extension) -> str:
    """Do what the button says. Gives the sentence about it."""
    if "confirm" in request.POST:
        services.confirm_extension(by=request.user, extension=extension)
        return "The time has been given, and we have written to the people of the application"
    if "refuse" in request.POST:
        refused = services.refuse_extension(by=request.user, extension=extension)
        is_own = refused.proposed_by_id == request.user.pk
        return "You have taken the proposal back" if is_own else "The proposal has been refused"
    raise RuleBroken("Select whether to confirm or refuse")


@requires(Permission.MANAGE_FUNDS)
def office_round_extend(request, pk):
    """Move the closing time later for everyone: one form, a published reason, an email to every draft."""
    round = _round(request, pk)
    back = reverse("office_round", args=[pk])
    local = round.closes_at.astimezone(clock.LONDON)
    form = ExtendRoundForm(posted(request), initial={"closes_time": local.time()})
    if request.method == "POST" and form.is_valid():
        facts = form.facts()
        try:
            services.extend_for_everyone(by=request.user, round=round, **facts)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            closes = clock.format_deadline(facts["closes_at"])
            messages.success(
                request,
                f"The round now closes at {closes}. We are telling everyone who is writing an application.",
            )
            return redirect(back)
    why_not = why_not_extendable(round, is_outage=True)
    context = {
        "heading": "Extend the round for everyone",
        "crumbs": _crumbs(round),
        "round": round,
        "counts": {
            "drafts": round.applications.filter(status="draft").count(),
            "missed": round.applications.filter(status="not_submitted").count(),
        },
        "why_not": why_not,
        "form": form if not why_not or form.errors else None,
        "cancel_url": back,
    }
    return render(
        request, "applications/office/extend_round.html", context, status=422 if form.errors else 200
    )
