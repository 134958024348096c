"""A real browser on a live server: Chromium, axe, and the checks that every page must pass.

    def test_something(page, sign_in, officer):
        sign_in(page, officer)
        page.goto("/office/")
        assert_accessible(page)
        assert_no_sideways_scroll(page)

`PICTURES=folder ./run test tests/browser` also saves the pictures that `picture(page, "name")` takes.
"""

import os
import shutil
import threading
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.test import Client

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
# Said on the console by the browser itself when the page under test is an error page.
EXPECTED_ON_CONSOLE = ("Failed to load resource",)


@pytest.fixture(scope="session")
def browser_type_launch_args():
    """The system's Chromium: nothing is downloaded. Without a sandbox it also runs as root."""
    path = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if path is None:
        pytest.fail("The browser tests need Chromium: apt-get install chromium")
    return {"executable_path": path, "args": ["--no-sandbox", "--disable-dev-shm-usage"]}


@pytest.fixture(scope="session")
def base_url(live_server):
    return live_server.url


@pytest.fixture(scope="session")
def browser_context_args(base_url):
    return {"base_url": base_url, "viewport": {"width": 1280, "height": 900}, "locale": "en-GB"}


@pytest.fixture
def server_at_rest(transactional_db):
    """After the browser is closed and before the tables are emptied, the server answers what it was asked.

    An autosave on its way would hold a table that the emptying wants, and fail the tests that follow.
    """
    lock, under_way = threading.Lock(), 0

    def count(by):
        def counted(**kwargs):
            nonlocal under_way
            with lock:
                under_way += by

        return counted

    begun, ended = count(1), count(-1)
    request_started.connect(begun)
    request_finished.connect(ended)
    yield
    give_up = time.monotonic() + 10
    quiet = 0
    while quiet < 3 and time.monotonic() < give_up:
        time.sleep(0.03)
        quiet = quiet + 1 if under_way <= 0 else 0
    request_started.disconnect(begun)
    request_finished.disconnect(ended)


@pytest.fixture
def context(server_at_rest, context):
    return context


@pytest.fixture(autouse=True)
def patience(context):
    """A page that takes longer than this on the test machine has failed."""
    context.set_default_timeout(10_000)


@pytest.fixture
def page(page):
    """A page whose scripts must not fail and must not be stopped by the content security policy."""
    said = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    yield page
    assert [words for words in said if not words.startswith(EXPECTED_ON_CONSOLE)] == []


@pytest.fixture
def page_without_scripts(server_at_rest, browser, browser_context_args):
    """A page in a browser that runs no scripts (screens.md 6.37)."""
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


@pytest.fixture
def sign_in(base_url):
    """`sign_in(page, user)`: from here on the page's browser belongs to that person."""

    def signed_in(page, user):
        client = Client()
        client.force_login(user)
        page.context.clear_cookies()
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": client.session.session_key, "url": base_url}]
        )

    return signed_in


@pytest.fixture
def picture():
    """`picture(page, "name")` saves what the page looks like, when PICTURES names a folder."""
    folder = os.environ.get("PICTURES")

    def take(page, name):
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    return take
