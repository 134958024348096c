"""The office's pages about rounds: prepare, publish, and watch them."""

from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.permissions import Permission
from office.services import pre_election_warning
from pcc_grants.lib import clock
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken

from .. import services
from ..forms import CopyRoundForm, NewRoundForm, RoundFilter, RoundForm
from ..models import Round, Route
from ..services.round_steps import CANNOT_START, COMPLETED, NOT_NEEDED
from ..services.rounds import ROUND_FIELDS, ROUND_FIELDS_AFTER_PUBLICATION
from .office import crumbs, get_fund, manages, page_of, posted

DRAFTS = Count("applications", filter=Q(applications__status="draft"))
RECEIVED = Count("applications", filter=~Q(applications__submitted_at=None))


# The page of each step; its address names the round.
STEP_PAGES = {
    "dates": "office_round_edit",
    "who": "office_round_who",
    "themes": "office_round_themes",
    "criteria": "office_round_criteria",
    "scale": "office_round_scale",
    "questions": "office_round_questions",
    "documents": "office_round_documents",
    "check": "office_round_check",
    "checklist": "office_round_checklist",
    "terms": "office_round_terms",
    "test": "office_round_test",
    "publish": "office_round_publish",
}


def find_round(request, pk) -> Round:
    rounds = (
        Round.objects.visible_to(request.user)
        .with_state()
        .select_related("fund", "published_by", "tested_by", "questionnaire")
    )
    return get_object_or_404(rounds, pk=pk)


@requires(Permission.READ_FUNDS)
def office_rounds(request):
    """Every round, with how many are being written and have been received."""
    filter_form = RoundFilter(request.GET or None)
    wanted = filter_form.cleaned_data if filter_form.is_valid() else {}
    rounds = Round.objects.visible_to(request.user).in_order_of_interest().select_related("fund")
    if wanted.get("fund"):
        rounds = rounds.filter(fund=wanted["fund"])
    if wanted.get("state"):
        rounds = rounds.filter(state=wanted["state"])
    context = {
        "heading": "Rounds",
        "page_obj": page_of(request, rounds.annotate(drafts=DRAFTS, received=RECEIVED)),
        "filter_form": filter_form,
    }
    return render(request, "funds/office_rounds.html", context)


@requires(Permission.READ_FUNDS)
def office_round(request, pk):
    """One round: the steps of its set-up; once it is published drafts, submissions and the time left."""
    round = find_round(request, pk)
    if not round.published_at:
        return _set_up(request, round)
    counts = round.applications.aggregate(
        drafts=Count("pk", filter=Q(status="draft")),
        received=Count("pk", filter=~Q(submitted_at=None)),
        unchecked=Count("pk", filter=Q(status="submitted")),
        late=Count("pk", filter=Q(received_in_grace=True)),
        not_submitted=Count("pk", filter=Q(status="not_submitted")),
    )
    context = {
        "heading": round.name,
        "crumbs": crumbs(round.fund),
        "round": round,
        "fund": round.fund,
        "counts": counts,
        "time_left": _time_left(round),
        "warnings": services.closing_warnings(round.closes_at) if not round.has_closed else [],
        "may_manage": request.user.may(Permission.MANAGE_FUNDS),
        "may_be_extended": not services.why_not_extendable(round, is_outage=True),
        "may_see_applications": request.user.may(Permission.READ_APPLICATIONS),
    }
    return render(request, "funds/office_round.html", context)


def _set_up(request, round):
    """The task list of a round in preparation; who only reads sees how far it is."""
    may_manage = request.user.may(Permission.MANAGE_FUNDS)
    steps = services.steps_of(round)
    context = {
        "heading": round.name,
        "crumbs": crumbs(round.fund),
        "round": round,
        "fund": round.fund,
        "tasks": [
            {
                "title": step.title,
                "status": step.status,
                "hint": step.hint,
                "url": reverse(STEP_PAGES[step.name], args=[round.pk])
                if may_manage and step.status != CANNOT_START
                else "",
            }
            for step in steps
        ],
        "completed": sum(step.status in (COMPLETED, NOT_NEEDED) for step in steps),
        "warnings": services.closing_warnings(round.closes_at),
        "may_manage": may_manage,
    }
    return render(request, "funds/office_round_set_up.html", context)


@manages
def office_round_new(request, code):
    """Prepare a round of a fund."""
    fund = get_fund(request, code)
    by_invitation = fund.route in (Route.INVITED, Route.ALLOCATED)
    initial = {"route": Route.OPEN}
    if by_invitation:  # business cases come and are decided one after the other
        initial = {"route": fund.route, "assessors_needed": 0, "outcomes_together": False}
    form = NewRoundForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            round = services.create_round(by=request.user, fund=fund, **form.facts())
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, "The round has been prepared. Nobody outside the office sees it yet.")
            return redirect("office_round", round.pk)
    context = {
        "heading": "Prepare a round",
        "form": form,
        "crumbs": crumbs(fund),
        "button": "Prepare round",
        "cancel_url": reverse("office_fund", args=[code]),
        "latest": fund.rounds.order_by("-number").first(),
    }
    return render(request, "funds/office_round_new.html", context, status=422 if form.errors else 200)


@manages
def office_round_copy(request, pk):
    """Prepare the next round of the same fund from this one."""
    source = find_round(request, pk)
    together = source.outcomes_together or not source.is_by_invitation
    form = CopyRoundForm(posted(request), initial={"outcomes_together": together})
    if request.method == "POST" and form.is_valid():
        try:
            made = services.copy_round(by=request.user, round=source, **form.facts())
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, "The round has been copied. Nobody outside the office sees it yet.")
            return redirect("office_round", made.pk)
    context = {
        "heading": "Copy this round",
        "round": source,
        "form": form,
        "crumbs": round_crumbs(source),
        "button": "Copy round",
        "cancel_url": reverse("office_round", args=[pk]),
    }
    return render(request, "funds/office_round_copy.html", context, status=422 if form.errors else 200)


@manages
def office_round_edit(request, pk):
    """Change a round; once it is published only what ROUND_FIELDS_AFTER_PUBLICATION names."""
    round = find_round(request, pk)
    form = RoundForm(posted(request), initial=RoundForm.facts_of(round))
    if round.published_at:
        _leave_changeable(form)
    else:
        del form.fields["terms"]  # a step of its own
    if request.method == "POST" and form.is_valid():
        try:
            services.update_round(by=request.user, round=round, **_changed(round, form))
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, "The changes have been saved")
            return redirect("office_round", round.pk)
    context = {
        "heading": "Change the round" if round.published_at else "Dates and maximum",
        "form": form,
        "warnings": [] if round.has_closed else services.closing_warnings(round.closes_at),
        "crumbs": round_crumbs(round),
        "button": "Save",
        "cancel_url": reverse("office_round", args=[pk]),
    }
    return render(request, "funds/office_round_dates.html", context, status=422 if form.errors else 200)


@manages
def office_round_publish(request, pk):
    """Show a round to everyone, after a look at what they will be told."""
    round = find_round(request, pk)
    back = reverse("office_round", args=[pk])
    context = {
        "heading": "Publish this round?",
        "round": round,
        "fund": round.fund,
        "warnings": [
            *_test_warnings(round),
            *services.closing_warnings(round.closes_at),
            *filter(None, [pre_election_warning(clock.today())]),
        ],
        "crumbs": round_crumbs(round),
        "cancel_url": back,
    }
    if request.method == "POST":
        try:
            services.publish_round(by=request.user, round=round)
        except RuleBroken as broken:
            context["page_errors"] = [str(broken)]
        else:
            messages.success(request, "The round has been published")
            return redirect(back)
    status = 422 if context.get("page_errors") else 200
    return render(request, "funds/office_round_publish.html", context, status=status)


def round_crumbs(round) -> list[tuple[str, str]]:
    return [*crumbs(round.fund), (round.name, reverse("office_round", args=[round.pk]))]


def _test_warnings(round) -> list[str]:
    if round.published_at:
        return []
    if round.tested_at is None:
        return ["Nobody has tried the form out. Its questions stay as they are once it is published."]
    if services.changed_since_test(round):
        return [f"The form has changed since {round.tested_by} tried it out."]
    return []


def _leave_changeable(form) -> None:
    """Take the fields off the form that a published round no longer changes."""
    for name in set(form.fields) - set(ROUND_FIELDS_AFTER_PUBLICATION):
        del form.fields[name]


def _changed(round, form) -> dict:
    if not round.published_at:
        return form.facts()
    return {name: value for name, value in form.cleaned_data.items() if name in ROUND_FIELDS}


def _time_left(round) -> str:
    """'6 days', '5 hours', '20 minutes': until an open round closes; empty otherwise."""
    if not round.is_open:
        return ""
    minutes = int((round.closes_at - clock.now()).total_seconds() // 60)
    for size, unit in ((24 * 60, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size * 2 or unit == "minute":
            count = minutes // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return ""
