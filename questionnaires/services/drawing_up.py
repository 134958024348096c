"""Questionnaires as a whole: drawn up, copied to change, frozen once used."""

from django.db import transaction
from django.db.models import Max

from accounts.permissions import Permission
from audit.services import record
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean_line

from ..models import Question, Questionnaire, Section
from .rules import check_whole

IN_USE = "These questions are in use, so they stay as they are. Copy them to change them."
QUESTION_FIELDS = (
    "kind", "text", "name", "empty", "hint", "guidance", "required", "word_limit", "options", "source",
    "columns", "year", "fact", "criterion", "is_offered_again", "shown_if",
)  # fmt: skip
SECTION_FIELDS = ("title", "group", "introduction")
# Words of addresses that stand where the key of a section or a question stands (applications/urls.py).
RESERVED = {
    "autosave", "check", "comment", "comments", "conflict", "copy", "decision", "history", "invitations",
    "join", "messages",
    "people", "projects", "reopen", "restore", "sign", "submit", "submitted", "tactical", "withdraw",
}  # fmt: skip


@transaction.atomic
def draw_up(*, by, family: str, name: str, purpose: str, sections: list[dict]) -> Questionnaire:
    """A new version of a family of questionnaires, with its sections and questions in the order given.

    A section is {key, title, group, introduction, questions}; a question has a `key` and QUESTION_FIELDS, and
    `depends_on` with the key of an earlier question. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_FUNDS)
    name = clean_line(name)
    if not name:
        raise RuleBroken("Enter the name of the questions")
    questionnaire = Questionnaire.objects.create(
        family=family,
        version=next_version(family),
        name=name,
        purpose=purpose,
        created_by=by,
        created_at=clock.now(),
    )
    fill(questionnaire, sections)
    record("questionnaire.created", questionnaire, f"{by} drew up {questionnaire}.", by=by)
    return questionnaire


@transaction.atomic
def copy(*, by, questionnaire: Questionnaire, family: str = "", name: str = "") -> Questionnaire:
    """The next version of a questionnaire, with the same sections, questions and keys, free to be changed.

    `family` and `name` make it the next version of another family instead.
    """
    by.require(Permission.MANAGE_FUNDS)
    family = family or questionnaire.family
    made = Questionnaire.objects.create(
        family=family,
        version=next_version(family),
        name=name or questionnaire.name,
        purpose=questionnaire.purpose,
        copied_from=questionnaire,
        created_by=by,
        created_at=clock.now(),
    )
    fill(made, contents(questionnaire))
    record("questionnaire.copied", made, f"{by} copied {questionnaire} to {made}.", by=by)
    return made


def freeze(questionnaire: Questionnaire) -> None:
    """From now on it is used, and its sections and questions stay as they are. A second time changes nothing.

    Called by what uses it, inside its transaction.
    """
    if Questionnaire.objects.filter(pk=questionnaire.pk, frozen_at=None).update(frozen_at=clock.now()):
        questionnaire.refresh_from_db(fields=["frozen_at"])


def discard(questionnaire: Questionnaire) -> None:
    """Delete a version that another one has replaced, unless it is in use or something was made of it.

    Called by what stops using it, inside its transaction.
    """
    if questionnaire.is_frozen or questionnaire.copies.exists() or questionnaire.responses.exists():
        return
    questionnaire.questions.exclude(depends_on=None).update(depends_on=None, shown_if=[])
    questionnaire.delete()


def contents(questionnaire: Questionnaire) -> list[dict]:
    """The sections and questions of a questionnaire as `draw_up` takes them."""
    keys = {}
    sections = []
    questions = list(questionnaire.questions.order_by("section__position", "position"))
    for question in questions:
        keys[question.pk] = question.key
    for section in questionnaire.sections.order_by("position"):
        asked = [
            {field: getattr(question, field) for field in ("key", *QUESTION_FIELDS)}
            | ({"depends_on": keys[question.depends_on_id]} if question.depends_on_id else {})
            for question in questions
            if question.section_id == section.pk
        ]
        facts = {field: getattr(section, field) for field in ("key", *SECTION_FIELDS)}
        sections.append(facts | {"questions": asked})
    return sections


def fill(questionnaire: Questionnaire, sections: list[dict]) -> None:
    """Write sections and questions into an empty questionnaire. Raises RuleBroken."""
    _check_keys([facts["key"] for facts in sections])
    _check_keys([asked["key"] for facts in sections for asked in facts.get("questions", ())])
    made = Section.objects.bulk_create(
        Section(
            questionnaire=questionnaire,
            position=position,
            **{name: value for name, value in facts.items() if name != "questions"},
        )
        for position, facts in enumerate(sections, start=1)
    )
    depends = {}
    questions = []
    for section, facts in zip(made, sections, strict=True):
        for position, asked in enumerate(facts.get("questions", ()), start=1):
            asked = dict(asked)
            on = asked.pop("depends_on", None)
            shown_if = asked.pop("shown_if", [])
            if on:
                depends[asked["key"]] = (on, shown_if)
            questions.append(
                Question(questionnaire=questionnaire, section=section, position=position, **asked)
            )
    by_key = {question.key: question for question in Question.objects.bulk_create(questions)}
    for key, (on, shown_if) in depends.items():
        if on not in by_key:
            raise RuleBroken(f"“{by_key[key]}” is asked after an answer to “{on}”, which is not in the form.")
        by_key[key].depends_on, by_key[key].shown_if = by_key[on], shown_if
    if depends:
        Question.objects.bulk_update([by_key[key] for key in depends], ["depends_on", "shown_if"])
    check_whole(questionnaire)


def _check_keys(keys: list[str]) -> None:
    """Keys stand in addresses: each once, and never where an address has a word of its own."""
    for key in keys:
        if key in RESERVED or key.isdecimal():  # numbers stand in addresses for rows
            raise RuleBroken(f"“{key}” cannot be the key of a section or a question. Use another one.")
    if repeated := {key for key in keys if keys.count(key) > 1}:
        raise RuleBroken(f"Two sections or two questions have the key “{min(repeated)}”. Change one of them.")


def next_version(family: str) -> int:
    """The number after the last of a family, whose versions stay locked: two people never get the same."""
    versions = Questionnaire.objects.filter(family=family).order_by("pk")
    list(versions.select_for_update(no_key=True).values_list("pk"))
    return (Questionnaire.objects.filter(family=family).aggregate(last=Max("version"))["last"] or 0) + 1


def locked_for_change(by, questionnaire: Questionnaire) -> Questionnaire:
    """A questionnaire under lock, for a change of it. Raises RuleBroken once it is in use."""
    by.require(Permission.MANAGE_FUNDS)
    found = Questionnaire.objects.select_for_update(no_key=True).get(pk=questionnaire.pk)
    if found.is_frozen:
        raise RuleBroken(IN_USE)
    return found
