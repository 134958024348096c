"""The applicant's forms: they check shape; what the round allows is judged by the services."""

from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import QueryDict

from organisations.models import District
from pcc_grants.forms import (
    Checkboxes,
    DateField,
    GovukForm,
    ModelCheckboxes,
    ModelRadios,
    MoneyField,
    TextField,
    WordsField,
)
from pcc_grants.lib.clock import format_date
from pcc_grants.lib.money import format_money

from ..services.completeness import SUMMARY_WORD_LIMIT, amount_problem, date_problems

ALL_BOXES = "Select all 4 boxes to accept and submit"


class StartForm(GovukForm):
    """For which organisation, when the person acts for several."""

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"] = ModelRadios(
            "Which organisation is applying?", organisations, empty="Select which organisation is applying"
        )


class ProjectForm(GovukForm):
    """What the project is. What cannot be stored in its field can be kept as `unfinished`."""

    title = TextField(
        "What is the name of your project?",
        name="Name of your project",
        empty="Enter the name of your project",
        max_length=150,
    )
    summary = WordsField(
        "Summary of your project",
        empty="Enter a summary of your project",
        hint="What you will do, for whom and where. We publish it if we fund the project,"
        " so leave out anything about a person who could be identified.",
        max_words=SUMMARY_WORD_LIMIT,
    )

    def __init__(self, *args, round, **kwargs):
        self.round = round
        super().__init__(*args, **kwargs)
        themes, districts = round.fund.themes.all(), District.objects.all()
        if themes:
            self.fields["theme"] = ModelRadios(
                "What type of project is it?", themes, empty="Select the type of project"
            )
        if districts:
            self.fields["districts"] = ModelCheckboxes(
                "Where will it take place?",
                districts,
                hint="Select all that apply",
                empty="Select at least one district where your project will take place",
            )
        self.fields["starts_on"] = DateField(
            "When will your project start?",
            name="Project start date",
            empty="Enter the date your project will start",
            hint=f"On or after {format_date(round.projects_start_on)}",
        )
        self.fields["ends_on"] = DateField(
            "When will it end?",
            name="Project end date",
            empty="Enter the date your project will end",
            hint=f"On or before {format_date(round.projects_end_on)}",
        )
        self.fields["amount_asked"] = MoneyField(
            "How much are you asking for?" if round.years == 1 else "How much are you asking for each year?",
            name="The amount you are asking for",
            empty="Enter how much you are asking for",
            hint=f"The most you can ask for is {format_money(round.maximum)}"
            + ("" if round.years == 1 else f" for each of up to {round.years} years"),
        )

    def clean(self):
        """What the round allows, in the words that the task list uses too."""
        cleaned = super().clean()
        known = {name for name in ("starts_on", "ends_on") if name in cleaned}
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        for field, _, sentence in date_problems(self.round, starts_on, ends_on):
            if field in known and cleaned.get(field) is not None:
                self.add_error(field, sentence)
        amount = cleaned.get("amount_asked")
        if amount is not None and (problem := amount_problem(self.round, amount)):
            self.add_error("amount_asked", problem)
        return cleaned

    @property
    def facts(self) -> dict:
        """The fields as `save_project` takes them; what the fund does not ask is empty."""
        return {"theme": None, "districts": []} | self.cleaned_data

    def storable(self) -> dict:
        """As much as has the shape of its field, however wrong; all as typed where something has not."""
        facts = {"title": "", "summary": "", "theme": None, "districts": [], "starts_on": None}
        facts |= {"ends_on": None, "amount_asked": None, "unfinished": ""}
        for name, field in self.fields.items():
            typed = field.widget.value_from_datadict(self.data, self.files, name)
            try:
                facts[name] = field.to_python(typed)
            except ValidationError:
                facts["unfinished"] = self._as_typed()
        return facts

    def _as_typed(self) -> str:
        own = [key for key in self.data if key in self.fields or key.rpartition("_")[0] in self.fields]
        return urlencode([(key, value) for key in own for value in self.data.getlist(key)])

    @classmethod
    def of(cls, application):
        """The form as it was left: what is stored, or what was typed while something had not its shape."""
        form = cls(round=application.round)
        if application.unfinished:
            typed = QueryDict(application.unfinished)
            form.initial = {
                name: field.widget.value_from_datadict(typed, {}, name) for name, field in form.fields.items()
            }
        else:
            form.initial = {
                name: getattr(application, name) for name in form.fields if name != "districts"
            } | {"theme": application.theme_id, "districts": list(application.districts.all())}
        return form


class AnswerForm(GovukForm):
    """The answer to one criterion."""

    def __init__(self, *args, criterion, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"] = WordsField(
            "Your answer",
            name=criterion.name,
            empty=f"Enter your answer about {criterion.name}",
            max_words=criterion.word_limit,
        )


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
