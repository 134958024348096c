"""What counts as an amount that can be awarded, planned or paid."""

from decimal import Decimal

from pcc_grants.lib.money import LARGEST, PENNY


def is_amount(amount) -> bool:
    """More than nothing, in pounds and pence, as a Decimal: never a float, never NaN."""
    return (
        isinstance(amount, Decimal)
        and amount.is_finite()
        and PENNY <= amount <= LARGEST
        and amount == amount.quantize(PENNY)
    )
