"""Which documents the form of a round asks for: the usual ones, or others in the office's own words."""

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from audit.services import record
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean_line
from questionnaires.models import Question, Questionnaire
from questionnaires.services import check_whole

from ..standard_form import DOCUMENTS, USUAL_DOCUMENTS
from .changing import lock_round
from .round_forms import free_key, lock_form

MOST = 150  # characters: the name of a document in its sentences is made from what is asked
MOST_OF_A_HINT = 300
DOCUMENT_FIELDS = ("text", "hint", "required")
NOT_THERE = "This document is no longer asked for."


def usual_documents(round) -> list[dict]:
    """The usual documents that the form does not ask for yet."""
    asked = set(Question.objects.filter(questionnaire=round.questionnaire_id).values_list("key", flat=True))
    return [document for document in USUAL_DOCUMENTS if document["key"] not in asked]


@transaction.atomic
def add_usual_document(*, by, round, key: str) -> Question:
    """Ask for one of the usual documents. Asking again changes nothing. Raises RuleBroken."""
    round = lock_round(by, round)
    questionnaire = lock_form(by, round)
    usual = next((document for document in USUAL_DOCUMENTS if document["key"] == key), None)
    if usual is None:
        raise RuleBroken("Select one of the usual documents")
    if asked := questionnaire.questions.filter(key=key).first():
        return asked
    facts = dict(usual)
    decides = questionnaire.questions.filter(key=facts.pop("depends_on", "")).first()
    shown_if = facts.pop("shown_if", [])
    if decides:
        facts |= {"depends_on": decides, "shown_if": shown_if}
    return _add(by, questionnaire, facts)


@transaction.atomic
def add_document(*, by, round, text: str, hint: str = "", required: bool = True) -> Question:
    """Ask for another document, in our own words. The same facts again give the first. Raises RuleBroken."""
    round = lock_round(by, round)
    questionnaire = lock_form(by, round)
    facts = _checked({"text": text, "hint": hint, "required": required})
    same = questionnaire.questions.filter(kind=Question.Kind.FILE, text__iexact=facts["text"]).first()
    if same:
        if (same.hint, same.required) == (facts["hint"], facts["required"]):
            return same
        raise RuleBroken(f"The form already asks for “{same.text}”. Change that one.")
    key = free_key(questionnaire.questions, f"document-{slugify(facts['text'])[:40]}".rstrip("-"))
    return _add(by, questionnaire, facts | {"key": key, "kind": Question.Kind.FILE, "is_offered_again": True})


@transaction.atomic
def update_document(*, by, round, document: Question, **fields) -> Question:
    """Change the words about a document, or whether it must be sent. Raises RuleBroken."""
    round = lock_round(by, round)
    questionnaire = lock_form(by, round)
    document = questionnaire.questions.filter(pk=document.pk, kind=Question.Kind.FILE).first()
    if document is None:
        raise RuleBroken(NOT_THERE)
    facts = _checked({field: getattr(document, field) for field in DOCUMENT_FIELDS} | fields)
    changes = {
        field: [getattr(document, field), value]
        for field, value in facts.items()
        if getattr(document, field) != value
    }
    if changes:
        others = questionnaire.questions.filter(kind=Question.Kind.FILE, text__iexact=facts["text"])
        if others.exclude(pk=document.pk).exists():
            raise RuleBroken(f"The form already asks for “{facts['text']}”. Use other words.")
        Question.objects.filter(pk=document.pk).update(**facts)
        _record(by, questionnaire, f"changed the document “{facts['text']}” in", changes)
        document.refresh_from_db()
    return document


@transaction.atomic
def remove_document(*, by, round, document: Question) -> None:
    """Ask for a document no longer. A second time changes nothing. Raises RuleBroken."""
    round = lock_round(by, round)
    questionnaire = lock_form(by, round)
    document = questionnaire.questions.filter(pk=document.pk, kind=Question.Kind.FILE).first()
    if document is None:
        return
    section = document.section
    document.delete()
    if not section.questions.exists():
        section.delete()
    _record(by, questionnaire, f"took the document “{document.text}” off")


def _add(by, questionnaire: Questionnaire, facts: dict) -> Question:
    """At the end of the section of documents, which is made when it is not there."""
    section = questionnaire.sections.filter(key=DOCUMENTS["key"]).first()
    if section is None:
        last = questionnaire.sections.aggregate(last=Max("position"))["last"] or 0
        section = questionnaire.sections.create(
            key=DOCUMENTS["key"], title=DOCUMENTS["title"], group=DOCUMENTS["group"], position=last + 1
        )
    position = (section.questions.aggregate(last=Max("position"))["last"] or 0) + 1
    document = section.questions.create(questionnaire=questionnaire, position=position, **facts)
    check_whole(questionnaire)  # what it hangs on may stand behind it by now, or ask for something else
    _record(by, questionnaire, f"added the document “{document.text}” to")
    return document


def _checked(facts: dict) -> dict:
    text, hint = clean_line(facts["text"]), clean_line(facts["hint"])
    if not text:
        raise RuleBroken("Enter what you ask for, like Your insurance certificate")
    if len(text) > MOST or len(hint) > MOST_OF_A_HINT:
        raise RuleBroken(
            f"What you ask for must be {MOST} characters or fewer, and its hint {MOST_OF_A_HINT}"
        )
    name = text.removeprefix("Your ").removeprefix("your ")
    return {
        "text": text,
        "name": name[:1].upper() + name[1:],
        "hint": hint,
        "required": bool(facts["required"]),
    }


def _record(by, questionnaire: Questionnaire, what: str, changes: dict | None = None) -> None:
    record("questionnaire.changed", questionnaire, f"{by} {what} {questionnaire}.", by=by, changes=changes)
