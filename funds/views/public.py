"""Find funding: what is open, what a fund is for, and how a round works. Nobody needs to sign in."""

from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from accounts.permissions import Permission
from pcc_grants.lib.access import public

from ..eligibility import Check
from ..models import Fund, Round
from ..services import documents_of

PAGE = 25


@public
def funding(request):
    """Open, opening soon and closed rounds, in this order."""
    rounds = Round.objects.published().in_order_of_interest().select_related("fund")
    page = Paginator(rounds, PAGE).get_page(request.GET.get("page"))
    return render(request, "funds/funding.html", {"heading": "Find funding", "page_obj": page})


@public
def fund_page(request, fund):
    """What a fund is for, and its rounds."""
    fund = get_object_or_404(Fund.objects.visible_to(request.user), slug=fund)
    rounds = fund.rounds.published().in_order_of_interest().prefetch_related("extensions")
    context = {
        "heading": fund.name,
        "fund": fund,
        "themes": fund.themes.all(),
        "page_obj": Paginator(rounds, PAGE).get_page(request.GET.get("page")),
        "back_url": reverse("funding"),
        "back_label": "Find funding",
    }
    return render(request, "funds/fund.html", context)


@public
def round_page(request, fund, round):
    """Everything an applicant needs to know before applying to one round."""
    round = get_object_or_404(
        Round.objects.visible_to(request.user).with_state().select_related("fund"),
        fund__slug=fund,
        slug=round,
    )
    criteria = list(round.criteria.all())
    check = Check.of(round, request.session)
    context = {
        "heading": round.fund.name,
        "fund": round.fund,
        "round": round,
        "themes": round.offered_themes,
        "criteria": [criterion for criterion in criteria if not criterion.is_pass_fail],
        "passed_or_not": [criterion for criterion in criteria if criterion.is_pass_fail],
        "equal_weights": len({one.weight for one in criteria if not one.is_pass_fail}) <= 1,
        "total_weight": sum(one.weight for one in criteria if not one.is_pass_fail),
        "scale": [f"{score}: {words}" for score, words in enumerate(round.score_descriptions)],
        "kinds": round.kinds_that_may_apply,
        "documents": documents_of(round),
        "last_round": _last_round(round),
        "has_check": bool(check.questions),
        "has_checked": request.user.is_authenticated and check.may_apply,
        "may_apply": not request.user.is_authenticated or request.user.may(Permission.APPLY),
        "back_url": reverse("funding"),
        "back_label": "Find funding",
    }
    return render(request, "funds/round.html", context)


def _last_round(round):
    """The fund's latest decided round before this one, with how many applied and were funded."""
    return (
        round.fund.rounds.published()
        .filter(closes_at__lt=round.closes_at)
        .annotate(
            applied=Count("applications", filter=~Q(applications__submitted_at=None)),
            funded=Count(
                "applications",
                filter=Q(applications__status="approved", applications__outcome_released_at__isnull=False),
            ),
        )
        .filter(funded__gt=0)
        .order_by("-closes_at")
        .first()
    )
