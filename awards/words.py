"""Amounts of money in words, as agreements state them beside the figures."""

from decimal import Decimal

_SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = ((1_000_000_000, "billion"), (1_000_000, "million"), (1_000, "thousand"))


def number_in_words(number: int) -> str:
    """'twelve', 'one hundred and twelve thousand four hundred and two'. Raises ValueError below zero."""
    if number < 0:
        raise ValueError("Only numbers from zero up are written in words.")
    for size, name in _SCALES:
        if number >= size:
            whole, rest = divmod(number, size)
            joined = f"{number_in_words(whole)} {name}"
            if not rest:
                return joined
            return f"{joined} {'and ' if rest < 100 else ''}{number_in_words(rest)}"
    return _below_a_thousand(number)


def _below_a_thousand(number: int) -> str:
    if number >= 100:
        hundreds, rest = divmod(number, 100)
        return f"{_SMALL[hundreds]} hundred" + (f" and {_below_a_thousand(rest)}" if rest else "")
    if number >= 20:
        tens, rest = divmod(number, 10)
        return _TENS[tens] + (f"-{_SMALL[rest]}" if rest else "")
    return _SMALL[number]


def money_in_words(amount: Decimal) -> str:
    """'ten thousand pounds', 'one pound and one penny', 'fifty pence'. Raises ValueError below zero."""
    pounds, pence = divmod(int(amount * 100), 100)
    parts = []
    if pounds or not pence:
        parts.append(f"{number_in_words(pounds)} {'pound' if pounds == 1 else 'pounds'}")
    if pence:
        parts.append(f"{number_in_words(pence)} {'penny' if pence == 1 else 'pence'}")
    return " and ".join(parts)
