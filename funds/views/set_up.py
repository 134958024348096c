"""Steps of the set-up of a round: who may apply, for what, how it is judged, its terms, and a test run."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from .. import services
from ..forms import CriterionForm, ScaleForm, TermsForm, ThemesForm, WhoMayApplyForm
from .office import posted
from .steps import confirm, do, step, step_form, step_url, trail_of

CRITERIA = "office_round_criteria"


@step
def office_round_who(request, round):
    """Which types of organisation may apply."""
    return step_form(
        request,
        round,
        WhoMayApplyForm(posted(request), initial={"kinds": round.who_may_apply}),
        lambda kinds: services.set_who_may_apply(by=request.user, round=round, kinds=kinds),
        heading="Who may apply",
        template="funds/set_up/choose.html",
    )


@step
def office_round_themes(request, round):
    """Which of the fund's types of project the round takes."""
    return step_form(
        request,
        round,
        ThemesForm(posted(request), fund=round.fund, initial={"themes": round.themes.all()}),
        lambda themes: services.set_themes(by=request.user, round=round, themes=themes),
        heading="Types of project",
        template="funds/set_up/themes.html",
    )


@step
def office_round_terms(request, round):
    """The terms that every agreement of the round carries."""
    return step_form(
        request,
        round,
        TermsForm(posted(request), initial={"terms": round.terms}),
        lambda terms: services.update_round(by=request.user, round=round, terms=terms),
        heading="Terms",
    )


# -- Criteria ----------------------------------------------------------------------------------------------


@step
def office_round_criteria(request, round):
    """The round's own criteria, and whether the form asks about each."""
    return _criteria_page(request, round)


def _criteria_page(request, round, refusal=""):
    scored = set()
    if round.questionnaire:
        scored = set(round.questionnaire.questions.exclude(criterion="").values_list("criterion", flat=True))
    criteria = list(round.criteria.all())
    context = {
        "heading": "Criteria and weights",
        "round": round,
        "fund": round.fund,
        "criteria": criteria,
        "scored": scored,
        "total_weight": sum(criterion.weight for criterion in criteria if not criterion.is_pass_fail),
        "crumbs": trail_of(round),
        "page_errors": [refusal] if refusal else [],
    }
    return render(request, "funds/set_up/criteria.html", context, status=422 if refusal else 200)


@step
def office_round_criterion_new(request, round):
    """Add something that applications to this round are judged by."""
    return step_form(
        request,
        round,
        CriterionForm(posted(request)),
        lambda **fields: services.add_criterion(by=request.user, round=round, **fields),
        heading="Add a criterion",
        done="The criterion has been added",
        button="Add",
        back=CRITERIA,
        trail=[_criteria(round)],
    )


@step
def office_round_criterion(request, round, criterion):
    """Change a criterion of the round; its question in the form follows."""
    criterion = get_object_or_404(round.criteria, pk=criterion)
    facts = {name: getattr(criterion, name) for name in CriterionForm.base_fields}
    return step_form(
        request,
        round,
        CriterionForm(posted(request), initial=facts),
        lambda **fields: services.update_criterion(by=request.user, criterion=criterion, **fields),
        heading="Change the criterion",
        back=CRITERIA,
        trail=[_criteria(round)],
    )


@step
def office_round_criterion_delete(request, round, criterion):
    """Take a criterion off the round, after a question."""
    criterion = get_object_or_404(round.criteria, pk=criterion)
    return confirm(
        request,
        round,
        lambda: services.delete_criterion(by=request.user, criterion=criterion),
        heading=f"Delete the criterion “{criterion}”?",
        sentence="Its question stays in the form and is no longer scored. You cannot undo this.",
        button="Delete criterion",
        done="The criterion has been deleted",
        back=CRITERIA,
        trail=[_criteria(round)],
    )


@step
@require_POST
def office_round_criterion_ask(request, round, criterion):
    """Add the question about a criterion to the form."""
    criterion = get_object_or_404(round.criteria, pk=criterion)
    return do(
        request,
        round,
        lambda: services.ask_about_criterion(by=request.user, criterion=criterion),
        done="The question has been added to the form",
        back=CRITERIA,
        failed=lambda refusal: _criteria_page(request, round, refusal),
    )


def _criteria(round) -> tuple[str, str]:
    return "Criteria and weights", step_url(CRITERIA, round)


# -- The scale ---------------------------------------------------------------------------------------------


@step
def office_round_scale(request, round):
    """What each score means, from 0 upwards."""
    return step_form(
        request,
        round,
        ScaleForm(posted(request), initial={"descriptions": "\n".join(round.score_descriptions)}),
        lambda descriptions: services.set_scale(by=request.user, round=round, descriptions=descriptions),
        heading="Scale of the scores",
    )


# -- Trying it out -----------------------------------------------------------------------------------------


@step
def office_round_test(request, round):
    """Where to try the round out as an applicant would, and that somebody did."""
    context = {
        "heading": "Test run",
        "round": round,
        "fund": round.fund,
        "has_check": round.eligibility_questions.exists(),
        "has_changed": services.changed_since_test(round),
        "crumbs": trail_of(round),
    }

    def failed(refusal):
        return render(request, "funds/set_up/test.html", context | {"page_errors": [refusal]}, status=422)

    if request.method == "POST":
        return do(
            request,
            round,
            lambda: services.record_test(by=request.user, round=round),
            done="The test run has been recorded",
            back="office_round",
            failed=failed,
        )
    return render(request, "funds/set_up/test.html", context)
