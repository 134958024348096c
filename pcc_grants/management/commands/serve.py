"""`manage.py serve`: everything that `./run` starts, after it has installed what is needed."""

from django.core.management.base import BaseCommand

from pcc_grants import serving


class Command(BaseCommand):
    """Web, worker and scheduler together."""

    help = "Prepare the database and static files, then serve web, worker and scheduler until stopped."
    requires_system_checks = []

    def handle(self, *args, **options):
        raise SystemExit(serving.serve(self.stdout, self.stderr))
