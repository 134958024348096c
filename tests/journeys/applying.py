"""Filling the form in, page by page, as people do: steps that the journeys share."""

from demonstration.funds import FUNDS, TERMS
from funds import services as funds
from funds.models import Fund

from .visitor import Visitor

DECLARATION = (
    "The information in this application is correct", "We will tell you", "We agree", "We have no link",
)  # fmt: skip
# The smallest file that is a PDF and can be opened.
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>endobj\nxref\n0 4\n0000000000 65535 f \n"
    b"0000000009 00000 n \n0000000054 00000 n \n0000000105 00000 n \ntrailer<</Size 4/Root 1 0 R>>\n"
    b"startxref\n168\n%%EOF\n"
)


def published_round(officer, code: str, **facts):
    """A fund of the demonstration, with a published round of it."""
    fund = Fund.objects.filter(code=code).first()
    if fund is None:
        [known] = [one for one in FUNDS if one["code"] == code]
        fund = funds.create_fund(by=officer, **known)
    made = funds.create_round(by=officer, fund=fund, terms=TERMS, **facts)
    return funds.publish_round(by=officer, round=made)


def check_that_they_can_apply(visitor: Visitor, answers: tuple[str, ...]) -> Visitor:
    """One question a page, from the page of the round to the result."""
    visitor.follow("Check if you can apply")
    for answer in answers:
        visitor.choose(answer).press("Continue")
    return visitor.sees("You can apply to the")


def complete(person: Visitor) -> Visitor:
    """At the end of a section: it is complete."""
    return person.choose("Yes, I have completed this section").press("Save and continue")


def about_you(person: Visitor, offered: bool = False) -> None:
    """The organisation, its contacts and its links; what was told before is only confirmed."""
    person.follow("About your organisation")
    if not offered:
        person.fill("What does your organisation do?", "We work with young people.")
        person.fill("What was its income", "25,000")
    complete(person.press("Save and continue"))
    person.follow("Main and senior contact")
    if not offered:
        person.fill("Full name of the main contact", "The Treasurer")
        person.fill("Email address of the main contact", "treasurer@example.org")
        person.fill("Telephone number of the main contact", "01632 960 001")
        person.fill("Full name of the senior contact", "The Chair").fill("Their role", "Chair")
        person.fill("Email address of the senior contact", "chair@example.org")
    complete(person.press("Save and continue"))
    complete(person.follow("Interests and links").choose("No").press("Save and continue"))


def criteria(person: Visitor, round) -> None:
    """An answer to each criterion of the round."""
    for criterion in round.criteria.order_by("position"):
        person.follow(criterion.name).fill(criterion.question, f"Our answer about {criterion.name}.")
        complete(person.press("Save and continue"))


def measures(person: Visitor, change: str, measure: str, target: str) -> None:
    person.follow("What you will measure").fill("What will change", change)
    person.fill("What you will count or measure", measure).fill("What you aim for", target)
    complete(person.press("Save and continue"))


def cost(person: Visitor, number: int, what: str, kind: str, amount: str) -> Visitor:
    """One row of the budget page that is open."""
    person.fill(f"Cost {number} > What is it for?", what).fill(f"Cost {number} > Type of cost", kind)
    return person.fill(f"Cost {number} > Amount in pounds", amount)


def documents_later(person: Visitor) -> None:
    """Both documents of the form, promised for later."""
    person.follow("Documents")
    for _ in range(2):
        person.fill("If you do not have it yet", "Before the decision").press("Save and continue")
    complete(person)


def sign(person: Visitor, name: str, role: str) -> Visitor:
    person.choose(*DECLARATION).fill("Your full name", name).fill("Your role", role)
    return person.press("Accept and submit")
