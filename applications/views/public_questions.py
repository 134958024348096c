"""Everybody's questions about a round: asked, answered by the office, published for all."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.permissions import Permission
from funds.models import Round
from pcc_grants.lib.access import public, requires
from pcc_grants.lib.personal_data import findings
from pcc_grants.lib.rules import RuleBroken

from .. import services
from ..forms.asking import AnswerForm, AskForm, PublicQuestionFilter
from ..models import PublicQuestion
from ..services.completeness import closed_sentence
from .common import posted

PAGE = 25


def _round(request, fund, round) -> Round:
    rounds = Round.objects.visible_to(request.user).select_related("fund")
    return get_object_or_404(rounds, fund__slug=fund, slug=round)


@public
def round_answers(request, fund, round):
    """What was asked about a round and answered for everybody, the newest first."""
    round = _round(request, fund, round)
    published = round.public_questions.published().order_by("-published_at", "-pk")
    context = {
        "heading": "Questions and answers",
        "round": round,
        "fund": round.fund,
        "page_obj": Paginator(published, PAGE).get_page(request.GET.get("page")),
        "may_ask": not round.has_closed
        and round.published_at is not None
        and (not request.user.is_authenticated or request.user.may(Permission.APPLY)),
        "back_url": reverse("round_page", args=[round.fund.slug, round.slug]),
    }
    return render(request, "applications/public/answers.html", context)


@requires(Permission.APPLY)
def round_ask(request, fund, round):
    """Ask about a round until it closes; what the person asked before, with the answers."""
    round = get_object_or_404(Round.objects.published().select_related("fund"), fund__slug=fund, slug=round)
    form = AskForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.ask_about_round(by=request.user, round=round, text=form.cleaned_data["text"])
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, "We have your question. We will write to you when it is answered.")
            return redirect("round_ask", round.fund.slug, round.slug)
    own = round.public_questions.filter(asked_by=request.user).order_by("-pk")
    context = {
        "heading": "Ask a question",
        "round": round,
        "fund": round.fund,
        "form": form,
        "closed": closed_sentence(round) if round.has_closed else "",
        "page_obj": Paginator(own, PAGE).get_page(request.GET.get("page")),
        "back_url": reverse("round_page", args=[round.fund.slug, round.slug]),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "applications/public/ask.html", context, status=status)


@requires(Permission.READ_APPLICATIONS)
def office_questions(request):
    """Applicants' questions about rounds: those that wait, the oldest first; or those answered."""
    filter_form = PublicQuestionFilter(request.GET or None)
    filter_form.is_valid()
    state = getattr(filter_form, "cleaned_data", {}).get("state") or "waiting"
    found = PublicQuestion.objects.visible_to(request.user).select_related("round__fund", "asked_by")
    if state == "waiting":
        found = found.waiting().order_by("asked_at", "pk")
    elif state == "answered":
        found = found.exclude(published_at=None, closed_at=None).order_by(
            F("published_at").desc(nulls_last=True), "-closed_at", "-pk"
        )
    else:
        found = found.order_by("-asked_at", "-pk")
    context = {
        "heading": "Applicants’ questions",
        "filter_form": filter_form,
        "state": state,
        "page_obj": Paginator(found, PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "applications/office/questions.html", context)


@requires(Permission.READ_APPLICATIONS, write=Permission.MANAGE_APPLICATIONS)
def office_question(request, pk):
    """One question: its answer, or the form to answer it, once."""
    questions = PublicQuestion.objects.visible_to(request.user)
    question = get_object_or_404(questions.select_related("round__fund", "asked_by", "answered_by"), pk=pk)
    form = AnswerForm(posted(request), initial={"wording": question.asked_text})
    if request.method == "POST" and form.is_valid():
        try:
            _answer(request.user, question, form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, "The answer has been sent")
            return redirect("office_questions")
    typed = " ".join(form.data.get(name, "") for name in ("wording", "answer")) if form.is_bound else ""
    if not findings(typed or question.asked_text):
        del form.fields["checked"]
    context = {
        "heading": "Answer a question" if question.is_waiting else "Question and answer",
        "crumbs": [("Applicants’ questions", reverse("office_questions"))],
        "question": question,
        "found": findings(question.asked_text),
        "may_answer": question.is_waiting and request.user.may(Permission.MANAGE_APPLICATIONS),
        "form": form,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "applications/office/question.html", context, status=status)


def _answer(by, question, given) -> None:
    if given["audience"] == "asker":
        services.answer_in_private(by=by, question=question, answer=given["answer"])
        return
    services.answer_in_public(
        by=by,
        question=question,
        wording=given["wording"],
        answer=given["answer"],
        checked=given["checked"],
    )
