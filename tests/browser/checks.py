"""What every page must pass, whatever is on it."""

from axe_playwright_python.sync_playwright import Axe

NARROW = {"width": 320, "height": 800}

# Elements that reach beyond the window, except inside a table's own region, where scrolling is allowed.
SPILLING = """() => [...document.querySelectorAll("body *")]
    .filter((e) => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .filter((e) => !e.closest(".app-table-region") && !e.closest(".govuk-visually-hidden"))
    .slice(0, 5)
    .map((e) => e.outerHTML.slice(0, 120))"""
SMALL_TARGETS = """() => [...document.querySelectorAll("button, input, select, textarea, summary")]
    .filter((e) => e.offsetParent !== null && e.type !== "hidden")
    .map((e) => [e.outerHTML.slice(0, 100), e.getBoundingClientRect()])
    .filter(([_, box]) => box.width < 24 || box.height < 24)
    .map(([html]) => html)"""


def axe_faults(page, part: str | None = None) -> list[str]:
    """What axe finds on a page, or in the element that `part` selects: also minor faults.

    Only the design system's conditional radios are allowed their attribute.
    """
    return [
        f"{violation['id']} ({violation['impact']}): {node['html'][:200]}"
        for violation in Axe().run(page, part).response["violations"]
        for node in violation["nodes"]
        if not (violation["id"] == "aria-allowed-attr" and "data-aria-controls" in node["html"])
    ]


def assert_accessible(page):
    page.wait_for_load_state()  # a click comes back when the next page has begun
    found = axe_faults(page)
    assert not found, f"{page.url}\n" + "\n".join(found)


def assert_no_sideways_scroll(page):
    """At 320 CSS pixels nothing but a table in its region is wider than the window (screens.md 6.33)."""
    page.wait_for_load_state()  # a click comes back when the next page has begun
    before = page.viewport_size
    page.set_viewport_size(NARROW)
    width = page.evaluate("document.documentElement.scrollWidth")
    spilling = page.evaluate(SPILLING)
    page.set_viewport_size(before)
    assert width <= NARROW["width"] and not spilling, f"{page.url} is {width} pixels wide: {spilling}"


def assert_targets_are_large_enough(page):
    """Every control is at least 24 by 24 CSS pixels (screens.md 6.36)."""
    page.wait_for_load_state()
    assert page.evaluate(SMALL_TARGETS) == [], page.url


def assert_sound(page):
    """All of the above."""
    assert_accessible(page)
    assert_targets_are_large_enough(page)
    assert_no_sideways_scroll(page)


def focused(page) -> str:
    """The words, or else the id, of what has the focus."""
    return page.evaluate("""() => {
        const it = document.activeElement;
        return (it.innerText || it.id || it.tagName).trim();
    }""")
