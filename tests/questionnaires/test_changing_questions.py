"""Questions are added, changed, moved and deleted until they are in use, and never end up contradicting."""

import pytest

from audit.models import Event
from funds import services as funds
from pcc_grants.lib.rules import RuleBroken
from questionnaires import services
from questionnaires.models import Question
from questionnaires.services.drawing_up import IN_USE
from tests import factories

Kind = Question.Kind
WORDS = {"text": "Why now?", "name": "Why now"}


def order(section):
    return list(section.questions.order_by("position").values_list("text", flat=True))


def verbs(questionnaire):
    events = Event.objects.about(questionnaire).order_by("id")
    return [event.verb.removeprefix("questionnaire.") for event in events]


def refused(change, sentence):
    with pytest.raises(RuleBroken) as broken:
        change()
    assert sentence in str(broken.value)


NEEDS = {
    Kind.LONG_TEXT: {"word_limit": 200},
    Kind.ONE_OF: {"options": ["North", "South"]},
    Kind.MANY_OF: {"source": "districts"},
    Kind.TABLE: {"columns": [("Day", "text")]},
}


@pytest.mark.parametrize("kind", Kind.values)
def test_a_question_of_each_kind_is_added_once(officer, section, kind):
    needs = NEEDS.get(kind, {})
    if kind == Kind.COSTS:
        section.questionnaire.questions.filter(kind=kind).delete()

    def add():
        return services.add_question(by=officer, section=section, kind=kind, **WORDS, **needs)

    question = add()
    assert add() == question
    question.refresh_from_db()
    assert (question.key, question.position, question.kind) == ("why-now", 1, kind)
    assert question.year == (1 if kind == Kind.COSTS else None)
    assert verbs(section.questionnaire)[-1:] == ["question_added"]


@pytest.mark.parametrize(
    ("kind", "facts", "sentence"),
    [
        (Kind.YES_NO, {"text": " "}, "Enter the question"),
        (Kind.YES_NO, {"name": "\u200b"}, "Enter what the answer is called"),
        (Kind.YES_NO, {"text": "x" * 301}, "The question must be 300 characters or fewer"),
        (Kind.YES_NO, {"name": "x" * 151}, "What the answer is called must be 150 characters or fewer"),
        (Kind.YES_NO, {"hint": "x" * 301}, "The hint must be 300 characters or fewer"),
        (Kind.YES_NO, {"empty": "x" * 201}, "must be 200 characters or fewer"),
        (Kind.YES_NO, {"guidance": "x" * 5001}, "must be 5,000 characters or fewer"),
        ("made up", {}, "Select what kind of answer the question takes"),
        (Kind.LONG_TEXT, {}, "Word limit must be between 1 and 5,000"),
        (Kind.LONG_TEXT, {"word_limit": 0}, "Word limit must be between 1 and 5,000"),
        (Kind.LONG_TEXT, {"word_limit": 9999}, "Word limit must be between 1 and 5,000"),
        (Kind.ONE_OF, {}, "Enter at least 2 choices"),
        (Kind.ONE_OF, {"options": ["One", " "]}, "Enter at least 2 choices"),
        (Kind.ONE_OF, {"options": ["One", "One "]}, "“One” is among the choices twice"),
        (Kind.ONE_OF, {"options": ["x" * 151, "y"]}, "Each choice must be 150 characters or fewer"),
        (Kind.MANY_OF, {"options": [str(n) for n in range(51)]}, "You can enter up to 50 choices"),
        (Kind.MANY_OF, {"source": "nowhere"}, "Select where the choices come from"),
        (Kind.MANY_OF, {"source": "themes", "options": ["A", "B"]}, "but not both"),
        (Kind.TABLE, {}, "Enter at least 1 column"),
        (Kind.TABLE, {"columns": [("A", "text"), ("A", "text")]}, "Two columns are called “A”"),
        (Kind.TABLE, {"columns": [("A", "picture")]}, "select what it takes"),
        (Kind.TABLE, {"columns": [("", "text")]}, "Enter the heading of each column"),
        (Kind.TABLE, {"columns": [(str(n), "text") for n in range(9)]}, "You can enter up to 8 columns"),
        (Kind.YES_NO, {"criterion": "no-such"}, "Select a criterion of the round"),
        (Kind.YES_NO, {"key": "mine"}, "cannot be changed on a question: key"),
        (Kind.YES_NO, {"shown_if": ["yes"]}, "Select the answers with which the question is asked"),
    ],
)
def test_a_question_needs_what_its_kind_needs(officer, section, kind, facts, sentence):
    refused(lambda: services.add_question(by=officer, section=section, kind=kind, **WORDS | facts), sentence)
    assert not section.questions.exists()


def test_what_a_kind_does_not_hold_is_left_out(officer, section):
    question = services.add_question(
        by=officer, section=section, kind=Kind.EMAIL, word_limit=5, options=["A"], source="themes", **WORDS
    )  # fmt: skip
    assert (question.word_limit, question.options, question.source) == (None, [], "")


def test_choices_keep_their_values_when_they_are_reworded_or_moved(officer, ask):
    question = ask("Where?", Kind.ONE_OF, options=["North", "South", "East"])
    assert [value for value, _ in question.options] == ["north", "south", "east"]
    services.change_question(by=officer, question=question, options=["South", "Norht, reworded", "East"])
    question.refresh_from_db()
    assert question.options == [["south", "South"], ["norht-reworded", "Norht, reworded"], ["east", "East"]]
    services.change_question(by=officer, question=question, options=["South side", "Norht, reworded", "East"])
    question.refresh_from_db()
    assert question.options[0] == ["south", "South side"]
    services.change_question(by=officer, question=question, options=["South side", "South-Side"])
    question.refresh_from_db()
    assert question.options == [["south", "South side"], ["south-side", "South-Side"]]


def test_columns_keep_their_keys(officer, ask):
    question = ask("When?", Kind.TABLE, columns=[("Day", "text"), ("🎉", "number")])
    assert question.columns == [["day", "Day", "text"], ["column", "🎉", "number"]]
    services.change_question(by=officer, question=question, columns=[("🎉", "money"), ("Day", "text")])
    question.refresh_from_db()
    assert question.columns == [["column", "🎉", "money"], ["day", "Day", "text"]]


def test_a_change_is_recorded_once_and_the_key_stays(officer, ask):
    question = ask()
    for _ in range(2):
        services.change_question(by=officer, question=question, text="Is it old?", required=False)
    question.refresh_from_db()
    assert (question.key, question.text, question.required) == ("is-it-new", "Is it old?", False)
    assert verbs(question.questionnaire)[-2:] == ["question_added", "question_changed"]
    event = Event.objects.about(question.questionnaire).latest("id")
    assert event.changes == {"text": ["Is it new?", "Is it old?"], "required": [True, False]}


# -- Conditions --------------------------------------------------------------------------------------------


def test_a_question_depends_on_an_answer_to_an_earlier_one(officer, ask):
    first = ask("Where?", Kind.ONE_OF)
    second = ask("Why there?", Kind.SHORT_TEXT, depends_on=first, shown_if=["north", "east"])
    assert Question.objects.get(pk=second.pk).depends_on == first
    services.change_question(by=officer, question=second, depends_on=None)
    second.refresh_from_db()
    assert (second.depends_on, second.shown_if) == (None, [])


@pytest.mark.parametrize(
    "kind", sorted(set(Kind.values) - {Kind.YES_NO, Kind.ONE_OF, Kind.MANY_OF, Kind.COSTS})
)
def test_a_question_cannot_depend_on_a_kind_that_decides_nothing(ask, kind):
    first = ask("First?", kind)
    refused(lambda: ask("Second?", depends_on=first, shown_if=["yes"]), "must be answered with yes or no")


def test_a_question_cannot_depend_on_choices_from_elsewhere_or_that_are_not_there(ask):
    themes = ask("Which?", Kind.ONE_OF, source="themes")
    refused(lambda: ask("Second?", depends_on=themes, shown_if=["1"]), "from a list of its own")
    refused(lambda: ask("Third?", depends_on=ask(), shown_if=["maybe"]), "that choice must stay")


def test_a_question_cannot_depend_on_a_later_one_or_on_itself_or_on_another_form(officer, ask, frozen):
    first, second = ask("First?"), ask("Second?")
    for on in (second, first):
        refused(
            lambda on=on: services.change_question(
                by=officer, question=first, depends_on=on, shown_if=["yes"]
            ),
            "it must come after that question",
        )
    other = frozen.questions.get(key="has-match")
    refused(lambda: ask("Third?", depends_on=other, shown_if=["yes"]), "a question of another form")


@pytest.fixture
def pair(ask):
    """A question and one that depends on it, with one between them."""
    first = ask("Where?", Kind.ONE_OF)
    return first, ask("Between?"), ask("Why there?", Kind.SHORT_TEXT, depends_on=first, shown_if=["north"])


def test_what_another_depends_on_is_not_deleted(officer, pair):
    first, _, last = pair
    refused(
        lambda: services.delete_question(by=officer, question=first), "“Why there?” is asked depending on"
    )
    services.delete_question(by=officer, question=last)
    services.delete_question(by=officer, question=first)
    services.delete_question(by=officer, question=first)
    assert order(first.section) == ["Between?"]
    assert list(first.section.questions.values_list("position", flat=True)) == [1]
    assert verbs(first.questionnaire)[-2:] == ["question_deleted", "question_deleted"]


def test_neither_moves_past_the_other(officer, pair):
    first, between, last = pair
    refused(lambda: services.move_question(by=officer, question=first, to=3), "it must come after")
    refused(lambda: services.move_question(by=officer, question=last, to=1), "it must come after")
    services.move_question(by=officer, question=between, to=1)
    services.move_question(by=officer, question=between, to=1)
    assert order(first.section) == ["Between?", "Where?", "Why there?"]
    assert verbs(first.questionnaire)[-2:] == ["question_added", "question_moved"]


def test_choices_that_others_wait_for_stay(officer, pair):
    first, _, _ = pair
    refused(
        lambda: services.change_question(by=officer, question=first, options=["South", "East"]),
        "is asked if the answer to “Where?” is “north”",
    )
    refused(
        lambda: services.change_question(by=officer, question=first, source="districts", options=[]),
        "from a list of its own",
    )
    refused(lambda: services.change_question(by=officer, question=first, kind=Kind.YES_NO), "must stay")
    refused(
        lambda: services.change_question(by=officer, question=first, kind=Kind.EMAIL),
        "must be answered with yes or no",
    )
    services.change_question(by=officer, question=first, kind=Kind.MANY_OF, options=["North", "West"])


def test_a_question_moves_to_another_section_where_its_condition_allows(officer, pair, questionnaire):
    first, between, last = pair
    project, budget = (questionnaire.sections.get(key=key) for key in ("project", "budget"))
    refused(
        lambda: services.move_question_to(by=officer, question=last, section=budget), "it must come after"
    )
    services.move_question_to(by=officer, question=first, section=project)
    services.move_question_to(by=officer, question=first, section=project)
    services.move_question_to(by=officer, question=last, section=budget)
    assert order(project)[-1] == "Where?"
    assert order(between.section) == ["Between?"]
    assert verbs(questionnaire)[-2:] == ["question_moved", "question_moved"]


def test_a_question_does_not_move_into_another_form(officer, ask, frozen):
    refused(
        lambda: services.move_question_to(by=officer, question=ask(), section=frozen.sections.first()),
        "This section has been deleted meanwhile",
    )


# -- What other pages work with ----------------------------------------------------------------------------


@pytest.mark.parametrize("fact", ["title", "summary", "theme", "districts", "starts_on", "ends_on"])
def test_a_question_of_a_fact_keeps_what_is_read_elsewhere(officer, questionnaire, ask, fact):
    question = questionnaire.questions.get(fact=fact)
    for change in (
        {"kind": Kind.YES_NO},
        {"required": False},
        {"depends_on": questionnaire.questions.get(key="has-match"), "shown_if": ["yes"]},
    ):
        refused(
            lambda change=change: services.change_question(by=officer, question=question, **change),
            "stays as it is: lists, assessment and agreements work with its answer",
        )
    refused(lambda: services.delete_question(by=officer, question=question), "cannot be deleted: lists")
    refused(lambda: services.change_question(by=officer, question=question, fact=""), "cannot be changed")
    services.change_question(by=officer, question=question, text="Asked in other words?", hint="A hint")
    question.refresh_from_db()
    assert (question.fact, question.text) == (fact, "Asked in other words?")


def test_lists_of_facts_keep_their_source(officer, questionnaire):
    question = questionnaire.questions.get(fact="districts")
    refused(
        lambda: services.change_question(by=officer, question=question, source="", options=["A", "B"]),
        "stays as it is",
    )


def test_the_costs_of_each_year_of_the_round_are_asked_once(officer, fund):
    round = factories.open_round(officer, fund, published=False, years=3)
    questionnaire = round.questionnaire
    section = questionnaire.sections.get(key="budget")
    costs = {question.year: question for question in questionnaire.questions.filter(kind=Kind.COSTS)}
    assert set(costs) == {1, 2, 3}
    words = {"text": "And in year 4?", "name": "Costs in year 4"}
    refused(
        lambda: services.add_question(by=officer, section=section, kind=Kind.COSTS, **words),
        "costs of 3 years already",
    )
    refused(lambda: services.delete_question(by=officer, question=costs[1]), "Take the last year off first")
    refused(
        lambda: services.change_question(by=officer, question=costs[2], kind=Kind.YES_NO), "the last year off"
    )
    services.delete_question(by=officer, question=costs[3])
    added = services.add_question(by=officer, section=section, kind=Kind.COSTS, **words)
    assert added.year == 3


def test_an_answer_is_scored_for_a_criterion_of_its_round(officer, preparing_round, ask):
    need = preparing_round.criteria.get(name="Need")
    question = ask("Is it needed?", Kind.LONG_TEXT, criterion=need.key)
    assert question.criterion == need.key
    funds.delete_criterion(by=officer, criterion=need)
    services.change_question(by=officer, question=question, text="Is it needed now?")
    services.change_question(by=officer, question=question, criterion="")
    refused(
        lambda: services.change_question(by=officer, question=question, criterion=need.key),
        "Select a criterion of the round",
    )


def test_a_copy_without_a_round_is_scored_as_its_family_was(officer, frozen):
    made = services.copy_to_change(by=officer, questionnaire=frozen)
    assert services.criteria_of(made) == {"need": "Need", "outcomes": "Outcomes"}


# -- When, and by whom -------------------------------------------------------------------------------------


def changes(by, question):
    other = question.questionnaire.sections.exclude(pk=question.section_id).first()
    return (
        lambda: services.add_question(by=by, section=question.section, kind=Kind.YES_NO, **WORDS),
        lambda: services.change_question(by=by, question=question, text="Another?"),
        lambda: services.move_question(by=by, question=question, to=2),
        lambda: services.move_question_to(by=by, question=question, section=other),
        lambda: services.delete_question(by=by, question=question),
    )


def test_nothing_changes_once_the_questions_are_in_use(officer, frozen):
    for change in changes(officer, frozen.questions.get(key="has-match")):
        refused(change, IN_USE)


@pytest.mark.parametrize("role", ["approver", "finance", "auditor", "applicant", "assessor", "administrator"])
def test_only_those_who_manage_funds_change_questions(request, role, questionnaire):
    for change in changes(request.getfixturevalue(role), questionnaire.questions.get(key="has-match")):
        with pytest.raises(RuleBroken, match="Your account does not allow this"):
            change()


def test_a_question_that_is_gone_says_so(officer, ask):
    question = ask()
    services.delete_question(by=officer, question=question)
    for change in (
        lambda: services.change_question(by=officer, question=question, text="Another?"),
        lambda: services.move_question(by=officer, question=question, to=1),
    ):
        refused(change, "This question has been deleted meanwhile")
