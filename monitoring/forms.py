"""Forms of returns. They check shape; `monitoring.services` judges what is missing or too much."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError

from awards.models import Condition
from funds.models import Fund
from organisations.models import District
from pcc_grants.forms import (
    ChoiceRadios,
    ChoiceSelect,
    DateField,
    GovukForm,
    ModelCheckboxes,
    ModelRadios,
    ModelSelect,
    MoneyField,
    NumberField,
    TextField,
    Tick,
    WordsField,
)
from pcc_grants.lib.money import format_money
from pcc_grants.lib.personal_data import findings

from .models import Return, Status
from .services import MOST_WORDS

COUNTS_ONLY = (
    "Give numbers, never people. Do not include names or anything that could identify a person, "
    "such as an address, a phone number or a date of birth."
)
# Asked for by the list of returns beside the statuses that are stored.
ALL, OVERDUE, DUE_SOON = "all", "overdue", "due_soon"


class ReturnForm(GovukForm):
    """The whole short return. Nothing is required here: `services.gaps` says what is missing."""

    progress = ChoiceRadios(
        "How is the project going?",
        Return.Progress.choices,
        empty="Select whether the project is on track",
        required=False,
        size="s",
    )
    narrative = WordsField(
        "What has happened", hint=COUNTS_ONLY, max_words=MOST_WORDS, rows=12, required=False, size="s"
    )
    sessions = NumberField(
        "How many events, workshops or sessions have you delivered?",
        name="Number of sessions",
        hint="In this period. Enter 0 if there were none.",
        required=False,
        size="s",
    )
    people = NumberField(
        "How many people have you reached?",
        name="Number of people",
        hint="In this period. Enter 0 if there were none.",
        required=False,
        size="s",
    )
    schools = NumberField(
        "How many schools have you visited?",
        name="Number of schools",
        hint="In this period. Leave empty if you do not work with schools.",
        required=False,
        size="s",
    )
    districts = ModelCheckboxes(
        "Where did you work?",
        District.objects.all(),
        hint="Select all that apply.",
        empty="Select the districts where you worked",
        required=False,
        size="s",
    )
    spent = MoneyField(
        "How much of our money have you spent so far?",
        name="Total spent",
        allow_zero=True,
        required=False,
        size="s",
    )
    difficulties = WordsField(
        "Difficulties and changes",
        hint=(
            "What went differently, what you would like to change, and where we could help. "
            "Leave empty if there is nothing. Do not name people."
        ),
        max_words=MOST_WORDS,
        rows=8,
        required=False,
        size="s",
    )
    personal_data_checked = Tick(
        "I have checked that nothing I wrote could identify a person",
        hint="The service found something that looks like a contact detail or a personal number.",
        required=False,
    )

    def __init__(self, *args, paid, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields[
            "spent"
        ].help_text = f"In total, since the grant began. We have paid you {format_money(paid)}."
        if not self._has_findings():
            del self.fields["personal_data_checked"]

    def _has_findings(self) -> bool:
        typed = self.data if self.is_bound else self.initial
        return any(findings(str(typed.get(name) or "")) for name in ("narrative", "difficulties"))

    def storable(self) -> tuple[dict, list[str]]:
        """What can be kept of what was typed, however unfinished, and the names of the fields that cannot."""
        values, misshapen = {}, []
        for name, field in self.fields.items():
            typed = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            try:
                value = field.to_python(typed)
            except ValidationError:
                misshapen.append(name)
                continue
            if isinstance(field, forms.ChoiceField) and value and not field.valid_value(value):
                value = ""
            values[name] = value
        return values, misshapen

    def keep_errors_of(self, names) -> None:
        """Say what is wrong with these fields only: nobody who comes back later is asked for the rest."""
        for name in [name for name in self.errors if name not in names]:
            del self.errors[name]


class SignatureForm(GovukForm):
    """The declaration. Typing your name here is signing."""

    signed_name = TextField(
        "Your full name",
        empty="Enter your full name as your signature",
        max_length=150,
        autocomplete="name",
        hint="Typing your name here is your signature.",
        spellcheck=False,
    )
    signed_role = TextField(
        "Your role in the organisation",
        empty="Enter your role in the organisation",
        max_length=150,
        autocomplete="organization-title",
    )
    declared = Tick(
        "What I send is correct, and I am authorised to send it for the organisation",
        empty="Select the box to accept and submit",
    )


class ReviewForm(GovukForm):
    """The office's judgement of a return, with the words that its people will read."""

    ACCEPT, CHANGES, UNSATISFACTORY = "accept", "changes", "unsatisfactory"

    outcome = ChoiceRadios(
        "What do you decide?",
        [(ACCEPT, "Accept it"), (CHANGES, "Ask for changes"), (UNSATISFACTORY, "Not satisfactory")],
        hints={
            ACCEPT: "An instalment that waits for this return can then be released.",
            CHANGES: "They have 10 working days from today to send it again.",
            UNSATISFACTORY: "Nothing is released. This ends the return; you can ask for another.",
        },
        empty="Select a decision",
        size="s",
    )
    feedback = WordsField(
        "Your feedback",
        empty="Enter your feedback, which the organisation will read",
        hint="The organisation reads this. When you ask for changes, say what must change.",
        max_words=None,
    )


class DueDateForm(GovukForm):
    due_on = DateField("New due date", empty="Enter the new due date", hint="For example, 31 October 2019")
    reason = WordsField(
        "Reason",
        empty="Enter the reason for the new date",
        hint="The organisation reads this.",
        max_words=None,
        max_characters=2000,
    )


class CancelForm(GovukForm):
    reason = WordsField(
        "Why is it no longer needed?",
        empty="Enter the reason why it is no longer needed",
        hint="The organisation reads this if the return is open.",
        max_words=None,
        max_characters=2000,
    )


class ScheduleForm(GovukForm):
    """Asking for a return. The view passes the conditions of this award that still wait for one."""

    kind = ChoiceRadios(
        "What kind of return is it?", Return.Kind.choices, empty="Select what kind of return it is", size="s"
    )
    period_start = DateField(
        "From", name="Start of the period", empty="Enter the start of the period", hint="The first day."
    )
    period_end = DateField(
        "To", name="End of the period", empty="Enter the end of the period", hint="The last day."
    )
    due_on = DateField("Due date", empty="Enter the due date", hint="For example, 31 October 2019")
    opens_on = DateField(
        "Opens on", name="Opening date", hint="Leave empty for 4 weeks before it is due.", required=False
    )
    condition = ModelRadios(
        "Which instalment waits for it?",
        Condition.objects.none(),
        text=lambda condition: (
            f"Instalment {condition.instalment.number} of {format_money(condition.instalment.amount)}"
        ),
        hint="Leave empty if no payment waits for this return.",
        required=False,
        size="s",
    )

    def __init__(self, *args, conditions, **kwargs):
        super().__init__(*args, **kwargs)
        if conditions:
            self.fields["condition"].queryset = conditions
        else:
            del self.fields["condition"]

    def asked(self) -> dict:
        """The arguments of `services.schedule`, with dates for what was left empty."""
        return {"condition": None} | self.cleaned_data


class FilterForm(GovukForm):
    status = ChoiceSelect(
        "Status",
        [
            (ALL, "All returns"),
            (OVERDUE, "Overdue"),
            (DUE_SOON, "Due soon"),
            *[(status.value, status.label) for status in Status],
        ],
        blank="Not finished",
        required=False,
    )
    fund = ModelSelect("Fund", Fund.objects.all(), blank="All funds", required=False)
    search = TextField(
        "Search", hint="Reference, organisation or project", max_length=100, width=20, required=False
    )

    def filter(self, returns, day: date):
        """The returns asked for; none for a filter that cannot be."""
        if not self.is_valid():
            return returns.none()
        asked = self.cleaned_data
        if asked["fund"]:
            returns = returns.filter(award__fund=asked["fund"])
        if asked["search"]:
            returns = returns.matching(asked["search"])
        if not asked["status"]:
            return returns.unfinished()
        if asked["status"] == OVERDUE:
            return returns.overdue(day)
        if asked["status"] == DUE_SOON:
            return returns.due_soon(day)
        return returns if asked["status"] == ALL else returns.filter(status=asked["status"])
