"""The form of a round in preparation: which questions it has, for its criteria and its years."""

from django.db import transaction
from django.db.models import F, Max

from audit.models import Event
from audit.services import record
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from questionnaires.models import Question, Questionnaire, Section
from questionnaires.services import contents, copy, discard
from questionnaires.services.drawing_up import locked_for_change

from ..models import Criterion, Round
from ..standard_form import PROJECT, costs_of, question_about
from . import preparing
from .changing import lock_round

NO_FORM = "Choose the questions of the form first."
FOLLOWS = ("text", "name", "guidance", "word_limit")  # of a criterion, what its question follows


class _Same(Exception):
    """The new form is the one that the round has."""


# -- Which form ------------------------------------------------------------------------------------------


@transaction.atomic
def choose_standard_form(*, by, round, brief: bool = False) -> Questionnaire:
    """Start the questions of a round again from the standard form of its fund, or from its short form.

    What had been changed is gone. Nothing changes when the round has exactly this form. Raises RuleBroken
    once it is published.
    """
    form = "the short form" if brief else "the standard form"
    return _choose(by, round, form, lambda found: preparing.draw_up_form(by=by, round=found, brief=brief))


@transaction.atomic
def choose_copied_form(*, by, round, source: Round) -> Questionnaire:
    """Start the questions of a round again from those of another round, of any fund.

    They become the next version of this fund's form. A question that is scored for a criterion which this
    round does not have is no longer scored, and the budget has as many years as the round. Raises RuleBroken.
    """
    if source.questionnaire_id is None or source.pk == round.pk:
        raise RuleBroken("Select a round whose questions you want to copy")
    return _choose(by, round, f"a copy of {source}", lambda found: take_copy(by, source, found))


def take_copy(by, source: Round, round: Round) -> Questionnaire:
    """A copy of the questions of `source` becomes the form of `round`, and goes with it."""
    made = copy(
        by=by,
        questionnaire=source.questionnaire,
        family=preparing.family_of(round),
        name=preparing.name_of_form(round),
    )
    made.purpose = preparing.purpose_of(round)
    made.save(update_fields=["purpose"])
    keys = list(round.criteria.values_list("key", flat=True))
    made.questions.exclude(criterion="").exclude(criterion__in=keys).update(criterion="")
    _fit_costs(made, round.years)
    round.questionnaire = made
    round.save(update_fields=["questionnaire"])
    return made


def _choose(by, round, form: str, make) -> Questionnaire:
    round = lock_round(by, round)
    before = round.questionnaire
    try:
        with transaction.atomic():
            made = make(round)
            if before is not None and contents(made) == contents(before):
                raise _Same
    except _Same:
        return before
    record(
        "round.form_chosen",
        round,
        f"{by} chose {form} for {round}.",
        by=by,
        changes={"questionnaire": [before.pk if before else None, made.pk]},
    )
    if before is not None:
        discard(before)
    return made


# -- Its years -------------------------------------------------------------------------------------------


@transaction.atomic
def fit_budget(*, by, round) -> None:
    """Let the form ask for a budget for each year of the round, and for no other. Raises RuleBroken."""
    round = lock_round(by, round)
    questionnaire = lock_form(by, round)
    if _fit_costs(questionnaire, round.years):
        record(
            "questionnaire.changed",
            questionnaire,
            f"{by} fitted the budget of {questionnaire} to {round.years} years.",
            by=by,
        )


def _fit_costs(questionnaire: Questionnaire, years: int) -> bool:
    """Ask for the costs of each year. Whether anything changed."""
    present = list(questionnaire.questions.filter(kind=Question.Kind.COSTS).order_by("year", "position"))
    if not present or [question.year or 1 for question in present] == list(range(1, years + 1)):
        return False
    section, kept = present[0].section, {}
    for question in present:
        year = question.year or 1
        if year > years or year in kept:
            question.delete()
        else:
            kept[year] = question
    after = max((question.position for question in kept.values()), default=0)
    missing = [facts for facts in costs_of(years) if facts["year"] not in kept]
    later = section.questions.filter(position__gt=after)
    later.update(position=F("position") + len(missing))
    for place, facts in enumerate(missing, start=after + 1):
        key = free_key(questionnaire.questions, facts["key"])
        section.questions.create(questionnaire=questionnaire, position=place, **(facts | {"key": key}))
    for question in kept.values():  # "What will you spend the money on?" becomes "… in year 1?" and back
        _reword(question, {facts["year"]: facts for facts in costs_of(years)}[question.year or 1])
    return True


def _reword(question: Question, facts: dict) -> None:
    standing = {"What will you spend the money on?", "What will you spend the money on in year 1?"}
    if question.text in standing:
        question.text, question.name = facts["text"], facts["name"]
        question.save(update_fields=["text", "name"])


# -- Its criteria ----------------------------------------------------------------------------------------


@transaction.atomic
def ask_about_criterion(*, by, criterion: Criterion) -> Question:
    """Add the question about a criterion of a round to the form, as a section of its own.

    A question that was asked about it before is scored again. One that is there already stays. Raises
    RuleBroken.
    """
    round = lock_round(by, criterion.round)
    questionnaire = lock_form(by, round)
    if asked := questionnaire.questions.filter(criterion=criterion.key).first():
        return asked
    facts = question_about(criterion)
    asked = questionnaire.questions.filter(key=facts["key"], kind=facts["kind"]).first()
    if asked:
        asked.criterion = criterion.key
        asked.save(update_fields=["criterion"])
    else:
        facts["key"] = free_key(questionnaire.questions, facts["key"])
        section = _section_after_project(questionnaire, criterion)
        asked = section.questions.create(questionnaire=questionnaire, position=1, **facts)
    record(
        "questionnaire.changed",
        questionnaire,
        f"{by} added the question about “{criterion}” to {questionnaire}.",
        by=by,
    )
    return asked


def follow_criterion(by, criterion: Criterion, before: dict) -> None:
    """Let the question about a criterion of a round follow a change of it, where nobody worded it otherwise.

    `before` is what `question_about` said of it.
    """
    now = question_about(criterion)
    changed = [fact for fact in FOLLOWS if now[fact] != before[fact]]
    round = criterion.round
    if not changed or round.questionnaire_id is None:
        return
    for question in round.questionnaire.questions.filter(criterion=criterion.key, kind=now["kind"]):
        follows = [fact for fact in changed if getattr(question, fact) == before[fact]]
        if follows:
            questionnaire = locked_for_change(by, round.questionnaire)
            Question.objects.filter(pk=question.pk).update(**{fact: now[fact] for fact in follows})
            record(
                "questionnaire.changed",
                questionnaire,
                f"The question “{now['text']}” followed the criterion “{criterion}”.",
                by=by,
            )


def forget_criterion(by, round: Round, key: str) -> None:
    """Its questions stay in the form, and are no longer scored."""
    if round.questionnaire_id and round.questionnaire.questions.filter(criterion=key).exists():
        questionnaire = locked_for_change(by, round.questionnaire)
        questionnaire.questions.filter(criterion=key).update(criterion="")
        record(
            "questionnaire.changed",
            questionnaire,
            f"Nothing in {questionnaire} is scored for “{key}” any more.",
            by=by,
        )


def lock_form(by, round: Round) -> Questionnaire:
    """The form of a locked round, for a change of it. Raises RuleBroken."""
    if round.questionnaire is None:
        raise RuleBroken(NO_FORM)
    return locked_for_change(by, round.questionnaire)


def _section_after_project(questionnaire: Questionnaire, criterion: Criterion) -> Section:
    """A new section for a criterion: the last one about the project."""
    sections = questionnaire.sections
    last = (
        sections.filter(group=PROJECT).aggregate(last=Max("position"))["last"]
        or sections.aggregate(last=Max("position"))["last"]
        or 0
    )
    sections.filter(position__gt=last).update(position=F("position") + 1)
    return sections.create(
        key=free_key(sections, f"about-{criterion.key}"),
        position=last + 1,
        title=criterion.name[:150],
        group=PROJECT,
    )


def free_key(rows, base: str) -> str:
    """'need', 'need-2': a key that no other row has."""
    taken = set(rows.values_list("key", flat=True))
    number, key = 1, base[:60]
    while key in taken:
        number += 1
        key = f"{base[:56]}-{number}"
    return key


# -- Trying it out ---------------------------------------------------------------------------------------


@transaction.atomic
def record_test(*, by, round) -> Round:
    """Somebody tried the form out. The same person again, with the form as it was, changes nothing."""
    round = lock_round(by, round)
    lock_form(by, round)
    if round.tested_by_id == by.pk and not changed_since_test(round):
        return round
    round.tested_at, round.tested_by = clock.now(), by
    round.save(update_fields=["tested_at", "tested_by"])
    record("round.tested", round, f"{by} tried out the form of {round}.", by=by)
    return round


def changed_since_test(round: Round) -> bool:
    """Whether the form was changed, or another was chosen, after somebody tried it out."""
    if round.tested_at is None or round.questionnaire is None:
        return False
    return Event.objects.about(round.questionnaire).filter(at__gt=round.tested_at).exists()
