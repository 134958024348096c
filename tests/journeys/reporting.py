"""What is told about the money: the months' spending to everybody, and the paper to the Panel."""

import csv
from datetime import date

from .visitor import Visitor

MEETING = date(2019, 6, 12)
PLANNED, CHOSEN, WRITTEN = date(2019, 5, 8), date(2019, 5, 15), date(2019, 5, 28)
APPROVED, PUBLISHED, READ = date(2019, 6, 3), date(2019, 6, 4), date(2019, 6, 5)

QUESTION = "Members want to know which schools took part."
NARRATIVE = """Reform Restore Respect applied to the second round of the Safer in Kent Fund in September 2018.

It was awarded £10,000 to deliver workshops that challenge gang and knife behaviour. To date there have been:
- 20 workshops
- over 2,000 young people in 19 schools

This was paid in two instalments; the second followed a satisfactory return."""


def publish_month(finance, month: str, day: date) -> None:
    desk = Visitor(finance, day).home().follow("Published spending").follow(month)
    desk.press("Publish").sees(f"The spending of {month} has been published")


def spending_as_the_public_reads_it(month: str) -> tuple[Visitor, list[dict]]:
    """The page of a month, and the rows of its CSV."""
    visitor = Visitor(on=PLANNED).visit("/").follow("Spending we have published").follow(month)
    page = visitor.url
    rows = list(csv.DictReader(visitor.follow("Download").body.decode().splitlines()))
    return visitor.visit(page), rows


def plan(officer) -> None:
    desk = Visitor(officer, PLANNED).home().follow("Panel papers").follow("Plan a paper")
    desk.fill_date("When does the Panel meet?", MEETING)
    desk.fill_date("First day of the period", date(2018, 11, 1))
    desk.fill_date("Last day of the period", date(2019, 4, 30)).choose("2019")
    desk.press("Save").sees("Panel officers have been told")


def choose(panel_officer) -> None:
    person = Visitor(panel_officer, CHOSEN).home().sees("Next Panel meeting", "12 June 2019")
    person.follow("Choose items").sees("Published expenditure, 1 November 2018 to 30 April 2019")
    person.choose("Select Reform Restore Respect, £5,000, 14 November 2018").press("Keep these")
    person.sees("1 item selected")
    person.choose("Select Reform Restore Respect, £5,000, 14 March 2019").press("Review selection")
    person.fill("What Members want to know", QUESTION).press("Send selection")
    person.sees("Selection sent", "2 items for the Panel meeting")


def add_an_item(officer) -> None:
    desk = Visitor(officer, WRITTEN).home().follow("Write: ").follow("Add items")
    desk.choose("Add Family Matters, £112,422.87").press("Add to the paper").sees("£122,422.87")


def write(officer) -> None:
    """The Panel's two items share one text; the office's keeps the first text from the records."""
    desk = Visitor(officer, WRITTEN).home().follow("Write: ").follow("Order and group the items")
    desk.press("Group with the item above: Reform Restore Respect").sees("Shares the text above")
    desk.visit(f"/office/papers/{MEETING}/").follow("Reform Restore Respect").sees(QUESTION)
    desk.fill("What the paper says", NARRATIVE).press("Save and see the numbers").sees("5. Reform Restore")
    desk.visit(f"/office/papers/{MEETING}/").follow("Preview the paper").sees("DRAFT")
    desk.follow("Send for approval").press("Send for approval").sees("The paper has been sent for approval")


def approve(approver) -> None:
    person = Visitor(approver, APPROVED).home().follow("Read and approve: ").sees(NARRATIVE.splitlines()[0])
    person.choose("Approve").press("Confirm the decision").sees("You have approved version 1 of the paper")


def publish(officer) -> None:
    desk = Visitor(officer, PUBLISHED).home().follow("Publish: ").follow("Publish").press("Publish")
    desk.sees("The paper has been published")


def download(panel_officer) -> tuple[bytes, Visitor]:
    """The PDF, and the page on which the same paper reads as a web page."""
    person = Visitor(panel_officer, READ).home().follow("Read the paper").sees("Version 1")
    paper = person.url
    pdf = person.follow("Download the paper (PDF").body
    assert person.response["Content-Disposition"].startswith("attachment")
    return pdf, person.visit(paper).follow("Read the paper as a web page")
