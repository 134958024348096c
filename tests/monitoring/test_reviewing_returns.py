"""Judging a return: always with words, by someone else, once; accepting releases what waits."""

from datetime import timedelta

import pytest

from accounts.permissions import Role
from audit.models import Event
from awards import services as awards
from awards.models import Instalment
from monitoring import services
from monitoring.models import Return
from notifications.models import Message
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.working_days import add_working_days

from .conftest import plain, send

JUDGEMENTS = [services.accept, services.request_changes, services.mark_unsatisfactory]
NOT_OFFICERS = ["applicant", "stranger", "approver", "finance", "panel_officer", "auditor", "assessor"]


@pytest.fixture
def sent_return(open_return, applicant):
    return send(open_return, applicant)


def test_accepting_meets_the_condition_and_readies_the_instalment(sent_return, officer):
    assert not Instalment.objects.ready(clock.today() + timedelta(days=60)).filter(number=2).exists()
    services.accept(by=officer, award_return=sent_return, feedback="A good half-year.")
    sent_return.refresh_from_db()
    assert (sent_return.status, sent_return.reviewed_by) == ("satisfactory", officer)
    assert sent_return.condition.met_by == officer
    assert sent_return.reference in sent_return.condition.evidence
    assert Instalment.objects.ready(clock.today() + timedelta(days=60)).filter(number=2).exists()


def test_accepting_tells_the_organisation_what_we_say(sent_return, officer, applicant):
    services.accept(by=officer, award_return=sent_return, feedback="A good half-year.")
    message = Message.objects.get(template="monitoring/accepted", to=applicant.email)
    assert "A good half-year." in message.body


def test_a_return_that_unlocks_nothing_can_be_accepted(running, officer, applicant):
    award_return = running(due_on=clock.today() + timedelta(days=5), waits=False)
    services.open_due()
    send(award_return, applicant)
    accepted = services.accept(by=officer, award_return=award_return, feedback="Good.")
    assert accepted.status == "satisfactory"


def test_changes_send_it_back_with_two_weeks_and_keep_everything(sent_return, officer, applicant):
    with clock.at(clock.now() + timedelta(days=30)):
        back = services.request_changes(
            by=officer, award_return=sent_return, feedback="Say how many schools."
        )
        assert back.due_on == add_working_days(clock.today(), 10)
    assert (back.status, back.narrative) == ("changes_requested", "We held 12 workshops.")
    message = Message.objects.get(template="monitoring/changes_requested", to=applicant.email)
    assert "Say how many schools." in message.body
    back.condition.refresh_from_db()
    assert back.condition.met_at is None
    assert plain(back.due_on) in back.condition.waiting_for


def test_a_later_due_date_stays(sent_return, officer):
    due_on = sent_return.due_on
    back = services.request_changes(by=officer, award_return=sent_return, feedback="More.")
    assert back.due_on == max(due_on, add_working_days(clock.today(), 10))


def test_a_return_sent_back_can_be_sent_again_and_accepted(sent_return, officer, applicant):
    services.request_changes(by=officer, award_return=sent_return, feedback="Say how many schools.")
    again = send(sent_return, applicant)
    services.accept(by=officer, award_return=again, feedback="Thank you.")
    again.refresh_from_db()
    assert (again.status, again.feedback) == ("satisfactory", "Thank you.")
    assert Message.objects.filter(template="monitoring/submitted", to=applicant.email).count() == 2


def test_an_unsatisfactory_return_leaves_the_instalment_blocked(sent_return, officer):
    services.mark_unsatisfactory(by=officer, award_return=sent_return, feedback="It shows no work.")
    sent_return.condition.refresh_from_db()
    assert sent_return.condition.met_at is None
    assert not Instalment.objects.ready(clock.today() + timedelta(days=60)).filter(number=2).exists()


def test_after_an_unsatisfactory_return_another_can_be_asked_for(sent_return, officer, active_award):
    condition = sent_return.condition
    services.mark_unsatisfactory(by=officer, award_return=sent_return, feedback="It shows no work.")
    another = services.schedule(
        by=officer,
        award=active_award,
        kind=Return.Kind.UPDATE,
        period_start=clock.today(),
        period_end=clock.today(),
        due_on=clock.today() + timedelta(days=14),
        condition=condition,
    )
    sent_return.refresh_from_db()
    assert (another.condition, sent_return.condition) == (condition, None)


@pytest.mark.parametrize("judge", JUDGEMENTS)
def test_the_same_judgement_twice_changes_nothing(sent_return, officer, judge):
    judge(by=officer, award_return=sent_return, feedback="These are the words.")
    events, messages = Event.objects.count(), Message.objects.count()
    judge(by=officer, award_return=sent_return, feedback="Other words.")
    sent_return.refresh_from_db()
    assert (Event.objects.count(), Message.objects.count()) == (events, messages)
    assert sent_return.feedback == "These are the words."


@pytest.mark.parametrize("judge", JUDGEMENTS)
@pytest.mark.parametrize("feedback", ["", "  \n ", "\x00"])
def test_every_judgement_needs_words(sent_return, officer, judge, feedback):
    with pytest.raises(RuleBroken, match="feedback"):
        judge(by=officer, award_return=sent_return, feedback=feedback)


@pytest.mark.parametrize("judge", JUDGEMENTS)
@pytest.mark.parametrize("role", NOT_OFFICERS)
def test_only_officers_judge(sent_return, request, judge, role):
    with pytest.raises(RuleBroken, match="does not allow"):
        judge(by=request.getfixturevalue(role), award_return=sent_return, feedback="Good.")


@pytest.mark.parametrize("judge", JUDGEMENTS)
def test_nobody_judges_what_they_sent(open_return, applicant, judge):
    applicant.roles = [Role.APPLICANT, Role.OFFICER]
    applicant.__dict__.pop("permissions", None)
    send(open_return, applicant)
    with pytest.raises(RuleBroken, match="a colleague must review"):
        judge(by=applicant, award_return=open_return, feedback="Good.")


@pytest.mark.parametrize("judge", JUDGEMENTS)
@pytest.mark.parametrize(
    "status", ["scheduled", "open", "changes_requested", "satisfactory", "unsatisfactory", "cancelled"]
)
def test_only_a_return_that_was_sent_is_judged(open_return, officer, officer_2, applicant, judge, status):
    now = clock.now()
    Return.objects.filter(pk=open_return.pk).update(
        status=status,
        submitted_by=applicant,
        submitted_at=now,
        reviewed_by=officer_2,
        reviewed_at=now,
        feedback="Good.",
    )
    with pytest.raises(RuleBroken, match="nothing to review"):
        judge(by=officer, award_return=open_return, feedback="Good.")


def test_a_return_of_an_ended_grant_can_be_accepted_but_not_sent_back(sent_return, active_award, officer):
    awards.end_early(by=officer, award=active_award, reason="The project stopped.")
    with pytest.raises(RuleBroken, match="over"):
        services.request_changes(by=officer, award_return=sent_return, feedback="More.")
    accepted = services.accept(by=officer, award_return=sent_return, feedback="Thank you.")
    assert accepted.status == "satisfactory"
