"""A person at a browser without JavaScript: follows links and fills forms by the words on the page."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin

from django.test import Client


def squeeze(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


@dataclass
class Control:
    tag: str
    attributes: dict
    options: list = field(default_factory=list)
    text: str = ""
    group: str = ""

    @property
    def name(self) -> str:
        return self.attributes.get("name", "")

    @property
    def type(self) -> str:
        return self.attributes.get("type", "text") if self.tag == "input" else self.tag


@dataclass
class Form:
    action: str
    method: str
    controls: list = field(default_factory=list)


class Page(HTMLParser):
    """The links, forms and words of one page."""

    VOID = {"input", "br", "hr", "img", "link", "meta", "path"}

    def __init__(self, html: str):
        super().__init__(convert_charrefs=True)
        self.links: list[tuple[str, str]] = []
        self.forms: list[Form] = []
        self.labels: dict[str, str] = {}
        self.headings: list[str] = []
        self.words: list[str] = []
        self._open: list[tuple[str, dict, list]] = []
        self._form = self._select = self._textarea = self._button = None
        self._legends: list[str] = []
        self.feed(html)
        self.text = squeeze(" ".join(self.words))

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "form":
            self._form = Form(attributes.get("action", ""), attributes.get("method", "get").lower())
            self.forms.append(self._form)
        elif tag == "fieldset":
            self._legends.append("")
        elif self._form is not None and tag in ("input", "select", "textarea", "button"):
            control = Control(tag, attributes, group=" ".join(self._legends))
            self._form.controls.append(control)
            if tag == "select":
                self._select = control
        elif tag == "option" and self._select is not None:
            self._select.options.append([attributes.get("value", ""), "", "selected" in attributes])
        if tag not in self.VOID:
            self._open.append((tag, attributes, []))
            if tag in ("textarea", "button") and self._form is not None:
                self._open[-1] = (tag, self._form.controls[-1], [])

    def handle_data(self, data):
        for _, _, words in self._open:
            words.append(data)
        if not any(tag in ("script", "style", "title") for tag, _, _ in self._open):
            self.words.append(data)

    def handle_endtag(self, tag):
        while self._open:
            open_tag, about, words = self._open.pop()
            text = squeeze("".join(words))
            if open_tag == "a":
                self.links.append((text, about.get("href", "")))
            elif open_tag == "label":
                self.labels[about.get("for", "")] = text
            elif open_tag == "legend" and self._legends:
                self._legends[-1] = text
            elif open_tag == "h1":
                self.headings.append(text)
            elif open_tag == "option" and self._select is not None and self._select.options:
                self._select.options[-1][1] = text
            elif open_tag == "select":
                self._select = None
            elif open_tag == "textarea" and isinstance(about, Control):
                about.text = "".join(words).removeprefix("\n")
            elif open_tag == "button" and isinstance(about, Control):
                about.text = text
            elif open_tag == "fieldset" and self._legends:
                self._legends.pop()
            elif open_tag == "form":
                self._form = None
            if open_tag == tag:
                return


class Visitor:
    """One signed-in person. Every step asserts that the page they reach is a page, not an error."""

    def __init__(self, user=None):
        self.client = Client()
        if user is not None:
            self.client.force_login(user)
        self.url = "/"
        self.page: Page | None = None
        self.status = None
        self._typed: list[tuple] = []

    def visit(self, url: str) -> "Visitor":
        self._arrive(self.client.get(urldefrag(urljoin(self.url, url))[0]), url)
        return self

    def _arrive(self, response, asked: str) -> None:
        for _ in range(6):
            if response.status_code not in (301, 302, 303):
                break
            asked = urldefrag(urljoin(asked, response["Location"]))[0]
            response = self.client.get(asked)
        assert response.status_code in (200, 422), f"{asked} answered {response.status_code}"
        self.url, self.status = asked, response.status_code
        self._typed = []
        if response.get("Content-Type", "").startswith("text/html"):
            self.page = Page(response.content.decode())
            assert len(self.page.headings) == 1, f"{asked} has the headings {self.page.headings}"
        self.body = b"".join(response.streaming_content) if response.streaming else response.content

    def follow(self, words: str) -> "Visitor":
        """Follow the first link whose words contain these."""
        found = [href for text, href in self.page.links if words.lower() in text.lower()]
        assert found, f"{self.url} has no link “{words}”: {[text for text, _ in self.page.links]}"
        return self.visit(found[0])

    def sees(self, *words: str) -> "Visitor":
        for wanted in words:
            assert squeeze(wanted) in self.page.text, (
                f"{self.url} does not say “{wanted}”:\n{self.page.text[:3000]}"
            )
        return self

    def does_not_see(self, *words: str) -> "Visitor":
        for unwanted in words:
            assert unwanted not in self.page.text, f"{self.url} says “{unwanted}”"
        return self

    # -- Forms ---------------------------------------------------------------------------------------------

    def fill(self, label: str, value) -> "Visitor":
        """Type into the box with this label, or choose in the list; `label` may be 'Legend > Label'."""
        self._typed.append(("fill", label, str(value)))
        return self

    def choose(self, *labels: str) -> "Visitor":
        """Choose radios or tick boxes by their labels; each may be 'Legend > Label'."""
        self._typed += [("choose", label, None) for label in labels]
        return self

    def fill_date(self, legend: str, day) -> "Visitor":
        for part, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
            self.fill(f"{legend} > {part}", value)
        return self

    def press(self, words: str) -> "Visitor":
        """Press the button with these words, in the form that has it; what was filled must be in that form."""
        for form in self.page.forms:
            button = next(
                (c for c in form.controls if c.tag == "button" and words.lower() in c.text.lower()), None
            )
            if button is not None:
                return self._send(form, button)
        buttons = [c.text for form in self.page.forms for c in form.controls if c.tag == "button"]
        raise AssertionError(f"{self.url} has no button “{words}”: {buttons}")

    def _label(self, control: Control) -> str:
        return self.page.labels.get(control.attributes.get("id", ""), "")

    def _matches(self, control: Control, label: str) -> bool:
        legend, _, own = label.rpartition(" > ")
        return (
            self._label(control).lower().startswith(own.lower()) and legend.lower() in control.group.lower()
        )

    def _send(self, form: Form, button: Control) -> "Visitor":
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
            else:
                data[control.name] = [control.text or control.attributes.get("value", "")]
        for kind, label, value in self._typed:
            self._answer(form, data, kind, label, value)
        if button.name:
            data[button.name] = [button.attributes.get("value", "")]
        target = urljoin(self.url, form.action or self.url)
        if form.method == "get":
            self._arrive(self.client.get(target, data), target)
        else:
            self._arrive(self.client.post(target, data), target)
        return self

    def _answer(self, form: Form, data: dict, kind: str, label: str, value) -> None:
        wanted = ("radio", "checkbox") if kind == "choose" else ()
        for control in form.controls:
            if control.tag == "button" or not self._matches(control, label):
                continue
            if kind == "choose" and control.type in wanted:
                if control.type == "radio":
                    data[control.name] = [control.attributes.get("value", "on")]
                else:
                    data.setdefault(control.name, []).append(control.attributes.get("value", "on"))
                return
            if kind == "fill" and control.type not in ("radio", "checkbox", "hidden"):
                if control.tag == "select":
                    value = next(
                        (v for v, text, _ in control.options if value.lower() in text.lower()), value
                    )
                data[control.name] = [value]
                return
        labels = [f"{c.group} > {self._label(c)}" for c in form.controls if c.tag != "button"]
        raise AssertionError(f"{self.url} has nothing labelled “{label}”: {labels}")
