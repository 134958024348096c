"""`./run bench submitting`: 300 organisations submit in the last two minutes before a round closes.

Web, worker and scheduler run as `./run` runs them, against a database of their own in a temporary folder.
Each organisation opens its check page and submits, through HTTP, with a session of its own; more of them the
nearer the closing time. Then the database is asked whether every acknowledged submission is there, once, with
its receipts queued. Exit status 1 when anything was lost, doubled, refused or too slow to be answered.

--organisations, --seconds and --seed change the load. Nothing is written outside the temporary folder.
"""

import argparse
import http.client
import math
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
SECONDS_TO_ANSWER = 60  # what a browser's user would call broken; gunicorn gives up at the same time
SECONDS_FOR_COPIES = 900
FOLDER = "BENCH_FOLDER"  # the environment variable that names it to the process that measures
SIGNED = {
    "declarations": ["correct", "tell", "terms", "interests"],
    "signed_name": "The Chair",
    "signed_role": "Chair",
}
A_LONG_ANSWER = "The project prevents crime in the example area, and those who take part shape it. " * 12


@dataclass
class Visit:
    """What one organisation did, and what it was told."""

    reference: str
    session: str
    starts_at: float  # seconds after the load begins
    opened_in: float = 0.0
    submitted_in: float = 0.0
    is_acknowledged: bool = False
    trouble: str = ""


@dataclass
class Installation:
    """The processes of the service and their log."""

    port: int
    log: Path
    processes: list = field(default_factory=list)

    def start(self) -> None:
        environment = os.environ | {"PYTHON": sys.executable, "PYTHONUNBUFFERED": "1"}
        handle = self.log.open("wb")
        for line in (ROOT / "Procfile").read_text().splitlines():
            command = line.partition(":")[2].strip()
            self.processes.append(
                subprocess.Popen(
                    ["bash", "-c", command],
                    cwd=ROOT,
                    env=environment,
                    stdout=handle,
                    stderr=handle,
                    start_new_session=True,
                )
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                if ask(self.port, "GET", "/health/")[0] == 200:
                    return
            except OSError:
                time.sleep(0.2)
        sys.exit("The web process did not answer within a minute:\n" + self.log.read_text()[-2000:])

    def stop(self) -> None:
        for number in (signal.SIGTERM, signal.SIGKILL):
            for process in self.processes:
                if process.poll() is None:
                    os.kill(process.pid, number)
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline and any(p.poll() is None for p in self.processes):
                time.sleep(0.1)


def ask(port, method, path, *, cookies="", body=None):
    """One request: (status, headers, text)."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS_TO_ANSWER)
    headers = {"Cookie": cookies} if cookies else {}
    if body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    finally:
        connection.close()


def submit(port: int, visit: Visit, begins_at: float) -> None:
    """Open the check page, read it for a moment, submit, and read the receipt."""
    time.sleep(max(0.0, begins_at + visit.starts_at - time.monotonic()))
    path, cookies = f"/applications/{visit.reference}/submit/", f"sessionid={visit.session}"
    try:
        started = time.monotonic()
        status, headers, html = ask(port, "GET", path, cookies=cookies)
        visit.opened_in = time.monotonic() - started
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)
        if status != 200 or token is None:
            visit.trouble = f"the check page answered {status}"
            return
        cookie = headers["Set-Cookie"].partition(";")[0]
        body = urlencode(SIGNED | {"csrfmiddlewaretoken": token.group(1)}, doseq=True)
        started = time.monotonic()
        status, headers, html = ask(port, "POST", path, cookies=f"{cookies}; {cookie}", body=body)
        visit.submitted_in = time.monotonic() - started
        where = headers.get("Location", "")
        visit.is_acknowledged = status == 302 and where.endswith("/submitted/")
        if not visit.is_acknowledged:
            visit.trouble = f"submitting answered {status}"
            return
        status, _, html = ask(port, "GET", where, cookies=cookies)
        if status != 200 or "Application submitted" not in html:
            visit.trouble = f"the receipt answered {status}"
    except OSError as error:
        visit.trouble = f"{type(error).__name__}: {error}"


# -- The round and its drafts --------------------------------------------------------------------------------


def make_round():
    """An open round with the whole standard form."""
    from datetime import time as clock_time

    from accounts.models import User
    from funds import services as funds
    from funds.models import LegalPower, Route
    from organisations.models import District
    from pcc_grants.lib import clock

    officer = User.objects.create_user("officer@example.org", name="Sample officer", roles=["officer"])
    fund = funds.create_fund(
        by=officer,
        code="TST",
        name="Example Fund",
        purpose="It prevents crime in the example area.",
        route=Route.OPEN,
        legal_power=LegalPower.CRIME_AND_DISORDER,
        themes=["Prevention"],
        criteria=[
            {"name": name, "question": f"What about {name}?", "word_limit": 400}
            for name in ("Need", "Plan", "Outcomes", "Sustainability")
        ],
    )
    today = clock.today()
    round = funds.create_round(
        by=officer,
        fund=fund,
        name="Round 1",
        opens_at=clock.london(today - timedelta(days=10)),
        closes_at=clock.london(today + timedelta(days=10), clock_time(17)),
        maximum=Decimal("10000"),
        projects_start_on=today + timedelta(days=30),
        projects_end_on=today + timedelta(days=400),
        terms="Spend the money on the project.",
    )
    round.tested_at, round.tested_by = clock.now(), officer
    round.save()
    District.objects.get_or_create(code="E00000001", defaults={"name": "Example district"})
    return funds.publish_round(by=officer, round=round)


def make_drafts(round, count: int) -> list[tuple[str, str]]:
    """Complete drafts of as many organisations with two people each: (reference, session key)."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from accounts.models import User
    from applications import services as applications
    from applications.filling import fill_in
    from organisations import services as organisations
    from organisations.models import District, Organisation
    from pcc_grants.sessions import SessionStore

    district = District.objects.get()
    theme = round.fund.themes.first()
    made = []
    for number in range(1, count + 1):
        lead, member = (
            User.objects.create_user(f"{who}-{number}@example.org", name=f"Sample {who}", roles=["applicant"])
            for who in ("lead", "member")
        )
        organisation = organisations.register(
            by=lead, name=f"Example organisation {number}", kind=Organisation.Kind.CHARITY
        )
        organisations.add_member(by=lead, organisation=organisation, user=member)
        application = applications.start(by=lead, round=round, organisation=organisation)
        fill_in(
            by=lead,
            application=application,
            asked=Decimal("10000"),
            title=f"Example workshops {number}",
            summary="Workshops for young people in the example district.",
            theme=theme,
            districts=[district],
            starts_on=round.projects_start_on,
            ends_on=round.projects_end_on,
            answers={f"about-{criterion.key}": A_LONG_ANSWER for criterion in round.criteria.all()},
        )
        session = SessionStore()
        session[SESSION_KEY] = str(lead.pk)
        session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
        session[HASH_SESSION_KEY] = lead.get_session_auth_hash()
        session.create()
        made.append((application.reference, session.session_key))
    application.refresh_from_db()
    if missing := applications.gaps_of(applications.reading_of(application)):
        sys.exit(f"The example draft is not complete: {missing[0].message}")
    return made


# -- The load and what came of it ----------------------------------------------------------------------------


def run_load(port: int, round, drafts, seconds: int, seed: int) -> tuple[list[Visit], float]:
    """Everybody submits; the more, the nearer the closing time. Gives the visits and how long it took."""
    from funds.models import Round
    from pcc_grants.lib import clock

    chance = random.Random(seed)  # noqa: S311 - the same load every time
    Round.objects.filter(pk=round.pk).update(closes_at=clock.now() + timedelta(seconds=seconds))
    visits = [
        Visit(reference, session, seconds * math.sqrt(chance.random())) for reference, session in drafts
    ]
    begins_at = time.monotonic()
    threads = [threading.Thread(target=submit, args=(port, visit, begins_at)) for visit in visits]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return visits, time.monotonic() - begins_at


def check(visits: list[Visit]) -> list[str]:
    """What is wrong, in sentences: with what people saw, and with what the database holds."""
    from applications.models import Application, Copy, Status
    from audit.models import Event
    from notifications.models import Message

    wrong = [f"{visit.reference}: {visit.trouble}" for visit in visits if visit.trouble]
    events, receipts, copies = {}, {}, {}
    for pk in Event.objects.filter(verb="application.submitted").values_list("target_id", flat=True):
        events[int(pk)] = events.get(int(pk), 0) + 1
    for pk in Message.objects.filter(template="applications/submitted").values_list("about_id", flat=True):
        receipts[int(pk)] = receipts.get(int(pk), 0) + 1
    for pk in Copy.objects.values_list("application", flat=True):
        copies[pk] = copies.get(pk, 0) + 1
    stored = {one.reference: one for one in Application.objects.all()}
    for visit in visits:
        one = stored[visit.reference]
        found = (one.status, events.get(one.pk, 0), receipts.get(one.pk, 0), copies.get(one.pk, 0))
        if visit.is_acknowledged and found != (Status.SUBMITTED, 1, 2, 1):
            wrong.append(
                f"{one.reference} was acknowledged, and is: status, events, receipts, copies {found}"
            )
        if not visit.is_acknowledged and one.status == Status.SUBMITTED:
            wrong.append(f"{one.reference} is stored, but its applicant was not told so")
    return wrong


def wait_for_receipts(count: int) -> float | None:
    """Seconds until every receipt has left with its PDF; None when it takes too long."""
    from notifications.models import Message

    started = time.monotonic()
    receipts = Message.objects.filter(template="applications/submitted")
    while time.monotonic() - started < SECONDS_FOR_COPIES:
        left = receipts.filter(state=Message.State.SENT, attachment__made_at__isnull=False).count()
        if left == count:
            return time.monotonic() - started
        time.sleep(2)
    return None


def say(line: str = "") -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def figures(name: str, values: list[float]) -> str:
    ordered = sorted(values) or [0.0]
    at_95 = ordered[min(len(ordered) - 1, math.ceil(len(ordered) * 0.95) - 1)]
    return (
        f"{name:<24} median {statistics.median(ordered):6.2f} s   95th percentile {at_95:6.2f} s   "
        f"longest {ordered[-1]:6.2f} s"
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--organisations", type=int, default=300)
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    if FOLDER in os.environ:
        return bench(int(os.environ["PORT"]), Path(os.environ[FOLDER]), wanted)
    # A process of its own: when it ends it stops its database, and only then the folder goes.
    with tempfile.TemporaryDirectory(prefix="pcc-bench-", ignore_cleanup_errors=True) as folder:
        command = [sys.executable, __file__, *sys.argv[1:]]
        return subprocess.run(command, env=environment_of(folder), check=False).returncode


def environment_of(folder: str) -> dict[str, str]:
    """Everything the service writes goes into the folder, whatever this machine is set up for."""
    ours = ("DATABASE_URL", "CELERY_BROKER_URL", "EMAIL_URL", "STATIC_ROOT", "MEDIA_ROOT")
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return kept | {
        FOLDER: folder,
        "ENV_FILE": str(Path(folder) / "none"),
        "ENVIRONMENT": "development",
        "DEMONSTRATION": "false",
        "STATE_DIR": folder,
        "PORT": str(free_port()),
        "HOST": "127.0.0.1",
        "DJANGO_SETTINGS_MODULE": "pcc_grants.settings",
    }


def bench(port: int, folder: Path, wanted) -> int:
    import django

    django.setup()
    from django.db import connections

    from pcc_grants import preparation
    from pcc_grants.embedded import server

    server.hold()
    say(f"Making {wanted.organisations} organisations with complete drafts …")
    preparation.prepare_database()
    preparation.prepare_static_files()
    round = make_round()
    drafts = make_drafts(round, wanted.organisations)
    service = Installation(port, folder / "log")
    try:
        service.start()
        say(f"They submit in the last {wanted.seconds} seconds, on {os.cpu_count()} processors …")
        visits, took = run_load(port, round, drafts, wanted.seconds, wanted.seed)
        wrong = check(visits)
        acknowledged = [visit for visit in visits if visit.is_acknowledged]
        say(f"Acknowledged             {len(acknowledged)} of {len(visits)} in {took:.0f} s")
        say(figures("Opening the check page", [visit.opened_in for visit in visits]))
        say(figures("Submitting", [visit.submitted_in for visit in acknowledged]))
        waited = wait_for_receipts(2 * len(acknowledged))
        if waited is None:
            wrong.append(f"Not every receipt had left with its PDF after {SECONDS_FOR_COPIES} seconds")
        else:
            say(f"Receipts with their PDF  all sent {waited:.0f} s after the last submission")
    finally:
        service.stop()
        connections.close_all()
    for sentence in wrong[:20]:
        say(f"WRONG: {sentence}")
    if wrong:
        say(f"{len(wrong)} things are wrong. The end of the log:\n" + service.log.read_text()[-3000:])
        return 1
    say("Every acknowledged submission is stored once, with its receipts. Nobody saw an error.")
    return 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
