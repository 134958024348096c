"""Every move of an award is refused from every state that the table of moves does not name."""

from datetime import timedelta

import pytest

from audit.models import Event
from awards import services
from awards.models import MOVES, Status
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken

# A move: its service, who makes it, what it is told, and where it leads.
ACTS = {
    "decide": (Status.PREPARED, "approver_2", lambda: {"approve": True, "reasons": "Yes."}),
    "refuse": (Status.REFUSED, "approver_2", lambda: {"approve": False, "reasons": "No."}),
    "offer": (Status.OFFERED, "officer_2", lambda: {"accept_by": clock.today() + timedelta(days=7)}),
    "withdraw": (Status.PREPARED, "officer_2", lambda: {"reason": "Wrong."}),
    "sign": (Status.ACCEPTED, "colleague", lambda: {"signed_name": "Name", "signed_role": "Role"}),
    "paper": (
        Status.ACCEPTED,
        "officer_2",
        lambda: {"signed_name": "Name", "signed_role": "Role", "signed_on": clock.today()},
    ),
    "decline": (Status.DECLINED, "colleague", dict),
    "countersign": (Status.ACTIVE, "officer_2", dict),
    "suspend": (Status.SUSPENDED, "officer_2", lambda: {"reason": "Late."}),
    "resume": (Status.ACTIVE, "officer_2", lambda: {"reason": "Sent."}),
    "close": (Status.CLOSED, "officer_2", lambda: {"reason": "Done."}),
    "end": (Status.ENDED_EARLY, "officer_2", lambda: {"reason": "Stopped."}),
}
SERVICES = {
    "decide": services.decide_direct_award,
    "refuse": services.decide_direct_award,
    "offer": services.offer,
    "withdraw": services.withdraw_offer,
    "sign": services.sign,
    "paper": services.record_paper_agreement,
    "decline": services.decline_offer,
    "countersign": services.countersign,
    "suspend": services.suspend_award,
    "resume": services.resume_award,
    "close": services.close_award,
    "end": services.end_early,
}
# From where each move is made; the rest is refused.
FROM = {
    "decide": {Status.PROPOSED},
    "refuse": {Status.PROPOSED},
    "offer": {Status.PREPARED},
    "withdraw": {Status.OFFERED},
    "sign": {Status.OFFERED},
    "paper": {Status.OFFERED},
    "decline": {Status.OFFERED},
    "countersign": {Status.ACCEPTED},
    "suspend": {Status.ACTIVE},
    "resume": {Status.SUSPENDED},
    "close": {Status.ACTIVE},
    "end": {Status.ACTIVE, Status.SUSPENDED},
}
# Asking for what is already so changes nothing and is not refused.
ALREADY_SO = {
    ("suspend", Status.SUSPENDED),
    ("resume", Status.ACTIVE),
    ("withdraw", Status.PREPARED),
}


@pytest.mark.parametrize(
    ("act", "status"),
    [(act, status) for act in ACTS for status in Status if status not in FROM[act]],
)
def test_a_move_from_elsewhere_is_refused_and_changes_nothing(act, status, award_in, request):
    award = award_in(status)
    events = Event.objects.count()
    _, who, words = ACTS[act]
    person = request.getfixturevalue(who)
    if (act, status) in ALREADY_SO:
        SERVICES[act](by=person, award=award, **words())
    else:
        with pytest.raises(RuleBroken):
            SERVICES[act](by=person, award=award, **words())
    award.refresh_from_db()
    assert award.status == status
    assert Event.objects.count() == events


@pytest.mark.parametrize("act", ACTS)
def test_the_table_of_moves_and_the_services_agree(act):
    target = ACTS[act][0]
    assert all(target in MOVES[status] for status in FROM[act])


def test_every_move_of_the_table_has_a_service():
    served = {(status, ACTS[act][0]) for act in ACTS for status in FROM[act]}
    assert served == {(status, target) for status, targets in MOVES.items() for target in targets}
