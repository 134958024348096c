"""The questionnaires of the office: the list of versions, one version, its order, and a copy to change."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken

from .. import services
from ..forms import QuestionnaireFilter
from ..kinds import asking_with
from ..models import Questionnaire
from ..papers import sections_on_paper
from ..reading import read_questions
from .common import crumbs, find_questionnaire

PAGE = 25
manages = requires(Permission.MANAGE_FUNDS)


@requires(Permission.READ_FUNDS)
def office_questionnaires(request):
    """Every version of every set of questions, the latest first within its family."""
    filter_form = QuestionnaireFilter(request.GET or None)
    wanted = filter_form.cleaned_data if filter_form.is_valid() else {}
    found = Questionnaire.objects.visible_to(request.user)
    if wanted.get("purpose"):
        found = found.filter(purpose=wanted["purpose"])
    elif filter_form.is_bound and filter_form.errors:
        found = found.none()
    rows = (
        found.annotate(asked=Count("questions"))
        .prefetch_related("rounds__fund")
        .order_by("name", "family", "-version")
    )
    context = {
        "heading": "Questions",
        "filter_form": filter_form,
        "page_obj": Paginator(rows, PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "questionnaires/office_list.html", context)


@requires(Permission.READ_FUNDS)
def office_questionnaire(request, pk):
    """One version: its sections and questions, and whether they can be changed."""
    questionnaire = find_questionnaire(request, pk)
    rounds = list(questionnaire.rounds.select_related("fund").order_by("-closes_at"))
    reading = read_questions(questionnaire, asking_with(rounds[0].offered_themes if rounds else ()))
    return render(
        request, "questionnaires/office_detail.html", _context(request, questionnaire, rounds, reading)
    )


def _context(request, questionnaire, rounds, reading) -> dict:
    may_manage = request.user.may(Permission.MANAGE_FUNDS)
    papers = sections_on_paper(reading, _judged(questionnaire))
    facts = {entry.question.pk: entry.question for entry in reading.by_key.values()}
    return {
        "heading": str(questionnaire),
        "crumbs": crumbs(),
        "questionnaire": questionnaire,
        "rounds": rounds,
        "sections": [
            {
                "section": section,
                "place": place,
                "questions": [
                    {"question": question, "row": facts[question.pk], "place": index}
                    for index, question in enumerate(section.questions, start=1)
                ],
            }
            for place, section in enumerate(papers, start=1)
        ],
        "may_manage": may_manage,
        "may_change": may_manage and not questionnaire.is_frozen,
        "waiting": questionnaire.copies.filter(frozen_at=None).order_by("-version").first(),
    }


def _judged(questionnaire) -> dict[str, str]:
    """What answers are judged for, by key of the criterion; how stands in the set-up of the round."""
    return {key: f"Judged for {name}" for key, name in services.criteria_of(questionnaire).items()}


@manages
@require_http_methods(["POST"])
def office_questionnaire_copy(request, pk):
    """The next version of questions in use, to change it; the one that waits already, when there is one."""
    made = services.copy_to_change(by=request.user, questionnaire=find_questionnaire(request, pk))
    messages.success(request, f"This is version {made.version}, which you can change")
    return redirect("office_questionnaire", made.pk)


@manages
@require_http_methods(["POST"])
def office_questionnaire_move(request, pk):
    """Move a section or a question: its button says which, and to which place, like section=12:3.

    Sent twice, it moves once.
    """
    questionnaire = find_questionnaire(request, pk)
    back = reverse("office_questionnaire", args=[pk])
    try:
        if "section" in request.POST:
            section, to = _named(questionnaire.sections, request.POST["section"])
            services.move_section(by=request.user, section=section, to=to)
            return redirect(f"{back}#section-{section.pk}")
        question, to = _named(questionnaire.questions, request.POST.get("question", ""))
        services.move_question(by=request.user, question=question, to=to)
    except RuleBroken as broken:
        messages.error(request, str(broken))
        return redirect(back)
    return redirect(f"{back}#question-{question.pk}")


def _named(rows, text: str):
    """The row and the place that a button names."""
    pk, _, to = text.partition(":")
    if not all(part.isascii() and part.isdecimal() and len(part) < 19 for part in (pk, to)):
        raise Http404
    row = rows.filter(pk=int(pk)).first()
    if row is None:
        raise Http404
    return row, int(to)
