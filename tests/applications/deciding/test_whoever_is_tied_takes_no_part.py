"""Whoever stepped aside, took part or has an interest judges nothing of an application, through any door."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.permissions import Role
from applications import services
from applications.models import Assessment, BulkAction, Decision
from applications.services.bulk_kinds import KINDS
from applications.services.conflicts import conflicts, conflicts_in
from audit.models import Event
from awards import services as awards
from organisations import services as organisations
from organisations.models import DeclaredInterest
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.page_text import text_of

from .conftest import due, score_all


def as_well(person, *roles):
    person.roles = sorted({*person.roles, *roles})
    person.save()
    person.__dict__.pop("permissions", None)
    return person


def stepped_aside(officer, application, person):
    one = services.assign(
        by=officer, application=application, assessor=as_well(person, Role.ASSESSOR), due_on=due()
    )
    services.declare(by=person, assessment=one, interest="My brother runs it.")
    return person


def test_who_stepped_aside_neither_recommends_nor_decides(
    eligible_application, officer, officer_2, approver, assessor, assessor_2
):
    application = eligible_application
    partner = factories.organisation(factories.person("applicant"), "Example Choir")
    application.partners.add(partner)  # so that nothing says in which of them the interest is
    for person in (officer_2, approver):
        stepped_aside(officer, application, person)
    assert not DeclaredInterest.objects.exists()
    factories.assessed(officer, application, [assessor, assessor_2])
    with pytest.raises(RuleBroken, match="has stepped aside from this application. Someone else"):
        factories.recommended(officer_2, application)
    factories.recommended(officer, application)
    with pytest.raises(RuleBroken, match="has stepped aside from this application. Someone else"):
        factories.approved(approver, application)


def test_an_interest_in_an_application_of_one_organisation_is_in_that_organisation(assessment, assessor):
    services.declare(by=assessor, assessment=assessment, interest="I am a trustee.")
    registered = DeclaredInterest.objects.get()
    assert (registered.user, registered.organisation) == (assessor, assessment.application.organisation)


def test_who_helped_to_write_it_or_belonged_to_it_does_not_judge_it(
    draft, applicant, colleague, officer, assessor, approver, django_assert_num_queries
):
    helper = as_well(assessor, Role.APPLICANT)
    factories.participant(applicant, draft, helper)
    draft.participants.filter(user=helper).update(ended_at=draft.created_at)
    application = factories.eligible(officer, factories.submitted(applicant, draft))
    draft.organisation.memberships.filter(user=colleague).update(ended_at=application.checked_at)
    draft.organisation.memberships.filter(user=applicant).delete()
    people = [helper, colleague, applicant, approver]
    name = application.organisation.name
    assert conflicts(application, people) == {
        helper.pk: "took part in this application",
        colleague.pk: f"belonged to {name}",
        applicant.pk: "took part in this application",
    }
    before = application.created_at - timedelta(days=1)
    draft.organisation.memberships.filter(user=colleague).update(ended_at=before)
    assert colleague.pk not in conflicts(application, people)
    with pytest.raises(RuleBroken, match="took part in this application"):
        services.assign(by=officer, application=application, assessor=helper, due_on=due())
    listed = list(type(application).objects.prefetch_related("partners").filter(pk=application.pk))
    with django_assert_num_queries(4):
        conflicts_in(listed, people)


def test_scores_submitted_once_and_what_was_asked_stay_on_the_record(
    assessment, second_assessment, officer, assessor, assessor_2, login
):
    score_all(assessment, [4, 3])
    services.submit_scores(by=assessor, assessment=assessment)
    services.reopen_assessment(by=officer, assessment=assessment, reason="Look again", due_on=due())
    with pytest.raises(RuleBroken, match="Their scores were submitted once and stay on the record."):
        services.unassign(by=officer, assessment=assessment)
    page = reverse("office_unassign", args=[assessment.application.reference, assessment.pk])
    assert "their scores were submitted once" in text_of(login(officer).get(page))
    services.declare(by=assessor_2, assessment=second_assessment)
    question = services.ask_office(by=assessor_2, assessment=second_assessment, text="Is it a charity?")
    services.answer_assessor(by=officer, question=question, answer="Yes, it is.")
    services.unassign(by=officer, assessment=second_assessment)
    withdrawn = Event.objects.get(verb="assessment.withdrawn")
    assert withdrawn.changes["questions"] == [["Is it a charity?", "Yes, it is."]]
    assert Assessment.objects.get() == assessment


def test_an_officer_with_an_interest_steers_nothing(
    eligible_application, officer, officer_2, approver, assessor, assessor_2
):
    application = eligible_application
    organisations.declare_interest(by=officer_2, organisation=application.organisation, interest="My wife.")

    def refused(act):
        with pytest.raises(RuleBroken, match="has declared an interest in"):
            act()

    refused(lambda: services.assign(by=officer_2, application=application, assessor=assessor, due_on=due()))
    options = {"assessors": [assessor.pk], "each": 1, "due_on": due().isoformat()}
    [verdict] = KINDS[BulkAction.Action.ASSIGN].judge(officer_2, [application], options)
    assert "You have an interest in it" in verdict.sentence
    one = services.assign(by=officer, application=application, assessor=assessor, due_on=due())
    services.declare(by=assessor, assessment=one)
    question = services.ask_office(by=assessor, assessment=one, text="Is it good?")
    refused(lambda: services.answer_assessor(by=officer_2, question=question, answer="Very."))
    refused(lambda: services.unassign(by=officer_2, assessment=one))
    services.unassign(by=officer, assessment=one)
    factories.approved(
        approver,
        factories.recommended(officer, factories.assessed(officer, application, [assessor, assessor_2])),
        amount=Decimal(5000),
    )
    decision = Decision.objects.get()
    refused(lambda: services.withhold_decision(by=officer_2, decision=decision, reason="Secret."))
    services.withhold_decision(by=officer, decision=decision, reason="It protects people.")
    refused(lambda: services.name_decision(by=officer_2, decision=decision, reason="It may be known."))
    refused(lambda: awards.prepare_award(by=officer_2, application=application))


def test_an_interest_on_the_register_closes_what_was_open_before(
    fund, officer, applicant, organisation, assessor, login
):
    rounds = [factories.open_round(officer, fund) for _ in range(2)]
    asked = []
    for round in rounds:
        draft = factories.draft(applicant, round, organisation)
        bid = factories.eligible(officer, factories.submitted(applicant, draft))
        asked.append(services.assign(by=officer, application=bid, assessor=assessor, due_on=due()))
        services.declare(by=assessor, assessment=asked[-1])
    organisations.declare_interest(by=assessor, organisation=organisation, interest="I chair it.")
    browser = login(assessor)
    key, interest = asked[0].pk, reverse("assess_interest", args=[asked[0].pk])
    position = rounds[0].criteria.first().position
    for page in (
        reverse("assessment", args=[key]),
        reverse("assess_criterion", args=[key, position]),
        reverse("assess_submit", args=[key]),
    ):
        answer = browser.get(page, follow=True)
        assert answer.redirect_chain[-1][0] == interest
    assert "has declared an interest in Example Youth Project" in text_of(answer)
    refused = browser.post(interest, {"has_interest": "no"})
    assert refused.status_code == 422 and "Say what your interest is" in text_of(refused)
    Assessment.objects.filter(pk=key).update(status="submitted", submitted_at=asked[0].assigned_at)
    text = text_of(browser.get(reverse("assessment", args=[key])))
    assert "no longer shown to you" in text and asked[0].application.summary not in text
    Assessment.objects.filter(pk=key).update(status="assigned", submitted_at=None)
    page = reverse("assess_interests", args=[rounds[1].pk])
    sent = {"has_interest": "yes", "bodies": [f"organisation-{organisation.pk}"], "interest": "I chair it."}
    browser.post(page, sent)
    assert set(Assessment.objects.values_list("status", flat=True)) == {Assessment.Status.RECUSED}
    assert "declared your interests in this round already" in text_of(browser.post(page, sent, follow=True))
