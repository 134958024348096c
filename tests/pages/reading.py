"""Reads a page as a browser would, so that tests ask for elements and not for strings."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Element:
    tag: str
    attrs: dict
    parent: "Element | None" = None
    children: list = field(default_factory=list)
    words: list = field(default_factory=list)

    @property
    def text(self) -> str:
        """The words inside, with single spaces."""
        return " ".join("".join(self.words).split())

    @property
    def classes(self) -> list[str]:
        return (self.attrs.get("class") or "").split()

    def inside(self, tag) -> bool:
        """Whether an ancestor has this tag."""
        parent = self.parent
        while parent is not None:
            if parent.tag == tag:
                return True
            parent = parent.parent
        return False


class Page(HTMLParser):
    """The elements of a page (or a piece of one), in order."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.elements = []
        self._open = []
        html = getattr(html, "content", html)
        self.feed(html.decode() if isinstance(html, bytes) else str(html))

    def handle_starttag(self, tag, attrs):
        element = Element(tag, dict(attrs), self._open[-1] if self._open else None)
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag):
        if any(element.tag == tag for element in self._open):
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data):
        for element in self._open:
            element.words.append(data)

    def all(self, tag, **attrs) -> list[Element]:
        """Every element with this tag and these attributes (`class_` asks for one class)."""
        wanted_class = attrs.pop("class_", None)
        return [
            element
            for element in self.elements
            if element.tag == tag
            and all(element.attrs.get(name.replace("_", "-")) == value for name, value in attrs.items())
            and (wanted_class is None or wanted_class in element.classes)
        ]

    def one(self, tag, **attrs) -> Element:
        found = self.all(tag, **attrs)
        assert len(found) == 1, f"{len(found)} <{tag}> with {attrs}"
        return found[0]

    @property
    def ids(self) -> list[str]:
        return [element.attrs["id"] for element in self.elements if "id" in element.attrs]
