"""Moderating one application: every assessor's scores side by side, and what is agreed in their place."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.permissions import Permission
from applications import services
from applications.forms.assess import chosen_of
from applications.forms.moderating import AgreeForm, ReopenForm
from applications.models import Assessment
from applications.services.moderating import why_not_agreed
from applications.services.reopening import REOPENABLE
from applications.services.scores import is_blind, submitted_assessments
from pcc_grants.lib import clock
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken

from .recommend import _application, application_crumbs, posted, status_of


def side_by_side(application) -> list[dict]:
    """A row of `totals` for each criterion, with `cells`: what each assessor gave for it, or None."""
    assessments = submitted_assessments(application)
    agreed = application.agreed_scores.select_related("agreed_by", "meeting", "criterion")
    by_criterion = {one.criterion_id: one for one in agreed}
    rows = services.totals(application)["criteria"]
    for row in rows:
        row["agreed"] = by_criterion.get(row["criterion"].pk)
        row["cells"] = [
            {
                "assessor": assessment.assessor,
                "given": next(
                    (one for one in assessment.scores.all() if one.criterion_id == row["criterion"].pk), None
                ),
            }
            for assessment in assessments
        ]
    return rows


def crumbs_of(application, *more) -> list[tuple[str, str]]:
    return [*application_crumbs(application), *more]


def _moderation(application) -> tuple[str, str]:
    return "Moderation", reverse("office_moderate", args=[application.reference])


@requires(Permission.READ_APPLICATIONS)
def office_moderate(request, ref):
    """Every score and reason of an application side by side, with what was agreed."""
    application = _application(request, ref)
    context = {
        "heading": f"Moderate {application.reference}",
        "application": application,
        "round": application.round,
        "crumbs": crumbs_of(
            application,
            ("Moderation of the round", reverse("office_moderation", args=[application.round_id])),
        ),
        "scores_hidden": is_blind(application, request.user),
    }
    if not context["scores_hidden"]:
        refusal = why_not_agreed(application)
        may_change = request.user.may(Permission.MANAGE_APPLICATIONS)
        assessments = submitted_assessments(application)
        context |= {
            "totals": services.totals(application),
            "rows": side_by_side(application),
            "assessments": assessments,
            "may_agree": may_change and not refusal,
            "may_reopen": may_change and application.status in REOPENABLE,
            "refusal": refusal if assessments else "",
            "recused": application.assessments.filter(status=Assessment.Status.RECUSED).select_related(
                "assessor"
            ),
        }
    return render(request, "applications/moderate/application.html", context)


def _criterion(application, position) -> dict:
    """The row of `side_by_side` for a criterion of the application's round; 404 for none."""
    for row in side_by_side(application):
        if row["criterion"].position == position:
            return row
    raise Http404


@requires(Permission.MANAGE_APPLICATIONS)
def office_moderate_criterion(request, ref, position):
    """Agree a score for one criterion, beside what each assessor gave and why."""
    application = _application(request, ref)
    if is_blind(application, request.user) or (why_not_agreed(application) and request.method != "POST"):
        return redirect("office_moderate", ref=ref)
    row = _criterion(application, position)
    criterion, agreed = row["criterion"], row["agreed"]
    initial = {"score": chosen_of(agreed)}
    if agreed:
        initial |= {"reason": agreed.reason, "meeting": agreed.meeting_id}
    form = AgreeForm(posted(request), criterion=criterion, round=application.round, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.agree_score(
                by=request.user, application=application, criterion=criterion, **form.facts()
            )
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"What was agreed for {criterion} has been saved")
            return redirect("office_moderate", ref=ref)
    context = {
        "heading": f"Agree {criterion}",
        "application": application,
        "round": application.round,
        "row": row,
        "form": form,
        "crumbs": crumbs_of(application, _moderation(application)),
        "cancel_url": reverse("office_moderate", args=[ref]),
    }
    return render(request, "applications/moderate/criterion.html", context, status=status_of(form))


@requires(Permission.MANAGE_APPLICATIONS)
def office_moderate_take_back(request, ref, position):
    """Take back what was agreed for a criterion, after a question."""
    application = _application(request, ref)
    if is_blind(application, request.user):
        return redirect("office_moderate", ref=ref)
    row = _criterion(application, position)
    if row["agreed"] is None:
        return redirect("office_moderate", ref=ref)
    page_errors = []
    if request.method == "POST":
        try:
            services.forget_agreed(by=request.user, agreed=row["agreed"])
        except RuleBroken as error:
            page_errors = [str(error)]
        else:
            messages.success(request, f"What was agreed for {row['criterion']} has been taken back")
            return redirect("office_moderate", ref=ref)
    context = {
        "heading": f"Take back what was agreed for {row['criterion']}?",
        "application": application,
        "page_errors": page_errors,
        "crumbs": crumbs_of(application, _moderation(application)),
        "cancel_url": reverse("office_moderate", args=[ref]),
    }
    status = 422 if page_errors else 200
    return render(request, "applications/moderate/take_back.html", context, status=status)


@requires(Permission.MANAGE_APPLICATIONS)
def office_reopen_scores(request, ref, pk):
    """Let an assessor change what they have submitted: with a reason, and a new date."""
    application = _application(request, ref)
    assessments = application.assessments.select_related("assessor", "application")
    assessment = get_object_or_404(assessments, pk=pk)
    form = ReopenForm(posted(request), today=clock.today())
    if request.method == "POST" and form.is_valid():
        try:
            services.reopen_assessment(by=request.user, assessment=assessment, **form.cleaned_data)
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{assessment.assessor} can change their scores, and has been told")
            return redirect("office_assign", ref=ref)
    context = {
        "heading": f"Reopen the scores of {assessment.assessor}",
        "application": application,
        "assessment": assessment,
        "may_reopen": assessment.status == Assessment.Status.SUBMITTED and application.status in REOPENABLE,
        "has_agreed": application.agreed_scores.exists(),
        "form": form,
        "crumbs": crumbs_of(application, ("Assessors", reverse("office_assign", args=[ref]))),
        "cancel_url": reverse("office_assign", args=[ref]),
    }
    return render(request, "applications/moderate/reopen.html", context, status=status_of(form))
