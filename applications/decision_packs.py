"""A decision pack as page, PDF and Word: the same frozen data each time."""

from django.template.loader import render_to_string

from pcc_grants.lib import clock
from pcc_grants.lib.pdf import render_pdf
from pcc_grants.lib.word import WordDocument


def facts_of(pack) -> list[tuple[str, str]]:
    """What stands at the top of a pack, beside its content."""
    return [
        ("Pack", f"Number {pack.number} of this round"),
        ("Made", f"By {pack.made_by}, {clock.format_moment(pack.made_at)}"),
        ("Decide by", clock.format_date(pack.decide_by)),
        *([("Note", pack.note)] if pack.note else []),
    ]


def file_name(pack, extension: str) -> str:
    """'Decision pack 1 - Safer in Kent Fund, Round 2.pdf'."""
    return f"Decision pack {pack.number} - {pack.round.fund}, {pack.round.name}.{extension}"


def pack_pdf(pack) -> bytes:
    """The pack as tagged PDF."""
    context = {"pack": pack, "content": pack.content, "facts": facts_of(pack)}
    return render_pdf(render_to_string("papers/decision_pack.html", context))


def pack_word(pack) -> bytes:
    """The pack as a Word document."""
    content = pack.content
    document = WordDocument(content["title"], author=content["office"])
    document.heading(content["title"], 1)
    _facts(document, facts_of(pack))
    money = content["money"]
    document.heading(money["heading"], 2)
    document.table(money["columns"], money["rows"])
    _facts(document, money["facts"])
    document.heading("Ranked applications", 2)
    if content["still_scoring"]:
        document.paragraph(f"Still being scored and not in this list: {content['still_scoring']}.")
    document.table(content["columns"], _table_with_line(content))
    document.heading("Reserve list, in order", 2)
    if content["reserve"]:
        document.bullets(content["reserve"])
    else:
        document.paragraph("Nothing is on the reserve list.")
    for page in content["applications"]:
        document.heading(f"{page['heading']} ({page['reference']}, {page['organisation']})", 2)
        for block in page["blocks"]:
            _block(document, block)
    document.paragraph(f"SHA-256 of this pack: {pack.sha256}")
    return document.content()


def _table_with_line(content: dict) -> list[list[str]]:
    """The ranked rows, and the line as a row of its own."""
    rows = []
    for row in content["ranked"]:
        if row["line"]:
            rows.append([row["line"]] + [""] * (len(content["columns"]) - 1))
        rows.append(row["cells"])
    return rows


def _facts(document: WordDocument, facts) -> None:
    for label, value in facts:
        document.paragraph(f"{label}: {value}")


def _block(document: WordDocument, block: dict) -> None:
    document.heading(block["heading"], 3)
    if block["text"]:
        document.paragraph(block["text"])
    _facts(document, block["facts"])
    if block["rows"]:
        document.table(block["columns"], block["rows"])
    if block["lines"]:
        document.bullets(block["lines"])
