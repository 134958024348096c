"""Brings an installation up to date before it is used: tables, cache table, static files.

`./run COMMAND` comes through here (`python -m pcc_grants.preparation COMMAND …`): it prepares the database
of a development folder when that is needed, then runs the command as `manage.py` would.
"""

import hashlib
import os
import sys
from pathlib import Path

# These need no tables, or are about to change them.
RUN_AS_THEY_ARE = {
    *("check", "collectstatic", "compilemessages", "diffsettings", "findstatic", "help", "makemessages"),
    *("makemigrations", "migrate", "serve", "showmigrations", "sqlmigrate", "squashmigrations", "startapp"),
}
ONE_AT_A_TIME = 7_226_001  # any number will do, as long as all our processes use the same one


def prepare_database() -> None:
    """Apply migrations and make the cache table. Of two processes at once, the second waits for the first."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        try:
            executor = MigrationExecutor(connection)
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                call_command("migrate", interactive=False, verbosity=0)
            call_command("createcachetable", verbosity=0)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ONE_AT_A_TIME])


def prepare_static_files() -> None:
    """Collect, hash and compress the static files when any of them has changed."""
    from django.conf import settings
    from django.contrib.staticfiles import finders
    from django.core.management import call_command

    digest = hashlib.sha256(Path(settings.BASE_DIR, "requirements.txt").read_bytes())
    for finder in finders.get_finders():
        for path, storage in finder.list([]):
            status = os.stat(storage.path(path))
            digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    if stamp.is_file() and stamp.read_text() == digest.hexdigest():
        return
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, clear=stamp.parent.is_dir(), verbosity=0)
    stamp.write_text(digest.hexdigest())


def main(arguments: list[str]) -> None:
    """Prepare when the command needs it, then hand over to Django's command line."""
    import django
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line, get_commands
    from django.db import OperationalError

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pcc_grants.settings")
    command = arguments[0] if arguments else "help"
    asks_for_help = {"-h", "--help", "--version"} & set(arguments)
    try:
        if command not in RUN_AS_THEY_ARE and not asks_for_help:
            django.setup()
            if not settings.PRODUCTION and command in get_commands():
                prepare_database()
        execute_from_command_line(["./run", *arguments])
    except (ImproperlyConfigured, OperationalError) as error:
        if "--traceback" in arguments:
            raise
        sys.exit(f"run: {str(error).strip()}")


if __name__ == "__main__":
    main(sys.argv[1:])
