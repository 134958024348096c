"""A form as applicants will see it, for the office to try out: nothing of it is stored.

What was typed is carried in the session of the person who tries it, and the rules of the round are applied.
"""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.permissions import Permission
from organisations.documents import FileRefused, inspected
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken
from questionnaires.forms import AnswersForm, take_off_row
from questionnaires.kinds import Asking, Problem, asking_with, read
from questionnaires.models import Question, Questionnaire
from questionnaires.reading import NOT_NEEDED, Reading, read_typed
from questionnaires.services import require_storable

from ..forms.files import QuestionOfFileForm
from ..services import asking_of
from ..services.completeness import add_rules

IN_SESSION = "form_preview"  # {"questionnaire": primary key, "values": {question key: what was typed}}
NO_ROUND = [("1", "The first type of project of the round"), ("2", "The second type of project of the round")]
reads = requires(Permission.READ_FUNDS, write=Permission.MANAGE_FUNDS)


@reads
def office_questionnaire_preview(request, pk):
    """The task list as applicants will see it. Posting forgets what was typed."""
    questionnaire = _find(request, pk)
    if request.method == "POST":
        request.session.pop(IN_SESSION, None)
        messages.success(request, "What you typed has been cleared")
        return redirect("office_questionnaire_preview", pk)
    values = _values(request, questionnaire)
    reading = _read(questionnaire, values)
    context = _context(
        questionnaire,
        heading="Preview as applicant",
        groups=[
            (heading, [_task(questionnaire, part) for part in parts if part.entries])
            for heading, parts in reading.groups
        ],
        has_typed=bool(values),
        may_try=request.user.may(Permission.MANAGE_FUNDS),
        back_url=reverse("office_questionnaire", args=[pk]),
        back_label="The questions",
    )
    return render(request, "questionnaires/preview.html", context)


@reads
def office_questionnaire_preview_page(request, pk, section, question):
    """One page of the form. "Save and continue" says what applicants would be told, and stores nothing."""
    questionnaire = _find(request, pk)
    values = _values(request, questionnaire)
    reading = _read(questionnaire, values)
    part = reading.part(section)
    if part is None or question not in {entry.question.key for entry in part.entries}:
        raise Http404
    entries = part.page_of(question)
    if entries is None:  # what was typed earlier says that it is not asked
        return redirect("office_questionnaire_preview", pk)
    is_file = entries[0].question.kind == Question.Kind.FILE
    if is_file:
        form = _form_of_file(request, entries[0])
    elif request.method == "POST":
        form = AnswersForm(entries, reading.asking, request.POST)
    else:
        form = AnswersForm(entries, reading.asking, blank_rows=int("add" in request.GET) + 1)
    if form.is_bound:
        try_out = _try_file_out if is_file else _try_out
        response = try_out(request, questionnaire, part, entries, form, values)
        if response is not None:
            return response
    before = part.key_before(entries)
    context = _context(
        questionnaire,
        heading=entries[0].question.text if len(entries) == 1 else part.section.title,
        part=part,
        form=form,
        is_single=len(entries) == 1,
        is_file=is_file,
        question=entries[0].question,
        may_try=request.user.may(Permission.MANAGE_FUNDS),
        next_url=_after(questionnaire, part, entries),
        back_url=_page_url(questionnaire, part, before) if before else _list_url(questionnaire),
    )
    status = 422 if form.is_bound else 200
    return render(request, "questionnaires/preview_page.html", context, status=status)


def _try_out(request, questionnaire, part, entries, form, values):
    """Carry what was typed along. Where to go next, or None when the page has something to say first."""
    typed = form.values()
    take_off_row(request.POST.get("remove", ""), {e.name: typed[e.question.key] for e in entries})
    try:
        for entry in entries:
            require_storable(entry.question, typed[entry.question.key])
    except RuleBroken as broken:
        form.add_error(None, str(broken))
        return None
    values = _carry(request, questionnaire, values | typed)
    here = _page_url(questionnaire, part, entries[0].question.key)
    if {"add", "remove", "totals"} & set(request.POST):
        return redirect(f"{here}?add=yes" if "add" in request.POST else here)
    reading = _read(questionnaire, values)
    judged = [reading.by_key[entry.question.key] for entry in entries]
    if any(entry.problems for entry in judged):
        form.show_problems(judged)
        return None
    return redirect(_after(questionnaire, reading.part(part.section.key), entries))


def _form_of_file(request, entry) -> QuestionOfFileForm:
    is_sent = request.method == "POST"
    later = entry.value.get("later", "") if isinstance(entry.value, dict) else ""
    data, files = (request.POST, request.FILES) if is_sent else (None, None)
    return QuestionOfFileForm(entry.question, data, files, later=later)


def _try_file_out(request, questionnaire, part, entries, form, values):
    """The same for a document: it is looked into, and not kept."""
    [entry] = entries
    value, problems = {"document": None, "later": form.later}, []
    if form.upload is not None:
        try:
            with inspected(form.upload) as found:
                value = {"document": None, "later": "", "name": found.name}
        except FileRefused as refused:
            problems = [Problem(str(refused))]
    else:
        _, problems = read(entry.question, value, Asking())
    for problem in problems:
        form.add_error(form.later_name if problem.cell == "-later" else form.upload_name, problem.message)
    if problems:
        return None
    _carry(request, questionnaire, values | {entry.question.key: value})
    return redirect(_after(questionnaire, part, entries))


def _carry(request, questionnaire, values: dict) -> dict:
    request.session[IN_SESSION] = {"questionnaire": questionnaire.pk, "values": values}
    return values


def _find(request, pk) -> Questionnaire:
    return get_object_or_404(Questionnaire.objects.visible_to(request.user), pk=pk)


def _values(request, questionnaire) -> dict:
    """What this person typed into this form, on whatever page."""
    kept = request.session.get(IN_SESSION) or {}
    return kept["values"] if kept.get("questionnaire") == questionnaire.pk else {}


def _read(questionnaire, values) -> Reading:
    """The form with what was typed, judged as applicants' answers are: by the rules of its round, too."""
    round = questionnaire.rounds.select_related("fund").order_by("-closes_at").first()
    reading = read_typed(questionnaire, asking_of(round) if round else _asking_without_round(), values)
    if round:
        add_rules(round, reading)
    return reading


def _asking_without_round() -> Asking:
    asking = asking_with()
    asking.options[Question.Source.THEMES] = NO_ROUND
    return asking


def _task(questionnaire, part) -> dict:
    state = part.state
    if state == NOT_NEEDED:
        return {"title": part.section.title, "url": "", "status": NOT_NEEDED}
    url = _page_url(questionnaire, part, part.pages()[0][0].question.key)
    return {"title": part.section.title, "url": url, "status": state}


def _page_url(questionnaire, part, key: str) -> str:
    return reverse("office_questionnaire_preview_page", args=[questionnaire.pk, part.section.key, key])


def _list_url(questionnaire) -> str:
    return reverse("office_questionnaire_preview", args=[questionnaire.pk])


def _after(questionnaire, part, entries) -> str:
    following = part.key_after(entries)
    return _page_url(questionnaire, part, following) if following else _list_url(questionnaire)


def _context(questionnaire, **more) -> dict:
    return {"questionnaire": questionnaire} | more
