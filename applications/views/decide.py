"""The approver's pages, and what the applicant is told."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.permissions import Permission
from applications import services
from applications.forms.decide import DecideForm, DecisionFilter
from applications.models import MOVES, Application, Decision, Status
from applications.services.deciding import FINAL, WAITING
from organisations.models import Organisation
from pcc_grants.lib.access import requires
from pcc_grants.lib.clock import format_deadline
from pcc_grants.lib.money import format_money
from pcc_grants.lib.rules import RuleBroken

from .recommend import application_facts, posted, scores_context, status_of

PAGE = 25
HISTORY = 10
RECOMMENDED_WORDS = {
    Status.RECOMMENDED: "Approve",
    Status.RESERVE: "Keep on the reserve list",
    Status.NOT_RECOMMENDED: "Do not approve",
}
TOLD = (*FINAL, Status.INELIGIBLE)


@requires(Permission.READ_DECISIONS, write=Permission.DECIDE)
def decide_application(request, ref):
    """One page: what is asked, what is recommended and why, what is left, and the decision."""
    applications = Application.objects.visible_to(request.user).select_related(
        "round__fund", "organisation", "theme", "recommended_by"
    )
    application = get_object_or_404(applications, reference=ref)
    form = DecideForm(
        posted(request),
        application=application,
        initial={"amount": application.recommended_amount},
    )
    if request.method == "POST" and form.is_valid():
        try:
            decision = services.decide(by=request.user, application=application, **form.cleaned_data)
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Your decision is recorded as {decision.number}.")
            return redirect("decision", number=decision.number)
    is_own = application.recommended_by_id == request.user.pk
    context = {
        "heading": f"Decide on {application.reference}",
        "application": application,
        "facts": application_facts(application),
        "recommended_words": RECOMMENDED_WORDS.get(application.status, "Recommendation"),
        "over_maximum": _over_maximum(application),
        "form": form,
        "is_own": is_own,
        "is_waiting": application.status in WAITING,
        "may_decide": request.user.may(Permission.DECIDE)
        and Decision.Outcome.APPROVED in MOVES[application.status]
        and not is_own,
        "decisions": list(application.decisions.select_related("decided_by")),
        "crumbs": [("Waiting for your decision", reverse("decide_home"))],
        **_history(application),
        **scores_context(application, request.user),
    }
    return render(request, "applications/decide/application.html", context, status=status_of(form))


def _over_maximum(application) -> str:
    """The amount recommended or asked for, in words, when it takes an exception to the round."""
    amount = application.recommended_amount or application.amount_asked
    return format_money(amount) if amount > application.round.maximum else ""


def _history(application) -> dict:
    """The organisation's dealings with us: its awards (a reverse relation) and its other applications."""
    organisation = application.organisation
    earlier = organisation.applications.exclude(pk=application.pk).exclude(submitted_at=None)
    awards = list(organisation.awards.select_related("fund")[: HISTORY + 1])
    earlier = list(earlier.select_related("round__fund")[: HISTORY + 1])
    return {
        "awards": awards[:HISTORY],
        "earlier": earlier[:HISTORY],
        "more_history": HISTORY if max(len(awards), len(earlier)) > HISTORY else 0,
    }


@requires(Permission.READ_DECISIONS)
def past_decisions(request):
    """Every decision, newest first, by fund and outcome."""
    decisions = Decision.objects.visible_to(request.user).select_related(
        "application", "fund", "organisation", "decided_by"
    )
    filters = DecisionFilter(request.GET or None)
    if filters.is_valid():
        decisions = filters.narrow(decisions)
    context = {
        "heading": "Past decisions",
        "filter_form": filters,
        "page_obj": Paginator(decisions, PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "applications/decide/past.html", context)


@requires(Permission.READ_DECISIONS)
def decision(request, number):
    """One decision as it was made, and the budgets that carry it."""
    decisions = Decision.objects.visible_to(request.user).select_related(
        "application__round", "fund", "organisation", "proposed_by", "decided_by"
    )
    decision = get_object_or_404(decisions, number=number)
    commitments = decision.commitments.select_related("budget__fund", "budget__source").order_by(
        "budget__start_year", "pk"
    )
    context = {
        "heading": f"Decision {decision.number}",
        "decision": decision,
        "facts": _decision_facts(decision),
        "commitment_columns": ["Budget", "Committed", "Given back"],
        "commitment_rows": [
            [
                one.budget,
                format_money(one.amount, pence=True),
                format_money(one.released, pence=True),
            ]
            for one in commitments
        ],
        "crumbs": [("Past decisions", reverse("past_decisions"))],
    }
    return render(request, "applications/decide/decision.html", context)


def _decision_facts(decision) -> list[tuple]:
    facts = [
        ("Outcome", decision.get_outcome_display()),
        ("Organisation", decision.organisation),
        ("Fund", decision.fund),
    ]
    if decision.outcome == Decision.Outcome.APPROVED:
        facts += [
            ("Amount", format_money(decision.amount)),
            ("They were awarded it to", decision.purpose),
        ]
    facts.append(("Reasons, which are published", decision.reasons))
    if decision.exception_reason:
        facts.append(("Reason for the exception", decision.exception_reason))
    return [
        *facts,
        ("Proposed by", decision.proposed_by),
        ("Decided by", f"{decision.decided_by}, {format_deadline(decision.decided_at)}"),
    ]


@requires(Permission.APPLY)
def application_decision(request, ref):
    """What the applicant is told: the outcome, the amount, a score for each criterion, what comes next."""
    own = Application.objects.visible_to(request.user).filter(
        organisation__in=Organisation.objects.visible_to(request.user)
    )
    application = get_object_or_404(own.select_related("round__fund", "organisation"), reference=ref)
    if application.status not in TOLD:
        return redirect("application", ref=ref)
    context = {
        "application": application,
        "decision": application.decisions.filter(outcome__in=FINAL).first(),
        "totals": services.totals(application),
        "grant_url": reverse("grant", args=[ref]),
        "back_url": reverse("home"),
    }
    return render(request, "applications/decide/outcome.html", context)
