"""A response read whole: what is asked, what was answered, what is wrong, in a constant number of queries."""

from dataclasses import dataclass, field

from . import kinds
from .kinds import Asking, Problem, Shown
from .models import Answer, CompletedSection, Question, Questionnaire, Response, Section

MOST_ON_A_PAGE = 8

NOT_STARTED, IN_PROGRESS, COMPLETED = "Not yet started", "In progress", "Completed"
NOT_NEEDED, PROBLEM = "Not needed", "There is a problem"


@dataclass
class Entry:
    """One question with its answer. To the answer's own `problems` the caller adds what its rules say."""

    question: Question
    answer: Answer | None
    is_asked: bool
    typed: object = None
    problems: list[Problem] = field(default_factory=list)
    shown: Shown = field(default_factory=Shown)

    @property
    def value(self):
        """What was typed; None before anything was."""
        return self.answer.value if self.answer else None

    @property
    def revision(self) -> int:
        return self.answer.revision if self.answer else 0

    @property
    def is_answered(self) -> bool:
        return self.answer is not None and not kinds.is_blank(self.answer.value)

    @property
    def name(self) -> str:
        return kinds.name_of(self.question)

    @property
    def first_control(self) -> str:
        return kinds.first_control_of(self.question)


@dataclass
class Part:
    """A section with its entries."""

    section: Section
    entries: list[Entry]
    is_ticked: bool = False

    @property
    def asked(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.is_asked]

    @property
    def problems(self) -> list[tuple[Entry, Problem]]:
        return [(entry, problem) for entry in self.asked for problem in entry.problems]

    @property
    def state(self) -> str:
        """The state on the task list: completed once said so and nothing is wrong (screens.md 1.10)."""
        if not self.asked:
            return NOT_NEEDED
        if any(problem.is_rule for _, problem in self.problems):
            return PROBLEM
        if self.is_ticked and not self.problems:
            return COMPLETED
        started = self.is_ticked or any(entry.answer for entry in self.asked)
        return IN_PROGRESS if started else NOT_STARTED

    @property
    def last_change(self) -> Answer | None:
        """The answer that was changed last."""
        answers = [entry.answer for entry in self.entries if entry.answer]
        return max(answers, key=lambda answer: answer.changed_at, default=None)

    def pages(self) -> list[list[Entry]]:
        """The entries as they are asked: long ones alone, short ones together.

        A question that depends on another on the same page starts a new one, so that no page needs scripts.
        """
        pages: list[list[Entry]] = []
        for entry in self.asked:
            last = pages[-1] if pages else []
            together = (
                last
                and len(last) < MOST_ON_A_PAGE
                and not _stands_alone(entry.question)
                and not _stands_alone(last[-1].question)
                and entry.question.depends_on_id not in [other.question.pk for other in last]
            )
            if together:
                last.append(entry)
            else:
                pages.append([entry])
        return pages

    def key_before(self, page: list[Entry]) -> str:
        """The key that leads to the page before this one; empty on the first."""
        keys, first = self._page_keys(), page[0].question.key
        index = keys.index(first) if first in keys else 0
        return keys[index - 1] if index else ""

    def key_after(self, page: list[Entry]) -> str:
        """The key that leads to the page after this one; empty on the last."""
        order = [entry.question.key for entry in self.entries]
        last = order.index(page[-1].question.key)
        return next((key for key in self._page_keys() if order.index(key) > last), "")

    def _page_keys(self) -> list[str]:
        return [page[0].question.key for page in self.pages()]

    def page_of(self, key: str) -> list[Entry] | None:
        """The page on which a question stands; None when it is not asked."""
        return next((page for page in self.pages() if any(e.question.key == key for e in page)), None)


def _stands_alone(question: Question) -> bool:
    if question.kind == Question.Kind.LONG_TEXT:
        return (question.word_limit or kinds.DEFAULT_WORD_LIMIT) > kinds.LONG_FROM_WORDS
    return question.kind in kinds.LONG_KINDS


@dataclass
class Reading:
    """A response with everything in memory."""

    parts: list[Part]
    asking: Asking

    def __post_init__(self):
        self.by_key = {entry.question.key: entry for part in self.parts for entry in part.entries}

    @property
    def asked(self) -> list[Entry]:
        return [entry for part in self.parts for entry in part.asked]

    def part(self, key: str) -> Part | None:
        return next((part for part in self.parts if part.section.key == key), None)

    def part_of(self, question: Question) -> Part:
        return next(part for part in self.parts if part.section.pk == question.section_id)

    def of_kind(self, kind: str) -> list[Entry]:
        return [entry for entry in self.asked if entry.question.kind == kind]

    def of_fact(self, fact: str) -> Entry | None:
        """The question that tells a fact of the application; None when it is not asked."""
        return next((entry for entry in self.asked if entry.question.fact == fact), None)

    def scored_for(self, criterion_key: str) -> list[Entry]:
        return [entry for entry in self.asked if entry.question.criterion == criterion_key]

    @property
    def needed(self) -> list[Part]:
        """The sections in which something is asked."""
        return [part for part in self.parts if part.asked]

    @property
    def groups(self) -> list[tuple[str, list[Part]]]:
        """The sections under the headings of the task list."""
        found: list[tuple[str, list[Part]]] = []
        for part in self.parts:
            if found and found[-1][0] == part.section.group:
                found[-1][1].append(part)
            else:
                found.append((part.section.group, [part]))
        return found


def read_response(response: Response, asking: Asking) -> Reading:
    """Everything about a response: sections, questions, answers and ticks, in four queries."""
    answers = {
        answer.question_id: answer for answer in response.answers.select_related("changed_by").order_by("pk")
    }
    ticked = set(response.completed_sections.values_list("section", flat=True))
    return _read(response.questionnaire_id, asking, answers, ticked)


def show_answers(questions: list[Question], values: dict, asking: Asking) -> dict[str, Shown]:
    """What is asked and how it was answered, without judging it: {question key: how it is read}.

    For many responses to one questionnaire, whose `questions` are in the order of the form; no query.
    `values`: {question key: what was typed}.
    """
    entries: dict[int, Entry] = {}
    for question in questions:
        value = values.get(question.key)
        answer = None if value is None else Answer(question=question, value=value)
        entries[question.pk] = Entry(question, answer, _is_asked(question, entries))
    return {
        entry.question.key: kinds.show(entry.question, entry.value, asking)
        for entry in entries.values()
        if entry.is_asked
    }


def read_typed(questionnaire: Questionnaire, asking: Asking, values: dict) -> Reading:
    """A questionnaire with answers that nobody stored: {question key: what was typed}, for trying it out."""
    answers = {
        pk: Answer(question_id=pk, value=values[key])
        for key, pk in questionnaire.questions.filter(key__in=values).values_list("key", "pk")
    }
    return _read(questionnaire.pk, asking, answers, set())


def read_questions(questionnaire: Questionnaire, asking: Asking) -> Reading:
    """A questionnaire as nobody has answered it: every question counts as asked."""
    reading = _read(questionnaire.pk, asking, {}, set())
    for entry in reading.by_key.values():
        entry.is_asked = True
    return reading


def _read(questionnaire_pk, asking, answers, ticked) -> Reading:
    sections = list(Section.objects.filter(questionnaire=questionnaire_pk).order_by("position"))
    questions = Question.objects.filter(questionnaire=questionnaire_pk).order_by(
        "section__position", "position"
    )
    entries: dict[int, Entry] = {}
    by_section: dict[int, list[Entry]] = {section.pk: [] for section in sections}
    for question in questions:
        entry = Entry(question, answers.get(question.pk), _is_asked(question, entries))
        entry.typed, entry.problems = kinds.read(question, entry.value, asking)
        entry.shown = kinds.show(question, entry.value, asking)
        entries[question.pk] = entry
        by_section[question.section_id].append(entry)
    parts = [Part(section, by_section[section.pk], section.pk in ticked) for section in sections]
    return Reading(parts, asking)


def _is_asked(question: Question, earlier: dict[int, Entry]) -> bool:
    """Whether the answers to earlier questions lead to this one."""
    if question.depends_on_id is None:
        return True
    decides = earlier.get(question.depends_on_id)
    if decides is None or not decides.is_asked:
        return False
    value = decides.value
    given = value if isinstance(value, list) else [value]
    return any(one in question.shown_if for one in given)


def progress_of(questionnaire_pk, response_pks) -> dict[int, tuple[int, int]]:
    """How far responses to one questionnaire are: {response: (sections said to be complete, sections asked)}.

    For those who may not read the answers: of these it only looks at the ones that decide what is asked.
    """
    questions = list(
        Question.objects.filter(questionnaire=questionnaire_pk).order_by("section__position", "position")
    )
    deciding = {question.depends_on_id for question in questions} - {None}
    answers: dict[int, dict[int, Answer]] = {}
    for answer in Answer.objects.filter(response__in=response_pks, question__in=deciding):
        answers.setdefault(answer.response_id, {})[answer.question_id] = answer
    ticked = set(
        CompletedSection.objects.filter(response__in=response_pks).values_list("response", "section")
    )
    found = {}
    for pk in response_pks:
        entries: dict[int, Entry] = {}
        for question in questions:
            answer = answers.get(pk, {}).get(question.pk)
            entries[question.pk] = Entry(question, answer, _is_asked(question, entries))
        asked = {entry.question.section_id for entry in entries.values() if entry.is_asked}
        found[pk] = (sum((pk, section) in ticked for section in asked), len(asked))
    return found
