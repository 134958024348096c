"""The office's pages between the check and the decision: assign assessors, rank a round, recommend."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.models import User
from accounts.permissions import Permission, Role
from applications import services
from applications.forms.assess import AssignForm
from applications.forms.decide import RecommendForm
from applications.models import MOVES, Application, Assessment, Status
from applications.services.assessing import conflicts, is_blind, submitted_assessments
from applications.services.conflicts import tie_in_words
from applications.services.recommending import RECOMMENDATIONS, ranking
from applications.services.reopening import REOPENABLE
from funds.models import Round
from pcc_grants.lib import clock
from pcc_grants.lib.access import requires
from pcc_grants.lib.financial_year import FinancialYear
from pcc_grants.lib.money import format_money
from pcc_grants.lib.rules import RuleBroken

PAGE = 25
RANKED_PAGE = 100  # long enough to be printed whole in most rounds


def _application(request, ref) -> Application:
    applications = Application.objects.visible_to(request.user).select_related(
        "round__fund", "organisation", "theme", "recommended_by"
    )
    return get_object_or_404(applications, reference=ref)


def application_crumbs(application) -> list[tuple[str, str]]:
    return [
        ("Applications", reverse("office_applications")),
        (application.reference, reverse("office_application", args=[application.reference])),
    ]


# -- Assessors -----------------------------------------------------------------------------------------------


def _assessors():
    """Every assessor with what they have still to score (`to_score`), those with least first."""
    open_ones = Q(
        assessments__status=Assessment.Status.ASSIGNED, assessments__application__status=Status.ELIGIBLE
    )
    return (
        User.objects.with_role(Role.ASSESSOR)
        .annotate(to_score=Count("assessments", filter=open_ones))
        .order_by("to_score", "name", "pk")
    )


@requires(Permission.READ_APPLICATIONS, write=Permission.MANAGE_APPLICATIONS)
def office_assign(request, ref):
    """Who scores an application: those asked and how far they are; those who may be, with their load."""
    application = _application(request, ref)
    assessors = _assessors()
    conflicted = conflicts(application, list(assessors))
    free = assessors.exclude(pk__in=conflicted)
    form = AssignForm(posted(request), assessors=free, today=clock.today())
    if request.method == "POST" and form.is_valid():
        try:
            _assign_all(request.user, application, form.cleaned_data)
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The assessors have been asked to score the application")
            return redirect("office_assign", ref=ref)
    asked = list(application.assessments.select_related("assessor", "reopened_by").order_by("pk"))
    # Shown without those already asked; accepted with them, so that the same form sent twice is no error.
    form.fields["assessors"].queryset = free.exclude(pk__in=[one.assessor_id for one in asked])
    context = {
        "heading": "Assign assessors",
        "application": application,
        "asked": asked,
        "conflicted": [(person, conflicted[person.pk]) for person in assessors if person.pk in conflicted],
        "needed": application.round.assessors_needed,
        "form": form,
        "may_assign": request.user.may(Permission.MANAGE_APPLICATIONS)
        and application.status == Status.ELIGIBLE,
        "may_reopen": request.user.may(Permission.MANAGE_APPLICATIONS) and application.status in REOPENABLE,
        "crumbs": application_crumbs(application),
    }
    return render(request, "applications/recommend/assign.html", context, status=status_of(form))


@transaction.atomic
def _assign_all(by, application, chosen) -> None:
    """All of those chosen, or none."""
    for assessor in chosen["assessors"]:
        services.assign(by=by, application=application, assessor=assessor, due_on=chosen["due_on"])


@requires(Permission.READ_APPLICATIONS, write=Permission.MANAGE_APPLICATIONS)
def office_unassign(request, ref, pk):
    """Take an assignment back, after asking once more."""
    application = _application(request, ref)
    assessment = application.assessments.select_related("assessor", "application").filter(pk=pk).first()
    if assessment is None:
        return redirect("office_assign", ref=ref)
    page_errors = []
    if request.method == "POST":
        try:
            services.unassign(by=request.user, assessment=assessment)
        except RuleBroken as error:
            page_errors = [str(error)]
        else:
            messages.success(request, f"{assessment.assessor} is no longer asked to score the application")
            return redirect("office_assign", ref=ref)
    context = {
        "heading": f"Remove {assessment.assessor}?",
        "application": application,
        "assessment": assessment,
        "may_remove": request.user.may(Permission.MANAGE_APPLICATIONS)
        and assessment.status == Assessment.Status.ASSIGNED
        and assessment.reopened_at is None,
        "page_errors": page_errors,
        "crumbs": [
            *application_crumbs(application),
            ("Assign assessors", reverse("office_assign", args=[ref])),
        ],
    }
    status = 422 if page_errors else 200
    return render(request, "applications/recommend/unassign.html", context, status=status)


# -- The round's ranked list ---------------------------------------------------------------------------------


@requires(Permission.READ_APPLICATIONS)
def office_round_recommend(request, pk):
    """A round's scored applications, best first, against the money left."""
    round = get_object_or_404(Round.objects.visible_to(request.user).select_related("fund"), pk=pk)
    ranked = ranking(round, seen_by=request.user)
    page = Paginator(ranked.rows, RANKED_PAGE).get_page(request.GET.get("page"))
    context = {
        "heading": f"Recommendation for {round}",
        "round": round,
        "ranking": ranked,
        "money_columns": ["Money", "Amount"],
        "money_rows": _money_rows(ranked),
        "page_obj": page,
        "packs": list(round.decision_packs.all()[:3]),
        "may_recommend": request.user.may(Permission.MANAGE_APPLICATIONS),
        "may_decide": request.user.may(Permission.DECIDE),
        "still_scoring": round.applications.filter(status=Status.ELIGIBLE).count(),
        "crumbs": round_crumbs(round),
    }
    return render(request, "applications/recommend/round.html", context)


def round_crumbs(round, *more) -> list[tuple[str, str]]:
    """The way to a page of a round; `more` are the pages between."""
    return [
        ("Rounds", reverse("office_rounds")),
        (str(round), reverse("office_round", args=[round.pk])),
        *more,
    ]


def _money_rows(ranked) -> list[list[str]]:
    year = FinancialYear(ranked.round.start_year)
    short = ranked.remaining < 0
    return [
        [f"Left in the {ranked.round.fund} for {year}", format_money(ranked.left, pence=True)],
        ["The applications below would take", format_money(ranked.total, pence=True)],
        ["Missing" if short else "Left after that", format_money(abs(ranked.remaining), pence=True)],
    ]


# -- One application -----------------------------------------------------------------------------------------


@requires(Permission.READ_APPLICATIONS, write=Permission.MANAGE_APPLICATIONS)
def office_recommend(request, ref):
    """What the assessors gave and why, and what the office recommends."""
    application = _application(request, ref)
    gaps = services.diligence_gaps_of(application)
    form = RecommendForm(posted(request), application=application, gaps=gaps, initial=_initial(application))
    if request.method == "POST" and form.is_valid():
        try:
            services.recommend(by=request.user, application=application, **form.cleaned_data)
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Your recommendation on {application.reference} has been saved")
            return redirect("office_round_recommend", pk=application.round_id)
    context = {
        "heading": f"Recommend on {application.reference}",
        "application": application,
        "facts": application_facts(application),
        "form": form,
        "proposed": proposed_facts(application),
        "may_change": request.user.may(Permission.MANAGE_APPLICATIONS),
        "may_recommend": request.user.may(Permission.MANAGE_APPLICATIONS) and _is_open(application),
        "diligence_gaps": gaps,
        "own_tie": tie_in_words(services.tie_of(request.user, application)),
        "crumbs": [
            *application_crumbs(application),
            ("Recommendation", reverse("office_round_recommend", args=[application.round_id])),
        ],
        **scores_context(application, request.user),
    }
    return render(request, "applications/recommend/recommend.html", context, status=status_of(form))


def application_facts(application) -> list[tuple]:
    """What an application asks for, against what its round allows and its fund has left."""
    round = application.round
    left = services.money_left(round.fund, round.start_year)
    partners = [str(partner) for partner in application.partners.all()]
    return [
        ("Organisation", application.organisation),
        *([("Partners", "\n".join(partners))] if partners else []),
        ("Fund", round),
        ("Project", application.title),
        ("What the project will do", application.summary),
        ("Dates", f"{clock.format_date(application.starts_on)} to {clock.format_date(application.ends_on)}"),
        ("Amount asked for", format_money(application.amount_asked)),
        ("Most in this round", format_money(round.maximum)),
        (f"Left in the fund for {FinancialYear(round.start_year)}", format_money(left)),
        *(("More time", one.in_words) for one in services.more_time_of(application)),
    ]


def proposed_facts(application) -> list[tuple]:
    """What is recommended, beside what was asked for, and the words proposed for publication."""
    amount = application.recommended_amount
    facts = [
        ("Asked for", format_money(application.amount_asked)),
        ("Recommended", format_money(amount) if amount else ""),
        ("Purpose proposed", application.proposed_purpose),
        ("Reasons proposed", application.proposed_reasons),
        ("Conditions proposed", application.proposed_conditions),
    ]
    return [(label, value) for label, value in facts if value]


def _is_open(application) -> bool:
    return Status.RECOMMENDED in MOVES[application.status]


def _initial(application) -> dict:
    outcome = {"outcome": application.status} if application.status in RECOMMENDATIONS else {}
    return outcome | {
        "amount": application.recommended_amount or application.amount_asked,
        "recommendation": application.recommendation,
        "purpose": application.proposed_purpose,
        "reasons": application.proposed_reasons,
        "conditions": application.proposed_conditions,
        "diligence_reason": application.diligence_reason,
    }


def scores_context(application, user) -> dict:
    """For recommend/_scores.html: submitted scores only, and none while the reader has still to score."""
    if is_blind(application, user):
        return {"scores_hidden": True}
    return {"totals": services.totals(application), "assessments": submitted_assessments(application)}


def posted(request):
    """What was sent, for a form: an empty sending counts as well."""
    return request.POST if request.method == "POST" else None


def status_of(form) -> int:
    return 422 if form.errors else 200
