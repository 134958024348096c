"""The approver's pages of business cases: a year's allocations, and the projects of one case."""

from django.contrib import messages
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.permissions import Permission
from organisations.models import DeclaredInterest
from organisations.services import ties_of
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken

from .. import services
from ..forms.allocations import DecideAllocationsForm
from ..forms.cases import DecideProjectsForm
from ..models import Application
from ..services.allocating import cases_of
from ..services.cases import DECIDABLE, TO_DECIDE, pending_of
from .allocations import find_round, heading_of, money_rows
from .case_parts import balance_context, card_of, with_overlaps
from .recommend import posted, status_of

HOME = "Waiting for your decision"


@requires(Permission.READ_DECISIONS, write=Permission.DECIDE)
def decide_allocations(request, pk):
    """All allocations of a year that wait, in one go or some of them."""
    round = find_round(request, pk)
    standing = cases_of(round).standing()
    waiting = standing.filter(decision=None)
    own = list(waiting.filter(proposed_by=request.user))
    barred = ties_of(request.user, waiting.values("organisation"))
    choices = waiting.exclude(proposed_by=request.user).exclude(organisation__in=barred)
    form = DecideAllocationsForm(
        posted(request),
        # Decided ones are accepted again, so that the same form sent twice gives the same decisions.
        cases=cases_of(round) if request.method == "POST" else choices,
        initial={"cases": [case.pk for case in choices]},
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = services.decide_allocations(by=request.user, round=round, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            count = f"{len(made)} allocation{'' if len(made) == 1 else 's'}"
            messages.success(request, f"Your decision on {count} is recorded")
            return redirect("decide_allocations", pk)
    if form.is_bound:
        form.fields["cases"].queryset = choices
    context = {
        "heading": heading_of(round),
        "round": round,
        "form": form,
        "waiting": waiting.count(),
        "own": own,
        "barred": sorted(barred.values()),
        "may_decide": request.user.may(Permission.DECIDE) and choices.exists(),
        "money_columns": ["Money", "Amount"],
        "money_rows": money_rows(round),
        "may_hand_on": request.user.may(Permission.DECIDE) and waiting.exists(),
        "decided": standing.filter(~Q(decision=None)).count(),
        "crumbs": [(HOME, reverse("decide_home"))],
    }
    return render(request, "applications/cases/decide_allocations.html", context, status=status_of(form))


@requires(Permission.READ_DECISIONS, write=Permission.DECIDE)
def decide_projects(request, ref):
    """Each project that waits: what it asks, what is recommended, and the decision on it."""
    applications = Application.objects.visible_to(request.user).select_related(
        "round__fund", "organisation", "business_case__round"
    )
    applications = applications.filter(round__route="allocated").exclude(business_case=None)
    application = get_object_or_404(applications, reference=ref)
    waiting = list(pending_of(application).filter(status__in=TO_DECIDE))
    own_tie = services.tie_of(request.user, application)
    providers = ties_of(request.user, [one.provider_id for one in waiting if one.provider_id])
    projects = [
        one
        for one in waiting
        if one.recommended_by_id != request.user.pk and one.provider_id not in providers and not own_tie
    ]
    form = DecideProjectsForm(posted(request), projects=projects)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.decide_projects(
                by=request.user, application=application, decisions=form.decisions()
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            return _decided(request, application, made)
    is_open = application.status in DECIDABLE
    is_agreeable = services.is_agreeable(application)
    why_not = services.why_not_agreed(application, request.user) if is_agreeable else ""
    rows = dict(form.rows)
    context = {
        "heading": f"Decide on the projects of {application.reference}",
        "application": application,
        "case": application.business_case,
        "form": form,
        "cards": with_overlaps(
            [
                card_of(one, for_office=True)
                | {"fields": rows.get(one), "without": _why_not(one, request.user, providers)}
                for one in waiting
            ]
        ),
        "may_decide": request.user.may(Permission.DECIDE) and is_open and bool(projects),
        "may_agree": request.user.may(Permission.DECIDE) and is_agreeable and not why_not,
        "why_not_agree": why_not if is_agreeable else "",
        "is_open": is_open,
        "own_tie": own_tie,
        "handed_on": DeclaredInterest.objects.current()
        .filter(handed_to=request.user, organisation__in=services.bodies_to_decide(application))
        .select_related("user", "organisation"),
        "own_interests": DeclaredInterest.objects.current().filter(
            user=request.user, organisation__in=services.bodies_of(application)
        ),
        "may_hand_on": request.user.may(Permission.DECIDE)
        and services.waits_for_approver(application)
        and not own_tie,
        "crumbs": [(HOME, reverse("decide_home"))],
        **balance_context(application.business_case),
    }
    return render(request, "applications/cases/decide_projects.html", context, status=status_of(form))


def _why_not(project, user, providers) -> str:
    """Why this person has no fields for a project."""
    if project.provider_id in providers:
        return f"{user} {providers[project.provider_id]}, which delivers it. Someone else must decide."
    return "You made the recommendation on this project. Someone else must decide."


def _decided(request, application, made):
    numbers = ", ".join(decision.number for decision in made)
    if made:
        messages.success(request, f"Your decisions are recorded as {numbers}.")
    else:
        messages.success(request, "The business case is agreed.")
    if pending_of(application).filter(status__in=TO_DECIDE).exists():
        return redirect("decide_projects", application.reference)
    return redirect("decide_home")
