"""On Monday at 8am approvers hear what waits for them: once, late rather than never, not when empty."""

from datetime import date, time
from decimal import Decimal

import pytest
from django.conf import settings

from applications import services
from awards import services as awards
from awards.models import Award
from funds.models import LegalPower
from notifications.models import Message
from organisations.models import DeclaredInterest
from pcc_grants.lib import clock
from reports.tasks import tell_approvers
from tests import factories

FRIDAY, MONDAY = date(2026, 3, 6), date(2026, 3, 9)


def run(day, hour=8, minute=0):
    with clock.at(clock.london(day, time(hour, minute))):
        return tell_approvers()


def plain(text):
    return text.replace("\xa0", " ")


def told():
    return Message.objects.filter(template="reports/waiting").order_by("pk")


@pytest.fixture
def waiting(officer, approver, assessor, assessor_2, applicant):
    """One application recommended on Friday, asked to be decided by the 20th."""
    with clock.at(FRIDAY):
        for person in (officer, approver):
            type(person).objects.filter(pk=person.pk).update(created_at=clock.now())
        organisation = factories.organisation(applicant, "Example Youth Project")
        round = factories.open_round(officer, factories.fund(officer), name="Round 1")
        application = factories.submitted(applicant, factories.draft(applicant, round, organisation))
        application = factories.assessed(
            officer, factories.eligible(officer, application), [assessor, assessor_2]
        )
        factories.recommended(officer, application)
        services.issue_pack(by=officer, round=round, decide_by=date(2026, 3, 20))
    return application


def test_it_is_sent_once_from_8am_on_monday(waiting, approver):
    assert run(FRIDAY, 23) == 0
    assert run(MONDAY, 7, 59) == 0
    assert run(MONDAY) == 1
    assert run(MONDAY, 9) == 0
    (message,) = told()
    assert (message.to, message.subject) == (approver.email, "1 decision waits for you")
    assert "Example Fund: Round 1: 1 decision, needed by 20 March 2026" in plain(message.body)
    assert "10,000" not in message.body and waiting.organisation.name not in message.body
    assert run(date(2026, 3, 16)) == 1


def test_a_late_run_tells_of_what_waited_on_monday(waiting):
    assert run(date(2026, 3, 12), 15) == 1
    assert run(date(2026, 3, 13), 15) == 0


def test_nothing_is_sent_when_nothing_waited_then(waiting, approver, officer, fund):
    with clock.at(date(2026, 3, 10)):
        services.decide(by=approver, application=waiting, outcome="declined", reasons="Others scored higher.")
        awards.propose_direct_award(
            by=officer,
            kind=Award.Kind.GRANT,
            legal_power=LegalPower.CRIME_AND_DISORDER,
            fund=fund,
            organisation=waiting.organisation,
            title="Example visits",
            purpose="deliver visits",
            reasons="They prevent crime.",
            amount=Decimal(500),
            starts_on=date(2026, 4, 1),
            ends_on=date(2026, 4, 2),
            direct_reason="Nobody else offers them.",
        )
    assert run(date(2026, 3, 11)) == 0
    assert run(date(2026, 3, 16)) == 1
    assert "Awards without competition: 1 decision, needed by 1 April 2026" in plain(told().get().body)


def test_what_is_not_theirs_to_decide_is_not_counted(waiting, officer, approver):
    officer.roles = ["approver", "officer"]
    officer.save()
    DeclaredInterest.objects.create(
        organisation=waiting.organisation, user=approver, interest="A cousin works there"
    )
    assert run(MONDAY) == 0


def test_it_is_scheduled_every_hour():
    scheduled = settings.CELERY_BEAT_SCHEDULE["tell-approvers-what-waits"]
    assert scheduled["task"] == tell_approvers.name
    assert scheduled["schedule"].total_seconds() == 3600
