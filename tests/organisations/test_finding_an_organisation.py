"""Who adds their organisation is asked for its number or name first; only what they typed is confirmed."""

import pytest
from django.urls import reverse

from organisations import services
from organisations.models import JoinRequest, Organisation
from tests import factories
from tests.page_text import refused, text_of

FIND = "organisation_new"
HOSTILE = ["\x00", "\u202eevil", "%", "_", "\\", "'; --", "x" * 200, "é" * 200, "(((", "[a", "The Limited"]


@pytest.fixture
def known(organisation, applicant, officer):
    services.update(
        by=applicant, organisation=organisation, charity_number="1123456", company_number="SC123456"
    )
    services.add_alias(by=officer, organisation=organisation, name="EYP Services")
    organisation.refresh_from_db()
    return organisation


@pytest.mark.parametrize(
    "words",
    ["1123456", " 112 3456 ", "sc123456", "SC 123456", "EXAMPLE youth  project", "eyp services"],
)
def test_a_whole_number_or_name_is_found_exactly(known, words):
    found = services.find(words)
    assert (found.organisation, found.is_exact) == (known, True)


@pytest.mark.parametrize(
    "words",
    [
        "The Example Youth Project",
        "Example Youth Project Ltd",
        "Example Youth Project Limited.",
        "example-youth-project C.I.C.",
        "Example Youth Project (CIC)",
        "Example Youthproject",
        "The E.Y.P. Services",
        "Example Youth Project Community Interest Company",
    ],
)
def test_a_name_written_a_little_differently_is_near(known, words):
    found = services.find(words)
    assert (found.organisation, found.is_exact) == (known, False)


@pytest.mark.parametrize(
    "words",
    ["", " ", "Example", "Youth Project", "Example Youth", "112345", "11234567", "Example %", "The", "CIC"],
)
def test_a_part_of_a_name_or_number_finds_nothing(known, words):
    assert services.find(words) is None


@pytest.mark.parametrize(("typed", "name"), [("Cats and Dogs", "Cats & Dogs"), ("St Marys", "St Mary’s")])
def test_signs_and_words_for_the_same_are_near(applicant, typed, name):
    factories.organisation(applicant, name)
    assert services.find(typed).organisation.name == name


def test_names_that_cannot_be_told_apart_ask_for_a_number(login, applicant, stranger):
    factories.organisation(applicant, "Example Theatre Ltd")
    factories.organisation(applicant, "The Example Theatre CIC")
    assert services.find("Example Theatre") == services.Several()
    text = text_of(login(stranger).post(reverse(FIND), {"words": "Example Theatre"}, follow=True))
    assert "We know more than one organisation with a name like “Example Theatre”." in text
    assert "Ltd" not in text and "CIC" not in text


def test_looking_costs_the_same_whoever_is_known(known, applicant, django_assert_num_queries):
    with django_assert_num_queries(4):
        services.find("Example Youth Project Ltd")
    for number in range(3):
        factories.organisation(applicant, f"Example Club {number}")
    with django_assert_num_queries(4):
        services.find("Example Youth Project Ltd")


# -- In the browser ----------------------------------------------------------------------------------------


def test_a_known_organisation_leads_to_asking_and_names_nobody(login, known, applicant, stranger):
    browser = login(stranger)
    text = text_of(browser.get(reverse(FIND)))
    assert "We may already know yours" in text
    response = browser.post(reverse(FIND), {"words": "1123456"}, follow=True)
    text = text_of(response)
    assert "We may already know your organisation" in text
    assert "“1123456”" in text and "Ask to join" in text
    html = response.content.decode()
    assert "Example Youth Project" not in html
    assert applicant.name not in html and applicant.email not in html
    assert reverse("organisation_register") not in html


def test_a_near_name_may_also_be_another_organisation(login, known, stranger):
    browser = login(stranger)
    response = browser.post(reverse(FIND), {"words": "Example Youth Project Ltd"}, follow=True)
    text = text_of(response)
    assert "an organisation with a name like “Example Youth Project Ltd”" in text
    onward = reverse("organisation_register", query={"name": "Example Youth Project Ltd"})
    assert onward.replace("&", "&amp;") in response.content.decode()
    html = browser.get(onward).content.decode()
    assert 'value="Example Youth Project Ltd"' in html
    browser.post(onward, {"name": "Example Youth Project Ltd", "kind": "company"})
    assert Organisation.objects.filter(name="Example Youth Project Ltd").exists()


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ("1999999", "charity_number"),
        ("199 9999", "charity_number"),
        ("sc999999", "company_number"),
        ("Example Sports Club", "name"),
    ],
)
def test_an_unknown_one_is_registered_with_what_was_typed(login, known, stranger, words, field):
    browser = login(stranger)
    response = browser.post(reverse(FIND) + "?next=/applications/start/1/", {"words": words})
    assert response.url == reverse(
        "organisation_register", query={field: words, "next": "/applications/start/1/"}
    )
    assert f'value="{words}"' in browser.get(response.url).content.decode()


def test_nothing_typed_is_asked_again(login, stranger):
    refused(
        login(stranger).post(reverse(FIND), {"words": " "}),
        "Enter the charity number, company number or name of your organisation",
    )


def test_the_page_to_ask_cannot_be_reached_with_words_that_name_nothing(login, known, stranger):
    for words in ("", known.reference, "Example"):
        response = login(stranger).get(reverse("organisation_ask", query={"words": words}))
        assert response.url == reverse(FIND)


def test_who_acts_for_it_already_or_is_invited_is_taken_there(login, known, applicant, colleague, stranger):
    page = reverse("organisation_ask", query={"words": "1123456"})
    assert login(colleague).get(page).url == reverse("organisation", args=[known.reference])
    services.invite(by=applicant, organisation=known, email=stranger.email)
    assert login(stranger).get(page).url == reverse("organisation_join", args=[known.reference])


@pytest.mark.parametrize(
    "taken",
    [{"name": "EXAMPLE youth project"}, {"charity_number": "1123456"}, {"company_number": "SC123456"}],
)
def test_registering_what_is_taken_offers_to_ask_and_keeps_what_was_typed(login, known, stranger, taken):
    facts = {"name": "Another", "kind": "other"} | taken
    browser = login(stranger)
    html = refused(browser.post(reverse("organisation_register"), facts), services.TAKEN)
    words = next(iter(taken.values()))
    way_out = reverse("organisation_ask", query={"words": words})
    assert f'href="{way_out}"' in html
    assert f'value="{words}"' in html
    browser.post(way_out, {"message": "I am the treasurer."})
    assert JoinRequest.objects.get().organisation == known


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_never_break_a_page(login, known, stranger, words):
    browser = login(stranger)
    assert browser.post(reverse(FIND), {"words": words}).status_code in (302, 422)
    assert browser.get(reverse("organisation_ask"), {"words": words}).status_code in (200, 302)
    assert browser.get(reverse("organisation_register"), {"name": words}).status_code == 200


def test_a_million_characters_come_back_refused(login, stranger):
    words = "x" * 1_000_000
    assert words in refused(login(stranger).post(reverse(FIND), {"words": words}), "characters or fewer")
