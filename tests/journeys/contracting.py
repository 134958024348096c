"""A direct award, step by step through the pages: Family Matters, paid quarterly (domain.md section 3).

The first quarter came to £112,422.87: instalments need not be what was planned, when the reason is given.
"""

from datetime import date

from .visitor import Visitor

PROPOSED, APPROVED = date(2018, 12, 3), date(2018, 12, 10)
SIGNED, COUNTERSIGNED = date(2018, 12, 19), date(2018, 12, 20)
RELEASED, PAID = date(2019, 4, 23), date(2019, 4, 25)

REASONS = "One service for the whole county is consistent, can meet growing demand and is better value."
LESS_WAS_PAID = (
    "The provider's invoice for the quarter came to £77.13 less than a quarter of the year's value."
)


def set_up_the_fund(officer) -> None:
    desk = Visitor(officer, PROPOSED).home().follow("Funds").follow("Set up a fund")
    desk.fill("Name of the fund", "Commissioned services for victims").fill("Code of the fund", "CSV")
    desk.fill("What the fund is for", "It pays for specialist services that support victims of crime.")
    desk.choose("recipients > Contract", "Legal power > Contract for services").press("Set up fund")
    for year in ("2019/20", "2020/21", "2021/22"):
        desk.follow("Set a budget").fill("Source of the money", "Commissioning budget")
        desk.fill("Financial year", year).fill("Amount", "450,000").press("Set budget")
    desk.follow("Organisations").follow("Add an organisation")
    desk.fill("Name of the organisation", "Family Matters").choose("Charity").press("Save")


def propose(officer) -> str:
    """Gives the reference of the award."""
    desk = Visitor(officer, PROPOSED).home().follow("Awards").follow("Propose a direct award")
    desk.choose("What kind of award is it? > Contract", "Legal power > Contract").fill(
        "Fund", "Commissioned services for victims"
    )
    desk.fill("Organisation", "Family Matters").fill("Title", "Sexual violence advisers and support")
    desk.fill("Purpose", "provide advisers for adults and children after sexual violence, countywide")
    desk.fill("Reasons", REASONS).fill("Why was it not competed for?", "It was tendered for in autumn 2018.")
    desk.choose("On what ground is it not competed for? > Another reason")
    desk.fill("Amount", "1,350,000").fill("Yearly value", "450,000")
    desk.fill("First financial year", "2019/20").fill("Over how many financial years", "3")
    desk.fill_date("Start date", date(2019, 4, 1)).fill_date("End date", date(2022, 3, 31))
    desk.fill("Name of the service", "ISVA and CISVA services").choose("Do not publish where the work")
    desk.press("Continue").sees("2021/22", "£450,000.00")
    desk.press("Propose this award").sees("An approver decides on it")
    return desk.part(2)


def approve(approver, reference: str) -> None:
    person = Visitor(approver, APPROVED).home().follow("Decide: ").sees("£1,350,000", REASONS)
    person.choose("Approve").press("Record the decision").sees("Your decision has been recorded", reference)


def offer(officer, reference: str) -> None:
    """Twelve quarters of £112,500."""
    desk = Visitor(officer, APPROVED).home().follow("Awards").follow(reference).follow("Plan the instalments")
    quarters = [(year, quarter) for year in (2019, 2020, 2021) for quarter in (1, 2, 3, 4)]
    for number, (year, quarter) in enumerate(quarters, start=1):
        due = date(year + (quarter == 4), {1: 4, 2: 7, 3: 10, 4: 1}[quarter], 15)
        row = f"Instalment {number} >"
        desk.fill(f"{row} Amount", "112,500").fill_date(f"{row} Due on", due)
        desk.fill(f"{row} What it pays for", f"quarter {quarter} {year}-{(year + 1) % 100}")
        if 1 < number < len(quarters):
            desk.press("Add another instalment")
    desk.press("Save the plan").sees("The instalments have been planned", "£1,350,000")
    desk.follow("Make the offer").sees("record its signature on paper").press("Make the offer")


def record_the_signature(officer, reference: str) -> None:
    desk = Visitor(officer, SIGNED).home().follow("Awards").follow(reference)
    desk.follow("Record an agreement signed on paper").fill("Name of the person", "Authorised signatory")
    desk.fill("Their role", "Director").fill_date("Date of the signature", SIGNED)
    desk.press("Record the signature").sees("The signature has been recorded")


def countersign(officer, reference: str) -> None:
    desk = Visitor(officer, COUNTERSIGNED).home().follow(f"Countersign: {reference}")
    desk.press("Countersign").sees("The agreement is in force")


def release(officer, reference: str) -> None:
    desk = Visitor(officer, RELEASED).home().follow(f"Release: {reference}")
    desk.press("Release £112,500").sees("Instalment 1 is released")


def pay_less_than_planned(finance, reference: str) -> None:
    desk = Visitor(finance, PAID).home().follow(f"Mark as paid: {reference}")
    desk.fill_date("Date paid", PAID).fill("Amount paid", "112,422.87").fill(
        "Finance reference", "2019-00425"
    )
    desk.press("Mark as paid")
    assert desk.status == 422, desk.page.text
    desk.fill("Why is the amount not the one planned?", LESS_WAS_PAID).press("Mark as paid")
    desk.sees("is marked as paid", "£112,422.87")
