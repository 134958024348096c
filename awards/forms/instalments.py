"""The plan of instalments: a row each, as many as the award needs."""

from django.forms import BaseFormSet, formset_factory

from awards.services.planning import MOST_INSTALMENTS
from pcc_grants.forms import DateField, GovukForm, MoneyField, TextField, Tick, WordsField


class InstalmentRow(GovukForm):
    """One instalment. A row left empty is passed over."""

    amount = MoneyField("Amount")
    due_on = DateField("Due on")
    period = TextField(
        "What it pays for (optional)",
        name="What it pays for",
        max_length=100,
        required=False,
        hint="Such as: quarter 1 2019-20",
    )
    waits_for_return = Tick("Waits for a return", required=False)
    other_condition = WordsField(
        "Waits for something else (optional)",
        name="What it waits for",
        max_words=40,
        rows=2,
        required=False,
        hint="Completes “Waiting for …”",
    )

    def __init__(self, *args, number, **kwargs):
        super().__init__(*args, **kwargs)
        self.number = number
        amount, due_on = self.fields["amount"], self.fields["due_on"]
        amount.name = f"The amount of instalment {number}"
        amount.error_messages["required"] = f"Enter an amount for instalment {number}"
        due_on.name = f"The date of instalment {number}"
        due_on.error_messages["required"] = f"Enter the date on which instalment {number} is due"


class BaseInstalments(BaseFormSet):
    """The rows of one award. Rows are numbered as they stand."""

    default_error_messages = {
        "missing_management_form": "The page was not sent whole. Load it again and enter the instalments."
    }

    def initial_form_count(self):
        return 0  # every row may be left empty, also one that was filled before

    def get_form_kwargs(self, index):
        return {"number": (index or 0) + 1}

    @property
    def errors_there(self) -> bool:
        return bool(self.total_error_count())

    @property
    def rows(self) -> list[dict]:
        """The filled rows, for the service."""
        return [form.cleaned_data for form in self.forms if form.has_changed() and form.cleaned_data]


def instalments_formset(rows: int):
    """A formset class that shows `rows` rows."""
    return formset_factory(
        InstalmentRow,
        formset=BaseInstalments,
        extra=rows,
        max_num=MOST_INSTALMENTS,
        absolute_max=MOST_INSTALMENTS,
    )
