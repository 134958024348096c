"""The sentences of a paper that follow a fixed form: its headings, and who selected which items.

The forms are those of the papers of 15 November 2017 and 12 June 2019 (domain.md section 5).
"""

from collections.abc import Sequence
from datetime import date

from pcc_grants.lib.financial_year import FinancialYear
from pcc_grants.lib.money import format_money
from reports.models import Paper
from reports.text_blocks import plain_date

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def in_words(number: int) -> str:
    """Numbers to ten in words, as papers write them."""
    return NUMBERS[number] if number < len(NUMBERS) else str(number)


def introduction_heading(preset: str) -> str:
    return "Introduction:" if preset == Paper.Preset.YEAR_2017 else "INTRODUCTION:"


def payee(organisation) -> str:
    """The one spelling of a recipient that a paper uses."""
    return organisation.known_as or organisation.name


def heading(published_item, preset: str) -> str:
    """The heading of one item.

    2017: `Payee, £1,000.00 – 1 June 2017:` (pence always).
    2019: `1 JUNE 2019 - PAYEE[ (PURPOSE)][, PERIOD], £1,000` (capitals, pence only when not zero; the
    service's name instead of the payee's where the award has one).
    """
    instalment = published_item.payment.instalment
    award = instalment.award
    day = plain_date(published_item.paid_on)
    if preset == Paper.Preset.YEAR_2017:
        amount = format_money(published_item.amount, pence=True)
        return f"{payee(award.organisation)}, {amount} – {day}:"
    text = f"{day} - {award.service_name or payee(award.organisation)}"
    if award.heading_purpose:
        text += f" ({award.heading_purpose})"
    if instalment.period:
        text += f", {instalment.period}"
    return f"{text}, {format_money(published_item.amount)}".upper()


def selection_sentence(panel: Sequence[date], office: Sequence[date], short_name: str) -> str:
    """Who selected which items: the introduction's fourth paragraph.

    `panel` and `office` are the payment dates of the items that each selected; `short_name` is the office's.
    The count is of items, not of narratives. Years are named when the two groups fall in different ones.
    """
    if not panel and not office:
        return "For information, no items have been selected yet."
    panel_years, office_years = _years(panel), _years(office)
    by_panel = "selected by Panel Officers on behalf of Members"
    by_office = f"selected by the {short_name}"
    if not panel or not office:
        days, by, years = (panel, by_panel, panel_years) if panel else (office, by_office, office_years)
        related = f" and {_relate(days)} to {_listed(years)} expenditure" if len(years) > 1 else ""
        return f"For information, {_all(len(days))} {by}{related}."
    first = f"For information, the first {_items(panel)} {by_panel}"
    if panel_years == office_years:
        return f"{first}, with the last {in_words(len(office))} being {by_office}."
    last = "The last item was" if len(office) == 1 else f"The last {in_words(len(office))} items were"
    return (
        f"{first} and {_relate(panel)} to {_listed(panel_years)} expenditure. "
        f"{last} {by_office} and {_relate(office)} to {_listed(office_years)} expenditure."
    )


def _items(days: Sequence[date]) -> str:
    return "item was" if len(days) == 1 else f"{in_words(len(days))} items were"


def _all(count: int) -> str:
    if count == 1:
        return "the item was"
    return "both items were" if count == 2 else f"all {in_words(count)} items were"


def _relate(days: Sequence[date]) -> str:
    return "relates" if len(days) == 1 else "relate"


def _years(days: Sequence[date]) -> list[FinancialYear]:
    return sorted({FinancialYear.containing(day) for day in days})


def _listed(years: list[FinancialYear]) -> str:
    names = [str(year) for year in years]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
