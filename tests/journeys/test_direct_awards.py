"""Awards that were not competed for, through the pages: tours across two years, an analysis, a subscription,
and a service that goes on in between (domain.md sections 3 and 4)."""

from datetime import date
from decimal import Decimal

import pytest

from applications.services import money_left
from awards.models import Award, DirectGround, Status
from awards.verify import violations
from funds.models import LegalPower, Route
from organisations import services as organisations
from pcc_grants.lib import clock
from tests import factories

from .visitor import Visitor

ON, AUTUMN = date(2020, 9, 7), date(2020, 10, 1)
CDR = "Police Reform and Social Responsibility Act"
OTHER = "Subscription or other spending"
TOURS = Decimal("31335.01")


@pytest.fixture
def desk(cast):
    """The prevention fund with £60,000 in 2020/21 and £15,667.51 in 2021/22, and everyone who is paid."""
    with clock.at(date(2020, 4, 6)):
        fund = factories.fund(
            cast.officer, "PEP", "Prevention and engagement", budget=None, route=Route.DIRECT,
            legal_power=LegalPower.CRIME_AND_DISORDER,
        )  # fmt: skip
        from funds import services as funds

        source = factories.funds_source(cast.officer)
        for year, amount in ((2020, "60000"), (2021, "15667.51")):
            funds.set_budget(
                by=cast.officer, fund=fund, source=source, start_year=year, amount=Decimal(amount)
            )
        for name in ("Amelix Ltd", "i-Three Analytics", "PCC for North Yorkshire", "Family Matters"):
            organisations.register(by=cast.officer, name=name, kind="company")
    cast.fund = fund
    return cast


def type_in(officer, **facts) -> Visitor:
    person = Visitor(officer, ON).home().follow("Awards").follow("Propose a direct award")
    person.choose(f"What kind of award is it? > {facts['kind']}", f"Legal power > {facts['power']}")
    person.choose(f"On what ground > {facts['ground']}").fill("Fund", "Prevention and engagement")
    person.fill("Organisation", facts["to"]).fill("Title", facts["title"]).fill("Purpose", facts["purpose"])
    person.fill("Reasons", "It keeps young people safe, before harm is done.")
    person.fill("Why was it not competed for?", facts["why"]).fill("Amount", facts["amount"])
    person.fill("First financial year", "2020/21").fill(
        "Over how many financial years", facts.get("years", 1)
    )
    return (
        person.fill_date("Start date", facts["start"]).fill_date("End date", facts["end"]).press("Continue")
    )


TOUR = {
    "kind": "Grant",
    "power": CDR,
    "ground": "Only this organisation",
    "to": "Amelix Ltd",
    "title": "School tours",
    "purpose": "deliver the tours on 25 days of the school year",
    "why": "No one else provides them.",
    "amount": "31,335.01",
    "start": date(2020, 10, 1),
    "end": date(2021, 9, 30),
}


def to_decide(approver, title) -> Visitor:
    reference = Award.objects.get(title=title).reference
    return Visitor(approver, ON).home().sees(title).follow(f"Decide: {reference}")


def decide(approver, title, answer="Approve", reasons="It is good value for money.") -> Visitor:
    person = to_decide(approver, title)
    return person.choose(answer).fill("Reasons", reasons).press("Record the decision")


def test_tours_of_a_school_year_are_paid_from_two_financial_years(desk):
    # Paid from one year, the page says that it runs over two; changed, nothing typed is lost.
    person = type_in(desk.officer, **TOUR)
    person.sees("It runs from 2020/21 to 2021/22, but is paid from the budget of 2020/21.")
    person.press("Change it").sees("No one else provides them.").fill("Over how many financial years", 2)
    person.press("Continue").does_not_see("but is paid from", "Not enough")
    person.sees("£15,667.50", "£15,667.51", "Every payment is published, whatever its amount")
    person.press("Propose this award").sees(
        "An approver decides on it", "Only this organisation can provide it"
    )
    # The approver puts it off, then approves it: two budgets, to the penny.
    decide(desk.approver, "School tours", "Defer", "Wait for the dates of the blocks.")
    person = to_decide(desk.approver, "School tours")
    person.sees("Last decision", "Wait for the dates of the blocks.", "Only this organisation", "2021/22")
    decide(desk.approver, "School tours").sees("Your decision has been recorded")
    award = Award.objects.get()
    assert award.status == Status.PREPARED
    parts = award.decision.commitments.order_by("budget__start_year")
    assert [one.amount for one in parts] == [Decimal("15667.50"), Decimal("15667.51")]
    assert money_left(desk.fund, 2021) == 0
    assert list(violations()) == []


def test_an_analysis_a_subscription_and_an_interim_service(desk):
    year_end = date(2021, 3, 31)
    person = type_in(
        desk.officer, kind="One-off purchase", power=OTHER, ground="It tries something out",
        to="i-Three Analytics", title="Big data analysis", amount="20,000", start=AUTUMN, end=year_end,
        purpose="analyse 16 years of records of violent crime", why="It builds on the same analysts' work.",
    )  # fmt: skip
    person.sees("Each payment of more than £500 is published.", "£40,000.00", "There are none.")
    person.press("Propose this award")
    person = type_in(
        desk.officer, kind="Subscription", power=OTHER, ground="Membership of a national body",
        to="PCC for North Yorkshire", title="National Rural Crime Network", amount="2,000",
        start=date(2020, 4, 1), end=year_end, purpose="subscribe to the network for a year",
        why="There is one such network.",
    )  # fmt: skip
    person.sees("It is back-dated: it starts on 1 April 2020.").press("Propose this award")
    person = type_in(
        desk.officer, kind="Contract", power="Contract for services", ground="It keeps a service going",
        to="Family Matters", title="Support until the new contract", amount="38,000.01",
        start=AUTUMN, end=year_end,
        purpose="support victims until the new contract starts", why="The tender ends in March.",
    )  # fmt: skip
    person.press("Propose this award")
    decide(desk.approver, "Big data analysis")
    decide(desk.approver, "National Rural Crime Network")
    # A penny too much for what is left: the page says so, and approving is refused in a sentence.
    person = to_decide(desk.approver, "Support until the new contract").sees("cannot be approved yet")
    person.choose("Approve").fill("Reasons", "It is needed.").press("Record the decision")
    person.is_told("There is £38,000 left in the Prevention and engagement for 2020/21")
    decide(desk.approver, "Support until the new contract", "Refuse", "The amount is too high.")
    # The reserve of the year stays whole; another proposal for less goes through, with the history shown.
    person = type_in(
        desk.officer, kind="Contract", power="Contract for services", ground="It keeps a service going",
        to="Family Matters", title="Interim support", amount="38,000", start=AUTUMN, end=year_end,
        purpose="support victims until the new contract starts", why="The tender ends in March.",
    )  # fmt: skip
    person.sees("(refused)").press("Propose this award")
    decide(desk.approver, "Interim support")
    assert money_left(desk.fund, 2020) == 0
    grounds = dict(Award.objects.exclude(status=Status.REFUSED).values_list("title", "direct_ground"))
    assert grounds == {
        "Big data analysis": DirectGround.PILOT,
        "National Rural Crime Network": DirectGround.NATIONAL_BODY,
        "Interim support": DirectGround.INTERIM,
    }
    assert list(violations()) == []
