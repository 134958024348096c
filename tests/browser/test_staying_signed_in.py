"""The warning before an idle session ends, and what happens to what was typed (screens.md 1.4, 6.3, 6.32)."""

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from accounts.models import KeptText

from .checks import assert_accessible, focused

DIALOG = "dialog.app-timeout"
TITLE = "You will be signed out in {}"
MINUTE = 60_000  # milliseconds


@pytest.fixture
def office_hours(page, sign_in, applicant):
    """The applicant's browser with a clock that can be wound on; the service's own clock stays."""
    page.clock.install()
    sign_in(page, applicant)
    return page


def idle(page, minutes: float) -> None:
    page.clock.fast_forward(int(minutes * MINUTE))


def almost_over(settings, seconds: int = 290) -> None:
    """As the service sees it, sessions have less than five minutes left."""
    settings.SESSION_COOKIE_AGE = seconds


def warned(page) -> None:
    page.wait_for_selector(f"{DIALOG}[open]")


@pytest.fixture
def warning(office_hours, settings):
    """The account page five minutes before the end."""
    almost_over(settings)
    office_hours.goto("/account/")
    warned(office_hours)
    return office_hours


def test_five_minutes_before_the_end_a_dialog_says_so_and_has_the_focus(warning, picture):
    assert warning.locator(f"{DIALOG} h2").inner_text() == TITLE.format("5 minutes")
    assert "Your answers are saved." in warning.locator(DIALOG).inner_text()
    assert focused(warning) == "Stay signed in"
    assert_accessible(warning)
    picture(warning, "timeout")
    warning.set_viewport_size({"width": 320, "height": 640})
    assert warning.evaluate("document.documentElement.scrollWidth") <= 320
    picture(warning, "timeout-320")
    for _ in range(6):  # nothing behind it has the focus meanwhile
        warning.keyboard.press("Tab")
        assert warning.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )


def test_nobody_is_warned_while_there_is_time(office_hours):
    office_hours.goto("/account/")
    office_hours.wait_for_timeout(300)
    assert not office_hours.locator(DIALOG).is_visible()


def test_staying_puts_the_end_off_as_often_as_one_likes(warning, settings):
    for _ in range(3):
        settings.SESSION_COOKIE_AGE = 7200
        warning.get_by_role("button", name="Stay signed in").click()
        warning.wait_for_selector(DIALOG, state="hidden")
        almost_over(settings)
        idle(warning, 116)
        warned(warning)


def test_escape_stays(warning, settings):
    settings.SESSION_COOKIE_AGE = 7200
    with warning.expect_response("**/account/stay/") as answered:
        warning.keyboard.press("Escape")
    assert answered.value.request.method == "POST"
    assert answered.value.json() == {"seconds": 7200}
    warning.wait_for_selector(DIALOG, state="hidden")


def test_it_speaks_at_most_once_a_minute(warning):
    warning.evaluate("""() => {
        window.said = [];
        const title = document.querySelector("dialog.app-timeout h2");
        new MutationObserver(() => said.push(title.textContent)).observe(title, {childList: true});
    }""")
    for _ in range(12):
        warning.clock.run_for(MINUTE // 4)
    said = warning.evaluate("said")
    assert said == [TITLE.format(minutes) for minutes in ("4 minutes", "3 minutes", "2 minutes")]


def test_signing_out_is_one_click(warning):
    warning.locator(DIALOG).get_by_role("button", name="Sign out").click()
    warning.wait_for_url(f"**{reverse('sign_in')}")
    assert not Session.objects.exists()


def test_after_the_end_the_page_says_so_and_leads_back(warning, settings):
    almost_over(settings, seconds=-1)
    idle(warning, 6)
    warning.wait_for_url("**/account/signed-out/**")
    assert warning.locator("h1").inner_text() == "You have been signed out"
    assert_accessible(warning)
    settings.SESSION_COOKIE_AGE = 7200
    warning.get_by_role("link", name="Sign in again").click()
    assert warning.url.endswith("?next=/account/") or "next=%2Faccount%2F" in warning.url
    assert not Session.objects.exists()


def test_another_window_that_was_used_counts(warning, settings):
    """Its page tells this one, and the service would say the same."""
    settings.SESSION_COOKIE_AGE = 7200
    other = warning.context.new_page()
    other.goto("/account/")
    warning.wait_for_selector(DIALOG, state="hidden")
    other.close()


def test_the_service_is_asked_before_anybody_is_warned(office_hours):
    """Another device, or a browser that stores nothing: the session is as the service knows it."""
    office_hours.goto("/account/")
    with office_hours.expect_response("**/account/stay/") as answered:
        idle(office_hours, 116)
    assert answered.value.request.method == "GET"
    office_hours.wait_for_timeout(300)
    assert not office_hours.locator(DIALOG).is_visible()


def test_what_was_typed_and_not_saved_is_kept(office_hours, applicant, settings, sign_in):
    """On any form: the session ends, the page sends what it holds, and the same person puts it back."""
    page = office_hours
    page.goto(reverse("account"))
    page.get_by_label("Full name").fill("Sample treasurer")
    almost_over(settings)
    idle(page, 116)
    warned(page)
    assert "We will keep what you have typed" in page.locator(DIALOG).inner_text()
    almost_over(settings, seconds=-1)
    idle(page, 6)
    page.wait_for_selector("text=We kept what you wrote. Sign in to see it.")
    applicant.refresh_from_db()
    assert applicant.name == "Sample applicant"
    settings.SESSION_COOKIE_AGE = 7200
    sign_in(page, applicant)
    page.goto(reverse("kept_text", args=[KeptText.objects.get().key]))
    page.get_by_role("button", name="Put it back").click()
    page.wait_for_selector("text=Your name has been saved")
    applicant.refresh_from_db()
    assert applicant.name == "Sample treasurer"
    assert not KeptText.objects.exists()


def test_a_visitor_is_never_warned(page):
    page.goto("/help/")
    assert page.locator(DIALOG).count() == 0
