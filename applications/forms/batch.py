"""The page on which an approver decides on a whole round: one row of a form for each application."""

from django import forms

from applications.forms.decide import LONGEST_TEXT, OTHER_REASONS, argues_otherwise, moment_read
from applications.models import Decision
from applications.services.deciding import most_without_reason
from pcc_grants.forms import ChoiceSelect, GovukForm, MoneyField, TextField, WordsField
from pcc_grants.lib.money import format_money

AS_RECOMMENDED, ANOTHER_AMOUNT = "as_recommended", "another_amount"
APPROVALS = (AS_RECOMMENDED, ANOTHER_AMOUNT)


class BatchRow(GovukForm):
    """The decision on one application; nothing is decided while none is selected."""

    seen = TextField("When it was recommended", max_length=100, required=False, widget=forms.HiddenInput())

    def __init__(self, *args, row, **kwargs):
        self.row, self.application = row, row.application
        super().__init__(*args, prefix=f"a{self.application.pk}", **kwargs)
        reference = self.application.reference
        self.fields["decision"] = ChoiceSelect(
            f"Decision on {reference}",
            self._choices(),
            blank="Leave for now",
            empty=f"Select a decision on {reference}",
            required=False,
        )
        self.fields["amount"] = MoneyField(
            f"Another amount for {reference}",
            name=f"The amount for {reference}",
            required=False,
        )
        self.fields["purpose"] = TextField(
            "Purpose", name=f"The purpose of {reference}", max_length=500, required=False,
            hint="Finishes “They were awarded the money to …”. Start with a verb in lower case.",
        )  # fmt: skip
        self._add_text("reasons", "Reasons")
        self._add_text("conditions", "Conditions (optional)", hint="One a line.")
        self._add_text(
            "exception_reason",
            "Reason for an exception",
            hint=f"Needed above {format_money(most_without_reason(self.application))}. It is published.",
        )
        self._add_text(
            "withheld",
            "Reason to withhold recipient and purpose from the public register (optional)",
            hint="The register shows this reason in their place.",
        )

    def _add_text(self, name, label, hint="") -> None:
        plain = label.removesuffix(" (optional)").lower()
        self.fields[name] = WordsField(
            label,
            name=f"The {plain} of {self.application.reference}",
            hint=hint,
            max_words=None,
            max_characters=LONGEST_TEXT,
            rows=2,
            required=False,
        )

    def _choices(self) -> list[tuple[str, str]]:
        amount = self.application.recommended_amount
        first = [(AS_RECOMMENDED, f"Approve {format_money(amount)}, as recommended")] if amount else []
        return [
            *first,
            (ANOTHER_AMOUNT, "Approve another amount" if amount else "Approve an amount"),
            (Decision.Outcome.DECLINED, "Decline"),
            (Decision.Outcome.DEFERRED, "Defer: decide later"),
        ]

    @property
    def is_chosen(self) -> bool:
        return bool(getattr(self, "cleaned_data", {}).get("decision"))

    @property
    def outcome(self) -> str:
        decision = self.cleaned_data["decision"]
        return Decision.Outcome.APPROVED if decision in APPROVALS else decision

    def clean(self):
        cleaned = super().clean()
        if "decision" in self.errors:
            return cleaned
        if not cleaned.get("decision"):
            self.errors.clear()  # what stands in a row that is left for now is nobody's mistake yet
            return cleaned
        reference = self.application.reference
        if not cleaned.get("reasons") and "reasons" not in self.errors:
            self.add_error("reasons", f"Enter the reasons for {reference}, which will be published")
        elif argues_otherwise(self.application, self.outcome, cleaned.get("reasons")):
            self.add_error("reasons", f"{reference}: {OTHER_REASONS}")
        if cleaned["decision"] not in APPROVALS:
            self.errors.pop("amount", None)
            cleaned["amount"] = None
            return cleaned
        self._clean_approval(cleaned, reference)
        return cleaned

    def _clean_approval(self, cleaned, reference) -> None:
        if cleaned["decision"] == AS_RECOMMENDED:
            self.errors.pop("amount", None)
            cleaned["amount"] = self.application.recommended_amount
        elif cleaned.get("amount") is None and "amount" not in self.errors:
            self.add_error("amount", f"Enter the amount you approve for {reference}")
        if not cleaned.get("purpose") and "purpose" not in self.errors:
            self.add_error("purpose", f"Enter what the money of {reference} is for, to finish the sentence")
        amount, most = cleaned.get("amount"), most_without_reason(self.application)
        if amount and amount > most and not cleaned.get("exception_reason"):
            self.add_error(
                "exception_reason",
                f"Enter the reason for an exception for {reference}: "
                f"{format_money(amount)} against {format_money(most)}",
            )

    @property
    def facts(self) -> dict:
        """What the service takes for this row."""
        given = self.cleaned_data
        names = ("amount", "purpose", "reasons", "conditions", "exception_reason", "withheld")
        return {
            "application": self.application,
            "outcome": self.outcome,
            **{name: given.get(name) or ("" if name != "amount" else None) for name in names},
            "seen": moment_read(given.get("seen") or ""),
        }


class BatchForm:
    """The rows of one page together, in the shape that the error summary reads."""

    def __init__(self, data, rows, *, choose=""):
        self.is_bound = data is not None
        self.forms = [
            BatchRow(data, row=row, initial=None if self.is_bound else initial_of(row.application, choose))
            for row in rows
        ]
        self._own_errors: list[str] = []

    def is_valid(self) -> bool:
        """Every row is judged, so that every error is shown."""
        good = [form.is_valid() for form in self.forms]
        if all(good) and not self.chosen:
            self.add_error("Select a decision for at least one application")
        return all(good) and not self._own_errors

    def add_error(self, sentence: str) -> None:
        self._own_errors.append(sentence)

    def non_form_errors(self) -> list[str]:
        return self._own_errors

    def total_error_count(self) -> int:
        return len(self.errors)

    @property
    def errors(self) -> list:
        return [*self._own_errors, *(form.errors for form in self.forms if form.is_bound and form.errors)]

    @property
    def has_choice(self) -> bool:
        """Whether a decision was sent for any of the rows, before they are judged."""
        return self.is_bound and any(form["decision"].value() for form in self.forms)

    @property
    def chosen(self) -> list[BatchRow]:
        """The rows with a decision, in the order of the list."""
        return [form for form in self.forms if form.is_chosen]


def initial_of(application, choose: str) -> dict:
    """The words that the officer proposes; with `choose` also the decision that follows the recommendation.

    "recommended": approve what is recommended for approval; "all": and decline what is not recommended.
    """
    decision = ""
    if choose in ("recommended", "all") and application.status == "recommended":
        decision = AS_RECOMMENDED
    elif choose == "all" and application.status == "not_recommended":
        decision = Decision.Outcome.DECLINED
    return {
        "decision": decision,
        "purpose": application.proposed_purpose,
        "reasons": application.proposed_reasons,
        "conditions": application.proposed_conditions,
        "seen": application.recommended_at.isoformat() if application.recommended_at else "",
    }
