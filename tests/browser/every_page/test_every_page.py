"""Every page, opened by everybody who may, with records in every state (screens.md 6.1, 6.33, 6.40)."""

import pytest

from .pages import addresses, walks
from .walk import Visit


@pytest.mark.parametrize(("part", "app"), walks())
def test_every_page_is_sound(world, visit, part, app):
    one = visit(part)
    wrong = [fault for address in addresses(world, part, app) for fault in one.faults(address)]
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize(
    ("part", "address"),
    [
        ("owner", "/office/"),
        ("officer", "/home/"),
        ("owner", "/grants/TST-0000/"),
        ("panel", "/no-such-page/"),
    ],
)
def test_a_page_that_refuses_is_sound(visit, part, address):
    one = visit(part)
    assert one.faults(address) == []
    assert one.page.locator("main a").count(), "no way back"


def test_the_walk_would_notice(world, visit):
    """Otherwise a page that is never opened, or never judged, would pass for a sound one."""
    one = visit("officer")
    one.page.goto("/office/")
    one.page.evaluate("""() => {
        const main = document.querySelector("main");
        main.insertAdjacentHTML("beforeend", "<h1>Another</h1><table><tr><td>1</td></tr></table>");
        main.insertAdjacentHTML("beforeend", "<img src='/x'>");
        const wide = document.createElement("div");
        wide.style.width = "2000px";
        wide.style.height = "1px";
        main.append(wide);
        document.title = "Office";
        console.error("Something broke");
    }""")
    found = " ".join(one.look())
    for fault in (
        "headings",
        "table",
        "image-alt",
        "2160 pixels",
        "pixels wide in",
        "title",
        "Something broke",
    ):
        assert fault in found, found
    assert "the header names nobody" in Visit(visit(None).page, world.office).faults("/help/")[0]
