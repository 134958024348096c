"""Sessions: only keys that we made, and signed out after two idle hours without a write on every page."""

import time

from django.conf import settings
from django.contrib.sessions.backends import db

LAST_SEEN = "last_seen"
ONLY_ASKING = "X-Only-Asking"  # header of a script that asks how long the session lasts: no activity


class SessionStore(db.SessionStore):
    """Sessions in the database. A cookie that cannot be a key of ours is no session, whatever it holds."""

    def _validate_session_key(self, key):
        """A quoted cookie can hold any character, such as the NUL that the database refuses."""
        return super()._validate_session_key(key) and key.isascii() and key.isalnum()


def extend_session(get_response):
    """Middleware: activity puts the end of a session off again, written at most every five minutes."""

    def middleware(request):
        session = request.session
        if session.session_key and not session.is_empty() and ONLY_ASKING not in request.headers:
            now = int(time.time())
            if now - session.get(LAST_SEEN, 0) >= settings.SESSION_EXTEND_EVERY:
                session[LAST_SEEN] = now
        return get_response(request)

    return middleware


def seconds_left(request) -> int:
    """How long the session lasts if nothing else happens, in seconds: at least that, never more."""
    now = int(time.time())
    return settings.SESSION_COOKIE_AGE - (now - request.session.get(LAST_SEEN, now))
