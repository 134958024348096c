"""Forms of the steps in which a round is set up: they check shape, the services judge."""

from organisations.models import DueDiligence, Organisation
from pcc_grants.forms import (
    Checkboxes,
    ChoiceRadios,
    ChoiceSelect,
    GovukForm,
    ModelCheckboxes,
    ModelSelect,
    TextField,
    WordsField,
)

from ..models import CheckItem, EligibilityQuestion, Round, Theme

Asks, Good = EligibilityQuestion.Asks, EligibilityQuestion.Good
ANY = "any"


class WhoMayApplyForm(GovukForm):
    """The types of organisation that a round takes."""

    kinds = Checkboxes(
        "Which types of organisation may apply?",
        Organisation.Kind.choices,
        hint="Select none for every type",
        heading=True,
        required=False,
    )


class ThemesForm(GovukForm):
    """The types of project that a round takes."""

    themes = ModelCheckboxes(
        "Which types of project does the round take?",
        Theme.objects.none(),
        hint="Select none for all of them",
        heading=True,
        required=False,
    )

    def __init__(self, *args, fund, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["themes"].queryset = fund.themes.all()


class ScaleForm(GovukForm):
    """What each score of a round means."""

    descriptions = WordsField(
        "What does each score mean?",
        name="What each score means",
        empty="Enter what each score means",
        hint="One line a score, from 0 upwards: the first line is 0, the second 1. 2 to 11 lines. Published.",
        max_words=None,
        rows=11,
    )

    def clean_descriptions(self) -> list[str]:
        return self.cleaned_data["descriptions"].splitlines()


class TermsForm(GovukForm):
    """The terms that every agreement of a round carries."""

    terms = WordsField(
        "Terms that every agreement carries",
        empty="Enter the terms of the round",
        hint="One paragraph a line. Published.",
        max_words=5000,
        rows=20,
    )


class QuestionsForm(GovukForm):
    """Where the questions of a round start from."""

    STANDARD, SHORT, COPY = "standard", "short", "copy"
    start = ChoiceRadios(
        "Where do you want to start from?",
        [
            (STANDARD, "The standard form"),
            (SHORT, "The short form"),
            (COPY, "The questions of another round"),
        ],
        hints={
            STANDARD: "All that we usually ask: organisation, contacts, project, criteria, budget, documents",
            SHORT: "For small grants: only the project, the criteria and the budget",
            COPY: "Select the round below",
        },
        empty="Select where you want to start from",
    )
    source = ModelSelect(
        "Round to copy the questions from",
        Round.objects.none(),
        hint="Only if you start from the questions of another round",
        empty="Select the round to copy the questions from",
        required=False,
    )

    def __init__(self, *args, round, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = (
            Round.objects.exclude(pk=round.pk)
            .exclude(questionnaire=None)
            .select_related("fund")
            .order_by("fund__name", "-number")
        )

    def clean(self):
        chosen = super().clean()
        if chosen.get("start") == self.COPY and not chosen.get("source") and "source" not in self.errors:
            self.add_error("source", self.fields["source"].empty)
        return chosen


class DocumentForm(GovukForm):
    """A document that applicants send, in the office's words."""

    text = TextField(
        "What do you ask for?",
        name="What you ask for",
        empty="Enter what you ask for, like Your insurance certificate",
        hint="As applicants read it, like: Your insurance certificate",
        max_length=150,
    )
    hint = TextField(
        "Why do you ask for it? (optional)",
        name="Why you ask for it",
        hint="A sentence that applicants read",
        max_length=300,
        required=False,
    )
    required = ChoiceRadios(
        "Must it be sent?",
        [("yes", "Yes"), ("no", "No, it is optional")],
        empty="Select whether it must be sent",
    )

    def facts(self) -> dict:
        return self.cleaned_data | {"required": self.cleaned_data["required"] == "yes"}

    @staticmethod
    def facts_of(document) -> dict:
        required = "yes" if document.required else "no"
        return {"text": document.text, "hint": document.hint, "required": required}


class EligibilityQuestionForm(GovukForm):
    """One question of the check before applying."""

    asks = ChoiceRadios("What does it ask for?", Asks.choices, empty="Select what the question asks for")
    text = TextField("Question", empty="Enter the question", max_length=300)
    hint = TextField("Hint (optional)", name="Hint", max_length=300, required=False)
    good_answer = ChoiceRadios(
        "Which answer lets people apply?",
        [*Good.choices, (ANY, "Any answer")],
        hint="Not sure always lets them go on. Leave this out for the type of organisation: "
        "who may apply is a step of its own.",
        empty="Select which answer lets people apply",
        required=False,
    )
    reason = TextField(
        "Reason when they cannot apply",
        name="Reason",
        hint="It finishes the sentence: This is because you told us …",
        max_length=300,
        required=False,
    )
    advice = WordsField(
        "What they can do instead (optional)",
        name="What they can do instead",
        hint="One point a line",
        max_words=300,
        rows=4,
        required=False,
    )
    only_if = ChoiceSelect(
        "Ask it only after the answer yes to (optional)",
        [],
        name="The question it depends on",
        empty="Select an earlier question, or leave it as it is",
        blank="Ask everyone",
        required=False,
    )

    def __init__(self, *args, earlier=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["only_if"].choices = [("", "Ask everyone")] + [
            (question.key, question.text) for question in earlier
        ]

    def clean(self):
        chosen = super().clean()
        if chosen.get("asks") == Asks.YES_NO and not chosen.get("good_answer"):
            self.add_error("good_answer", self.fields["good_answer"].empty)
        return chosen

    def facts(self) -> dict:
        good = self.cleaned_data["good_answer"]
        return self.cleaned_data | {"good_answer": "" if good == ANY else good}

    @staticmethod
    def facts_of(question) -> dict:
        facts = {name: getattr(question, name) for name in EligibilityQuestionForm.base_fields}
        if question.asks == Asks.YES_NO:
            facts["good_answer"] = question.good_answer or ANY
        return facts


class CheckItemForm(GovukForm):
    """A line of the officers' checklist."""

    about = ChoiceRadios(
        "What is it about?",
        CheckItem.About.choices,
        empty="Select what it is about",
        hints={
            CheckItem.About.ELIGIBILITY: "Whether the fund may support it",
            CheckItem.About.COMPLETENESS: "Whether everything that is needed is there",
        },
    )
    text = TextField(
        "Question",
        empty="Enter the question",
        hint="One that is answered yes when all is well",
        max_length=300,
    )
    hint = TextField("Hint (optional)", name="Hint", max_length=300, required=False)


class DiligenceNeededForm(GovukForm):
    """What must be known of an organisation before it is recommended."""

    kinds = Checkboxes(
        "Which due diligence is needed before an application is recommended?",
        DueDiligence.Kind.choices,
        hint="Where it is missing, recommending takes a reason. Select none if nothing is needed",
        heading=True,
        required=False,
    )
