"""The applicant's home: what to do first, then drafts, what was submitted, grants, and what is over."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse

from accounts.permissions import Permission
from applications.models import Application
from applications.models import Status as ApplicationStatus
from awards.models import SEEN_BY_GRANTEE, Award
from awards.models import Status as AwardStatus
from monitoring.models import OWED, Return
from organisations.models import Organisation
from pcc_grants.lib import clock
from pcc_grants.lib.access import requires

PAGE = 25
# Far more than any organisation has at once; a bound, so that no page is endless.
MOST = 100

SUBMITTED = (
    ApplicationStatus.SUBMITTED,
    ApplicationStatus.ELIGIBLE,
    ApplicationStatus.ASSESSED,
    ApplicationStatus.RECOMMENDED,
    ApplicationStatus.RESERVE,
    ApplicationStatus.NOT_RECOMMENDED,
    ApplicationStatus.DEFERRED,
    ApplicationStatus.APPROVED,
)
PAST = (
    ApplicationStatus.INELIGIBLE,
    ApplicationStatus.DECLINED,
    ApplicationStatus.WITHDRAWN,
    ApplicationStatus.NOT_SUBMITTED,
)
RUNNING = (AwardStatus.OFFERED, AwardStatus.ACCEPTED, AwardStatus.ACTIVE, AwardStatus.SUSPENDED)
OVER = (AwardStatus.CLOSED, AwardStatus.DECLINED, AwardStatus.ENDED_EARLY)


@requires(Permission.APPLY)
def home(request):
    """Everything of the organisations this person acts for, whatever other roles they hold."""
    organisations = list(
        Organisation.objects.filter(memberships__user=request.user, memberships__ended_at=None).order_by(
            "name"
        )
    )
    applications = Application.objects.filter(organisation__in=organisations).select_related(
        "round__fund", "organisation"
    )
    awards = Award.objects.of_member(request.user).select_related("fund", "organisation")
    drafts = list(
        applications.filter(status=ApplicationStatus.DRAFT).order_by("round__closes_at", "pk")[:MOST]
    )
    running = list(awards.filter(status__in=RUNNING).with_paid().order_by("-created_at", "-pk")[:MOST])
    past = applications.filter(status__in=PAST).order_by("-created_at", "-pk")
    context = {
        "heading": "Your applications and grants",
        "organisations": organisations,
        "tasks": _tasks(organisations, drafts, running),
        "drafts": drafts,
        "submitted": list(
            applications.filter(status__in=SUBMITTED)
            .exclude(award__status__in=SEEN_BY_GRANTEE)
            .order_by("-submitted_at", "-pk")[:MOST]
        ),
        "grants": running,
        "past_grants": list(awards.filter(status__in=OVER).with_paid().order_by("-ends_on", "-pk")[:MOST]),
        "page_obj": Paginator(past, PAGE).get_page(request.GET.get("page")),
    }
    context["is_empty"] = not (
        context["drafts"]
        or context["submitted"]
        or context["grants"]
        or context["past_grants"]
        or context["page_obj"].object_list
    )
    return render(request, "reports/homes/home.html", context)


def _tasks(organisations, drafts, running) -> list[dict]:
    """What needs this person: for which project, by when; the nearest date first."""
    found = [_draft_task(draft) for draft in drafts if draft.round.accepts_submissions]
    found += [_offer_task(award) for award in running if award.status == AwardStatus.OFFERED]
    owed = (
        Return.objects.filter(award__in=[award.pk for award in running], status__in=OWED)
        .select_related("award__organisation")
        .defer("narrative", "difficulties")
        .order_by("due_on", "pk")[:MOST]
    )
    found += [_return_task(award_return) for award_return in owed]
    found.sort(key=lambda task: task["by"])
    for task in found:  # beside its status a long date that cannot break is too wide for a small screen
        task["hint"] = task["hint"].replace(clock.NBSP, " ")
    if not organisations:
        found.insert(
            0,
            {
                "title": "Tell us about your organisation",
                "hint": "You need an organisation before you can apply.",
                "url": reverse("organisation_new"),
                "status": "Not yet started",
            },
        )
    return found


def _draft_task(draft) -> dict:
    closes_at = draft.round.closes_at
    day = clock.london_date(closes_at)
    title = draft.title or draft.round.fund.name
    return {
        "title": f"Finish your application: {title}",
        "hint": (
            f"{draft.reference}, {draft.organisation}. Closes {clock.format_deadline(closes_at)} "
            f"({clock.relative_days(day)})."
        ),
        "url": reverse("application", args=[draft.reference]),
        "status": "In progress",
        "by": day,
    }


def _offer_task(award) -> dict:
    return {
        "title": f"Accept our offer: {award.title}",
        "hint": (
            f"{award.reference}, {award.organisation}. Accept by {clock.format_date(award.accept_by)} "
            f"({clock.relative_days(award.accept_by)})."
        ),
        "url": reverse("agreement", args=[award.reference]),
        "status": "Offer to accept",
        "by": award.accept_by,
    }


def _return_task(award_return) -> dict:
    award = award_return.award
    return {
        "title": f"Send your {award_return.name}: {award.title}",
        "hint": (
            f"{award_return.reference}, {award.organisation}. Due {clock.format_date(award_return.due_on)} "
            f"({clock.relative_days(award_return.due_on)})."
        ),
        "url": reverse("grant_return", args=[award.reference, award_return.number]),
        "status": award_return.shown_status,
        "by": award_return.due_on,
    }
