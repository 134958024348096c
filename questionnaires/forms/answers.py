"""A page of the form: its questions, filled with what was typed, and what is wrong with the answers."""

from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict

from pcc_grants.forms import GovukForm, clean_text

from ..kinds import Asking, field_for
from ..reading import Entry


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
            asks.guidance = entry.question.guidance.splitlines()
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
                sentence = problem.message.replace("%", "%%")  # Django fills params into the sentence
                self.add_error(
                    entry.name,
                    ValidationError(sentence, params={"cell": problem.cell, "parts": parts}),
                )


def _storable(typed):
    """What was typed, without the characters that cannot be stored."""
    if isinstance(typed, dict):
        return {part: clean_text(text) for part, text in typed.items()}
    if isinstance(typed, list):
        return [one if isinstance(one, dict) else clean_text(one) for one in typed]
    return clean_text(typed)


def take_off_row(button: str, typed: dict) -> None:
    """“Remove”: the row that the button names, such as q-costs-2, leaves what was typed, by name of field."""
    name, _, index = button.rpartition("-")
    rows = typed.get(name)
    if isinstance(rows, list) and _is_index(index, rows):
        del rows[int(index)]


def _is_index(text: str, rows: list) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 5 and int(text) < len(rows)
