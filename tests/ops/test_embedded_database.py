"""The embedded PostgreSQL: shared by processes, ended by the last of them, and back after kill -9."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ASK = """
import sys
import django
django.setup()
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT 1")
print("answered", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def use(tmp_path):
    """Start processes that use the database of one folder, whose name is long and has a space in it."""
    state = tmp_path / "a folder with a name so long that no socket's address could ever hold the whole of it"
    state.mkdir()
    running = []

    def start():
        process = subprocess.Popen(
            [sys.executable, "-c", ASK],
            cwd=settings.BASE_DIR,
            env={
                "PATH": os.environ["PATH"],
                "ENV_FILE": "/nonexistent",
                "STATE_DIR": str(state),
                "DJANGO_SETTINGS_MODULE": "pcc_grants.settings",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    start.state = state
    yield start
    for process in running:
        process.kill()
        process.wait()
    last = start()
    last.communicate()


def server_of(state: Path) -> int | None:
    note = state / "postgres" / "postmaster.pid"
    return int(note.read_text().split()[0]) if note.exists() else None


def test_processes_starting_together_share_one_server_and_the_last_one_ends_it(use):
    first, second = use(), use()
    assert (first.stdout.readline(), second.stdout.readline()) == ("answered\n", "answered\n")
    server = server_of(use.state)

    first.communicate()
    assert server_of(use.state) == server

    second.communicate()
    assert server_of(use.state) is None


def test_it_comes_back_after_everything_was_killed(use):
    process = use()
    process.stdout.readline()
    os.kill(process.pid, signal.SIGKILL)
    os.kill(server_of(use.state), signal.SIGKILL)

    output, error = use().communicate(timeout=60)

    assert output == "answered\n", error
    assert server_of(use.state) is None


def test_nobody_else_on_the_machine_can_reach_it(use):
    process = use()
    process.stdout.readline()
    note = (use.state / "postgres" / "postmaster.pid").read_text().splitlines()
    socket_folder, address = Path(note[4]), note[5]

    assert address == ""
    assert socket_folder.stat().st_mode & 0o077 == 0
    assert (use.state / "postgres").stat().st_mode & 0o077 == 0
