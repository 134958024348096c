"""The same data as a fragment for our pages, as a whole HTML document, and as tagged PDF."""

import re
from datetime import date
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from pcc_grants.lib.pdf import render_pdf as page_to_pdf

from .content import PaperData

NAME = "Update on expenditure"
CSS_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)


def render_html(data: PaperData) -> str:
    """The paper alone, to stand in one of our pages."""
    return render_to_string("papers/paper.html", {"paper": data})


def render_page(data: PaperData) -> str:
    """The paper as a whole document that needs nothing else: it is kept and handed out as a file."""
    stylesheet = (Path(settings.BASE_DIR) / "static" / "papers" / "paper.css").read_text(encoding="utf-8")
    rules = CSS_COMMENT.sub("", stylesheet).strip()
    context = {"paper": data, "stylesheet": mark_safe(rules)}  # noqa: S308 (our own file)
    return render_to_string("papers/document.html", context)


def render_pdf(data: PaperData) -> bytes:
    """PDF/UA-1, with the numbers of the data as text."""
    return page_to_pdf(render_page(data))


def file_name(meeting_on: date, extension: str, version: int | None = None) -> str:
    """'2019-06-12 Update on expenditure - v1.pdf', or '… - DRAFT.pdf'."""
    return f"{meeting_on.isoformat()} {NAME} - {f'v{version}' if version else 'DRAFT'}.{extension}"
