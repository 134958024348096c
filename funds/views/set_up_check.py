"""The step of the set-up of a round in which its check before applying is written."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from .. import services
from ..forms import EligibilityQuestionForm
from ..models import EligibilityQuestion
from .office import posted
from .steps import confirm, do, step, step_form, step_url, trail_of

CHECK = "office_round_check"


@step
def office_round_check(request, round):
    """The questions of the check, in their order."""
    return _check_page(request, round)


def _check_page(request, round, refusal=""):
    questions = list(round.eligibility_questions.all())
    texts = {question.key: question.text for question in questions}
    Asks = EligibilityQuestion.Asks
    context = {
        "heading": "Eligibility check",
        "round": round,
        "fund": round.fund,
        "rows": [
            {
                "question": question,
                "place": place,
                "up": place - 1,
                "down": place + 1,
                "after": texts.get(question.only_if, ""),
            }
            for place, question in enumerate(questions, start=1)
        ],
        "asks_type": any(question.asks == Asks.ORGANISATION for question in questions),
        "crumbs": trail_of(round),
        "page_errors": [refusal] if refusal else [],
    }
    return render(request, "funds/set_up/check.html", context, status=422 if refusal else 200)


@step
def office_round_check_new(request, round):
    """Add a question to the check."""
    form = EligibilityQuestionForm(posted(request), earlier=_yes_no(round.eligibility_questions.all()))
    return step_form(
        request,
        round,
        form,
        lambda **_: services.add_eligibility_question(by=request.user, round=round, **form.facts()),
        heading="Add a question",
        done="The question has been added",
        button="Add",
        back=CHECK,
        trail=[_check(round)],
    )


@step
def office_round_check_question(request, round, question):
    """Change a question of the check."""
    question = get_object_or_404(round.eligibility_questions, pk=question)
    earlier = _yes_no(round.eligibility_questions.filter(position__lt=question.position))
    form = EligibilityQuestionForm(
        posted(request), earlier=earlier, initial=EligibilityQuestionForm.facts_of(question)
    )
    return step_form(
        request,
        round,
        form,
        lambda **_: services.update_eligibility_question(by=request.user, question=question, **form.facts()),
        heading="Change the question",
        back=CHECK,
        trail=[_check(round)],
    )


@step
def office_round_check_delete(request, round, question):
    """Take a question off the check, after a question."""
    question = get_object_or_404(round.eligibility_questions, pk=question)
    return confirm(
        request,
        round,
        lambda: services.delete_eligibility_question(by=request.user, question=question),
        heading=f"Delete “{question}”?",
        sentence="You cannot undo this.",
        button="Delete question",
        done="The question has been deleted",
        back=CHECK,
        trail=[_check(round)],
    )


@step
@require_POST
def office_round_check_move(request, round, question):
    """Put a question at another place of the check."""
    question = get_object_or_404(round.eligibility_questions, pk=question)
    place = request.POST.get("place", "")
    if not (place.isascii() and place.isdigit() and len(place) < 4):
        return _check_page(request, round, "Select where to move the question")
    return do(
        request,
        round,
        lambda: services.place_eligibility_question(by=request.user, question=question, place=int(place)),
        done="The question has been moved",
        back=CHECK,
        failed=lambda refusal: _check_page(request, round, refusal),
    )


@step
def office_round_check_usual(request, round):
    """Replace the check by the usual questions, after a question."""
    return confirm(
        request,
        round,
        lambda: services.use_usual_check(by=request.user, round=round),
        heading="Use the usual questions?",
        sentence="The questions of the check are replaced by the usual ones. You cannot undo this.",
        button="Use the usual questions",
        done="The check has the usual questions",
        back=CHECK,
        trail=[_check(round)],
        warning=False,
    )


def _yes_no(questions):
    return questions.filter(asks=EligibilityQuestion.Asks.YES_NO)


def _check(round) -> tuple[str, str]:
    return "Eligibility check", step_url(CHECK, round)
