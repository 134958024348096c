"""Versions of questions: drawn up whole, copied to change, and final once they are in use."""

import pytest
from django.db import DatabaseError, transaction

from pcc_grants.lib.rules import RuleBroken
from questionnaires import services
from questionnaires.models import Question, Questionnaire
from questionnaires.services.drawing_up import RESERVED, contents

Kind = Question.Kind


def _question(key, kind=Kind.SHORT_TEXT, **facts):
    return {"key": key, "kind": kind, "text": f"What is {key}?", "name": key} | facts


def _draw_up(by, *sections, **facts):
    facts = {"family": "sample", "name": "Sample", "purpose": "return"} | facts
    sections = [
        {"key": key, "title": key.capitalize(), "questions": questions} for key, questions in sections
    ]
    return services.draw_up(by=by, sections=sections, **facts)


def test_versions_are_counted_within_their_family(officer):
    first = _draw_up(officer, ("one", [_question("a")]))
    second = _draw_up(officer, ("one", [_question("a")]))
    other = _draw_up(officer, family="other")
    assert [one.version for one in (first, second, other)] == [1, 2, 1]


@pytest.mark.parametrize("key", [*sorted(RESERVED), "2019"])
def test_no_key_is_a_word_of_an_address(officer, key):
    for sections in ([(key, [])], [("one", [_question(key)])]):
        with pytest.raises(RuleBroken, match="cannot be the key"):
            _draw_up(officer, *sections)
    assert not Questionnaire.objects.exists()


def test_no_key_is_used_twice(officer):
    with pytest.raises(RuleBroken, match="have the key “a”"):
        _draw_up(officer, ("one", [_question("a")]), ("two", [_question("a")]))
    with pytest.raises(RuleBroken, match="have the key “one”"):
        _draw_up(officer, ("one", []), ("one", []))


@pytest.mark.parametrize(
    ("first", "depends_on", "shown_if", "sentence"),
    [
        (_question("a"), "b", ["yes"], "not in the form"),
        (_question("a"), "a", ["yes"], "must be answered with yes or no"),
        (_question("a", Kind.YES_NO), "a", ["maybe"], "that choice must stay"),
        (_question("a", Kind.ONE_OF, source="districts"), "a", ["1"], "from a list of its own"),
        (_question("a", Kind.YES_NO), "c", ["yes"], "it must come after that question"),
    ],
)
def test_a_condition_names_an_answer_to_an_earlier_question(officer, first, depends_on, shown_if, sentence):
    asked = [first, _question("z", depends_on=depends_on, shown_if=shown_if), _question("c", Kind.YES_NO)]
    with pytest.raises(RuleBroken, match=sentence):
        _draw_up(officer, ("one", asked))


def test_the_costs_of_a_year_are_asked_once(officer):
    with pytest.raises(RuleBroken, match="once, from year 1 on"):
        _draw_up(officer, ("one", [_question("a", Kind.COSTS, year=1), _question("b", Kind.COSTS, year=3)]))


def test_a_copy_has_the_same_keys_and_words_and_conditions(officer, questionnaire):
    made = services.copy(by=officer, questionnaire=questionnaire)
    assert contents(made) == contents(questionnaire)
    assert (made.copied_from, made.version) == (questionnaire, questionnaire.version + 1)
    partners = made.questions.get(key="partners")
    assert partners.depends_on == made.questions.get(key="has-partners")


@pytest.mark.parametrize("role", ["approver", "finance", "auditor", "applicant", "assessor"])
def test_only_those_who_manage_funds_draw_up_and_copy(request, role, questionnaire):
    person = request.getfixturevalue(role)
    with pytest.raises(RuleBroken, match="Your account does not allow this"):
        _draw_up(person, ("one", []))
    with pytest.raises(RuleBroken, match="Your account does not allow this"):
        services.copy(by=person, questionnaire=questionnaire)
    with pytest.raises(RuleBroken, match="Your account does not allow this"):
        services.copy_to_change(by=person, questionnaire=questionnaire)


def test_questions_in_use_are_copied_once_to_change_them(officer, frozen):
    made = services.copy_to_change(by=officer, questionnaire=frozen)
    assert services.copy_to_change(by=officer, questionnaire=frozen) == made
    services.freeze(made)
    assert services.copy_to_change(by=officer, questionnaire=frozen).version == made.version + 1


def _refused(change):
    with pytest.raises(DatabaseError, match="in use|stays as it was"), transaction.atomic():
        change()


def test_the_database_refuses_to_change_what_is_in_use(frozen, questionnaire):
    section, question = frozen.sections.first(), frozen.questions.first()
    other = questionnaire.questions.first()
    _refused(lambda: frozen.sections.update(title="Another"))
    _refused(lambda: frozen.questions.update(text="Another?"))
    _refused(lambda: frozen.questions.filter(pk=question.pk).delete())
    _refused(lambda: frozen.sections.create(key="new", position=99, title="New"))
    _refused(
        lambda: frozen.questions.create(
            section=section, key="new", position=99, kind=Kind.YES_NO, text="?", name="n"
        )
    )
    _refused(lambda: Question.objects.filter(pk=other.pk).update(questionnaire=frozen))
    _refused(lambda: Questionnaire.objects.filter(pk=frozen.pk).update(frozen_at=None))
    other.text = "Another?"
    other.save()
