"""An assessor's look at their own scores of a round, beside the others'."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from accounts.permissions import Permission
from applications import services
from applications.models import Assessment
from funds.models import Round
from pcc_grants.lib.access import requires


@requires(Permission.READ_ASSESSMENTS)
def assess_calibration(request, pk):
    """How one scores against the others who scored the same applications, after submitting."""
    own = Assessment.objects.visible_to(request.user).filter(assessor=request.user, application__round=pk)
    if not own.exists():
        raise Http404
    round = get_object_or_404(Round.objects.select_related("fund"), pk=pk)
    submitted = own.filter(status=Assessment.Status.SUBMITTED).count()
    rows = services.calibration(user=request.user, round=round) if submitted else []
    context = {
        "heading": "Your scores beside the others’",
        "round": round,
        "submitted": submitted,
        "to_score": own.filter(status=Assessment.Status.ASSIGNED).count(),
        "rows": [row for row in rows if not row.criterion.is_pass_fail],
        "passed_or_not": [row for row in rows if row.criterion.is_pass_fail],
        "crumbs": [("Your assessments", reverse("assess_home"))],
    }
    return render(request, "applications/assess/calibration.html", context)
