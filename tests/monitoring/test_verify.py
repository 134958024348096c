"""`verify` finds nothing in what the services made, and names what was put in past them."""

from datetime import date, timedelta

import pytest
from django.db import connection

from monitoring import services
from monitoring.models import Chaser, Return
from monitoring.verify import violations
from pcc_grants.lib import clock

from .conftest import reminders, send

DUE = date(2019, 10, 31)


def rules():
    return {violation.rule for violation in violations()}


def test_a_whole_life_breaks_nothing(running, applicant, officer):
    award_return = running(due_on=DUE)
    for day in (date(2019, 10, 3), date(2019, 11, 1)):
        with clock.at(day):
            services.chase()
    with clock.at(date(2019, 11, 2)):
        send(award_return, applicant)
        services.request_changes(by=officer, award_return=award_return, feedback="More.")
    with clock.at(date(2019, 11, 18)):
        services.chase()
    with clock.at(date(2019, 11, 19)):
        send(award_return, applicant)
        services.accept(by=officer, award_return=award_return, feedback="Good.")
    assert list(violations()) == []


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"signed_name": ""}, "return sent is signed"),
        ({"status": "open"}, "return not sent has no stamps"),
        ({"status": "submitted"}, "condition met by an accepted return"),
        ({"submitted_at": clock.now() + timedelta(days=9)}, "return judged after it was sent"),
    ],
)
def test_a_state_without_its_stamps_is_named(open_return, applicant, officer, changes, rule):
    send(open_return, applicant)
    services.accept(by=officer, award_return=open_return, feedback="Good.")
    Return.objects.filter(pk=open_return.pk).update(**changes)
    assert rule in rules()


def test_an_accepted_return_whose_condition_is_not_met_is_named(open_return, applicant, officer):
    send(open_return, applicant)
    services.accept(by=officer, award_return=open_return, feedback="Good.")
    condition = open_return.condition
    condition.met_at = condition.met_by = None
    condition.save()
    [violation] = violations()
    assert violation.rule == "accepted return meets its condition"
    assert violation.sentence.startswith(open_return.reference)


def test_a_return_judged_by_its_sender_is_named(open_return, applicant):
    send(open_return, applicant)
    Return.objects.filter(pk=open_return.pk).update(
        status="unsatisfactory", reviewed_by=applicant, reviewed_at=clock.now(), feedback="Good."
    )
    assert rules() == {"return judged by someone else"}


def test_a_return_open_before_its_grant_runs_is_named(prepared_award):
    prepared_award.returns.update(status="open")
    assert rules() == {"return open while its award has run"}


def test_a_reminder_after_sending_is_named(open_return, applicant):
    send(open_return, applicant)
    Chaser.objects.create(award_return=open_return, stage="due", due_on=open_return.due_on)
    assert rules() == {"no reminder after sending"}


def test_a_reminder_without_its_message_is_named(running):
    running(due_on=DUE)
    services.chase(date(2019, 10, 3))
    reminders().delete()
    assert rules() == {"reminder is in the outbox"}


def test_a_reminder_told_twice_is_named(running):
    award_return = running(due_on=DUE)
    services.chase(date(2019, 10, 3))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE monitoring_chaser DROP CONSTRAINT one_chaser_per_return_stage_and_date")
    again = award_return.chasers.get()
    again.pk = None
    again.save(force_insert=True)
    assert rules() == {"reminder once"}
