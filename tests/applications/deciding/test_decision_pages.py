"""The approver's pages: one page to decide on, the list of decisions, one decision."""

from decimal import Decimal

import pytest
from django.urls import reverse

from applications import services
from applications.models import Decision, Status
from awards import services as awards
from awards.models import Award
from funds.models import LegalPower
from pcc_grants.lib import clock
from tests import factories

from .conftest import put_in

POSTED = {
    "outcome": "approved",
    "amount": "8,500",
    "purpose": "deliver workshops in the example district",
    "reasons": "It will divert young people from crime.",
    "exception_reason": "",
}


@pytest.fixture
def url(recommended_application):
    return reverse("decide_application", args=[recommended_application.reference])


def test_one_page_has_all_that_is_needed(login, approver, url, recommended_application, officer):
    html = login(approver).get(url).content.decode()
    for text in (
        "£10,000",
        "It scored well.",
        officer.name,
        "70.0%",
        "The evidence is clear.",
        "£50,000",
        "This is the organisation’s first application to us.",
    ):
        assert text in html


def test_history_with_us_is_shown(
    login, approver, url, active_award_of_organisation, recommended_application
):
    html = login(approver).get(url).content.decode()
    assert active_award_of_organisation.reference in html
    assert "first application" not in html


@pytest.fixture
def active_award_of_organisation(organisation, fund, officer, approver):
    """An award made directly, so that the application keeps its own history."""
    return awards.propose_direct_award(
        by=officer,
        kind=Award.Kind.GRANT,
        legal_power=LegalPower.CRIME_AND_DISORDER,
        fund=fund,
        organisation=organisation,
        title="Earlier workshops",
        purpose="deliver workshops",
        reasons="They prevent crime.",
        amount=Decimal("500"),
        starts_on=clock.today(),
        ends_on=clock.today(),
        direct_reason="Nobody else offers them.",
    )


def test_an_approval_leads_to_the_numbered_decision(login, approver, url, recommended_application):
    browser = login(approver)
    response = browser.post(url, POSTED)
    decision = Decision.objects.get()
    assert response.headers["Location"] == reverse("decision", args=[decision.number])
    again = browser.post(url, POSTED)
    assert again.headers["Location"] == response.headers["Location"]
    assert Decision.objects.count() == 1
    html = browser.get(response.headers["Location"]).content.decode()
    assert decision.number in html and "£8,500" in html and "deliver workshops" in html
    assert "Example Fund" in html and "£8,500.00" in html


@pytest.mark.parametrize("outcome", ["declined", "deferred"])
def test_other_outcomes_need_only_reasons(login, approver, url, recommended_application, outcome):
    posted = {"outcome": outcome, "amount": "not money", "reasons": "Too little evidence."}
    assert login(approver).post(url, posted).status_code == 302
    recommended_application.refresh_from_db()
    assert recommended_application.status == outcome


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"outcome": ""}, "Select a decision"),
        ({"outcome": "recommended"}, "Select a decision"),
        ({"amount": ""}, "Enter the amount you approve"),
        ({"amount": "0"}, "The amount you approve must be more than £0"),
        ({"amount": "1.234"}, "must be a number, like 250 or 250.50"),
        ({"amount": "9" * 100}, "The amount you approve must be"),
        ({"amount": "10,000.01"}, "Enter the reason for an exception: £10,000.01 against £10,000"),
        ({"amount": "60,000", "exception_reason": "Why not."}, "There is £50,000 left in the Example Fund"),
        ({"purpose": ""}, "Enter what the money is for, to finish the sentence"),
        ({"purpose": "to deliver workshops"}, "leave out “to”"),
        ({"purpose": "Deliver workshops"}, "Start with a verb in lower case"),
        ({"purpose": "a" * 501}, "500 characters or fewer"),
        ({"reasons": "\x00 "}, "Enter the reasons, which will be published"),
        ({"reasons": "a" * 5001}, "5,000 characters or fewer"),
    ],
)
def test_the_page_says_what_is_wrong(login, approver, url, recommended_application, changed, sentence):
    response = login(approver).post(url, POSTED | changed)
    assert response.status_code == 422
    html = response.content.decode()
    assert "<title>Error: " in html and sentence in html
    assert not Decision.objects.exists()
    recommended_application.refresh_from_db()
    assert recommended_application.status == Status.RECOMMENDED


def test_an_empty_form_is_answered_in_words(login, approver, url):
    response = login(approver).post(url)
    assert response.status_code == 422
    assert "Select a decision" in response.content.decode()


def test_what_was_typed_comes_back(login, approver, url):
    response = login(approver).post(url, POSTED | {"amount": "many", "reasons": "Words <b>kept</b>"})
    html = response.content.decode()
    assert 'value="many"' in html and "Words &lt;b&gt;kept&lt;/b&gt;" in html


def test_an_exception_is_recorded_through_the_page(login, approver, url):
    posted = POSTED | {"amount": "10,500", "exception_reason": "The venue costs more."}
    assert login(approver).post(url, posted).status_code == 302
    decision = Decision.objects.get()
    html = login(approver).get(reverse("decision", args=[decision.number])).content.decode()
    assert "The venue costs more." in html


def test_who_recommended_cannot_decide(login, officer, url):
    officer.roles = ["approver", "officer"]
    officer.save()
    browser = login(officer)
    html = browser.get(url).content.decode()
    assert "Someone else must decide" in html and "Save decision" not in html
    response = browser.post(url, POSTED)
    assert response.status_code == 422
    assert not Decision.objects.exists()


@pytest.mark.parametrize("role", ["administrator", "assessor", "finance", "panel", "applicant"])
def test_others_are_refused(login, url, role):
    browser = login(factories.person(role))
    assert browser.get(url).status_code == 403
    assert browser.post(url, POSTED).status_code == 403
    assert browser.get(reverse("past_decisions")).status_code == 403


@pytest.mark.parametrize("role", ["officer", "auditor"])
def test_officers_and_auditors_read_and_do_not_decide(login, url, role):
    browser = login(factories.person(role))
    html = browser.get(url).content.decode()
    assert "waiting for a decision" in html and "Save decision" not in html
    assert browser.post(url, POSTED).status_code == 403


@pytest.mark.parametrize(
    "status", sorted(set(Status) - {"recommended", "reserve", "not_recommended", "deferred"})
)
def test_there_is_nothing_to_decide_in_any_other_state(login, approver, url, recommended_application, status):
    put_in(recommended_application, status)
    browser = login(approver)
    assert "There is nothing to decide" in browser.get(url).content.decode()
    assert browser.post(url, POSTED).status_code == 422


def test_an_application_never_submitted_is_not_found(login, approver, draft):
    assert login(approver).get(reverse("decide_application", args=[draft.reference])).status_code == 404


class TestPastDecisions:
    def test_decisions_are_listed(self, login, approver, approved_application):
        html = login(approver).get(reverse("past_decisions")).content.decode()
        assert Decision.objects.get().number in html and "£10,000.00" in html

    @pytest.mark.parametrize(
        ("filters", "found"),
        [
            ({"outcome": "approved"}, True),
            ({"outcome": "declined"}, False),
            ({"outcome": ""}, True),
            ({"fund": "FUND"}, True),
            ({"page": "\x00"}, True),
        ],
    )
    def test_they_are_filtered_through_the_address(
        self, login, approver, approved_application, fund, filters, found
    ):
        filters = {name: fund.pk if value == "FUND" else value for name, value in filters.items()}
        html = login(approver).get(reverse("past_decisions"), filters).content.decode()
        assert (Decision.objects.get().number in html) == found

    @pytest.mark.parametrize("filters", [{"fund": "9" * 40}, {"fund": "\x00"}, {"outcome": ["x", "y"]}])
    def test_impossible_filters_are_answered(self, login, approver, approved_application, filters):
        assert login(approver).get(reverse("past_decisions"), filters).status_code == 200

    def test_no_decisions_are_said_to_be_none(self, login, approver):
        html = login(approver).get(reverse("past_decisions")).content.decode()
        assert "There are no decisions to show" in html


def test_a_decision_that_does_not_exist_is_not_found(login, approver):
    assert login(approver).get(reverse("decision", args=["D-1999-0001"])).status_code == 404


@pytest.mark.parametrize("role", ["officer", "auditor"])
def test_a_decision_can_be_read_by_the_office(login, approved_application, role):
    url = reverse("decision", args=[Decision.objects.get().number])
    assert login(factories.person(role)).get(url).status_code == 200


def test_a_deferred_decision_has_no_amount(login, approver, recommended_application):
    decision = services.decide(
        by=approver, application=recommended_application, outcome="deferred", reasons="Wait."
    )
    html = login(approver).get(reverse("decision", args=[decision.number])).content.decode()
    assert "They were awarded it to" not in html and "Budgets that carry it" not in html
