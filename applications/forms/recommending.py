"""Forms of a round's recommendation: the line through its ranked list, and the decision pack."""

from datetime import date

from applications.models import Status
from applications.services.drawing_the_line import Wanted, has_its_own
from pcc_grants.forms import DateField, GovukForm, MoneyField, NumberField, TextField, Tick, WordsField

LONGEST_TEXT = 5_000


class LineForm(GovukForm):
    """How many are above the line and how many in reserve, one text for all, and what differs in a row.

    `rows` are the ranked applications that can be recommended; each has an amount and a purpose of its own,
    and a tick where it carries a recommendation already.
    """

    def __init__(self, *args, rows, **kwargs):
        super().__init__(*args, **kwargs)
        self.rows = rows
        self.fields["above"] = NumberField(
            "How many applications are above the line?",
            name="How many are above the line",
            empty="Enter how many applications are above the line",
            hint="They are recommended for approval, from the top of the ranked list.",
            maximum=len(rows),
            width=3,
        )
        self.fields["reserve"] = NumberField(
            "How many come next, on the reserve list?",
            name="How many are on the reserve list",
            empty="Enter how many applications are on the reserve list, or 0",
            hint="Enter 0 for none. All others are not recommended.",
            maximum=len(rows),
            width=3,
        )
        self.fields["recommendation"] = WordsField(
            "Your recommendation, for all of them",
            empty="Enter your recommendation",
            hint="The approver reads this for each application. It is not published.",
            max_words=None,
            max_characters=LONGEST_TEXT,
        )
        self.fields["reasons_above"] = WordsField(
            "Reasons proposed for publication, above the line and on the reserve list (optional)",
            name="The reasons above the line",
            max_words=None,
            max_characters=LONGEST_TEXT,
            required=False,
            rows=3,
        )
        self.fields["reasons_below"] = WordsField(
            "Reasons proposed for publication, below the line (optional)",
            name="The reasons below the line",
            max_words=None,
            max_characters=LONGEST_TEXT,
            required=False,
            rows=3,
        )
        for row in rows:
            self._add_row(row.application)

    def _add_row(self, application) -> None:
        pk, reference = application.pk, application.reference
        self.fields[f"amount-{pk}"] = MoneyField(
            f"Amount for {reference}",
            maximum=application.amount_asked,
            required=False,
            initial=application.recommended_amount or application.amount_asked,
        )
        self.fields[f"purpose-{pk}"] = TextField(
            f"Purpose of {reference}",
            max_length=500,
            required=False,
            initial=application.proposed_purpose,
        )
        if has_its_own(application):
            self.fields[f"replace-{pk}"] = Tick(f"Replace the recommendation on {reference}", required=False)

    def cells(self):
        """Each ranked row with its own fields: for the table."""
        for row in self.rows:
            pk = row.application.pk
            replace = f"replace-{pk}"
            yield {
                "ranked": row,
                "amount": self[f"amount-{pk}"],
                "purpose": self[f"purpose-{pk}"],
                "replace": self[replace] if replace in self.fields else None,
            }

    @property
    def shared(self):
        """The fields above the table."""
        return [
            self[name] for name in ("above", "reserve", "recommendation", "reasons_above", "reasons_below")
        ]

    @property
    def wanted(self) -> Wanted:
        """What the service takes."""
        given = self.cleaned_data
        keys = [row.application.pk for row in self.rows]
        return Wanted(
            above=given["above"],
            reserve=given["reserve"],
            recommendation=given["recommendation"],
            reasons_above=given["reasons_above"],
            reasons_below=given["reasons_below"],
            amounts={pk: given[f"amount-{pk}"] for pk in keys if given.get(f"amount-{pk}")},
            purposes={pk: given.get(f"purpose-{pk}", "") for pk in keys},
            replace=frozenset(pk for pk in keys if given.get(f"replace-{pk}")),
        )


def first_guess(ranked_rows, left) -> dict:
    """Where the line would stand when the money is given from the top: for a page that nobody has filled."""
    above, running = 0, 0
    for row in ranked_rows:
        amount = row.application.recommended_amount or row.application.amount_asked
        if running + amount > left:
            break
        running += amount
        above += 1
    reserve = sum(row.application.status == Status.RESERVE for row in ranked_rows)
    return {"above": above, "reserve": min(reserve, len(ranked_rows) - above)}


class PackForm(GovukForm):
    """By when the approver is asked to decide, and what they should know first."""

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["decide_by"] = DateField(
            "By when is a decision needed?",
            name="The date to decide by",
            empty="Enter the date to decide by",
            earliest=today,
            hint="For example, 27 3 2026",
        )
        self.fields["note"] = WordsField(
            "What the approver should know first (optional)",
            name="The note",
            max_words=None,
            max_characters=LONGEST_TEXT,
            required=False,
        )
