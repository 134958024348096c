"""The set-up of a round as a list of steps: how far each is, and what they store."""

from dataclasses import dataclass

from django.db import transaction

from audit.services import record
from organisations.models import Organisation
from pcc_grants.lib import clock
from pcc_grants.lib.clock import format_date
from pcc_grants.lib.money import format_money
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean_line
from questionnaires.models import Question

from ..models import Round, Route
from . import preparing
from .changing import lock_round
from .round_forms import changed_since_test

COMPLETED, NOT_STARTED, PROBLEM = "Completed", "Not yet started", "There is a problem"
FEWEST_SCORES, MOST_SCORES, LONGEST_DESCRIPTION = 2, 11, 100
SCALE_FIXED = (
    "This round is published, so its scale stays as it is. Applicants were told how they are scored."
)
NOT_NEEDED, CANNOT_START, READY = "Not needed", "Cannot start yet", "Ready"


# -- Who may apply, and for what -------------------------------------------------------------------------


@transaction.atomic
def set_who_may_apply(*, by, round, kinds) -> Round:
    """The types of organisation that a round takes; none means every type. Raises RuleBroken."""
    round = lock_round(by, round)
    if unknown := set(kinds) - set(Organisation.Kind.values):
        raise RuleBroken(f"There is no type of organisation “{sorted(unknown)[0]}”.")
    chosen = [kind for kind in Organisation.Kind.values if kind in kinds]
    if chosen != round.who_may_apply:
        before, round.who_may_apply = round.who_may_apply, chosen
        round.save(update_fields=["who_may_apply"])
        record(
            "round.changed", round, f"{by} changed who may apply to {round}.", by=by,
            changes={"who_may_apply": [before, chosen]},
        )  # fmt: skip
    return round


@transaction.atomic
def set_themes(*, by, round, themes) -> Round:
    """The types of project that a round takes, of its fund's; none means all of them. Raises RuleBroken."""
    round = lock_round(by, round)
    chosen = {theme.pk for theme in themes}
    if any(theme.fund_id != round.fund_id for theme in themes):
        raise RuleBroken(f"Select types of project of the {round.fund}.")
    before = set(round.themes.values_list("pk", flat=True))
    if chosen != before:
        usual_before = preparing.usual_check(round)
        round.themes.set(chosen)
        preparing.keep_check_up(round, usual_before)
        record(
            "round.changed", round, f"{by} changed the types of project of {round}.", by=by,
            changes={"themes": [sorted(before), sorted(chosen)]},
        )  # fmt: skip
    return round


# -- The scale of the scores -----------------------------------------------------------------------------


@transaction.atomic
def set_scale(*, by, round, descriptions) -> Round:
    """What each score of a round means, from 0 upwards: 2 to 11 of them. Raises RuleBroken once published."""
    round = lock_round(by, round, fixed=SCALE_FIXED)
    chosen = [clean_line(description) for description in descriptions]
    if not FEWEST_SCORES <= len(chosen) <= MOST_SCORES:
        raise RuleBroken(
            f"A scale has {FEWEST_SCORES} to {MOST_SCORES} scores, one a line. This one has {len(chosen)}."
        )
    for score, words in enumerate(chosen):
        if not words:
            raise RuleBroken(f"Enter what a score of {score} means")
        if len(words) > LONGEST_DESCRIPTION:
            raise RuleBroken(
                f"What a score of {score} means must be {LONGEST_DESCRIPTION} characters or fewer"
            )
    if chosen != round.score_descriptions:
        before, round.score_descriptions = round.score_descriptions, chosen
        round.save(update_fields=["score_descriptions"])
        record(
            "round.changed", round, f"{by} changed the scale of the scores of {round}.", by=by,
            changes={"score_descriptions": [before, chosen]},
        )  # fmt: skip
    return round


# -- The steps -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One step of the set-up: which, how far it is, and a line about it."""

    name: str
    title: str
    status: str
    hint: str = ""


def steps_of(round: Round) -> list[Step]:
    """The task list of a round in preparation (issue 3), in its order. Publishing comes last."""
    gaps = preparing.gaps(round)
    by_step: dict[str, list[str]] = {}
    for gap in gaps:
        by_step.setdefault(gap.step, []).append(gap.sentence)
    found = [
        _dates(round),
        _who(round),
        _themes(round),
        _criteria(round, by_step.get("criteria", [])),
        _scale(round),
        _questions(round, by_step.get("questions", [])),
        _documents(round),
        _check(round),
        _checklist(round),
        _terms(by_step.get("terms", [])),
        _test(round),
    ]
    can_start = not gaps and found[0].status == COMPLETED
    found.append(Step("publish", "Publish this round", READY if can_start else CANNOT_START))
    return found


def documents_of(round: Round):
    """The documents that the form asks for, in its order."""
    return (
        Question.objects.filter(questionnaire=round.questionnaire_id, kind=Question.Kind.FILE)
        .select_related("depends_on", "section")
        .order_by("section__position", "position")
    )


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _dates(round: Round) -> Step:
    passed = round.closes_at <= clock.now()
    most = format_money(round.maximum) + (f" a year for {round.years} years" if round.years > 1 else "")
    hint = (
        "The closing time has passed. Change it before you publish this round."
        if passed
        else f"Up to {most}. Closes {clock.format_deadline(round.closes_at)}."
    )
    return Step("dates", "Dates and maximum", PROBLEM if passed else COMPLETED, hint)


def _who(round: Round) -> Step:
    named = ", ".join(round.kinds_that_may_apply)
    return Step("who", "Who may apply", COMPLETED, named or "Every type of organisation")


def _themes(round: Round) -> Step:
    every, chosen = round.fund.themes.count(), round.themes.count()
    if not every:
        return Step("themes", "Types of project", NOT_NEEDED, "The fund has no types of project.")
    hint = f"{chosen} of the {every} types of the fund" if chosen else f"All {every} types of the fund"
    return Step("themes", "Types of project", COMPLETED, hint)


def _criteria(round: Round, problems: list[str]) -> Step:
    if problems:
        return Step("criteria", "Criteria and weights", NOT_STARTED, problems[0])
    criteria = list(round.criteria.all())
    if not criteria:
        return Step("criteria", "Criteria and weights", NOT_NEEDED, "Nobody scores the business cases.")
    weights = [criterion.weight for criterion in criteria if not criterion.is_pass_fail]
    said = [_count(len(criteria), "criterion", "criteria")]
    if passed := len(criteria) - len(weights):
        said.append(f"{passed} passed or not")
    if weights:
        said.append("equal weights" if len(set(weights)) == 1 else f"weights of {sum(weights)} in all")
    return Step("criteria", "Criteria and weights", COMPLETED, ", ".join(said))


def _scale(round: Round) -> Step:
    return Step("scale", "Scale of the scores", COMPLETED, f"0 to {round.highest_score}")


def _questions(round: Round, problems: list[str]) -> Step:
    if round.questionnaire is None:
        return Step("questions", "Questions", NOT_STARTED, problems[0])
    sections = _count(round.questionnaire.sections.count(), "section")
    questions = _count(round.questionnaire.questions.count(), "question")
    if problems:
        return Step("questions", "Questions", PROBLEM, problems[0])
    return Step("questions", "Questions", COMPLETED, f"{questions} in {sections}")


def _documents(round: Round) -> Step:
    asked = documents_of(round).count()
    if not asked:
        return Step("documents", "Documents", NOT_STARTED, "None is asked for. You can publish without any.")
    return Step("documents", "Documents", COMPLETED, _count(asked, "document"))


def _check(round: Round) -> Step:
    asked = round.eligibility_questions.count()
    if asked:
        return Step("check", "Eligibility check", COMPLETED, _count(asked, "question"))
    if round.is_by_invitation or round.fund.route == Route.ALLOCATED:
        return Step("check", "Eligibility check", NOT_NEEDED, "Applicants are invited.")
    return Step("check", "Eligibility check", NOT_STARTED, "No questions. You can publish without a check.")


def _checklist(round: Round) -> Step:
    items, needed = round.check_items.count(), len(round.diligence_needed)
    if not items and not needed:
        return Step("checklist", "Checklist for officers", NOT_STARTED, "It is empty. You can publish so.")
    diligence = f"due diligence of {_count(needed, 'kind')}" if needed else "no due diligence"
    return Step("checklist", "Checklist for officers", COMPLETED, f"{_count(items, 'line')}, {diligence}")


def _terms(problems: list[str]) -> Step:
    return Step("terms", "Terms", NOT_STARTED if problems else COMPLETED)


def _test(round: Round) -> Step:
    if round.tested_at is None:
        return Step("test", "Test run", NOT_STARTED, "You can publish without one.")
    when = f"{round.tested_by} tried the form out on {format_date(round.tested_at)}."
    if changed_since_test(round):
        return Step("test", "Test run", "In progress", f"{when} It has changed since.")
    return Step("test", "Test run", COMPLETED, when)
