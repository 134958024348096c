"""What a paper consists of, as plain data: HTML, PDF and later Word render exactly this."""

import re
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

# [words](address): the only mark-up in texts. Bounded, so that no text can make it slow.
LINK = re.compile(r"\[([^\[\]\n]{1,300})\]\(([^\s()<>]{1,500})\)")
WEB_ADDRESS = re.compile(r"https?://[^\s]+", re.IGNORECASE)
BULLET = re.compile(r"^[ \t]*[-•][ \t]+")
# Words that no line can hold get places to break (zero-width spaces), or laying them out takes minutes.
ENDLESS = re.compile(r"\S{60}(?=\S{60})")


@dataclass(frozen=True)
class Run:
    """Some words, with the address they link to."""

    text: str
    url: str = ""

    @property
    def shown(self) -> str:
        """The words as they are laid out: without the soft hyphens that word processors leave behind."""
        return ENDLESS.sub("\\g<0>\u200b", self.text.replace("\u00ad", ""))


@dataclass(frozen=True)
class Block:
    """A paragraph before it has its number; bullets hang under it, one level."""

    runs: tuple[Run, ...]
    bullets: tuple[tuple[Run, ...], ...] = ()


@dataclass(frozen=True)
class Paragraph:
    """A numbered paragraph. Numbers run through the whole paper."""

    number: int
    runs: tuple[Run, ...]
    bullets: tuple[tuple[Run, ...], ...] = ()

    @property
    def text(self) -> str:
        return words(self.runs)

    @property
    def bullet_texts(self) -> list[str]:
        return [words(bullet) for bullet in self.bullets]


@dataclass(frozen=True)
class Section:
    """One heading or several that share what follows. `items` are the primary keys of the paper's items."""

    headings: tuple[str, ...]
    paragraphs: tuple[Paragraph, ...]
    items: tuple[int, ...] = ()

    @property
    def first_number(self) -> int | None:
        return self.paragraphs[0].number if self.paragraphs else None

    @property
    def last_number(self) -> int | None:
        return self.paragraphs[-1].number if self.paragraphs else None


@dataclass(frozen=True)
class PaperData:
    """A whole paper. `header` holds (label, value) lines; `total` is the sum of the items in pounds."""

    meeting_on: date
    subject: str
    header: tuple[tuple[str, str], ...]
    introduction: Section
    sections: tuple[Section, ...]
    total: Decimal
    is_draft: bool

    @property
    def title(self) -> str:
        """The document's title: what a reader's window shows."""
        draft = "DRAFT: " if self.is_draft else ""
        return f"{draft}{self.subject}, {dict(self.header)['Date']}"

    @property
    def all_sections(self) -> tuple[Section, ...]:
        return (self.introduction, *self.sections)

    @property
    def paragraphs(self) -> list[Paragraph]:
        return [paragraph for section in self.all_sections for paragraph in section.paragraphs]

    @property
    def headings(self) -> list[str]:
        """The headings of the items, without the introduction's."""
        return [heading for section in self.sections for heading in section.headings]

    def as_json(self) -> dict:
        """For keeping beside the frozen documents."""
        facts = asdict(self)
        return facts | {"meeting_on": self.meeting_on.isoformat(), "total": str(self.total)}


def words(runs: tuple[Run, ...]) -> str:
    return "".join(run.text for run in runs)


def parse_runs(text: str) -> tuple[Run, ...]:
    """Words and links. What links to anything but a web address stays as it was typed."""
    runs, end = [], 0
    for match in LINK.finditer(text):
        if not WEB_ADDRESS.fullmatch(match[2]):
            continue
        if match.start() > end:
            runs.append(Run(text[end : match.start()]))
        runs.append(Run(match[1], match[2]))
        end = match.end()
    if end < len(text):
        runs.append(Run(text[end:]))
    return tuple(runs)


def parse_narrative(text: str) -> list[Block]:
    """Paragraphs parted by empty lines; lines that begin with "- " are bullets of the paragraph above them.

    Bullets with no paragraph above them become paragraphs: nothing typed is lost.
    """
    found: list[tuple[tuple[Run, ...], list]] = []
    lines: list[str] = []

    def close():
        if lines:
            found.append((parse_runs(" ".join(lines)), []))
            lines.clear()

    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        bullet = BULLET.match(line)
        stripped = line[bullet.end() :].strip() if bullet else line.strip()
        if bullet or not stripped:
            close()
        if bullet and stripped:
            if found:
                found[-1][1].append(parse_runs(stripped))
            else:
                found.append((parse_runs(stripped), []))
        elif stripped:
            lines.append(stripped)
    close()
    return [Block(runs, tuple(bullets)) for runs, bullets in found]


def write_narrative(blocks: list[Block]) -> str:
    """The text that `parse_narrative` reads back as the same blocks: what an editor is given to work on."""
    parts = []
    for block in blocks:
        lines = [_marked(block.runs), *(f"- {_marked(bullet)}" for bullet in block.bullets)]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _marked(runs: tuple[Run, ...]) -> str:
    return "".join(f"[{run.text}]({run.url})" if run.url else run.text for run in runs)
