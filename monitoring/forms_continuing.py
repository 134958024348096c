"""Asking recipients for a business case to go on: one of them, or all of a round or a fund."""

from funds.models import Round
from pcc_grants.forms import GovukForm, ModelSelect, MoneyField, Tick, WordsField
from pcc_grants.lib.money import format_money

MESSAGE = {
    "name": "The message",
    "max_words": 200,
    "rows": 4,
    "required": False,
    "hint": "It stands in the email, after the amount and the closing time",
}


class ContinueForm(GovukForm):
    """For one award."""

    round = ModelSelect(
        "Round of the business case",
        Round.objects.none(),
        text=lambda round: f"{round.name} (up to {format_money(round.maximum)})",
        empty="Select the round",
    )
    amount = MoneyField(
        "Most they can ask for",
        name="The most they can ask for",
        empty="Enter the most they can ask for",
        hint="As they asked for that year when they applied. The round’s maximum is the limit",
    )
    message = WordsField("Message (optional)", **MESSAGE)

    def __init__(self, *args, rounds, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["round"].queryset = rounds


class ContinueManyForm(GovukForm):
    """For the awards of one page: a tick and an amount for each (`rows`), and one message."""

    message = WordsField("Message (optional)", **MESSAGE)

    def __init__(self, *args, awards, amounts, round, **kwargs):
        super().__init__(*args, **kwargs)
        self.awards = awards
        for award in awards:
            self.fields[f"ask_{award.pk}"] = Tick(f"{award.organisation}, {award.reference}", required=False)
            self.fields[f"amount_{award.pk}"] = MoneyField(
                f"Most that {award.organisation} can ask for",
                name=f"The most that {award.organisation} can ask for",
                initial=amounts[award.pk],
                maximum=round.maximum,
                required=False,
            )

    def fields_of(self, award):
        """The bound tick and amount of an award's row."""
        return self[f"ask_{award.pk}"], self[f"amount_{award.pk}"]

    def clean(self):
        cleaned = super().clean()
        ticked = [award for award in self.awards if cleaned.get(f"ask_{award.pk}")]
        if self.awards and not ticked:
            self.add_error(f"ask_{self.awards[0].pk}", "Select at least one organisation")
        for award in ticked:
            name = f"amount_{award.pk}"
            if name not in self.errors and not cleaned.get(name):
                self.add_error(name, f"Enter the most that {award.organisation} can ask for")
        return cleaned

    @property
    def chosen(self) -> list[tuple]:
        """(award, amount) of each ticked row."""
        return [
            (award, self.cleaned_data[f"amount_{award.pk}"])
            for award in self.awards
            if self.cleaned_data[f"ask_{award.pk}"]
        ]
