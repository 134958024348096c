"""Rows for spreadsheets: streamed, and without anything that a spreadsheet would run as a formula."""

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from tempfile import TemporaryFile

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


# -- Excel ---------------------------------------------------------------------------------------------------

LONGEST_CELL = 32_767  # characters that Excel holds
_NOT_IN_EXCEL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
DAY, POUNDS = "d mmm yyyy", "#,##0.00"


def excel_file(title: str, columns: Iterable[str], rows: Iterable[Iterable]):
    """An Excel workbook of one sheet, as an open temporary file: row by row, so that memory stays flat.

    The first row holds the headings and stays in sight. Dates are dates and amounts are numbers; text that
    would begin a formula is made neutral.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    columns = list(columns)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_NOT_IN_EXCEL.sub("", re.sub(r"[\[\]:*?/\\]", " ", title))[:31])
    sheet.freeze_panes = "A2"
    for number, heading in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = min(40, max(12, len(heading) + 2))

    def cell(value, *, bold=False):
        made = WriteOnlyCell(sheet, value=_for_excel(value))
        if isinstance(value, date):
            made.number_format = DAY
        elif isinstance(value, Decimal):
            made.number_format = POUNDS
        if bold:
            made.font = Font(bold=True)
        return made

    sheet.append([cell(heading, bold=True) for heading in columns])
    for row in rows:
        sheet.append([cell(value) for value in row])
    kept = TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    book.save(kept)
    kept.seek(0)
    return kept


def _for_excel(value):
    """A value that Excel can hold: no control characters, no formula, not too long."""
    if not isinstance(value, str):
        return value
    text = neutral(_NOT_IN_EXCEL.sub("", value))
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"
