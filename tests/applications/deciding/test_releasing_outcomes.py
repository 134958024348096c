"""Outcomes of a round are released together, once, at the moment the office set; late rather than lost."""

from datetime import time, timedelta

import pytest

from applications import services, verify_deciding
from applications.models import Feedback, OutcomeLetter
from applications.tasks import release_outcomes as release_task
from audit.models import Event
from awards import services as awards
from funds import services as funds
from notifications.models import Message
from pcc_grants.lib import clock
from pcc_grants.lib.frozen import hash_of
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.racing import while_it_is_under_way

from .conftest import at_once
from .outcomes import WHY_DECLINED, decided_round


@pytest.fixture
def decided(officer, approver, assessor, applicant, organisation):
    assessors = [assessor, factories.person("assessor")]
    return decided_round(officer, approver, assessors, applicant, organisation)


def told():
    return Message.objects.filter(template="applications/decision_ready")


def tomorrow(hour=10):
    return clock.london(clock.today() + timedelta(days=1), time(hour))


def close(round):
    type(round).objects.filter(pk=round.pk).update(closes_at=clock.now() - timedelta(minutes=1))


def reload(decided):
    for one in (decided.approved, decided.declined, decided.waiting, decided.round):
        one.refresh_from_db()


def test_nothing_is_told_when_a_round_that_releases_together_is_decided(decided):
    assert decided.approved.outcome_released_at is None
    assert decided.declined.status_for_applicant == decided.approved.status_for_applicant == "Being assessed"
    assert not told().exists() and not OutcomeLetter.objects.exists()
    assert not decided.approved.decisions.get().published_at


def test_an_award_can_be_prepared_but_not_offered_before_the_release(decided, officer):
    award = factories.prepared_award(officer, decided.approved)
    with pytest.raises(RuleBroken, match="has not been released yet"):
        awards.offer(by=officer, award=award, accept_by=clock.today() + timedelta(days=28))
    services.release_outcomes(by=officer, round=decided.round)
    assert factories.offered(officer, award).status == "offered"


def test_everyone_who_is_decided_is_told_at_the_same_moment(decided, officer, applicant, colleague):
    close(decided.round)
    assert services.release_outcomes(by=officer, round=decided.round) == 2
    reload(decided)
    moments = {one.outcome_released_at for one in (decided.approved, decided.declined)}
    assert moments == {decided.round.outcomes_released_at}
    assert decided.waiting.outcome_released_at is None
    letter = decided.approved.outcome_letter
    assert letter.sha256 == hash_of(letter.content)
    assert letter.content["heading"] == "We are offering you £10,000"
    assert letter.content["conditions"] == ["Check all volunteers.", "Send us the dates."]
    assert letter.content["numbers"] == (
        "3 applications came in for this round. 1 is funded so far, "
        "and 1 is still to be decided or announced."
    )
    refused = decided.declined.outcome_letter.content
    assert (refused["heading"], refused["reasons"]) == ("We are not able to fund this project", WHY_DECLINED)
    assert decided.approved.decisions.get().published_at == decided.approved.outcome_released_at
    assert told().count() == 4  # two applications, each with two people
    for message in told():
        assert message.subject.startswith("There is a decision on your application ")
        for word in ("offer", "£", "not able", WHY_DECLINED):
            assert word not in message.subject + message.body.replace("Contact us", "")
    assert Event.objects.filter(verb="round.outcomes_released").count() == 1


def test_releasing_a_second_time_changes_nothing_and_later_decisions_follow(decided, officer, approver):
    services.release_outcomes(by=officer, round=decided.round)
    assert services.release_outcomes(by=officer, round=decided.round) == 0
    assert told().count() == 4
    factories.approved(approver, decided.waiting)
    assert services.release_outcomes(by=officer, round=decided.round) == 1
    assert told().count() == 6


def test_a_round_that_tells_at_once_still_does_and_keeps_the_letter(recommended_application, approver):
    application = factories.approved(approver, recommended_application)
    assert application.outcome_letter.decision == application.decisions.get()
    assert application.decisions.get().published_at == application.outcome_released_at


def test_what_is_not_eligible_is_told_at_once_with_a_letter(submitted_application, officer):
    services.check(
        by=officer, application=submitted_application, eligible=False, notes="It is outside the area."
    )
    letter = OutcomeLetter.objects.get(application=submitted_application)
    assert letter.decision is None and letter.content["reasons"] == "It is outside the area."
    assert letter.content["scores"] == []
    assert letter.content["numbers"] == ""  # the round is open: more may come in


def test_nothing_is_released_while_nothing_is_decided(open_round, assessed_application, officer):
    for act in (
        lambda: services.release_outcomes(by=officer, round=open_round),
        lambda: services.schedule_release(by=officer, round=open_round, release_at=tomorrow()),
    ):
        with pytest.raises(RuleBroken, match="Nothing is decided"):
            act()


def test_a_low_score_needs_feedback_before_anything_is_released(decided, officer):
    criterion = decided.round.criteria.first()
    decided.declined.agreed_scores.create(criterion=criterion, score=2, reason="Agreed.", agreed_by=officer)
    [gap] = services.feedback_gaps(decided.declined)
    assert gap.startswith(f"Write feedback on {criterion}: it scored 2")
    for act in (
        lambda: services.release_outcomes(by=officer, round=decided.round),
        lambda: services.schedule_release(by=officer, round=decided.round, release_at=tomorrow()),
    ):
        with pytest.raises(RuleBroken, match=f"Feedback is missing for {decided.declined.reference}"):
            act()
    Feedback.objects.create(
        application=decided.declined, criterion=criterion, text="Say who needs it.", written_by=officer
    )
    services.release_outcomes(by=officer, round=decided.round)
    score = decided.declined.outcome_letter.content["scores"][0]
    assert (score["score"], score["feedback"]) == ("2.0", "Say who needs it.")


def test_only_officers_release(open_round):
    for role in ("approver", "assessor", "finance", "auditor", "administrator", "applicant"):
        person = factories.person(role)
        for act in (
            lambda by: services.release_outcomes(by=by, round=open_round),
            lambda by: services.cancel_release(by=by, round=open_round),
            lambda by: services.schedule_release(by=by, round=open_round, release_at=tomorrow()),
        ):
            with pytest.raises(RuleBroken, match="Your account does not allow this"):
                act(person)


def test_a_release_is_set_moved_and_taken_back(decided, officer, officer_2):
    with pytest.raises(RuleBroken, match="still to come"):
        services.schedule_release(by=officer, round=decided.round, release_at=clock.now())
    services.schedule_release(by=officer, round=decided.round, release_at=tomorrow())
    services.schedule_release(by=officer, round=decided.round, release_at=tomorrow())
    assert Event.objects.filter(verb="round.outcomes_scheduled").count() == 1
    services.schedule_release(by=officer_2, round=decided.round, release_at=tomorrow(12))
    assert release_task() == 0
    services.cancel_release(by=officer, round=decided.round)
    services.cancel_release(by=officer, round=decided.round)
    assert Event.objects.filter(verb="round.release_cancelled").count() == 1
    with clock.at(tomorrow(15)):
        assert release_task() == 0


def test_the_task_releases_at_the_moment_and_catches_up_after_a_day_down(decided, officer):
    services.schedule_release(by=officer, round=decided.round, release_at=tomorrow())
    with clock.at(tomorrow(9)):
        assert release_task() == 0
    with clock.at(tomorrow() + timedelta(days=1)):
        assert release_task() == 2
        assert release_task() == 0
    reload(decided)
    assert decided.round.outcomes_release_at is None
    assert decided.approved.outcome_released_at == tomorrow() + timedelta(days=1)
    assert told().count() == 4
    [to_officer] = Message.objects.filter(template="applications/outcomes_released")
    assert to_officer.to == officer.email and "2 applications" in to_officer.body


def test_what_lost_its_feedback_since_stays_behind_and_the_officer_hears_of_it(decided, officer):
    services.schedule_release(by=officer, round=decided.round, release_at=tomorrow())
    decided.declined.agreed_scores.create(
        criterion=decided.round.criteria.first(), score=1, reason="Agreed.", agreed_by=officer
    )
    with clock.at(tomorrow()):
        assert release_task() == 1
    reload(decided)
    assert decided.approved.outcome_released_at and not decided.declined.outcome_released_at
    [to_officer] = Message.objects.filter(template="applications/outcomes_released")
    assert "1 decided application was held back" in to_officer.body


def test_letters_that_are_owed_are_kept_by_the_task(approved_application):
    OutcomeLetter.objects.all().delete()
    release_task()
    letter = OutcomeLetter.objects.get(application=approved_application)
    assert letter.released_at == approved_application.outcome_released_at


def test_how_a_round_tells_stays_as_it_is_once_it_has_decisions(decided, officer):
    with pytest.raises(RuleBroken, match="Decisions have been made"):
        funds.update_round(by=officer, round=decided.round, outcomes_together=False)
    other = factories.open_round(officer, decided.round.fund)
    assert funds.update_round(by=officer, round=other, outcomes_together=True).outcomes_together


@pytest.mark.django_db(transaction=True)
def test_two_workers_release_once(decided, officer):
    services.schedule_release(by=officer, round=decided.round, release_at=tomorrow())
    with clock.at(tomorrow()):
        moment = clock.now()

        def second():
            with clock.at(moment):
                return release_task()

        counts = at_once(second, second, second)
    assert sorted(counts) == [0, 0, 2]
    assert told().count() == 4
    assert OutcomeLetter.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_decision_made_during_the_release_is_told_with_the_next(decided, officer, approver):
    def first():
        services.release_outcomes(by=officer, round=decided.round)

    def second():
        factories.approved(approver, decided.waiting)
        return services.release_outcomes(by=officer, round=decided.round)

    assert while_it_is_under_way(first, second) == 1


def test_a_letter_that_was_changed_or_lost_is_found(decided, officer):
    services.release_outcomes(by=officer, round=decided.round)
    assert list(verify_deciding.violations()) == []
    OutcomeLetter.objects.filter(application=decided.approved).update(content={"heading": "Another"})
    OutcomeLetter.objects.filter(application=decided.declined).delete()
    found = {(one.rule, one.about) for one in verify_deciding.violations()}
    assert found == {
        ("letters stay as they were released", decided.approved.reference),
        ("every outcome that was told has its letter", decided.declined.reference),
    }
