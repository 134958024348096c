"""Pounds and pence as Decimal, never as float."""

import re
from decimal import ROUND_DOWN, Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models

PENNY = Decimal("0.01")
LARGEST = Decimal("9999999999.99")


class NotMoney(ValueError):
    """The text is not an amount in pounds with at most two decimals."""


def parse_money(text: str) -> Decimal:
    """Read what people type: 1250, 1,250, £1,250, 1250.00, with spaces. Raises NotMoney."""
    cleaned = re.sub(r"[\s£,\u00a0]", "", text)
    if not re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,2})?", cleaned):
        raise NotMoney(text)
    amount = Decimal(cleaned).quantize(PENNY)
    if abs(amount) > LARGEST:
        raise NotMoney(text)
    return amount


def format_money(amount: Decimal, *, pence: bool | None = None) -> str:
    """'£10,000', '£112,422.87': pence only when not zero, unless `pence` says always or never."""
    if pence is None:
        pence = amount != amount.to_integral_value()
    sign = "-" if amount < 0 else ""
    return f"{sign}£{abs(amount):,.2f}" if pence else f"{sign}£{abs(amount):,.0f}"


def split(total: Decimal, parts: int) -> list[Decimal]:
    """Split an amount into parts that add up to the whole to the penny; the last takes what is left.

    No part is below zero, however few pennies there are. Raises ValueError when there would be no part.
    """
    if parts < 1:
        raise ValueError("An amount is split into one part or more.")
    share = (total / parts).quantize(PENNY)
    if share * (parts - 1) > total:
        share = (total / parts).quantize(PENNY, ROUND_DOWN)
    return [share] * (parts - 1) + [total - share * (parts - 1)]


class MoneyField(models.DecimalField):
    """Pounds to the penny. Refuses floats and anything with more than two decimals."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_digits", 12)
        kwargs.setdefault("decimal_places", 2)
        super().__init__(*args, **kwargs)

    def to_python(self, value):
        if isinstance(value, float):
            raise ValidationError("Money is a Decimal, never a float.")
        try:
            amount = super().to_python(value)
        except InvalidOperation as error:
            raise ValidationError("This is not an amount of money.") from error
        if isinstance(amount, Decimal) and amount.is_finite() and amount != amount.quantize(PENNY):
            raise ValidationError("Money has at most two decimals.")
        return amount

    def get_db_prep_save(self, value, connection):
        if hasattr(value, "resolve_expression"):
            return super().get_db_prep_save(value, connection)
        return super().get_db_prep_save(self.to_python(value), connection)


POSITIVE = MinValueValidator(PENNY)
