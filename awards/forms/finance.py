"""Marking an instalment as paid, and finding payments."""

from awards.services.paying import LONGEST_REFERENCE
from funds.models import Fund
from pcc_grants.forms import DateField, GovukForm, ModelSelect, MoneyField, TextField, WordsField


class PaymentForm(GovukForm):
    paid_on = DateField("Date paid", name="The date of the payment", empty="Enter the date of the payment")
    amount = MoneyField("Amount paid", name="The amount paid", empty="Enter the amount paid")
    finance_reference = TextField(
        "Finance reference",
        empty="Enter the finance reference",
        hint="The transaction's number in the finance system",
        max_length=LONGEST_REFERENCE,
        width=20,
        spellcheck=False,
    )
    difference_reason = WordsField(
        "Why is the amount not the one planned? (optional)",
        name="Why the amount differs",
        max_words=200,
        required=False,
        hint="Needed only when less was paid than planned. The organisation sees it",
    )


class PaymentsFilter(GovukForm):
    """The filters of the list of payments."""

    words = TextField("Reference or organisation", required=False, width=20)
    fund = ModelSelect("Fund", Fund.objects.all(), blank="All funds", required=False)
    paid_from = DateField("Paid from", required=False)
    paid_to = DateField("Paid to", required=False)
