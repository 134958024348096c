"""A page of the form: its questions, filled with what was typed, and what is wrong with the answers."""

from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict

from pcc_grants.forms import ChoiceRadios, GovukForm, ModelRadios, WordsField, clean_text
from questionnaires.kinds import Asking, field_for
from questionnaires.reading import Entry


class AnswersForm(GovukForm):
    """The questions of one page. It refuses nothing: what was typed is stored first and judged afterwards.

    `offers` are answers known from elsewhere, by question key, shown where nothing was answered yet.
    """

    def __init__(self, entries: list[Entry], asking: Asking, data=None, *, offers=None, blank_rows=1):
        super().__init__(data)
        self.entries = entries
        for entry in entries:
            asks = field_for(entry.question, asking)
            asks.blank_rows = blank_rows
            offered = (offers or {}).get(entry.question.key)
            asks.initial = entry.value if entry.answer is not None else offered
            self.fields[entry.name] = asks
            self._tame(asks.widget)
        if len(entries) == 1:
            [only] = self.fields.values()
            only.heading, only.size = True, "l"

    def full_clean(self):
        if self._errors is None:
            self._errors, self.cleaned_data = ErrorDict(), {}

    def values(self) -> dict:
        """{question key: what was typed}, in the shape in which answers are stored."""
        return {
            entry.question.key: _storable(
                self.fields[entry.name].widget.value_from_datadict(self.data, self.files, entry.name)
            )
            for entry in self.entries
        }

    def show_problems(self, entries: list[Entry]) -> None:
        """Put what is wrong with these answers beside their questions."""
        self.full_clean()
        for entry in entries:
            for problem in entry.problems:
                parts = [problem.cell[1:]] if problem.cell.startswith("_") else None
                self.add_error(
                    entry.name,
                    ValidationError(problem.message, params={"cell": problem.cell, "parts": parts}),
                )


def _storable(typed):
    """What was typed, without the characters that cannot be stored."""
    if isinstance(typed, dict):
        return {part: clean_text(text) for part, text in typed.items()}
    if isinstance(typed, list):
        return [one if isinstance(one, dict) else clean_text(one) for one in typed]
    return clean_text(typed)


class CompleteForm(GovukForm):
    """Whether a section is complete, at its end."""

    complete = ChoiceRadios(
        "Have you completed this section?",
        [("yes", "Yes, I have completed this section"), ("no", "No, I will come back to it later")],
        empty="Select whether you have completed this section",
        size="m",
    )


class CommentForm(GovukForm):
    """A remark for colleagues."""

    text = WordsField(
        "Add a comment for your colleagues",
        name="Your comment",
        empty="Enter your comment",
        hint="The people of this application see it. We do not.",
        max_words=300,
        rows=3,
    )


class ChooseAnswerForm(GovukForm):
    """Which of two answers to one question stays, or a combined one."""

    choice = ChoiceRadios(
        "Which answer do you want to keep?",
        [("mine", "Keep mine"), ("theirs", "Keep theirs"), ("combined", "Edit a combined answer")],
        empty="Select which answer you want to keep",
        size="m",
    )

    def __init__(self, *args, combined=None, **kwargs):
        super().__init__(*args, **kwargs)
        if combined is None:
            self.fields["choice"].choices = self.fields["choice"].choices[:2]
        else:
            self.fields["combined"] = WordsField(
                "A combined answer", max_words=None, max_characters=100_000, rows=12, required=False,
                initial=combined,
            )  # fmt: skip


class StartForm(GovukForm):
    """For which organisation, when the person acts for several."""

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"] = ModelRadios(
            "Which organisation is applying?", organisations, empty="Select which organisation is applying"
        )
