"""`./run` in one go: everything starts, answers, refuses a second start, and ends together."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

SECONDS = 120  # a slow machine migrates, collects and starts three processes in this time


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def serve(tmp_path):
    """Start `manage.py serve` in a folder of its own, without the demonstration data."""
    started = []

    def start(port):
        process = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=settings.BASE_DIR,
            env={
                "PATH": os.environ["PATH"],
                "ENV_FILE": "/nonexistent",
                "STATE_DIR": str(tmp_path),
                "DEMONSTRATION": "false",
                "PORT": str(port),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.terminate()
            process.wait(SECONDS)


def read_until(process, words: str) -> str:
    seen = ""
    for line in process.stdout:
        seen += line
        if words in line:
            return seen
    return seen


def processes_of(state: Path) -> list[str]:
    """The command lines of living processes that were started for a state folder."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"STATE_DIR={state}\0" in (folder / "environ").read_bytes().decode(errors="replace"):
                found.append((folder / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return [line for line in found if line]


def test_everything_starts_answers_refuses_a_second_start_and_ends_together(serve, tmp_path):
    port = free_port()
    first = serve(port)
    assert f"http://localhost:{port}" in read_until(first, "PCC Grants is at")
    assert any("gunicorn" in line for line in processes_of(tmp_path))

    second = serve(free_port())
    output, _ = second.communicate(timeout=SECONDS)
    assert (second.returncode, output) == (
        1,
        f"run: PCC Grants already runs from this folder, at http://localhost:{port}. Stop that one first.\n",
    )

    first.send_signal(signal.SIGTERM)
    first.communicate(timeout=SECONDS)
    assert first.returncode == 143
    assert processes_of(tmp_path) == []
    assert not (tmp_path / "postgres" / "postmaster.pid").exists()

    # Killed with no time to tidy up: the kernel ends the others, and the next start works.
    third = serve(port)
    read_until(third, "PCC Grants is at")
    third.kill()
    third.wait()
    fourth = serve(port)
    assert "PCC Grants is at" in read_until(fourth, "PCC Grants is at")
    fourth.send_signal(signal.SIGINT)
    fourth.communicate(timeout=SECONDS)
    deadline = time.monotonic() + 20
    while processes_of(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert processes_of(tmp_path) == []


def test_a_busy_port_is_one_sentence_and_a_status(serve):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = serve(port)
        output, _ = process.communicate(timeout=SECONDS)

    assert process.returncode == 1
    assert len(output.splitlines()) == 1
    assert output.startswith(f"run: Port {port} of 127.0.0.1 cannot be used (Address already in use).")
