"""Pounds as people type them (screens.md sections 5 and 6.17)."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from pcc_grants.forms import GovukForm, MoneyField
from pcc_grants.lib.money import format_money


def error(typed, **options):
    field = MoneyField(
        "How much?", name="Cost of venue hire", empty="Enter the cost of venue hire", **options
    )
    with pytest.raises(ValidationError) as caught:
        field.clean(typed)
    (sentence,) = caught.value.messages
    return sentence


@pytest.mark.parametrize("typed", ["1250", "1,250", "£1,250", "1250.00", " 1 250 ", "£ 1,250.00", "1250.0"])
def test_an_amount_is_read_however_it_is_written(typed):
    amount = MoneyField("Cost").clean(typed)
    assert amount == Decimal("1250.00")
    assert isinstance(amount, Decimal)


@pytest.mark.parametrize(
    "typed", ["ten", "1.234", "1,250.505", "£", "1e3", "NaN", "Infinity", "1.2.3", "١٢", "0x10"]
)
def test_anything_else_is_no_number(typed):
    assert error(typed) == "Cost of venue hire must be a number, like 250 or 250.50"


def test_each_other_mistake_has_its_own_sentence():
    assert error("") == "Enter the cost of venue hire"
    assert error("0") == "Cost of venue hire must be more than £0"
    assert error("-5") == "Cost of venue hire must be more than £0"
    assert error("-5", allow_zero=True) == "Cost of venue hire must be £0 or more"
    assert (
        error("10450", maximum=Decimal(10000)) == "Cost of venue hire must be £10,000 or less. It is £10,450"
    )
    assert error("9" * 300) == "Cost of venue hire must be £9,999,999,999.99 or less"


def test_nothing_is_an_amount_where_it_is_allowed():
    assert MoneyField("Cost", allow_zero=True).clean("0.00") == 0
    assert MoneyField("Cost", required=False).clean(" ") is None


@given(st.decimals(min_value="0.01", max_value="9999999999.99", places=2))
def test_what_we_print_can_be_typed_back(amount):
    assert MoneyField("Cost").clean(format_money(amount)) == amount


def test_an_amount_already_known_is_shown_as_people_write_it():
    class Form(GovukForm):
        cost = MoneyField("Cost")

    assert Form(initial={"cost": Decimal("10000.00")})["cost"].value() == "10,000"
    assert Form(initial={"cost": Decimal("942.87")})["cost"].value() == "942.87"
    assert Form({"cost": "a lot"})["cost"].value() == "a lot"
