"""Questions of assessors to the office about an application that they score."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.permissions import Permission
from applications import services
from applications.forms.moderating import AnswerForm, QuestionForm
from applications.models import AssessorQuestion
from applications.services.assessor_questions import is_open
from applications.services.scores import is_blind
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken

from .assess import _own
from .recommend import _application, application_crumbs, posted, status_of


@requires(Permission.READ_ASSESSMENTS, write=Permission.ASSESS)
def assess_ask(request, pk):
    """Ask the office about an application, while scoring it."""
    assessment = get_object_or_404(_own(request.user), pk=pk)
    form = QuestionForm(posted(request))
    if request.method != "POST" and not is_open(assessment):
        return redirect("assessment", pk=pk)
    if request.method == "POST" and form.is_valid():
        try:
            services.ask_office(by=request.user, assessment=assessment, **form.cleaned_data)
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Your question has been sent. We will email you the answer.")
            return redirect("assessment", pk=pk)
    context = {
        "heading": "Ask the office a question",
        "assessment": assessment,
        "application": assessment.application,
        "form": form,
        "back_url": reverse("assessment", args=[pk]),
    }
    return render(request, "applications/assess/ask.html", context, status=status_of(form))


@requires(Permission.READ_APPLICATIONS)
def office_assessor_questions(request, ref):
    """What assessors have asked about an application, and our answers."""
    application = _application(request, ref)
    hidden = is_blind(application, request.user)
    questions = AssessorQuestion.objects.filter(assessment__application=application)
    context = {
        "heading": "Questions from assessors",
        "application": application,
        "scores_hidden": hidden,
        "questions": [] if hidden else questions.select_related("assessment__assessor", "answered_by"),
        "may_answer": request.user.may(Permission.MANAGE_APPLICATIONS),
        "crumbs": application_crumbs(application),
    }
    return render(request, "applications/office/assessor_questions.html", context)


@requires(Permission.MANAGE_APPLICATIONS)
def office_assessor_question(request, ref, pk):
    """Answer one question of an assessor."""
    application = _application(request, ref)
    rows = AssessorQuestion.objects.filter(assessment__application=application)
    question = get_object_or_404(rows.select_related("assessment__assessor"), pk=pk)
    form = AnswerForm(posted(request))
    if request.method != "POST" and (question.answered_at or is_blind(application, request.user)):
        return redirect("office_assessor_questions", ref=ref)
    if request.method == "POST" and form.is_valid():
        try:
            services.answer_assessor(by=request.user, question=question, **form.cleaned_data)
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"Your answer has been sent to {question.assessment.assessor}")
            return redirect("office_assessor_questions", ref=ref)
    context = {
        "heading": "Answer an assessor",
        "application": application,
        "question": question,
        "form": form,
        "crumbs": [
            *application_crumbs(application),
            ("Questions from assessors", reverse("office_assessor_questions", args=[ref])),
        ],
    }
    return render(request, "applications/office/assessor_question.html", context, status=status_of(form))
