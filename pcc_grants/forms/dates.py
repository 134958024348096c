"""A date in three boxes, as people know it from paper (screens.md 6.16)."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError

from pcc_grants.lib.clock import format_date

from .text import GovukFieldMixin, clean_text

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
YEARS = range(1900, 2200)


class DateInputs(forms.Widget):
    """Day, month and year: `start` is sent as `start_day`, `start_month` and `start_year`."""

    kind = "date"
    parts = ("day", "month", "year")
    use_fieldset = True
    template_name = "govuk/widgets/date.html"

    def format_value(self, value):
        """The three texts, from a date or from what was typed."""
        if isinstance(value, date):
            return {"day": str(value.day), "month": str(value.month), "year": str(value.year)}
        return {part: (value or {}).get(part, "") for part in self.parts}

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        faulty = context["widget"]["attrs"].pop("faulty", ())
        id_ = context["widget"]["attrs"].get("id", f"id_{name}")
        texts = self.format_value(value)
        context["widget"]["inputs"] = [
            {
                "part": part,
                "label": part.capitalize(),
                "id": f"{id_}_{part}",
                "name": f"{name}_{part}",
                "value": texts[part],
                "width": 4 if part == "year" else 2,
                "faulty": part in faulty,
                "disabled": context["widget"]["attrs"].get("disabled", False),
            }
            for part in self.parts
        ]
        return context

    def value_from_datadict(self, data, files, name):
        return {part: data.get(f"{name}_{part}") or "" for part in self.parts}

    def value_omitted_from_data(self, data, files, name):
        return not any(f"{name}_{part}" in data for part in self.parts)

    def id_for_label(self, id_):
        return f"{id_}_day" if id_ else ""


class DateField(GovukFieldMixin, forms.Field):
    """A date. Takes 6, 06, Jun and June for the month; the errors come in GOV.UK's order, one at a time.

    `earliest` and `latest` are dates that the answer may not pass.
    """

    def __init__(self, label, *, earliest=None, latest=None, **kwargs):
        self.earliest, self.latest = earliest, latest
        super().__init__(label, widget=DateInputs(), **kwargs)

    def to_python(self, value):
        if not value or isinstance(value, date):
            return value or None
        texts = {part: clean_text(value.get(part)) for part in DateInputs.parts}
        missing = [part for part in DateInputs.parts if not texts[part]]
        if len(missing) == len(DateInputs.parts):
            return None
        if missing:
            raise self._error(f"must include a {' and '.join(missing)}", missing, "incomplete")
        return self._real(texts)

    def _real(self, texts):
        day, month, year = _number(texts["day"]), _month(texts["month"]), _number(texts["year"])
        faulty = [
            part
            for part, number, possible in (
                ("day", day, range(1, 32)),
                ("month", month, range(1, 13)),
                ("year", year, YEARS),
            )
            if number not in possible
        ]
        if faulty == ["year"] and len(texts["year"]) != 4:
            raise ValidationError("Year must include 4 numbers", code="year", params={"parts": faulty})
        if faulty:
            raise self._error("must be a real date", faulty if len(faulty) == 1 else None, "not_real")
        try:
            return date(year, month, day)
        except ValueError as error:
            raise self._error("must be a real date", None, "not_real") from error

    def validate(self, value):
        super().validate(value)
        if value and self.earliest and value < self.earliest:
            raise self._error(f"must be on or after {format_date(self.earliest)}", None, "early")
        if value and self.latest and value > self.latest:
            raise self._error(f"must be on or before {format_date(self.latest)}", None, "late")

    def _error(self, says, parts, code):
        sentence = f"{self.name} {says}".replace("%", "%%")  # Django fills params into the sentence
        return ValidationError(sentence, code=code, params={"parts": parts})


def _number(text):
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else None


def _month(text):
    """6, 06, Jun, June, Sept: a number of a month, or the first three letters or more of its name."""
    word = text.lower().rstrip(".")
    if len(word) >= 3:
        return next((n for n, name in enumerate(MONTHS, 1) if name.startswith(word)), None)
    return _number(text)
