"""Every question of a round before anyone signs in."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from funds.models import Round
from pcc_grants.lib.access import public

from ..forms.applicant import ProjectForm, SubmitForm


@public
def round_questions(request, fund, round):
    """The questions of the form, with limits and what a good answer covers, as the form asks them."""
    round = get_object_or_404(
        Round.objects.visible_to(request.user).select_related("fund"), fund__slug=fund, slug=round
    )
    context = {
        "heading": "All the questions",
        "round": round,
        "fund": round.fund,
        "project": ProjectForm(round=round),
        "declaration": SubmitForm(),
        "criteria": round.fund.criteria.all(),
        "back_url": reverse("round_page", args=[fund, round.slug]),
    }
    return render(request, "applications/applicant/questions.html", context)
