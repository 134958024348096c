"""What holds for every question, and for the questions of a questionnaire among each other."""

from pcc_grants.lib.rules import RuleBroken

from ..kinds import DECIDING_KINDS, YES_OR_NO
from ..models import Question, Questionnaire

Kind = Question.Kind
LISTS = (Kind.ONE_OF, Kind.MANY_OF)
MOST_WORDS = 5_000
MOST_OPTIONS = 50
MOST_COLUMNS = 8
LONGEST_OPTION = 150
LONGEST_GUIDANCE = 5_000
# How the words of a question are called.
WORDS = {
    "text": "The question",
    "name": "What the answer is called",
    "empty": "What is said when nothing was answered",
    "hint": "The hint",
}
# What a question holds beside its words applies to these kinds only.
ONLY_OF = {
    "word_limit": ({Kind.LONG_TEXT}, None),
    "options": (set(LISTS), []),
    "source": (set(LISTS), ""),
    "columns": ({Kind.TABLE}, []),
    "year": ({Kind.COSTS}, None),
}


def check_question(question: Question) -> None:
    """What a question of its kind needs. Raises RuleBroken."""
    _check_words(question)
    kind = question.kind
    if kind not in Kind.values:
        raise RuleBroken("Select what kind of answer the question takes")
    if kind == Kind.LONG_TEXT and not 1 <= (question.word_limit or 0) <= MOST_WORDS:
        raise RuleBroken(f"Word limit must be between 1 and {MOST_WORDS:,}")
    if kind in LISTS:
        _check_options(question)
    if kind == Kind.TABLE:
        _check_columns(question)


def _check_words(question: Question) -> None:
    if not question.text:
        raise RuleBroken("Enter the question")
    if not question.name:
        raise RuleBroken("Enter what the answer is called")
    for field, words in WORDS.items():
        most = Question._meta.get_field(field).max_length
        if len(getattr(question, field)) > most:
            raise RuleBroken(f"{words} must be {most} characters or fewer")
    if len(question.guidance) > LONGEST_GUIDANCE:
        raise RuleBroken(f"What a good answer covers must be {LONGEST_GUIDANCE:,} characters or fewer")


def _check_options(question: Question) -> None:
    if question.source:
        if question.source not in Question.Source.values:
            raise RuleBroken("Select where the choices come from")
        if question.options:
            raise RuleBroken("Enter choices, or select where they come from, but not both")
        return
    labels = [label for _, label in question.options]
    if len(labels) < 2:
        raise RuleBroken("Enter at least 2 choices, each on its own line")
    if len(labels) > MOST_OPTIONS:
        raise RuleBroken(f"You can enter up to {MOST_OPTIONS} choices. You have entered {len(labels)}")
    for label in labels:
        if len(label) > LONGEST_OPTION:
            raise RuleBroken(f"Each choice must be {LONGEST_OPTION} characters or fewer")
        if labels.count(label) > 1:
            raise RuleBroken(f"“{label}” is among the choices twice. Take one of them off.")


def _check_columns(question: Question) -> None:
    labels = [label for _, label, _ in question.columns]
    if not labels:
        raise RuleBroken("Enter at least 1 column of the table")
    if len(labels) > MOST_COLUMNS:
        raise RuleBroken(f"You can enter up to {MOST_COLUMNS} columns. You have entered {len(labels)}")
    for label in labels:
        if labels.count(label) > 1:
            raise RuleBroken(f"Two columns are called “{label}”. Change one of them.")


def values_of(question: Question) -> list[str]:
    """The answers on which another question may depend; empty where there are none.

    Lists that come from elsewhere have none: a round may take fewer types of project than the last.
    """
    if question.kind == Kind.YES_NO:
        return [value for value, _ in YES_OR_NO]
    if question.kind in LISTS and not question.source:
        return [value for value, _ in question.options]
    return []


def check_whole(questionnaire: Questionnaire) -> None:
    """What holds among the questions of a questionnaire, after any change of it. Raises RuleBroken.

    A question is asked depending on an earlier one whose answer is one of a few, and on answers that it has;
    the costs of years are asked once for each year, from the first on.
    """
    earlier: dict[int, Question] = {}
    ordered = list(questionnaire.questions.order_by("section__position", "position"))
    by_pk = {question.pk: question for question in ordered}
    for question in ordered:
        if question.depends_on_id is not None:
            _check_condition(question, by_pk.get(question.depends_on_id), earlier)
        earlier[question.pk] = question
    years = sorted(question.year or 0 for question in ordered if question.kind == Kind.COSTS)
    if years != list(range(1, len(years) + 1)):
        raise RuleBroken(
            "The costs of each year are asked for once, from year 1 on. Take the last year off first."
        )


def _check_condition(question, on, earlier) -> None:
    if on is None:
        raise RuleBroken(f"“{question}” depends on a question of another form. Change when it is asked.")
    if on.kind not in DECIDING_KINDS or not values_of(on):
        raise RuleBroken(
            f"“{question}” is asked depending on the answer to “{on}”, so that question must be answered with"
            " yes or no, or from a list of its own. Change the other question first."
        )
    if on.pk not in earlier:
        raise RuleBroken(
            f"“{question}” is asked depending on the answer to “{on}”, so it must come after that question."
        )
    if gone := [value for value in question.shown_if if value not in values_of(on)]:
        raise RuleBroken(
            f"“{question}” is asked if the answer to “{on}” is “{gone[0]}”, so that choice must stay."
            " Change the other question first."
        )
