"""400% zoom of a 1280 pixel window, with the text spacing of WCAG 1.4.12 (screens.md 6.33 and 6.34)."""

import pytest
from django.urls import reverse

from tests.access.addresses import EXAMPLES

from ..checks import SMALL_TARGETS, SPILLING, axe_faults

WIDE, ZOOMED = {"width": 1280, "height": 900}, {"width": 320, "height": 225}
PAGES = [
    ("owner", "home"),
    ("owner", "application_question"),
    ("owner", "application_section"),
    ("officer", "office_award"),
    ("approver", "decide_application"),
    ("finance", "finance_instalment"),
    ("panel", "panel_choose"),
    (None, "spending"),
]
SPACE = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
        word-spacing: .16em !important; } p { margin-bottom: 2em !important; }`);
    document.adoptedStyleSheets = [sheet];
}"""
# Words that reach out of an element that hides what does not fit.
CUT = """() => [...document.querySelectorAll("body *")]
    .filter((e) => e.offsetParent && !e.closest(".govuk-visually-hidden, .govuk-skip-link"))
    .filter((e) => /hidden|clip/.test(getComputedStyle(e).overflow))
    .flatMap((e) => [...e.querySelectorAll("*")].filter((within) => {
        const [box, inner] = [e.getBoundingClientRect(), within.getBoundingClientRect()];
        return within.innerText && !within.closest(".govuk-visually-hidden")
            && (inner.bottom > box.bottom + 1 || inner.right > box.right + 1);
    }))
    .map((e) => e.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("size", [WIDE, ZOOMED], ids=["wide", "zoomed"])
@pytest.mark.parametrize(("part", "name"), PAGES)
def test_wider_text_spacing_cuts_nothing(world, visit, part, name, size):
    page = visit(part).page
    page.set_viewport_size(size)
    page.goto(reverse(name, kwargs=EXAMPLES[name](world) if name in EXAMPLES else {}))
    found = axe_faults(page, "main") if size == ZOOMED else []
    page.evaluate(SPACE)
    cut, spilling = page.evaluate(CUT), page.evaluate(SPILLING)
    width, small = page.evaluate("document.documentElement.scrollWidth"), page.evaluate(SMALL_TARGETS)
    page.set_viewport_size(WIDE)
    assert (found, cut, spilling, small) == ([], [], [], [])
    assert width <= size["width"]
