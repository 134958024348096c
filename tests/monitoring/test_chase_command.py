"""`manage.py chase`: the same service by hand, with a clear answer and the right exit status."""

import json
import os
import subprocess
import sys
from datetime import date, time
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from accounts.models import User
from monitoring.tasks import chase
from pcc_grants.lib import clock

from .conftest import reminders

DUE = date(2019, 10, 31)


def run(*arguments):
    """As an operator would, in a process of its own, on a database that is not asked anything."""
    return subprocess.run(
        [sys.executable, "manage.py", "chase", *arguments],
        cwd=Path(settings.BASE_DIR),
        env=os.environ | {"DATABASE_URL": "postgres://nobody@localhost:1/none"},
        capture_output=True,
        text=True,
        timeout=120,
    )


def answer(*arguments) -> str:
    out = StringIO()
    call_command("chase", *arguments, stdout=out)
    return out.getvalue()


def test_prints_what_it_did_as_json(running):
    award_return = running(due_on=DUE)
    printed = json.loads(answer("--on", "2019-10-03", "--json"))
    assert (printed["on"], printed["sent"], printed["skipped"], printed["opened"]) == ("2019-10-03", 2, 0, 1)
    assert printed["details"] == [
        {
            "organisation": "Example Youth Project",
            "return": award_return.reference,
            "stage": "opened",
            "emails": 2,
        }
    ]


def test_prints_what_it_did_in_words(running):
    running(due_on=DUE)
    printed = answer("--on", "2019-10-03")
    assert "sent: 2" in printed and "skipped: 0" in printed
    assert "sent: 0" in answer("--on", "2019-10-03")


def test_says_that_nothing_was_owed():
    printed = json.loads(answer("--json"))
    assert (printed["sent"], printed["skipped"], printed["details"]) == (0, 0, [])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "31/10/2019",
        "20191031",
        "2019-W44-4",
        "2019-02-30",
        "1999-12-31",
        "9999-01-01",
        "٢٠١٩-10-31",
    ],
)
def test_refuses_a_date_it_cannot_read(text):
    with pytest.raises(CommandError, match="date"):
        answer("--on", text)


def test_a_date_it_cannot_read_ends_with_status_2_and_one_clear_line():
    ended = run("--on", "soon")
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert "“soon” is not a date. Write it as year-month-day: 2019-10-31" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_help_explains_it():
    ended = run("--help")
    assert ended.returncode == 0
    assert "--on DATE" in ended.stdout and "--json" in ended.stdout


def test_an_organisation_that_could_not_be_reminded_is_an_error(running, applicant):
    running(due_on=DUE)
    User.objects.filter(pk=applicant.pk).update(email="not an address")
    with pytest.raises(CommandError, match="could not be reminded"):
        answer("--on", "2019-10-03")


def test_the_scheduled_task_calls_the_same_service(running):
    running(due_on=DUE)
    with clock.at(clock.london(date(2019, 10, 3), time(9, 5))):
        chase()
        chase()
    assert reminders().count() == 2


def test_the_task_is_scheduled_every_hour():
    scheduled = settings.CELERY_BEAT_SCHEDULE["open-returns-and-chase"]
    assert scheduled["task"] == chase.name
    assert scheduled["schedule"].total_seconds() == 3600
