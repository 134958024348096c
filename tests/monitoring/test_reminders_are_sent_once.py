"""Exactly one message per obligation: run twice, missed, doubled, moved, merged, and stopped at once."""

from datetime import date, time, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, connections

from accounts.models import User
from audit.models import Event
from awards import services as awards
from monitoring import services
from monitoring.models import Chaser, Return
from monitoring.services import chasing, scheduling
from organisations import services as organisations
from pcc_grants.lib import clock
from tests import factories

from .conftest import reminders, send, write

DUE = date(2019, 10, 31)
OPENS, WEEK_BEFORE, FOURTEEN_AFTER = date(2019, 10, 3), date(2019, 10, 24), date(2019, 11, 20)


def stages(award_return, **wanted):
    return list(award_return.chasers.filter(**wanted).values_list("stage", flat=True))


def test_a_second_run_sends_nothing(running):
    running(due_on=DUE)
    first, second = services.chase(OPENS), services.chase(OPENS)
    assert (first.opened, first.sent, first.skipped) == (1, 2, 0)
    assert (second.opened, second.sent, second.skipped) == (0, 0, 1)


def test_every_person_who_acts_for_the_organisation_gets_one(running, applicant, colleague):
    running(due_on=DUE)
    services.chase(OPENS)
    assert sorted(reminders().values_list("to", flat=True)) == sorted([applicant.email, colleague.email])


def test_the_message_links_to_the_return(running):
    award_return = running(due_on=DUE)
    services.chase(OPENS)
    body = reminders().first().body
    assert f"/grants/{award_return.award.reference}/returns/1/" in body
    assert award_return.reference in body


def test_ten_days_without_the_scheduler_are_caught_up_with_by_one_message(running):
    award_return = running(due_on=DUE)
    services.chase(date(2019, 10, 22))
    services.chase(date(2019, 11, 1))
    assert stages(award_return) == ["opened", "week_before", "due"]
    assert stages(award_return, superseded=True) == ["week_before"]
    assert reminders().count() == 4


def test_a_scheduler_that_never_ran_sends_the_stage_that_is_right_today(running):
    award_return = running(due_on=DUE)
    result = services.chase(FOURTEEN_AFTER)
    assert (result.opened, result.sent, result.tasks) == (1, 2, 1)
    assert stages(award_return, superseded=False) == ["overdue_14"]


def test_all_runs_of_a_day_together_send_once(running):
    running(due_on=DUE)
    sent = []
    for hour in range(24):
        with clock.at(clock.london(WEEK_BEFORE, time(hour, 17))):
            sent.append(services.chase().sent)
    assert [count for count in sent if count] == [2]
    assert sent[9] == 2


class TestTwoSchedulers:
    pytestmark = pytest.mark.django_db(transaction=True)

    def test_at_the_same_moment_send_once(self, running):
        for title in ("Example workshops", "Example visits"):
            running(due_on=DUE, title=title)
        results, start = [], Barrier(2)

        def run():
            start.wait()
            results.append(services.chase(WEEK_BEFORE))
            connections.close_all()

        threads = [Thread(target=run) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        services.chase(WEEK_BEFORE)
        assert sum(result.sent for result in results) == 2
        assert sum(result.opened for result in results) == 2
        assert sum(result.failed for result in results) == 0
        assert reminders().count() == 2
        assert Chaser.objects.filter(superseded=False).count() == 2


def test_a_crash_before_the_commit_leaves_nothing_and_the_next_run_sends_once(running):
    award_return = running(due_on=DUE)
    services.open_due(OPENS)
    with connection.cursor() as cursor:  # the trail refuses: everything of this organisation is taken back
        cursor.execute("ALTER TABLE audit_event ADD CONSTRAINT no_more CHECK (verb <> 'return.chased')")
    broken = services.chase(OPENS)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_event DROP CONSTRAINT no_more")
    assert (broken.sent, broken.failed) == (0, 1)
    assert not reminders().exists() and not award_return.chasers.exists()
    assert services.chase(OPENS).sent == 2


def test_returns_of_one_organisation_are_merged_into_one_message(running):
    overdue = running(due_on=date(2019, 10, 1), title="Example visits")
    opened = running(due_on=DUE)
    result = services.chase(OPENS)
    assert result.sent == 2
    message = reminders().first()
    assert message.subject == "Overdue: mid-year return for Example visits"
    assert overdue.reference in message.body and opened.reference in message.body
    assert stages(opened) == ["opened"] and "overdue_2" in stages(overdue)


def test_an_organisation_gets_one_message_a_day(running):
    running(due_on=DUE)
    services.chase(OPENS)
    later = running(due_on=date(2019, 10, 17), title="Example visits")
    with clock.at(clock.london(OPENS, time(11, 0))):
        result = services.chase()
    assert (result.opened, result.sent, result.waiting) == (1, 0, 1)
    assert services.chase(OPENS + timedelta(days=1)).sent == 2
    assert stages(later, superseded=False) == ["opened"]


def test_each_organisation_gets_its_own(running, stranger, other_organisation):
    running(due_on=DUE)
    theirs = running(due_on=DUE, recipient=other_organisation, lead=stranger)
    assert services.chase(OPENS).sent == 3
    message = reminders().get(to=stranger.email)
    assert theirs.reference in message.body
    assert "Example Youth Project" not in message.body


def test_nobody_is_chased_after_sending(running, applicant):
    award_return = running(due_on=DUE)
    services.chase(OPENS)
    with clock.at(date(2019, 10, 20)):
        send(award_return, applicant)
    before = reminders().count()
    for days in range(100):
        services.chase(date(2019, 10, 20) + timedelta(days=days))
    assert reminders().count() == before
    assert stages(award_return) == ["opened"]


def _cancelled(officer, award_return):
    services.cancel(by=officer, award_return=award_return, reason="It is not needed.")


def _suspended(officer, award_return):
    awards.suspend_award(by=officer, award=award_return.award, reason="We are talking with them.")


def _ended(officer, award_return):
    awards.end_early(by=officer, award=award_return.award, reason="The project stopped.")


@pytest.mark.parametrize("stop", [_cancelled, _suspended, _ended])
def test_reminders_stop_at_once_when(running, officer, stop):
    award_return = running(due_on=DUE)
    services.chase(OPENS)
    with clock.at(date(2019, 10, 20)):
        stop(officer, award_return)
    before = reminders().count()
    for day in (WEEK_BEFORE, DUE, FOURTEEN_AFTER, date(2020, 1, 6)):
        assert services.chase(day).sent == 0
    assert reminders().count() == before


def test_a_grant_that_goes_on_again_gets_one_message(running, officer):
    award_return = running(due_on=DUE)
    services.chase(OPENS)
    with clock.at(date(2019, 10, 20)):
        _suspended(officer, award_return)
    services.chase(WEEK_BEFORE)
    with clock.at(date(2019, 11, 1)):
        awards.resume_award(by=officer, award=award_return.award, reason="We have talked.")
    assert services.chase(date(2019, 11, 1)).sent == 2
    assert stages(award_return, superseded=False) == ["opened", "due"]


def test_a_moved_due_date_starts_the_stages_afresh(running, officer):
    award_return = running(due_on=DUE)
    services.chase(OPENS)
    services.chase(WEEK_BEFORE)
    with clock.at(date(2019, 10, 25)):
        services.move_due_date(
            by=officer, award_return=award_return, due_on=date(2019, 11, 29), reason="They asked."
        )
    before = reminders().count()
    for day in (date(2019, 10, 25), DUE, date(2019, 11, 4), date(2019, 11, 21)):
        assert services.chase(day).sent == 0, day
    assert services.chase(date(2019, 11, 22)).sent == 2
    assert reminders().count() == before + 2
    assert reminders().last().subject == "7 days left: mid-year return for Example workshops"
    assert services.chase(date(2019, 11, 29)).sent == 2


def test_a_date_moved_there_and_back_repeats_nothing(running, officer):
    award_return = running(due_on=DUE)
    services.chase(OPENS)
    services.chase(WEEK_BEFORE)
    with clock.at(date(2019, 10, 25)):
        for due_on in (date(2019, 11, 29), DUE):
            services.move_due_date(by=officer, award_return=award_return, due_on=due_on, reason="They asked.")
    assert services.chase(date(2019, 10, 25)).sent == 0
    assert services.chase(DUE).sent == 2


def test_changes_asked_for_are_chased_from_their_own_date(running, officer, applicant):
    award_return = running(due_on=DUE)
    services.chase(DUE)
    with clock.at(date(2019, 11, 1)):
        send(award_return, applicant)
    with clock.at(date(2019, 11, 18)):
        services.request_changes(by=officer, award_return=award_return, feedback="Say how many schools.")
    award_return.refresh_from_db()
    assert award_return.due_on == date(2019, 12, 2)
    before = reminders().count()
    for day in (date(2019, 11, 18), date(2019, 11, 20), date(2019, 11, 22)):
        assert services.chase(day).sent == 0, day
    assert services.chase(date(2019, 11, 25)).sent == 2
    assert "We asked for changes" in reminders().last().body
    assert reminders().count() == before + 2


def test_nothing_is_lost_when_nobody_acts_for_the_organisation(running, applicant, colleague):
    award_return = running(due_on=DUE)
    User.objects.filter(pk__in=[applicant.pk, colleague.pk]).update(is_active=False)
    result = services.chase(WEEK_BEFORE)
    assert (result.sent, result.waiting) == (0, 1)
    assert services.chase(FOURTEEN_AFTER).tasks == 1
    assert not reminders().exists()
    assert stages(award_return, superseded=False) == ["overdue_14"]


def test_one_organisation_in_trouble_does_not_keep_the_others_waiting(
    running, stranger, other_organisation, applicant
):
    running(due_on=DUE)
    running(due_on=DUE, recipient=other_organisation, lead=stranger)
    User.objects.filter(pk=applicant.pk).update(email="not an address")
    result = services.chase(OPENS)
    assert (result.failed, result.sent) == (1, 1)
    assert reminders().get().to == stranger.email
    User.objects.filter(pk=applicant.pk).update(email="mended@example.org")
    assert services.chase(OPENS).sent == 2


def test_what_was_written_but_not_sent_is_still_chased(running, applicant):
    award_return = running(due_on=DUE)
    services.chase(OPENS)
    with clock.at(date(2019, 10, 20)):
        write(award_return, applicant)
    assert services.chase(WEEK_BEFORE).sent == 2


def test_a_return_scheduled_for_a_grant_that_has_not_begun_is_not_opened(prepared_award):
    assert services.chase().opened == 0
    assert prepared_award.returns.get().status == "scheduled"


def test_every_reminder_is_on_the_trail_once(running):
    award_return = running(due_on=DUE)
    services.chase(OPENS)
    services.chase(OPENS)
    assert [event.verb for event in Event.objects.about(award_return)] == [
        "return.chased",
        "return.opened",
        "return.scheduled",
    ]


def test_many_organisations_cost_the_same_queries_to_look_at(running, officer, django_assert_max_num_queries):
    """A run with nothing to send looks at all organisations with a handful of queries."""
    for number in range(3):
        lead = factories.person("applicant")
        recipient = organisations.register(by=lead, name=f"Example Group {number}", kind="charity")
        running(due_on=DUE, recipient=recipient, lead=lead, title=f"Example {number}")
    services.chase(OPENS)
    with django_assert_max_num_queries(9):
        result = services.chase(OPENS)
    assert result.skipped == 3


def test_all_organisations_are_reached_however_small_the_batches(running, officer, monkeypatch):
    monkeypatch.setattr(chasing, "ORGANISATIONS_READ_AT_ONCE", 2)
    monkeypatch.setattr(chasing, "ORGANISATIONS_LOCKED_AT_ONCE", 1)
    monkeypatch.setattr(scheduling, "OPENED_AT_ONCE", 1)
    for number in range(5):
        lead = factories.person("applicant")
        recipient = organisations.register(by=lead, name=f"Example Group {number}", kind="charity")
        running(due_on=DUE, recipient=recipient, lead=lead, title=f"Example {number}")
    result = services.chase(OPENS)
    assert (result.opened, result.sent) == (5, 5)
    assert Return.objects.filter(status="open").count() == 5


def test_a_run_for_another_day_is_stamped_with_the_time_at_which_it_ran(running):
    """So that its messages leave at once, and what is sent to us afterwards stands after them."""
    award_return = running(due_on=DUE)
    before = clock.now()
    services.chase(OPENS)
    assert award_return.chasers.get().created_at >= before
    assert reminders().first().next_attempt_at >= before
