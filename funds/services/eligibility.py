"""The questions of the check before applying: added, changed, put in order, until the round is published."""

from itertools import count

from django.db import transaction
from django.utils.text import slugify

from audit.services import record
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean, clean_line

from ..models import EligibilityQuestion, Round
from . import preparing
from .changing import lock_round

Asks = EligibilityQuestion.Asks
MOST_QUESTIONS = 20  # people find out in two minutes (screens.md 2.1)
MOST_CHARACTERS = {"text": 300, "hint": 300, "reason": 300, "advice": 5000}
NAMES = {"text": "The question", "hint": "The hint", "reason": "The reason", "advice": "The advice"}
NOT_THERE = "This question is no longer in the check."


@transaction.atomic
def add_eligibility_question(
    *, by, round, text, asks=Asks.YES_NO, hint="", good_answer="", only_if="", reason="", advice=""
) -> EligibilityQuestion:
    """Add a question at the end of the check. The same facts again give the first. Raises RuleBroken.

    `only_if` is the key of an earlier question that is answered yes or no. With a `good_answer`, and for the
    type of organisation, `reason` finishes the sentence "This is because you told us …".
    """
    round = lock_round(by, round)
    questions = _questions(round)
    facts = _tidy(
        {
            "asks": asks,
            "text": text,
            "hint": hint,
            "good_answer": good_answer,
            "only_if": only_if,
            "reason": reason,
            "advice": advice,
        }
    )
    for question in questions:
        if question.text.lower() == facts["text"].lower():
            if all(getattr(question, fact) == value for fact, value in facts.items()):
                return question
            raise RuleBroken(f"The check already asks “{question.text}”. Change that question.")
    if len(questions) >= MOST_QUESTIONS:
        raise RuleBroken(
            f"The check has {MOST_QUESTIONS} questions already. People should find out in two minutes."
        )
    _check(facts, questions, questions)
    question = EligibilityQuestion.objects.create(
        round=round,
        key=_free_key(questions, facts["text"]),
        position=max((one.position for one in questions), default=0) + 1,
        **facts,
    )
    record(
        "round.check_question_added", round, f"{by} added “{question}” to the check of {round}.", by=by,
        changes={"key": question.key} | facts,
    )  # fmt: skip
    return question


@transaction.atomic
def update_eligibility_question(*, by, question, **fields) -> EligibilityQuestion:
    """Change a question of the check. Its key and place stay. Raises RuleBroken."""
    round = lock_round(by, question.round)
    questions = _questions(round)
    question = _of(questions, question)
    if question is None:
        raise RuleBroken(NOT_THERE)
    facts = _tidy({fact: getattr(question, fact) for fact in preparing.CHECK_FACTS} | fields)
    others = [one for one in questions if one.pk != question.pk]
    if any(one.text.lower() == facts["text"].lower() for one in others):
        raise RuleBroken(f"The check already asks “{facts['text']}”. Use other words.")
    if facts["asks"] != Asks.YES_NO:
        _refuse_if_needed(question, questions, "Other questions depend on its answer yes")
    _check(facts, [one for one in others if one.position < question.position], others)
    changes = {
        fact: [getattr(question, fact), value]
        for fact, value in facts.items()
        if getattr(question, fact) != value
    }
    if changes:
        for fact, value in facts.items():
            setattr(question, fact, value)
        question.save()
        record(
            "round.check_question_changed", round, f"{by} changed “{question}” in the check of {round}.",
            by=by, changes=changes,
        )  # fmt: skip
    return question


@transaction.atomic
def delete_eligibility_question(*, by, question) -> None:
    """Take a question off the check. A second time changes nothing. Raises RuleBroken while another depends
    on it.
    """
    round = lock_round(by, question.round)
    questions = _questions(round)
    question = _of(questions, question)
    if question is None:
        return
    _refuse_if_needed(question, questions, "It cannot be deleted")
    question.delete()
    record("round.check_question_deleted", round, f"{by} took “{question}” off the check of {round}.", by=by)


@transaction.atomic
def place_eligibility_question(*, by, question, place: int) -> None:
    """Put a question at a place of the check, counted from 1. There already, nothing changes.

    Raises RuleBroken when it would come before a question that it depends on.
    """
    round = lock_round(by, question.round)
    questions = _questions(round)
    question = _of(questions, question)
    if question is None:
        raise RuleBroken(NOT_THERE)
    ordered = [one for one in questions if one.pk != question.pk]
    ordered.insert(min(max(place, 1), len(questions)) - 1, question)
    if ordered == questions:
        return
    seen: set[str] = set()
    for one in ordered:
        if one.only_if and one.only_if not in seen:
            raise RuleBroken(f"“{one.text}” is only asked after an earlier question, so it stays behind it.")
        seen.add(one.key)
    for position, one in enumerate(ordered, start=1):
        if one.position != position:
            EligibilityQuestion.objects.filter(pk=one.pk).update(position=position)
    record("round.check_ordered", round, f"{by} moved “{question}” in the check of {round}.", by=by)


@transaction.atomic
def use_usual_check(*, by, round) -> None:
    """Replace the check of a round by the usual questions, in the words of this round. Raises RuleBroken."""
    round = lock_round(by, round)
    present = [
        {"key": one.key} | {fact: getattr(one, fact) for fact in preparing.CHECK_FACTS}
        for one in _questions(round)
    ]
    usual = preparing.usual_check(round)
    if [dict(sorted(one.items())) for one in present] == [dict(sorted(one.items())) for one in usual]:
        return
    round.eligibility_questions.all().delete()
    preparing.put_usual_check(round)
    record("round.check_drawn_up", round, f"{by} took the usual check for {round}.", by=by)


# -- Rules -----------------------------------------------------------------------------------------------


def _questions(round: Round) -> list[EligibilityQuestion]:
    return list(round.eligibility_questions.order_by("position"))


def _of(questions, question) -> EligibilityQuestion | None:
    return next((one for one in questions if one.pk == question.pk), None)


def _refuse_if_needed(question, questions, sentence: str) -> None:
    needing = next((one for one in questions if one.only_if == question.key), None)
    if needing:
        raise RuleBroken(f"{sentence}: “{needing.text}” is only asked after it. Change that question first.")


def _tidy(facts: dict) -> dict:
    """The facts as they are stored. Of the type of organisation, the round says which it takes."""
    facts = facts | {name: clean_line(facts[name]) for name in ("text", "hint", "reason")}
    facts["advice"] = clean(facts["advice"])
    facts["reason"] = facts["reason"].rstrip(".")
    if facts["asks"] == Asks.ORGANISATION:
        facts["good_answer"] = ""
    elif not facts["good_answer"]:
        facts["reason"] = facts["advice"] = ""
    return facts


def _check(facts: dict, earlier, others) -> None:
    """Raises RuleBroken unless the facts make a question after `earlier` ones, among `others`."""
    if facts["asks"] not in Asks.values or facts["good_answer"] not in ("", *EligibilityQuestion.Good.values):
        raise RuleBroken("Select what the question asks for")
    if not facts["text"]:
        raise RuleBroken("Enter the question")
    for name, most in MOST_CHARACTERS.items():
        if len(facts[name]) > most:
            raise RuleBroken(f"{NAMES[name]} must be {most:,} characters or fewer")
    if facts["asks"] == Asks.ORGANISATION:
        if any(one.asks == Asks.ORGANISATION for one in others):
            raise RuleBroken("The check already asks for the type of organisation. Change that question.")
        if not facts["reason"]:
            raise RuleBroken("Enter the reason that people are given when they cannot apply")
    elif facts["good_answer"] and not facts["reason"]:
        raise RuleBroken("Enter the reason that people are given when they cannot apply")
    yes_no = {one.key for one in earlier if one.asks == Asks.YES_NO}
    if facts["only_if"] and facts["only_if"] not in yes_no:
        raise RuleBroken("A question can only depend on an earlier one that is answered yes or no.")


def _free_key(questions, text: str) -> str:
    """'is-it-in-our-area': a key that no other question of the check has."""
    base = slugify(text)[:50].strip("-") or "question"
    taken = {question.key for question in questions}
    return next(key for n in count(1) if (key := base if n == 1 else f"{base}-{n}") not in taken)
