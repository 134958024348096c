"""Rows for spreadsheets: streamed, and without anything that a spreadsheet would run as a formula."""

import csv
from collections.abc import Iterable, Iterator
from decimal import Decimal

# A cell that begins with one of these is run as a formula by spreadsheet programs (domain.md section 2).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# Passed over by spreadsheet programs before they look at the first character.
PASSED_OVER = " \n\u00a0\ufeff"


def neutral(value):
    """Text that would begin a formula gets an apostrophe before it; numbers, negative too, stay numbers."""
    if isinstance(value, str) and (
        value.startswith(FORMULA_STARTS) or value.lstrip(PASSED_OVER).startswith(FORMULA_STARTS)
    ):
        return f"'{value}"
    return value


def plain_number(amount: Decimal) -> Decimal:
    """Pounds as a cell that adds up: 112422.87, -5.00; two decimals, no separators."""
    return amount.quantize(Decimal("0.01"))


class _Line:
    """What csv.writer writes to: it hands each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def csv_lines(columns: Iterable[str], rows: Iterable[Iterable]) -> Iterator[str]:
    """The lines of a CSV file in UTF-8, one at a time, every cell made neutral."""
    writer = csv.writer(_Line())
    yield writer.writerow(columns)
    for row in rows:
        yield writer.writerow([neutral(value) for value in row])
