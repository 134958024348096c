"""Fixtures that every test may use."""

import os

# Playwright runs its own event loop beside the live server; Django would refuse the database inside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
