"""The office's forms: filters, the check, and the move to another fund."""

from funds.models import Round
from pcc_grants.forms import (
    ChoiceRadios,
    ChoiceSelect,
    GovukForm,
    ModelRadios,
    ModelSelect,
    TextField,
    WordsField,
)

from ..models import Status

SORTS = {
    "newest": ("Received, newest first", ("-submitted_at", "-pk")),
    "oldest": ("Received, oldest first", ("submitted_at", "pk")),
    "organisation": ("Organisation", ("organisation__name", "pk")),
    "amount": ("Amount, largest first", ("-amount_asked", "pk")),
}


class ApplicationFilter(GovukForm):
    """The filters of the office's list, and its order."""

    q = TextField("Reference, project or organisation", required=False)
    round = ModelSelect(
        "Round", Round.objects.published().select_related("fund"), blank="All rounds", required=False
    )
    status = ChoiceSelect(
        "Status",
        [(value, label) for value, label in Status.choices if value not in ("draft", "not_submitted")],
        blank="All statuses",
        required=False,
    )
    sort = ChoiceSelect(
        "Order", [(key, label) for key, (label, _) in SORTS.items()], blank=None, required=False
    )


class CheckForm(GovukForm):
    """Is the application complete, and may the fund support it?"""

    eligible = ChoiceRadios(
        "Is the application eligible?",
        [("yes", "Yes, it can be assessed"), ("no", "No, it is not eligible")],
        empty="Select whether the application is eligible",
    )
    notes = WordsField(
        "Notes of your check",
        hint="If it is not eligible, say why: the applicant reads it. Else only the office does.",
        max_words=None,
        required=False,
    )


class MoveForm(GovukForm):
    """To which round, why, and what the applicant is told."""

    def __init__(self, *args, rounds, **kwargs):
        super().__init__(*args, **kwargs)
        fields = {
            "to_round": ModelRadios(
                "Where does it move to?", rounds, empty="Select where the application moves to"
            ),
            "reason": WordsField(
                "Why does it move?",
                name="Reason",
                empty="Enter why the application moves",
                hint="Kept with the application. The applicant is not shown it.",
                max_words=None,
            ),
            "message": WordsField(
                "Message to the applicant",
                name="Message",
                empty="Enter the message to the applicant",
                hint="It becomes part of an email that tells them the new fund and the new reference.",
                max_words=300,
            ),
        }
        self.fields.update(fields)
