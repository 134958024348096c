"""The register of interests: declared by officers and approvers, and assessors who stepped aside."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications import services
from organisations.models import DeclaredInterest
from organisations.services import declare_interest
from tests import factories
from tests.page_text import refused, text_of

REGISTER = reverse("office_interests")


def test_an_officer_declares_on_the_page_of_the_organisation(login, officer, approver, organisation):
    browser = login(officer)
    page = reverse("office_organisation_interest_new", args=[organisation.reference])
    refused(browser.post(page, {"interest": "\u200b"}), "Enter what your interest is")
    for words in ("A cousin works there.", "A cousin works there.", "A cousin is the treasurer."):
        assert browser.post(page, {"interest": words}).status_code == 302
    assert DeclaredInterest.objects.get().interest == "A cousin is the treasurer."
    detail = reverse("office_organisation", args=[organisation.reference])
    assert "A cousin is the treasurer." in text_of(login(approver).get(detail))
    assert login(approver).post(page, {"interest": "Mine."}).status_code == 403


def test_it_is_narrowed_and_costs_the_same(
    login, officer, officer_2, approver, assessor, assessor_2, eligible_application, other_organisation
):
    browser = login(officer)
    assert "Nobody has declared an interest." in text_of(browser.get(REGISTER))
    due = eligible_application.submitted_at.date().replace(year=2100)

    def step_aside(person):
        asked = services.assign(by=officer, application=eligible_application, assessor=person, due_on=due)
        services.declare(by=person, assessment=asked, interest="I volunteer there.")

    def queries(**wanted):
        with CaptureQueriesContext(connection) as captured:
            response = browser.get(REGISTER, wanted)
        return text_of(response), len(captured)

    step_aside(assessor)
    declare_interest(by=officer, organisation=other_organisation, interest="A cousin works there.")
    text, one = queries()
    assert "Sample assessor Example Youth Project I volunteer there." in text
    assert "Sample officer Example Community Association A cousin works there." in text
    step_aside(assessor_2)
    declare_interest(by=approver, organisation=other_organisation, interest="An aunt works there.")
    declare_interest(by=officer_2, organisation=other_organisation, interest="An uncle works there.")
    assert queries()[1] == one
    round_only = queries(round=eligible_application.round_id)[0]
    assert "I volunteer there." in round_only and "A cousin works there." not in round_only
    assert "I volunteer there." not in queries(q="Community")[0]
    assert "No interest matches." in queries(state="ended")[0]
    for hostile in ("a\x00b", "🎉" * 100, "9" * 30):
        assert browser.get(REGISTER, {"q": hostile, "round": hostile, "page": hostile}).status_code == 200


def test_assessors_and_applicants_do_not_read_it(login, assessor, applicant, finance):
    for person in (assessor, applicant, finance):
        assert login(person).get(REGISTER).status_code == 403


def test_a_person_has_one_current_interest_in_an_organisation(approver, organisation):
    first = declare_interest(by=approver, organisation=organisation, interest="A cousin works there.")
    other = factories.person("approver")
    second = declare_interest(
        by=approver, organisation=organisation, interest="A cousin works there.", handed_to=other
    )
    third = declare_interest(by=approver, organisation=organisation, interest="A cousin works there.")
    assert first.pk == second.pk == third.pk and third.handed_to == other
