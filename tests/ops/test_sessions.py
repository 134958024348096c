"""Two idle hours sign a person out; activity puts that off without a write on every page."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from pcc_grants.sessions import LAST_SEEN, SessionStore, extend_session


def visit(session):
    request = RequestFactory().get("/")
    request.session = session
    session.modified = False
    extend_session(lambda request: HttpResponse())(request)
    if session.modified:
        session.save()
    return session.modified


def a_session():
    session = SessionStore()
    session["something"] = 1
    session.save()
    return session


def test_activity_is_written_at_most_once_in_five_minutes(db):
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        session = a_session()
        written = []
        for _ in range(11):
            written.append(visit(session))
            clock.shift(timedelta(minutes=1))

    assert [index for index, wrote in enumerate(written) if wrote] == [0, 5, 10]


def test_activity_puts_the_end_off_to_two_hours_from_now(db):
    start = timezone.now()
    with time_machine.travel(start, tick=False) as clock:
        session = a_session()
        clock.shift(timedelta(minutes=90))
        visit(session)
        ends = Session.objects.get(pk=session.session_key).expire_date

    assert ends == start + timedelta(minutes=210)


def test_a_visitor_without_a_session_gets_none(client, db):
    client.get("/health/")

    assert not Session.objects.exists()
    assert LAST_SEEN not in client.session


@pytest.mark.parametrize("key", ['"\\000abcdefghijk"', '"\\377\\376aaaaaaaaaa"', "x" * 4000, "-- or --", ""])
def test_a_cookie_that_is_no_key_of_ours_is_no_session(client, db, key):
    response = client.get("/sign-in/", headers={"cookie": f"sessionid={key}"})

    assert response.status_code == 200
