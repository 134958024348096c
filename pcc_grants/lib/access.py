"""Declared access: every view says who may open it, and a test fails on one that does not."""

from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def requires(read, *, write=None):
    """Open a view to people with permission `read`; anything but reading needs `write` when it is given.

    A permission to read alone ("read …") never lets anything through but reading. A signed-in person without
    the permission gets 403; nobody signed in is sent to sign in (by middleware).
    """
    only_reads = write is None and read.startswith("read ")

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            is_reading = request.method in SAFE_METHODS
            needed = read if is_reading or write is None else write
            if not request.user.may(needed) or (only_reads and not is_reading):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.access = {"read": read, "write": None if only_reads else write or read}
        return guarded

    return decorate


def signed_in(view):
    """Open a view to anyone who is signed in, whatever their role (their own account pages)."""
    view.access = {"read": "signed in", "write": "signed in"}
    return view


def public(view):
    """Open a view to everyone: the declared exception."""
    view = login_not_required(view)
    view.access = {"read": "public", "write": "public"}
    return view
