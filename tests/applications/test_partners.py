"""The office links named partners to the register: suggested, looked for, or registered."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications import services
from applications.models import Partner, Status
from organisations.models import Organisation
from organisations.services import add_alias, add_member, register
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.applications.test_starting_and_saving import set_status
from tests.page_text import refused, text_of

BEFORE_DECISION = ["submitted", "clarification", "eligible", "assessed", "recommended", "deferred"]
AFTER = ["draft", "ineligible", "approved", "declined", "withdrawn", "not_submitted"]


@pytest.fixture
def application(applicant, open_round, organisation):
    draft = factories.draft(applicant, open_round, organisation)
    rows = [
        {"name": "Example Choir", "number": "", "part": "Sings"},
        {"name": "Some Club", "number": "1123456", "part": "Lends the rooms"},
    ]
    services.save_answers(by=applicant, application=draft, values={"has-partners": "yes", "partners": rows})
    return factories.submitted(applicant, draft)


@pytest.fixture
def choir(application):
    return application.named_partners.get(position=1)


@pytest.fixture
def club(application):
    return application.named_partners.get(position=2)


def organisation_of(officer, name, **facts):
    return register(by=officer, name=name, kind=Organisation.Kind.COMMUNITY, **facts)


def page(name, application, *more):
    return reverse(name, args=[application.reference, *more])


class TestMatches:
    def test_a_number_comes_first_then_the_name_then_another_name(self, club, officer):
        alike = organisation_of(officer, "Some Club of Dancers")
        alias = organisation_of(officer, "Dancers United")
        add_alias(by=officer, organisation=alias, name="some club")
        number = organisation_of(officer, "Registered Differently", charity_number="1123456")
        assert services.matches_of(club) == [number, alias, alike]

    def test_the_name_in_any_case(self, choir, officer):
        named = organisation_of(officer, "EXAMPLE CHOIR")
        assert services.matches_of(choir)[0] == named

    def test_the_lead_organisation_is_no_partner(self, choir, application, officer):
        Partner.objects.filter(pk=choir.pk).update(name=application.organisation.name)
        choir.refresh_from_db()
        assert services.matches_of(choir) == []

    def test_others_are_looked_for(self, choir, officer):
        other = organisation_of(officer, "Quite Another")
        assert services.matches_of(choir) == []
        for words in ("another", other.reference):
            assert services.matches_of(choir, words) == [other]

    @pytest.mark.parametrize("name", ["(", "%%%", "The Ltd", "a", "'; drop table"])
    def test_odd_names_match_nothing_and_break_nothing(self, choir, officer, name):
        organisation_of(officer, "Quite Another")
        choir.name = name
        assert services.matches_of(choir) == []


class TestLinking:
    def test_it_is_linked_and_taken_back_once(self, choir, application, officer):
        body = organisation_of(officer, "Example Choir")
        for _ in range(2):
            services.link_partner(by=officer, partner=choir, organisation=body)
        assert list(application.partners.all()) == [body]
        services.link_partner(by=officer, partner=choir, organisation=None)
        assert list(application.partners.all()) == []

    @pytest.mark.parametrize("status", AFTER)
    def test_not_before_it_is_sent_nor_after_the_decision(self, choir, application, officer, status):
        set_status(application, status)
        with pytest.raises(RuleBroken, match="between the submission"):
            services.link_partner(by=officer, partner=choir, organisation=None)

    @pytest.mark.parametrize("role", ["applicant", "assessor", "approver", "auditor", "finance"])
    def test_nobody_else_links_or_registers(self, choir, role, request):
        by = request.getfixturevalue(role)
        with pytest.raises(RuleBroken):
            services.link_partner(by=by, partner=choir, organisation=None)
        with pytest.raises(RuleBroken):
            services.register_partner(by=by, partner=choir, name="Example Choir", kind="community")
        assert not Organisation.objects.filter(name="Example Choir").exists()

    def test_a_partner_that_is_gone_is_said_to_be(self, choir, officer):
        Partner.objects.all().delete()
        with pytest.raises(RuleBroken, match="has changed the partners"):
            services.link_partner(by=officer, partner=choir, organisation=None)


class TestPages:
    def test_an_officer_links_a_suggested_one(self, login, officer, application, choir):
        body = organisation_of(officer, "Example Choir")
        browser = login(officer)
        assert "not linked to the register" in text_of(browser.get(page("office_application", application)))
        assert "Not linked" in text_of(browser.get(page("office_partners", application)))
        address = page("office_partner", application, 1)
        assert body.reference in text_of(browser.get(address))
        refused(browser.post(address, {}), "Select which organisation it is")
        for _ in range(2):
            assert browser.post(address, {"organisation": body.pk}).url == page(
                "office_partners", application
            )
        assert body.reference in text_of(browser.get(page("office_partners", application)))
        assert browser.post(address, {"organisation": "none"}).status_code == 302
        assert not application.partners.exists()

    def test_an_officer_looks_for_one(self, login, officer, application, choir):
        body = organisation_of(officer, "Quite Another")
        browser = login(officer)
        address = page("office_partner", application, 1)
        assert "No organisation of the register is alike" in text_of(browser.get(address))
        assert "No organisation of the register matches" in text_of(browser.get(address, {"q": "zzz"}))
        assert "Quite Another" in text_of(browser.get(address, {"q": "quite"}))
        assert browser.post(f"{address}?q=quite", {"organisation": body.pk}).status_code == 302
        assert list(application.partners.all()) == [body]

    def test_an_officer_registers_one(self, login, officer, application, choir):
        browser = login(officer)
        address = page("office_partner_register", application, 1)
        assert 'value="Example Choir"' in browser.get(address).content.decode()
        refused(
            browser.post(address, {"name": "", "charity_number": "12"}),
            "Enter the name of the organisation",
            "Select what type of organisation it is",
            "Charity number must be 6 or 7 digits, like 1123456",
        )
        for _ in range(2):
            response = browser.post(address, {"name": "Example Choir", "kind": "community"})
            assert response.url == page("office_partners", application)
        assert [body.name for body in application.partners.all()] == ["Example Choir"]

    def test_whoever_scores_and_belongs_to_it_is_named(self, login, officer, application, assessor, choir):
        assessor.roles = ["assessor", "applicant"]
        assessor.save()
        body = organisation_of(officer, "Example Choir")
        add_member(by=officer, organisation=body, user=assessor)
        factories.eligible(officer, application)
        services.assign(
            by=officer, application=application, assessor=assessor, due_on=clock.today() + timedelta(days=7)
        )
        response = login(officer).post(
            page("office_partner", application, 1), {"organisation": body.pk}, follow=True
        )
        assert "Sample assessor belongs to Example Choir" in text_of(response)

    def test_assessors_see_every_named_partner(self, login, officer, application, assessor, choir):
        body = organisation_of(officer, "Example Choir and Orchestra")
        services.link_partner(by=officer, partner=choir, organisation=body)
        factories.eligible(officer, application)
        assessment = services.assign(
            by=officer, application=application, assessor=assessor, due_on=clock.today() + timedelta(days=7)
        )
        text = text_of(login(assessor).get(reverse("assess_interest", args=[assessment.pk])))
        assert "Example Choir and Orchestra" in text and "Some Club" in text

    @pytest.mark.parametrize("status", [*BEFORE_DECISION, "approved", "declined"])
    def test_the_links_are_offered_until_the_decision(self, login, officer, application, status):
        set_status(application, status)
        html = login(officer).get(page("office_partners", application)).content.decode()
        assert (page("office_partner", application, 1) in html) == (status in BEFORE_DECISION)

    def test_after_the_decision_the_page_says_so(self, login, officer, application):
        set_status(application, Status.APPROVED)
        refused(
            login(officer).post(page("office_partner", application, 1), {"organisation": "none"}),
            "Partners are linked between the submission",
        )

    @pytest.mark.parametrize("role", ["approver", "auditor"])
    def test_readers_read(self, login, application, role, request):
        browser = login(request.getfixturevalue(role))
        assert "Example Choir" in text_of(browser.get(page("office_partners", application)))
        for name in ("office_partner", "office_partner_register"):
            assert browser.get(page(name, application, 1)).status_code == 403

    def test_an_application_without_partners_says_so(self, login, officer, submitted_application):
        text = text_of(login(officer).get(page("office_partners", submitted_application)))
        assert "The application names no partner" in text
        assert login(officer).get(page("office_partner", submitted_application, 1)).status_code == 404

    @pytest.mark.parametrize("text", ["a\x00b", "\u202eevil", "x" * 500_000, "9" * 30, "<script>"])
    def test_hostile_words_never_break_a_page(self, login, officer, application, text):
        browser = login(officer)
        address = page("office_partner", application, 1)
        assert browser.get(address, {"q": text[:2000]}).status_code == 200
        assert browser.post(address, {"organisation": text}).status_code == 422
        typed = {"name": text, "kind": text, "charity_number": text, "company_number": text}
        assert browser.post(page("office_partner_register", application, 1), typed).status_code == 422

    def test_the_list_costs_the_same(self, login, officer, application):
        browser = login(officer)

        def count():
            with CaptureQueriesContext(connection) as captured:
                browser.get(page("office_partners", application))
            return len(captured)

        count()
        two = count()
        for position in range(3, 6):
            body = organisation_of(officer, f"Partner {position}")
            partner = Partner.objects.create(
                application=application, position=position, name=f"Partner {position}"
            )
            services.link_partner(by=officer, partner=partner, organisation=body)
        assert count() == two
