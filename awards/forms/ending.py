"""A fund's end: telling its recipients, their plan, and what the office makes of it."""

from datetime import timedelta

from awards.models import Award
from awards.services.ending import MOST_WORDS
from pcc_grants.forms import ChoiceRadios, DateField, GovukForm, ModelCheckboxes, Tick, WordsField
from pcc_grants.lib import clock
from pcc_grants.lib.clock import format_date

# Days for the plan, and for changes we ask for, unless the officer says otherwise (settings).
DAYS_FOR_THE_PLAN = 60
DAYS_FOR_CHANGES = 14


def usual_message(fund) -> str:
    """What recipients are told, in the fund's own notice."""
    return (
        f"{fund.ending_notice}\n\nTell us how the work goes on after {format_date(fund.ended_on)}: who pays "
        "for it, what changes, and what ends. If it ends, tell us how the people it helps are told and where "
        "they can turn."
    )


class EndingForm(GovukForm):
    awards = ModelCheckboxes(
        "Who is told?",
        Award.objects.none(),
        text=lambda award: f"{award.organisation}, {award.reference}",
        row_hint=lambda award: award.title,
        empty="Select at least one recipient",
    )
    message = WordsField(
        "Message", name="The message", max_words=400, rows=8, empty="Enter the message that recipients read"
    )
    plan_due_on = DateField(
        "When is their plan due?", name="The day the plan is due", empty="Enter the day the plan is due"
    )
    reason = WordsField(
        "Why are they told now?",
        name="Why they are told now",
        max_words=100,
        rows=2,
        empty="Enter why they are told now",
        hint="For our own record. Recipients do not see it",
    )

    def __init__(self, *args, awards, fund, **kwargs):
        initial = {
            "awards": awards,
            "message": usual_message(fund),
            "plan_due_on": clock.today() + timedelta(days=DAYS_FOR_THE_PLAN),
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["awards"].queryset = awards


class PlanForm(GovukForm):
    plan = WordsField(
        "How does the work go on after the fund has ended?",
        name="Your plan",
        max_words=MOST_WORDS,
        rows=10,
        empty="Enter how the work goes on after the fund has ended",
        hint="Who pays for it, what changes and what ends. Do not include names or anything that could "
        "identify a person",
    )
    has_checked = Tick("I have checked that nothing I wrote could identify a person", required=False)


class ReviewPlanForm(GovukForm):
    is_satisfactory = ChoiceRadios(
        "What do you make of the plan?",
        [("yes", "It is satisfactory"), ("no", "Ask for it again")],
        empty="Select what you make of the plan",
    )
    review = WordsField(
        "What do you tell them?",
        name="What you tell them",
        max_words=300,
        empty="Enter what you tell them about the plan",
        hint="The organisation reads this",
    )
    due_on = DateField(
        "When is it due again?",
        name="The day it is due again",
        required=False,
        hint="Only if you ask for it again",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(
            *args, initial={"due_on": clock.today() + timedelta(days=DAYS_FOR_CHANGES)}, **kwargs
        )
