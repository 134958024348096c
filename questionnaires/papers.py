"""Every question of a form as plain data: rendered as a page, as a PDF and as a Word document to draft in.

Numbers are text, so that they are the same wherever the questions are read.
"""

from dataclasses import dataclass

from django.template.loader import render_to_string

from organisations.forms import FILE_HINT
from pcc_grants.lib.pdf import render_pdf
from pcc_grants.lib.word import WordDocument

from . import kinds
from .models import Question
from .reading import Reading

Kind = Question.Kind
WORDS_A_LINE = 12  # of a box to type in; it grows with what is typed

# What is said of kinds that need no more than one sentence.
TAKES = {
    Kind.NUMBER: "A whole number.",
    Kind.MONEY: "An amount in pounds.",
    Kind.DATE: "A date.",
    Kind.YES_NO: "One of these:",
    Kind.ONE_OF: "One of these:",
    Kind.MANY_OF: "Any number of these:",
    Kind.EMAIL: "An email address.",
    Kind.PHONE: "A phone number.",
    Kind.WEBSITE: "A web address.",
    Kind.FILE: f"A file to upload. {FILE_HINT}",
}


@dataclass(frozen=True)
class PaperQuestion:
    """One question. `takes` says what the answer is, `notes` what else holds of it, `points` a good one."""

    pk: int
    number: str
    text: str
    takes: str
    hint: str = ""
    notes: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()  # what is asked in each column, with what it takes
    headings: tuple[str, ...] = ()  # of the columns alone
    lines: int = 1  # of the box to type in

    @property
    def anchor(self) -> str:
        return f"question-{self.number.replace('.', '-')}"


@dataclass(frozen=True)
class PaperSection:
    pk: int
    number: str
    title: str
    group: str
    introduction: str
    questions: tuple[PaperQuestion, ...]


@dataclass(frozen=True)
class Declaration:
    """What is said at the end, and by whom."""

    introduction: str
    statements: tuple[str, ...]
    asked: tuple[str, ...] = ()


@dataclass(frozen=True)
class QuestionsPaper:
    """All questions of a form. `facts` are (label, value) about what the form is for."""

    title: str
    office: str = ""
    introduction: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    sections: tuple[PaperSection, ...] = ()
    declaration: Declaration | None = None


def sections_on_paper(reading: Reading, criteria: dict[str, str] | None = None) -> tuple[PaperSection, ...]:
    """The sections and questions of a form, numbered 1, 1.1, 2 … `criteria` says by key how it is judged."""
    numbers, sections = {}, []
    for place, part in enumerate(reading.parts, start=1):
        for index, entry in enumerate(part.entries, start=1):
            numbers[entry.question.pk] = f"{place}.{index}"
        section = part.section
        asked = tuple(_on_paper(entry.question, reading, numbers, criteria or {}) for entry in part.entries)
        sections.append(
            PaperSection(section.pk, str(place), section.title, section.group, section.introduction, asked)
        )
    return tuple(sections)


def _on_paper(question: Question, reading: Reading, numbers: dict, criteria: dict) -> PaperQuestion:
    kind = question.kind
    facts = {"takes": TAKES.get(kind, "")}
    if kind == Kind.SHORT_TEXT:
        facts["takes"] = f"{kinds.most_characters(question)} characters or fewer."
    elif kind == Kind.LONG_TEXT:
        limit = question.word_limit or kinds.DEFAULT_WORD_LIMIT
        facts = {"takes": f"{limit:,} words or fewer.", "lines": max(4, limit // WORDS_A_LINE)}
    elif kind in (Kind.ONE_OF, Kind.MANY_OF, Kind.YES_NO):
        labels = tuple(label for _, label in kinds.options_of(question, reading.asking))
        facts["choices"] = labels or (question.get_source_display(),)
    elif kind in kinds.ROW_KINDS:
        columns = kinds.columns_of(question)
        noun, most = kinds.NOUNS.get(kind, "row"), kinds.MOST_COSTS if kind == Kind.COSTS else kinds.MOST_ROWS
        facts["takes"] = f"Up to {most} {noun}s. For each {noun}:"
        facts["columns"] = tuple(map(_column, columns))
        facts["headings"] = tuple(column.label for column in columns)
    return PaperQuestion(
        pk=question.pk,
        number=numbers[question.pk],
        text=question.text,
        hint=question.hint,
        notes=tuple(_notes(question, reading, numbers, criteria)),
        points=tuple(line.strip() for line in question.guidance.splitlines() if line.strip()),
        **facts,
    )


def _column(column) -> str:
    """'Type of cost: Staff, Venue or Other', 'What will change', 'Where it stands now (optional)'."""
    words = column.label if column.required else f"{column.label} (optional)"
    if column.kind == "choice":
        separator = "" if words.endswith("?") else ":"
        return f"{words}{separator} {_either([label for _, label in column.choices])}"
    return words


def _notes(question: Question, reading: Reading, numbers: dict, criteria: dict) -> list[str]:
    notes = []
    if question.depends_on_id is not None:
        notes.append(_condition(question, reading, numbers))
    if not question.required:
        notes.append("You do not have to answer this question.")
    if question.criterion in criteria:
        notes.append(f"{criteria[question.criterion]}.")
    return notes


def _condition(question: Question, reading: Reading, numbers: dict) -> str:
    """'Asked if you answer Yes to question 2.1, “Will you work in schools?”'."""
    on = next(
        entry.question for entry in reading.by_key.values() if entry.question.pk == question.depends_on_id
    )
    labels = dict(kinds.options_of(on, reading.asking))
    answers = _either([f"“{labels.get(value, value)}”" for value in question.shown_if])
    return f"Asked if you answer {answers} to question {numbers[on.pk]}, “{on.text}”"


def _either(words: list[str]) -> str:
    """'Yes', 'Yes or No', 'Staff, Venue or Other'."""
    return " or ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


# -- Documents -----------------------------------------------------------------------------------------------


def questions_pdf(paper: QuestionsPaper) -> bytes:
    """The questions as a tagged PDF."""
    return render_pdf(render_to_string("papers/questions.html", {"paper": paper}))


def questions_word(paper: QuestionsPaper) -> bytes:
    """The questions as a Word document, with room to type the answers."""
    word = WordDocument(paper.title, author=paper.office)
    word.heading(paper.title, 1)
    if paper.introduction:
        word.paragraph(paper.introduction)
    for label, value in paper.facts:
        word.paragraph(f"{label}: {value}")
    group = ""
    for section in paper.sections:
        if section.group != group:
            word.paragraph(section.group, bold=True)
            group = section.group
        word.heading(f"{section.number}. {section.title}", 2)
        if section.introduction:
            word.paragraph(section.introduction)
        for question in section.questions:
            _question_in_word(word, question)
    if paper.declaration:
        word.heading("Declaration", 2)
        word.paragraph(paper.declaration.introduction)
        word.tick_boxes(paper.declaration.statements)
        for words in paper.declaration.asked:
            word.paragraph(words)
            word.room(1)
    return word.content()


def _question_in_word(word: WordDocument, question: PaperQuestion) -> None:
    word.heading(f"{question.number} {question.text}", 3)
    for sentence in filter(None, (question.hint, *question.notes)):
        word.paragraph(sentence)
    if question.points:
        word.paragraph("A good answer covers:")
        word.bullets(question.points)
    word.paragraph(question.takes)
    if question.columns:
        word.bullets(question.columns)
        word.table(question.headings, [[""] * len(question.headings)] * 3)
    elif question.choices:
        word.tick_boxes(question.choices)
    else:
        word.room(question.lines)
