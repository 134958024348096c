"""The one place that knows WeasyPrint. HTML in, tagged PDF (PDF/UA-1) out; nothing is fetched."""

import re
from pathlib import Path

from django.conf import settings

# Code points that are no characters: one of them makes the text of a whole page unreadable for machines.
NO_CHARACTERS = re.compile(
    "[\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)


def render_pdf(html: str) -> bytes:
    """Render a whole HTML page (with lang, title and declared UTF-8) as PDF/UA-1.

    Styles come from the page and from `static/papers/paper.css`; images only as data. Nothing is fetched from
    the network or the disk, whatever the HTML asks for: what cannot be had is left out.
    """
    from weasyprint import CSS, HTML
    from weasyprint.urls import URLFetcher

    stylesheet = (Path(settings.BASE_DIR) / "static" / "papers" / "paper.css").read_text(encoding="utf-8")
    fetcher = URLFetcher(allowed_protocols=["data"])
    document = HTML(string=NO_CHARACTERS.sub("", html), encoding="utf-8", url_fetcher=fetcher)
    return document.write_pdf(
        stylesheets=[CSS(string=stylesheet, url_fetcher=fetcher)],
        pdf_variant="pdf/ua-1",
        presentational_hints=True,
    )
