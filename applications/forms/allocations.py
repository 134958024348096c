"""Forms of a year's allocations and invitations: they check shape, the services judge."""

from pcc_grants.forms import ChoiceRadios, GovukForm, ModelCheckboxes, MoneyField, TextField, WordsField
from pcc_grants.lib.clock import format_date
from pcc_grants.lib.money import format_money

from ..models import BusinessCase, Decision
from .cases import LONGEST_TEXT, PURPOSE_HINT

Outcome = Decision.Outcome


class OrganisationSearch(GovukForm):
    """Looks for an organisation of the register."""

    q = TextField("Name or reference of an organisation", required=False)


class NewCaseForm(GovukForm):
    """An organisation that takes part for the first time, or again."""

    def __init__(self, *args, found, round, **kwargs):
        super().__init__(*args, **kwargs)
        self.by_pk = {str(one.pk): one for one in found}
        self.fields["organisation"] = ChoiceRadios(
            "Which organisation?",
            [(pk, f"{one.name} ({one.reference})") for pk, one in self.by_pk.items()],
            empty="Select the organisation",
        )
        self.fields["amount"] = amount_of_case(round)
        self.fields["reasons"] = WordsField(
            "Why this amount? (optional)",
            name="Why this amount",
            hint="Needed when it received another amount last year. Kept in the office.",
            max_words=None,
            max_characters=LONGEST_TEXT,
            required=False,
        )

    def clean_organisation(self):
        return self.by_pk.get(self.cleaned_data["organisation"])


def amount_of_case(round) -> MoneyField:
    if round.is_allocated:
        return MoneyField("Allocation", empty="Enter the allocation")
    return MoneyField("Most it may ask for", empty="Enter the most it may ask for")


class ChangeCaseForm(GovukForm):
    """Another amount, and why."""

    def __init__(self, *args, round, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["amount"] = amount_of_case(round)
        self.fields["reasons"] = WordsField(
            "Why does the amount change?",
            name="Why the amount changes",
            empty="Enter why the amount changes",
            hint="The approver reads it.",
            max_words=None,
            max_characters=LONGEST_TEXT,
        )


class EndCaseForm(GovukForm):
    """Why an organisation leaves the round."""

    def __init__(self, *args, is_invited, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"] = WordsField(
            "Reason",
            empty="Enter the reason",
            hint="It is part of the email to the organisation." if is_invited else "Kept in the office.",
            max_words=None,
            max_characters=LONGEST_TEXT,
        )


def case_in_short(case: BusinessCase) -> str:
    return f"{case.organisation}: {format_money(case.amount, pence=True)}"


class InviteForm(GovukForm):
    """Whom to invite."""

    cases = ModelCheckboxes(
        "Organisations",
        BusinessCase.objects.none(),
        text=case_in_short,
        empty="Select at least one organisation to invite",
    )

    def __init__(self, *args, cases, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cases"].queryset = cases


def _why_of(case: BusinessCase) -> str:
    last = case.last_year
    words = ""
    if last is None:
        words = "Not in the round last year. "
    elif last.amount == case.amount:
        words = "As last year. "
    else:
        words = f"Last year: {format_money(last.amount, pence=True)}. "
    proposed = f"Proposed by {case.proposed_by} on {format_date(case.proposed_at)}."
    return " ".join(filter(None, [words.strip(), case.proposed_reasons, proposed, case.waits_for]))


class DecideAllocationsForm(GovukForm):
    """One decision for all that are ticked, in words that are published for each."""

    cases = ModelCheckboxes(
        "Which allocations do you decide now?",
        BusinessCase.objects.none(),
        text=case_in_short,
        row_hint=_why_of,
        empty="Select at least one allocation",
        size="m",
    )
    outcome = ChoiceRadios(
        "What is your decision on them?",
        [(Outcome.APPROVED, "Approve"), (Outcome.DECLINED, "Do not approve")],
        hints={Outcome.DECLINED: "The organisation takes no part in this round"},
        empty="Select a decision",
        size="m",
    )
    purpose = TextField(
        "Purpose, if you approve", hint=PURPOSE_HINT, max_length=500, required=False, size="m"
    )
    reasons = WordsField(
        "Reasons",
        empty="Enter the reasons, which will be published",
        hint="They are published with each of the decisions.",
        max_words=None,
        max_characters=LONGEST_TEXT,
        size="m",
    )

    def __init__(self, *args, cases, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cases"].queryset = cases

    def clean(self):
        cleaned = super().clean()
        needed = cleaned.get("outcome") == Outcome.APPROVED and "purpose" not in self.errors
        if needed and not cleaned.get("purpose"):
            self.add_error("purpose", "Enter what the money is for, to finish the sentence")
        return cleaned
