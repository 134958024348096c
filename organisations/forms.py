"""Forms about organisations: they check shape, `services` judges."""

from django.conf import settings
from django.core.exceptions import ValidationError

from pcc_grants.forms import (
    ChoiceRadios,
    ChoiceSelect,
    DateField,
    EmailField,
    FileField,
    GovukForm,
    ModelCheckboxes,
    ModelRadios,
    ModelSelect,
    TextField,
    Tick,
    WordsField,
)

from .models import DOCUMENT_KINDS, DueDiligence, Membership, Organisation
from .services import (
    CHARITY_NUMBER,
    CHARITY_NUMBER_WRONG,
    COMPANY_NUMBER,
    COMPANY_NUMBER_WRONG,
    WEBSITE_WRONG,
    is_website,
)

FILE_HINT = (
    f"PDF, Word, Excel, ODT, ODS, JPG or PNG, smaller than {settings.MOST_UPLOAD_MB}MB. "
    "A photo taken with a phone is fine."
)
LONGEST_WEBSITE = Organisation._meta.get_field("website").max_length


class OrganisationForm(GovukForm):
    """What an organisation is, as it or the office tells it."""

    name = TextField(
        "Name of the organisation",
        empty="Enter the name of your organisation",
        hint="Exactly as registered, or as in your governing document",
        autocomplete="organization",
    )
    kind = ChoiceRadios(
        "What type of organisation is it?",
        Organisation.Kind.choices,
        empty="Select what type of organisation you are",
    )
    charity_number = TextField(
        "Charity number (optional)",
        name="Charity number",
        hint="6 or 7 digits, like 1123456",
        required=False,
        width=10,
        inputmode="numeric",
        spellcheck=False,
    )
    company_number = TextField(
        "Company number (optional)",
        name="Company number",
        hint="8 characters, like 01234567 or SC123456",
        required=False,
        width=10,
        spellcheck=False,
    )
    website = TextField(
        "Website (optional)",
        name="Website",
        hint="Like https://www.example.org",
        required=False,
        autocomplete="url",
        spellcheck=False,
    )

    def clean_charity_number(self):
        number = self.cleaned_data["charity_number"].replace(" ", "")
        if number and not CHARITY_NUMBER.fullmatch(number):
            raise ValidationError(CHARITY_NUMBER_WRONG)
        return number

    def clean_company_number(self):
        number = self.cleaned_data["company_number"].replace(" ", "").upper()
        if number and not COMPANY_NUMBER.fullmatch(number):
            raise ValidationError(COMPANY_NUMBER_WRONG)
        return number

    def clean_website(self):
        website = self.cleaned_data["website"]
        if website and "://" not in website:
            website = f"https://{website}"
            if len(website) > LONGEST_WEBSITE:
                raise ValidationError(f"Website must be {LONGEST_WEBSITE} characters or fewer")
        if website:
            try:
                is_website(website)
            except ValidationError as error:
                raise ValidationError(WEBSITE_WRONG) from error
        return website


class OfficeOrganisationForm(OrganisationForm):
    """The same, with what only the office says."""

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
    known_as = TextField(
        "Name in headings of papers (optional)",
        name="Name in headings of papers",
        hint="If it is shorter than the registered name",
        required=False,
    )
    publish_location = Tick(
        "Its location may be published",
        hint="Take the tick away for a refuge, a safe house or another place that must not be found",
        required=False,
        initial=True,
    )


class FindForm(GovukForm):
    """By what we may already know an organisation."""

    words = TextField(
        "Charity number, company number or name",
        empty="Enter the charity number, company number or name of your organisation",
        hint="Like 1123456, SC123456, or the name exactly as registered",
        autocomplete="organization",
    )


class AskToJoinForm(GovukForm):
    """What a person says to the lead whom they ask."""

    message = WordsField(
        "Message to the lead of the organisation (optional)",
        name="Message",
        hint="Say who you are and what you do for the organisation",
        max_words=100,
        required=False,
    )


class PersonForm(GovukForm):
    """A colleague to invite."""

    name = TextField("Full name", empty="Enter the full name of your colleague", max_length=150)
    email = EmailField("Email address", hint="We will write to this address", autocomplete="off")


ROLE_HINTS = {
    Membership.Role.LEAD: "Leads every application, invites people and changes the details",
    Membership.Role.MEMBER: "Can read and change the applications of the organisation",
}


class RoleForm(GovukForm):
    """The role of a person in the organisation."""

    role = ChoiceRadios("Role", Membership.Role.choices, hints=ROLE_HINTS, empty="Select a role")


class AnswerRequestForm(GovukForm):
    """Whether a person who asked may act for the organisation."""

    answer = ChoiceRadios(
        "Can this person act for the organisation?",
        [("yes", "Yes"), ("no", "No")],
        empty="Select whether this person can act for the organisation",
        size="m",
    )


class OfficeAnswerRequestForm(AnswerRequestForm):
    """The same, with how the office checked it."""

    reason = WordsField(
        "How you checked this",
        empty="Enter how you checked this",
        hint="Like a call to the number on the charity register. The applicant does not see it",
        max_words=None,
        max_characters=2000,
        rows=4,
    )


class NameLeadForm(GovukForm):
    """Who leads an organisation from now on, and who left it."""

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        people = organisation.memberships.filter(ended_at=None).select_related("user").order_by("pk")
        leads = people.filter(role=Membership.Role.LEAD)
        self.fields["membership"] = ModelRadios(
            "Who leads the organisation?",
            people.filter(user__is_active=True),
            text=_person,
            empty="Select who leads the organisation",
            size="m",
        )
        self.fields["leaving"] = ModelCheckboxes(
            "Who no longer acts for it? (optional)", leads, text=_person, required=False, size="m"
        )
        self.fields["reason"] = WordsField(
            "Reason, and how you checked it",
            empty="Enter the reason, and how you checked it",
            hint="It is kept in the audit trail. The applicant does not see it",
            max_words=None,
            max_characters=2000,
            rows=4,
        )


def _person(membership) -> str:
    return f"{membership.user.name}, {membership.user.email} ({membership.get_role_display().lower()})"


class AliasForm(GovukForm):
    """Another name that the organisation goes by."""

    name = TextField("Other name", empty="Enter the other name of the organisation")


class DistrictNameForm(GovukForm):
    """The name of a district; its code stays."""

    name = TextField("Name of the district", empty="Enter the name of the district", max_length=100)


class DistrictForm(DistrictNameForm):
    """A district of the police area."""

    code = TextField(
        "Code in the national register of geography",
        name="District code",
        empty="Enter the code of the district",
        hint="Like E07000109. It is used in open data and on maps",
        max_length=9,
        width=10,
    )


class OrganisationFilter(GovukForm):
    """The filters of the office's list."""

    q = TextField("Name, number or reference", required=False)
    kind = ChoiceSelect("Type", Organisation.Kind.choices, blank="All types", required=False)


class DocumentForm(GovukForm):
    """A document for the organisation's list."""

    kind = ChoiceRadios(
        "What is it?", list(DOCUMENT_KINDS.items()), empty="Select what the document is", size="m"
    )
    upload = FileField("Choose a file", empty="Select a file", hint=FILE_HINT, size="m")


class DiligenceForm(GovukForm):
    """What was found out about an organisation, and where. `documents`: those of the organisation."""

    kind = ChoiceRadios(
        "What did you check?", DueDiligence.Kind.choices, empty="Select what you checked", size="m"
    )
    outcome = ChoiceRadios(
        "What did you find?", DueDiligence.Outcome.choices, empty="Select what you found", size="m"
    )
    notes = WordsField(
        "Notes",
        hint="Needed for a concern, and where it is not needed for this organisation: say why",
        max_words=None,
        max_characters=5000,
        required=False,
        size="m",
    )
    evidence = TextField(
        "Where did you see it?",
        name="Where you saw it",
        hint="A register, a web page or a policy number. Or select a document below",
        max_length=300,
        required=False,
        size="m",
    )

    def __init__(self, *args, documents, **kwargs):
        super().__init__(*args, **kwargs)
        if documents:
            self.fields["document"] = ModelSelect(
                "Document that shows it (optional)",
                documents,
                name="Document",
                text=lambda document: f"{document.kind_name}: {document.name}",
                blank="None",
                required=False,
                size="m",
            )
        self.fields["checked_on"] = DateField(
            "When did you check it?", name="Date of the check", empty="Enter the date of the check", size="m"
        )
        self.fields["expires_on"] = DateField(
            "Last day on which it holds (optional)",
            name="Last day on which it holds",
            hint="Like the last day of an insurance policy",
            required=False,
            size="m",
        )

    def clean(self):
        cleaned = super().clean()
        outcome = cleaned.get("outcome")
        if outcome == DueDiligence.Outcome.SATISFACTORY:
            if not cleaned.get("evidence") and not cleaned.get("document") and "evidence" not in self.errors:
                self.add_error("evidence", "Enter where you saw it, or select the document that shows it")
        elif outcome and not cleaned.get("notes") and "notes" not in self.errors:
            self.add_error("notes", "Enter what you found, or why it is not needed")
        return cleaned


class OwnInterestForm(GovukForm):
    """An interest of one's own in an organisation."""

    interest = WordsField(
        "What is your interest?",
        empty="Enter what your interest is",
        hint="One or two sentences. The office reads this; the organisation does not.",
        max_words=None,
        max_characters=5000,
        size="m",
    )
