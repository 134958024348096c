"""The office's forms about deadlines: more time for one application, and for everyone."""

from funds.forms import TimeField
from pcc_grants.forms import ChoiceRadios, ChoiceSelect, DateField, GovukForm, WordsField
from pcc_grants.lib import clock

from ..models import Extension
from ..services.watching import SHOWN


class DraftFilter(GovukForm):
    """Which drafts of a round to show."""

    show = ChoiceSelect("Show", list(SHOWN.items()), blank=None, required=False)


class MoreTimeForm(GovukForm):
    """Until when one application may be submitted, and why."""

    until_on = DateField(
        "Until which day?", name="Date of the new closing time", empty="Enter the date they have until"
    )
    until_time = TimeField("Until what time?", name="Time", empty="Enter the time they have until")
    reason = ChoiceRadios(
        "Why do they need more time?", Extension.Reason.choices, empty="Select why they need more time"
    )
    explanation = WordsField(
        "What happened?",
        name="What happened",
        hint=(
            "The second officer and those who decide read it. The applicant is not shown it. "
            "Do not write about anyone’s health."
        ),
        empty="Enter what happened",
        max_words=300,
    )

    def facts(self) -> dict:
        """The fields as the service knows them."""
        data = self.cleaned_data
        return {
            "until": clock.london(data["until_on"], data["until_time"]),
            "reason": data["reason"],
            "explanation": data["explanation"],
        }


class ExtendRoundForm(GovukForm):
    """The new closing time of a round, and why it moves."""

    closes_on = DateField(
        "On which day will it close?", name="New closing date", empty="Enter the new closing date"
    )
    closes_time = TimeField("New closing time", empty="Enter the new closing time")
    cause = ChoiceRadios(
        "Why does the closing time move?",
        [("outage", "The service was not working"), ("other", "Another reason")],
        hints={"outage": "Then a round can still be extended in the 24 hours after it has closed"},
        empty="Select why the closing time moves",
    )
    reason = WordsField(
        "Reason in words",
        name="Reason",
        hint="Published on the page of the fund, and sent to everyone who is writing an application",
        empty="Enter the reason, which will be published",
        max_words=100,
        rows=4,
    )

    def facts(self) -> dict:
        """The fields as the service knows them."""
        data = self.cleaned_data
        return {
            "closes_at": clock.london(data["closes_on"], data["closes_time"]),
            "reason": data["reason"],
            "is_outage": data["cause"] == "outage",
        }
