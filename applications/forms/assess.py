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


PASSED, NOT_PASSED = "passed", "not"
PASS_CHOICES = [(PASSED, "Passes"), (NOT_PASSED, "Does not pass")]


def choices_of(criterion, round) -> list[tuple[str, str]]:
    """What a criterion can be given: passed or not, or a score with its words."""
    if criterion.is_pass_fail:
        return PASS_CHOICES
    return [(str(score), f"{score} – {words}") for score, words in enumerate(round.score_descriptions)]


def chosen_of(given) -> str:
    """What is chosen on the page for a score, or an agreed score, that is there already; "" for none."""
    if given is None or (given.score is None and given.passed is None):
        return ""
    if given.passed is None:
        return str(given.score)
    return PASSED if given.passed else NOT_PASSED


def given_of(criterion, chosen: str) -> dict:
    """What the services take: `score` as a number or `passed` as a bool, the other None."""
    if criterion.is_pass_fail:
        return {"score": None, "passed": chosen == PASSED if chosen else None}
    return {"score": int(chosen) if chosen else None, "passed": None}


class ScoreForm(GovukForm):
    """A score and its reason for one criterion; `complete` says whether both must be there."""

    def __init__(self, *args, criterion, round, complete: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.criterion = criterion
        is_pass_fail = criterion.is_pass_fail
        self.fields["score"] = ChoiceRadios(
            "Does it pass?" if is_pass_fail else "Score",
            choices_of(criterion, round),
            empty=f"Select whether {criterion} is passed"
            if is_pass_fail
            else f"Select a score for {criterion}",
            hint="If it does not pass, you can submit without scoring the other criteria."
            if is_pass_fail
            else "",
            required=complete,
            size="m",
        )
        self.fields["reason"] = WordsField(
            "Why?" if is_pass_fail else "Reason for your score",
            name="Reason",
            empty=f"Enter a reason why {criterion} is passed or not"
            if is_pass_fail
            else "Enter a reason for your score",
            hint="Say what in the answer led you to it. Do not include names of people.",
            max_words=None,
            max_characters=LONGEST_NOTE,
            required=complete,
            size="m",
        )

    @property
    def given(self) -> dict:
        """What the service takes; None while it is missing."""
        return given_of(self.criterion, self.cleaned_data["score"]) | {"reason": self.cleaned_data["reason"]}
