"""Drafts are reminded 7 days before, 2 days before and at 9am on the day: once each, and nobody else is."""

from datetime import date, datetime, time, timedelta

import pytest

from applications import services
from applications.models import DraftReminder, Status
from applications.services.reminding import due_times
from applications.tasks import remind_drafts
from funds.models import Round
from notifications.models import Message
from pcc_grants.lib import clock
from tests import factories
from tests.applications.test_starting_and_saving import set_status

Stage = DraftReminder.Stage
TEMPLATE = "applications/draft_reminder"
CLOSES = date(2019, 5, 17)  # a Friday


def london(day: date, hour=9, minute=0) -> datetime:
    return clock.london(day, time(hour, minute))


@pytest.fixture
def writing(officer, applicant, organisation):
    """A draft begun on 1 May of a round that closes at 5pm on Friday 17 May 2019."""
    with clock.at(date(2019, 5, 1)):
        round = factories.open_round(officer, factories.fund(officer), closes_at=london(CLOSES, 17))
        return factories.draft(applicant, round, organisation)


def run(moment) -> int:
    with clock.at(moment):
        return remind_drafts()


def stages(sent=True) -> list[str]:
    return list(DraftReminder.objects.filter(was_sent=sent).values_list("stage", flat=True))


def test_requirement_31_every_five_minutes_until_it_closes(writing, applicant, colleague):
    moment, told = london(date(2019, 5, 8)), []
    while moment < london(CLOSES, 18):
        if run(moment):
            told.append(moment)
        moment += timedelta(minutes=5) if moment.hour in (7, 8, 9) else timedelta(hours=1)
    assert told == [london(date(2019, 5, 10)), london(date(2019, 5, 15)), london(CLOSES)]
    assert stages() == [Stage.WEEK_BEFORE, Stage.TWO_DAYS_BEFORE, Stage.MORNING]
    messages = Message.objects.filter(template=TEMPLATE, to=applicant.email).order_by("pk")
    assert len(messages) == 3
    assert Message.objects.filter(template=TEMPLATE, to=colleague.email).count() == 3
    assert {message.subject for message in messages} == {
        f"Submit by 5pm on Friday 17 May 2019: your application {writing.reference}"
    }
    assert [words in message.body for message, words in zip(
        messages, ("(in 7 days)", "(in 2 days)", "(today)"), strict=True
    )] == [True] * 3  # fmt: skip


@pytest.mark.parametrize(
    ("first_run", "sent", "missed"),
    [
        (london(date(2019, 5, 10), 8, 59), [], []),
        (london(date(2019, 5, 13)), [Stage.WEEK_BEFORE], []),
        (london(date(2019, 5, 16), 3), [Stage.TWO_DAYS_BEFORE], [Stage.WEEK_BEFORE]),
        (london(CLOSES, 12), [Stage.MORNING], [Stage.WEEK_BEFORE, Stage.TWO_DAYS_BEFORE]),
        (london(CLOSES, 17), [Stage.MORNING], [Stage.WEEK_BEFORE, Stage.TWO_DAYS_BEFORE]),
        (london(CLOSES, 17) + timedelta(seconds=1), [], []),
    ],
)
def test_after_an_outage_exactly_the_right_one_is_sent(writing, first_run, sent, missed):
    run(first_run)
    run(first_run)
    assert stages() == sent
    assert stages(sent=False) == missed
    assert Message.objects.filter(template=TEMPLATE).count() == 2 * len(sent)


@pytest.mark.parametrize("status", [status for status in Status.values if status != Status.DRAFT])
def test_only_drafts_are_reminded(writing, status):
    set_status(writing, status)
    assert run(london(CLOSES)) == 0


def test_submitting_or_deleting_stops_them(writing, applicant, organisation):
    assert run(london(date(2019, 5, 10))) == 1
    with clock.at(date(2019, 5, 11)):
        other = factories.draft(applicant, writing.round, organisation)
        factories.submitted(applicant, writing)
        services.withdraw(by=applicant, application=other)
    assert run(london(date(2019, 5, 15))) == 0
    assert run(london(CLOSES)) == 0


def test_one_that_was_reopened_is_reminded_again(writing, applicant):
    with clock.at(date(2019, 5, 11)):
        factories.submitted(applicant, writing)
        services.reopen(by=applicant, application=writing)
    assert run(london(date(2019, 5, 15))) == 1


def test_a_stage_that_had_passed_when_the_draft_was_begun_is_not_sent(writing, applicant, organisation):
    with clock.at(london(date(2019, 5, 15), 12)):
        late = factories.draft(applicant, writing.round, organisation)
    run(london(date(2019, 5, 15), 13))
    assert set(DraftReminder.objects.values_list("application", flat=True)) == {writing.pk}
    assert run(london(CLOSES)) == 2
    assert late.reminders.get().stage == Stage.MORNING


def test_a_new_closing_time_has_its_own_reminders(writing, officer):
    run(london(date(2019, 5, 15)))
    with clock.at(london(date(2019, 5, 16), 12)):
        services.extend_for_everyone(
            by=officer, round=writing.round, closes_at=london(date(2019, 5, 24), 17), reason="Slow."
        )
        services.tell_of_new_closing_time()
        assert remind_drafts() == 0
    assert run(london(CLOSES)) == 1
    assert run(london(date(2019, 5, 22))) == 1
    assert run(london(date(2019, 5, 24))) == 1
    last = Message.objects.filter(template=TEMPLATE).order_by("-pk").first()
    assert "24 May 2019" in last.subject


def test_being_told_of_a_new_closing_time_is_not_followed_by_a_reminder_of_a_stage_gone_by(writing, officer):
    with clock.at(london(CLOSES, 12)):
        services.extend_for_everyone(
            by=officer, round=writing.round, closes_at=london(date(2019, 5, 18), 17), reason="Slow."
        )
        services.tell_of_new_closing_time()
        assert remind_drafts() == 0
    assert run(london(date(2019, 5, 18))) == 1


def test_more_time_of_their_own_counts(writing, officer, officer_2):
    with clock.at(london(CLOSES, 10)):
        extension = services.propose_extension(
            by=officer,
            application=writing,
            until=london(date(2019, 5, 27), 17),
            reason="fault",
            explanation="It did not load.",
        )
        services.confirm_extension(by=officer_2, extension=extension)
        assert remind_drafts() == 0
    assert [run(london(date(2019, 5, day))) for day in (19, 20, 25, 27, 28)] == [0, 1, 1, 1, 0]
    assert "You have until" in Message.objects.filter(template=TEMPLATE).first().body


def test_it_says_who_still_has_to_sign(writing, applicant):
    type(writing).objects.update(
        signature_asked_of=applicant, signature_asked_by=applicant, signature_asked_at=clock.now()
    )
    run(london(CLOSES))
    body = Message.objects.filter(template=TEMPLATE).first().body
    assert "It waits for Sample applicant to sign. It is not submitted until" in body


@pytest.mark.parametrize(
    ("closes", "due"),
    [
        # The clocks change on 31 March and 27 October 2019: it is 9am in London all the same.
        (
            london(date(2019, 4, 2), 17),
            ["2019-03-26T09:00:00+00:00", "2019-03-31T09:00:00+01:00", "2019-04-02T09:00:00+01:00"],
        ),
        (
            london(date(2019, 10, 28), 17),
            ["2019-10-21T09:00:00+01:00", "2019-10-26T09:00:00+01:00", "2019-10-28T09:00:00+00:00"],
        ),
        # What closes by 9am has its last reminder on the morning before.
        (
            london(date(2019, 5, 17), 9),
            ["2019-05-10T09:00:00+01:00", "2019-05-15T09:00:00+01:00", "2019-05-16T09:00:00+01:00"],
        ),
        (
            london(date(2019, 5, 17), 9, 1),
            ["2019-05-10T09:00:00+01:00", "2019-05-15T09:00:00+01:00", "2019-05-17T09:00:00+01:00"],
        ),
    ],
)
def test_stages_are_due_at_nine_in_london(closes, due):
    assert [moment.isoformat() for moment in due_times(closes).values()] == due


def test_a_round_that_is_not_published_reminds_nobody(writing):
    Round.objects.update(published_at=None, published_by=None)
    assert run(london(CLOSES)) == 0


def test_a_run_costs_the_same_for_one_and_for_three_that_were_told(
    writing, applicant, organisation, django_assert_num_queries
):
    run(london(CLOSES))
    with django_assert_num_queries(4):
        assert run(london(CLOSES, 10)) == 0
    with clock.at(date(2019, 5, 2)):
        for _ in range(2):
            factories.draft(applicant, writing.round, organisation)
    run(london(CLOSES))
    with django_assert_num_queries(4):
        assert run(london(CLOSES, 10)) == 0
