"""Signing and declining, by the recipient."""

from pcc_grants.forms import GovukForm, TextField, Tick, WordsField


class SignForm(GovukForm):
    signed_name = TextField(
        "Full name",
        empty="Enter your full name as your signature",
        hint="Typing your name here is your signature",
        max_length=150,
        autocomplete="name",
        spellcheck=False,
    )
    signed_role = TextField(
        "Your role in the organisation",
        empty="Enter your role in the organisation",
        hint="For example, chair, treasurer or chief executive",
        max_length=150,
        autocomplete="organization-title",
    )
    is_authorised = Tick("I am authorised to sign for the organisation")
    accepts = Tick(
        "I accept this agreement", empty="Select the box to confirm that you accept this agreement"
    )

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["is_authorised"]
        field.label = f"I am authorised to sign for {organisation}"
        field.error_messages["required"] = (
            f"Select the box to confirm that you are authorised to sign for {organisation}"
        )

    @property
    def signature(self) -> dict:
        """What the service keeps; the ticks only let the form pass."""
        return {name: self.cleaned_data[name] for name in ("signed_name", "signed_role")}


class DeclineForm(GovukForm):
    reason = WordsField(
        "Why are you declining? (optional)",
        name="The reason",
        max_words=200,
        required=False,
        hint="It helps us to plan. Do not include details by which a person can be known",
    )
