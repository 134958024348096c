"""Narrowing the list of overlaps, settling one, and linking a provider to the register."""

from django.db.models import Case, When

from applications.models import Overlap
from funds.models import Round, Route
from organisations.models import Organisation
from pcc_grants.forms import ChoiceRadios, ChoiceSelect, GovukForm, ModelRadios, ModelSelect, WordsField
from pcc_grants.lib.financial_year import FinancialYear


def allocated_years() -> list[tuple[str, str]]:
    """The financial years with allocations, the latest first."""
    years = Round.objects.filter(route=Route.ALLOCATED).values_list("start_year", flat=True).distinct()
    return [(str(year), str(FinancialYear(year))) for year in sorted(set(years.order_by()), reverse=True)]


class OverlapFilter(GovukForm):
    year = ChoiceSelect("Financial year", [], blank="All years", required=False)
    status = ChoiceSelect("What was made of it", Overlap.Status, blank="All", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [("", "All years"), *allocated_years()]

    def narrow(self, overlaps):
        if self.cleaned_data["year"]:
            overlaps = overlaps.filter(first__business_case__round__start_year=int(self.cleaned_data["year"]))
        if self.cleaned_data["status"]:
            overlaps = overlaps.filter(status=self.cleaned_data["status"])
        return overlaps


class LookAgainForm(GovukForm):
    year = ChoiceSelect(
        "Financial year to look through", [], empty="Select the financial year to look through"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [("", "Select one"), *allocated_years()]


class SettleForm(GovukForm):
    status = ChoiceRadios(
        "What do you make of it?",
        [
            (Overlap.Status.DIFFERENT, "They are different: both may be funded"),
            (Overlap.Status.CHANGED, "It is an overlap, and is settled in another way"),
        ],
        hints={Overlap.Status.CHANGED: "Such as: one of the partnerships changes or withdraws its project"},
        empty="Select what you made of this overlap",
        size="m",
    )
    note = WordsField(
        "Why, or how is it settled?",
        name="The reason",
        max_words=200,
        empty="Enter why, or how it is settled",
    )


NOT_THERE = "none"


class ProviderForm(GovukForm):
    """Those that are alike first; any other of the register; or none."""

    suggested = ModelRadios(
        "Organisations of the register that are alike", Organisation.objects.none(), required=False
    )
    other = ModelSelect(
        "Another organisation of the register (optional)",
        Organisation.objects.all(),
        blank="None chosen",
        required=False,
    )

    def __init__(self, *args, suggestions, **kwargs):
        super().__init__(*args, **kwargs)
        if not suggestions:
            del self.fields["suggested"]
            return
        why = {organisation.pk: reason for organisation, reason in suggestions}
        field = self.fields["suggested"]
        field.row_hint = lambda organisation: f"{why[organisation.pk]}: {organisation.reference}"
        order = Case(*(When(pk=key, then=place) for place, key in enumerate(why)))
        field.queryset = Organisation.objects.filter(pk__in=why).order_by(order)

    @property
    def chosen(self) -> Organisation | None:
        return self.cleaned_data["other"] or self.cleaned_data.get("suggested")
