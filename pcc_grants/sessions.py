"""Signs people out after two idle hours, without a database write on every page."""

import time

from django.conf import settings

LAST_SEEN = "last_seen"


def extend_session(get_response):
    """Middleware: activity puts the end of a session off again, written at most every five minutes."""

    def middleware(request):
        session = request.session
        if session.session_key and not session.is_empty():
            now = int(time.time())
            if now - session.get(LAST_SEEN, 0) >= settings.SESSION_EXTEND_EVERY:
                session[LAST_SEEN] = now
        return get_response(request)

    return middleware
