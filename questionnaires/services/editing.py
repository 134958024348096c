"""Changing a questionnaire that is not in use yet: its sections and questions, each change in the trail."""

from itertools import count

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from accounts.permissions import Permission
from audit.services import record
from pcc_grants.lib.changing import apply_changes
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean, clean_line

from ..kinds import COLUMN_KINDS
from ..models import Question, Questionnaire, Section
from .drawing_up import RESERVED, SECTION_FIELDS, copy, locked_for_change
from .rules import ONLY_OF, check_question, check_whole

Kind = Question.Kind
# What an officer says of a question: `options` as labels, `columns` as (label, kind).
QUESTION_FACTS = (
    "text", "name", "empty", "hint", "guidance", "required", "word_limit", "options", "source", "columns",
    "criterion", "is_offered_again", "depends_on", "shown_if",
)  # fmt: skip
# Lists, assessment and agreements read these answers, so of their questions only the words change.
FIXED_WITH_FACT = ("kind", "required", "options", "source", "depends_on", "shown_if")
READ_ELSEWHERE = "lists, assessment and agreements work with its answer"
# A key with such an end would give a control the id of another question's hint or error.
ENDS_OF_IDS = ("-hint", "-error", "-info")


@transaction.atomic
def copy_to_change(*, by, questionnaire: Questionnaire) -> Questionnaire:
    """A version of questions in use that can be changed; the same again gives the one that waits for it."""
    by.require(Permission.MANAGE_FUNDS)
    Questionnaire.objects.select_for_update(no_key=True).get(pk=questionnaire.pk)
    waiting = questionnaire.copies.filter(frozen_at=None, rounds=None).order_by("-version").first()
    return waiting or copy(by=by, questionnaire=questionnaire)


def criteria_of(questionnaire: Questionnaire) -> dict[str, str]:
    """What answers may be scored for, by key: of its rounds; before it has one, of its family's latest."""
    named = ("rounds__criteria__key", "rounds__criteria__name")
    own = Questionnaire.objects.filter(pk=questionnaire.pk, rounds__criteria__isnull=False)
    found = dict(
        own.order_by("-rounds__criteria__is_pass_fail", "rounds__criteria__position").values_list(*named)
    )
    if found:
        return found
    family = Questionnaire.objects.filter(family=questionnaire.family, rounds__criteria__isnull=False)
    return dict(
        family.order_by(
            "version", "-rounds__criteria__is_pass_fail", "rounds__criteria__position"
        ).values_list(*named)
    )


# -- Sections ------------------------------------------------------------------------------------------------


@transaction.atomic
def add_section(*, by, questionnaire, title, group="", introduction="") -> Section:
    """Add a section at the end. The same section again gives the first. Raises RuleBroken."""
    questionnaire = locked_for_change(by, questionnaire)
    facts = _section_facts(title=title, group=group, introduction=introduction)
    if same := questionnaire.sections.filter(**facts).first():
        return same
    section = questionnaire.sections.create(
        key=_free_key(questionnaire.sections, facts["title"], "section"),
        position=_next_position(questionnaire.sections),
        **facts,
    )
    _record(by, questionnaire, "section_added", f"added the section “{section}” to", facts)
    return section


@transaction.atomic
def change_section(*, by, section, **fields) -> Section:
    """Change the words of a section. Its key stays. Raises RuleBroken."""
    questionnaire = locked_for_change(by, section.questionnaire)
    section = _there(questionnaire.sections, section, "section")
    facts = {field: getattr(section, field) for field in SECTION_FIELDS} | fields
    if changes := apply_changes(section, _section_facts(**facts)):
        section.save(update_fields=list(changes))
        _record(by, questionnaire, "section_changed", f"changed the section “{section}” of", changes)
    return section


@transaction.atomic
def move_section(*, by, section, to: int) -> None:
    """Put a section in another place, counted from 1. Raises RuleBroken."""
    questionnaire = locked_for_change(by, section.questionnaire)
    section = _there(questionnaire.sections, section, "section")
    if _put(questionnaire.sections.order_by("position"), section, to):
        check_whole(questionnaire)
        _record(by, questionnaire, "section_moved", f"moved the section “{section}” of")


@transaction.atomic
def delete_section(*, by, section) -> None:
    """Delete a section with its questions. A second time changes nothing. Raises RuleBroken."""
    questionnaire = locked_for_change(by, section.questionnaire)
    section = questionnaire.sections.filter(pk=section.pk).first()
    if section is None:
        return
    questions = list(section.questions.all())
    for question in questions:
        _refuse_deletion(question, leaving={other.pk for other in questions})
    section.questions.update(depends_on=None, shown_if=[])
    section.questions.all().delete()
    section.delete()
    _close_up(questionnaire.sections.order_by("position"))
    check_whole(questionnaire)
    keys = {"questions": [question.key for question in questions]}
    _record(by, questionnaire, "section_deleted", f"deleted the section “{section}” from", keys)


def _section_facts(*, title, group, introduction) -> dict:
    title, group, introduction = clean_line(title), clean_line(group), clean(introduction)
    if not title:
        raise RuleBroken("Enter the title of the section")
    for words, text, most in (("Title", title, 150), ("Heading", group, 100)):
        if len(text) > most:
            raise RuleBroken(f"{words} must be {most} characters or fewer")
    return {"title": title, "group": group, "introduction": introduction}


# -- Questions -----------------------------------------------------------------------------------------------


@transaction.atomic
def add_question(*, by, section, kind, **facts) -> Question:
    """Add a question at the end of a section. `facts` as QUESTION_FACTS names them; most may be left out.

    Its key comes from its text. The same question again gives the first. Raises RuleBroken.
    """
    questionnaire = locked_for_change(by, section.questionnaire)
    section = _there(questionnaire.sections, section, "section")
    question = Question(questionnaire=questionnaire, section=section, kind=kind)
    _apply(question, facts)
    for same in section.questions.all():
        if all(getattr(same, fact) == getattr(question, fact) for fact in ("kind", *QUESTION_FACTS)):
            return same
    if kind == Kind.COSTS:
        question.year = _next_year(questionnaire)
    check_question(question)
    _check_criterion(questionnaire, question)
    question.key = _free_key(questionnaire.questions, question.text, "question")
    question.position = _next_position(section.questions)
    question.save(force_insert=True)
    check_whole(questionnaire)
    said = {fact: _for_trail(getattr(question, fact)) for fact in ("kind", *QUESTION_FACTS)}
    _record(by, questionnaire, "question_added", f"added the question “{question}” to", said)
    return question


@transaction.atomic
def change_question(*, by, question, **facts) -> Question:
    """Change a question, its `kind` too. Its key stays. Raises RuleBroken."""
    questionnaire = locked_for_change(by, question.questionnaire)
    question = _there(questionnaire.questions, question, "question")
    kind_before, criterion_before = question.kind, question.criterion
    changes = _apply(question, facts)
    if not changes:
        return question
    if question.fact and set(changes) & set(FIXED_WITH_FACT):
        raise RuleBroken(
            f"What kind of answer “{question}” takes, and that it is asked, stays as it is: {READ_ELSEWHERE}."
        )
    if question.kind == Kind.COSTS and kind_before != Kind.COSTS:
        question.year = _next_year(questionnaire)
    check_question(question)
    if question.criterion != criterion_before:
        _check_criterion(questionnaire, question)
    question.save()
    check_whole(questionnaire)
    said = {fact: [_for_trail(one) for one in pair] for fact, pair in changes.items()}
    _record(by, questionnaire, "question_changed", f"changed the question “{question}” of", said)
    return question


@transaction.atomic
def move_question(*, by, question, to: int) -> None:
    """Put a question in another place of its section, counted from 1. Raises RuleBroken."""
    questionnaire = locked_for_change(by, question.questionnaire)
    question = _there(questionnaire.questions, question, "question")
    if _put(question.section.questions.order_by("position"), question, to):
        check_whole(questionnaire)
        _record(by, questionnaire, "question_moved", f"moved the question “{question}” of")


@transaction.atomic
def move_question_to(*, by, question, section) -> None:
    """Put a question at the end of another section. Raises RuleBroken."""
    questionnaire = locked_for_change(by, question.questionnaire)
    question = _there(questionnaire.questions, question, "question")
    section = _there(questionnaire.sections, section, "section")
    before = question.section
    if before == section:
        return
    question.section, question.position = section, _next_position(section.questions)
    question.save(update_fields=["section", "position"])
    _close_up(before.questions.order_by("position"))
    check_whole(questionnaire)
    _record(by, questionnaire, "question_moved", f"moved the question “{question}” to “{section}” of")


@transaction.atomic
def delete_question(*, by, question) -> None:
    """Delete a question. A second time changes nothing. Raises RuleBroken."""
    questionnaire = locked_for_change(by, question.questionnaire)
    question = questionnaire.questions.filter(pk=question.pk).first()
    if question is None:
        return
    _refuse_deletion(question)
    section = question.section
    question.delete()
    _close_up(section.questions.order_by("position"))
    check_whole(questionnaire)
    _record(by, questionnaire, "question_deleted", f"deleted the question “{question}” from")


def _refuse_deletion(question: Question, leaving=frozenset()) -> None:
    if question.fact:
        raise RuleBroken(f"“{question}” cannot be deleted: {READ_ELSEWHERE}.")
    if dependent := question.dependents.exclude(pk__in=leaving).first():
        raise RuleBroken(
            f"“{dependent}” is asked depending on the answer to “{question}”."
            " Change when it is asked, or delete it first."
        )


def _apply(question: Question, facts: dict) -> dict:
    """Set what was said of a question, tidied; what its kind does not hold is emptied. Gives the changes."""
    if unknown := sorted(set(facts) - {"kind", *QUESTION_FACTS}):
        raise RuleBroken(f"This cannot be changed on a question: {', '.join(unknown)}.")
    facts = dict(facts)
    for field in ("text", "name", "empty", "hint", "criterion"):
        if field in facts:
            facts[field] = clean_line(facts[field])
    if "guidance" in facts:
        facts["guidance"] = clean(facts["guidance"])
    if "options" in facts:
        facts["options"] = _options(question.options, facts["options"])
    if "columns" in facts:
        facts["columns"] = _columns(question.columns, facts["columns"])
    if facts.get("depends_on", ...) is None:
        facts["shown_if"] = []
    kind = facts.get("kind", question.kind)
    for field, (kinds, nothing) in ONLY_OF.items():
        if kind not in kinds:
            facts[field] = nothing
    changes = apply_changes(question, facts)
    if (question.depends_on is None) != (not question.shown_if):
        raise RuleBroken("Select the answers with which the question is asked")
    return changes


def _options(before: list, labels: list[str]) -> list:
    """[[value, label], …]: a label that stays keeps its value, and so does one reworded on its own line."""
    labels = [label for label in map(clean_line, labels) if label]
    value_of = {label: value for value, label in before}
    if len(labels) == len(before):
        for label, (value, was) in zip(labels, before, strict=True):
            if label not in value_of and was not in labels:
                value_of[label] = value
    return _with_keys(labels, value_of, "choice")


def _columns(before: list, columns: list) -> list:
    """[[key, label, kind], …]: a column whose label stays keeps its key."""
    said = [(clean_line(label), kind) for label, kind in columns]
    for label, kind in said:
        if not label or kind not in dict(COLUMN_KINDS):
            raise RuleBroken("Enter the heading of each column, and select what it takes")
    key_of = {label: key for key, label, _ in before}
    keyed = _with_keys([label for label, _ in said], key_of, "column")
    return [[key, label, kind] for (key, label), (_, kind) in zip(keyed, said, strict=True)]


def _with_keys(labels: list[str], known: dict[str, str], otherwise: str) -> list:
    """[[key, label], …] with a key of its own for each label that has none."""
    taken = {known[label] for label in labels if label in known}
    found = []
    for label in labels:
        key = known.get(label) or _unlike(taken, _slug(label, otherwise))
        taken.add(key)
        found.append([key, label])
    return found


def _check_criterion(questionnaire, question) -> None:
    if question.criterion and question.criterion not in criteria_of(questionnaire):
        raise RuleBroken("Select a criterion of the round that the answer is scored for")


def _next_year(questionnaire) -> int:
    """The year whose costs are not asked for yet. Raises RuleBroken when the round runs for no more."""
    year = questionnaire.questions.filter(kind=Kind.COSTS).count() + 1
    most = questionnaire.rounds.aggregate(most=Max("years"))["most"]
    if most is not None and year > most:
        years = "1 year" if most == 1 else f"{most} years"
        raise RuleBroken(f"The form asks for the costs of {years} already, and the round runs for no more.")
    return year


# -- Keys and places -----------------------------------------------------------------------------------------


def _slug(text: str, otherwise: str) -> str:
    """'why-is-it-needed': without underscores, which end the names of the parts of a date."""
    return slugify(text.replace("_", "-"))[:50].strip("-") or otherwise


def _unlike(taken, base: str) -> str:
    return next(key for n in count(1) if (key := base if n == 1 else f"{base}-{n}") not in taken)


def _free_key(rows, text: str, otherwise: str) -> str:
    """A key that no other row of the questionnaire has, and that no address has a word for."""
    base = _slug(text, otherwise)
    if base.isdecimal():  # numbers stand in addresses for rows
        base = f"{otherwise}-{base}"
    if base.endswith(ENDS_OF_IDS):
        base += "-1"
    return _unlike(RESERVED | set(rows.values_list("key", flat=True)), base)


def _next_position(rows) -> int:
    return (rows.aggregate(last=Max("position"))["last"] or 0) + 1


def _put(ordered, row, to: int) -> bool:
    """Put a row at a place among the others, the nearest there is. Whether anything changed."""
    rows = list(ordered)
    others = [other for other in rows if other.pk != row.pk]
    others.insert(max(1, min(to, len(rows))) - 1, row)
    return _number(others)


def _close_up(ordered) -> None:
    _number(list(ordered))


def _number(rows) -> bool:
    moved = []
    for position, row in enumerate(rows, start=1):
        if row.position != position:
            row.position = position
            moved.append(row)
    if moved:
        type(moved[0]).objects.bulk_update(moved, ["position"])
    return bool(moved)


def _there(rows, row, what: str):
    """The row as it is now, under the lock of its questionnaire. Raises RuleBroken when it is gone."""
    found = rows.filter(pk=row.pk).first()
    if found is None:
        raise RuleBroken(f"This {what} has been deleted meanwhile.")
    return found


def _record(by, questionnaire, verb, did, changes=None) -> None:
    sentence = f"{by} {did} {questionnaire}."
    record(f"questionnaire.{verb}", questionnaire, sentence, by=by, changes=changes)


def _for_trail(fact):
    return fact.key if isinstance(fact, Question) else fact
