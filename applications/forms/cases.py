"""Forms of projects and tactical pots: they check shape, the services judge."""

from organisations.models import District
from pcc_grants.forms import (
    ChoiceRadios,
    GovukForm,
    ModelCheckboxes,
    MoneyField,
    TextField,
    WordsField,
)
from pcc_grants.lib.money import format_money

from ..models import Decision

LONGEST_TEXT = 5_000
Outcome = Decision.Outcome
PURPOSE_HINT = (
    "Finish this sentence: “They were awarded the money to …”. Start with a verb in lower case, such as: "
    "reduce anti-social behaviour in the town centre. It will be published."
)


# -- Projects ------------------------------------------------------------------------------------------------

LATER = "You can save without it, but not send it without it."


class ProjectForm(GovukForm):
    """One project. Only its name, provider and amount are needed to save it; the rest before it is sent."""

    title = TextField(
        "Name of the project",
        empty="Enter the name of the project",
        max_length=150,
        hint="It is published",
    )
    provider_name = TextField(
        "Who delivers it?",
        name="Who delivers it",
        empty="Enter who delivers it",
        hint="The name of the organisation. If you deliver it yourselves, your own",
    )
    provider_number = TextField(
        "Its charity or company number (optional)",
        name="Charity or company number",
        max_length=20,
        width=10,
        required=False,
        spellcheck=False,
    )
    districts = ModelCheckboxes(
        "Where does it take place?",
        District.objects.all(),
        name="Districts",
        hint="Select all that apply",
        required=False,
    )
    schools = WordsField(
        "Schools (optional)",
        name="Schools",
        hint="If it takes place in schools: their names, one a line",
        max_words=500,
        rows=3,
        required=False,
    )
    amount = MoneyField("Amount", name="Amount of the project", empty="Enter the amount of the project")
    aims = WordsField("What will it do?", name="What it will do", hint=LATER, max_words=300, required=False)
    outcomes = WordsField(
        "What will change?",
        name="What will change",
        hint=f"One change a line, with a figure where you can. {LATER}",
        max_words=300,
        required=False,
    )
    evidence = WordsField(
        "What is the evidence of need?",
        name="The evidence of need",
        hint=f"Leave out names and anything about a person who could be identified. {LATER}",
        max_words=300,
        required=False,
    )

    @staticmethod
    def facts_of(project) -> dict:
        """What the form starts with for a project that is there."""
        names = [name for name in ProjectForm.base_fields if name != "districts"]
        return {name: getattr(project, name) for name in names} | {"districts": project.districts.all()}


class PotForm(GovukForm):
    """The tactical pot."""

    def __init__(self, *args, most, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["pot"] = MoneyField(
            "Tactical pot",
            name="The tactical pot",
            empty="Enter the tactical pot, or 0",
            hint=f"Up to a third of your allocation: {format_money(most)} at most. Enter 0 for none.",
            allow_zero=True,
        )


# -- One by one ----------------------------------------------------------------------------------------------


class ManyProjectsForm(GovukForm):
    """The same few questions about each of several projects, on one page."""

    questions: tuple[str, ...] = ()

    def __init__(self, *args, projects, **kwargs):
        super().__init__(*args, **kwargs)
        self.projects = list(projects)
        for project in self.projects:
            for name, field in self.fields_of(project).items():
                self.fields[f"{name}_{project.number}"] = field

    def fields_of(self, project) -> dict:
        raise NotImplementedError

    @property
    def rows(self) -> list[tuple]:
        """Each project with its bound fields."""
        return [
            (project, [self[f"{name}_{project.number}"] for name in self.questions])
            for project in self.projects
        ]

    def given(self, project, name):
        return self.cleaned_data.get(f"{name}_{project.number}")

    def lacks(self, project, name, sentence) -> None:
        key = f"{name}_{project.number}"
        if key not in self.errors and not self.cleaned_data.get(key):
            self.add_error(key, f"{sentence} for “{project}”")

    def pass_over(self, project, *names) -> None:
        """Whatever stands in boxes that this answer does not need is no error."""
        for name in names:
            self.errors.pop(f"{name}_{project.number}", None)


class RecommendProjectsForm(ManyProjectsForm):
    """What the office recommends on each project; `every`: each needs an answer."""

    questions = ("approve", "amount", "recommendation")
    YES, NO = "yes", "no"

    def __init__(self, *args, every=True, **kwargs):
        self.every = every
        super().__init__(*args, **kwargs)

    def fields_of(self, project) -> dict:
        answer = {True: self.YES, False: self.NO, None: ""}[project.recommends_approval]
        about = f"Project {project.number}"
        return {
            "approve": ChoiceRadios(
                "What do you recommend?",
                [(self.YES, "Approve"), (self.NO, "Do not approve")],
                required=False,
                initial=answer,
            ),
            "amount": MoneyField(
                "Amount, if you recommend it",
                name=f"{about}: the amount you recommend",
                hint=f"They ask for {format_money(project.amount)}.",
                maximum=project.amount,
                required=False,
                initial=project.recommended_amount or project.amount,
            ),
            "recommendation": WordsField(
                "Why?",
                name=f"{about}: why",
                max_words=None,
                max_characters=LONGEST_TEXT,
                required=False,
                initial=project.recommendation,
                rows=3,
            ),
        }

    def clean(self):
        cleaned = super().clean()
        for project in self.projects:
            answer = self.given(project, "approve")
            if not answer:
                self.pass_over(project, "amount", "recommendation")
                if self.every:
                    self.lacks(project, "approve", "Select what you recommend")
                continue
            self.lacks(project, "recommendation", "Enter why you recommend that")
            if answer == self.YES:
                self.lacks(project, "amount", "Enter the amount you recommend")
            else:
                self.pass_over(project, "amount")
        return cleaned

    def recommendations(self) -> dict:
        return {
            project.pk: {
                "approve": self.given(project, "approve") == self.YES,
                "amount": self.given(project, "amount"),
                "recommendation": self.given(project, "recommendation") or "",
            }
            for project in self.projects
            if self.given(project, "approve")
        }


class DecideProjectsForm(ManyProjectsForm):
    """The decision on each project; those without one are left for another day."""

    questions = ("outcome", "amount", "purpose", "reasons")

    def fields_of(self, project) -> dict:
        about = f"Project {project.number}"
        return {
            "outcome": ChoiceRadios(
                "What is your decision?",
                [
                    (Outcome.APPROVED, "Approve"),
                    (Outcome.DECLINED, "Do not approve"),
                    (Outcome.DEFERRED, "Defer: decide later"),
                ],
                required=False,
            ),
            "amount": MoneyField(
                "Amount, if you approve",
                name=f"{about}: the amount you approve",
                required=False,
                initial=project.recommended_amount or project.amount,
            ),
            "purpose": TextField(
                "Purpose, if you approve",
                name=f"{about}: purpose",
                hint=PURPOSE_HINT,
                max_length=500,
                required=False,
            ),
            "reasons": WordsField(
                "Reasons",
                name=f"{about}: reasons",
                hint="The partnership reads them, and they are published.",
                max_words=None,
                max_characters=LONGEST_TEXT,
                required=False,
                rows=3,
            ),
        }

    def clean(self):
        cleaned = super().clean()
        if self.projects and not any(self.given(one, "outcome") for one in self.projects):
            self.add_error(f"outcome_{self.projects[0].number}", "Select a decision for at least one project")
        for project in self.projects:
            outcome = self.given(project, "outcome")
            if not outcome:
                self.pass_over(project, "amount", "purpose", "reasons")
                continue
            self.lacks(project, "reasons", "Enter the reasons, which will be published,")
            if outcome == Outcome.APPROVED:
                self.lacks(project, "amount", "Enter the amount you approve")
                self.lacks(project, "purpose", "Enter what the money is for, to finish the sentence,")
            else:
                self.pass_over(project, "amount", "purpose")
        return cleaned

    def decisions(self) -> dict:
        return {
            project.pk: {
                "outcome": self.given(project, "outcome"),
                "amount": self.given(project, "amount"),
                "purpose": self.given(project, "purpose") or "",
                "reasons": self.given(project, "reasons") or "",
            }
            for project in self.projects
            if self.given(project, "outcome")
        }
