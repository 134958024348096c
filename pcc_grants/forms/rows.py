"""A table to fill in: rows of a few fields each, kept as they were typed, judged cell by cell."""

from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError

from .money import MoneyField
from .text import GovukFieldMixin, NumberField, TextField, clean_text, lower_first

MOST_ROWS_READ = 60  # of one request; more than any table takes, so that what is too much can be said


@dataclass(frozen=True)
class Column:
    """One column. `kind` is text, number, money or choice.

    `empty` is said of an empty cell in a row that is not; `name` begins the sentences about a wrong cell, and
    `unnamed` replaces it while a column it speaks of is empty. They may name {n} and the keys of columns.
    """

    key: str
    label: str
    kind: str = "text"
    required: bool = True
    choices: tuple = ()
    empty: str = ""
    name: str = ""
    unnamed: str = ""
    width: int | None = None
    most: int = 300

    @property
    def is_numeric(self) -> bool:
        return self.kind in ("number", "money")

    @property
    def words(self) -> str:
        """The label inside a template: an officer may have written braces into it."""
        return self.label.replace("{", "{{").replace("}", "}}")

    def sentence(self, template: str, row: dict, n: int) -> str:
        return template.format_map(_Words(row, n))


class _Words(dict):
    """What a sentence about a cell may name: {n}, and the other cells of the row."""

    def __init__(self, row: dict, n: int):
        super().__init__(row)
        self["n"] = n

    def __missing__(self, key):
        return ""


class RowsInput(forms.Widget):
    """`name-0-what`, `name-0-amount`, `name-1-what`, … A row in which everything is empty is no row."""

    kind = "rows"
    use_fieldset = True
    template_name = "govuk/widgets/rows.html"

    def __init__(self, columns, noun, most=MOST_ROWS_READ):
        super().__init__()
        self.columns, self.noun, self.most = columns, noun, most

    def value_from_datadict(self, data, files, name):
        rows = []
        for index in range(MOST_ROWS_READ):
            row = {c.key: clean_text(data.get(f"{name}-{index}-{c.key}")) for c in self.columns}
            if any(row.values()):
                rows.append(row)
        return rows

    def value_omitted_from_data(self, data, files, name):
        return not any(key.startswith(f"{name}-") for key in data)

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        attributes = context["widget"]["attrs"]
        faulty = attributes.pop("faulty_cells", {})
        blank = attributes.pop("blank_rows", 1)
        id_ = attributes.get("id", f"id_{name}")
        rows = list(value or []) + [{}] * (blank if value else max(1, blank))
        context["widget"] |= {
            "noun": self.noun,
            "has_money": any(column.kind == "money" for column in self.columns),
            "most": self.most,
            "rows": [
                {
                    "number": index + 1,
                    "is_filled": bool(row),
                    "remove": f"{name}-{index}",
                    "cells": [self._cell(name, id_, index, c, row, faulty) for c in self.columns],
                }
                for index, row in enumerate(rows)
            ],
        }
        return context

    @staticmethod
    def _cell(name, id_, index, column, row, faulty):
        part = f"-{index}-{column.key}"
        return {
            "column": column,
            "id": id_ + part,
            "name": name + part,
            "value": row.get(column.key, ""),
            "errors": faulty.get(part, []),
        }

    def id_for_label(self, id_):
        return f"{id_}-0-{self.columns[0].key}" if id_ else ""


class RowsField(GovukFieldMixin, forms.Field):
    """Rows of `columns`. Gives a list of dicts with typed values; every cell's error names its row.

    `noun` is one row: "cost". Errors carry {"cell": "-2-amount"}, the end of the faulty control's id.
    """

    def __init__(self, label, *, columns, noun="row", most=20, **kwargs):
        self.columns, self.noun, self.most = tuple(columns), noun, most
        super().__init__(label, widget=RowsInput(self.columns, noun, most), **kwargs)

    def clean(self, value):
        rows = [row for row in value or [] if any(row.values())]
        if not rows:
            if self.required:
                sentence = self.empty.replace("%", "%%")
                raise ValidationError(sentence, code="required", params={"cell": f"-0-{self.columns[0].key}"})
            return []
        if len(rows) > self.most:
            cell = f"-{self.most}-{self.columns[0].key}"
            raise ValidationError(
                f"You can enter up to {self.most} {self.noun}s. You have entered {len(rows)}",
                params={"cell": cell},
            )
        cleaned, errors = [], []
        for index, row in enumerate(rows):
            typed = {}
            for column in self.columns:
                try:
                    typed[column.key] = self._cell(column, row, index + 1)
                except ValidationError as error:
                    sentence = error.message.replace("%", "%%")  # Django fills params into the sentence
                    errors.append(ValidationError(sentence, params={"cell": f"-{index}-{column.key}"}))
            cleaned.append(typed)
        if errors:
            raise ValidationError(errors)
        return cleaned

    def _cell(self, column, row, n):
        text = row.get(column.key, "")
        if not text:
            if column.required:
                template = column.empty or f"Enter {lower_first(column.words)} for {self.noun} {{n}}"
                raise ValidationError(column.sentence(template, row, n))
            return "" if column.kind in ("text", "choice") else None
        name = column.sentence(column.name or f"{column.words} for {self.noun} {{n}}", row, n)
        if column.unnamed and not all(row.get(other) for other in _named_in(column.name)):
            name = column.sentence(column.unnamed, row, n)
        if column.kind == "choice":
            if text not in dict(column.choices):
                raise ValidationError(
                    column.sentence(column.empty or f"Select {lower_first(column.words)}", row, n)
                )
            return text
        if column.kind == "money":
            return MoneyField(column.label, name=name).clean(text)
        if column.kind == "number":
            return NumberField(column.label, name=name).clean(text)
        return TextField(column.label, name=name, max_length=column.most).clean(text)


def _named_in(template: str) -> list[str]:
    """The columns that a sentence names."""
    return [part.split("}")[0] for part in template.split("{")[1:] if not part.startswith("n}")]
