"""Runs web, worker and scheduler together (the lines of `Procfile`), and ends them together.

Whatever ends this process, by Ctrl-C, SIGTERM or kill -9, ends them too: each child asks the kernel for a
signal at its parent's death, and where the kernel has no such thing the next start ends what was left over.
"""

import contextlib
import ctypes
import fcntl
import functools
import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
import urllib.error
import urllib.request
from pathlib import Path

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import CommandError
from django.db import DatabaseError, connections
from honcho import manager as honcho_manager
from honcho.environ import parse_procfile
from honcho.process import Popen, Process

from pcc_grants import preparation

SECONDS_TO_ANSWER = 60
SECONDS_TO_STOP = 15  # a PDF in the making may be finished
PR_SET_PDEATHSIG = 1  # linux/prctl.h


class CannotServe(Exception):
    """The reason, in a sentence for the person who typed ./run."""


def serve(out, err) -> int:
    """Prepare, start, print the address once it answers, and wait. Answers the exit status."""
    _end_on_signals()
    try:
        with _only_one_here():
            _end_left_over_processes()
            _check_port()
            accounts = _prepare(out, err)
            return _run_processes(out, accounts)
    except CannotServe as reason:
        err.write(f"run: {reason}")
        return 1


def _address() -> str:
    return f"http://localhost:{settings.PORT}"


def _host() -> str:
    return os.environ.get("HOST", "127.0.0.1")


def _end_on_signals() -> None:
    """Until honcho takes the signals over, end in order, so that the embedded database is stopped too."""

    def end(number, frame):
        sys.exit(128 + number)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, end)


# -- One at a time in one folder -----------------------------------------------------------------------------


def _note() -> Path:
    return settings.STATE_DIR / "serving.json"


@contextlib.contextmanager
def _only_one_here():
    """Hold the folder's lock while serving; another ./run of the same folder learns where we are."""
    settings.STATE_DIR.mkdir(parents=True, exist_ok=True)
    with open(settings.STATE_DIR / "serving.lock", "a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            where = _read_note().get("address", "another address")
            raise CannotServe(
                f"PCC Grants already runs from this folder, at {where}. Stop that one first."
            ) from None
        yield


def _read_note() -> dict:
    try:
        return json.loads(_note().read_text())
    except (OSError, ValueError):
        return {}


def _end_left_over_processes() -> None:
    """End the children of a ./run that was killed where the kernel did not end them for us."""
    groups = [pid for pid in _read_note().get("children", []) if _is_ours(pid)]
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in groups:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, number)
        deadline = time.monotonic() + SECONDS_TO_STOP
        while groups and time.monotonic() < deadline:
            groups = [pid for pid in groups if _is_ours(pid)]
            time.sleep(0.1)
    _note().unlink(missing_ok=True)


def _is_ours(pid: int) -> bool:
    """Whether a process number still belongs to a process of this installation."""
    if sys.platform == "linux":
        try:
            command = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
        except OSError:
            return False
    else:
        ps = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
        command = subprocess.run(ps, capture_output=True, text=True, check=False).stdout
    return sys.executable in command and "pcc_grants" in command


def _check_port() -> None:
    with socket.socket(socket.AF_INET6 if ":" in _host() else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_host(), settings.PORT))
        except OverflowError:
            raise CannotServe(f"PORT must be between 1 and 65535, not {settings.PORT}.") from None
        except PermissionError:
            raise CannotServe(f"Port {settings.PORT} is kept for root: choose one above 1023.") from None
        except OSError as error:
            raise CannotServe(
                f"Port {settings.PORT} of {_host()} cannot be used ({error.strerror}). "
                f"Choose another: PORT={settings.PORT % 60_000 + 1000} ./run"
            ) from None


# -- Preparation ---------------------------------------------------------------------------------------------


def _prepare(out, err) -> str:
    """Database, static files and demonstration data. Answers what `demo` printed: the sample accounts."""
    try:
        preparation.prepare_database()
        preparation.prepare_static_files()
        return _load_demonstration(out, err) if settings.DEMONSTRATION else ""
    except CommandError as error:
        raise CannotServe(f"The demonstration data could not be loaded: {error}") from error
    except DatabaseError as error:
        raise CannotServe(f"The database cannot be used: {str(error).strip()}") from error
    except OSError as error:
        raise CannotServe(f"{error.filename or settings.STATE_DIR}: {error.strerror or error}.") from error


def _load_demonstration(out, err) -> str:
    if "demo" not in get_commands():
        raise CommandError("there is no demo command in this copy.")
    out.write("Loading the demonstration data (a minute the first time) …")
    out.flush()
    printed = io.StringIO()
    try:
        call_command("demo", stdout=printed, stderr=err)
    except (CommandError, DatabaseError):
        raise
    except Exception as error:
        err.write(traceback.format_exc())
        raise CommandError(f"{type(error).__name__}: {error}") from error
    return printed.getvalue().strip()


# -- Processes -----------------------------------------------------------------------------------------------


def _run_processes(out, accounts: str) -> int:
    procfile = parse_procfile((settings.BASE_DIR / "Procfile").read_text())
    environment = os.environ | {
        "PYTHON": sys.executable,
        "PYTHONUNBUFFERED": "1",
        "PORT": str(settings.PORT),
        "HOST": _host(),
    }
    honcho_manager.KILL_WAIT = SECONDS_TO_STOP
    processes = Manager()
    for name, command in procfile.processes.items():
        processes.add_process(name, command, env=environment, cwd=str(settings.BASE_DIR))
    processes.once_started = functools.partial(_announce, out, accounts)
    connections.close_all()  # the children make their own
    processes.loop()
    _note().unlink(missing_ok=True)
    return processes.returncode or 0


class Child(Process):
    """A line of the Procfile that dies with its parent."""

    def run(self, events=None, ignore_signals=False):
        _die_with_parent(signal.SIGKILL)
        self._child_ctor = functools.partial(Popen, preexec_fn=_die_with_parent)
        super().run(events, ignore_signals)


class Manager(honcho_manager.Manager):
    """Honcho's manager, quieter about itself and noting its children for the next start."""

    def __init__(self):
        super().__init__()
        self._process_ctor = Child
        # To the head of each group only: it lets its own children finish what they are doing.
        self._procmgr.terminate = functools.partial(_send, signal.SIGTERM)

    def _start(self):
        super()._start()
        threading.Thread(target=self.once_started, daemon=True).start()

    def _system_print(self, data):
        children = [process["pid"] for process in self._processes.values() if process.get("pid")]
        _note().write_text(json.dumps({"address": _address(), "pid": os.getpid(), "children": children}))
        if "stopped" in data and not self._terminating:
            super()._system_print(data)  # one that ended by itself: the reason the others are ended


def _send(number: int, pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _die_with_parent(number: int = signal.SIGTERM) -> None:
    """Linux: ask for a signal when the parent ends, however it ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number)


def _announce(out, accounts: str) -> None:
    """Print the address and the sample accounts once the web process answers."""
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while time.monotonic() < deadline:
        if _answers():
            break
        time.sleep(0.2)
    else:
        out.write(f"The web process has not answered at {_address()} for {SECONDS_TO_ANSWER} seconds.")
        return
    lines = ["", f"PCC Grants is at {_address()}  (Ctrl-C stops it)", ""]
    if accounts:
        lines += [accounts, ""]
    out.write("\n".join(lines))
    out.flush()


def _answers() -> bool:
    """Whether our web process answers; a refusal in its own words (400, redirect to https) is an answer."""
    host = "127.0.0.1" if _host() in ("0.0.0.0", "127.0.0.1") else _host()  # noqa: S104
    try:
        urllib.request.urlopen(f"http://{host}:{settings.PORT}/health/", timeout=5)  # noqa: S310
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False
    return True
