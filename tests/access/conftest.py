"""The small world is built once for the walk; each test sees it as it was built."""

import pytest
from django.db import transaction

from .world import build


@pytest.fixture(scope="package")
def built_world(django_db_setup, django_db_blocker):
    """Held in one transaction around every test of this folder: theirs are savepoints inside it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def enable_database(built_world, db):
    """In place of the one in tests/conftest.py: the world comes before the test's own transaction."""


@pytest.fixture
def world(built_world):
    return built_world


@pytest.fixture
def visitors(world, login):
    """A browser for each person, signed in; errors come back as answers."""
    browsers = {part: login(person) for part, person in world.people.items()}
    for browser in browsers.values():
        browser.raise_request_exception = False
    return browsers
