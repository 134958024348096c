"""Forms of assessors and of the officers who ask them."""

from datetime import date

from pcc_grants.forms import ChoiceRadios, DateField, GovukForm, ModelCheckboxes, WordsField

LONGEST_NOTE = 5_000


class AssignForm(GovukForm):
    """Who scores an application, and by when. `assessors` may be chosen, each with `to_score` counted."""

    def __init__(self, *args, assessors, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["assessors"] = ModelCheckboxes(
            "Assessors",
            assessors,
            row_hint=lambda person: f"{person.to_score} to score",
            empty="Select at least one assessor",
            size="m",
        )
        self.fields["due_on"] = DateField(
            "When are the scores due?",
            name="Date the scores are due",
            empty="Enter the date the scores are due",
            earliest=today,
            hint="For example, 27 3 2026",
            size="m",
        )


class InterestForm(GovukForm):
    """Whether the assessor has an interest, and what it is."""

    has_interest = ChoiceRadios(
        "Do you have an interest in this application?",
        [("no", "No, I have no interest"), ("yes", "Yes, I have or may have an interest")],
        empty="Select whether you have an interest in this application",
        size="m",
    )
    interest = WordsField(
        "If yes, what is your interest?",
        hint="One or two sentences. The office reads this; the organisation does not.",
        max_words=None,
        max_characters=LONGEST_NOTE,
        required=False,
    )

    def clean(self):
        cleaned = super().clean()
        if (
            cleaned.get("has_interest") == "yes"
            and not cleaned.get("interest")
            and "interest" not in self.errors
        ):
            self.add_error("interest", "Enter what your interest is")
        return cleaned

    @property
    def declared(self) -> str:
        """What the service takes: the interest, or nothing."""
        return self.cleaned_data["interest"] if self.cleaned_data["has_interest"] == "yes" else ""


class ScoreForm(GovukForm):
    """A score and its reason for one criterion; `complete` says whether both must be there."""

    def __init__(self, *args, criterion, complete: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["score"] = ChoiceRadios(
            "Score",
            [(value, f"{value} – {words}") for value, words in enumerate(criterion.round.score_descriptions)],
            empty=f"Select a score for {criterion}",
            required=complete,
            size="m",
        )
        self.fields["reason"] = WordsField(
            "Reason for your score",
            empty="Enter a reason for your score",
            hint="Say what in the answer led you to it. Do not include names of people.",
            max_words=None,
            max_characters=LONGEST_NOTE,
            required=complete,
            size="m",
        )

    @property
    def given(self) -> dict:
        """What the service takes; the score as a number, or None while it is missing."""
        score = self.cleaned_data["score"]
        return {"score": int(score) if score else None, "reason": self.cleaned_data["reason"]}
