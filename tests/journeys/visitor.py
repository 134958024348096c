"""A person at a browser without JavaScript, on a given day: follows links and fills forms by their words."""

from dataclasses import dataclass, field
from datetime import date, datetime
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pcc_grants.lib import clock


def squeeze(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


@dataclass
class Control:
    """One thing to fill in or press; `group` holds the legends around it."""

    tag: str
    attributes: dict
    options: list = field(default_factory=list)
    text: str = ""
    group: str = ""

    @property
    def name(self) -> str:
        return self.attributes.get("name", "")

    @property
    def value(self) -> str:
        return self.attributes.get("value", "")

    @property
    def type(self) -> str:
        return self.attributes.get("type", "text") if self.tag == "input" else self.tag


@dataclass
class Form:
    action: str
    method: str
    controls: list[Control] = field(default_factory=list)

    @property
    def buttons(self) -> list[Control]:
        return [control for control in self.controls if control.tag == "button"]


class Page(HTMLParser):
    """The links, forms and words of one page."""

    VOID = {"input", "br", "hr", "img", "link", "meta", "path"}
    INLINE = {"a", "abbr", "b", "code", "em", "i", "mark", "small", "span", "strong", "time"}

    def __init__(self, html: str):
        super().__init__(convert_charrefs=True)
        self.links: list[tuple[str, str]] = []
        self.forms: list[Form] = []
        self.labels: dict[str, str] = {}
        self.headings: list[str] = []
        self.title = ""
        self._words: list[str] = []
        self._open: list[tuple[str, object, list]] = []
        self._form = self._select = None
        self._legends: list[str] = []
        self.feed(html)
        self.text = squeeze("".join(self._words))

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag not in self.INLINE:
            self._words.append(" ")
        about = attributes
        if tag == "form":
            self._form = Form(attributes.get("action", ""), attributes.get("method", "get").lower())
            self.forms.append(self._form)
        elif tag == "fieldset":
            self._legends.append("")
        elif self._form is not None and tag in ("input", "select", "textarea", "button"):
            about = Control(tag, attributes, group=" ".join(self._legends))
            self._form.controls.append(about)
            self._select = about if tag == "select" else self._select
        elif tag == "option" and self._select is not None:
            self._select.options.append([attributes.get("value", ""), "", "selected" in attributes])
        if tag not in self.VOID:
            self._open.append((tag, about, []))

    def handle_data(self, data):
        for _, _, words in self._open:
            words.append(data)
        if not any(tag in ("script", "style", "title") for tag, _, _ in self._open):
            self._words.append(data)

    def handle_endtag(self, tag):
        while self._open:
            open_tag, about, words = self._open.pop()
            if open_tag not in self.INLINE:
                self._words.append(" ")
            self._close(open_tag, about, "".join(words))
            if open_tag == tag:
                return

    def _close(self, tag, about, words: str) -> None:
        text = squeeze(words)
        if tag == "a":
            self.links.append((text, about.get("href", "")))
        elif tag == "label":
            self.labels[about.get("for", "")] = text
        elif tag == "legend" and self._legends:
            self._legends[-1] = text
        elif tag == "h1":
            self.headings.append(text)
        elif tag == "title":
            self.title = text
        elif tag == "option" and self._select is not None and self._select.options:
            self._select.options[-1][1] = text
        elif tag == "select":
            self._select = None
        elif tag == "textarea" and isinstance(about, Control):
            about.text = words.removeprefix("\n")
        elif tag == "button" and isinstance(about, Control):
            about.text = text
        elif tag == "fieldset" and self._legends:
            self._legends.pop()
        elif tag == "form":
            self._form = None


def best(wanted: str, offered: list[tuple[str, object]]) -> object | None:
    """What is called exactly this; else the first that begins with it; else the first that contains it."""
    wanted = wanted.lower()
    for fits in (str.__eq__, str.startswith, str.__contains__):
        for words, thing in offered:
            if fits(words.lower(), wanted):
                return thing
    return None


class Visitor:
    """One person, signed in unless `user` is None. Every step asserts that it reached a page."""

    def __init__(self, user=None, on: date | datetime | None = None):
        self.client = Client()
        if user is not None:
            self.client.force_login(user)
        self.day = on
        self.url = "/"
        self.page: Page | None = None
        self.status = None
        self.body = b""
        self._typed: list[tuple] = []

    # -- Pages ---------------------------------------------------------------------------------------------

    def _request(self, method: str, url: str, data=None):
        send = getattr(self.client, method)
        if self.day is None:
            return send(url, data)
        with clock.at(self.day):
            return send(url, data)

    def home(self) -> "Visitor":
        """Where this person starts after signing in."""
        return self.visit("/account/start/")

    def visit(self, url: str) -> "Visitor":
        target = urldefrag(urljoin(self.url, url))[0]
        return self._arrive(self._request("get", target), target)

    def status_of(self, url: str, data: dict | None = None) -> int:
        """What an address typed by hand answers, or a form sent to it that no page offered."""
        method = "get" if data is None else "post"
        return self._request(method, urljoin(self.url, url), data).status_code

    def send(self, url: str, data: dict) -> "Visitor":
        """Send a form that the page did not offer, as somebody determined would."""
        target = urljoin(self.url, url)
        return self._arrive(self._request("post", target, data), target)

    def _arrive(self, response, asked: str) -> "Visitor":
        for _ in range(6):
            if response.status_code not in (301, 302, 303):
                break
            asked = urldefrag(urljoin(asked, response["Location"]))[0]
            response = self._request("get", asked)
        assert response.status_code in (200, 422), f"{asked} answered {response.status_code}"
        self.url, self.status = asked, response.status_code
        self._typed = []
        self.body = b"".join(response.streaming_content) if response.streaming else response.content
        self.page = None
        if response.get("Content-Type", "").startswith("text/html"):
            self.page = Page(self.body.decode())
            assert len(self.page.headings) == 1, f"{asked} has the headings {self.page.headings}"
        self.response = response
        return self

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    def part(self, index: int) -> str:
        """A part of the address, as a person reads it: part(1) of /grants/SIK-0218-2P/ is the reference."""
        return self.path.strip("/").split("/")[index]

    def follow(self, words: str) -> "Visitor":
        """Follow the link with these words; or the first that begins with them; or that contains them."""
        href = best(words, self.page.links)
        assert href is not None, f"{self.url} has no link “{words}”: {[text for text, _ in self.page.links]}"
        return self.visit(href)

    def has_link(self, words: str) -> bool:
        return best(words, self.page.links) is not None

    def sees(self, *words: str) -> "Visitor":
        for wanted in words:
            assert squeeze(wanted) in self.page.text, (
                f"{self.url} does not say “{wanted}”:\n{self.page.text[:4000]}"
            )
        return self

    def does_not_see(self, *words: str) -> "Visitor":
        for unwanted in words:
            assert squeeze(unwanted) not in self.page.text, f"{self.url} says “{unwanted}”"
        return self

    def is_told(self, sentence: str) -> "Visitor":
        """The form came back with this sentence in its error summary."""
        assert self.status == 422, f"{self.url} answered {self.status}:\n{self.page.text[:4000]}"
        assert self.page.title.startswith("Error: "), self.page.title
        return self.sees("There is a problem", sentence)

    # -- Forms ---------------------------------------------------------------------------------------------

    def fill(self, label: str, value) -> "Visitor":
        """Type into the box with this label, or choose in the list; `label` may be 'Legend > Label'."""
        self._typed.append(("fill", label, str(value)))
        return self

    def attach(self, label: str, name: str, content: bytes) -> "Visitor":
        """Choose a file from this person's computer."""
        self._typed.append(("attach", label, SimpleUploadedFile(name, content)))
        return self

    def choose(self, *labels: str) -> "Visitor":
        """Choose radios or tick boxes by their labels; each may be 'Legend > Label'."""
        self._typed += [("choose", label, None) for label in labels]
        return self

    def fill_date(self, legend: str, day: date) -> "Visitor":
        for part, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
            self.fill(f"{legend} > {part}", value)
        return self

    def has_button(self, words: str) -> bool:
        return best(words, [(b.text, b) for form in self.page.forms for b in form.buttons]) is not None

    def press(self, words: str) -> "Visitor":
        """Press the button with these words; what was filled in must be in its form."""
        offered = [(button.text, (form, button)) for form in self.page.forms for button in form.buttons]
        found = best(words, offered)
        assert found, f"{self.url} has no button “{words}”: {[text for text, _ in offered]}"
        return self._send(*found)

    def _label(self, control: Control) -> str:
        return self.page.labels.get(control.attributes.get("id", ""), "")

    def _matches(self, control: Control, label: str) -> bool:
        *legends, own = label.lower().split(" > ")
        group = control.group.lower()
        return self._label(control).lower().startswith(own) and all(legend in group for legend in legends)

    def _send(self, form: Form, button: Control) -> "Visitor":
        data = self._as_it_stands(form)
        for kind, label, value in self._typed:
            self._answer(form, data, kind, label, value)
        if button.name:
            data[button.name] = [button.value]
        target = urljoin(self.url, form.action or self.url)
        return self._arrive(self._request(form.method, target, data), target)

    @staticmethod
    def _as_it_stands(form: Form) -> dict[str, list]:
        """What the browser would send if nothing were typed."""
        data: dict[str, list] = {}
        for control in form.controls:
            if control.tag == "button" or not control.name:
                continue
            if control.type in ("radio", "checkbox"):
                if "checked" in control.attributes:
                    data.setdefault(control.name, []).append(control.attributes.get("value", "on"))
            elif control.tag == "select":
                chosen = [value for value, _, selected in control.options if selected]
                data[control.name] = chosen or [control.options[0][0] if control.options else ""]
            elif control.type != "file":
                data.setdefault(control.name, []).append(control.text or control.value)
        return data

    def _answer(self, form: Form, data: dict, kind: str, label: str, value) -> None:
        ticks = ("radio", "checkbox")
        for control in form.controls:
            if control.type in ("button", "hidden") or not self._matches(control, label):
                continue
            if kind == "choose" and control.type == "radio":
                data[control.name] = [control.attributes.get("value", "on")]
                return
            if kind == "choose" and control.type == "checkbox":
                data.setdefault(control.name, []).append(control.attributes.get("value", "on"))
                return
            if kind == "attach" and control.type == "file":
                data[control.name] = value
                return
            if kind == "fill" and control.type not in ticks:
                data[control.name] = [self._option(control, value) if control.tag == "select" else value]
                return
        labels = [f"{c.group} > {self._label(c)}" for c in form.controls if c.tag != "button"]
        raise AssertionError(f"{self.url} has nothing labelled “{label}”: {labels}")

    @staticmethod
    def _option(control: Control, wanted: str) -> str:
        value = best(wanted, [(text, value) for value, text, _ in control.options])
        assert value is not None, f"“{wanted}” is not among {[text for _, text, _ in control.options]}"
        return value
