"""The office's pages: assign assessors, the ranked list, the recommendation."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from applications import services
from applications.models import Assessment, Status
from tests import factories

from .conftest import due, score_all
from .test_assigning_assessors import join


def day_of(date):
    return {"due_on_day": date.day, "due_on_month": date.month, "due_on_year": date.year}


class TestAssigning:
    @pytest.fixture
    def url(self, eligible_application):
        return reverse("office_assign", args=[eligible_application.reference])

    def test_assessors_are_listed_with_their_load(self, login, officer, url, assessment, assessor_2):
        html = login(officer).get(url).content.decode()
        assert assessment.assessor.name in html and "Not yet declared" in html
        assert assessor_2.name in html and "0 to score" in html

    def test_several_are_asked_at_once(self, login, officer, url, assessor, assessor_2):
        posted = {"assessors": [assessor.pk, assessor_2.pk], **day_of(due())}
        browser = login(officer)
        for _ in range(2):
            assert browser.post(url, posted).headers["Location"] == url
        assert Assessment.objects.filter(due_on=due()).count() == 2

    def test_an_assessor_with_a_conflict_is_shown_and_cannot_be_chosen(
        self, login, officer, url, assessor, applicant, organisation
    ):
        join(applicant, organisation, assessor)
        browser = login(officer)
        html = browser.get(url).content.decode()
        assert "belongs to Example Youth Project, so cannot be asked" in html
        response = browser.post(url, {"assessors": [assessor.pk], **day_of(due())})
        assert response.status_code == 422
        assert not Assessment.objects.exists()

    @pytest.mark.parametrize(
        ("posted", "sentence"),
        [
            ({}, "Select at least one assessor"),
            ({}, "Enter the date the scores are due"),
            ({"assessors": ["x", "\x00", "9" * 30]}, "Select at least one assessor"),
            ({"due_on_day": "31", "due_on_month": "6", "due_on_year": "2030"}, "must be a real date"),
            ({"due_on_day": "1", "due_on_month": "6", "due_on_year": "2019"}, "must be on or after"),
        ],
    )
    def test_the_page_says_what_is_wrong(self, login, officer, url, posted, sentence):
        response = login(officer).post(url, posted)
        assert response.status_code == 422
        html = response.content.decode()
        assert "<title>Error: " in html and sentence in html

    def test_none_is_asked_when_one_of_them_is_refused(self, login, officer, url, assessment, assessor_2):
        later = due() + timedelta(days=1)
        posted = {"assessors": [assessor_2.pk, assessment.assessor_id], **day_of(later)}
        response = login(officer).post(url, posted)
        assert response.status_code == 422
        assert "already been asked" in response.content.decode()
        assert Assessment.objects.count() == 1

    def test_after_the_scoring_nobody_is_asked(self, login, officer, assessed_application):
        url = reverse("office_assign", args=[assessed_application.reference])
        assert "until it has been scored" in login(officer).get(url).content.decode()
        posted = {"assessors": [factories.person("assessor").pk], **day_of(due())}
        assert login(officer).post(url, posted).status_code == 422

    def test_an_assignment_is_removed_after_asking(self, login, officer, eligible_application, assessment):
        url = reverse("office_unassign", args=[eligible_application.reference, assessment.pk])
        browser = login(officer)
        assert "This cannot be undone" in browser.get(url).content.decode()
        assert Assessment.objects.exists()
        for _ in range(2):
            assert browser.post(url).status_code == 302
        assert not Assessment.objects.exists()

    def test_a_submitted_assessment_is_not_removed(self, login, officer, assessment):
        score_all(assessment, [3, 3])
        services.submit_scores(by=assessment.assessor, assessment=assessment)
        url = reverse("office_unassign", args=[assessment.application.reference, assessment.pk])
        assert "on the record" in login(officer).get(url).content.decode()
        assert login(officer).post(url).status_code == 422

    def test_an_assessment_of_another_application_is_not_removed_here(
        self, login, officer, assessment, open_round, applicant, organisation
    ):
        other = factories.submitted(applicant, factories.draft(applicant, open_round, organisation))
        url = reverse("office_unassign", args=[other.reference, assessment.pk])
        assert login(officer).post(url).status_code == 302
        assert Assessment.objects.filter(pk=assessment.pk).exists()


class TestTheRankedList:
    @pytest.fixture
    def url(self, open_round):
        return reverse("office_round_recommend", args=[open_round.pk])

    def test_scored_applications_stand_against_the_money(self, login, officer, url, assessed_application):
        html = login(officer).get(url).content.decode()
        assert assessed_application.reference in html
        assert "70.0%" in html and "£50,000.00" in html and "£10,000.00" in html

    def test_the_cut_line_is_in_words(self, login, officer, url, assessed_application, fund):
        fund.budgets.update(amount=Decimal("9000"))
        html = login(officer).get(url).content.decode()
        assert "The money left runs out here: £9,000" in html
        assert "Missing" in html

    def test_a_wide_spread_is_in_words(self, login, officer, url, assessed_application):
        first = assessed_application.assessments.first()
        first.scores.filter(score=4).update(score=1)
        assert "3 points apart: wide" in login(officer).get(url).content.decode()

    def test_scores_not_submitted_are_not_shown(self, login, officer, url, assessment):
        score_all(assessment, [5, 5], reason="Not yet for others.")
        html = login(officer).get(url).content.decode()
        assert "1 application is still being scored" in html
        assert assessment.application.reference not in html

    def test_an_empty_round_says_so(self, login, officer, url):
        assert "No application of this round has been scored yet" in login(officer).get(url).content.decode()

    def test_another_page_and_nonsense_are_answered(self, login, officer, url, assessed_application):
        for page in ("2", "x", "-1", "\x00"):
            assert login(officer).get(url, {"page": page}).status_code == 200

    def test_a_round_that_does_not_exist_is_not_found(self, login, officer):
        assert login(officer).get("/office/rounds/99999999999999999999/recommend/").status_code == 404


class TestTheRecommendation:
    @pytest.fixture
    def url(self, assessed_application):
        return reverse("office_recommend", args=[assessed_application.reference])

    POSTED = {"outcome": "recommended", "amount": "£8,500", "recommendation": "Clear need."}

    def test_scores_and_reasons_are_shown_by_assessor(self, login, officer, url, assessor, assessor_2):
        html = login(officer).get(url).content.decode()
        assert assessor.name in html and assessor_2.name in html
        assert "The evidence is clear." in html and "70.0%" in html

    def test_a_recommendation_is_saved(self, login, officer, url, assessed_application):
        browser = login(officer)
        for _ in range(2):
            response = browser.post(url, self.POSTED)
            assert response.headers["Location"] == reverse(
                "office_round_recommend", args=[assessed_application.round_id]
            )
        assessed_application.refresh_from_db()
        assert assessed_application.recommended_amount == Decimal("8500")
        assert assessed_application.status == Status.RECOMMENDED

    @pytest.mark.parametrize(
        ("changed", "sentence"),
        [
            ({"outcome": ""}, "Select what you recommend"),
            ({"outcome": "approved"}, "Select what you recommend"),
            ({"amount": ""}, "Enter the amount you recommend"),
            ({"amount": "0"}, "The amount you recommend must be more than £0"),
            ({"amount": "lots"}, "must be a number, like 250 or 250.50"),
            ({"amount": "10,000.01"}, "must be £10,000 or less. It is £10,000.01"),
            ({"amount": "9" * 500}, "The amount you recommend must be"),
            ({"recommendation": " \x00 "}, "Enter your recommendation"),
            ({"recommendation": "a" * 5001}, "5,000 characters or fewer"),
        ],
    )
    def test_the_page_says_what_is_wrong(self, login, officer, url, assessed_application, changed, sentence):
        response = login(officer).post(url, self.POSTED | changed)
        assert response.status_code == 422
        html = response.content.decode()
        assert "<title>Error: " in html and sentence in html
        assessed_application.refresh_from_db()
        assert assessed_application.status == Status.ASSESSED

    def test_no_amount_is_asked_for_what_is_not_recommended(self, login, officer, url, assessed_application):
        posted = {"outcome": "not_recommended", "amount": "whatever", "recommendation": "Little evidence."}
        assert login(officer).post(url, posted).status_code == 302
        assessed_application.refresh_from_db()
        assert assessed_application.status == Status.NOT_RECOMMENDED

    def test_it_waits_for_the_scores_and_shows_none_before(self, login, officer, assessment):
        score_all(assessment, [5, 5], reason="Not yet for others.")
        url = reverse("office_recommend", args=[assessment.application.reference])
        html = login(officer).get(url).content.decode()
        assert "Not yet for others." not in html
        assert "once everyone asked has submitted" in html
        assert login(officer).post(url, self.POSTED).status_code == 422

    def test_an_officer_who_has_still_to_score_sees_no_scores(
        self, login, officer, url, assessed_application
    ):
        officer.roles = ["assessor", "officer"]
        officer.save()
        assessed_application.assessments.create(assessor=officer, assigned_by=officer, due_on=due())
        html = login(officer).get(url).content.decode()
        assert "The evidence is clear." not in html
        assert "You will see the others’ scores when you have submitted yours" in html


PAGES = ["office_assign", "office_recommend", "office_round_recommend", "office_unassign"]


def address(name, application):
    if name == "office_round_recommend":
        return reverse(name, args=[application.round_id])
    if name == "office_unassign":
        return reverse(name, args=[application.reference, application.assessments.first().pk])
    return reverse(name, args=[application.reference])


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("role", ["administrator", "assessor", "finance", "panel", "applicant"])
def test_others_are_refused(login, assessed_application, role, name):
    url = address(name, assessed_application)
    assert login(factories.person(role)).get(url).status_code == 403
    assert login(factories.person(role)).post(url).status_code == 403


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("role", ["approver", "auditor"])
def test_approvers_and_auditors_read_without_buttons(login, assessed_application, role, name):
    url = address(name, assessed_application)
    browser = login(factories.person(role))
    response = browser.get(url)
    assert response.status_code == 200
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    assert "<form" not in main
    if name != "office_round_recommend":
        assert browser.post(url).status_code == 403


@pytest.mark.parametrize("name", ["office_assign", "office_recommend"])
def test_an_application_never_submitted_is_not_found(login, officer, draft, name):
    assert login(officer).get(reverse(name, args=[draft.reference])).status_code == 404
