"""Officers ask assessors; nobody is asked to judge their own organisation."""

from datetime import timedelta

import pytest

from applications import services
from applications.models import Assessment, Status
from audit.models import Event
from notifications.models import Message
from organisations import services as organisations
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories

from .conftest import due, put_in


def assign(officer, application, assessor, **facts):
    return services.assign(
        by=officer, application=application, assessor=assessor, **{"due_on": due()} | facts
    )


def test_an_assessor_is_asked_and_told(officer, eligible_application, assessor):
    assessment = assign(officer, eligible_application, assessor)
    assert assessment.status == Assessment.Status.ASSIGNED
    assert (assessment.assigned_by, assessment.due_on) == (officer, due())
    message = Message.objects.get(to=assessor.email)
    assert eligible_application.reference in message.subject
    assert f"/assess/{assessment.pk}/" in message.body
    assert "Our answer" not in message.body
    assert Event.objects.filter(verb="assessment.assigned").count() == 1


def test_asking_twice_changes_nothing(officer, eligible_application, assessor):
    first = assign(officer, eligible_application, assessor)
    assert assign(officer, eligible_application, assessor) == first
    assert Assessment.objects.count() == 1
    assert Message.objects.filter(to=assessor.email).count() == 1
    assert Event.objects.filter(verb="assessment.assigned").count() == 1


def test_asking_again_for_another_day_is_refused(officer, eligible_application, assessor):
    assign(officer, eligible_application, assessor)
    with pytest.raises(RuleBroken, match="already been asked"):
        assign(officer, eligible_application, assessor, due_on=due() + timedelta(days=1))


def test_a_date_in_the_past_is_refused(officer, eligible_application, assessor):
    with pytest.raises(RuleBroken, match="today or later"):
        assign(officer, eligible_application, assessor, due_on=clock.today() - timedelta(days=1))


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.ELIGIBLE}))
def test_only_an_eligible_application_is_given_to_assessors(officer, eligible_application, assessor, status):
    put_in(eligible_application, status)
    with pytest.raises(RuleBroken, match="found eligible"):
        assign(officer, eligible_application, assessor)


@pytest.mark.parametrize(
    "role", ["administrator", "assessor", "approver", "finance", "panel", "auditor", "applicant"]
)
def test_only_officers_assign(role, eligible_application, assessor):
    with pytest.raises(RuleBroken, match="does not allow"):
        assign(factories.person(role), eligible_application, assessor)


@pytest.mark.parametrize("role", ["officer", "approver", "finance", "auditor", "panel", "applicant"])
def test_only_assessors_are_asked(role, officer, eligible_application):
    with pytest.raises(RuleBroken, match="not an assessor"):
        assign(officer, eligible_application, factories.person(role))


def test_an_assessor_who_has_left_is_not_asked(officer, eligible_application, assessor):
    assessor.is_active = False
    assessor.save()
    assessor = type(assessor).objects.get(pk=assessor.pk)
    with pytest.raises(RuleBroken, match="not an assessor"):
        assign(officer, eligible_application, assessor)


def test_a_member_of_the_organisation_is_not_asked(
    officer, eligible_application, organisation, applicant, assessor
):
    join(applicant, organisation, assessor)
    with pytest.raises(RuleBroken, match="belongs to Example Youth Project"):
        assign(officer, eligible_application, assessor)


def test_a_member_of_a_partner_is_not_asked(
    officer, eligible_application, other_organisation, stranger, assessor
):
    eligible_application.partners.add(other_organisation)
    join(stranger, other_organisation, assessor)
    with pytest.raises(RuleBroken, match="belongs to Example Community Association"):
        assign(officer, eligible_application, assessor)


def test_an_assessor_who_joined_the_organisation_afterwards_cannot_score(
    assessment, assessor, applicant, organisation
):
    services.declare(by=assessor, assessment=assessment)
    join(applicant, organisation, assessor)
    criterion = assessment.application.round.criteria.first()
    with pytest.raises(RuleBroken, match="Declare your interest"):
        services.score(by=assessor, assessment=assessment, criterion=criterion, score=3, reason="Fair.")


def test_an_assignment_is_taken_back_and_the_assessor_told(officer, assessment, assessor):
    services.unassign(by=officer, assessment=assessment)
    services.unassign(by=officer, assessment=assessment)
    assert not Assessment.objects.exists()
    subjects = Message.objects.filter(to=assessor.email).values_list("subject", flat=True)
    assert sum("no longer" in subject for subject in subjects) == 1


@pytest.mark.parametrize("status", ["submitted", "recused"])
def test_a_finished_part_is_not_taken_back(officer, assessment, status):
    Assessment.objects.filter(pk=assessment.pk).update(
        status=status, interest="A friend.", submitted_at=clock.now() if status == "submitted" else None
    )
    with pytest.raises(RuleBroken, match="on the record"):
        services.unassign(by=officer, assessment=assessment)


@pytest.mark.parametrize("role", ["assessor", "approver", "auditor", "applicant"])
def test_only_officers_take_an_assignment_back(role, assessment):
    with pytest.raises(RuleBroken, match="does not allow"):
        services.unassign(by=factories.person(role), assessment=assessment)


def join(lead, organisation, person):
    """An assessor may be an applicant of an organisation as well."""
    person.roles = sorted({*person.roles, "applicant"})
    person.save()
    person.__dict__.pop("permissions", None)
    organisations.add_member(by=lead, organisation=organisation, user=person)
