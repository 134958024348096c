"""The Violence Reduction Fund into year 2: nine awards, one above the maximum, one of two organisations.

Known figures are those of domain.md section 4; three recipients are examples. Setting up is by the services,
what is new by the pages.
"""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from applications import services as applications
from applications.models import BusinessCase
from applications.services import money_left
from awards import services as awards
from awards.models import Award
from monitoring.models import Return
from organisations import services as organisations
from organisations.models import Organisation
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories

from . import books, going_on
from .visitor import Visitor

BIDS = {
    "Kent Police": ("36814", "Mini Cadets"),
    "Rising Sun": ("35000", "Support for girls at risk"),
    "Kent CrimeStoppers": ("35000", "Awareness for 11 to 16 year olds"),
    "Uprising Youth and Community": ("32000", "Knife crime awareness"),
    "Reform Restore Respect": ("5000", "Workshops for Year 6"),
    "The Forward Trust": ("34125", "Peer mentoring"),
    "Example Boxing Club": ("12500.50", "Boxing and mentoring"),
    "Example Theatre Company": ("20000", "A play about knives"),
    "Example Youth Project": ("9999.99", "Evenings out"),
}
LATE = "Example Theatre Company"
YEAR_1 = sum(Decimal(amount) for amount, _ in BIDS.values())
MAXIMUM = Decimal("35000")
POT = Decimal("333333.33")


@pytest.fixture
def fund(cast):
    return going_on.fund(
        cast.officer,
        "VRF",
        "Commissioning budget",
        {2019: "333333.33", 2020: "333333.33", 2021: "333333.34"},
    )


@pytest.fixture
def recipients(cast, applicant):
    made = {}
    for name in (*BIDS, "Choices"):
        kind = Organisation.Kind.POLICE if name == "Kent Police" else Organisation.Kind.CHARITY
        made[name] = organisations.register(by=cast.officer, name=name, kind=kind)
        organisations.add_member(by=cast.officer, organisation=made[name], user=applicant)
    return made


def year_1(cast, fund, recipients, applicant) -> dict[str, Award]:
    with clock.at(date(2019, 3, 29)):
        round_1 = going_on.a_round(
            cast.officer, fund, "Round 1, 2019/20 to 2021/22", date(2019, 4, 1), date(2019, 5, 17),
            date(2019, 7, 1), date(2022, 3, 31), maximum=MAXIMUM, years=3,
            start_year=2019, assessors_needed=1,
        )  # fmt: skip
    bids = {}
    with clock.at(date(2019, 5, 10)):
        for name, (amount, title) in BIDS.items():
            asked = min(Decimal(amount), MAXIMUM)
            partners = [recipients["Choices"]] if name == "Rising Sun" else []
            bids[name] = going_on.send(
                applicant, round_1, recipients[name], [asked, asked - 1, asked - 2], title, partners
            )
    made = {}
    with clock.at(date(2019, 7, 8)):
        partner = bids["Rising Sun"].named_partners.get()
        applications.link_partner(by=cast.officer, partner=partner, organisation=recipients["Choices"])
        for name, bid in bids.items():
            amount = Decimal(BIDS[name][0])
            going_on.recommend(cast, bid, amount, cast.assessor)
            why = "The schools were promised it." if amount > MAXIMUM else ""
            if why:
                with pytest.raises(RuleBroken, match="£36,814 against £35,000"):
                    going_on.approve(cast, bid, amount, "run it")
            going_on.approve(cast, bid, amount, "run it", why)
            award = awards.prepare_award(by=cast.officer, application=bid, ends_on=date(2020, 3, 31))
            going_on.ask_for_return(
                cast, award, Return.Kind.MID_YEAR, date(2019, 7, 1), date(2019, 9, 30), date(2019, 10, 31)
            )
            made[name] = going_on.agree(cast, applicant, award, date(2019, 7, 31))
    with clock.at(date(2019, 7, 31)):
        for award in made.values():
            factories.first_instalment_paid(cast.officer, cast.finance, award)
    with clock.at(date(2019, 10, 24)):
        for name, award in made.items():
            if name != LATE:
                going_on.report(cast, applicant, award.returns.get(), Decimal("1000"))
    return made


def test_nine_awards_of_year_1_and_those_that_may_go_on_into_year_2(cast, fund, recipients, applicant):
    first = year_1(cast, fund, recipients, applicant)
    assert money_left(fund, 2019) == POT - YEAR_1
    assert [str(one) for one in first["Rising Sun"].partners.all()] == ["Choices"]
    with clock.at(date(2020, 1, 27)):
        round_2 = going_on.a_round(
            cast.officer, fund, "Year 2, 2020/21", date(2020, 2, 3), date(2020, 2, 28), date(2020, 4, 1),
            date(2021, 3, 31), maximum=MAXIMUM, start_year=2020, route="invited", assessors_needed=0,
        )  # fmt: skip
    _ask_everyone(cast, first)
    cases = {case.organisation.name: case for case in BusinessCase.objects.select_related("organisation")}
    assert len(cases) == 9
    assert cases["Kent Police"].amount == MAXIMUM - 1  # what it asked for in year 2, within the maximum
    assert cases["Example Boxing Club"].amount == Decimal("12499.50")
    owed = "The mid-year return, due 31 October 2019, has not been accepted."
    waits = {name: case.waits_for.replace(clock.NBSP, " ") for name, case in cases.items() if case.waits_for}
    assert waits == {LATE: owed}

    reference = _start_and_find(applicant, first["Kent Police"])
    assert reference.startswith("VRF-0220-")
    second = _send_business_cases(cast, applicant, round_2, recipients, cases)
    _decide(cast, second, cases)
    assert money_left(fund, 2019) == POT - YEAR_1
    year_2 = sum(case.amount for name, case in cases.items() if name != LATE)
    assert money_left(fund, 2020) == POT - year_2 == POT - (YEAR_1 - Decimal("20000") - 1814 - 8)
    assert money_left(fund, 2021) == Decimal("333333.34")
    _agree_year_2(cast, applicant, first, second)
    books.assert_in_order()


def _ask_everyone(cast, first) -> None:
    """The officer ticks all nine on the page of the round; what they asked for year 2 is filled in."""
    round_1 = first["Kent Police"].application.round
    desk = Visitor(cast.officer, date(2020, 2, 4)).visit(f"/office/rounds/{round_1.pk}/")
    desk.follow("Ask its recipients for a business case").sees("Year 2, 2020/21", "£35,000")
    desk.choose(*(f"{award.organisation}, {award.reference}" for award in first.values()))
    desk.press("Ask those selected").sees("9 organisations have been asked for a business case")
    desk.sees("Asked on 4 Feb 2020 for up to £34,999")


def _start_and_find(applicant, award) -> str:
    person = Visitor(applicant, date(2020, 2, 10)).visit(f"/grants/{award.reference}/")
    person.sees("We ask you for a business case in Year 2, 2020/21").follow("Start your business case")
    person.choose("Kent Police").press("Start the business case")
    return person.part(1)


def _send_business_cases(cast, applicant, round_2, recipients, cases) -> dict:
    sent = {}
    for name, (_, title) in BIDS.items():
        with clock.at(date(2020, 2, 20)):
            sent[name] = going_on.send(applicant, round_2, recipients[name], cases[name].amount, title)
        with clock.at(date(2020, 3, 5)):
            going_on.recommend(cast, sent[name], cases[name].amount)
    return sent


def _decide(cast, second, cases) -> None:
    """By the page for the one that owes its return and for one that does not; the others by the service."""
    late, day = second[LATE], date(2020, 3, 16)
    for name, application in (("Rising Sun", second["Rising Sun"]), (LATE, late)):
        judge = Visitor(cast.approver, day).visit(reverse("decide_application", args=[application.reference]))
        judge.sees("The award before", "Paid so far", "Returns")
        judge.choose("Approve").fill("Purpose", "go on in year 2").fill("Reasons", "It works.")
        judge.press("Save decision")
        if name == LATE:
            judge.is_told("This cannot be approved yet. The mid-year return, due 31 October 2019")
        else:
            judge.sees("Your decision is recorded")
    for name, application in second.items():
        if name not in (LATE, "Rising Sun"):
            with clock.at(day):
                going_on.approve(cast, application, cases[name].amount, "go on in year 2")
    late.refresh_from_db()
    assert late.status == "recommended"


def _agree_year_2(cast, applicant, first, second) -> None:
    for name, application in second.items():
        if name == LATE:
            continue
        with clock.at(date(2020, 3, 20)):
            application.refresh_from_db()
            award = awards.prepare_award(by=cast.officer, application=application)
            going_on.agree(cast, applicant, award, date(2020, 4, 15))
        assert award.continues == first[name]
        assert award.reference == application.reference
    both = [first["Rising Sun"].reference, second["Rising Sun"].reference]
    for reader, page in ((cast.officer, "/office/awards/"), (applicant, "/grants/")):
        for reference in both:
            Visitor(reader, date(2020, 4, 2)).visit(f"{page}{reference}/").sees(*both)
