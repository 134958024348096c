"""The approver's answers about direct awards and extensions."""

from pcc_grants.forms import ChoiceRadios, GovukForm, WordsField


class DirectDecisionForm(GovukForm):
    approve = ChoiceRadios(
        "Decision", [("yes", "Approve"), ("no", "Refuse")], empty="Select a decision", size="m"
    )
    reasons = WordsField(
        "Reasons", max_words=300, empty="Enter the reasons, which will be published", size="m"
    )


class ExtensionDecisionForm(GovukForm):
    grant = ChoiceRadios(
        "Decision",
        [("yes", "Grant the extension"), ("no", "Do not extend")],
        empty="Select a decision",
        size="m",
    )
    reason = WordsField("Reason", max_words=300, empty="Enter the reason for the decision", size="m")
