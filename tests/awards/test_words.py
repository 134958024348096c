"""Amounts in words, as the agreement states them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from awards.words import money_in_words, number_in_words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"),
        (13, "thirteen"),
        (40, "forty"),
        (99, "ninety-nine"),
        (100, "one hundred"),
        (101, "one hundred and one"),
        (1000, "one thousand"),
        (1001, "one thousand and one"),
        (1100, "one thousand one hundred"),
        (31335, "thirty-one thousand three hundred and thirty-five"),
        (112422, "one hundred and twelve thousand four hundred and twenty-two"),
        (1350000, "one million three hundred and fifty thousand"),
        (2000000015, "two billion and fifteen"),
    ],
)
def test_a_number_in_words(number, words):
    assert number_in_words(number) == words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("10000", "ten thousand pounds"),
        ("1", "one pound"),
        ("0", "zero pounds"),
        ("0.01", "one penny"),
        ("1.01", "one pound and one penny"),
        (
            "112422.87",
            "one hundred and twelve thousand four hundred and twenty-two pounds and eighty-seven pence",
        ),
    ],
)
def test_money_in_words(amount, words):
    assert money_in_words(Decimal(amount)) == words


def test_less_than_zero_has_no_words():
    with pytest.raises(ValueError, match="zero"):
        number_in_words(-1)


@given(st.integers(min_value=0, max_value=10**10))
def test_different_numbers_have_different_words(number):
    assert number_in_words(number) != number_in_words(number + 1)
