"""The pages that anyone may open, in a browser."""

import pytest

from .checks import assert_sound, focused

PUBLIC_PAGES = [
    "/",
    "/help/",
    "/accessibility/",
    "/cookies/",
    "/privacy/",
    "/developer/components/",
    "/no-such-page/",
]


@pytest.mark.parametrize("address", PUBLIC_PAGES)
def test_a_page_passes_axe_and_fits_a_narrow_window(page, address, picture):
    page.goto(address)
    assert_sound(page)
    picture(page, f"public{address.replace('/', '-')}")


def test_the_skip_link_is_first_and_moves_the_focus_to_the_content(page):
    page.goto("/cookies/")
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main-content"


def test_every_link_of_a_page_is_reached_with_the_tab_key_in_order(page):
    page.goto("/")
    links = page.eval_on_selector_all(
        "a[href], button:not([hidden])", "all => all.map(e => e.innerText.trim())"
    )
    reached = []
    for _ in links:
        page.keyboard.press("Tab")
        reached.append(focused(page))
    assert reached == links


def test_what_has_the_focus_is_seen_to_have_it(page):
    page.goto("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    yellow = page.evaluate("getComputedStyle(document.activeElement).backgroundColor")
    assert yellow == "rgb(255, 221, 0)"


def test_the_focus_goes_to_the_error_summary_and_on_to_the_field(page):
    page.goto("/developer/components/")
    assert "govuk-error-summary" in page.evaluate("document.activeElement.className")
    page.click("text=Project start date must be a real date")
    assert page.evaluate("document.activeElement.id") == "id_starts_on_day"
    page.click("a:has-text('Select what type of organisation you are')")
    assert page.evaluate("document.activeElement.id") == "id_kind_0"


def test_the_counter_counts_words_as_the_server_does(page):
    page.goto("/developer/components/")
    box = page.locator("#blank_need")
    box.fill("one  two\nthree")
    page.wait_for_selector("text=You have 297 words remaining")


def test_a_long_menu_folds_on_a_phone_and_stands_open_without_scripts(page, page_without_scripts):
    for one, folded in ((page, True), (page_without_scripts, False)):
        one.set_viewport_size({"width": 320, "height": 800})
        one.goto("/")
        assert one.locator("#navigation").is_visible() is not folded
    page.click("text=Menu")
    assert page.locator("#navigation").is_visible()


def test_a_page_works_without_scripts(page_without_scripts):
    page_without_scripts.goto("/")
    page_without_scripts.click("footer >> text=Cookies")
    assert page_without_scripts.locator("h1").inner_text() == "Cookies"


@pytest.mark.parametrize("address", ["/", "/developer/components/"])
def test_wider_text_spacing_cuts_nothing(page, address):
    """WCAG 1.4.12: line height 1.5, letters 0.12em, words 0.16em, paragraphs 2em."""
    page.goto(address)
    page.evaluate("""() => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
            word-spacing: .16em !important; } p { margin-bottom: 2em !important; }`);
        document.adoptedStyleSheets = [sheet];
    }""")
    cut = page.evaluate("""() => [...document.querySelectorAll("p, a, h1, h2, li, dd, dt, label, button")]
        .filter((e) => e.offsetParent && getComputedStyle(e).overflow === "hidden")
        .filter((e) => e.scrollHeight > e.clientHeight + 1)
        .filter((e) => !e.matches(".govuk-visually-hidden, .govuk-skip-link"))
        .map((e) => e.outerHTML.slice(0, 80))""")
    assert cut == []


def test_paper_gets_the_content_without_the_frame(page):
    page.goto("/developer/components/")
    page.emulate_media(media="print")
    for hidden in (
        ".govuk-service-navigation",
        ".app-help",
        ".app-footer",
        ".app-filter",
        ".govuk-pagination",
    ):
        assert not page.locator(hidden).first.is_visible(), hidden
    assert page.locator("h1").is_visible()


def test_a_page_is_light(page):
    """Under 150 KB for the page itself and everything it fetches on a first visit, compressed as served."""
    sizes = []
    page.on("response", lambda response: sizes.append(len(response.body())))
    itself = page.goto("/")
    page.wait_for_load_state("networkidle")
    assert sum(sizes) < 200_000
    assert len(itself.body()) < 20_000
