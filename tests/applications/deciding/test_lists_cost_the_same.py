"""Lists cost as many queries with three rows as with one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications import services
from tests import factories

from .conftest import due


@pytest.fixture
def count(login):
    def queries(user, url):
        browser = login(user)
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(url).status_code == 200
        return len(captured)

    return queries


@pytest.fixture
def another(applicant, organisation, open_round, officer, assessor, assessor_2, approver):
    """`another("decided")` is one more application as far as that."""

    def make(stage):
        application = factories.submitted(applicant, factories.draft(applicant, open_round, organisation))
        application = factories.eligible(officer, application)
        if stage == "assigned":
            return services.assign(by=officer, application=application, assessor=assessor, due_on=due())
        application = factories.assessed(officer, application, [assessor, assessor_2])
        if stage != "assessed":
            application = factories.recommended(officer, application)
        if stage == "decided":
            application = factories.approved(approver, application)
        return application

    return make


def same_at_one_and_three(count, another, stage, user, url):
    another(stage)
    one = count(user, url)
    another(stage), another(stage)
    assert count(user, url) == one


def test_the_assessors_home(count, another, assessor):
    same_at_one_and_three(count, another, "assigned", assessor, reverse("assess_home"))


def test_the_ranked_list(count, another, officer, open_round):
    url = reverse("office_round_recommend", args=[open_round.pk])
    same_at_one_and_three(count, another, "assessed", officer, url)


def test_past_decisions(count, another, approver):
    same_at_one_and_three(count, another, "decided", approver, reverse("past_decisions"))


def test_the_page_to_decide_on_with_more_history(count, another, approver):
    application = another("recommended")
    another("decided")
    url = reverse("decide_application", args=[application.reference])
    one = count(approver, url)
    another("decided"), another("assessed")
    assert count(approver, url) == one


def test_the_assignment_page_with_more_assessors(count, eligible_application, officer):
    factories.person("assessor")
    url = reverse("office_assign", args=[eligible_application.reference])
    one = count(officer, url)
    factories.person("assessor"), factories.person("assessor")
    assert count(officer, url) == one


def test_what_waits_for_a_decision(another, django_assert_num_queries):
    another("recommended"), another("recommended")
    with django_assert_num_queries(1):
        for application in services.waiting_for_decision():
            str(application.round.fund) + str(application.organisation) + str(application.recommended_by)
