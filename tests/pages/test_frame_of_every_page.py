"""screens.md section 6, requirements 1, 2, 8 and 40: the frame is the same wherever one is."""

from datetime import date

import pytest

from office.models import OfficeSettings
from pcc_grants.context import NEUTRAL_OFFICE

from .reading import Page

PUBLIC_PAGES = [
    "/",
    "/help/",
    "/accessibility/",
    "/cookies/",
    "/privacy/",
    "/developer/components/",
    "/no-such-page/",
]
pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return OfficeSettings.objects.create(
        effective_from=date(2016, 5, 12),
        office_name="Office of the Example Police and Crime Commissioner",
        office_short_name="OPCC",
        service_name="Example funding",
        police_area="Example",
        commissioner_name="The Commissioner",
        commissioner_title="Example Police and Crime Commissioner",
        plan_title="Safer in Example",
        plan_short_title="the Plan",
        plan_allocations_page=14,
        plan_url="https://example.org/plan",
        spending_url="https://example.org/spending",
        panel_name="Example Police and Crime Panel",
        panel_officers_body="Example County Council",
        address="1 High Street\nExample",
        contact_email="funding@example.org",
        contact_phone="01632 960000",
        contact_hours="Monday to Friday, 9am to 5pm",
    )


@pytest.mark.parametrize("address", PUBLIC_PAGES)
def test_a_page_has_one_heading_the_language_and_each_landmark_once(client, address):
    page = Page(client.get(address))
    assert page.one("html").attrs["lang"] == "en-GB"
    assert page.one("h1").text
    for landmark in ("header", "main", "footer"):
        page.one(landmark)
    assert page.one("main").attrs["id"] == "main-content"
    assert page.all("nav", aria_label="Menu")


@pytest.mark.parametrize("address", PUBLIC_PAGES)
def test_the_skip_link_is_the_first_thing_that_takes_the_focus(client, address):
    page = Page(client.get(address))
    first = next(element for element in page.elements if element.tag in ("a", "button", "input"))
    assert first.attrs["href"] == "#main-content"


@pytest.mark.parametrize("address", PUBLIC_PAGES)
def test_no_id_stands_twice_on_a_page(client, address):
    ids = Page(client.get(address)).ids
    assert sorted(ids) == sorted(set(ids))


def test_titles_follow_the_pattern_and_differ(client, office):
    titles = {address: Page(client.get(address)).one("title").text for address in PUBLIC_PAGES}
    assert len(set(titles.values())) == len(titles)
    end = " - Example funding - Office of the Example Police and Crime Commissioner"
    assert titles["/cookies/"] == f"Cookies{end}"
    assert titles["/no-such-page/"] == f"Page not found{end}"
    assert titles["/"] == end.removeprefix(" - ")
    assert titles["/developer/components/"].startswith("Error: Components (page 4 of 10) - ")


def test_the_office_is_named_in_header_and_footer_and_help_says_how_to_reach_it(client, office):
    page = Page(client.get("/cookies/"))
    assert office.office_name in page.one("header").text
    assert office.office_name in page.one("footer").text
    help_block = page.one("aside", class_="app-help")
    assert "funding@example.org" in help_block.text
    assert "01632 960000" in help_block.text
    assert "Monday to Friday, 9am to 5pm" in help_block.text


def test_help_is_the_same_on_every_page(client, office):
    assert len({Page(client.get(address)).one("aside").text for address in PUBLIC_PAGES}) == 1


def test_the_pages_work_before_the_office_has_entered_its_facts(client):
    page = Page(client.get("/help/"))
    assert NEUTRAL_OFFICE in page.one("header").text


@pytest.mark.parametrize("address", PUBLIC_PAGES)
def test_accessibility_cookies_and_privacy_are_reached_from_every_footer(client, address):
    page = Page(client.get(address))
    links = {a.attrs["href"] for a in page.all("a") if a.inside("footer")}
    assert {"/accessibility/", "/cookies/", "/privacy/", "/help/"} <= links


def test_the_office_is_read_once_a_page(client, office, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get("/help/")


def test_breadcrumbs_stand_before_main(client):
    html = client.get("/developer/components/").content.decode()
    assert html.index("govuk-breadcrumbs") < html.index("<main")
