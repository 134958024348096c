"""`manage.py chase`: what the scheduler does every hour, by hand."""

import json
import re
from argparse import ArgumentTypeError
from datetime import date

from django.core.management.base import BaseCommand, CommandError

from monitoring.services import chase

YEARS = range(2000, 2100)


def day(text: str) -> date:
    """A date typed as 2019-10-31. Argparse turns the error into one line and exit status 2."""
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            raise ValueError(text)
        read = date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}” is not a date. Write it as year-month-day: 2019-10-31") from error
    if read.year not in YEARS:
        raise ArgumentTypeError(f"“{text}” is not a date from 2000-01-01 to 2099-12-31")
    return read


class Command(BaseCommand):
    help = (
        "Open the returns that are due to open, and remind the organisations that owe one. "
        "Each stage is told once, so a second run sends nothing. Without --on nothing leaves "
        "outside 9am to 4pm of a working day."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--on",
            type=day,
            metavar="DATE",
            help="reckon as at 9am of this London date, such as 2019-10-31 (default: now); "
            "a date to come sends now what would be due by then",
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args, on=None, **options):
        result = chase(on)
        if options["json"]:
            self.stdout.write(json.dumps(result.as_dict(), indent=2))
        else:
            for line in result.details:
                self.stdout.write(f"{line['return']}, {line['organisation']}: {line['stage']}")
            self.stdout.write(
                f"sent: {result.sent}\nskipped: {result.skipped} (waiting: {result.waiting})\n"
                f"opened: {result.opened}\ntasks: {result.tasks}"
            )
        if result.failed:
            raise CommandError(f"{result.failed} organisations could not be reminded. The log says why.")
