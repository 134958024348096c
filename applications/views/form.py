"""The form itself: a page of questions, the end of a section, autosave, and two people on one answer."""

from django.contrib import messages
from django.http import Http404, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.permissions import Permission
from pcc_grants.lib import clock
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken
from questionnaires.comparing import compare
from questionnaires.forms import AnswersForm, take_off_row
from questionnaires.kinds import show
from questionnaires.models import AnswerVersion, Question
from questionnaires.services import remove_comment

from .. import services
from ..forms.answers import ChooseAnswerForm, CommentForm, CompleteForm
from ..services.offers import offers_for
from .common import SAVED, context_of, find_application, posted, start_of
from .files import question_of_file
from .steps import (
    conflict_address,
    page_after,
    page_before,
    revision_name,
    typed_revision,
    typed_revisions,
)

CHANGED_AGAIN = "The other answer has been changed again. Look at both before you choose."


@requires(Permission.APPLY)
@never_cache  # back from the next page, it knows what was saved
def application_question(request, ref, section, question):
    """One page of questions. What was typed is stored whatever it is; "Save and continue" judges it after."""
    application = find_application(request, ref)
    reading = services.reading_of(application)
    part = reading.part(section)
    if part is None or question not in {entry.question.key for entry in part.entries}:
        raise Http404
    entries = part.page_of(question)
    if entries is None:  # an earlier answer says that it is not asked
        return redirect("application_section", application.reference, section)
    if request.method != "POST" and not services.may_write_now(request.user, application, part.section):
        return redirect("application_section", application.reference, section)
    if entries[0].question.kind == Question.Kind.FILE:
        return question_of_file(request, application, part, entries[0])
    offers = offers_for(application, entries)
    if request.method == "POST":
        form = AnswersForm(entries, reading.asking, request.POST)
        response = _save(request, application, part, entries, form)
        if response is not None:
            return response
        reading = services.reading_of(application)  # with the revisions that were just stored
        part = reading.part(section)
        entries = [reading.by_key[entry.question.key] for entry in entries]
    else:
        blank = int("add" in request.GET) + 1
        form = AnswersForm(entries, reading.asking, offers=offers, blank_rows=blank)
    context = context_of(
        application,
        heading=entries[0].question.text if len(entries) == 1 else part.section.title,
        part=part,
        entries=entries,
        form=form,
        is_single=len(entries) == 1,
        offers=[] if form.is_bound else list(offers.values_with_sentences()),
        page_key=entries[0].question.key,
        totals=services.totals_of(application, reading) if "totals" in request.GET else None,
        back_url=page_before(application, part, entries),
    )
    status = 422 if form.is_bound else 200
    return render(request, "applications/applicant/question.html", context, status=status)


def _save(request, application, part, entries, form):
    """Store what was typed. Where to go next, or None when the page has something to say first."""
    values = form.values()
    take_off_row(
        request.POST.get("remove", ""), {entry.name: values[entry.question.key] for entry in entries}
    )
    try:
        conflicts = services.save_answers(
            by=request.user,
            application=application,
            values=values,
            revisions=typed_revisions(request.POST, entries),
        )
    except RuleBroken as broken:
        form.add_error(None, str(broken))
        return None
    here = [application.reference, part.section.key, entries[0].question.key]
    if conflicts:
        return redirect(conflict_address(application, [conflict.mine.pk for conflict in conflicts]))
    if shown := [button for button in ("add", "remove", "totals") if button in request.POST]:
        return redirect(reverse("application_question", args=here, query={shown[0]: "yes"}))
    if "later" in request.POST:
        messages.success(request, SAVED)
        return redirect(start_of(application))
    reading = services.reading_of(application)
    saved = [reading.by_key[entry.question.key] for entry in entries]
    if any(entry.problems for entry in saved):
        form.show_problems(saved)
        return None
    if request.GET.get("next") == "submit":
        return redirect("application_submit", application.reference)
    return redirect(page_after(application, reading.part(part.section.key), entries))


# -- The end of a section ------------------------------------------------------------------------------------


@requires(Permission.APPLY)
def application_section(request, ref, section):
    """All answers of a section; whether it is complete; what colleagues say about it."""
    application = find_application(request, ref)
    reading = services.reading_of(application)
    part = reading.part(section)
    if part is None:
        raise Http404
    may_write = services.may_write_now(request.user, application, part.section)
    form = CompleteForm(posted(request), initial={"complete": "yes" if part.is_ticked else None})
    gaps = []
    if request.method == "POST" and form.is_valid():
        complete = form.cleaned_data["complete"] == "yes"
        gaps = [gap for gap in services.gaps_of(reading) if gap.section_key == section] if complete else []
        if not gaps:
            try:
                services.tick_section(
                    by=request.user, application=application, section=part.section, complete=complete
                )
            except RuleBroken as broken:
                form.add_error(None, str(broken))
            else:
                return redirect(start_of(application))
    context = context_of(
        application,
        heading=part.section.title,
        part=part,
        form=form if may_write else None,
        may_write=may_write,
        gaps=[(gap.message, gap.url(application.reference)) for gap in gaps],
        page_errors=[gap.message for gap in gaps],
        totals=services.totals_of(application, reading) if _has_budget(part) else None,
        comments=_comments(application, part),
        comment_form=CommentForm(),
        back_url=start_of(application),
    )
    status = 422 if request.method == "POST" else 200
    return render(request, "applications/applicant/section.html", context, status=status)


def _has_budget(part) -> bool:
    return any(entry.question.kind == Question.Kind.COSTS for entry in part.asked)


def _comments(application, part):
    return (
        application.response.comments.filter(section=part.section, removed_at=None)
        .select_related("by")
        .order_by("pk")
    )


@requires(Permission.APPLY)
def application_comment(request, ref, section):
    """Add a comment for colleagues to a section; what was typed stays when it cannot be stored."""
    application = find_application(request, ref)
    part = services.reading_of(application).part(section)
    if part is None:
        raise Http404
    back = reverse("application_section", args=[application.reference, section])
    form = CommentForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.add_comment(
                by=request.user, application=application, section=part.section, **form.cleaned_data
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            return redirect(back + "#comments")
    context = context_of(application, heading="Add a comment", form=form, part=part, back_url=back)
    status = 422 if form.errors else 200
    return render(request, "applications/applicant/comment.html", context, status=status)


@requires(Permission.APPLY)
@require_http_methods(["POST"])
def application_comment_remove(request, ref, pk):
    """Take back a comment of one's own."""
    application = find_application(request, ref)
    comment = get_object_or_404(
        application.response.comments.select_related("section"), pk=pk, by=request.user
    )
    remove_comment(by=request.user, comment=comment)
    messages.success(request, "Your comment has been removed")
    return redirect("application_section", application.reference, comment.section.key)


# -- While typing --------------------------------------------------------------------------------------------


@requires(Permission.APPLY)
@require_http_methods(["PATCH"])
def application_autosave(request, ref):
    """Store a page while it is being typed: PATCH with the page's own fields, `section` and `question`.

    Answers {"saved_at": "2:14pm", "revisions": {…}}; with 409 when a colleague changed an answer meanwhile:
    what was typed is kept aside, and saving shows both.
    """
    application = find_application(request, ref)
    data = QueryDict(request.body, encoding="utf-8")
    reading = services.reading_of(application)
    part = reading.part(data.get("section", ""))
    entries = part.page_of(data.get("question", "")) if part else None
    if not entries or entries[0].question.kind == Question.Kind.FILE:  # a file is only uploaded by a button
        raise Http404
    form = AnswersForm(entries, reading.asking, data)
    try:
        conflicts = services.save_answers(
            by=request.user,
            application=application,
            values=form.values(),
            revisions=typed_revisions(data, entries),
            how=AnswerVersion.How.AUTOSAVED,
        )
    except RuleBroken as broken:
        return JsonResponse({"message": str(broken)}, status=422)
    if conflicts:
        at = clock.format_time(conflicts[0].theirs.changed_at)
        sentence = f"Someone else saved a different answer at {at}. Save this page to see both."
        return JsonResponse({"message": sentence}, status=409)
    revisions = {
        answer.question.key: answer.revision
        for answer in application.response.answers.select_related("question").filter(
            question__in=[entry.question.pk for entry in entries]
        )
    }
    return JsonResponse({"saved_at": clock.format_time(clock.now()), "revisions": revisions})


@requires(Permission.APPLY)
def application_conflict(request, ref, pk):
    """Two answers to one question, side by side: keep mine, keep theirs, or edit a combined one.

    `then` in the address are the other answers that met on the same page: each is chosen in its turn.
    """
    application = find_application(request, ref)
    version = get_object_or_404(
        application.response.versions.select_related("question__section"),
        pk=pk,
        by=request.user,
        how=AnswerVersion.How.SET_ASIDE,
    )
    question = version.question
    theirs = get_object_or_404(application.response.answers.select_related("changed_by"), question=question)
    is_text = question.kind in (Question.Kind.LONG_TEXT, Question.Kind.SHORT_TEXT)
    seen, shown = revision_name(question), {revision_name(question): theirs.revision}
    form = ChooseAnswerForm(
        request.POST.dict() | shown if request.method == "POST" else None,
        initial=shown,
        seen=seen,
        combined=version.value if is_text else None,
    )
    here = reverse("application_question", args=[application.reference, question.section.key, question.key])
    others = [one for one in request.GET.getlist("then") if one.isascii() and one.isdecimal()]
    onwards = conflict_address(application, others) if others else here
    if request.method == "POST" and form.is_valid():
        choice = form.cleaned_data["choice"]
        if choice == "theirs":
            return redirect(onwards)
        value = form.cleaned_data["combined"] if choice == "combined" else version.value
        how = AnswerVersion.How.COMBINED if choice == "combined" else AnswerVersion.How.SAVED
        try:
            conflicts = services.save_answers(
                by=request.user,
                application=application,
                values={question.key: value},
                revisions={question.key: typed_revision(request.POST, question)},
                how=how,
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            if conflicts:  # somebody saved once more while both were being looked at
                messages.error(request, CHANGED_AGAIN)
                return redirect(conflict_address(application, [conflicts[0].mine.pk, *others]))
            return redirect(onwards)
    asking = services.asking_of(application.round, application.organisation)
    context = context_of(
        application,
        heading="Someone else saved a different answer",
        question=question,
        theirs=theirs,
        form=form,
        change=compare(question, theirs.value, version.value, asking),
        back_url=here,
    )
    return render(
        request, "applications/applicant/conflict.html", context, status=422 if form.errors else 200
    )


# -- History -------------------------------------------------------------------------------------------------


@requires(Permission.APPLY)
def application_history(request, ref, section, question):
    """Every earlier answer to one question, the latest first, each of which can be restored."""
    application = find_application(request, ref)
    asked = get_object_or_404(
        Question.objects.select_related("section"),
        questionnaire=application.response.questionnaire_id,
        section__key=section,
        key=question,
    )
    may_write = services.may_write_now(request.user, application, asked.section)
    page_errors = []
    if request.method == "POST":
        pk = request.POST.get("version", "")
        version = get_object_or_404(
            application.response.versions.select_related("question"),
            question=asked,
            pk=int(pk) if pk.isascii() and pk.isdecimal() and len(pk) < 19 else 0,
        )
        try:
            services.restore_answer(by=request.user, application=application, version=version)
        except RuleBroken as broken:
            page_errors = [str(broken)]
        else:
            messages.success(request, "The earlier answer has been restored")
            return redirect("application_question", application.reference, section, question)
    asking = services.asking_of(application.round, application.organisation)
    versions = application.response.versions.filter(question=asked).select_related("by")[:100]
    context = context_of(
        application,
        heading="Earlier answers",
        question=asked,
        versions=[(version, show(asked, version.value, asking)) for version in versions],
        may_write=may_write,
        page_errors=page_errors,
        back_url=reverse("application_section", args=[application.reference, section]),
    )
    return render(request, "applications/applicant/history.html", context, status=422 if page_errors else 200)
