"""Fixtures that every test may use."""

import os
import signal

from pcc_grants.embedded import server

# Playwright runs its own event loop beside the live server; Django would refuse the database inside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_configure(config):
    """Hold the embedded PostgreSQL for the whole run, so that it stops at the end and not in between."""
    from django.conf import settings

    if not settings.DATABASE_URL and not hasattr(config, "workerinput"):
        server.hold()
        signal.signal(signal.SIGTERM, signal.default_int_handler)
