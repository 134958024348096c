"""`manage.py panel_paper`: a Panel paper as a file."""

from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from pcc_grants.lib.rules import RuleBroken
from reports import papers
from reports.models import Paper
from reports.text_blocks import plain_date

FORMATS = ("html", "pdf")


def day(text: str) -> date:
    """A date typed as 2019-06-12. Argparse turns the error into one line and exit status 2."""
    try:
        read = date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}” is not a date. Write it as year-month-day: 2019-06-12") from error
    if read.isoformat() != text:
        raise ArgumentTypeError(f"“{text}” is not a date. Write it as year-month-day: 2019-06-12")
    return read


class Command(BaseCommand):
    help = (
        "Writes the paper for the Panel meeting of a date to a file: the approved version exactly as it was "
        "approved, or the draft, marked DRAFT. Changes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "date", type=day, metavar="DATE", help="the day of the meeting, such as 2019-06-12"
        )
        parser.add_argument(
            "--format", choices=FORMATS, default="pdf", help="the kind of file (default: pdf)"
        )
        parser.add_argument(
            "--out",
            type=Path,
            metavar="FILE",
            help="where to write it (default: the paper's own name, in this folder)",
        )

    def handle(self, *args, **options):
        meeting_on, wanted = options["date"], options["format"]
        paper = Paper.objects.filter(meeting_on=meeting_on).first()
        if paper is None:
            raise CommandError(f"There is no paper for {plain_date(meeting_on)}. {self.known()}")
        version = paper.versions.order_by("-number").first() if paper.is_frozen else None
        path = options["out"] or Path(
            papers.file_name(meeting_on, wanted, version.number if version else None)
        )
        content = self.frozen(version, wanted) if version else self.draft(paper, wanted)
        try:
            path.write_bytes(content)
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
        standing = f"version {version.number}" if version else "DRAFT"
        self.stdout.write(f"{path}: {standing}, {len(content):,} bytes")

    @staticmethod
    def frozen(version, wanted: str) -> bytes:
        return bytes(version.pdf) if wanted == "pdf" else version.html.encode()

    @staticmethod
    def draft(paper, wanted: str) -> bytes:
        try:
            data = papers.build(paper)
        except RuleBroken as broken:
            raise CommandError(str(broken)) from broken
        return papers.render_pdf(data) if wanted == "pdf" else papers.render_page(data).encode()

    @staticmethod
    def known() -> str:
        """The newest papers, for the person who mistyped a date."""
        days = [plain_date(day) for day in Paper.objects.values_list("meeting_on", flat=True)[:10]]
        return f"There are papers for: {', '.join(days)}." if days else "No paper has been planned yet."
