"""One person's browser, which finds what is wrong with the pages it is sent to."""

import hashlib

from ..checks import NARROW, SPILLING, axe_faults

EXPECTED_ON_CONSOLE = ("Failed to load resource",)  # said by the browser itself of a page that is an error
# What a page is built of: elements, classes, roles and whether they have words; the same again is left out.
FACTS = """() => {
    const kept = ["class", "role", "type", "scope", "for", "href", "alt"];
    const built = (e) => {
        const own = [...e.attributes].map((a) => a.name)
            .filter((name) => kept.includes(name) || name.startsWith("aria-"));
        const inside = [...e.children].map(built).filter((b, i, all) => b !== all[i - 1]);
        return `${e.tagName}.${e.className}[${own}]${e.innerText ? "" : "-"}(${inside})`;
    };
    const html = (selector) => [...document.querySelectorAll(selector)].map((e) => e.outerHTML.slice(0, 120));
    const main = document.querySelector("main");
    return {
        title: document.title,
        headings: [...document.querySelectorAll("h1")].map((e) => e.innerText.trim()),
        account: document.querySelector(".app-header__account")?.innerText.trim(),
        is_error: Boolean(main.querySelector(".govuk-error-summary")),
        width: document.documentElement.scrollWidth,
        unnamed: html(".app-table-region:not([role=region][tabindex='0'][aria-label])"),
        tables: html("table:not(.app-table-region table)"),
        words: main.innerText,
        built: built(main),
    };
}"""


class Visit:
    """Looks at every page; judges what is slow to judge once for each build, or for each build and words."""

    judged: set[str] = set()

    def __init__(self, page, office, *, is_signed_in=True):
        self.page = page
        self.is_signed_in = is_signed_in
        self.end = f"{office.service_name} - {office.office_name}"
        self.said: list[str] = []
        self.has_judged_the_frame = False
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("console", lambda message: self._hear(message))

    def _hear(self, message) -> None:
        if message.type == "error" and not message.text.startswith(EXPECTED_ON_CONSOLE):
            self.said.append(message.text)

    def faults(self, address: str) -> list[str]:
        """Open a page; what is wrong with it, each fault with the address."""
        self.said.clear()
        response = self.page.goto(address)
        found = [f"answered {response.status}"] if response.status >= 500 else self.look()
        return [f"{address}: {fault}" for fault in found]

    def look(self) -> list[str]:
        """What is wrong with the page that is open."""
        facts = self.page.evaluate(FACTS)
        found = [f"the console says {words}" for words in self.said]
        self.said.clear()
        if bool(facts["account"]) != self.is_signed_in:
            found.append(f"the header names {facts['account'] or 'nobody'}")
        found += [f"a table in no region: {html}" for html in facts["tables"]]
        found += [f"a region without name or tab stop: {html}" for html in facts["unnamed"]]
        if len(facts["headings"]) != 1 or not facts["headings"][0]:
            found.append(f"the headings are {facts['headings']}")
        title = facts["title"]
        if not title.endswith(self.end) or title.startswith("Error: ") != facts["is_error"]:
            found.append(f"the title is {title}")
        if facts["width"] > self.page.viewport_size["width"]:
            found.append(f"it is {facts['width']} pixels wide")
        if self._is_new(facts["built"]):
            found += axe_faults(self.page, "main" if self.has_judged_the_frame else None)
            self.has_judged_the_frame = True
        if self._is_new(facts["built"] + facts["words"]):
            found += self._narrow_faults()
        return found

    def _is_new(self, what: str) -> bool:
        key = hashlib.sha256(what.encode()).hexdigest()
        is_new = key not in self.judged
        self.judged.add(key)
        return is_new

    def _narrow_faults(self) -> list[str]:
        wide = self.page.viewport_size
        self.page.set_viewport_size(NARROW)
        width = self.page.evaluate("document.documentElement.scrollWidth")
        spilling = self.page.evaluate(SPILLING)
        self.page.set_viewport_size(wide)
        if width <= NARROW["width"] and not spilling:
            return []
        return [f"it is {width} pixels wide in a window of {NARROW['width']}: {spilling}"]
