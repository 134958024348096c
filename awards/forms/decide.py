"""The approver's answers about direct awards and extensions."""

from funds.models import Round
from pcc_grants.forms import ChoiceRadios, GovukForm, ModelSelect, WordsField

LONGEST_TEXT = 5_000


def withheld_field() -> WordsField:
    """Why the public register does not name who receives the money."""
    return WordsField(
        "Reason to withhold the recipient and the purpose from the public register (optional)",
        name="The reason to withhold",
        hint="Only where naming them could put people at risk, such as a refuge. "
        "The register shows this reason in their place.",
        max_words=None,
        max_characters=LONGEST_TEXT,
        required=False,
    )


class DirectDecisionForm(GovukForm):
    approve = ChoiceRadios(
        "Decision",
        [("yes", "Approve"), ("no", "Refuse"), ("later", "Defer")],
        hints={"later": "It stays proposed, and waits for another decision"},
        empty="Select a decision",
        size="m",
    )
    reasons = WordsField(
        "Reasons", max_words=300, empty="Enter the reasons, which will be published", size="m"
    )
    withheld = withheld_field()


class ExtensionDecisionForm(GovukForm):
    grant = ChoiceRadios(
        "Decision",
        [("yes", "Grant the extension"), ("no", "Do not extend")],
        empty="Select a decision",
        size="m",
    )
    reason = WordsField("Reason", max_words=300, empty="Enter the reason for the decision", size="m")


class DecisionPointForm(GovukForm):
    """Whether a grant with a decision point runs on with more money, or its recipient applies again."""

    grant = ChoiceRadios(
        "Decision",
        [("yes", "Extend"), ("no", "Do not extend: ask them to apply again")],
        empty="Select a decision",
        size="m",
    )
    reason = WordsField(
        "Reasons", max_words=300, empty="Enter the reasons, which will be published", size="m"
    )
    reapply_in = ModelSelect(
        "Round in which they can apply again (optional)",
        Round.objects.none(),
        blank="None yet",
        required=False,
        hint="Only when you do not extend. The organisation is told its name and when it closes",
    )
    withheld = withheld_field()

    def __init__(self, *args, rounds, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reapply_in"].queryset = rounds
