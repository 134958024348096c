"""Forms of moderation: a meeting, an agreed score, scores to reopen, and feedback for the applicant."""

from datetime import date

from accounts.models import User
from applications.models import ModerationMeeting
from pcc_grants.forms import ChoiceRadios, DateField, GovukForm, ModelCheckboxes, ModelSelect, WordsField
from pcc_grants.lib.clock import format_date

from .assess import LONGEST_NOTE, choices_of, given_of


class MeetingForm(GovukForm):
    """A moderation meeting: when, who was present, what was said."""

    held_on = DateField(
        "When is or was the meeting?",
        name="Date of the meeting",
        empty="Enter the date of the meeting",
        size="m",
    )
    present = ModelCheckboxes(
        "Who is or was present?",
        User.objects.none(),
        row_hint=lambda person: person.email,
        empty="Select who was present at the meeting",
        size="m",
    )
    notes = WordsField(
        "What was said? (optional)",
        name="What was said",
        hint="What the meeting decided, and who left it while an application was discussed.",
        max_words=None,
        max_characters=20_000,
        rows=8,
        required=False,
        size="m",
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["present"].queryset = people


class AgreeForm(GovukForm):
    """What was agreed for one criterion, where, and why."""

    def __init__(self, *args, criterion, round, **kwargs):
        super().__init__(*args, **kwargs)
        self.criterion = criterion
        is_pass_fail = criterion.is_pass_fail
        self.fields["score"] = ChoiceRadios(
            "Does it pass?" if is_pass_fail else "Agreed score",
            choices_of(criterion, round),
            empty="Select whether it passes" if is_pass_fail else "Select the agreed score",
            size="m",
        )
        self.fields["reason"] = WordsField(
            "Why was this agreed?",
            name="Reason",
            empty="Enter why this was agreed",
            hint="It stands in place of what the assessors gave. The approver reads it.",
            max_words=None,
            max_characters=LONGEST_NOTE,
            size="m",
        )
        self.fields["meeting"] = ModelSelect(
            "At which meeting? (optional)",
            ModerationMeeting.objects.filter(round=round),
            text=lambda meeting: format_date(meeting.held_on),
            name="The meeting",
            empty="Select a meeting, or none",
            blank="Not at a meeting",
            required=False,
        )

    def facts(self) -> dict:
        """What the service takes."""
        sent = self.cleaned_data
        return given_of(self.criterion, sent["score"]) | {
            "reason": sent["reason"],
            "meeting": sent["meeting"],
        }


class ReopenForm(GovukForm):
    """Why scores are reopened, and by when they are to be submitted again."""

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"] = WordsField(
            "Why do you reopen the scores?",
            name="Reason",
            empty="Enter why you reopen the scores",
            hint="The assessor reads this.",
            max_words=None,
            max_characters=LONGEST_NOTE,
        )
        self.fields["due_on"] = DateField(
            "When are they due again?",
            name="Date the scores are due",
            empty="Enter the date the scores are due",
            earliest=today,
            hint="For example, 27 3 2026",
        )


class FeedbackForm(GovukForm):
    """Feedback on each criterion; each may be left for later."""

    def __init__(self, *args, criteria, **kwargs):
        super().__init__(*args, **kwargs)
        self.names = {f"criterion_{criterion.pk}": criterion.pk for criterion in criteria}
        for criterion in criteria:
            self.fields[f"criterion_{criterion.pk}"] = WordsField(
                f"Feedback on {criterion} (optional)",
                name=f"Feedback on {criterion}",
                hint="1 to 3 sentences to the applicant. Do not name assessors.",
                max_words=None,
                max_characters=LONGEST_NOTE,
                rows=4,
                required=False,
            )

    def texts(self) -> dict:
        """What the service takes: the text of each criterion by its key."""
        return {pk: self.cleaned_data[name] for name, pk in self.names.items()}


class QuestionForm(GovukForm):
    """A question of an assessor to the office."""

    text = WordsField(
        "What do you want to ask?",
        name="Your question",
        empty="Enter your question",
        hint="The officer who asked you to score the application is emailed, and answers you. "
        "The applicant does not see it.",
        max_words=None,
        max_characters=LONGEST_NOTE,
    )


class AnswerForm(GovukForm):
    """The answer to an assessor."""

    answer = WordsField(
        "Your answer",
        empty="Enter your answer",
        hint="The assessor is emailed. Say nothing of how others score.",
        max_words=None,
        max_characters=LONGEST_NOTE,
    )
