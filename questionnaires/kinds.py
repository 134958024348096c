"""What each kind of question takes, how what was typed is read, and how it is shown.

An answer is stored as it was typed. `field_for` gives the field that asks; `read` judges; `show` prints.
"""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from organisations.models import District, Document
from pcc_grants.forms import (
    Checkboxes,
    ChoiceRadios,
    Column,
    DateField,
    EmailField,
    MoneyField,
    NumberField,
    RowsField,
    TextField,
    WordsField,
)
from pcc_grants.forms.text import lower_first
from pcc_grants.lib.clock import format_date
from pcc_grants.lib.money import format_money

from .models import Question

Kind = Question.Kind
YES_OR_NO = (("yes", "Yes"), ("no", "No"))
COST_TYPES = (
    ("staff", "Staff"),
    ("sessional", "Sessional workers"),
    ("volunteers", "Volunteers’ expenses"),
    ("venue", "Venue"),
    ("equipment", "Equipment"),
    ("travel", "Travel"),
    ("publicity", "Publicity"),
    ("overheads", "Management and overheads"),
    ("other", "Other"),
)
MATCH_FORMS = (("cash", "Cash"), ("in_kind", "In kind"))
MATCH_STANDINGS = (("secured", "Secured"), ("waiting", "Waiting to hear"))
COLUMN_KINDS = (("text", "Text"), ("number", "Whole number"), ("money", "Amount of money"))
MOST_COSTS = 15
MOST_ROWS = 20
MOST_CHARACTERS = 200  # of a short text
DEFAULT_WORD_LIMIT = 400
MOST_LATER = 300  # characters that say when a document will come
# Each of these stands on a page of its own; shorter ones share a page (screens.md 3.5).
LONG_KINDS = {Kind.TABLE, Kind.FILE, Kind.COSTS, Kind.MATCH, Kind.OUTCOMES, Kind.PARTNERS}
LONG_FROM_WORDS = 150
ROW_KINDS = {Kind.TABLE, Kind.COSTS, Kind.MATCH, Kind.OUTCOMES, Kind.PARTNERS}
# Another question may depend on these: their answers are one of a few values.
DECIDING_KINDS = {Kind.YES_NO, Kind.ONE_OF, Kind.MANY_OF}

COLUMNS = {
    Kind.COSTS: (
        Column("what", "What is it for?", empty="Enter what cost {n} is for", name="What cost {n} is for"),
        Column("type", "Type of cost", "choice", choices=COST_TYPES, empty="Select the type of cost {n}"),
        Column(
            "amount",
            "Amount in pounds",
            "money",
            empty="Enter an amount for cost {n}",
            name="Cost of {what}",
            unnamed="The amount for cost {n}",
        ),
    ),
    Kind.MATCH: (
        Column("who", "Who is giving it?", empty="Enter who gives contribution {n}"),
        Column(
            "form",
            "Cash or in kind",
            "choice",
            choices=MATCH_FORMS,
            empty="Select cash or in kind for contribution {n}",
        ),
        Column(
            "amount",
            "Amount or value in pounds",
            "money",
            empty="Enter how much {who} is giving",
            name="How much {who} is giving",
            unnamed="The amount of contribution {n}",
        ),
        Column(
            "standing",
            "Has it been agreed?",
            "choice",
            choices=MATCH_STANDINGS,
            empty="Select whether contribution {n} is secured",
        ),
    ),
    Kind.OUTCOMES: (
        Column("outcome", "What will change", empty="Enter what will change for outcome {n}"),
        Column(
            "measure",
            "What you will count or measure",
            empty="Enter what you will measure for outcome {n}",
        ),
        Column(
            "baseline",
            "Where it stands now",
            "number",
            required=False,
            width=10,
            name="The baseline of outcome {n}",
        ),
        Column(
            "target",
            "What you aim for",
            "number",
            width=10,
            empty="Enter the target of outcome {n}",
            name="The target of outcome {n}",
        ),
    ),
    Kind.PARTNERS: (
        Column("name", "Name of the organisation", empty="Enter the name of partner {n}", most=200),
        Column("number", "Charity or company number", required=False, width=10, most=20),
        Column("part", "What they will do", empty="Enter what partner {n} will do", most=1000),
    ),
}
NOUNS = {
    Kind.COSTS: "cost",
    Kind.MATCH: "contribution",
    Kind.OUTCOMES: "outcome",
    Kind.PARTNERS: "partner",
}
EMPTY = {
    Kind.COSTS: "Enter at least one cost",
    Kind.MATCH: "Enter who else is paying towards this project",
    Kind.OUTCOMES: "Enter at least one outcome",
    Kind.PARTNERS: "Enter at least one partner",
}

is_web_address = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True)
class Problem:
    """What is wrong with an answer, and how the faulty control's id ends: "_day", "-2-amount"."""

    message: str
    cell: str = ""
    is_rule: bool = False  # of the round, about an answer that is right in itself


@dataclass
class Asking:
    """What a questionnaire does not hold itself: lists that belong to the round or the area, and documents.

    `options` by source: {"themes": [(value, label), …]}; `documents` of the organisation by primary key.
    """

    options: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    documents: dict[int, Document] = field(default_factory=dict)


@dataclass
class Shown:
    """An answer as it is read: text, or a table, or a document."""

    text: str = ""
    headers: tuple = ()
    rows: list = field(default_factory=list)
    numeric: tuple = ()
    document: Document | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.text or self.rows or self.document)


class WebsiteField(TextField):
    """A web address; https:// is added where it is missing."""

    def to_python(self, value):
        text = super().to_python(value)
        if text and "://" not in text:
            text = f"https://{text}"
        if text:
            try:
                is_web_address(text)
            except ValidationError as error:
                raise ValidationError(
                    f"{self.name} must be a web address, like https://www.example.org"
                ) from error
        return text


class PhoneField(TextField):
    """A phone number as people write it: at least 10 figures, with spaces, brackets, + or an extension."""

    def to_python(self, value):
        text = super().to_python(value)
        figures = sum(character.isdigit() for character in text)
        if text and (not 10 <= figures <= 20 or not set(text.lower()) <= set("0123456789 +()-.ext")):
            raise ValidationError(f"{self.name} must be a phone number, like 01632 960 001")
        return text


def asking_with(themes=(), documents=()) -> Asking:
    """What a form works with: the themes of its round, the districts of the area, and documents."""
    return Asking(
        options={
            Question.Source.THEMES: [(str(theme.pk), theme.name) for theme in themes],
            Question.Source.DISTRICTS: [(str(one.pk), one.name) for one in District.objects.all()],
        },
        documents={document.pk: document for document in documents},
    )


def name_of(question: Question) -> str:
    """The name of its control; its id is this after "id_"."""
    return f"q-{question.key}"


def first_control_of(question: Question) -> str:
    """The id of the first of its controls, to which a link to the question leads."""
    after = ""
    if question.kind == Kind.DATE:
        after = "_day"
    elif question.kind in DECIDING_KINDS:
        after = "_0"
    elif question.kind in ROW_KINDS:
        after = f"-0-{columns_of(question)[0].key}"
    return f"id_{name_of(question)}{after}"


def options_of(question: Question, asking: Asking) -> list[tuple[str, str]]:
    """The values and labels of a list to choose from."""
    if question.kind == Kind.YES_NO:
        return list(YES_OR_NO)
    if question.source:
        return asking.options.get(question.source, [])
    return [tuple(option) for option in question.options]


def columns_of(question: Question) -> tuple[Column, ...]:
    """The columns of a question that is answered in rows."""
    if question.kind == Kind.TABLE:
        return tuple(Column(key, label, kind) for key, label, kind in question.columns)
    return COLUMNS[question.kind]


def field_for(question: Question, asking: Asking):
    """The form field that asks a question, with the exact sentences for what can be wrong with its answer."""
    common = {
        "name": question.name,
        "empty": question.empty,
        "hint": question.hint,
        "required": question.required,
        "size": "m",
    }
    label = question.text if question.required else f"{question.text} (optional)"
    kind = question.kind
    if kind == Kind.LONG_TEXT:
        common["empty"] = question.empty or f"Enter your answer about {question.name}"
        return WordsField(label, max_words=question.word_limit or DEFAULT_WORD_LIMIT, **common)
    if kind == Kind.NUMBER:
        return NumberField(label, **common)
    if kind == Kind.MONEY:
        return MoneyField(label, allow_zero=True, **common)
    if kind == Kind.DATE:
        return DateField(label, **common)
    if kind in (Kind.YES_NO, Kind.ONE_OF):
        options = options_of(question, asking)
        common["empty"] = question.empty or _select(question)
        return ChoiceRadios(label, options, inline=kind == Kind.YES_NO, **common)
    if kind == Kind.MANY_OF:
        common["empty"] = question.empty or _select(question)
        return Checkboxes(label, options_of(question, asking), **common)
    if kind == Kind.EMAIL:
        return EmailField(label, autocomplete="email", **common)
    if kind == Kind.PHONE:
        return PhoneField(label, autocomplete="tel", inputmode="tel", width=20, **common)
    if kind == Kind.WEBSITE:
        return WebsiteField(label, autocomplete="url", spellcheck=False, **common)
    if kind in ROW_KINDS:
        common["empty"] = question.empty or EMPTY.get(kind, "")
        return RowsField(
            label,
            columns=columns_of(question),
            noun=NOUNS.get(kind, "row"),
            most=MOST_COSTS if kind == Kind.COSTS else MOST_ROWS,
            **common,
        )
    return TextField(label, max_length=most_characters(question), **common)


def most_characters(question: Question) -> int:
    """How long a short text may be; the name of a project also stands in headings and lists."""
    return 150 if question.fact == "title" else MOST_CHARACTERS


def _select(question: Question) -> str:
    """'Select the type of project'; of many 'Select at least one: districts'."""
    name = lower_first(question.name)
    return f"Select at least one: {name}" if question.kind == Kind.MANY_OF else f"Select {name}"


def is_blank(value) -> bool:
    """Whether nothing was typed or chosen."""
    if isinstance(value, dict):
        return not any(value.values())
    return not value


def read(question: Question, value, asking: Asking):
    """(typed value or None, [Problem, …]) of what is stored of an answer, judged as if it were sent now."""
    if question.kind == Kind.FILE:
        return _read_document(question, value, asking)
    asks = field_for(question, asking)
    try:
        return asks.clean(_in_shape(asks, value)), []
    except ValidationError as error:
        return None, [_problem(one, asks) for one in error.error_list]


def _in_shape(asks, value):
    """A stored value in the shape that the field takes, whatever was stored."""
    if isinstance(asks, RowsField):
        rows = value if isinstance(value, list) else []
        return [_texts_of(row) for row in rows if isinstance(row, dict)]
    if isinstance(asks, Checkboxes):
        return [_text(one) for one in value] if isinstance(value, list) else []
    if isinstance(asks, DateField):
        return _texts_of(value) if isinstance(value, dict) else {}
    return value if isinstance(value, str) else ""


def _text(value) -> str:
    """A part of an answer as text; what is no single text is none."""
    if isinstance(value, str):
        return value
    return "" if value is None or isinstance(value, dict | list) else str(value)


def _texts_of(parts: dict) -> dict[str, str]:
    return {key: _text(value) for key, value in parts.items()}


def _problem(error: ValidationError, asks) -> Problem:
    params = error.params if isinstance(error.params, dict) else {}
    cell = params.get("cell", "")
    if isinstance(asks, DateField):
        cell = f"_{(params.get('parts') or asks.widget.parts)[0]}"
    elif isinstance(asks, ChoiceRadios | Checkboxes):
        cell = "_0"
    return Problem(error.messages[0], cell)


def _document_in(value, asking) -> tuple[Document | None, str]:
    """The document that an answer names, and what it says about sending one later."""
    if not isinstance(value, dict):
        return None, ""
    pk = value.get("document")
    return asking.documents.get(pk) if isinstance(pk, int) else None, _text(value.get("later"))


def _read_document(question, value, asking):
    document, later = _document_in(value, asking)
    if document is not None and document.is_infected:
        return None, [Problem("The selected file contains a virus. Select another one")]
    if document is None and not later and question.required:
        return None, [Problem(question.empty or f"Select your {lower_first(question.name)}")]
    if len(later) > MOST_LATER:
        return None, [Problem(f"When you will have it must be {MOST_LATER} characters or fewer", "-later")]
    return {"document": document, "later": later}, []


def show(question: Question, value, asking: Asking) -> Shown:
    """An answer as it is read; what has not the shape of its field stands as it was typed."""
    if is_blank(value):
        return Shown()
    kind = question.kind
    if kind in ROW_KINDS and _is_rows(value):
        return _show_rows(question, value)
    if kind in DECIDING_KINDS:
        labels = dict(options_of(question, asking))
        chosen = [_text(one) for one in (value if isinstance(value, list) else [value])]
        return Shown("\n".join(labels.get(one, one) for one in chosen))
    if kind == Kind.FILE:
        document, later = _document_in(value, asking)
        return Shown(f"Not yet: {later}" if later else "", document=document)
    if kind == Kind.DATE and isinstance(value, dict):
        parts = _texts_of(value)
        typed = " ".join(parts.get(part, "") for part in ("day", "month", "year")).strip()
        read_as, problems = read(question, value, asking)
        return Shown(typed if problems or read_as is None else format_date(read_as))
    if kind == Kind.MONEY:
        read_as, problems = read(question, value, asking)
        return Shown(str(value) if problems or read_as is None else format_money(read_as))
    return Shown(str(value))


def _is_rows(value) -> bool:
    return isinstance(value, list) and all(isinstance(row, dict) for row in value)


def _show_rows(question, value) -> Shown:
    columns = columns_of(question)
    rows = [[_cell(column, _text(row.get(column.key))) for column in columns] for row in value]
    numeric = tuple(index for index, column in enumerate(columns) if column.is_numeric)
    return Shown(headers=tuple(column.label for column in columns), rows=rows, numeric=numeric)


def _cell(column: Column, text: str) -> str:
    if column.kind == "choice":
        return dict(column.choices).get(text, text)
    if column.kind == "money" and text:
        try:
            return format_money(MoneyField(column.label).clean(text))
        except ValidationError:
            return text
    return text
