"""What a direct award would take from each year's budgets, and what is left there: before it is proposed."""

from dataclasses import dataclass
from decimal import Decimal

from applications.services import money_left
from awards.models import Award
from funds.models import LegalPower
from pcc_grants.lib import clock
from pcc_grants.lib.financial_year import FinancialYear
from pcc_grants.lib.money import format_money, split

# The Elected Local Policing Bodies (Specified Information) Order 2011, Schedule, paragraph 3(g).
PUBLISHED_ABOVE = Decimal(500)


@dataclass(frozen=True)
class Share:
    """A year's part of an award, against what is left of the fund's budgets for it. Pounds."""

    year: FinancialYear
    amount: Decimal
    left: Decimal

    @property
    def left_after(self) -> Decimal:
        return self.left - self.amount


def shares(fund, amount: Decimal, start_year: int, years: int) -> list[Share]:
    """How an award is split over the budgets of its years: as `commit` does when it is approved."""
    return [
        Share(FinancialYear(start_year + offset), part, money_left(fund, start_year + offset))
        for offset, part in enumerate(split(amount, years))
    ]


def warnings(fund, found: list[Share], starts_on, ends_on) -> list[str]:
    """What whoever proposes or decides should know first: too little money, dates that do not match."""
    said = [
        f"There is {format_money(one.left)} left in the {fund} for {one.year}. "
        f"This award needs {format_money(one.amount)}, so it cannot be approved yet."
        for one in found
        if one.left_after < 0
    ]
    if starts_on < clock.today():
        said.append(f"It is back-dated: it starts on {clock.format_date(starts_on)}. Say why in the reasons.")
    first, last = FinancialYear.containing(starts_on), FinancialYear.containing(ends_on)
    if found and (found[0].year, found[-1].year) != (first, last):
        runs = f"in {first}" if first == last else f"from {first} to {last}"
        paid = f"{found[0].year}" if len(found) == 1 else f"{found[0].year} to {found[-1].year}"
        said.append(f"It runs {runs}, but is paid from the budget of {paid}.")
    return said


def publication(kind: str, legal_power: str, amount: Decimal) -> str:
    """Whether its payments are published, and by which rule (the Order of 2011, paragraphs 3(f) and 3(g))."""
    if kind == Award.Kind.GRANT and legal_power == LegalPower.CRIME_AND_DISORDER:
        return "Every payment is published, whatever its amount: it is a crime and disorder reduction grant."
    limit = format_money(PUBLISHED_ABOVE)
    if amount > PUBLISHED_ABOVE:
        return f"Each payment of more than {limit} is published."
    return f"It is not published: it is no crime and disorder reduction grant, and not more than {limit}."


@dataclass(frozen=True)
class History:
    """What an organisation has had from the office, and asked for; the latest of each."""

    awards: list[Award]
    applications: list
    is_cut: bool


MOST_HISTORY = 10


def history_of(organisation, besides: Award | None = None) -> History:
    """An organisation's awards, with what was paid, and its applications, but for one award."""
    awards = Award.objects.filter(organisation=organisation).with_paid().select_related("fund")
    if besides:
        awards = awards.exclude(pk=besides.pk)
    applications = organisation.applications.exclude(submitted_at=None).select_related("round__fund")
    found = list(awards[: MOST_HISTORY + 1]), list(applications.order_by("-submitted_at")[: MOST_HISTORY + 1])
    return History(found[0][:MOST_HISTORY], found[1][:MOST_HISTORY], max(map(len, found)) > MOST_HISTORY)
