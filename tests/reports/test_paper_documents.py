"""The paper as HTML and as tagged PDF: one set of numbers, nothing fetched, nothing run, frozen for good."""

import hashlib
import io
import re
from datetime import date
from html.parser import HTMLParser

import pikepdf
import pypdf
import pytest

from pcc_grants.lib.pdf import render_pdf as page_to_pdf
from reports import papers
from reports.papers import PaperData, Paragraph, Run, Section

from . import making

NUMBERED = re.compile(r"^(\d+)\. (.*)")


@pytest.fixture(autouse=True)
def office_facts(office):
    return office


class Reading(HTMLParser):
    """The numbered paragraphs, headings and elements of a paper's HTML."""

    def __init__(self, html):
        super().__init__()
        self.stack, self.paragraphs, self.headings, self.elements = [], [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.stack.append(tag)
        if tag == "p" and dict(attrs).get("class") == "paper-paragraph":
            self.paragraphs.append("")
        if tag in ("h1", "h2"):
            self.headings.append((tag, ""))

    def handle_endtag(self, tag):
        if tag in self.stack:
            while self.stack.pop() != tag:
                pass

    def handle_data(self, data):
        if "h1" in self.stack or "h2" in self.stack:
            tag, text = self.headings[-1]
            self.headings[-1] = (tag, text + data)
        elif "p" in self.stack and self.paragraphs and "ul" not in self.stack:
            self.paragraphs[-1] += data


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)


def numbered_lines(text: str) -> list[tuple[int, str]]:
    return [(int(match[1]), match[2]) for line in text.splitlines() if (match := NUMBERED.match(line))]


def tags_of(pdf: pikepdf.Pdf) -> list[str]:
    """The structure types of the document in reading order."""
    found = []

    def walk(element):
        if isinstance(element, pikepdf.Array):
            for child in element:
                walk(child)
        elif isinstance(element, pikepdf.Dictionary) and "/S" in element:
            found.append(str(element.S))
            if "/K" in element:
                walk(element.K)

    walk(pdf.Root.StructTreeRoot.K)
    return found


@pytest.fixture(scope="module")
def plain_data():
    """A paper of data alone: 30 paragraphs, some with bullets and links."""
    paragraphs = [
        Paragraph(
            number,
            (
                Run(f"Words of paragraph {number}, "),
                Run("a link", "https://www.example.org/"),
                Run(", and more. " * 20),
            ),
            ((Run("First bullet"),), (Run("Second bullet"),)) if number % 3 == 0 else (),
        )
        for number in range(1, 31)
    ]
    return PaperData(
        meeting_on=date(2019, 6, 12),
        subject="Update on expenditure",
        header=(
            ("From", "The Commissioner"),
            ("To", "The Panel"),
            ("Subject", "Update"),
            ("Date", "12 June 2019"),
        ),
        introduction=Section(("INTRODUCTION:",), tuple(paragraphs[:4])),
        sections=(
            Section(("9 NOVEMBER 2018 - A, £1", "10 NOVEMBER 2018 - B, £2"), tuple(paragraphs[4:20])),
            Section(("25 APRIL 2019 - C, £112,422.87",), tuple(paragraphs[20:])),
        ),
        total=0,
        is_draft=False,
    )


@pytest.fixture(scope="module")
def plain_pdf(plain_data):
    return papers.render_pdf(plain_data)


def test_the_pdf_is_tagged_and_has_language_and_title(plain_pdf):
    with pikepdf.open(io.BytesIO(plain_pdf)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en-GB"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert pdf.docinfo["/Title"] == "Update on expenditure, 12 June 2019"
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
        tags = tags_of(pdf)
    assert tags.count("/H1") == 1
    assert [tag for tag in tags if tag.startswith("/H")] == ["/H1", "/H2", "/H2", "/H2", "/H2"]
    assert tags.count("/L") == 10
    assert tags.count("/LI") == tags.count("/LBody") == 20
    assert tags.count("/Link") == 30


def test_the_numbers_of_the_pdf_are_those_of_the_html_and_of_the_data(plain_data, plain_pdf):
    html = Reading(papers.render_html(plain_data))
    in_html = [NUMBERED.match(paragraph) for paragraph in html.paragraphs]
    in_pdf = numbered_lines(text_of(plain_pdf))
    assert [int(match[1]) for match in in_html] == list(range(1, 31))
    assert [number for number, _ in in_pdf] == list(range(1, 31))
    for number, words in in_pdf:
        assert words.startswith(f"Words of paragraph {number}, a link, and more.")


def test_bullets_stand_on_lines_of_their_own(plain_pdf):
    lines = [line.strip() for line in text_of(plain_pdf).splitlines()]
    assert lines.count("• First bullet") == lines.count("• Second bullet") == 10


def test_headings_follow_each_other_in_order(plain_data):
    levels = [tag for tag, _ in Reading(papers.render_html(plain_data)).headings]
    assert levels == ["h1", "h2", "h2", "h2", "h2"]


def test_links_carry_their_address(plain_data, plain_pdf):
    links = [attrs["href"] for tag, attrs in Reading(papers.render_html(plain_data)).elements if tag == "a"]
    assert set(links) == {"https://www.example.org/"}
    uris = set()
    for page in pypdf.PdfReader(io.BytesIO(plain_pdf)).pages:
        for annotation in page.get("/Annots", []):
            uris.add(annotation.get_object()["/A"]["/URI"])
    assert uris == {"https://www.example.org/"}


def test_a_heading_is_never_the_last_line_of_a_page():
    heading = "25 APRIL 2019 - A SERVICE, £112,422.87"
    sections = tuple(
        Section((heading,), (Paragraph(n, (Run("Words of one paragraph. " * (n % 7 + 3)),)),))
        for n in range(2, 60)
    )
    data = PaperData(
        date(2019, 6, 12),
        "S",
        (("Subject", "S"), ("Date", "12 June 2019")),
        Section(("INTRODUCTION:",), (Paragraph(1, (Run("One."),)),)),
        sections,
        0,
        False,
    )
    for page in pypdf.PdfReader(io.BytesIO(papers.render_pdf(data))).pages:
        lines = [line for line in page.extract_text().splitlines() if not line.startswith("Page ")]
        assert lines[-1] != heading


def test_a_draft_says_so_in_words_and_in_its_name(plain_data):
    item = making.published()
    data = papers.build(making.drafted_paper([item]))
    assert text_of(papers.render_pdf(data)).startswith("DRAFT\n")
    assert data.title.startswith("DRAFT: ")
    assert papers.file_name(date(2019, 6, 12), "pdf") == "2019-06-12 Update on expenditure - DRAFT.pdf"
    assert papers.file_name(date(2019, 6, 12), "pdf", 1) == "2019-06-12 Update on expenditure - v1.pdf"
    assert "DRAFT" not in papers.render_page(plain_data)


HOSTILE = (
    "<script>alert(1)</script> & \"quotes\" <img src=file:///etc/passwd> <img src='http://127.0.0.1:9/x'> "
    "<link rel=attachment href=file:///etc/hostname> <style>@import url(http://127.0.0.1:9/)</style> "
    "</p></article></body> {{ paper }} {% load static %} \u202eGNP.exe\u2066 نص عربي طويل "
    "\u0000 \u0008 \ufffe"
)


def test_hostile_text_stays_text(officer):
    item = making.published("Example <b>organisation</b> & Co")
    paper = making.drafted_paper([item], officer=officer)
    papers.edit_narrative(by=officer, item=paper.items.get(), narrative=f"{HOSTILE}\n- {HOSTILE}")
    data = papers.build(paper)
    elements = {tag for tag, _ in Reading(papers.render_html(data)).elements}
    assert elements == {"article", "p", "div", "h1", "h2", "span", "a", "ul", "li"}
    text = text_of(papers.render_pdf(data))
    assert "<script>alert(1)</script>" in text
    assert "EXAMPLE <B>ORGANISATION</B> & CO" in text
    narrative = paper.items.get().narrative
    assert not set(narrative) & set("\u202e\u2066\u0000\u0008")


def test_two_hundred_kilobytes_of_text_are_laid_out(officer):
    item = making.published()
    paper = making.drafted_paper([item], officer=officer)
    words = "Words and <script> and نص عربي in a very long paragraph. " * 36
    narrative = "\n\n".join([words] * 100)
    assert len(narrative.encode()) > 200 * 1024
    papers.edit_narrative(by=officer, item=paper.items.get(), narrative=narrative)
    data = papers.build(paper)
    assert data.paragraphs[-1].number == 104
    numbers = [number for number, _ in numbered_lines(text_of(papers.render_pdf(data)))]
    assert numbers == list(range(1, 105))


def test_a_word_without_end_gets_places_to_break():
    run = Run("x" * 1_000)
    assert run.text == "x" * 1_000
    assert max(map(len, run.shown.split("\u200b"))) < 120


class Listener:
    """A server that records who calls."""

    def __init__(self):
        import http.server
        import threading

        self.called = called = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                called.append(self.path)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def test_the_renderer_fetches_nothing_whatever_the_html_asks_for(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret of the server")
    listener = Listener()
    try:
        site = f"http://127.0.0.1:{listener.port}"
        html = f"""<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>T</title>
          <link rel="stylesheet" href="{site}/a.css"><link rel="attachment" href="file://{secret}">
          <style>@import url("{site}/b.css"); @font-face {{ font-family: f; src: url({site}/f.woff) }}
          p {{ background: url({site}/c.png); font-family: f }}</style></head>
          <body><p>Text that stays.</p><img src="{site}/d.png" alt="d"><img src="file://{secret}" alt="e">
          <img src="/etc/passwd" alt="f"><object data="{site}/g"></object><embed src="{site}/h">
          <svg><image href="{site}/i.png"/><use href="file://{secret}"/></svg></body></html>"""
        pdf = page_to_pdf(html)
    finally:
        listener.server.shutdown()
    assert listener.called == []
    assert "Text that stays." in text_of(pdf)
    assert b"a secret of the server" not in pdf
    with pikepdf.open(io.BytesIO(pdf)) as read:
        assert not read.attachments


def test_an_approved_paper_is_kept_with_its_hashes_and_data():
    *panel, last = making.published_list(making.JUNE_2019)
    paper = making.approved_paper(panel, [last])
    version = paper.versions.get()
    assert version.html_hash == hashlib.sha256(version.html.encode()).hexdigest()
    assert version.pdf_hash == hashlib.sha256(bytes(version.pdf)).hexdigest()
    assert version.data["total"] == "152422.87"
    numbers = [
        p["number"]
        for s in [version.data["introduction"], *version.data["sections"]]
        for p in s["paragraphs"]
    ]
    assert numbers == [number for number, _ in numbered_lines(text_of(bytes(version.pdf)))]
    assert Reading(version.fragment).headings == Reading(version.html).headings
    assert version.fragment.strip().startswith('<article class="paper">')
    assert version.fragment.strip().endswith("</article>")
