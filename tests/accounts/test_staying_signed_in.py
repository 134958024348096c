"""How long a session still lasts, and putting its end off (screens.md 1.4). The warning: tests/browser."""

import pytest

from pcc_grants.sessions import LAST_SEEN
from tests.pages.reading import Page

STAY = "/account/stay/"


@pytest.fixture
def idle(login, applicant):
    """A browser that has not been used for an hour."""
    browser = login(applicant)
    browser.get("/account/")
    session = browser.session
    session[LAST_SEEN] -= 3600
    session.save()
    return browser


def test_asking_how_long_it_lasts_is_no_activity(idle):
    before = idle.session[LAST_SEEN]
    assert idle.get(STAY, headers={"x-only-asking": "yes"}).json()["seconds"] in (3599, 3600)
    assert idle.session[LAST_SEEN] == before


def test_opening_any_page_is_activity(idle):
    before = idle.session[LAST_SEEN]
    idle.get("/help/")
    assert idle.session[LAST_SEEN] >= before + 3600


def test_staying_puts_the_end_off_by_two_hours(idle):
    response = idle.post(STAY)
    assert response.json() == {"seconds": 7200}
    assert "no-store" in response["Cache-Control"]


def test_a_page_says_how_long_the_session_lasts_and_when_to_warn(login, applicant):
    dialog = Page(login(applicant).get("/account/")).one("dialog")
    assert int(dialog.attrs["data-left"]) in (7199, 7200)
    assert (dialog.attrs["data-warning"], dialog.attrs["data-at-least"]) == ("300", "6900")
    assert dialog.attrs["aria-labelledby"] == "timeout-title"


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_nothing_else_is_answered(login, applicant, method):
    assert getattr(login(applicant), method)(STAY).status_code == 405


def test_a_visitor_has_no_session_to_keep(client):
    assert client.post(STAY).status_code == 302
    assert not Page(client.get("/help/")).all("dialog")


def test_the_page_of_an_ended_session_leads_back_to_our_own_pages_only(client, login, applicant):
    assert b"next=%2Faccount%2F" in client.get("/account/signed-out/?next=/account/").content
    assert b"elsewhere" not in client.get("/account/signed-out/?next=https://elsewhere.example/").content
    assert login(applicant).get("/account/signed-out/?next=/account/").url == "/account/"
