"""Applicants register and keep their organisation in the browser; nothing of other people is revealed."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organisations import services
from organisations.models import Organisation
from tests import factories
from tests.page_text import refused, text_of

TAKEN = "We may already know this organisation. Ask to join it, or contact us."

FACTS = {
    "name": "Example Sports Club",
    "kind": "charity",
    "charity_number": "112 3456",
    "company_number": "sc123456",
    "website": "www.example.org/club",
}


def test_an_applicant_registers_an_organisation(login, applicant):
    browser = login(applicant)
    assert "You do not act for an organisation yet" in text_of(browser.get(reverse("my_organisations")))
    response = browser.post(reverse("organisation_register"), FACTS)
    made = Organisation.objects.get()
    assert response.url == reverse("organisation", args=[made.reference])
    assert (made.charity_number, made.company_number) == ("1123456", "SC123456")
    assert made.website == "https://www.example.org/club"
    assert browser.get(reverse("my_organisations")).url == response.url
    text = text_of(browser.get(response.url))
    assert "Your organisation has been added" in text
    assert applicant.email in text


@pytest.mark.parametrize(
    ("next_page", "goes_to"),
    [
        ("/applications/start/1/", "/applications/start/1/"),
        ("https://evil.example/", None),
        ("//evil", None),
        ("a-word", None),
        ("sign_out", None),
    ],
)
def test_registering_leads_on_to_a_page_of_ours_only(login, applicant, next_page, goes_to):
    response = login(applicant).post(f"{reverse('organisation_register')}?next={next_page}", FACTS)
    assert response.url == (goes_to or reverse("organisation", args=[Organisation.objects.get().reference]))


def test_a_website_that_is_too_long_once_it_is_whole_is_refused(login, applicant):
    website = "www.example.org/" + "a" * 180
    facts = FACTS | {"website": website}
    html = refused(
        login(applicant).post(reverse("organisation_register"), facts),
        "Website must be 200 characters or fewer",
    )
    assert f'value="{website}"' in html


def test_faults_come_back_as_typed_with_the_exact_words(login, applicant):
    typed = {"charity_number": "12345", "company_number": "1234567", "website": "not a site"}
    html = refused(
        login(applicant).post(reverse("organisation_register"), typed),
        "Enter the name of your organisation",
        "Select what type of organisation you are",
        "Charity number must be 6 or 7 digits, like 1123456",
        "Company number must be 8 characters, like 01234567 or SC123456",
        "Enter a website address in the correct format, like https://www.example.org",
    )
    for value in typed.values():
        assert f'value="{value}"' in html


@pytest.mark.parametrize(
    "website", ["javascript:alert(1)", "ftp://example.org", "https://", "http://a b.org"]
)
def test_a_website_is_a_web_address(login, applicant, website):
    response = login(applicant).post(reverse("organisation_register"), FACTS | {"website": website})
    refused(response, "Enter a website address in the correct format")


@pytest.mark.parametrize(
    "taken",
    [{"name": "EXAMPLE youth project"}, {"charity_number": "1123456"}, {"company_number": "SC123456"}],
)
def test_a_taken_name_or_number_reveals_nobody(login, organisation, applicant, stranger, taken):
    services.update(
        by=applicant, organisation=organisation, charity_number="1123456", company_number="SC123456"
    )
    facts = {"name": "Another", "kind": "other"} | taken
    html = refused(
        login(stranger).post(reverse("organisation_register"), facts),
        TAKEN,
    )
    assert applicant.email not in html
    assert applicant.name not in html


def test_a_lead_changes_the_details(login, organisation, applicant):
    browser = login(applicant)
    url = reverse("organisation_edit", args=[organisation.reference])
    assert 'value="Example Youth Project"' in browser.get(url).content.decode()
    browser.post(url, FACTS)
    organisation.refresh_from_db()
    assert organisation.name == "Example Sports Club"
    refused(browser.post(url, FACTS | {"name": ""}), "Enter the name of your organisation")


def test_an_address_in_another_form_is_refused(login, organisation, applicant):
    url = reverse("organisation_person_new", args=[organisation.reference])
    refused(
        login(applicant).post(url, {"name": "", "email": "not an address"}),
        "Enter the full name of your colleague",
        "Enter an email address in the correct format, like name@example.com",
    )


def test_a_lead_removes_a_colleague_after_a_question(login, organisation, applicant, colleague):
    browser = login(applicant)
    membership = organisation.memberships.get(user=colleague)
    url = reverse("organisation_person_remove", args=[organisation.reference, membership.pk])
    assert "Remove this person?" in text_of(browser.get(url))
    assert services.is_member(colleague, organisation)
    browser.post(url)
    browser.post(url)
    assert not services.is_member(colleague, organisation)


def test_the_last_lead_is_told_to_contact_us(login, organisation, applicant):
    membership = organisation.memberships.get(user=applicant)
    url = reverse("organisation_person_remove", args=[organisation.reference, membership.pk])
    refused(login(applicant).post(url), "The organisation needs a lead. Contact us")


def test_a_colleague_leaves_by_themselves(login, organisation, colleague):
    membership = organisation.memberships.get(user=colleague)
    url = reverse("organisation_person_remove", args=[organisation.reference, membership.pk])
    browser = login(colleague)
    assert "Leave this organisation?" in text_of(browser.get(url))
    assert browser.post(url).url == reverse("my_organisations")
    assert browser.get(reverse("organisation", args=[organisation.reference])).status_code == 404


@pytest.mark.parametrize("role", ["stranger", "colleague"])
def test_a_stranger_finds_nothing_and_a_colleague_is_refused(
    login, organisation, other_organisation, applicant, role, request
):
    lead = organisation.memberships.get(user=applicant)
    browser = login(request.getfixturevalue(role))
    expected = {"stranger": 404, "colleague": 403}[role]
    invitation = services.invite(by=applicant, organisation=organisation, email="new@example.org")
    asker = factories.person("applicant")
    request_to_join = services.ask_to_join(by=asker, organisation=organisation)
    for name, arguments in (
        ("organisation_edit", []),
        ("organisation_person_new", []),
        ("organisation_person_role", [lead.pk]),
        ("organisation_person_remove", [lead.pk]),
        ("organisation_invitation_cancel", [invitation.pk]),
        ("organisation_request", [request_to_join.pk]),
    ):
        url = reverse(name, args=[organisation.reference, *arguments])
        assert browser.get(url).status_code == expected
        assert browser.post(url, {}).status_code == expected
    assert (
        browser.get(reverse("organisation", args=[organisation.reference])).status_code
        == {
            "stranger": 404,
            "colleague": 200,
        }[role]
    )


def test_a_membership_of_another_organisation_is_not_found(
    login, organisation, other_organisation, applicant
):
    theirs = other_organisation.memberships.get()
    url = reverse("organisation_person_remove", args=[organisation.reference, theirs.pk])
    assert login(applicant).post(url).status_code == 404


def test_someone_in_two_organisations_chooses(login, organisation, other_organisation, applicant, stranger):
    services.add_member(by=stranger, organisation=other_organisation, user=applicant)
    text = text_of(login(applicant).get(reverse("my_organisations")))
    assert "Example Community Association Example Youth Project" in text


# -- The office --------------------------------------------------------------------------------------------


def test_the_office_finds_an_organisation_by_any_name_or_number(
    login, organisation, other_organisation, officer, applicant
):
    services.update(by=applicant, organisation=organisation, charity_number="1123456")
    services.add_alias(by=officer, organisation=organisation, name="EYP Services")
    browser = login(officer)
    url = reverse("office_organisations")
    for words in ("youth", "eyp serv", "1123456", organisation.reference.lower()):
        text = text_of(browser.get(url, {"q": words}))
        assert "Example Youth Project" in text
        assert "Example Community Association" not in text
    assert "No organisation matches" in text_of(browser.get(url, {"kind": "school"}))


def test_the_office_adds_changes_and_gives_another_name(login, officer):
    browser = login(officer)
    browser.post(reverse("office_organisation_new"), FACTS | {"known_as": "Sports Club"})
    made = Organisation.objects.get()
    assert (made.known_as, made.publish_location, made.memberships.count()) == ("Sports Club", False, 0)
    edit = reverse("office_organisation_edit", args=[made.reference])
    browser.post(edit, FACTS | {"publish_location": "on"})
    names = reverse("office_organisation_alias_new", args=[made.reference])
    browser.post(names, {"name": "The Club"})
    refused(browser.post(names, {"name": ""}), "Enter the other name of the organisation")
    text = text_of(browser.get(reverse("office_organisation", args=[made.reference])))
    assert "The Club" in text
    assert "May be published" in text
    taken = FACTS | {"kind": "other"}
    refused(browser.post(reverse("office_organisation_new"), taken), TAKEN)


def test_one_page_shows_people_applications_and_awards(login, officer, approved_application):
    url = reverse("office_organisation", args=[approved_application.organisation.reference])
    text = text_of(login(officer).get(url))
    assert approved_application.reference in text
    assert "Sample applicant" in text


def test_finance_sees_no_applications(login, finance, approved_application):
    url = reverse("office_organisation", args=[approved_application.organisation.reference])
    assert approved_application.reference not in text_of(login(finance).get(url))


@pytest.mark.parametrize("role", ["approver", "finance", "auditor"])
def test_readers_are_offered_nothing_to_change(login, organisation, role, request):
    browser = login(request.getfixturevalue(role))
    for url in (
        reverse("office_organisations"),
        reverse("office_organisation", args=[organisation.reference]),
    ):
        html = browser.get(url).content.decode()
        assert "/edit/" not in html
        assert "/new/" not in html
    for name, arguments in (
        ("office_organisation_new", []),
        ("office_organisation_edit", [organisation.reference]),
        ("office_organisation_alias_new", [organisation.reference]),
        ("office_organisation_person_new", [organisation.reference]),
        ("office_organisation_lead", [organisation.reference]),
    ):
        assert browser.get(reverse(name, args=arguments)).status_code == 403
        assert browser.post(reverse(name, args=arguments), {}).status_code == 403


@pytest.mark.parametrize("role", ["applicant", "assessor", "panel_officer", "administrator"])
def test_others_do_not_open_the_register(login, organisation, role, request):
    browser = login(request.getfixturevalue(role))
    assert browser.get(reverse("office_organisations")).status_code == 403
    url = reverse("office_organisation", args=[organisation.reference])
    assert browser.get(url).status_code == 403


def test_lists_cost_the_same_at_one_and_three_rows(login, organisation, applicant, officer):
    staff, lead = login(officer), login(applicant)
    pages = [
        (staff, reverse("office_organisations")),
        (staff, reverse("office_organisation", args=[organisation.reference])),
        (staff, reverse("office_join_requests")),
        (lead, reverse("organisation", args=[organisation.reference])),
    ]

    def counts():
        found = []
        for browser, url in pages:
            with CaptureQueriesContext(connection) as captured:
                browser.get(url)
            found.append(len(captured))
        return found

    def more(number):
        factories.organisation(factories.person("applicant"))
        services.add_alias(by=officer, organisation=organisation, name=f"Name {number}")
        services.invite(by=applicant, organisation=organisation, email=f"new-{number}@example.org")
        services.ask_to_join(by=factories.person("applicant"), organisation=organisation)
        services.add_member(by=applicant, organisation=organisation, user=factories.person("applicant"))

    more(0)
    counts()  # the first page of a session also writes the session
    one = counts()
    for number in (1, 2):
        more(number)
    assert counts() == one
