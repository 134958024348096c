"""Pounds and pence, as people type them."""

import re
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError

from pcc_grants.lib.money import LARGEST, NotMoney, format_money, parse_money

from .text import GovukFieldMixin, clean_text


class MoneyField(GovukFieldMixin, forms.Field):
    """An amount with a £ before it. Takes 1250, 1,250, £1,250, 1250.00 and spaces; gives a Decimal.

    `name` begins its sentences: "Cost of venue hire must be a number, like 250 or 250.50".
    `maximum` refuses more, and says what was typed; `allow_zero` takes £0.
    """

    prefix = "£"

    def __init__(self, label, *, maximum=None, allow_zero=False, width=10, empty="", **kwargs):
        self.maximum, self.allow_zero, self.width = maximum, allow_zero, width
        widget = forms.TextInput(attrs={"inputmode": "decimal", "spellcheck": "false"})
        super().__init__(label, widget=widget, empty=empty, **kwargs)

    def prepare_value(self, value):
        """An amount already known is shown without pence when they are zero."""
        return format_money(value).replace("£", "") if isinstance(value, Decimal) else value

    def to_python(self, value):
        if isinstance(value, Decimal):
            return value
        text = clean_text(value)
        if not text:
            return None
        try:
            amount = parse_money(text)
        except NotMoney as error:
            if re.fullmatch(r"[£\s,]*[0-9][0-9,\s]*(\.[0-9]{1,2})?", text):
                raise self._over(LARGEST) from error
            raise ValidationError(
                f"{self.name} must be a number, like 250 or 250.50", code="number"
            ) from error
        if amount < 0 and self.allow_zero:
            raise ValidationError(f"{self.name} must be £0 or more", code="minimum")
        if amount < 0 or (amount == 0 and not self.allow_zero):
            raise ValidationError(f"{self.name} must be more than £0", code="minimum")
        if self.maximum is not None and amount > self.maximum:
            raise self._over(self.maximum, amount)
        return amount

    def _over(self, most, amount=None):
        is_now = f". It is {format_money(amount)}" if amount is not None else ""
        return ValidationError(f"{self.name} must be {format_money(most)} or less{is_now}", code="maximum")
