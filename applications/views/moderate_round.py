"""The moderation of a round: every scored application, the meetings, and who stepped aside."""

from dataclasses import dataclass
from decimal import Decimal

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.permissions import Permission
from applications import services
from applications.forms.moderating import MeetingForm
from applications.models import Application, ModerationMeeting, Status
from applications.services.moderating import packs_sent, people_of_moderation, recusals_of, scorers_of
from applications.services.recommending import RANKED
from applications.services.scores import (
    WIDE_SPREAD,
    blind_applications,
    percentage_of,
    submitted_assessments,
    with_scores,
)
from funds.models import Round
from pcc_grants.lib.access import requires
from pcc_grants.lib.clock import format_date
from pcc_grants.lib.rules import RuleBroken

from .recommend import posted, status_of

PAGE = 25
NONE = Decimal(-1)


@dataclass
class Row:
    """One application of the moderation page; of one the reader has still to score only its name."""

    application: Application
    is_hidden: bool
    totals: dict
    by_assessor: list[dict]

    @property
    def is_wide(self) -> bool:
        return self.spread >= WIDE_SPREAD

    @property
    def spread(self) -> int:
        return 0 if self.is_hidden else self.totals["spread"]

    @property
    def percentage(self) -> Decimal | None:
        return None if self.is_hidden else self.totals["percentage"]

    @property
    def agreed(self) -> int:
        return 0 if self.is_hidden else self.totals["agreed"]


# How the list can be ordered: name of the order → heading of its column, and what it looks at.
SORTS = {
    "application": ("Application", lambda row: row.application.reference),
    "percentage": ("Score", lambda row: NONE if row.percentage is None else row.percentage),
    "spread": ("Spread", lambda row: row.spread),
    "agreed": ("Agreed", lambda row: row.agreed),
}
BIGGEST_FIRST = "percentage", "spread", "agreed"
USUAL_SORT = "spread"


def find_round(request, pk) -> Round:
    rounds = Round.objects.visible_to(request.user).published().select_related("fund")
    return get_object_or_404(rounds, pk=pk)


def round_crumbs(round) -> list[tuple[str, str]]:
    return [("Rounds", reverse("office_rounds")), (str(round), reverse("office_round", args=[round.pk]))]


@requires(Permission.READ_APPLICATIONS)
def office_moderation(request, pk):
    """Every scored application of a round, the widest spread first, with what has been agreed."""
    round = find_round(request, pk)
    sort = request.GET.get("sort", USUAL_SORT)
    sort = sort if sort in SORTS else USUAL_SORT
    rows = _rows(round, request.user, sort)
    meetings = list(round.moderation_meetings.select_related("recorded_by").prefetch_related("present"))
    sent = packs_sent(round)
    context = {
        "heading": f"Moderation of {round}",
        "round": round,
        "page_obj": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "sorts": [(name, words, name == sort) for name, (words, _) in SORTS.items()],
        "has_passed_or_not": any(criterion.is_pass_fail for criterion in round.criteria.all()),
        "criteria_count": round.criteria.count(),
        "still_scoring": round.applications.filter(status=Status.ELIGIBLE).count(),
        "meetings": [{"meeting": one, "pack_sent": one.held_on in sent} for one in meetings],
        "has_scores": scorers_of(round).exists(),
        "recusals": recusals_of(round),
        "may_change": request.user.may(Permission.MANAGE_APPLICATIONS),
        "crumbs": round_crumbs(round),
    }
    return render(request, "applications/moderate/round.html", context)


def _rows(round, user, sort) -> list[Row]:
    """The scored applications in the order that was asked for; constant in queries."""
    found = Application.objects.visible_to(user).filter(round=round, status__in=RANKED)
    blind = blind_applications(user)
    rows = []
    for application in with_scores(found.select_related("round__fund", "organisation")):
        totals = services.totals(application)
        if totals["assessors"]:
            is_hidden = application.pk in blind
            by_assessor = [] if is_hidden else _by_assessor(application)
            rows.append(Row(application, is_hidden, {} if is_hidden else totals, by_assessor))
    rows.sort(key=lambda row: row.application.reference)
    if sort != "application":
        rows.sort(key=SORTS[sort][1], reverse=sort in BIGGEST_FIRST)
    return rows


def _by_assessor(application) -> list[dict]:
    """What each assessor gave in all: the points, the most possible, and whether something is not passed."""
    highest = application.round.highest_score
    found = []
    for assessment in submitted_assessments(application):
        given = list(assessment.scores.all())
        scored = [one for one in given if one.score is not None]
        rows = [{"criterion": one.criterion, "exact_mean": Decimal(one.score)} for one in scored]
        found.append(
            {
                "assessor": assessment.assessor,
                "points": sum(one.score for one in scored),
                "most": len(scored) * highest,
                "percentage": percentage_of(rows, highest),
                "is_failed": any(one.passed is False for one in given),
            }
        )
    return found


# -- Meetings ------------------------------------------------------------------------------------------------


@requires(Permission.MANAGE_APPLICATIONS)
def office_moderation_meeting_new(request, pk):
    """Record a moderation meeting, held or still to come."""
    round = find_round(request, pk)
    form = MeetingForm(posted(request), people=people_of_moderation(round))
    if request.method == "POST" and form.is_valid():
        try:
            services.record_meeting(by=request.user, round=round, **form.cleaned_data)
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The meeting has been recorded")
            return redirect("office_moderation", pk=pk)
    return _meeting_page(request, round, form, "Record a moderation meeting")


@requires(Permission.MANAGE_APPLICATIONS)
def office_moderation_meeting(request, pk, meeting):
    """Correct what is recorded of a meeting, or add what was said."""
    round = find_round(request, pk)
    meeting = get_object_or_404(round.moderation_meetings, pk=meeting)
    facts = {"held_on": meeting.held_on, "present": meeting.present.all(), "notes": meeting.notes}
    form = MeetingForm(posted(request), people=people_of_moderation(round), initial=facts)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_meeting(by=request.user, meeting=meeting, **form.cleaned_data)
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The meeting has been changed")
            return redirect("office_moderation", pk=pk)
    return _meeting_page(request, round, form, "Change the moderation meeting")


def _meeting_page(request, round, form, heading):
    context = {
        "heading": heading,
        "round": round,
        "form": form,
        "crumbs": [*round_crumbs(round), ("Moderation", reverse("office_moderation", args=[round.pk]))],
        "cancel_url": reverse("office_moderation", args=[round.pk]),
    }
    return render(request, "applications/moderate/meeting.html", context, status=status_of(form))


@requires(Permission.MANAGE_APPLICATIONS)
@require_POST
def office_moderation_pack(request, pk, meeting):
    """Tell assessors and officers that the scores are ready to moderate."""
    round = find_round(request, pk)
    found = ModerationMeeting.objects.filter(round=round).select_related("round__fund")
    meeting = get_object_or_404(found, pk=meeting)
    try:
        told = services.send_moderation_pack(by=request.user, meeting=meeting)
    except RuleBroken as error:
        messages.error(request, str(error))
    else:
        when = format_date(meeting.held_on)
        words = f"{told} people have been told" if told else "They had been told before"
        messages.success(request, f"{words} of the moderation on {when}")
    return redirect("office_moderation", pk=pk)
