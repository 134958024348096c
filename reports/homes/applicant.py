"""The applicant's home: what to do first, then drafts, what was submitted, grants, and what is over."""

from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import render

from accounts.permissions import Permission
from applications.models import Application
from applications.models import Status as ApplicationStatus
from applications.services import restorable_by
from applications.services.completeness import closes_at
from awards.models import SEEN_BY_GRANTEE, Award
from awards.models import Status as AwardStatus
from organisations.models import JoinRequest, Organisation
from pcc_grants.lib.access import requires

from .to_do import to_do

PAGE = 25
# Far more than any organisation has at once; a bound, so that no page is endless.
MOST = 100

SUBMITTED = (
    ApplicationStatus.SUBMITTED,
    ApplicationStatus.CLARIFICATION,
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
    """Everything in which this person takes part: by their organisations, or by an invitation to one.

    Whatever other roles they hold, nothing else is shown here.
    """
    organisations = list(
        Organisation.objects.filter(memberships__user=request.user, memberships__ended_at=None).order_by(
            "name"
        )
    )
    applications = Application.objects.of_applicant(request.user).select_related(
        "round__fund", "organisation", "signature_asked_of"
    )
    # What is declined is not past before that is released: nothing here tells before.
    declined_untold = Q(status=ApplicationStatus.DECLINED, outcome_released_at=None)
    awards = Award.objects.of_member(request.user).select_related("fund", "organisation")
    drafts = list(
        applications.filter(status=ApplicationStatus.DRAFT)
        .prefetch_related("extensions")
        .order_by("round__closes_at", "pk")[:MOST]
    )
    for draft in drafts:
        draft.until = closes_at(draft)
    submitted = list(
        applications.filter(Q(status__in=SUBMITTED) | declined_untold)
        .exclude(award__status__in=SEEN_BY_GRANTEE)
        .order_by("-submitted_at", "-pk")[:MOST]
    )
    running = list(awards.filter(status__in=RUNNING).with_paid().order_by("-created_at", "-pk")[:MOST])
    past_grants = list(awards.filter(status__in=OVER).with_paid().order_by("-ends_on", "-pk")[:MOST])
    past = (
        applications.filter(status__in=PAST)
        .exclude(declined_untold)
        .prefetch_related("extensions")
        .order_by("-created_at", "-pk")
    )
    page = Paginator(past, PAGE).get_page(request.GET.get("page"))
    restorable = restorable_by(request.user, page.object_list)
    for application in page.object_list:
        application.may_restore = application.pk in restorable
    shown = [*drafts, *submitted, *page.object_list]
    is_empty = not (shown or running or past_grants)
    asked = JoinRequest.objects.waiting().filter(user=request.user).select_related("organisation")[:MOST]
    context = {
        "heading": "Your applications and grants",
        "tasks": to_do(
            request.user, organisations, drafts, submitted, running, is_new=is_empty and not asked
        ),
        "drafts": drafts,
        "submitted": submitted,
        "grants": running,
        "past_grants": past_grants,
        "page_obj": page,
        "several": len({one.organisation_id for one in [*shown, *running, *past_grants]}) > 1,
        "asked": asked,
        "is_empty": is_empty,
    }
    return render(request, "reports/homes/home.html", context)
