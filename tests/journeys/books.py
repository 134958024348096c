"""Whether the books are in order: `manage.py verify`, with its violations in the failure."""

import io
from contextlib import suppress

from django.core.management import call_command


def assert_in_order() -> None:
    said = io.StringIO()
    with suppress(SystemExit):
        call_command("verify", stdout=said)
    assert said.getvalue().startswith("Everything holds."), said.getvalue()
