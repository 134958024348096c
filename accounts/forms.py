"""Forms of signing in, of accounts, and of the administrator's pages."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from notifications.models import Message
from pcc_grants.forms import (
    Checkboxes,
    ChoiceSelect,
    DateField,
    EmailField,
    GovukForm,
    NumberField,
    PasswordField,
    TextField,
    WordsField,
)

from .permissions import Role

# -- Signing in --------------------------------------------------------------------------------------------


class AddressForm(GovukForm):
    email = EmailField("Email address")


class CodeForm(GovukForm):
    code = TextField(
        "Code",
        empty="Enter the code from the email",
        hint="6 digits. It can take a minute to arrive.",
        autocomplete="one-time-code",
        inputmode="numeric",
        spellcheck=False,
        max_length=50,
        width=10,
    )


class PasswordSignInForm(GovukForm):
    email = EmailField("Email address", autocomplete="username")
    password = PasswordField("Password", empty="Enter your password")


class ForgottenForm(GovukForm):
    email = EmailField("Email address", hint="The address of your account.")


class ChoosePasswordForm(GovukForm):
    password = PasswordField(
        "New password",
        empty="Enter a password",
        hint="At least 12 characters. Three words that do not belong together are easy to remember.",
        autocomplete="new-password",
    )

    def __init__(self, *args, person, **kwargs):
        self.person = person
        super().__init__(*args, **kwargs)

    def clean_password(self):
        password = self.cleaned_data["password"]
        try:
            validate_password(password, self.person)
        except ValidationError as error:
            codes = {each.code for each in error.error_list}
            raise ValidationError(
                next(sentence for code, sentence in WEAK.items() if code in codes or code == "")
            ) from error
        return password


# Django's reasons in our words, the first that applies.
WEAK = {
    "password_too_short": "Password must be 12 characters or more",
    "password_too_similar": "Password must not be like your name or email address",
    "password_too_common": "Password must not be one that many people use",
    "": "Choose a stronger password",
}


class CreateAccountForm(GovukForm):
    name = TextField("Full name", empty="Enter your full name", max_length=150, autocomplete="name")
    email = EmailField("Email address", hint="We will send a code to this address.")


class NameForm(GovukForm):
    name = TextField("Full name", empty="Enter your full name", max_length=150, autocomplete="name")


# -- People ------------------------------------------------------------------------------------------------

ROLE_HINTS = {
    Role.ADMINISTRATOR: "People, emails, the audit trail and the office's settings",
    Role.OFFICER: "Funds, applications, awards, returns and Panel papers",
    Role.ASSESSOR: "Scores the applications they are given",
    Role.APPROVER: "Decides on applications, awards and Panel papers",
    Role.FINANCE: "Pays what has been approved and publishes spending",
    Role.PANEL: "Chooses items of published spending for the Panel, and reads its papers",
    Role.AUDITOR: "Reads everything and changes nothing. Stands alone",
    Role.APPLICANT: "Acts for an organisation that applies. Signs in with a code",
}


class RolesForm(GovukForm):
    roles = Checkboxes("Roles", Role.choices, empty="Select at least one role", hints=ROLE_HINTS)


class PersonForm(RolesForm):
    name = TextField("Full name", empty="Enter their full name", max_length=150)
    email = EmailField("Email address", autocomplete="off")
    field_order = ["name", "email", "roles"]


class PeopleFilter(GovukForm):
    words = TextField("Name or email address", required=False)
    role = ChoiceSelect("Role", Role.choices, blank="Any role", required=False)
    state = ChoiceSelect(
        "Account",
        [("open", "Open"), ("closed", "Closed"), ("unused", "Not signed in yet")],
        blank="Any",
        required=False,
    )


# -- The outbox and the trail ------------------------------------------------------------------------------


class OutboxFilter(GovukForm):
    state = ChoiceSelect("State", Message.State.choices, blank="Any state", required=False)
    address = TextField("Address or subject", required=False)


class AuditFilter(GovukForm):
    words = TextField("Words in what happened", required=False)
    person = TextField("Who did it", required=False)
    kind = ChoiceSelect("About", [], blank="Anything", required=False)
    since = DateField("From", name="From", required=False)
    until = DateField("To", name="To", required=False)

    def __init__(self, *args, kinds, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "Anything"), *kinds]


# -- The office's settings ---------------------------------------------------------------------------------


class AddressOfPage(TextField):
    """The address of a web page."""

    def __init__(self, label, **kwargs):
        super().__init__(label, inputmode="url", spellcheck=False, **kwargs)

    def validate(self, value):
        super().validate(value)
        try:
            URLValidator(schemes=["https", "http"])(value)
        except ValidationError as error:
            raise ValidationError(
                f"Enter the {self.name[0].lower()}{self.name[1:]} in full, like https://www.example.org/plan"
            ) from error


class OfficeForm(GovukForm):
    effective_from = DateField(
        "From which date do these settings hold?",
        name="The date",
        empty="Enter the date from which these settings hold",
        hint="Papers and pages dated before it keep the earlier settings. For example, 1 July 2019",
    )
    office_name = TextField("Name of the office", empty="Enter the name of the office")
    office_short_name = TextField(
        "Short name of the office",
        empty="Enter a short name of the office",
        hint="Such as OPCC",
        max_length=50,
    )
    service_name = TextField("Name of this service", empty="Enter a name for this service", max_length=100)
    police_area = TextField("Police area", empty="Enter the police area", max_length=100)
    commissioner_name = TextField("Name of the Commissioner", empty="Enter the name of the Commissioner")
    commissioner_title = TextField(
        "Title of the Commissioner",
        empty="Enter the title of the Commissioner",
        hint="As papers are headed: whom they are from",
    )
    plan_title = TextField("Title of the plan", empty="Enter the title of the plan", max_length=300)
    plan_short_title = TextField(
        "Short title of the plan", empty="Enter a short title of the plan", max_length=100
    )
    plan_allocations_page = NumberField(
        "Page of the plan that shows the allocations",
        name="Page of the plan",
        empty="Enter the page of the plan that shows the allocations",
        minimum=1,
        maximum=9999,
    )
    plan_url = AddressOfPage("Web address of the plan", empty="Enter the web address of the plan")
    spending_url = AddressOfPage(
        "Web address of the published spending", empty="Enter the web address of the published spending"
    )
    panel_name = TextField("Name of the Panel", empty="Enter the name of the Panel")
    panel_officers_body = TextField(
        "Body that provides the Panel's officers", empty="Enter the body that provides the Panel's officers"
    )
    address = WordsField("Postal address", max_words=None, max_characters=500, rows=4, required=False)
    contact_email = EmailField("Email address for questions", autocomplete="off")
    contact_phone = TextField("Phone number for questions", max_length=30, width=20, required=False)
    contact_hours = TextField(
        "Hours of the phone line", hint="Such as Monday to Friday, 9am to 5pm", required=False
    )


class PreElectionForm(GovukForm):
    """The weeks before an election."""

    name = TextField(
        "Which election?",
        name="The name of the election",
        empty="Enter the name of the election",
        hint="Such as: Police and Crime Commissioner elections, 6 May 2021",
    )
    starts_on = DateField(
        "First day of the period",
        empty="Enter the first day of the period",
        hint="The day after notice of the election is given, as a rule",
    )
    ends_on = DateField(
        "Last day of the period",
        empty="Enter the last day of the period",
        hint="The day of the election, as a rule",
    )
