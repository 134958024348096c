"""Steps of the set-up of a round: its questions, and the documents that applicants send."""

from django.db.models import Count
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from questionnaires.models import Question

from .. import services
from ..forms import DocumentForm, QuestionsForm
from ..services import preparing
from .office import posted
from .steps import confirm, do, step, step_form, step_url, trail_of

QUESTIONS, DOCUMENTS = "office_round_questions", "office_round_documents"


@step
def office_round_questions(request, round):
    """The form of the round: its sections, and what is missing in it."""
    return _questions_page(request, round)


def _questions_page(request, round, refusal=""):
    sections = []
    if round.questionnaire:
        sections = round.questionnaire.sections.annotate(asked=Count("questions")).order_by("position")
    gaps = [gap.sentence for gap in preparing.gaps(round) if gap.step == "questions"]
    context = {
        "heading": "Questions",
        "round": round,
        "fund": round.fund,
        "questionnaire": round.questionnaire,
        "sections": sections,
        "gaps": gaps,
        "budget_differs": round.questionnaire is not None and preparing.budget_differs(round),
        "crumbs": trail_of(round),
        "page_errors": [refusal] if refusal else [],
    }
    return render(request, "funds/set_up/questions.html", context, status=422 if refusal else 200)


@step
def office_round_start_again(request, round):
    """Start the questions again: from the standard form, the short one, or those of another round."""

    def save(start, source):
        if start == QuestionsForm.COPY:
            services.choose_copied_form(by=request.user, round=round, source=source)
        else:
            brief = start == QuestionsForm.SHORT
            services.choose_standard_form(by=request.user, round=round, brief=brief)

    return step_form(
        request,
        round,
        QuestionsForm(posted(request), round=round),
        save,
        heading="Start the questions again",
        done="The questions have been replaced",
        button="Replace the questions",
        back=QUESTIONS,
        trail=[_questions(round)],
        template="funds/set_up/start_again.html",
    )


@step
@require_POST
def office_round_budget_fit(request, round):
    """Let the form ask for a budget for each year of the round."""
    return do(
        request,
        round,
        lambda: services.fit_budget(by=request.user, round=round),
        done="The budget of the form has been changed",
        back=QUESTIONS,
        failed=lambda refusal: _questions_page(request, round, refusal),
    )


def _questions(round) -> tuple[str, str]:
    return "Questions", step_url(QUESTIONS, round)


# -- Documents ---------------------------------------------------------------------------------------------


@step
def office_round_documents(request, round):
    """The documents that the form asks for, and the usual ones that it does not."""
    return _documents_page(request, round)


def _documents_page(request, round, refusal=""):
    context = {
        "heading": "Documents",
        "round": round,
        "fund": round.fund,
        "documents": services.documents_of(round) if round.questionnaire else [],
        "usual": services.usual_documents(round) if round.questionnaire else [],
        "crumbs": trail_of(round),
        "page_errors": [refusal] if refusal else [],
    }
    return render(request, "funds/set_up/documents.html", context, status=422 if refusal else 200)


@step
@require_POST
def office_round_document_usual(request, round):
    """Ask for one of the usual documents."""
    key = request.POST.get("document", "")
    return do(
        request,
        round,
        lambda: services.add_usual_document(by=request.user, round=round, key=key),
        done="The document has been added",
        back=DOCUMENTS,
        failed=lambda refusal: _documents_page(request, round, refusal),
    )


@step
def office_round_document_new(request, round):
    """Ask for a document in the office's own words."""
    form = DocumentForm(posted(request))
    return step_form(
        request,
        round,
        form,
        lambda **_: services.add_document(by=request.user, round=round, **form.facts()),
        heading="Add another document",
        done="The document has been added",
        button="Add",
        back=DOCUMENTS,
        trail=[_documents(round)],
    )


@step
def office_round_document(request, round, question):
    """Change what is said about a document, or whether it must be sent."""
    document = _document(round, question)
    form = DocumentForm(posted(request), initial=DocumentForm.facts_of(document))
    return step_form(
        request,
        round,
        form,
        lambda **_: services.update_document(by=request.user, round=round, document=document, **form.facts()),
        heading="Change the document",
        back=DOCUMENTS,
        trail=[_documents(round)],
    )


@step
def office_round_document_remove(request, round, question):
    """Ask for a document no longer, after a question."""
    document = _document(round, question)
    return confirm(
        request,
        round,
        lambda: services.remove_document(by=request.user, round=round, document=document),
        heading=f"Stop asking for “{document.text}”?",
        sentence="You can add it again until the round is published.",
        button="Remove document",
        done="The document has been removed",
        back=DOCUMENTS,
        trail=[_documents(round)],
    )


def _document(round, pk) -> Question:
    return get_object_or_404(services.documents_of(round), pk=pk)


def _documents(round) -> tuple[str, str]:
    return "Documents", step_url(DOCUMENTS, round)
