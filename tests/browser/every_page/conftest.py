"""The world of these tests is built once and committed, for a live server. They look, and change nothing."""

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from . import stages
from .walk import Visit


@pytest.fixture(scope="session")
def base_url(django_db_setup):
    """A server of its own: the `live_server` of the other tests empties the database after each of them."""
    server = LiveServer("localhost")
    yield server.url
    server.stop()


@pytest.fixture(scope="package")
def world(django_db_setup, django_db_blocker):
    """Needs `db` in each test: without a test that asks for it, pytest-django makes no test database."""
    with django_db_blocker.unblock():
        assert connection.settings_dict["NAME"].startswith("test_")
        with transaction.atomic():
            made = stages.build()
            made.sessions = {part: _session_of(person) for part, person in made.people.items()}
        yield made
        call_command("flush", verbosity=0, interactive=False)
        connection.close()


def _session_of(person) -> str:
    client = Client()
    client.force_login(person)
    return client.session.session_key


@pytest.fixture(autouse=True)
def enable_database(world, db):
    """In place of the one in tests/conftest.py: the world comes before the test's own transaction."""


@pytest.fixture(autouse=True)
def patience():
    """In place of the one in tests/browser/conftest.py: see `visit`."""


@pytest.fixture(scope="package")
def visit(world, browser, base_url):
    """`visit("officer")` is that person's browser, signed in; `visit(None)` is anybody's. Kept for all."""
    visits = {}

    def visited(part: str | None) -> Visit:
        if part not in visits:
            context = browser.new_context(
                base_url=base_url, viewport={"width": 1280, "height": 900}, locale="en-GB"
            )
            context.set_default_timeout(10_000)
            if part:
                name, key = settings.SESSION_COOKIE_NAME, world.sessions[part]
                context.add_cookies([{"name": name, "value": key, "url": base_url}])
            visits[part] = Visit(context.new_page(), world.office, is_signed_in=bool(part))
        return visits[part]

    yield visited
    for one in visits.values():
        one.page.context.close()
