"""The office's pages that change sections and questions of a questionnaire."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from pcc_grants.lib.rules import RuleBroken

from .. import services
from ..forms import KindForm, PlaceForm, QuestionForm, SectionForm, take_off_row
from ..models import Question, Questionnaire, Section
from ..services.drawing_up import SECTION_FIELDS
from .common import confirm_page, find_questionnaire, form_page, in_use, posted, show_form
from .office import manages

DELETED = "This cannot be undone."


def _section(questionnaire, pk) -> Section:
    return get_object_or_404(questionnaire.sections, pk=pk)


def _question(questionnaire, pk) -> Question:
    return get_object_or_404(questionnaire.questions.select_related("section", "depends_on"), pk=pk)


# -- Sections ------------------------------------------------------------------------------------------------


@manages
def office_section_new(request, pk):
    """Add a section at the end."""
    questionnaire = find_questionnaire(request, pk)
    if away := in_use(request, questionnaire):
        return away
    return form_page(
        request,
        questionnaire,
        SectionForm(posted(request)),
        lambda form: services.add_section(by=request.user, questionnaire=questionnaire, **form.cleaned_data),
        heading="Add a section",
        done="The section has been added",
        button="Add section",
    )


@manages
def office_section_edit(request, pk, section):
    """Change the words of a section."""
    questionnaire = find_questionnaire(request, pk)
    section = _section(questionnaire, section)
    if away := in_use(request, questionnaire):
        return away
    return form_page(
        request,
        questionnaire,
        SectionForm(posted(request), initial={name: getattr(section, name) for name in SECTION_FIELDS}),
        lambda form: services.change_section(by=request.user, section=section, **form.cleaned_data),
        heading="Change the section",
        done="The section has been changed",
    )


@manages
def office_section_delete(request, pk, section):
    """Delete a section with its questions, after a question."""
    questionnaire = find_questionnaire(request, pk)
    section = questionnaire.sections.filter(pk=section).first()
    if section is None:
        return _gone(request, questionnaire)
    if away := in_use(request, questionnaire):
        return away
    count = section.questions.count()
    questions = "It has no questions." if not count else f"Its {count} questions go with it."
    return confirm_page(
        request,
        questionnaire,
        lambda: services.delete_section(by=request.user, section=section),
        heading=f"Delete the section “{section}”?",
        sentence=f"{'Its 1 question goes with it.' if count == 1 else questions} {DELETED}",
        button="Delete section",
        done="The section has been deleted",
    )


# -- Questions -----------------------------------------------------------------------------------------------


@manages
def office_question_new(request, pk, section):
    """First what kind of answer a new question takes."""
    questionnaire = find_questionnaire(request, pk)
    section = _section(questionnaire, section)
    if away := in_use(request, questionnaire):
        return away
    form = KindForm(posted(request))
    if request.method == "POST" and form.is_valid():
        return redirect("office_question_new_of_kind", pk, section.pk, form.cleaned_data["kind"])
    return _kind_page(request, questionnaire, section, form)


@manages
def office_question_new_of_kind(request, pk, section, kind):
    """Then the question, with what this kind needs."""
    questionnaire = find_questionnaire(request, pk)
    section = _section(questionnaire, section)
    if kind not in Question.Kind.values:
        raise Http404
    if away := in_use(request, questionnaire):
        return away
    earlier = _before(questionnaire, section.position)
    return _question_page(
        request,
        questionnaire,
        section,
        {"kind": kind, "earlier": earlier, "criteria": services.criteria_of(questionnaire)},
        lambda facts: services.add_question(by=request.user, section=section, **facts),
        heading="Add a question",
        done="The question has been added",
        button="Add question",
    )


@manages
def office_question_edit(request, pk, question):
    """Change a question; `?kind=` makes it one of another kind."""
    questionnaire = find_questionnaire(request, pk)
    question = _question(questionnaire, question)
    if away := in_use(request, questionnaire):
        return away
    kind = request.GET.get("kind", question.kind)
    if kind not in Question.Kind.values:
        raise Http404
    criteria = services.criteria_of(questionnaire)
    if question.criterion and question.criterion not in criteria:
        criteria[question.criterion] = f"{question.criterion}, which the round does not score"
    earlier = _before(questionnaire, question.section.position, question.position)
    return _question_page(
        request,
        questionnaire,
        question.section,
        {"kind": kind, "earlier": earlier, "criteria": criteria, "question": question},
        lambda facts: services.change_question(by=request.user, question=question, **facts),
        heading="Change the question",
        done="The question has been changed",
        button="Save",
    )


@manages
def office_question_kind(request, pk, question):
    """Make a question one of another kind: which kind, and then its form."""
    questionnaire = find_questionnaire(request, pk)
    question = _question(questionnaire, question)
    if away := in_use(request, questionnaire):
        return away
    form = KindForm(posted(request), initial={"kind": question.kind})
    if request.method == "POST" and form.is_valid():
        address = reverse("office_question_edit", args=[pk, question.pk])
        return redirect(f"{address}?kind={form.cleaned_data['kind']}")
    return _kind_page(request, questionnaire, question.section, form)


@manages
def office_question_place(request, pk, question):
    """Move a question to another section."""
    questionnaire = find_questionnaire(request, pk)
    question = _question(questionnaire, question)
    if away := in_use(request, questionnaire):
        return away
    others = questionnaire.sections.exclude(pk=question.section_id).order_by("position")
    return form_page(
        request,
        questionnaire,
        PlaceForm(posted(request), sections=others),
        lambda form: services.move_question_to(by=request.user, question=question, **form.cleaned_data),
        heading="Which section does the question move to?",
        caption=question.text,
        done="The question has been moved",
        button="Move question",
        is_headed=True,
    )


@manages
def office_question_delete(request, pk, question):
    """Delete a question, after a question."""
    questionnaire = find_questionnaire(request, pk)
    question = questionnaire.questions.filter(pk=question).first()
    if question is None:
        return _gone(request, questionnaire)
    if away := in_use(request, questionnaire):
        return away
    return confirm_page(
        request,
        questionnaire,
        lambda: services.delete_question(by=request.user, question=question),
        heading=f"Delete the question “{question}”?",
        sentence=DELETED,
        button="Delete question",
        done="The question has been deleted",
    )


def _gone(request, questionnaire):
    """What was deleted already: the second of two posts changes nothing."""
    if request.method != "POST":
        raise Http404
    messages.success(request, "It has been deleted already")
    return redirect("office_questionnaire", questionnaire.pk)


def _kind_page(request, questionnaire, section, form):
    return show_form(
        request,
        questionnaire,
        form,
        heading="What kind of answer does the question take?",
        caption=section.title,
        is_headed=True,
        button="Continue",
        cancel_url=reverse("office_questionnaire", args=[questionnaire.pk]),
    )


def _question_page(request, questionnaire, section, about, save, *, heading, done, button):
    """The form of a question: show it, with a row more or less when asked for, or hand it to `save`."""
    context = {
        "heading": heading,
        "caption": f"{section.title}: {Question.Kind(about['kind']).label}",
        "button": button,
        "cancel_url": reverse("office_questionnaire", args=[questionnaire.pk]),
        "kind_url": _kind_url(questionnaire, about),
    }
    form = QuestionForm(posted(request), **about)
    if form.is_bound and ("add" in request.POST or "remove" in request.POST):
        typed = form.typed()
        take_off_row(request.POST.get("remove", ""), typed)
        blank = int("add" in request.POST)
        return show_form(
            request, questionnaire, QuestionForm(**about, typed=typed, blank_rows=blank), **context
        )
    if form.is_bound and form.is_valid():
        try:
            save(form.facts())
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, done)
            return redirect("office_questionnaire", questionnaire.pk)
    return show_form(request, questionnaire, form, **context)


def _kind_url(questionnaire, about) -> str:
    """Where another kind is chosen for a question that is there and that may be of another kind."""
    question = about.get("question")
    if question is None or question.fact:
        return ""
    return reverse("office_question_kind", args=[questionnaire.pk, question.pk])


def _before(questionnaire: Questionnaire, section: int, position: int | None = None) -> list[Question]:
    """The questions before a place; without a position, before the end of a section."""
    questions = questionnaire.questions.select_related("section").order_by("section__position", "position")
    return [
        question
        for question in questions
        if question.section.position < section
        or (question.section.position == section and (position is None or question.position < position))
    ]
