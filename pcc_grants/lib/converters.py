"""Dates in addresses: /panel/2019-06-12/ and /spending/2019-06/. An impossible date is a page not found.

So is one outside the years that forms accept (`pcc_grants.forms.dates`): there, the days before and after it
are dates too, and every page may reckon with them.
"""

from datetime import date


class Day:
    regex = r"(?:19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


class Month:
    """The first day of a month."""

    regex = r"(?:19|20|21)[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(f"{value}-01")

    def to_url(self, value: date) -> str:
        return f"{value:%Y-%m}"
