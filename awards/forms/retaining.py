"""Proposing to keep the money of overlapping projects, and to fund their provider directly."""

from applications.models import Project
from organisations.models import Organisation
from pcc_grants.forms import (
    DateField,
    GovukForm,
    ModelCheckboxes,
    ModelSelect,
    MoneyField,
    TextField,
    WordsField,
)
from pcc_grants.lib.money import format_money

from .office import SENTENCE_HINT


class RetainForm(GovukForm):
    projects = ModelCheckboxes(
        "Whose money do you keep?",
        Project.objects.none(),
        text=lambda project: f"{project.title}, {format_money(project.amount)}",
        row_hint=lambda project: f"{project.business_case.organisation}: {project.provider_name}",
        empty="Select the projects whose money you keep",
    )
    organisation = ModelSelect(
        "Provider", Organisation.objects.all(), empty="Select the organisation that delivers them"
    )
    title = TextField("Title", empty="Enter a title for the award", max_length=150)
    purpose = WordsField("Purpose", max_words=100, empty="Enter what the money is for", hint=SENTENCE_HINT)
    reasons = WordsField(
        "Reasons",
        max_words=300,
        empty="Enter the reasons for the award",
        hint="Why it will reduce crime and disorder, or is good value for money. They are published",
    )
    direct_reason = WordsField(
        "Why was it not competed for?",
        name="Why it was not competed for",
        max_words=300,
        required=False,
        hint="If you leave it empty, we name the projects and say that they overlap",
    )
    amount = MoneyField(
        "Amount (optional)",
        name="The amount",
        required=False,
        hint="If you leave it empty: what the selected projects ask for together. Never more",
    )
    starts_on = DateField("Start date", empty="Enter the date the award starts")
    ends_on = DateField("End date", empty="Enter the date the award ends")

    def __init__(self, *args, projects: list[Project], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["projects"].queryset = (
            Project.objects.filter(pk__in=[project.pk for project in projects])
            .select_related("business_case__organisation")
            .order_by("pk")
        )

    @staticmethod
    def first_facts(overlap, projects: list[Project], reason: str) -> dict:
        """What the form begins with: the facts of the projects themselves."""
        round = overlap.first.business_case.round
        linked = {project.provider_id for project in projects if project.provider_id}
        return {
            "projects": [one.pk for one in projects if one.pk in (overlap.first_id, overlap.second_id)],
            "organisation": linked.pop() if len(linked) == 1 else None,
            "title": overlap.first.title,
            "direct_reason": reason,
            "starts_on": round.projects_start_on,
            "ends_on": round.projects_end_on,
        }
