"""Forms of the list of applications: its filter, filters that are kept, and what is done with all of it."""

from datetime import date
from decimal import Decimal

from django.http import QueryDict

from accounts.models import User
from accounts.permissions import Role
from funds.models import Fund, Round, Theme
from organisations.models import District
from pcc_grants.forms import (
    Checkboxes,
    ChoiceRadios,
    ChoiceSelect,
    DateField,
    DateInputs,
    GovukForm,
    ModelCheckboxes,
    ModelSelect,
    MoneyField,
    NumberField,
    TextField,
    Tick,
    WordsField,
)
from pcc_grants.lib import clock
from pcc_grants.lib.money import format_money

from ..models import BulkAction, Status
from ..services.finding import ONLY

STATUSES = [(one.value, one.label) for one in Status if one not in (Status.DRAFT, Status.NOT_SUBMITTED)]
LONGEST_MESSAGE = 5_000
LONGEST_REASON = 1_000


class ApplicationFilter(GovukForm):
    """The filters of the office's list. What cannot be read is left out, and said in `unread`.

    `wanted` is what `services.finding.find` takes; `query` says the same as a query string, to be kept.
    """

    q = TextField(
        "Search",
        hint="Reference, organisation, project, or words of the answers",
        required=False,
        max_length=200,
    )
    fund = ModelSelect("Fund", Fund.objects.order_by("name"), blank="All funds", required=False)
    round = ModelSelect(
        "Round", Round.objects.published().select_related("fund"), blank="All rounds", required=False
    )
    theme = ModelSelect(
        "Type of project",
        Theme.objects.select_related("fund").order_by("fund__name", "position"),
        text=lambda theme: f"{theme.fund}: {theme.name}",
        blank="All types",
        required=False,
    )
    district = ModelSelect("District", District.objects.all(), blank="All districts", required=False)
    assessor = ModelSelect(
        "Assessor", User.objects.none(), blank="Any or none", text=lambda person: person.name, required=False
    )
    checked = ChoiceSelect(
        "Checked", [("yes", "Checked"), ("no", "Not checked yet")], blank="Checked or not", required=False
    )
    asked_from = MoneyField("Asked for, at least", allow_zero=True, required=False)
    asked_to = MoneyField("Asked for, at most", allow_zero=True, required=False)
    received_from = DateField("Received from", required=False)
    received_to = DateField("Received up to", required=False)
    status = Checkboxes("Status", STATUSES, required=False)
    only = Checkboxes("Only", [(key, words) for key, (words, _) in ONLY.items()], required=False)

    def __init__(self, data=None, **kwargs):
        if isinstance(data, str):
            data = QueryDict(data.encode("utf-8", "replace")[:4_000])
        super().__init__(data if data is not None else QueryDict(""), **kwargs)
        assessors = User.objects.filter(roles__contains=[Role.ASSESSOR])
        self.fields["assessor"].queryset = assessors.order_by("name", "pk")
        self.full_clean()
        self.unread = [str(self.fields[name].label) for name in self.errors]
        self._errors.clear()  # a filter is never wrong: what cannot be read is left out, and said

    @property
    def wanted(self) -> dict:
        """What was asked for, by name; nothing for what was left open."""
        given = {name: self.cleaned_data.get(name) for name in self.fields}
        return {name: value for name, value in given.items() if value not in (None, "", [])}

    @property
    def query(self) -> str:
        return self._query_of(self.wanted).urlencode()

    def _query_of(self, wanted: dict) -> QueryDict:
        query = QueryDict(mutable=True)
        for name, value in wanted.items():
            if isinstance(value, date):
                texts = DateInputs().format_value(value)
                query.update({f"{name}_{part}": texts[part] for part in DateInputs.parts})
            elif isinstance(value, list):
                query.setlist(name, value)
            else:
                query[name] = str(getattr(value, "pk", value))
        return query

    @property
    def tags(self) -> list[tuple[str, str, str]]:
        """Each thing that was asked for, to be taken away alone: (what, its value, the query without it)."""
        wanted, found = self.wanted, []
        for name, value in wanted.items():
            for one in value if isinstance(value, list) else [value]:
                left = {**wanted, name: [v for v in value if v != one]} if isinstance(value, list) else wanted
                rest = {key: v for key, v in left.items() if key != name or isinstance(value, list)}
                found.append((str(self.fields[name].label), self._words(name, one), self._query_of(rest)))
        return [(label, words, query.urlencode()) for label, words, query in found]

    def _words(self, name: str, value) -> str:
        if isinstance(value, date):
            return clock.format_date(value)
        if isinstance(value, Decimal):
            return format_money(value)
        choices = getattr(self.fields[name], "choices", ()) if isinstance(value, str) else ()
        return str(dict(choices).get(value, value))


class SavedFilterForm(GovukForm):
    """The name of a filter that is kept, and whether colleagues see it."""

    name = TextField("Name of the filter", max_length=100, empty="Enter a name for the filter")
    is_shared = Tick("Share it with colleagues", required=False)


class WhatToDoForm(GovukForm):
    """What is done with every application of the list."""

    action = ChoiceRadios(
        "What do you want to do?",
        BulkAction.Action.choices,
        hints={
            BulkAction.Action.ASSIGN: "Spread over the assessors you choose",
            BulkAction.Action.DUE: "For assessors who have not finished; they are told by email",
            BulkAction.Action.REMIND: "One email to each of them",
            BulkAction.Action.WRITE: "One email about each application, to the people who take part in it",
            BulkAction.Action.ELIGIBLE: "Where nothing is missing and the round has no checklist",
        },
        empty="Select what you want to do",
        size="m",
    )


class OptionsForm(GovukForm):
    """What an action needs to know; `options` gives it as plain data."""

    @property
    def options(self) -> dict:
        return {}


class AssignAllForm(OptionsForm):
    def __init__(self, *args, assessors, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["assessors"] = ModelCheckboxes(
            "Which assessors?",
            assessors,
            row_hint=lambda person: f"{person.to_score} to score",
            empty="Select at least one assessor",
            size="m",
        )
        self.fields["each"] = NumberField(
            "How many assessors should each application have?",
            name="How many assessors each application should have",
            empty="Enter how many assessors each application should have",
            hint="Those who have been asked already count.",
            minimum=1,
            maximum=10,
            size="m",
        )
        self.fields["due_on"] = due_field()

    @property
    def options(self) -> dict:
        data = self.cleaned_data
        people = sorted(person.pk for person in data["assessors"])
        return {"assessors": people, "each": data["each"], "due_on": data["due_on"].isoformat()}


def due_field() -> DateField:
    return DateField(
        "When are the scores due?",
        name="Date the scores are due",
        empty="Enter the date the scores are due",
        earliest=clock.today(),
        hint="For example, 27 3 2026",
        size="m",
    )


class DueForm(OptionsForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["due_on"] = due_field()

    @property
    def options(self) -> dict:
        return {"due_on": self.cleaned_data["due_on"].isoformat()}


class WriteForm(OptionsForm):
    message = WordsField(
        "Your message",
        empty="Enter your message",
        hint="The email names the application, and says how to reach us. Say nothing of decisions or scores.",
        max_words=None,
        max_characters=LONGEST_MESSAGE,
        size="m",
    )

    @property
    def options(self) -> dict:
        return {"message": self.cleaned_data["message"]}


class EligibleForm(OptionsForm):
    notes = WordsField(
        "Notes of your check",
        empty="Enter what you checked",
        hint="Kept with each application. Only the office reads it.",
        max_words=None,
        max_characters=LONGEST_MESSAGE,
        size="m",
    )

    @property
    def options(self) -> dict:
        return {"notes": self.cleaned_data["notes"]}


class ConfirmForm(GovukForm):
    """Why all of them are changed."""

    reason = WordsField(
        "Why are you doing this?",
        name="Reason",
        empty="Enter why you are doing this",
        hint="Kept with the record of what was done. Applicants and assessors are not shown it.",
        max_words=None,
        max_characters=LONGEST_REASON,
        size="m",
    )


class ExportForm(GovukForm):
    """What goes into the file; sent with GET, so that the same file can be had again."""

    format = ChoiceRadios(
        "Which kind of file?",
        [("xlsx", "Excel"), ("csv", "CSV, for other programs")],
        empty="Select which kind of file",
        size="m",
    )
    parts = Checkboxes(
        "What should it say, beside the facts of each application?",
        [
            ("scores", "Scores, for each criterion"),
            ("recommendation", "Recommendation"),
            ("decision", "Decision"),
            ("answers", "Every answer, in a column for each question"),
        ],
        required=False,
        size="m",
    )
