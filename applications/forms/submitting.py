"""Forms of signing, submitting and withdrawing: they check shape; the services judge."""

from django.core.exceptions import ValidationError

from pcc_grants.forms import Checkboxes, GovukForm, ModelRadios, TextField, WordsField

ALL_BOXES = "Select all 4 boxes to accept and submit"


class SubmitForm(GovukForm):
    """The declaration and the typed signature."""

    declarations = Checkboxes(
        "Select all 4 boxes",
        [
            ("correct", "The information in this application is correct and complete"),
            ("tell", "We will tell you if we are offered other funding for this project"),
            ("terms", "We agree to the terms of the grant"),
            ("interests", "We have no link with the office or the police, or we will tell you of it"),
        ],
        empty=ALL_BOXES,
    )
    signed_name = TextField(
        "Your full name",
        hint="Typing your name here is your signature",
        empty="Enter your full name as your signature",
        max_length=150,
        autocomplete="name",
    )
    signed_role = TextField(
        "Your role in the organisation",
        hint="Like chair, treasurer or chief executive",
        empty="Enter your role in the organisation",
        max_length=150,
        autocomplete="organization-title",
    )

    def clean_declarations(self):
        chosen = self.cleaned_data["declarations"]
        if len(set(chosen)) < len(self.fields["declarations"].choices):
            raise ValidationError(ALL_BOXES)
        return chosen


class WithdrawForm(GovukForm):
    """Why an application is withdrawn, for those who want to say."""

    reason = WordsField(
        "Why are you withdrawing it? (optional)", name="Reason", max_words=200, required=False
    )


class AskSignatureForm(GovukForm):
    """Who is asked to sign."""

    def __init__(self, *args, signers, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["signatory"] = ModelRadios(
            "Who will sign?", signers, empty="Select who will sign", size="m"
        )
