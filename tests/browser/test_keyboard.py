"""By keyboard alone; what has the focus is seen; a double click sends once (screens.md 6.2 to 6.4, 6.26)."""

import pytest

from organisations.models import Organisation

from .checks import focused

FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
# How each thing that can have the focus looks; radios and checkboxes are drawn by their labels.
MARK = """(selector) => {
    window.look = (e) => {
        const drawn = ["radio", "checkbox"].includes(e.type) ? [e.labels[0], "::before"] : [e, null];
        const style = getComputedStyle(...drawn);
        return ["outlineStyle", "outlineWidth", "boxShadow", "backgroundColor"].map((n) => style[n]).join();
    };
    window.before = new Map([...document.querySelectorAll(selector)].map((e) => [e, look(e)]));
}"""
# What is wrong with what has the focus: it must look different from before, and be on the screen.
JUDGE = """() => {
    const it = document.activeElement, box = it.getBoundingClientRect();
    const name = it.outerHTML.slice(0, 100);
    if (it === document.body) { return "end"; }
    if (!before.has(it) || before.get(it) === look(it)) { return `not seen to have the focus: ${name}`; }
    if (box.bottom < 0 || box.top > innerHeight) { return `off the screen: ${name}`; }
    return "";
}"""


def tab_to(page, words: str) -> None:
    """Press Tab until the thing with this id, or else with these words, has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if words in (page.evaluate("document.activeElement.id"), focused(page)):
            return
    raise AssertionError(f"{page.url}: Tab does not reach {words}")


def unseen_focus(page) -> list[str]:
    """What has the focus without being seen to have it, from the first to the last thing of the page."""
    page.evaluate(MARK, FOCUSABLE)
    found, reached = [], 0
    for reached in range(120):  # noqa: B007
        page.keyboard.press("Tab")
        fault = page.evaluate(JUDGE)
        if fault == "end":
            break
        found += [fault] if fault else []
    assert reached > 10
    return found


def write(page, box: str, text: str) -> None:
    tab_to(page, box)
    page.keyboard.type(text)


def test_the_skip_link_comes_first_and_leads_past_the_navigation(page, sign_in, officer, office):
    sign_in(page, officer)
    page.goto("/office/organisations/new/")
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main-content"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_a_person_signs_in_and_registers_an_organisation_by_keyboard(page, officer, office):
    page.goto("/sign-in/password/")
    write(page, "id_email", officer.email)
    write(page, "id_password", "a long password")
    page.keyboard.press("Enter")
    page.wait_for_url("**/office/")
    tab_to(page, "Organisations")
    page.keyboard.press("Enter")
    page.wait_for_url("**/office/organisations/")
    tab_to(page, "Add an organisation")
    page.keyboard.press("Enter")
    page.wait_for_url("**/office/organisations/new/")
    write(page, "id_name", "Example Youth Project")
    tab_to(page, "id_kind_0")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    tab_to(page, "Save")
    page.keyboard.press("Enter")
    page.wait_for_url("**/office/organisations/ORG-*/")
    kinds = list(Organisation.Kind)
    assert Organisation.objects.get(name="Example Youth Project").kind == kinds[1]


@pytest.mark.parametrize(
    ("who", "address"),
    [
        (None, "/sign-in/password/"),
        ("applicant", "/organisation/new/"),
        ("officer", "/office/funds/TST/rounds/new/"),
        ("officer", "/office/applications/"),
    ],
)
def test_whatever_has_the_focus_is_seen_to_have_it(page, sign_in, request, office, fund, who, address):
    if who:
        sign_in(page, request.getfixturevalue(who))
    page.goto(address)
    assert unseen_focus(page) == []


def test_a_double_click_sends_a_form_once(page, sign_in, officer, office):
    """On a slow network: the second click comes while the first is under way."""
    held = []
    sign_in(page, officer)
    page.goto("/office/organisations/new/")
    page.get_by_label("Name of").first.fill("Example Youth Project")
    page.locator("#id_kind_0").check()
    page.route(page.url, lambda route: held.append(route))
    button = page.get_by_role("button", name="Save", exact=True)
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    for pause in (100, 1_500, 100):
        page.mouse.click(box["x"] + 5, box["y"] + 5)
        page.wait_for_timeout(pause)
    assert [route.request.method for route in held] == ["POST"]
    held[0].continue_()
    page.wait_for_url("**/office/organisations/ORG-*/")
    assert Organisation.objects.filter(name="Example Youth Project").count() == 1


def test_a_form_may_be_sent_again_after_coming_back_to_it(page, sign_in, officer, office):
    sign_in(page, officer)
    page.goto("/office/organisations/new/")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_selector(".govuk-error-summary")
    page.get_by_label("Name of").first.fill("Example Youth Project")
    page.locator("#id_kind_0").check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/office/organisations/ORG-*/")
    page.go_back()
    page.wait_for_selector("h1")
    page.get_by_label("Name of").first.fill("Example Community Association")
    page.locator("#id_kind_0").check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/office/organisations/ORG-*/")
    assert Organisation.objects.count() == 2
