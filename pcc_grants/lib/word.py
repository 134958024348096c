"""The one place that knows python-docx. Plain data in, a Word document out: headings, text, lists, tables."""

import re
from io import BytesIO

from . import clock

# What XML cannot hold: control characters, halves of characters, and code points that are none.
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
FONT = "Arial"
TICK_BOX = "\u2610"


class WordDocument:
    """A document in British English on A4, built from the top down.

    Headings, lists and tables are Word's own, so that screen readers and the list of contents find them.
    """

    def __init__(self, title: str, *, author: str = ""):
        from docx import Document

        self._document = Document()
        self._set_properties(title, author)
        self._set_page()
        self._set_styles()

    def heading(self, text: str, level: int) -> None:
        """A heading; level 1 is the document's title."""
        self._document.add_heading(_clean(text), level)

    def paragraph(self, text: str, *, bold: bool = False) -> None:
        """A paragraph; line breaks in the text stay."""
        self._document.add_paragraph().add_run(_clean(text)).bold = bold

    def bullets(self, lines) -> None:
        for line in lines:
            self._document.add_paragraph(_clean(line), style="List Bullet")

    def tick_boxes(self, lines) -> None:
        """A list of choices, each with a box to tick."""
        for line in lines:
            self._document.add_paragraph(f"{TICK_BOX} {_clean(line)}")

    def table(self, headers, rows) -> None:
        """A table whose first row names its columns and is repeated on every page; a cell may be empty."""
        from docx.oxml import OxmlElement

        table = self._document.add_table(rows=1, cols=len(headers), style="Table Grid")
        for cell, header in zip(table.rows[0].cells, headers, strict=True):
            cell.paragraphs[0].add_run(_clean(header)).bold = True
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        for row in rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = _clean(text)
        self._document.add_paragraph()

    def room(self, lines: int) -> None:
        """A box to type in; it grows with what is typed."""
        from docx.shared import Pt

        box = self._document.add_table(rows=1, cols=1, style="Table Grid")
        box.rows[0].height = Pt(16 * lines)
        self._document.add_paragraph()

    def content(self) -> bytes:
        """The document as the bytes of a .docx file."""
        file = BytesIO()
        self._document.save(file)
        return file.getvalue()

    def _set_properties(self, title, author) -> None:
        properties = self._document.core_properties
        properties.title = _clean(title)[:255]
        properties.author = _clean(author)[:255]
        properties.comments = ""
        properties.language = "en-GB"
        properties.created = properties.modified = clock.now().replace(tzinfo=None, microsecond=0)

    def _set_page(self) -> None:
        from docx.shared import Mm

        page = self._document.sections[0]
        page.page_width, page.page_height = Mm(210), Mm(297)
        page.left_margin = page.right_margin = Mm(22)
        page.top_margin = page.bottom_margin = Mm(22)

    def _set_styles(self) -> None:
        from docx.oxml.ns import qn
        from docx.shared import Pt, RGBColor

        styles = self._document.styles
        for language in styles.element.iter(qn("w:lang")):
            language.set(qn("w:val"), "en-GB")
        sizes = {"Normal": 12, "Heading 1": 20, "Heading 2": 16, "Heading 3": 13, "Heading 4": 12}
        for name, size in sizes.items():
            font = styles[name].font
            font.name, font.size, font.color.rgb = FONT, Pt(size), RGBColor(0x0B, 0x0C, 0x0C)
            fonts = styles[name].element.get_or_add_rPr().get_or_add_rFonts()
            for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(qn(f"w:{theme}"), None)


def _clean(text) -> str:
    return NOT_XML.sub("", str(text))
