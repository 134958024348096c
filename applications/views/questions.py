"""Every question of a round before anyone signs in: as a page, in Word and as a PDF."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from funds.models import Round
from office.models import OfficeSettings
from pcc_grants.lib import clock
from pcc_grants.lib.access import public
from pcc_grants.lib.downloads import PDF, WORD, file_response
from pcc_grants.lib.money import format_money
from questionnaires.papers import (
    Declaration,
    QuestionsPaper,
    questions_pdf,
    questions_word,
    sections_on_paper,
)
from questionnaires.reading import read_questions

from ..forms.submitting import SubmitForm
from ..services import asking_of

WHO_SIGNS = "Someone who may sign for the organisation says:"


@public
def round_questions(request, fund, round):
    """The questions of the form, with limits and what a good answer covers, as the form asks them."""
    round = _round(request, fund, round)
    context = {
        "heading": "All the questions",
        "round": round,
        "fund": round.fund,
        "paper": _paper(round),
        "back_url": reverse("round_page", args=[fund, round.slug]),
    }
    return render(request, "applications/questions.html", context)


@public
def round_questions_pdf(request, fund, round):
    """The same questions as a tagged PDF."""
    round = _round(request, fund, round)
    return file_response(questions_pdf(_paper(round)), _file_name(round, "pdf"), PDF)


@public
def round_questions_docx(request, fund, round):
    """The same questions in Word, with room to draft the answers."""
    round = _round(request, fund, round)
    return file_response(questions_word(_paper(round)), _file_name(round, "docx"), WORD)


def _round(request, fund, slug) -> Round:
    rounds = Round.objects.visible_to(request.user).with_state().select_related("fund", "questionnaire")
    round = get_object_or_404(rounds, fund__slug=fund, slug=slug)
    if round.questionnaire is None:
        raise Http404
    return round


def _file_name(round, ending: str) -> str:
    return f"{round.fund.slug} {round.slug} questions.{ending}"


def _paper(round) -> QuestionsPaper:
    office = OfficeSettings.objects.current()
    fields = SubmitForm.base_fields
    return QuestionsPaper(
        title=f"All the questions: {round}",
        office=office.office_name if office else "Office of the Police and Crime Commissioner",
        introduction="These are the questions of the form. You do not need an account to read them, and you"
        " can draft your answers before you start.",
        facts=tuple(_facts(round)),
        sections=sections_on_paper(read_questions(round.questionnaire, asking_of(round)), _criteria(round)),
        declaration=Declaration(
            WHO_SIGNS,
            tuple(label for _, label in fields["declarations"].choices),
            (fields["signed_name"].label, fields["signed_role"].label),
        ),
    )


def _facts(round):
    """What answers must keep to."""
    most, years = format_money(round.maximum), round.years
    first, last = (clock.format_date(day) for day in (round.projects_start_on, round.projects_end_on))
    verb = "Closed" if round.has_closed else "Closes"
    yield verb, clock.format_deadline(round.closes_at)
    yield "The most you can ask for", most if years == 1 else f"{most} for each of up to {years} years"
    yield "Projects run", f"from {first} to {last}"


def _criteria(round) -> dict[str, str]:
    """How answers are judged, by key of the criterion: with its weight where weights differ."""
    criteria = list(round.criteria.all())
    weights = [criterion.weight for criterion in criteria if not criterion.is_pass_fail]
    found = {}
    for criterion in criteria:
        if criterion.is_pass_fail:
            found[criterion.key] = f"Passed or not for {criterion}"
            continue
        share = f" (weight {criterion.weight} of {sum(weights)})" if len(set(weights)) > 1 else ""
        found[criterion.key] = f"Scored from 0 to {round.highest_score} for {criterion}{share}"
    return found
