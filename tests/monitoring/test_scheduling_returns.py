"""Asking for a return: what it unlocks, when it opens, its due date moved, and no longer needed."""

from datetime import date, timedelta

import pytest

from audit.models import Event
from awards import services as awards
from monitoring import services
from monitoring.models import Return
from notifications.models import Message
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken

from .conftest import plain, send

NOT_OFFICERS = ["applicant", "approver", "finance", "panel_officer", "auditor", "assessor", "administrator"]


def ask(officer, award, **changes):
    today = clock.today()
    return services.schedule(
        by=officer,
        award=award,
        **{
            "kind": Return.Kind.END_OF_YEAR,
            "period_start": today,
            "period_end": today + timedelta(days=180),
            "due_on": today + timedelta(days=210),
        }
        | changes,
    )


def test_a_return_is_numbered_after_its_award(prepared_award, officer):
    second = ask(officer, prepared_award)
    assert second.reference == f"{prepared_award.reference}-M2"
    assert Event.objects.about(second).get().verb == "return.scheduled"


def test_it_opens_four_weeks_before_it_is_due(prepared_award, officer):
    made = ask(officer, prepared_award)
    assert made.due_on - made.opens_on == timedelta(days=28)
    assert made.status == "scheduled"


def test_it_is_open_at_once_when_its_day_has_come(active_award, officer):
    made = ask(officer, active_award, due_on=clock.today() + timedelta(days=10))
    assert made.status == "open"


def test_the_instalment_says_what_it_waits_for(prepared_award):
    award_return = prepared_award.returns.get()
    waiting_for = award_return.condition.waiting_for
    assert waiting_for == f"the mid-year return, due {plain(award_return.due_on)}"


def test_the_same_request_twice_makes_one_return(prepared_award, officer):
    assert ask(officer, prepared_award) == ask(officer, prepared_award)
    assert prepared_award.returns.count() == 2


def test_a_second_return_for_the_same_period_is_refused(prepared_award, officer):
    ask(officer, prepared_award)
    with pytest.raises(RuleBroken, match="already one of this kind"):
        ask(officer, prepared_award, due_on=clock.today() + timedelta(days=220))


def test_an_instalment_waits_for_one_return_only(prepared_award, officer):
    condition = prepared_award.returns.get().condition
    with pytest.raises(RuleBroken, match="waits for .*-M1 already"):
        ask(officer, prepared_award, condition=condition)


def test_the_agreement_is_no_condition_for_a_return(prepared_award, officer):
    agreement = prepared_award.instalments.get(number=1).conditions.get()
    with pytest.raises(RuleBroken, match="waits for a return"):
        ask(officer, prepared_award, condition=agreement)


def test_a_condition_of_another_award_is_refused(running, prepared_award, officer):
    other = running(due_on=date(2019, 10, 31))
    with pytest.raises(RuleBroken, match="this award"):
        ask(officer, prepared_award, condition=other.condition)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": "nonsense"}, "Select what kind"),
        ({"period_end": date(2001, 1, 1)}, "end of the period"),
        ({"opens_on": date(2098, 1, 1)}, "when it opens"),
        ({"due_on": date(2150, 1, 1)}, "between 2000 and 2099"),
    ],
)
def test_a_request_that_cannot_be_is_refused(prepared_award, officer, changes, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        ask(officer, prepared_award, **changes)


@pytest.mark.parametrize("role", NOT_OFFICERS)
def test_only_officers_ask_for_returns(prepared_award, request, role):
    with pytest.raises(RuleBroken, match="does not allow"):
        ask(request.getfixturevalue(role), prepared_award)


@pytest.mark.parametrize("end", ["close", "end_early", "suspend"])
def test_an_award_that_does_not_run_is_not_asked(active_award, officer, end):
    {
        "close": lambda: awards.end_early(by=officer, award=active_award, reason="Stopped."),
        "end_early": lambda: awards.end_early(by=officer, award=active_award, reason="Stopped."),
        "suspend": lambda: awards.suspend_award(by=officer, award=active_award, reason="We talk."),
    }[end]()
    with pytest.raises(RuleBroken, match="cannot be asked"):
        ask(officer, active_award)


class TestMovingTheDueDate:
    def move(self, officer, award_return, days=30, reason="They asked for more time."):
        due_on = clock.today() + timedelta(days=days)
        return services.move_due_date(by=officer, award_return=award_return, due_on=due_on, reason=reason)

    def test_tells_the_organisation_and_the_instalment(self, open_return, officer, applicant):
        moved = self.move(officer, open_return)
        open_return.condition.refresh_from_db()
        assert plain(moved.due_on) in open_return.condition.waiting_for
        message = Message.objects.get(template="monitoring/due_date_moved", to=applicant.email)
        assert "They asked for more time." in message.body

    def test_keeps_the_former_date_on_the_trail(self, open_return, officer):
        former = open_return.due_on
        self.move(officer, open_return)
        event = Event.objects.about(open_return).first()
        assert event.verb == "return.due_date_moved"
        assert event.changes["due_on"][0] == former.isoformat()

    def test_twice_changes_nothing_more(self, open_return, officer):
        self.move(officer, open_return)
        self.move(officer, open_return)
        assert Event.objects.about(open_return).filter(verb="return.due_date_moved").count() == 1

    def test_moves_the_opening_of_a_return_that_has_not_opened(self, active_award, officer):
        later = ask(officer, active_award)
        moved = services.move_due_date(
            by=officer, award_return=later, due_on=later.due_on + timedelta(days=10), reason="Later."
        )
        assert moved.due_on - moved.opens_on == timedelta(days=28)

    def test_needs_a_reason(self, open_return, officer):
        with pytest.raises(RuleBroken, match="reason"):
            self.move(officer, open_return, reason=" \n")

    def test_not_into_the_past(self, open_return, officer):
        with pytest.raises(RuleBroken, match="today or later"):
            self.move(officer, open_return, days=-1)

    def test_not_once_it_was_sent(self, open_return, officer, applicant):
        send(open_return, applicant)
        with pytest.raises(RuleBroken, match="cannot be changed"):
            self.move(officer, open_return)

    @pytest.mark.parametrize("role", NOT_OFFICERS)
    def test_not_by_anyone_else(self, open_return, request, role):
        with pytest.raises(RuleBroken, match="does not allow"):
            self.move(request.getfixturevalue(role), open_return)


class TestCancelling:
    def cancel(self, officer, award_return, reason="The project changed."):
        return services.cancel(by=officer, award_return=award_return, reason=reason)

    def test_frees_the_condition_for_another_return(self, open_return, officer, active_award):
        condition = open_return.condition
        self.cancel(officer, open_return)
        again = ask(officer, active_award, condition=condition)
        condition.refresh_from_db()
        assert again.condition == condition
        assert "end-of-year return" in condition.waiting_for

    def test_leaves_the_instalment_blocked(self, open_return, officer):
        condition = open_return.condition
        self.cancel(officer, open_return)
        condition.refresh_from_db()
        assert condition.met_at is None
        label, sentence = awards.standing(condition.instalment)
        assert sentence == "Waiting for a return that has no date yet"

    def test_tells_the_organisation_when_it_was_open(self, open_return, officer):
        self.cancel(officer, open_return)
        assert Message.objects.filter(template="monitoring/no_longer_needed").count() == 2

    def test_says_nothing_of_a_return_that_had_not_opened(self, active_award, officer):
        self.cancel(officer, ask(officer, active_award))
        assert not Message.objects.filter(template="monitoring/no_longer_needed").exists()

    def test_twice_changes_nothing_more(self, open_return, officer):
        self.cancel(officer, open_return)
        self.cancel(officer, open_return)
        assert Message.objects.filter(template="monitoring/no_longer_needed").count() == 2

    def test_needs_a_reason(self, open_return, officer):
        with pytest.raises(RuleBroken, match="reason"):
            self.cancel(officer, open_return, reason="")

    def test_not_once_it_was_sent(self, open_return, officer, applicant):
        send(open_return, applicant)
        with pytest.raises(RuleBroken, match="cannot be cancelled"):
            self.cancel(officer, open_return)

    @pytest.mark.parametrize("role", NOT_OFFICERS)
    def test_not_by_anyone_else(self, open_return, request, role):
        with pytest.raises(RuleBroken, match="does not allow"):
            self.cancel(request.getfixturevalue(role), open_return)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "kind", "period", "due_on"),
    [
        (
            date(2019, 4, 1),
            date(2020, 3, 31),
            "mid_year",
            (date(2019, 4, 1), date(2019, 9, 30)),
            date(2019, 10, 31),
        ),
        (
            date(2019, 11, 9),
            date(2021, 3, 31),
            "end_of_year",
            (date(2019, 11, 9), date(2020, 3, 31)),
            date(2020, 4, 30),
        ),
        (
            date(2020, 10, 1),
            date(2021, 2, 28),
            "end_of_award",
            (date(2020, 10, 1), date(2021, 2, 28)),
            date(2021, 3, 30),
        ),
    ],
)
def test_the_usual_next_return_is_proposed(prepared_award, starts_on, ends_on, kind, period, due_on):
    prepared_award.returns.update(status="cancelled")
    prepared_award.starts_on, prepared_award.ends_on = starts_on, ends_on
    proposed = services.propose(prepared_award)
    assert (proposed["kind"], proposed["due_on"]) == (kind, due_on)
    assert (proposed["period_start"], proposed["period_end"]) == period
