"""Telling applicants: the office releases the outcomes of a round; each applicant reads their own letter."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from applications import outcome_papers, services
from applications.forms.outcomes import ReleaseForm
from applications.models import Application
from applications.services.releasing import TOLD, final_decision, still_waiting
from funds.models import Round
from office.services import pre_election_warning
from pcc_grants.lib import clock
from pcc_grants.lib.access import requires
from pcc_grants.lib.downloads import PDF, file_response
from pcc_grants.lib.rules import RuleBroken

from .recommend import application_crumbs, posted, status_of

PAGE = 25
MOST_WAITING = 25


def _round(request, pk) -> Round:
    rounds = Round.objects.visible_to(request.user).select_related("fund", "outcomes_scheduled_by")
    return get_object_or_404(rounds, pk=pk)


def _crumbs(round) -> list[tuple[str, str]]:
    return [("Rounds", reverse("office_rounds")), (str(round), reverse("office_round", args=[round.pk]))]


@requires(Permission.READ_APPLICATIONS, write=Permission.MANAGE_APPLICATIONS)
def office_round_outcomes(request, pk):
    """Who in a round is decided, who still waits, what is missing; and the moment of the release."""
    round = _round(request, pk)
    form = ReleaseForm(posted(request), initial=ReleaseForm.initial_of(round))
    if request.method == "POST" and form.is_valid():
        try:
            services.schedule_release(by=request.user, round=round, release_at=form.moment())
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(
                request, f"The outcomes will be released at {clock.format_deadline(form.moment())}"
            )
            return redirect("office_round_outcomes", pk=pk)
    outcomes = services.outcomes_of(round)
    waiting = still_waiting(round).select_related("organisation").order_by("reference")
    told = round.applications.filter(status__in=TOLD, outcome_released_at__isnull=False)
    page = Paginator(outcomes.decided, PAGE).get_page(request.GET.get("page"))
    context = {
        "heading": "Outcomes",
        "round": round,
        "form": form,
        "outcomes": outcomes,
        "page_obj": page,
        "rows": [(one, one.get_status_display(), outcomes.gaps.get(one.pk, [])) for one in page.object_list],
        "waiting": waiting[:MOST_WAITING],
        "waiting_count": waiting.count(),
        "told_count": told.count(),
        "why_not": services.why_not_released(outcomes),
        "may_release": request.user.may(Permission.MANAGE_APPLICATIONS),
        "warning": pre_election_warning(_day_of_release(round)),
        "crumbs": _crumbs(round),
    }
    return render(request, "applications/outcomes/round.html", context, status=status_of(form))


def _day_of_release(round):
    return clock.london_date(round.outcomes_release_at or clock.now())


@requires(Permission.READ_APPLICATIONS, write=Permission.MANAGE_APPLICATIONS)
def office_round_outcomes_release(request, pk):
    """Release them now, after a question."""
    round = _round(request, pk)
    errors = []
    if request.method == "POST":
        try:
            told = services.release_outcomes(by=request.user, round=round)
        except RuleBroken as broken:
            errors = [str(broken)]
        else:
            messages.success(request, _told(told))
            return redirect("office_round_outcomes", pk=pk)
    outcomes = services.outcomes_of(round)
    count = len(outcomes.decided)
    why_not = services.why_not_released(outcomes)
    context = {
        "heading": "Release the outcomes now?",
        "round": round,
        "why_not": why_not,
        "sentence": ""
        if why_not
        else (
            f"Everyone on {count} application{'' if count == 1 else 's'} is told by email, and the decisions "
            "go on the public register. You cannot undo this."
        ),
        "button": "Release the outcomes",
        "warning_text": pre_election_warning(clock.today()),
        "may_act": request.user.may(Permission.MANAGE_APPLICATIONS) and not why_not,
        "page_errors": errors,
        "cancel_url": reverse("office_round_outcomes", args=[pk]),
        "crumbs": [*_crumbs(round), ("Outcomes", reverse("office_round_outcomes", args=[pk]))],
    }
    return render(request, "applications/outcomes/confirm.html", context, status=422 if errors else 200)


def _told(count: int) -> str:
    if not count:
        return "The outcomes have been released"
    return f"The outcomes of {count} application{'' if count == 1 else 's'} have been released"


@requires(Permission.READ_APPLICATIONS, write=Permission.MANAGE_APPLICATIONS)
def office_round_outcomes_cancel(request, pk):
    """Take the moment of the release back, after a question."""
    round = _round(request, pk)
    if request.method == "POST":
        services.cancel_release(by=request.user, round=round)
        messages.success(
            request, "The release has been taken back. Nobody is told until you release the outcomes."
        )
        return redirect("office_round_outcomes", pk=pk)
    at = round.outcomes_release_at
    context = {
        "heading": "Take the release back?",
        "round": round,
        "sentence": f"It is set for {clock.format_deadline(at)}. Nobody is told then." if at else "",
        "why_not": "" if at else "No release is set for this round.",
        "button": "Take the release back",
        "may_act": request.user.may(Permission.MANAGE_APPLICATIONS) and at is not None,
        "cancel_url": reverse("office_round_outcomes", args=[pk]),
        "crumbs": [*_crumbs(round), ("Outcomes", reverse("office_round_outcomes", args=[pk]))],
    }
    return render(request, "applications/outcomes/confirm.html", context)


# -- The letter, for the office ------------------------------------------------------------------------------


def _decided(request, ref) -> Application:
    applications = Application.objects.visible_to(request.user).filter(status__in=TOLD)
    return get_object_or_404(applications.select_related("round__fund", "organisation"), reference=ref)


def _content(application) -> dict:
    """The letter as it was released; before that, as it would be."""
    kept = getattr(application, "outcome_letter", None)
    return kept.content if kept else services.letter_content(application, final_decision(application))


@requires(Permission.READ_APPLICATIONS)
def office_letter(request, ref):
    """The letter of one application: as it was released, or a preview."""
    application = _decided(request, ref)
    context = {
        "heading": "Letter to the applicant",
        "application": application,
        "letter": _content(application),
        "gaps": [] if application.outcome_released_at else services.feedback_gaps(application),
        "crumbs": application_crumbs(application),
    }
    return render(request, "applications/outcomes/office_letter.html", context)


@requires(Permission.READ_APPLICATIONS)
@require_safe
def office_letter_pdf(request, ref):
    """The same as a PDF."""
    application = _decided(request, ref)
    return _letter_file(application)


def _letter_file(application):
    pdf = outcome_papers.letter_pdf(_content(application))
    name = f"{application.reference} decision{'' if application.outcome_released_at else ' - preview'}.pdf"
    return file_response(pdf, name, PDF)


# -- The applicant's own -------------------------------------------------------------------------------------


def _told_to(request, ref) -> Application:
    """An application of the person's; its decision may not be told yet."""
    own = Application.objects.of_applicant(request.user).select_related("round__fund", "organisation")
    return get_object_or_404(own.called(ref))


@requires(Permission.APPLY)
@require_safe
def application_decision(request, ref):
    """The outcome, what was asked and offered, scores and feedback, and what comes next (screens.md 3.15).

    For everyone on the application, once it is released.
    """
    application = _told_to(request, ref)
    if not _is_told(application):
        return redirect("application", ref=application.reference)
    award = getattr(application, "award", None)
    context = {
        "application": application,
        "letter": _content(application),
        "award": award if award and award.offered_at else None,
        "is_member": application.organisation.memberships.filter(user=request.user, ended_at=None).exists(),
        "rounds": outcome_papers.other_rounds(application),
        "back_url": reverse("home"),
    }
    return render(request, "applications/outcomes/decision.html", context)


@requires(Permission.APPLY)
@require_safe
def application_letter(request, ref):
    """The letter as a PDF."""
    application = _told_to(request, ref)
    if not _is_told(application):
        return redirect("application", ref=application.reference)
    return _letter_file(application)


def _is_told(application) -> bool:
    return application.status in TOLD and application.outcome_released_at is not None
