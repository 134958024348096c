"""A question that is answered with a document, taking it off again, and handing it out."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from organisations.documents import FileRefused
from organisations.handing_out import hand_out
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken
from questionnaires.models import Question

from .. import services
from ..forms.files import QuestionOfFileForm
from .common import SAVED, context_of, find_application
from .steps import page_after, page_before, typed_revisions


def question_of_file(request, application, part, entry):
    """The page of one document: choose one again, upload one, or say when it will come (screens.md 3.9).

    Called by `application_question`, once it is clear that the question is asked.
    """
    form, uploaded = _form(request, application, entry), None
    if request.method == "POST":
        try:
            uploaded = _upload(request, application, entry, form)
            conflicts = _save(request, application, entry, form, uploaded)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            if conflicts:
                return redirect("application_conflict", application.reference, conflicts[0].mine.pk)
            response = None if form.errors else _onwards(request, application, part, entry, form, uploaded)
            if response is not None:
                return response
        # With the document and the revision that were stored, and what was typed and is wrong.
        entry = services.reading_of(application).by_key[entry.question.key]
        form = _again(request, application, entry, form, uploaded)
    question = entry.question
    context = context_of(
        application,
        heading=question.text,
        part=part,
        entry=entry,
        question=question,
        form=form,
        document=entry.shown.document,
        back_url=page_before(application, part, [entry]),
    )
    status = 422 if form.is_bound else 200
    return render(request, "applications/applicant/question_of_file.html", context, status=status)


def _form(request, application, entry, data=None):
    """The form. While the answer has a document that is fit, another can only be uploaded in its place."""
    document = entry.shown.document
    current = document if document and not document.is_infected else None
    value = entry.value if isinstance(entry.value, dict) else {}
    is_sent = request.method == "POST"
    return QuestionOfFileForm(
        entry.question,
        (data or request.POST) if is_sent else None,
        request.FILES if is_sent else None,
        current=current,
        offered=() if current else services.offered_documents(request.user, application, entry.question),
        later=value.get("later") or "",
    )


def _again(request, application, entry, before, uploaded):
    """The form once more after something was wrong: a good upload is chosen in it, for the next try."""
    data = request.POST.copy()
    if uploaded:
        data[before.chosen_name] = str(uploaded.pk)
    form = _form(request, application, entry, data)
    for name, errors in before.errors.items():
        form.add_error(name if name in form.fields else None, list(errors))
    return form


def _upload(request, application, entry, form):
    """The document that was uploaded; None for none. Raises RuleBroken when nothing may be saved at all."""
    if form.upload is None:
        return None
    try:
        return services.upload_document(
            by=request.user, application=application, question=entry.question, upload=form.upload
        )
    except FileRefused as refused:
        form.add_error(form.upload_name, str(refused))
        return None


def _save(request, application, entry, form, uploaded):
    """Store the answer, whatever can be kept of it. Gives the conflicts. Raises RuleBroken."""
    value = {"document": None, "later": ""}
    if document := uploaded or form.chosen or form.current:
        value["document"] = document.pk
    else:
        value["later"] = form.later
    if form.errors and (value == entry.value or not any(value.values())):
        return []  # a file that was refused changes nothing
    return services.save_answers(
        by=request.user,
        application=application,
        values={entry.question.key: value},
        revisions=typed_revisions(request.POST, [entry]),
    )


def _onwards(request, application, part, entry, form, uploaded):
    here = [application.reference, part.section.key, entry.question.key]
    if "later" in request.POST:
        messages.success(request, SAVED)
        return redirect("application", application.reference)
    then = request.GET.get("next") == "submit"
    if uploaded:
        messages.success(request, f"{uploaded.name} has been uploaded")
        query = "?" + urlencode({"next": "submit"}) if then else ""
        return redirect(reverse("application_question", args=here) + query)
    reading = services.reading_of(application)
    saved = reading.by_key[entry.question.key]
    for problem in saved.problems:
        form.add_error(form.later_name if problem.cell == "-later" else form.upload_name, problem.message)
    if saved.problems:
        return None
    if then:
        return redirect("application_submit", application.reference)
    return redirect(page_after(application, reading.part(part.section.key), [saved]))


@requires(Permission.APPLY)
def application_document_remove(request, ref, section, question):
    """Take the document off this application, after a question. It can be chosen again."""
    application = find_application(request, ref)
    reading = services.reading_of(application)
    part = reading.part(section)
    entry = reading.by_key.get(question)
    if part is None or entry not in part.entries or entry.question.kind != Question.Kind.FILE:
        raise Http404
    here = reverse("application_question", args=[application.reference, section, question])
    if request.method != "POST":
        if not services.may_write_now(request.user, application, part.section):
            return redirect("application_section", application.reference, section)
        if entry.shown.document is None:
            return redirect(here)
    context = context_of(
        application,
        heading="Remove this file from your application?",
        entry=entry,
        document=entry.shown.document,
        back_url=here,
        cancel_url=here,
    )
    if request.method == "POST":
        try:
            conflicts = services.save_answers(
                by=request.user,
                application=application,
                values={question: {"document": None, "later": ""}},
                revisions=typed_revisions(request.POST, [entry]),
            )
        except RuleBroken as broken:
            context["page_errors"] = [str(broken)]
        else:
            if conflicts:
                return redirect("application_conflict", application.reference, conflicts[0].mine.pk)
            messages.success(request, "The file has been removed. You can choose it again.")
            return redirect(here)
    status = 422 if context.get("page_errors") else 200
    return render(request, "applications/applicant/document_remove.html", context, status=status)


@requires(Permission.APPLY)
@require_safe
def application_document(request, ref, pk):
    """A document of an application, for those who take part in it."""
    application = find_application(request, ref)
    document = get_object_or_404(services.documents_of(application, with_history=True), pk=pk)
    back = reverse("application", args=[application.reference])
    return hand_out(request, document, back_url=back)
