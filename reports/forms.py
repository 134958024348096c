"""Forms of published spend and of the papers. They check shape; the services judge."""

from pcc_grants.forms import (
    ChoiceRadios,
    ChoiceSelect,
    DateField,
    GovukForm,
    ModelSelect,
    MoneyField,
    TextField,
    Tick,
    WordsField,
)

from .models import Paper
from .papers.choosing import QUESTION_WORDS
from .papers.items import MOST_CHARACTERS

KINDS = [("grant", "Grant"), ("contract", "Contract"), ("other", "Other")]


# -- Lists ---------------------------------------------------------------------------------------------------


class SpendingFilter(GovukForm):
    """`years` are the financial years that have published spend, as (value, label)."""

    q = TextField("Recipient or purpose", required=False, width=20)
    year = ChoiceSelect("Financial year", [], blank="All years", required=False)

    def __init__(self, *args, years=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [("", "All years"), *years]


class AwardFilter(GovukForm):
    """`funds` are the funds with public awards."""

    fund = ModelSelect("Fund", None, blank="All funds", required=False)
    q = TextField("Recipient or purpose", required=False, width=20)

    def __init__(self, *args, funds, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["fund"].queryset = funds


class RegisterFilter(GovukForm):
    """`funds` and `years` (as value and label) are those with decisions on the register."""

    q = TextField("Recipient, purpose or number", required=False, width=20)
    fund = ModelSelect("Fund", None, blank="All funds", required=False)
    year = ChoiceSelect("Financial year", [], blank="All years", required=False)

    def __init__(self, *args, funds, years, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["fund"].queryset = funds
        self.fields["year"].choices = [("", "All years"), *years]


class ItemFilter(GovukForm):
    """Which published items a paper may take. `funds` are the funds' names as published."""

    q = TextField("Recipient or purpose", required=False, width=20)
    fund = ChoiceSelect("Fund", [], blank="All funds", required=False)
    kind = ChoiceSelect("Type", KINDS, blank="All types", required=False)
    amount_from = MoneyField("Amount from", allow_zero=True, required=False)
    amount_to = MoneyField("Amount to", allow_zero=True, required=False)
    new_only = Tick("Not reported before", required=False)
    all_years = Tick("Search all years", required=False)

    def __init__(self, *args, funds=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["fund"].choices = [("", "All funds"), *((name, name) for name in funds)]


# -- Papers --------------------------------------------------------------------------------------------------


class PlanForm(GovukForm):
    """What can still be changed about a paper once it is planned."""

    period_start = DateField(
        "First day of the period",
        name="First day of the period",
        empty="Enter the first day of the period",
        hint="Items are chosen from what was paid in the period",
    )
    period_end = DateField("Last day of the period", empty="Enter the last day of the period")
    subject = TextField(
        "Subject", empty="Enter the subject of the paper", initial=Paper._meta.get_field("subject").default
    )
    preset = ChoiceRadios(
        "How are the headings written?",
        Paper.Preset.choices,
        empty="Select how the headings are written",
        initial=Paper.Preset.YEAR_2019,
    )
    selection_due_on = DateField(
        "When is the Panel's selection due?",
        name="Date the selection is due",
        required=False,
        hint="Leave this empty and it is worked out back from the day the papers go out",
    )
    despatch_on = DateField(
        "When do the papers go out?",
        name="Date the papers go out",
        required=False,
        hint="Leave this empty for 5 clear working days before the meeting",
    )
    is_first = Tick("This is the first paper of a series, after the initial report", required=False)


class PaperForm(PlanForm):
    meeting_on = DateField(
        "When does the Panel meet?", name="Date of the meeting", empty="Enter the date of the meeting"
    )
    field_order = ["meeting_on"]


class ReviewForm(GovukForm):
    """What Members want to know, a box for each item: `question_<pk>`."""

    def __init__(self, *args, items, **kwargs):
        super().__init__(*args, **kwargs)
        self.items = list(items)
        for item in self.items:
            supplier = item.published_item.supplier
            self.fields[f"question_{item.pk}"] = WordsField(
                "What Members want to know (optional)",
                name=f"What Members want to know about {supplier}",
                max_words=QUESTION_WORDS,
                required=False,
                initial=item.members_question,
                rows=3,
            )
            self._tame(self.fields[f"question_{item.pk}"].widget)

    @property
    def cards(self):
        """(item, its box), in the order of the paper."""
        return [(item, self[f"question_{item.pk}"]) for item in self.items]

    @property
    def questions(self) -> dict[int, str]:
        return {item.pk: self.cleaned_data[f"question_{item.pk}"] for item in self.items}


class NarrativeForm(GovukForm):
    narrative = WordsField(
        "What the paper says",
        max_words=None,
        max_characters=MOST_CHARACTERS,
        rows=20,
        required=False,
        hint=(
            "Leave an empty line between paragraphs. Begin a line with “- ” for a bullet. "
            "Write a link as [words](https://address)."
        ),
    )


class TextForm(GovukForm):
    text = WordsField("The paragraph", max_words=200, rows=6, empty="Enter the text of the paragraph")
    effective_from = DateField(
        "From which date does it hold?",
        name="Date from which it holds",
        empty="Enter the date from which it holds",
        hint="Papers for meetings on or after this date use it",
    )


class ApproveForm(GovukForm):
    decision = ChoiceRadios(
        "Your decision",
        [("approve", "Approve"), ("back", "Send back")],
        hints={
            "approve": "The paper is kept as it stands, and the Panel is told",
            "back": "The office changes it and sends it again",
        },
        empty="Select a decision",
    )
    reason = WordsField(
        "Why are you sending it back?",
        name="The reason",
        max_words=None,
        max_characters=5_000,
        rows=4,
        required=False,
        hint="Only if you send it back. Name the paragraph by its number",
    )

    def clean(self):
        facts = super().clean()
        if facts.get("decision") == "back" and not facts.get("reason") and "reason" not in self.errors:
            self.add_error("reason", "Enter the reason for sending the paper back")
        return facts
