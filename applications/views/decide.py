"""The approver's pages: deciding on an application, and every decision that was made."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from applications import outcome_papers, services
from applications.forms.decide import DecideForm, DecisionFilter
from applications.forms.outcomes import WithholdForm
from applications.models import MOVES, Application, Decision, Status
from applications.services.deciding import WAITING
from office.services import pre_election_warning
from organisations.models import DeclaredInterest
from pcc_grants.lib.access import requires
from pcc_grants.lib.clock import format_date, format_deadline, london_date, today
from pcc_grants.lib.downloads import PDF, file_response
from pcc_grants.lib.money import format_money
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.spreadsheets import csv_lines, plain_number

from .recommend import application_facts, posted, proposed_facts, scores_context, status_of

PAGE = 25
RECOMMENDED_WORDS = {
    Status.RECOMMENDED: "Approve",
    Status.RESERVE: "Keep on the reserve list",
    Status.NOT_RECOMMENDED: "Do not approve",
}


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
        initial=_proposed(application),
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
    pack = services.latest_pack(application.round)
    context = {
        "heading": f"Decide on {application.reference}",
        "application": application,
        "facts": application_facts(application),
        "recommended_words": RECOMMENDED_WORDS.get(application.status, "Recommendation"),
        "over_maximum": _over_maximum(application),
        "form": form,
        "proposed": proposed_facts(application),
        "pack": pack,
        "changes": _changes(pack, application),
        "is_own": is_own,
        "pre_election": pre_election_warning(today()),
        "is_waiting": application.status in WAITING,
        "may_decide": request.user.may(Permission.DECIDE)
        and Decision.Outcome.APPROVED in MOVES[application.status]
        and not is_own,
        "decisions": list(application.decisions.select_related("decided_by")),
        "crumbs": [("Waiting for your decision", reverse("decide_home"))],
        **_standing(application, request.user),
        **scores_context(application, request.user),
    }
    return render(request, "applications/decide/application.html", context, status=status_of(form))


def _proposed(application) -> dict:
    """The amount and the words that the officer proposes, to be taken or changed."""
    return {
        "amount": application.recommended_amount,
        "purpose": application.proposed_purpose,
        "reasons": application.proposed_reasons,
        "conditions": application.proposed_conditions,
        "seen": application.recommended_at.isoformat() if application.recommended_at else "",
    }


def _changes(pack, application) -> list[str]:
    """What is no longer as the pack tells it, as far as it is about this application."""
    if pack is None or application.status not in WAITING:
        return []
    return [one for one in services.changes_since(pack) if application.reference in one]


def _over_maximum(application) -> str:
    """The amount recommended or asked for, in words, when it takes an exception to the round."""
    amount = application.recommended_amount or application.amount_asked
    return format_money(amount) if amount > application.round.maximum else ""


def _standing(application, user) -> dict:
    """What stands against the decision: due diligence, and interests: this person's, or handed on to them."""
    bodies = services.bodies_of(application)
    interests = DeclaredInterest.objects.current().filter(organisation__in=bodies)
    interests = list(interests.select_related("user", "organisation", "handed_to"))
    return {
        "diligence_gaps": services.diligence_gaps_of(application),
        "own_tie": services.tie_of(user, application),
        "own_interests": [one for one in interests if one.user_id == user.pk],
        "handed_on": [one for one in interests if one.handed_to_id == user.pk],
    }


@requires(Permission.READ_DECISIONS)
def past_decisions(request):
    """Every decision, newest first: by fund, outcome, financial year and words."""
    filters, found = _past(request)
    context = {
        "heading": "Past decisions",
        "filter_form": filters,
        "page_obj": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "query": request.GET.urlencode(),
    }
    return render(request, "applications/decide/past.html", context)


def _past(request):
    """The filter and the decisions that it leaves."""
    decisions = Decision.objects.visible_to(request.user).select_related(
        "application", "fund", "organisation", "decided_by"
    )
    filters = DecisionFilter(request.GET or None, decisions=decisions)
    if filters.is_valid():
        return filters, filters.narrow(decisions)
    return filters, decisions.none() if filters.is_bound else decisions


CSV_COLUMNS = (
    "number", "date", "outcome", "organisation", "fund", "amount", "purpose", "reasons", "conditions",
    "exception_reason", "application", "decided_by", "withheld", "published",
)  # fmt: skip


@requires(Permission.READ_DECISIONS)
@require_safe
def past_decisions_csv(request):
    """The same list as a file, row by row."""
    _, found = _past(request)
    lines = csv_lines(CSV_COLUMNS, (_csv_row(one) for one in found.iterator(chunk_size=500)))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename="decisions.csv")
    return response


def _csv_row(decision) -> list:
    return [
        decision.number,
        london_date(decision.decided_at).isoformat(),
        decision.get_outcome_display(),
        decision.organisation.name,
        decision.fund.name,
        "" if decision.amount is None else plain_number(decision.amount),
        decision.purpose,
        decision.reasons,
        decision.conditions,
        decision.exception_reason,
        decision.application.reference if decision.application else "",
        str(decision.decided_by),
        decision.withheld,
        london_date(decision.published_at).isoformat() if decision.published_at else "",
    ]


# -- One decision --------------------------------------------------------------------------------------------


def _decision(request, number) -> Decision:
    decisions = Decision.objects.visible_to(request.user).select_related(
        "application__round", "business_case", "project", "fund", "organisation", "proposed_by", "decided_by"
    )
    return get_object_or_404(decisions, number=number)


@requires(Permission.READ_DECISIONS)
def decision(request, number):
    """One decision as it was made, the budgets that carry it, and where it stands on the register."""
    decision = _decision(request, number)
    commitments = decision.commitments.select_related("budget__fund", "budget__source").order_by(
        "budget__start_year", "pk"
    )
    context = {
        "heading": f"Decision {decision.number}",
        "decision": decision,
        "facts": _decision_facts(decision),
        "is_on_the_register": Decision.objects.on_the_register().filter(pk=decision.pk).exists(),
        "may_withhold": _is_for_the_register(decision) and request.user.may(Permission.PUBLISH_DECISIONS),
        "warning": pre_election_warning(today()) if not decision.published_at else "",
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


def _is_for_the_register(decision) -> bool:
    return decision.outcome == Decision.Outcome.APPROVED


def _decision_facts(decision) -> list[tuple]:
    is_approved = decision.outcome == Decision.Outcome.APPROVED
    facts = [
        ("Outcome", decision.get_outcome_display()),
        ("Organisation", decision.organisation),
        ("Fund", decision.fund),
        ("Legal power", outcome_papers.legal_power_of(decision)),
    ]
    if is_approved:
        facts.append(("Amount", format_money(decision.amount)))
        if decision.purpose:
            facts.append(("They were awarded it to", decision.purpose))
    facts.append(("Reasons, which are published", decision.reasons))
    if decision.conditions:
        facts.append(("Conditions, which are published", decision.conditions))
    if decision.exception_reason:
        facts.append(("Reason for the exception", decision.exception_reason))
    facts += [
        ("Proposed by", decision.proposed_by),
        ("Decided by", f"{decision.decided_by}, {format_deadline(decision.decided_at)}"),
    ]
    if is_approved:
        facts.append(("Public register", _register_standing(decision)))
        if decision.withheld:
            facts.append(("Why the recipient is not named there", decision.withheld))
    return facts


def _register_standing(decision) -> str:
    if decision.published_at is None:
        return "Published when the outcome is released"
    shown = "without the recipient and the purpose" if decision.withheld else "in full"
    return f"Since {format_date(decision.published_at)}, {shown}"


@requires(Permission.READ_DECISIONS)
@require_safe
def decision_pdf(request, number):
    """The decision notice, in full."""
    decision = _decision(request, number)
    pdf = outcome_papers.notice_pdf(outcome_papers.notice_of(decision, for_public=False))
    return file_response(pdf, f"{decision.number} decision notice.pdf", PDF)


@requires(Permission.READ_DECISIONS, write=Permission.PUBLISH_DECISIONS)
def decision_withhold(request, number):
    """Keep the recipient out of the public register, or name it again; each with a reason."""
    decision = _decision(request, number)
    if not _is_for_the_register(decision):
        return redirect("decision", number=number)
    is_withheld = bool(decision.withheld)
    form = WithholdForm(posted(request), withheld=is_withheld)
    if request.method == "POST" and form.is_valid():
        act = services.name_decision if is_withheld else services.withhold_decision
        try:
            act(by=request.user, decision=decision, reason=form.cleaned_data["reason"])
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The register has been changed")
            return redirect("decision", number=number)
    context = {
        "heading": "Name the recipient on the register?" if is_withheld else "Withhold the recipient?",
        "sentence": "The register will show the recipient, the purpose and the reasons."
        if is_withheld
        else "The register will show the number, the date, the fund and the amount, and your reason. It will "
        "not show the recipient, the purpose or the reasons for the decision.",
        "decision": decision,
        "form": form,
        "may_act": request.user.may(Permission.PUBLISH_DECISIONS),
        "button": "Name the recipient" if is_withheld else "Withhold the recipient",
        "cancel_url": reverse("decision", args=[number]),
        "crumbs": [
            ("Past decisions", reverse("past_decisions")),
            (f"Decision {number}", reverse("decision", args=[number])),
        ],
    }
    return render(request, "applications/decide/withhold.html", context, status=status_of(form))
