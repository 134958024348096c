"""What stands around the questions of a form (questionnaires.forms.AnswersForm): comments, choices, ends."""

from django import forms

from pcc_grants.forms import ChoiceRadios, GovukForm, ModelRadios, WordsField


class CompleteForm(GovukForm):
    """Whether a section is complete, at its end."""

    complete = ChoiceRadios(
        "Have you completed this section?",
        [("yes", "Yes, I have completed this section"), ("no", "No, I will come back to it later")],
        empty="Select whether you have completed this section",
        size="m",
    )


class CommentForm(GovukForm):
    """A remark for colleagues."""

    text = WordsField(
        "Add a comment for your colleagues",
        name="Your comment",
        empty="Enter your comment",
        hint="The people of this application see it. We do not.",
        max_words=300,
        rows=3,
    )


class ChooseAnswerForm(GovukForm):
    """Which of two answers to one question stays, or a combined one.

    `seen` is the name of the hidden field that says which revision of their answer the page shows.
    """

    choice = ChoiceRadios(
        "Which answer do you want to keep?",
        [("mine", "Keep mine"), ("theirs", "Keep theirs"), ("combined", "Edit a combined answer")],
        empty="Select which answer you want to keep",
        size="m",
    )

    def __init__(self, *args, seen, combined=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields[seen] = forms.CharField(widget=forms.HiddenInput(), required=False)
        if combined is None:
            self.fields["choice"].choices = self.fields["choice"].choices[:2]
        else:
            self.fields["combined"] = WordsField(
                "A combined answer", max_words=None, max_characters=100_000, rows=12, required=False,
                initial=combined,
            )  # fmt: skip


class StartForm(GovukForm):
    """For which organisation, when the person acts for several."""

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"] = ModelRadios(
            "Which organisation is applying?", organisations, empty="Select which organisation is applying"
        )
