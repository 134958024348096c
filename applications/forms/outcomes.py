"""Forms of telling applicants and of what the register withholds."""

from funds.forms import TimeField
from pcc_grants.forms import DateField, GovukForm, WordsField
from pcc_grants.lib import clock

from .decide import LONGEST_TEXT


class ReleaseForm(GovukForm):
    """When the outcomes of a round are released."""

    release_on = DateField(
        "On which day are the outcomes released?",
        name="The date of the release",
        empty="Enter the date on which the outcomes are released",
    )
    release_time = TimeField("At what time?", name="Time", empty="Enter the time of the release")

    def moment(self):
        """The moment that was entered, in London."""
        return clock.london(self.cleaned_data["release_on"], self.cleaned_data["release_time"])

    @staticmethod
    def initial_of(round) -> dict:
        if round.outcomes_release_at is None:
            return {}
        local = round.outcomes_release_at.astimezone(clock.LONDON)
        return {"release_on": local.date(), "release_time": local.time()}


class WithholdForm(GovukForm):
    """Why a recipient is not named, or can be named now."""

    def __init__(self, *args, withheld, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"] = WordsField(
            "Why can the recipient be named now?" if withheld else "Why is the recipient not named?",
            name="The reason",
            empty="Enter why the recipient can be named now"
            if withheld
            else "Enter the reason, which the register shows",
            hint="Kept in the audit trail."
            if withheld
            else "The public register shows it. Name nobody in it. What we publish each month about payments "
            "still names who is paid.",
            max_words=None,
            max_characters=LONGEST_TEXT,
        )
