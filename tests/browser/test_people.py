"""The people of an organisation and of an application: every page sound, in a browser and without scripts."""

import pytest
from django.urls import reverse

from applications import services as applications
from applications.models import Part
from organisations import services as organisations
from organisations.models import Membership
from tests import factories

from .checks import NARROW, assert_sound


@pytest.fixture
def pages(draft, applicant, colleague, stranger, officer, organisation):
    """Addresses with something on them, and who looks: {name: (person, address)}."""
    long_name = factories.person("applicant", name="a_person_with_a_rather_long_name_who_helps")
    section = draft.response.questionnaire.sections.first()
    factories.participant(applicant, draft, long_name, Part.CONTRIBUTOR, [section])
    facts = {"name": "The treasurer", "part": Part.SIGNATORY}
    applications.invite(by=applicant, application=draft, email=stranger.email, **facts)
    organisations.invite(by=applicant, organisation=organisation, email=stranger.email, name="The treasurer")
    asked = organisations.ask_to_join(by=factories.person("applicant"), organisation=organisation)
    leaderless = organisations.register(by=officer, name="Example Sports Club", kind="charity")
    for_office = organisations.ask_to_join(by=stranger, organisation=leaderless, message="I am the chair.")
    theirs = Membership.objects.get(user=colleague)
    applications.ask_signature(by=colleague, application=draft, signatory=applicant)

    def address(name, *arguments):
        return reverse(name, args=arguments)

    ours, ref = organisation.reference, draft.reference
    known = reverse("organisation_ask", query={"words": "Example Youth Project Ltd"})
    return {
        "home": (applicant, address("home")),
        "home-invited": (stranger, address("home")),
        "task-list": (applicant, address("application", ref)),
        "submit-waiting": (colleague, address("application_submit", ref)),
        "people": (applicant, address("application_people", ref)),
        "person-new": (applicant, address("application_person_new", ref)),
        "person": (applicant, address("application_person", ref, long_name.pk)),
        "join-application": (stranger, address("application_join", ref)),
        "find": (long_name, address("organisation_new")),
        "ask": (long_name, known),
        "register": (long_name, address("organisation_register")),
        "mine": (stranger, address("my_organisations")),
        "organisation": (applicant, address("organisation", ours)),
        "organisation-person-new": (applicant, address("organisation_person_new", ours)),
        "organisation-role": (applicant, address("organisation_person_role", ours, theirs.pk)),
        "organisation-request": (applicant, address("organisation_request", ours, asked.pk)),
        "organisation-join": (stranger, address("organisation_join", ours)),
        "office-requests": (officer, address("office_join_requests")),
        "office-request": (officer, address("office_join_request", for_office.pk)),
        "office-lead": (officer, address("office_organisation_lead", ours)),
        "office-organisation": (officer, address("office_organisation", ours)),
    }


def test_every_page_about_people_is_sound(page, sign_in, pages, picture):
    for name, (person, address) in pages.items():
        sign_in(page, person)
        assert page.goto(address).status == 200, address
        assert_sound(page)
        picture(page, f"people-{name}")
        page.set_viewport_size(NARROW)
        picture(page, f"people-{name}-narrow")
        page.set_viewport_size({"width": 1280, "height": 900})


def test_a_treasurer_is_invited_and_takes_part_without_scripts(
    page_without_scripts, sign_in, draft, applicant, stranger
):
    page = page_without_scripts
    sign_in(page, applicant)
    page.goto(reverse("application", args=[draft.reference]))
    page.get_by_role("link", name="Check who should help").click()
    page.get_by_role("button", name="Invite somebody").click()
    page.get_by_label("Full name").fill("The treasurer")
    page.get_by_label("Email address").fill(stranger.email)
    page.get_by_label("Contributor").check()
    page.get_by_label("Budget").check()
    page.get_by_role("button", name="Send invitation").click()
    assert f"We have written to {stranger.email}." in page.locator("main").inner_text()
    sign_in(page, stranger)
    page.goto(reverse("home"))
    page.get_by_role("link", name="Take part: Example workshops").click()
    page.get_by_role("button", name="Take part").click()
    assert "You now take part in this application" in page.locator("main").inner_text()
    assert applications.part_of(stranger, draft) == Part.CONTRIBUTOR


def test_a_new_person_asks_to_join_without_scripts(
    page_without_scripts, sign_in, organisation, applicant, stranger
):
    page = page_without_scripts
    sign_in(page, stranger)
    page.goto(reverse("organisation_new"))
    page.get_by_label("Charity number, company number or name").fill("the example youth project")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Message to the lead").fill("I am the treasurer.")
    page.get_by_role("button", name="Ask to join").click()
    assert "We have passed on your request." in page.locator("main").inner_text()
    sign_in(page, applicant)
    page.goto(reverse("home"))
    page.get_by_role("link", name="Answer a request to join Example Youth Project").click()
    page.get_by_label("Yes").check()
    page.get_by_role("button", name="Send answer").click()
    assert organisations.is_member(stranger, organisation)
