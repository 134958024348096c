"""Forms about funds, budgets and rounds: they check shape, the services judge."""

import re
from datetime import time

from django.core.exceptions import ValidationError

from organisations.models import DueDiligence
from pcc_grants.forms import (
    Checkboxes,
    ChoiceRadios,
    ChoiceSelect,
    DateField,
    GovukForm,
    ModelSelect,
    MoneyField,
    NumberField,
    TextField,
    Tick,
    WordsField,
)
from pcc_grants.lib import clock
from pcc_grants.lib.financial_year import FinancialYear

from ..models import Fund, FundingSource, LegalPower, Route
from ..services.setting_up import FUND_CODE

NAMED_TIMES = {"midday": time(12), "noon": time(12), "midnight": time(0)}
A_LONG_TEXT = 1000


def parse_time(text: str) -> time:
    """A clock time as people write it: 5pm, 9:30am, 17:00, midday. Raises ValueError."""
    text = text.lower().replace(" ", "").replace(".", ":")
    if text in NAMED_TIMES:
        return NAMED_TIMES[text]
    match = re.fullmatch(r"(\d{1,2})(?::(\d{2}))?(am|pm)?", text, re.ASCII)
    if not match or not (match[2] or match[3]):
        raise ValueError(text)
    hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(text)
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, minute)


class TimeField(TextField):
    """A clock time in London, typed."""

    def __init__(self, label, **kwargs):
        kwargs.setdefault("hint", "Like 5pm or 9:30am")
        super().__init__(label, width=5, spellcheck=False, **kwargs)

    def prepare_value(self, value):
        return clock.format_time(value) if isinstance(value, time) else value

    def to_python(self, value):
        if isinstance(value, time):
            return value
        text = super().to_python(value)
        if not text:
            return None
        try:
            return parse_time(text)
        except ValueError as error:
            raise ValidationError(f"{self.name} must be a time, like 5pm or 9:30am") from error


class FinancialYearField(TextField):
    """A financial year, typed as 2019/20; gives the year it starts in."""

    def __init__(self, label="Financial year", **kwargs):
        kwargs.setdefault("hint", "Like 2019/20")
        super().__init__(label, width=10, spellcheck=False, **kwargs)

    def prepare_value(self, value):
        return str(FinancialYear(value)) if isinstance(value, int) else value

    def to_python(self, value):
        if isinstance(value, int):
            return value
        text = super().to_python(value)
        if not text:
            return None
        try:
            return FinancialYear.parse(text).start_year
        except ValueError as error:
            raise ValidationError(f"{self.name} must be a financial year, like 2019/20") from error


class FundForm(GovukForm):
    """What is said of a fund."""

    name = TextField("Name of the fund", empty="Enter the name of the fund")
    purpose = WordsField(
        "What the fund is for",
        empty="Enter what the fund is for",
        hint="A sentence or two. Published.",
        max_words=150,
    )
    route = ChoiceRadios(
        "How its money finds recipients",
        Route.choices,
        empty="Select how its money finds recipients",
    )
    legal_power = ChoiceRadios("Legal power", LegalPower.choices, empty="Select the legal power")
    who_can_apply = WordsField(
        "Who can apply (optional)", name="Who can apply", hint="One point a line. Published.",
        max_words=A_LONG_TEXT, rows=5, required=False,
    )  # fmt: skip
    not_funded = WordsField(
        "What it does not fund (optional)", name="What it does not fund", hint="One point a line. Published.",
        max_words=A_LONG_TEXT, rows=5, required=False,
    )  # fmt: skip
    monitoring_terms = WordsField(
        "What reports recipients owe (optional)", name="What reports recipients owe", hint="Published.",
        max_words=A_LONG_TEXT, rows=5, required=False,
    )  # fmt: skip


class NewFundForm(FundForm):
    """A new fund also gets its code, which every reference begins with and which never changes."""

    code = TextField(
        "Code of the fund",
        empty="Enter the code of the fund",
        hint="2 to 4 letters that begin every reference, like SIK",
        width=5,
        max_length=20,
        spellcheck=False,
    )
    field_order = ["name", "code"]

    def clean_code(self):
        code = self.cleaned_data["code"].upper()
        if not FUND_CODE.fullmatch(code):
            raise ValidationError("Code of the fund must be 2 to 4 letters, like SIK")
        return code


class EndFundForm(GovukForm):
    """The end of a fund."""

    ended_on = DateField(
        "When does the fund end?", name="Date the fund ends", empty="Enter the date the fund ends"
    )
    ending_notice = WordsField(
        "The notice that recipients were given",
        empty="Enter the notice that recipients were given",
        hint="Published.",
        max_words=300,
    )


class ThemeForm(GovukForm):
    """A type of project."""

    name = TextField("Type of project", empty="Enter the type of project", hint="Published", max_length=300)


class CriterionForm(GovukForm):
    """Something that applications are judged by, and the question that the form asks about it."""

    name = TextField("Name of the criterion", empty="Enter the name of the criterion", hint="Like Need")
    question = TextField(
        "Question in the form", empty="Enter the question that the form asks", max_length=300
    )
    guidance = WordsField(
        "What a good answer covers (optional)",
        name="What a good answer covers",
        hint="One point a line. Published.",
        max_words=A_LONG_TEXT,
        rows=5,
        required=False,
    )
    word_limit = NumberField(
        "Most words", empty="Enter the most words of an answer", minimum=1, maximum=5000, initial=400
    )
    is_pass_fail = Tick(
        "It is passed or not, and not scored",
        name="Whether it is passed or not",
        hint="It comes before the criteria that are scored. What does not pass cannot be recommended.",
        required=False,
    )
    weight = NumberField(
        "Weight",
        empty="Enter the weight of the criterion",
        hint="1 for each, unless some count for more than others. Of no effect when it is passed or not.",
        minimum=1,
        maximum=100,
        initial=1,
    )


class SourceForm(GovukForm):
    """Where money comes in from."""

    name = TextField("Name of the source", empty="Enter the name of the source")
    ring_fenced_for = WordsField(
        "What it must be spent on (optional)",
        name="What it must be spent on",
        max_words=300,
        rows=3,
        required=False,
    )
    spend_by = DateField(
        "When must it be spent by? (optional)", name="Date it must be spent by", required=False
    )


class BudgetForm(GovukForm):
    """What a source gives a fund for a year."""

    source = ModelSelect(
        "Source of the money", FundingSource.objects.all(), empty="Select the source of the money"
    )
    start_year = FinancialYearField(empty="Enter the financial year")
    amount = MoneyField("Amount", empty="Enter the amount of the budget", allow_zero=True)


class RoundForm(GovukForm):
    """A round, with its moments as a date and a clock time each."""

    name = TextField(
        "Name of the round", empty="Enter the name of the round", hint="Like Round 2, 2018/19", max_length=100
    )
    opens_on = DateField("When does it open?", name="Opening date", empty="Enter the date the round opens")
    opens_time = TimeField("Opening time", empty="Enter the time the round opens", initial=time(9))
    closes_on = DateField("When does it close?", name="Closing date", empty="Enter the date the round closes")
    closes_time = TimeField("Closing time", empty="Enter the time the round closes", initial=time(17))
    grace_minutes = NumberField(
        "Minutes of grace after closing",
        empty="Enter the minutes of grace, or 0",
        hint="Published, so that all applicants are treated alike",
        maximum=1440,
        initial=15,
    )
    maximum = MoneyField(
        "Most one application can ask for, a year",
        name="The most one application can ask for",
        empty="Enter the most one application can ask for",
    )
    years = NumberField(
        "For how many years may an award run?",
        name="Number of years",
        empty="Enter for how many years an award may run",
        minimum=1,
        maximum=10,
        initial=1,
    )
    start_year = FinancialYearField(
        "Financial year that pays the first year (optional)",
        name="Financial year that pays the first year",
        hint="Like 2019/20. The year in which projects may start, if you leave it empty",
        required=False,
    )
    projects_start_on = DateField(
        "First day a project may start",
        name="First day of projects",
        empty="Enter the first day a project may start",
    )
    projects_end_on = DateField(
        "Last day a project may end",
        name="Last day of projects",
        empty="Enter the last day a project may end",
    )
    decision_expected_on = DateField(
        "When do you expect to decide? (optional)", name="Date of the decision", required=False
    )
    route = ChoiceRadios(
        "Who takes part?",
        [
            (Route.OPEN, "Everyone who can apply"),
            (Route.INVITED, "Only organisations that we invite, by a business case"),
            (Route.ALLOCATED, "Only organisations that we allocate money to, by a business case"),
        ],
        hints={Route.ALLOCATED: "You say how much each receives. Its projects are decided one by one"},
        required=False,
    )
    has_tactical_pot = Tick(
        "Up to a third of an allocation may be kept as a tactical pot, for needs that arise during the year",
        required=False,
    )
    assessors_needed = NumberField(
        "Assessors for each application",
        empty="Enter the number of assessors",
        hint="0 if the office judges business cases without assessors. An open round needs at least 1",
        minimum=0,
        maximum=10,
        initial=2,
    )
    outcomes_together = Tick(
        "Applicants hear of decisions together, when the office releases them",
        hint="Otherwise each hears of their own as soon as it is decided",
        initial=True,
        required=False,
    )
    terms = WordsField(
        "Terms that every agreement carries",
        empty="Enter the terms of the round",
        hint="One paragraph a line. Published.",
        max_words=5000,
        rows=10,
    )

    def facts(self) -> dict:
        """The fields as the services know them: moments instead of dates and clock times."""
        facts = dict(self.cleaned_data)
        for moment in ("opens", "closes"):
            facts[f"{moment}_at"] = clock.london(facts.pop(f"{moment}_on"), facts.pop(f"{moment}_time"))
        if not facts.get("route"):  # nothing was chosen: it stays as it is
            facts.pop("route", None)
        if facts["start_year"] is None:
            facts["start_year"] = FinancialYear.containing(facts["projects_start_on"]).start_year
        return facts

    @staticmethod
    def facts_of(round) -> dict:
        """What the form starts with for an existing round."""
        facts = {name: getattr(round, name, None) for name in RoundForm.base_fields}
        for moment in ("opens", "closes"):
            local = getattr(round, f"{moment}_at").astimezone(clock.LONDON)
            facts |= {f"{moment}_on": local.date(), f"{moment}_time": local.time()}
        return facts


class NewRoundForm(RoundForm):
    """A new round, which may carry on the numbers of rounds held before this system."""

    number = NumberField(
        "Number of the round (optional)",
        name="Number of the round",
        hint="It is part of every reference. The next number of the fund, if you leave it empty",
        minimum=1,
        maximum=99,
        required=False,
    )
    diligence_needed = Checkboxes(
        "Which due diligence is needed before an application is recommended?",
        DueDiligence.Kind.choices,
        name="Due diligence",
        hint="Where it is missing, recommending takes a reason",
        initial=DueDiligence.Kind.values,
        required=False,
    )


class CopyRoundForm(RoundForm):
    """What is new in a round that is copied from an earlier one: its name and its dates."""

    grace_minutes = maximum = years = assessors_needed = terms = route = has_tactical_pot = None


class FundFilter(GovukForm):
    """The filters of the office's list of funds."""

    q = TextField("Name or code", required=False)
    route = ChoiceSelect("Route", Route.choices, blank="All routes", required=False)


class RoundFilter(GovukForm):
    """The filters of the office's list of rounds."""

    fund = ModelSelect("Fund", Fund.objects.all(), blank="All funds", required=False)
    state = ChoiceSelect(
        "State",
        [("preparing", "Not published"), ("soon", "Opening soon"), ("open", "Open"), ("closed", "Closed")],
        blank="All rounds",
        required=False,
    )
