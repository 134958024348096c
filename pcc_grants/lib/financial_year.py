"""The financial year, 1 April to 31 March, as a value over London dates (domain.md section 8)."""

import re
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, order=True)
class FinancialYear:
    """One financial year, known by the calendar year it starts in."""

    start_year: int

    @classmethod
    def containing(cls, day: date) -> "FinancialYear":
        return cls(day.year if (day.month, day.day) >= (4, 1) else day.year - 1)

    @classmethod
    def parse(cls, text: str) -> "FinancialYear":
        """Read '2017/18' or '2017-18'. Raises ValueError."""
        match = re.fullmatch(r"(\d{4})[/-](\d{2})", text.strip())
        if not match or (int(match[1]) + 1) % 100 != int(match[2]):
            raise ValueError(f"“{text}” is not a financial year such as 2017/18.")
        return cls(int(match[1]))

    @property
    def starts_on(self) -> date:
        return date(self.start_year, 4, 1)

    @property
    def ends_on(self) -> date:
        return date(self.start_year + 1, 3, 31)

    def quarter(self, day: date) -> int:
        """1 to 4, counted from April. Raises ValueError for a day outside the year."""
        if not self.starts_on <= day <= self.ends_on:
            raise ValueError(f"{day} is not in {self}.")
        return (day.month - 4) % 12 // 3 + 1

    @property
    def next(self) -> "FinancialYear":
        return FinancialYear(self.start_year + 1)

    def __str__(self) -> str:
        return f"{self.start_year}/{(self.start_year + 1) % 100:02}"
