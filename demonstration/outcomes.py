"""A round whose outcomes are decided, set to be released together, and not told to anybody yet."""

from datetime import time
from decimal import Decimal

from applications import services as applications
from applications.models import Decision, Status
from pcc_grants.lib import clock

from . import moves

WHY_NOT = "The project is good, and others reach more people for the money that is left this year."


def outcomes_to_come(cast, day, make_round, submitted):
    """Two approved, one of them with conditions, and one declined. `day` counts from today; the others make a round and a bid."""
    yield day(-62)
    round_3 = make_round("CTF", 3, -60, -28, maximum=Decimal("5000"), outcomes_together=True)
    yield day(-40)
    bids = [
        submitted(name, round_3, asked=asked, title=title, summary=summary)
        for name, asked, title, summary in (
            ("Example Youth Project", "4200", "Half-term sports", "Sport for young people in the holidays."),
            ("Example Theatre Company", "4900", "Our street", "A play made with neighbours."),
            ("Example Sports Club", "3100", "Late-night basketball", "Basketball on Saturday nights."),
        )
    ]
    yield day(-26)
    for bid in bids:
        moves.check(cast, bid)
    yield day(-18)
    for bid in bids:
        moves.assess(cast, bid)
    sports, theatre, basketball = bids
    moves.recommend(cast, sports)
    moves.recommend(cast, basketball, amount=Decimal("2800"))
    applications.recommend(
        by=cast.officer,
        application=theatre,
        outcome=Status.NOT_RECOMMENDED,
        amount=None,
        recommendation="It scored less well for the cost.",
    )
    yield day(-5)
    for bid, purpose, conditions in (
        (sports, "run sports sessions in the school holidays", ""),
        (basketball, "run basketball on Saturday nights", "Two trained adults are there each night."),
    ):
        applications.decide(
            by=cast.approver,
            application=bid,
            outcome=Decision.Outcome.APPROVED,
            amount=bid.recommended_amount,
            purpose=purpose,
            reasons="It gives young people something safe to do when trouble is likely.",
            conditions=conditions,
        )
    applications.decide(
        by=cast.approver, application=theatre, outcome=Decision.Outcome.DECLINED, reasons=WHY_NOT
    )
    yield day(-1)
    applications.schedule_release(
        by=cast.officer, round=round_3, release_at=clock.london(day(4), time(10, 0))
    )
