"""The applicant's way in: start an application, its task list, and what can be read once it is sent."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timesince

from accounts.permissions import Permission
from funds.eligibility import Check
from funds.models import Round
from organisations.models import Membership, Organisation
from pcc_grants.lib import clock
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken
from questionnaires.reading import COMPLETED, IN_PROGRESS, NOT_NEEDED, NOT_STARTED, PROBLEM

from .. import services
from ..forms.answers import StartForm
from ..models import MOVES, Copy, Part, Status
from ..services.applying import require_open
from ..services.case_facts import case_of
from ..services.completeness import (
    closes_at,
    ended_sentence,
    has_more_time,
    is_before_closing,
    why_not_changeable,
)
from .case_parts import case_context
from .common import context_of, find_application, next_round, posted


@requires(Permission.APPLY)
def application_start(request, round_pk):
    """Start an application to a round, once the person has confirmed for whom."""
    round = get_object_or_404(Round.objects.published().select_related("fund"), pk=round_pk)
    organisations = Organisation.objects.filter(
        pk__in=Membership.objects.filter(user=request.user, ended_at=None).values("organisation")
    ).order_by("name", "pk")
    if round.is_by_invitation:
        invited = round.business_cases.standing().filter(invited_at__isnull=False)
        organisations = organisations.filter(pk__in=invited.values("organisation"))
    several = len(organisations) > 1
    form = StartForm(posted(request), organisations=organisations) if several else None
    context = {
        "heading": "Write your business case" if round.is_by_invitation else f"Apply to the {round.fund}",
        "round": round,
        "fund": round.fund,
        "organisations": organisations,
        "form": form,
        "start_words": "Start the business case" if round.is_by_invitation else "",
        "back_url": reverse("round_page", args=[round.fund.slug, round.slug]),
    }
    try:
        require_open(round)
    except RuleBroken as broken:
        context |= {"heading": str(broken), "form": None, "next_round": next_round(round)}
        return render(request, "applications/applicant/closed.html", context)
    if round.is_by_invitation and not organisations:
        return render(
            request,
            "applications/applicant/not_invited.html",
            context | {"heading": "This is by invitation only"},
        )
    if request.method == "POST" and organisations and (form is None or form.is_valid()):
        chosen = form.cleaned_data["organisation"] if form else organisations[0]
        checked = Check.of(round, request.session).answers
        try:
            application = services.start(
                by=request.user, round=round, organisation=chosen, eligibility=checked
            )
        except RuleBroken as broken:
            context["page_errors"] = [str(broken)]
        else:
            return redirect("application", application.reference)
    status = 422 if context.get("page_errors") or (form and form.errors) else 200
    return render(request, "applications/applicant/start.html", context, status=status)


@requires(Permission.APPLY)
def application(request, ref):
    """The task list while it can be written; what was sent of everything else."""
    application = find_application(request, ref)
    if why_not_changeable(application) or application.status == Status.CLARIFICATION:
        return _read_only(request, application)
    reading = services.reading_of(application)
    needed = reading.needed
    completed = sum(part.state == COMPLETED for part in needed)
    projects = _projects_task(application)
    done = completed + sum(task["status"] == COMPLETED for task in projects)
    total = len(needed) + len(projects)
    part_held = services.part_of(request.user, application)
    context = context_of(
        application,
        heading=application.title or f"Application to the {application.fund}",
        groups=[
            (heading, [_task(application, part, request.user) for part in parts])
            for heading, parts in reading.groups
        ],
        projects_task=projects,
        submit_task=[_submit_task(application, done == total)],
        people_task=[_people_task(application, part_held)],
        completed=done,
        total=total,
        closes_at=closes_at(application),
        has_more_time=has_more_time(application),
        may_withdraw=part_held == Part.LEAD,
    )
    return render(request, "applications/applicant/task_list.html", context)


def _projects_task(application) -> list[dict]:
    """The projects of a business case, which carry its money; nothing for other applications."""
    case = case_of(application)
    if not application.round.is_allocated or case is None:
        return []
    parts = services.parts_of(case)
    status = IN_PROGRESS if parts.together else NOT_STARTED
    if not services.gaps_of_case(application):
        status = COMPLETED
    elif parts.left < 0:
        status = PROBLEM
    return [
        {
            "title": "Projects and tactical pot" if case.round.has_tactical_pot else "Projects",
            "url": reverse("application_projects", args=[application.reference]),
            "hint": parts.sentence,
            "status": status,
        }
    ]


def _people_task(application, part_held) -> dict:
    count = len(services.people_of(application))
    return {
        "title": "Check who should help",
        "url": reverse("application_people", args=[application.reference]),
        "hint": f"Your part: {Part(part_held).label.lower()}",
        "status": f"{count} {'person' if count == 1 else 'people'}",
    }


def _task(application, part, user) -> dict:
    """A row of the task list: its state, and who worked on it last."""
    state = part.state
    if state == NOT_NEEDED:
        return {"title": part.section.title, "url": "", "status": NOT_NEEDED}
    if state == NOT_STARTED:
        first = part.pages()[0][0].question.key
        url = reverse("application_question", args=[application.reference, part.section.key, first])
    else:
        url = reverse("application_section", args=[application.reference, part.section.key])
    return {"title": part.section.title, "url": url, "status": state, "hint": _last_hand(part, user)}


def _last_hand(part, user) -> str:
    """'Sample colleague, 10 minutes ago', when a colleague worked on a section within the last week."""
    last = part.last_change
    if last is None or last.changed_by_id == user.pk:
        return ""
    age = clock.now() - last.changed_at
    if age.days >= 7:
        return ""
    return f"{last.changed_by}, {timesince.timesince(last.changed_at, clock.now(), depth=1)} ago"


def _submit_task(application, is_complete: bool) -> dict:
    if application.signature_asked_at:
        status = f"Waiting for {application.signature_asked_of} to sign"
    else:
        status = "Ready" if is_complete else "Cannot start yet"
    return {
        "title": "Check and submit",
        "url": reverse("application_submit", args=[application.reference]),
        "status": status,
    }


def _read_only(request, application):
    status = Status(application.status)
    missed = status == Status.NOT_SUBMITTED or status == Status.DRAFT
    heading = application.title or f"Application to the {application.fund}"
    leads = services.part_of(request.user, application) == Part.LEAD
    held = services.why_not_withdrawable(application)
    copies = application.copies.filter(kind=Copy.Kind.UNSUBMITTED) if missed else application.copies
    context = context_of(
        application,
        heading=ended_sentence(application) if missed else heading,
        missed=missed,
        next_round=next_round(application.round) if missed else None,
        is_decided=application.outcome_released_at is not None,
        may_reopen=leads and status == Status.SUBMITTED and is_before_closing(application),
        may_withdraw=leads and not missed and Status.WITHDRAWN in MOVES[status] and not held,
        held=held if leads else "",
        may_restore=leads and services.is_restorable(application),
        was_submitted=application.submitted_at is not None,
        reading=services.reading_of(application),
        copy=copies.first(),
        clarification=services.open_question(application),
        was_asked=application.clarifications.exists(),
        transfers=application.transfers.select_related("from_round__fund", "to_round__fund"),
        former=services.former_answers(application),
        has_balance=status == Status.APPROVED and application.outcome_released_at is not None,
        **case_context(application),
    )
    return render(request, "applications/applicant/read_only.html", context)
