"""What a container is asked: `python -m pcc_grants.health_check web|worker|beat`. Exit status 0 is healthy.

The web process is asked by the first of its own names, since it refuses every other; beat is healthy while
it keeps writing its schedule (every three minutes).
"""

import os
import sys
import time
import urllib.request
from pathlib import Path

BEAT_SECONDS = 600


def web() -> bool:
    """Whether the web process and its database answer."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].lstrip(".")
    address = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/health/"
    request = urllib.request.Request(address, headers={"Host": host})  # noqa: S310 - the address is ours
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
            return answer.status == 200
    except OSError:
        return False


def worker() -> bool:
    """Whether the worker of this machine answers through the broker."""
    from pcc_grants.celery import app

    name = f"celery@{os.uname().nodename}"
    return bool(app.control.inspect(destination=[name], timeout=10).ping())


def beat() -> bool:
    """Whether the scheduler wrote its schedule lately."""
    from pcc_grants.celery import app

    schedule = Path(app.conf.beat_schedule_filename)
    return any(
        time.time() - path.stat().st_mtime < BEAT_SECONDS
        for path in schedule.parent.glob(schedule.name + "*")  # its suffix depends on Python's dbm
    )


CHECKS = {"web": web, "worker": worker, "beat": beat}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in CHECKS:
        sys.exit("Usage: python -m pcc_grants.health_check web|worker|beat")
    sys.exit(0 if CHECKS[sys.argv[1]]() else 1)
