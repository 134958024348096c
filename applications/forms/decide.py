"""Forms of the recommendation and of the decision."""

from datetime import UTC, datetime

from django import forms
from django.db.models import Max, Min

from applications.models import Decision, Status
from applications.services.deciding import most_without_reason
from funds.models import Fund
from pcc_grants.forms import (
    ChoiceRadios,
    ChoiceSelect,
    GovukForm,
    ModelSelect,
    MoneyField,
    TextField,
    WordsField,
)
from pcc_grants.lib.clock import london_date
from pcc_grants.lib.financial_year import FinancialYear
from pcc_grants.lib.money import format_money
from pcc_grants.lib.text import clean

LONGEST_TEXT = 5_000
NEVER = datetime.min.replace(tzinfo=UTC)
OTHER_REASONS = "Enter the reasons for your own decision. These were proposed for another one"
# What the words that an officer proposes argue for, by the recommendation.
ARGUES_FOR = {
    Status.RECOMMENDED: Decision.Outcome.APPROVED,
    Status.RESERVE: Decision.Outcome.APPROVED,
    Status.NOT_RECOMMENDED: Decision.Outcome.DECLINED,
}


def argues_otherwise(application, outcome, reasons) -> bool:
    """Whether the reasons are the officer's, proposed for another decision than this one."""
    proposed = application.proposed_reasons
    argued_for = ARGUES_FOR.get(application.status)
    return bool(proposed and argued_for and outcome != argued_for and clean(reasons or "") == clean(proposed))


def moment_read(text: str) -> datetime:
    """When the recommendation that the page showed was made; for any other text a time that none has."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return NEVER
    return moment if moment.tzinfo else NEVER


class AmountWhenNeededForm(GovukForm):
    """An amount that only some outcomes need; whatever stands in its box is passed over for the others."""

    outcomes_with_amount: tuple[str, ...] = ()
    amount_missing = ""

    def clean(self):
        cleaned = super().clean()
        outcome = cleaned.get("outcome")
        if outcome and outcome not in self.outcomes_with_amount:
            self.errors.pop("amount", None)
            cleaned["amount"] = None
        elif outcome and cleaned.get("amount") is None and "amount" not in self.errors:
            self.add_error("amount", self.amount_missing)
        return cleaned


class RecommendForm(AmountWhenNeededForm):
    """What the office recommends on one application."""

    outcomes_with_amount = (Status.RECOMMENDED, Status.RESERVE)
    amount_missing = "Enter the amount you recommend"

    outcome = ChoiceRadios(
        "What do you recommend?",
        [
            (Status.RECOMMENDED, "Recommend for approval"),
            (Status.RESERVE, "Put on the reserve list"),
            (Status.NOT_RECOMMENDED, "Do not recommend"),
        ],
        empty="Select what you recommend",
        size="m",
    )

    def __init__(self, *args, application, gaps=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["amount"] = MoneyField(
            "Amount you recommend",
            name="The amount you recommend",
            hint=f"They asked for {format_money(application.amount_asked)}. "
            "Leave this empty if you do not recommend the application.",
            maximum=application.amount_asked,
            required=False,
            size="m",
        )
        self.fields["recommendation"] = WordsField(
            "Your recommendation",
            empty="Enter your recommendation",
            hint="What is needed to decide: strengths, weaknesses, any risk or disagreement.",
            max_words=None,
            max_characters=LONGEST_TEXT,
            size="m",
        )
        self.fields["purpose"] = TextField(
            "Purpose you propose (optional)",
            name="The purpose you propose",
            hint="Finish this sentence: “They were awarded the money to …”. Start with a verb in lower case.",
            max_length=500,
            required=False,
            size="m",
        )
        self.fields["reasons"] = WordsField(
            "Reasons you propose for publication (optional)",
            name="The reasons you propose",
            hint="The approver can take these words or change them. The organisation reads what is decided.",
            max_words=None,
            max_characters=LONGEST_TEXT,
            required=False,
            size="m",
        )
        self.fields["conditions"] = WordsField(
            "Conditions you propose (optional)",
            name="The conditions you propose",
            hint="One a line, such as: a safeguarding policy is agreed before the first session.",
            max_words=None,
            max_characters=LONGEST_TEXT,
            required=False,
            size="m",
        )
        self.gaps = gaps
        if gaps:
            self.fields["diligence_reason"] = WordsField(
                "Why do you recommend it although due diligence is not in order?",
                name="The reason about due diligence",
                hint="Needed if you recommend the application for approval. The approver reads it.",
                max_words=None,
                max_characters=LONGEST_TEXT,
                required=False,
                size="m",
            )

    def clean(self):
        cleaned = super().clean()
        field = "diligence_reason"
        given = cleaned.get(field) or field in self.errors
        if self.gaps and cleaned.get("outcome") == Status.RECOMMENDED and not given:
            self.add_error(field, "Enter why you recommend it although due diligence is not in order")
        return cleaned


class DecideForm(AmountWhenNeededForm):
    """The decision on one application, in words that will be published."""

    outcomes_with_amount = (Decision.Outcome.APPROVED,)

    seen = TextField("When it was recommended", max_length=100, required=False, widget=forms.HiddenInput())
    amount_missing = "Enter the amount you approve"

    outcome = ChoiceRadios(
        "What is your decision?",
        [
            (Decision.Outcome.APPROVED, "Approve"),
            (Decision.Outcome.DECLINED, "Decline"),
            (Decision.Outcome.DEFERRED, "Defer: decide later"),
        ],
        empty="Select a decision",
        size="m",
    )

    def __init__(self, *args, application, **kwargs):
        super().__init__(*args, **kwargs)
        maximum = format_money(application.round.maximum)
        self.fields["amount"] = MoneyField(
            "Amount, if you approve",
            name="The amount you approve",
            hint=f"They asked for {format_money(application.amount_asked)}. It may be another amount.",
            required=False,
            size="m",
        )
        self.fields["purpose"] = TextField(
            "Purpose, if you approve",
            hint="Finish this sentence: “They were awarded the money to …”. Start with a verb in lower case, "
            "such as: deliver workshops in schools. It will be published.",
            max_length=500,
            required=False,
            size="m",
        )
        self.fields["reasons"] = WordsField(
            "Reasons",
            empty="Enter the reasons, which will be published",
            hint="Why this is the right decision. The organisation reads them, and they are published.",
            max_words=None,
            max_characters=LONGEST_TEXT,
            size="m",
        )
        self.fields["exception_reason"] = WordsField(
            f"Reason for an exception, if you approve more than {maximum} or more than they asked for",
            name="The reason for an exception",
            hint=f"{maximum} is the most one application can receive in this round. The reason is published.",
            max_words=None,
            max_characters=LONGEST_TEXT,
            required=False,
        )
        self.fields["conditions"] = WordsField(
            "Conditions, if you approve (optional)",
            name="The conditions",
            hint="What the award is bound to, one a line. They are published.",
            max_words=None,
            max_characters=LONGEST_TEXT,
            required=False,
        )
        self.fields["withheld"] = WordsField(
            "Reason to withhold the recipient and the purpose from the public register (optional)",
            name="The reason to withhold",
            hint="Only where naming them could put people at risk, such as a refuge. "
            "The register shows this reason in their place.",
            max_words=None,
            max_characters=LONGEST_TEXT,
            required=False,
        )
        self.application = application

    def clean(self):
        cleaned = super().clean()
        outcome = cleaned.get("outcome")
        if outcome and argues_otherwise(self.application, outcome, cleaned.get("reasons")):
            self.add_error("reasons", OTHER_REASONS)
        if outcome != Decision.Outcome.APPROVED:
            return cleaned
        if not cleaned.get("purpose") and "purpose" not in self.errors:
            self.add_error("purpose", "Enter what the money is for, to finish the sentence")
        amount = cleaned.get("amount")
        most = most_without_reason(self.application)
        if amount and amount > most and not cleaned.get("exception_reason"):
            self.add_error(
                "exception_reason",
                f"Enter the reason for an exception: {format_money(amount)} against {format_money(most)}",
            )
        return cleaned

    def clean_seen(self):
        return moment_read(self.cleaned_data["seen"]) if self.cleaned_data["seen"] else None


class DecisionFilter(GovukForm):
    """What the list of decisions is narrowed to, through the address."""

    q = TextField("Number, organisation or words", required=False, width=20)
    fund = ModelSelect("Fund", Fund.objects.all(), blank="All funds", required=False)
    outcome = ChoiceSelect("Decision", Decision.Outcome, blank="All decisions", required=False)
    year = ChoiceSelect("Financial year", [], blank="All years", required=False)

    def __init__(self, *args, decisions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [
            ("", "All years"),
            *((str(one), str(one)) for one in years_of(decisions)),
        ]

    def narrow(self, decisions):
        wanted = self.cleaned_data
        if wanted["q"]:
            decisions = decisions.containing(wanted["q"])
        if wanted["fund"]:
            decisions = decisions.filter(fund=wanted["fund"])
        if wanted["outcome"]:
            decisions = decisions.filter(outcome=wanted["outcome"])
        if wanted["year"]:
            decisions = decisions.made_in(FinancialYear.parse(wanted["year"]))
        return decisions


def years_of(decisions) -> list[FinancialYear]:
    """The financial years from the first of these decisions to the last, the last first."""
    ends = decisions.order_by().aggregate(first=Min("decided_at"), last=Max("decided_at"))
    if ends["first"] is None:
        return []
    first, last = (FinancialYear.containing(london_date(ends[end])) for end in ("first", "last"))
    return [FinancialYear(year) for year in range(last.start_year, first.start_year - 1, -1)]
