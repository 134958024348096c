"""An assessor says whether they have an interest before anything else."""

import pytest

from applications import services
from applications.models import Application, Assessment, Status
from audit.models import Event
from notifications.models import Message
from pcc_grants.lib.rules import RuleBroken
from tests import factories

from .conftest import due, put_in, score_all


def test_no_interest_opens_the_application_to_the_assessor(assessment, assessor):
    assert not Application.objects.visible_to(assessor).exists()
    services.declare(by=assessor, assessment=assessment)
    assessment.refresh_from_db()
    assert assessment.declared_at and assessment.status == Assessment.Status.ASSIGNED
    assert Application.objects.visible_to(assessor).get() == assessment.application


def test_an_interest_ends_the_assessors_part_and_tells_the_officer(assessment, assessor, officer):
    services.declare(by=assessor, assessment=assessment, interest="My sister works there.")
    assessment.refresh_from_db()
    assert assessment.status == Assessment.Status.RECUSED
    assert assessment.interest == "My sister works there."
    assert not Application.objects.visible_to(assessor).exists()
    assert not Assessment.objects.visible_to(assessor).exists()
    message = Message.objects.get(to=officer.email)
    assert "another assessor" in message.subject
    assert "sister" not in message.body + message.subject


def test_every_officer_is_told_when_the_one_who_asked_has_left(assessment, assessor, officer, officer_2):
    officer.is_active = False
    officer.save()
    services.declare(by=assessor, assessment=assessment, interest="A link.")
    assert Message.objects.filter(template="applications/assessor_stepped_aside").get().to == officer_2.email


@pytest.mark.parametrize("interest", ["", "My sister works there."])
def test_saying_the_same_twice_changes_nothing(assessment, assessor, interest):
    services.declare(by=assessor, assessment=assessment, interest=interest)
    events, messages = Event.objects.count(), Message.objects.count()
    services.declare(by=assessor, assessment=assessment, interest=interest)
    assert (Event.objects.count(), Message.objects.count()) == (events, messages)


def test_an_interest_found_later_can_still_be_declared(assessment, assessor):
    score_all(assessment, [3, 3])
    services.declare(by=assessor, assessment=assessment, interest="I know the author.")
    assessment.refresh_from_db()
    assert assessment.status == Assessment.Status.RECUSED
    with pytest.raises(RuleBroken, match="stepped aside"):
        services.submit_scores(by=assessor, assessment=assessment)


def test_an_interest_cannot_be_taken_back(assessment, assessor):
    services.declare(by=assessor, assessment=assessment, interest="A link.")
    with pytest.raises(RuleBroken, match="stepped aside"):
        services.declare(by=assessor, assessment=assessment, interest="")


def test_someone_who_stepped_aside_is_not_asked_again(assessment, assessor, officer):
    services.declare(by=assessor, assessment=assessment, interest="A link.")
    with pytest.raises(RuleBroken, match="stepped aside"):
        services.assign(by=officer, application=assessment.application, assessor=assessor, due_on=due())


def test_the_last_one_stepping_aside_finishes_the_scoring(
    assessment, second_assessment, assessor, assessor_2, officer
):
    third = factories.person("assessor")
    open_one = services.assign(by=officer, application=assessment.application, assessor=third, due_on=due())
    for one in (assessment, second_assessment):
        score_all(one, [4, 3])
        services.submit_scores(by=one.assessor, assessment=one)
    assessment.application.refresh_from_db()
    assert assessment.application.status == Status.ELIGIBLE
    services.declare(by=third, assessment=open_one, interest="A link.")
    assessment.application.refresh_from_db()
    assert assessment.application.status == Status.ASSESSED


@pytest.mark.parametrize("role", ["assessor", "officer", "approver", "auditor", "applicant"])
def test_nobody_declares_for_someone_else(assessment, role):
    with pytest.raises(RuleBroken):
        services.declare(by=factories.person(role), assessment=assessment)
    assessment.refresh_from_db()
    assert assessment.declared_at is None


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.ELIGIBLE}))
def test_nothing_is_declared_once_scoring_is_over(assessment, assessor, status):
    put_in(assessment.application, status)
    with pytest.raises(RuleBroken, match="no longer being scored"):
        services.declare(by=assessor, assessment=assessment)
