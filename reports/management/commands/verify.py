"""manage.py verify: recompute what must always hold, and name each violation."""

import json
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import connection, transaction


class Command(BaseCommand):
    help = (
        "Checks what must always hold: instalments against awards, commitments against budgets, payments "
        "against approvals, states against stamps, published items against payments, and the audit trail. "
        "Changes nothing. Exit status 1 when something does not hold."
    )

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="Print a JSON object instead of sentences.")

    def handle(self, *args, **options):
        outermost = not connection.in_atomic_block
        with transaction.atomic():
            if outermost:
                with connection.cursor() as cursor:
                    # One consistent picture, however long it takes and whatever is written meanwhile.
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            checked, found = self.collect()
        if options["json"]:
            result = {"checked": checked, "violations": [vars(violation) for violation in found]}
            self.stdout.write(json.dumps(result, indent=2))
        else:
            for violation in found:
                self.stdout.write(f"{violation.rule}: {violation.about}: {violation.sentence}")
            self.stdout.write(
                f"{len(found)} violation{'' if len(found) == 1 else 's'}."
                if found
                else f"Everything holds. Checked: {', '.join(checked)}."
            )
        if found:
            raise SystemExit(1)

    def collect(self) -> tuple[list[str], list]:
        """The apps that were checked, and every violation they found."""
        checked, found = [], []
        for config in apps.get_app_configs():
            name = f"{config.name}.verify"
            if find_spec(name):
                checked.append(config.name)
                found.extend(import_module(name).violations())
        return checked, found
