"""The office's pages of a year's allocations and invitations: who, with how much, decided, invited."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.permissions import Permission
from funds.models import Round, Route
from organisations.models import Organisation
from pcc_grants.lib.access import requires
from pcc_grants.lib.clock import format_date
from pcc_grants.lib.financial_year import FinancialYear
from pcc_grants.lib.money import format_money
from pcc_grants.lib.rules import RuleBroken

from .. import services
from ..forms.allocations import ChangeCaseForm, EndCaseForm, InviteForm, NewCaseForm, OrganisationSearch
from ..models import BusinessCase, Decision
from ..services.allocating import cases_of, decision_of, round_before, why_no_invitations, year_of
from .recommend import posted, status_of

PAGE = 25
MOST_FOUND = 20


def find_round(request, pk) -> Round:
    """A round by invitation that the office may see."""
    rounds = Round.objects.visible_to(request.user).exclude(route=Route.OPEN).select_related("fund")
    return get_object_or_404(rounds, pk=pk)


def _find_case(request, pk) -> BusinessCase:
    cases = BusinessCase.objects.visible_to(request.user).select_related(
        "round__fund", "organisation", "application", "last_year", "proposed_by", "decision"
    )
    return get_object_or_404(cases, pk=pk)


def heading_of(round) -> str:
    return f"Allocations for {FinancialYear(round.start_year)}" if round.is_allocated else "Invitations"


def crumbs_of(round, *, deeper=False) -> list[tuple[str, str]]:
    found = [("Rounds", reverse("office_rounds")), (str(round), reverse("office_round", args=[round.pk]))]
    here = (heading_of(round), reverse("office_allocations", args=[round.pk]))
    return [*found, here] if deeper else found


def _undecided(round):
    return cases_of(round).standing().filter(decision=None)


def to_invite(round):
    """Those that can be asked for their business case now and have somebody to write it."""
    found = cases_of(round).standing().filter(invited_at=None)
    if round.is_allocated:
        found = found.filter(decision__outcome=Decision.Outcome.APPROVED)
    return found


@requires(Permission.READ_APPLICATIONS)
def office_allocations(request, pk):
    """Everyone in a round by invitation, with the money against what the fund has left for the year."""
    round = find_round(request, pk)
    inviting = to_invite(round)
    source = round_before(round)
    context = {
        "heading": heading_of(round),
        "round": round,
        "page_obj": Paginator(cases_of(round), PAGE).get_page(request.GET.get("page")),
        "money_columns": ["Money", "Amount"],
        "money_rows": money_rows(round) if round.is_allocated else [],
        "source": source if not round.has_closed else None,
        "may_manage": request.user.may(Permission.MANAGE_APPLICATIONS),
        "may_add": request.user.may(Permission.MANAGE_APPLICATIONS) and not round.has_closed,
        "may_decide": request.user.may(Permission.DECIDE),
        "undecided": _undecided(round).count() if round.is_allocated else 0,
        "ready": inviting.filter(has_people=True).count(),
        "without_people": inviting.filter(has_people=False)[:PAGE],
        "why_no_invitations": why_no_invitations(round),
        "crumbs": crumbs_of(round),
    }
    return render(request, "applications/cases/allocations.html", context)


def money_rows(round) -> list[list[str]]:
    year = year_of(round)
    short = year.left_after < 0
    return [
        ["Decided", format_money(year.decided, pence=True)],
        ["Proposed and not decided", format_money(year.proposed, pence=True)],
        [
            f"Left in the {round.fund} for {FinancialYear(round.start_year)}",
            format_money(year.left, pence=True),
        ],
        [
            "Missing for what is proposed" if short else "Left after what is proposed",
            format_money(abs(year.left_after), pence=True),
        ],
    ]


@requires(Permission.MANAGE_APPLICATIONS)
@require_POST
def office_roll_forward(request, pk):
    """Propose last year's amounts for everyone of last year."""
    round = find_round(request, pk)
    try:
        made = services.roll_forward(by=request.user, round=round)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        count = f"{len(made)} organisation{'' if len(made) == 1 else 's'}"
        left = services.left_out(request.user, round)
        nobody = "Nobody was added" if left else "Everyone of last year is here already"
        words = f"{count} added with last year's amount" if made else nobody
        messages.success(request, words)
        for sentence in left:
            messages.warning(request, f"Left out: {sentence}")
    return redirect("office_allocations", pk)


@requires(Permission.MANAGE_APPLICATIONS)
def office_case_new(request, pk):
    """Add an organisation: look for it, then say how much."""
    round = find_round(request, pk)
    search = OrganisationSearch(request.GET or None)
    words = search.cleaned_data["q"] if search.is_bound and search.is_valid() else ""
    found = _organisations(words) if words else []
    form = NewCaseForm(posted(request), found=found, round=round) if found else None
    if request.method == "POST" and form and form.is_valid():
        try:
            case = services.propose_case(by=request.user, round=round, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, f"{case.organisation} has been added")
            return redirect("office_allocations", pk)
    context = {
        "heading": "Add an organisation",
        "round": round,
        "filter_form": search,
        "words": words,
        "form": form,
        "cancel_url": reverse("office_allocations", args=[pk]),
        "crumbs": crumbs_of(round, deeper=True),
    }
    return render(
        request, "applications/cases/case_new.html", context, status=status_of(form) if form else 200
    )


def _organisations(words):
    found = Q(name__icontains=words) | Q(aliases__name__icontains=words) | Q(reference__iexact=words)
    return list(Organisation.objects.filter(found).distinct().order_by("name", "pk")[:MOST_FOUND])


@requires(Permission.READ_APPLICATIONS, write=Permission.MANAGE_APPLICATIONS)
def office_case(request, pk):
    """One organisation's part in a round: its amount, which can be changed until it is decided."""
    case = _find_case(request, pk)
    changeable = not case.ended_at and not decision_of(case) and not case.application_id
    form = ChangeCaseForm(posted(request), round=case.round, initial={"amount": case.amount})
    if request.method == "POST" and form.is_valid():
        try:
            services.change_case(by=request.user, case=case, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, "The amount has been changed")
            return redirect("office_allocations", case.round_id)
    context = {
        "heading": str(case.organisation),
        "case": case,
        "round": case.round,
        "facts": _facts(case),
        "form": form,
        "may_change": changeable and request.user.may(Permission.MANAGE_APPLICATIONS),
        "may_end": not case.ended_at and request.user.may(Permission.MANAGE_APPLICATIONS),
        "cancel_url": reverse("office_allocations", args=[case.round_id]),
        "crumbs": crumbs_of(case.round, deeper=True),
    }
    return render(request, "applications/cases/case.html", context, status=status_of(form))


def _facts(case) -> list[tuple]:
    decision = decision_of(case)
    facts = [
        ("Allocation" if case.round.is_allocated else "Most it may ask for", format_money(case.amount)),
        ("Last year", format_money(case.last_year.amount) if case.last_year else "Not in the round"),
        ("Why this amount", case.proposed_reasons),
        ("Proposed by", f"{case.proposed_by}, {format_date(case.proposed_at)}"),
    ]
    if decision:
        words = f"{decision.number}: {decision.get_outcome_display().lower()}"
        facts.append(
            ("Decision", words, reverse("decision", args=[decision.number]), "See the decision"),
        )
    if case.waits_for:
        facts.append(("Waits for", case.waits_for))
    facts.append(("Invited", format_date(case.invited_at) if case.invited_at else "No"))
    if case.application:
        words = f"{case.application.reference}: {case.application.get_status_display().lower()}"
        where = reverse("office_application", args=[case.application.reference])
        link = (where, "Read") if case.application.submitted_at else ()
        facts.append(("Business case", words, *link))
    if case.ended_at:
        facts.append(("Ended", f"{format_date(case.ended_at)}\n{case.ended_reason}"))
    return facts


@requires(Permission.MANAGE_APPLICATIONS)
def office_case_end(request, pk):
    """Take an organisation out of a round, with the reason."""
    case = _find_case(request, pk)
    form = EndCaseForm(posted(request), is_invited=bool(case.invited_at))
    back = reverse("office_allocations", args=[case.round_id])
    if request.method == "POST" and form.is_valid():
        try:
            services.end_case(by=request.user, case=case, reason=form.cleaned_data["reason"])
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, f"{case.organisation} is no longer in this round")
            return redirect(back)
    context = {
        "heading": f"Take {case.organisation} out of this round?",
        "case": case,
        "is_decided": bool(decision_of(case)),
        "form": form,
        "cancel_url": back,
        "crumbs": crumbs_of(case.round, deeper=True),
    }
    return render(request, "applications/cases/case_end.html", context, status=status_of(form))


@requires(Permission.MANAGE_APPLICATIONS)
def office_invite(request, pk):
    """Ask some or all for their business case, by email."""
    round = find_round(request, pk)
    waiting = to_invite(round)
    ready = waiting.filter(has_people=True)
    # Who is invited already is accepted again, so that the same form sent twice is no error.
    choices = cases_of(round).standing().filter(has_people=True) if request.method == "POST" else ready
    form = InviteForm(posted(request), cases=choices, initial={"cases": [case.pk for case in ready]})
    if request.method == "POST" and form.is_valid():
        try:
            invited = services.invite_cases(by=request.user, round=round, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            count = f"{len(invited)} organisation{'' if len(invited) == 1 else 's'}"
            messages.success(request, f"{count} invited" if invited else "They were invited already")
            return redirect("office_allocations", pk)
    context = {
        "heading": "Invite to write a business case",
        "round": round,
        "form": form,
        "has_choices": choices.exists(),
        "why_no_invitations": why_no_invitations(round),
        "without_people": waiting.filter(has_people=False)[:PAGE],
        "cancel_url": reverse("office_allocations", args=[pk]),
        "crumbs": crumbs_of(round, deeper=True),
    }
    return render(request, "applications/cases/invite.html", context, status=status_of(form))
