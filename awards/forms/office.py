"""Preparing, offering and looking after awards, by the office."""

from datetime import timedelta

from awards.models import Award, DirectGround, Status
from funds.models import Fund, LegalPower
from organisations.models import District, Organisation
from pcc_grants.forms import (
    ChoiceRadios,
    ChoiceSelect,
    DateField,
    GovukForm,
    ModelCheckboxes,
    ModelSelect,
    MoneyField,
    NumberField,
    TextField,
    Tick,
    WordsField,
)
from pcc_grants.lib import clock
from pcc_grants.lib.financial_year import FinancialYear

# How long a recipient has to accept, unless the officer says otherwise (screens.md 3.16; a setting).
DAYS_TO_ACCEPT = 28

SENTENCE_HINT = "Finishes the sentence “They were awarded £x to …”. Start with a verb. It is published"
TOLD = "The organisation sees this reason"


def financial_years(first: int, last: int) -> list[tuple[str, str]]:
    return [(str(year), str(FinancialYear(year))) for year in range(last, first - 1, -1)]


class AwardFilter(GovukForm):
    """The filters of the list of awards."""

    words = TextField("Reference, organisation or title", required=False, width=20)
    fund = ModelSelect("Fund", Fund.objects.all(), blank="All funds", required=False)
    kind = ChoiceSelect("Kind", Award.Kind, blank="All kinds", required=False)
    status = ChoiceSelect("Status", Status, blank="All statuses", required=False)
    year = ChoiceSelect("Financial year", [], blank="All years", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        this_year = FinancialYear.containing(clock.today()).start_year
        first = Award.objects.order_by("start_year").values_list("start_year", flat=True).first() or this_year
        years = financial_years(min(first, this_year), this_year + 3)
        self.fields["year"].choices = [("", "All years"), *years]


class PrepareForm(GovukForm):
    """What an award adds to the approved application."""

    starts_on = DateField("Start date", empty="Enter the date the award starts")
    ends_on = DateField("End date", empty="Enter the date the award ends")
    agreed_outcomes = WordsField(
        "Agreed outcomes (optional)",
        name="Agreed outcomes",
        max_words=None,
        required=False,
        hint="One a line. They stand in the agreement",
    )
    special_conditions = WordsField(
        "Special conditions (optional)",
        name="Special conditions",
        max_words=None,
        required=False,
        hint="One a line, such as requirements for work in schools. They stand in the agreement",
    )


class DirectAwardForm(GovukForm):
    """An award that was not competed for."""

    kind = ChoiceRadios("What kind of award is it?", Award.Kind, empty="Select what kind of award it is")
    fund = ModelSelect("Fund", Fund.objects.filter(ended_on=None), empty="Select the fund that pays")
    legal_power = ChoiceRadios("Legal power", LegalPower, empty="Select the legal power")
    organisation = ModelSelect("Organisation", Organisation.objects.all(), empty="Select the organisation")
    partner = ModelSelect(
        "Partner organisation (optional)",
        Organisation.objects.all(),
        blank="No partner",
        required=False,
        hint="The organisation above leads and answers for all of the work",
    )
    title = TextField("Title", empty="Enter a title for the award", max_length=150)
    purpose = WordsField("Purpose", max_words=100, empty="Enter what the money is for", hint=SENTENCE_HINT)
    reasons = WordsField(
        "Reasons",
        max_words=300,
        empty="Enter the reasons for the award",
        hint="Why it will reduce crime and disorder, or is good value for money. They are published",
    )
    direct_ground = ChoiceRadios(
        "On what ground is it not competed for?",
        [ground for ground in DirectGround.choices if ground[0] != DirectGround.RETAINED],
        empty="Select on what ground it is not competed for",
    )
    direct_reason = WordsField(
        "Why was it not competed for?",
        name="Why it was not competed for",
        max_words=300,
        empty="Enter why the award was not competed for",
    )
    amount = MoneyField("Amount", name="The amount", hint="For the whole of the award")
    annual_value = MoneyField(
        "Yearly value, for a contract (optional)", name="The yearly value", required=False
    )
    start_year = ChoiceSelect(
        "First financial year whose budget pays", [], empty="Select the first financial year"
    )
    years = NumberField(
        "Over how many financial years is it paid?",
        name="The number of financial years",
        minimum=1,
        maximum=10,
        width=2,
        initial=1,
        hint="2 for a year that crosses 31 March. You see how it is split before you propose it",
    )
    starts_on = DateField("Start date", empty="Enter the date the award starts")
    ends_on = DateField("End date", empty="Enter the date the award ends")
    districts = ModelCheckboxes("Districts (optional)", District.objects.all(), required=False)
    agreed_outcomes = PrepareForm.base_fields["agreed_outcomes"]
    delivery_standards = WordsField(
        "Delivery standards, for a contract (optional)",
        name="Delivery standards",
        max_words=None,
        required=False,
        hint="One a line. They stand in the agreement",
    )
    special_conditions = PrepareForm.base_fields["special_conditions"]
    service_name = TextField(
        "Name of the service (optional)",
        name="Name of the service",
        max_length=150,
        required=False,
        hint="Named in the heading of a Panel paper instead of the payee",
    )
    heading_purpose = TextField(
        "Words after the payee in a heading (optional)",
        name="Words after the payee",
        max_length=150,
        required=False,
        hint="In brackets in the heading of a Panel paper, such as: mini cadets",
    )
    hide_location = Tick(
        "Do not publish where the work takes place",
        required=False,
        hint="For refuges, safe houses and services that people must be able to reach unseen",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        this_year = FinancialYear.containing(clock.today()).start_year
        self.fields["start_year"].choices = [
            ("", "Select one"),
            *financial_years(this_year - 1, this_year + 3),
        ]

    @property
    def facts(self) -> dict:
        """What the service takes."""
        facts = dict(self.cleaned_data)
        partner = facts.pop("partner")
        facts["partners"] = [partner] if partner else []
        facts["start_year"] = int(facts["start_year"])
        facts["publish_location"] = not facts.pop("hide_location")
        return facts


class OfferForm(GovukForm):
    accept_by = DateField(
        "Last day to accept the offer",
        name="The last day to accept",
        empty="Enter the last day to accept the offer",
        hint="The offer can be signed until the end of that day",
    )

    @staticmethod
    def default_day():
        return clock.today() + timedelta(days=DAYS_TO_ACCEPT)


class PaperAgreementForm(GovukForm):
    signed_name = TextField(
        "Name of the person who signed", empty="Enter the name of the person who signed", max_length=150
    )
    signed_role = TextField(
        "Their role in the organisation", empty="Enter their role in the organisation", max_length=150
    )
    signed_on = DateField("Date of the signature", empty="Enter the date of the signature")


class ReasonForm(GovukForm):
    """One reason, which a service asks for."""

    reason = WordsField("Reason", max_words=200, empty="Enter the reason")

    def __init__(self, *args, label="Reason", hint="", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = label
        self.fields["reason"].help_text = hint


class ConfirmForm(GovukForm):
    """Asks nothing: its page says what will happen."""


class EvidenceForm(GovukForm):
    evidence = WordsField(
        "Evidence",
        max_words=200,
        empty="Enter the evidence that the condition is met",
        hint="What you saw and when. Do not include details by which a person can be known",
    )


class ExtensionOptionForm(GovukForm):
    starts_on = DateField("The extension starts on", empty="Enter the date the extension starts")
    ends_on = DateField("The extension ends on", empty="Enter the date the extension ends")
    decide_by = DateField("Decide by", empty="Enter the date by which the extension is decided")
    amount = MoneyField(
        "What it costs (optional)",
        name="What it costs",
        required=False,
        hint="For a grant with a decision point: committed when it is granted, and paid in one instalment",
    )
    start_year = ChoiceSelect(
        "Financial year whose budget pays (optional)",
        [],
        required=False,
        blank="The year in which the extension starts",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        this_year = FinancialYear.containing(clock.today()).start_year
        first = self.fields["start_year"].choices[0]
        self.fields["start_year"].choices = [first, *financial_years(this_year - 1, this_year + 6)]

    def clean_start_year(self):
        chosen = self.cleaned_data["start_year"]
        return int(chosen) if chosen else None
