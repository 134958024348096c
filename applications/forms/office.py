"""The office's forms about one application: the check, the move to another fund, and partners."""

from django import forms

from organisations.forms import OrganisationForm
from organisations.models import Organisation
from pcc_grants.forms import (
    ChoiceRadios,
    GovukForm,
    ModelRadios,
    TextField,
    WordsField,
)
from pcc_grants.lib.clock import format_date
from pcc_grants.lib.money import format_money


class WhereToForm(GovukForm):
    """To which round an application moves."""

    def __init__(self, *args, rounds, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"] = ModelRadios(
            "Where does it move to?",
            rounds,
            empty="Select where the application moves to",
            row_hint=_round_in_short,
            size="m",
        )


def _round_in_short(round) -> str:
    years = f" a year, for up to {round.years} years" if round.years > 1 else ""
    return f"Up to {format_money(round.maximum)}{years}. Closes or closed {format_date(round.closes_at)}."


class MoveForm(GovukForm):
    """Why an application moves, and what the applicant is told."""

    to = forms.IntegerField(widget=forms.HiddenInput())
    reason = WordsField(
        "Why does it move?",
        name="Reason",
        empty="Enter why the application moves",
        hint="Kept with the application. The applicant is not shown it.",
        max_words=None,
        size="m",
    )
    message = WordsField(
        "Message to the applicant",
        name="Message",
        empty="Enter the message to the applicant",
        hint="It becomes part of an email that tells them the new fund and the new reference.",
        max_words=300,
        size="m",
    )


class ReturnMoveForm(GovukForm):
    """Why a move was a mistake."""

    reason = WordsField(
        "Why was the move a mistake?",
        name="Reason",
        empty="Enter why the move was a mistake",
        hint="Kept with the application. The applicant is not shown it.",
        max_words=None,
        size="m",
    )


class PartnerSearch(GovukForm):
    """Looks for an organisation of the register."""

    q = TextField("Name or reference of an organisation", required=False)


class LinkPartnerForm(GovukForm):
    """Which organisation of the register a named partner is; "none" when it is not in it."""

    def __init__(self, *args, matches, **kwargs):
        super().__init__(*args, **kwargs)
        self.by_pk = {str(one.pk): one for one in matches}
        self.fields["organisation"] = ChoiceRadios(
            "Which organisation is it?",
            [
                *((pk, f"{one.name} ({one.reference})") for pk, one in self.by_pk.items()),
                ("none", "None of these, or not known yet"),
            ],
            hints={pk: _organisation_in_short(one) for pk, one in self.by_pk.items()},
            empty="Select which organisation it is",
            size="m",
        )

    def clean_organisation(self):
        return self.by_pk.get(self.cleaned_data["organisation"])


def _organisation_in_short(organisation) -> str:
    facts = [organisation.get_kind_display()]
    if organisation.charity_number:
        facts.append(f"charity number {organisation.charity_number}")
    if organisation.company_number:
        facts.append(f"company number {organisation.company_number}")
    return ", ".join(facts)


class RegisterPartnerForm(OrganisationForm):
    """A partner as the register has to know it."""

    name = TextField(
        "Name of the organisation",
        empty="Enter the name of the organisation",
        hint="Exactly as registered, or as in its governing document",
    )
    kind = ChoiceRadios(
        "What type of organisation is it?",
        Organisation.Kind.choices,
        empty="Select what type of organisation it is",
    )
    website = None
