"""The applicant's page about the decision: outcome, amounts, mean scores, what next; never who scored."""

import pytest
from django.urls import reverse

from applications import services
from applications.models import Status
from tests import factories

from .conftest import put_in


def url_of(application):
    return reverse("application_decision", args=[application.reference])


def test_an_offer_stands_in_the_heading(login, applicant, recommended_application, approver):
    factories.approved(approver, recommended_application, amount=recommended_application.amount_asked - 1500)
    html = login(applicant).get(url_of(recommended_application)).content.decode()
    assert "We are offering you £8,500</h1>" in html
    assert "£10,000" in html and "It will divert young people from crime." in html
    assert "preparing the offer" in html


def test_a_refusal_stands_in_the_heading(login, applicant, recommended_application, approver):
    services.decide(
        by=approver, application=recommended_application, outcome="declined", reasons="Too little evidence."
    )
    html = login(applicant).get(url_of(recommended_application)).content.decode()
    assert "We are not able to fund this project</h1>" in html
    assert "Too little evidence." in html and reverse("funding") in html


def test_mean_scores_are_shown_and_nobody_is_named(
    login, applicant, approved_application, assessor, assessor_2, officer, approver
):
    html = login(applicant).get(url_of(approved_application)).content.decode()
    assert "Score out of 5" in html and "4.0" in html and "3.0" in html
    for person in (assessor, assessor_2, officer, approver):
        assert person.name not in html
    assert "The evidence is clear." not in html and "It scored well." not in html


def test_an_offer_that_is_ready_is_linked(login, applicant, offered_award):
    html = login(applicant).get(url_of(offered_award.application)).content.decode()
    assert reverse("grant", args=[offered_award.reference]) in html


def test_an_ineligible_application_is_told_why(login, applicant, submitted_application, officer):
    services.check(
        by=officer,
        application=submitted_application,
        eligible=False,
        notes="The project is outside the area.",
    )
    html = login(applicant).get(url_of(submitted_application)).content.decode()
    assert "We are not able to fund this project</h1>" in html
    assert "outside the area" in html


@pytest.mark.parametrize("status", sorted(set(Status) - {"approved", "declined", "ineligible"}))
def test_nothing_is_told_before_a_final_decision(login, applicant, recommended_application, status):
    put_in(recommended_application, status)
    response = login(applicant).get(url_of(recommended_application))
    assert response.status_code == 302
    assert response.headers["Location"] == reverse("application", args=[recommended_application.reference])


def test_a_colleague_reads_it_and_a_stranger_does_not(
    login, colleague, stranger, other_organisation, approved_application
):
    assert login(colleague).get(url_of(approved_application)).status_code == 200
    assert login(stranger).get(url_of(approved_application)).status_code == 404


def test_an_assessor_who_also_applies_for_others_does_not_read_it(
    login, assessor, approved_application, other_organisation
):
    assessor.roles = ["applicant", "assessor"]
    assessor.save()
    assert login(assessor).get(url_of(approved_application)).status_code == 404


@pytest.mark.parametrize("role", ["administrator", "officer", "assessor", "approver", "finance", "auditor"])
def test_the_office_has_its_own_page(login, approved_application, role):
    assert login(factories.person(role)).get(url_of(approved_application)).status_code == 403


def test_a_visitor_is_sent_to_sign_in(client, approved_application):
    assert client.get(url_of(approved_application)).status_code == 302
