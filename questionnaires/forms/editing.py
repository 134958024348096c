"""Forms of drawing questions up: they check shape; the services judge."""

from django.core.exceptions import ValidationError

from pcc_grants.forms import (
    Checkboxes,
    ChoiceRadios,
    ChoiceSelect,
    Column,
    GovukForm,
    ModelRadios,
    NumberField,
    RowsField,
    TextField,
    Tick,
    WordsField,
)

from ..kinds import COLUMN_KINDS, YES_OR_NO
from ..models import Question, Questionnaire
from ..services import values_of
from ..services.rules import LISTS, LONGEST_GUIDANCE, MOST_COLUMNS, MOST_WORDS

Kind = Question.Kind
OWN_LIST = "list"
KIND_HINTS = {
    Kind.SHORT_TEXT: "A name or a few words, on one line",
    Kind.LONG_TEXT: "Up to the number of words that you set",
    Kind.NUMBER: "Such as how many people take part",
    Kind.MONEY: "In pounds and pence. For a budget, use cost lines",
    Kind.YES_NO: "Other questions can be asked depending on the answer",
    Kind.ONE_OF: "Your own list, the types of project of the round, or the districts",
    Kind.MANY_OF: "Your own list, the types of project of the round, or the districts",
    Kind.TABLE: "Rows of columns that you name",
    Kind.FILE: "A file that is uploaded",
    Kind.COSTS: "What the applicant asks us to pay for, line by line",
    Kind.MATCH: "Who else pays, how much, and whether it is agreed",
    Kind.OUTCOMES: "The reports of a grant will show them",
    Kind.PARTNERS: "Who else delivers the project",
}


class QuestionnaireFilter(GovukForm):
    """What the list of questionnaires is narrowed to."""

    purpose = ChoiceSelect("Used for", Questionnaire.Purpose.choices, blank="Anything", required=False)


class SectionForm(GovukForm):
    """The words of a section."""

    title = TextField(
        "Title of the section", max_length=150, empty="Enter the title of the section", hint="Such as Budget"
    )
    group = TextField(
        "Heading above it on the task list (optional)",
        name="Heading",
        max_length=100,
        required=False,
        hint="Such as About you. Sections that follow each other stand under the same heading.",
    )
    introduction = WordsField(
        "What applicants read before its questions (optional)",
        name="What applicants read before its questions",
        max_words=200,
        required=False,
    )


class KindForm(GovukForm):
    """What kind of answer a question takes."""

    kind = ChoiceRadios(
        "What kind of answer does the question take?",
        Kind.choices,
        hints=KIND_HINTS,
        empty="Select what kind of answer the question takes",
        heading=True,
    )


class PlaceForm(GovukForm):
    """Another section for a question."""

    def __init__(self, *args, sections, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["section"] = ModelRadios(
            "Which section does the question move to?",
            sections,
            hint="It becomes the last question there.",
            empty="Select the section to move the question to",
            heading=True,
        )


class QuestionForm(GovukForm):
    """A question of one kind, with what this kind needs.

    `earlier` are the questions before it, `criteria` what it may be scored for: {key: name}. Of a question
    whose answer is read elsewhere only the words are asked.
    """

    text = TextField("The question, as it is asked", max_length=300, empty="Enter the question")
    name = TextField(
        "What the answer is called",
        max_length=150,
        empty="Enter what the answer is called",
        hint="It begins the sentences that say what is wrong. For example, “Why the project is needed” in "
        "“Why the project is needed must be 300 words or fewer”.",
    )
    empty = TextField(
        "What is said when nothing was answered (optional)",
        name="What is said when nothing was answered",
        max_length=200,
        required=False,
        hint="For example, “Enter the name of your project”. We make a sentence if you leave it empty.",
    )
    hint = TextField("Hint below the question (optional)", name="The hint", max_length=300, required=False)
    guidance = WordsField(
        "What a good answer covers (optional)",
        name="What a good answer covers",
        max_words=None,
        max_characters=LONGEST_GUIDANCE,
        rows=4,
        required=False,
        hint="One point on each line. Applicants and assessors read it.",
    )

    def __init__(
        self, data=None, *, kind, earlier=(), criteria=None, question=None, typed=None, blank_rows=1
    ):
        super().__init__(data)
        self.kind, self.question = kind, question
        self.deciding = {
            f"{one.pk}:{value}": (one, value, label)
            for one in earlier
            for value, label in _labelled_values(one)
        }
        has_fact = bool(question and question.fact)
        if kind == Kind.LONG_TEXT:
            self.fields["word_limit"] = NumberField("Word limit", minimum=1, maximum=MOST_WORDS)
        if kind in LISTS and not has_fact:
            self._add_list()
        if kind == Kind.TABLE:
            self._add_columns(blank_rows)
        if not has_fact:
            self.fields["required"] = ChoiceRadios(
                "Must it be answered?",
                YES_OR_NO,
                inline=True,
                empty="Select yes if the question must be answered",
            )
        if criteria:
            self.fields["criterion"] = ChoiceSelect(
                "What is the answer scored for?", criteria.items(), blank="It is not scored", required=False
            )
        if self.deciding and not has_fact:
            self.fields["condition"] = Checkboxes(
                "Ask it only after these answers (optional)",
                [(key, f"{one.text} – {label}") for key, (one, _, label) in self.deciding.items()],
                hint="Select answers to one question. Select none to ask it always.",
                empty="Select answers to one of the questions above",
                required=False,
            )
        self.fields["is_offered_again"] = Tick(
            "Offer the organisation’s last answer again in its next form", required=False
        )
        for field in self.fields.values():
            self._tame(field.widget)
        self.initial = typed if typed is not None else self._as_it_is()

    def _add_list(self):
        sources = [(OWN_LIST, "The choices below"), *Question.Source.choices]
        self.fields["source"] = ChoiceRadios(
            "Where do the choices come from?", sources, empty="Select where the choices come from"
        )
        self.fields["options"] = WordsField(
            "Choices",
            max_words=None,
            rows=6,
            required=False,
            hint="One on each line. Leave it empty if the choices come from elsewhere.",
        )

    def _add_columns(self, blank_rows):
        self.fields["columns"] = RowsField(
            "Columns of the table",
            columns=(
                Column("label", "Heading", empty="Enter the heading of column {n}", most=100),
                Column(
                    "kind",
                    "What it takes",
                    "choice",
                    choices=COLUMN_KINDS,
                    empty="Select what column {n} takes",
                ),
            ),
            noun="column",
            most=MOST_COLUMNS,
            empty="Enter at least 1 column of the table",
        )
        self.fields["columns"].blank_rows = blank_rows

    def _as_it_is(self) -> dict:
        """What the fields show before anything was typed."""
        asked = self.question
        if asked is None:
            return {"required": "yes", "source": OWN_LIST}
        return {
            **{field: getattr(asked, field) for field in ("text", "name", "empty", "hint", "guidance")},
            "word_limit": asked.word_limit,
            "required": "yes" if asked.required else "no",
            "source": asked.source or OWN_LIST,
            "options": "\n".join(label for _, label in asked.options),
            "columns": [{"label": label, "kind": kind} for _, label, kind in asked.columns],
            "criterion": asked.criterion,
            "condition": [f"{asked.depends_on_id}:{value}" for value in asked.shown_if],
            "is_offered_again": asked.is_offered_again,
        }

    def typed(self) -> dict:
        """What was typed, to show the form again without judging it: a row more, or one less."""
        return {
            name: field.widget.value_from_datadict(self.data, self.files, name)
            for name, field in self.fields.items()
        }

    def clean_condition(self):
        chosen = self.cleaned_data["condition"]
        if len({self.deciding[key][0] for key in chosen}) > 1:
            raise ValidationError("Select answers to one question only")
        return chosen

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("source") == OWN_LIST and not cleaned.get("options") and "options" not in self.errors:
            self.add_error("options", "Enter the choices, each on its own line")
        return cleaned

    def facts(self) -> dict:
        """What the services take."""
        cleaned = dict(self.cleaned_data)
        facts = {"kind": self.kind}
        if "required" in cleaned:
            facts["required"] = cleaned.pop("required") == "yes"
        if "source" in cleaned:
            source, lines = cleaned.pop("source"), cleaned.pop("options").splitlines()
            facts |= (
                {"source": "", "options": lines} if source == OWN_LIST else {"source": source, "options": []}
            )
        if "columns" in cleaned:
            facts["columns"] = [(row["label"], row["kind"]) for row in cleaned.pop("columns")]
        chosen = [self.deciding[key] for key in cleaned.pop("condition", ())]
        if "condition" in self.fields:
            facts["depends_on"] = chosen[0][0] if chosen else None
            facts["shown_if"] = [value for _, value, _ in chosen]
        return facts | cleaned


def _labelled_values(question: Question) -> list[tuple[str, str]]:
    labels = dict(YES_OR_NO) if question.kind == Kind.YES_NO else dict(question.options)
    return [(value, labels[value]) for value in values_of(question)]
