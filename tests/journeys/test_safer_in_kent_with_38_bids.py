"""Safer in Kent, 38 bids and money for some: from the check to the decisions, through the deciding pages.

The bids are made through the services; everything from the ranked list on is done where people do it. The
fund has £100,000. Twelve are put above the line, four in reserve; one of the twelve is given less.
"""

from datetime import date, time, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from pypdf import PdfReader

from applications import services
from applications.models import Application, Commitment, Decision, Status
from funds import services as funds
from notifications.models import Message
from pcc_grants.lib import clock
from tests import factories

from .applying import published_round
from .books import assert_in_order
from .visitor import Visitor

PREPARED, CLOSES = date(2018, 8, 20), date(2018, 9, 28)
SENT, CHECKED, RANKED, DECIDED = (date(2018, *day) for day in ((9, 20), (10, 2), (10, 15), (10, 22)))
DECIDE_BY = date(2018, 10, 26)
BIDS, ABOVE, RESERVE = 38, 12, 4
LEFT_OUT = "Other projects met the criteria better, and the money does not reach further."
GOOD = "It meets the criteria well and its cost is fair."


@pytest.fixture
def bids(cast, organisation):
    """38 scored bids of £8,000 and a little; a better score for the earlier ones."""
    with clock.at(PREPARED):
        round = published_round(
            cast.officer,
            "SIK",
            name="Round 2, 2018/19",
            number=2,
            opens_at=clock.london(date(2018, 9, 3)),
            closes_at=clock.london(CLOSES, time(17, 0)),
            maximum=Decimal("10000"),
            projects_start_on=date(2018, 11, 1),
            projects_end_on=date(2019, 10, 31),
            start_year=2018,
            decision_expected_on=DECIDE_BY,
            assessors_needed=1,
            outcomes_together=True,
            brief_form=True,
        )
        source = factories.funds_source(cast.officer)
        funds.set_budget(
            by=cast.officer, fund=round.fund, source=source, start_year=2018, amount=Decimal("100000")
        )
    made = []
    for number in range(1, BIDS + 1):
        with clock.at(clock.london(SENT, time(9, 0)) + timedelta(minutes=number)):
            bid = factories.draft(
                cast.applicant, round, organisation, amount=Decimal(8000 + number), title=f"Project {number}"
            )
            factories.submitted(cast.applicant, bid)
        with clock.at(CHECKED):
            factories.eligible(cast.officer, bid)
            best = 5 - (number - 1) // 8
            made.append(factories.assessed(cast.officer, bid, [cast.assessor], (best, best)))
    return made


def recommend_by_the_line(officer, bids):
    desk = Visitor(officer, RANKED).home().follow("Rounds").follow("Round 2")
    desk.follow("See the ranking and recommend").sees("The money left runs out here", bids[0].reference)
    desk.follow("Recommend by the line")
    desk.fill("How many applications are above the line", str(ABOVE))
    desk.fill("How many come next", str(RESERVE)).fill(
        "Your recommendation", "By the scores of the assessors."
    )
    desk.fill("Reasons proposed for publication, above", GOOD)
    desk.fill("Reasons proposed for publication, below", LEFT_OUT)
    for bid in bids[: ABOVE + RESERVE]:
        desk.fill(f"Purpose of {bid.reference}", f"run {bid.title.lower()}")
    desk.fill(f"Amount for {bids[11].reference}", "6,000").press("See what would change")
    desk.sees("38 recommendations would be saved", "£94,066.00", "£5,934.00", "On the reserve list")
    desk.press("Save these recommendations").sees(
        "38 recommendations saved", "The recommendation for approval"
    )
    desk.sees(f"{bids[12].reference}, {bids[12].organisation}: £8,013")


def issue_the_pack(officer, bids) -> Visitor:
    desk = Visitor(officer, RANKED).home().follow("Rounds").follow("Round 2").follow("Decision packs")
    desk.fill_date("By when is a decision needed", DECIDE_BY).fill(
        "What the approver should know", "Bid 12 takes less."
    )
    return desk.press("Issue the pack").sees("Decision pack 1 has been issued", "Bid 12 takes less.")


def read_the_pack(approver, bids):
    person = Visitor(approver, DECIDED).home().follow("Decision pack 1").sees("Decide by", "£94,066.00")
    response = person.client.get(f"{person.path}pdf/")
    pages = PdfReader(BytesIO(response.content)).pages
    assert len(pages) > BIDS  # the money and the list, then a page for each
    told = " ".join(leaf.extract_text() for leaf in pages[:6])
    told = " ".join(told.replace("\xa0", " ").split())
    assert all(bid.reference in told for bid in bids)
    assert "The recommendation for approval ends here" in told and "Bid 12 takes less." in told


def decide_on_all(approver, bids):
    """Everything as recommended, but one with another amount; those not recommended are declined."""
    person = (
        Visitor(approver, DECIDED).home().follow("Safer in Kent Fund: Round 2").sees("38 applications wait")
    )
    person.follow("follow the recommendation on all")
    person.fill(f"Decision on {bids[0].reference}", "Approve another amount")
    person.fill(f"Another amount for {bids[0].reference}", "7,500")
    person.press("Check your decisions").sees("You are about to make 34 decisions", "£93,565.00", "£6,435.00")
    person.press("Record these decisions").sees("34 decisions are recorded", "4 applications wait")


def test_a_round_is_ranked_packed_and_decided_at_once(cast, bids):
    recommend_by_the_line(cast.officer, bids)
    issue_the_pack(cast.officer, bids)
    read_the_pack(cast.approver, bids)
    decide_on_all(cast.approver, bids)
    _register_of_what_was_committed(bids)
    (told,) = Message.objects.filter(template="applications/decided")
    assert (told.to, told.subject) == (cast.officer.email, "Decisions have been made on 34 applications")
    _the_reserve_moves_up(cast, bids)
    with clock.at(DECIDED):
        assert_in_order()


def _register_of_what_was_committed(bids):
    approved = Decision.objects.filter(outcome="approved").order_by("pk")
    amounts = [Decimal("7500"), *(Decimal(8000 + number) for number in range(2, 12)), Decimal("6000")]
    assert [one.amount for one in approved] == amounts
    assert [one.amount for one in Commitment.objects.order_by("pk")] == amounts
    assert sum(amounts) == Decimal("93565")
    assert set(Decision.objects.filter(outcome="declined").values_list("reasons", flat=True)) == {LEFT_OUT}
    assert Application.objects.filter(status=Status.RESERVE).count() == RESERVE
    numbers = list(Decision.objects.order_by("pk").values_list("number", flat=True))
    assert numbers == [f"D-2018-{number:04}" for number in range(1, 35)]


def _the_reserve_moves_up(cast, bids):
    """What is left does not pay the first of the reserve as asked; it is offered what there is."""
    first = bids[ABOVE]
    person = Visitor(cast.approver, DECIDED).visit(f"/decide/applications/{first.reference}/")
    person.choose("Approve").fill("Amount", "8,013").press("Save decision")
    person.is_told("There is £6,435 left in the Safer in Kent Fund")
    person.fill("Amount", "6,435").press("Save decision").sees("Your decision is recorded as D-2018-0035")
    assert services.money_left(first.round.fund, 2018) == 0
