"""The pages of the form in a browser: saved while typing, rows, two people, by keyboard (6.3, 6.22, 6.25)."""

import re

import pytest
from django.contrib.sessions.models import Session

from applications.models import Application
from questionnaires.models import AnswerVersion
from tests.applications.form_pages import COSTS, NEED, PROJECT, answer, url

from .checks import assert_sound, focused
from .test_keyboard import tab_to, unseen_focus, write

SAVED = re.compile(r"^Draft saved at (midday|\d{1,2}(:\d\d)?(am|pm))$")
STATUS = "[data-autosave-status]"
LATER_ON = 21_000  # milliseconds: a little after the next save


@pytest.fixture
def question(draft):
    return url(NEED[0], draft, *NEED[1])


@pytest.fixture
def costs(draft):
    return url(COSTS[0], draft, *COSTS[1])


@pytest.fixture
def writing(page, sign_in, applicant, question):
    """The applicant's page of one question, with a clock that can be wound on."""
    page.clock.install()
    sign_in(page, applicant)
    page.goto(question)
    return page


def type_need(page, text: str) -> None:
    page.locator("#id_q-about-need").fill(text)


def saved(page, seconds: float = 21) -> None:
    with page.expect_response("**/autosave/") as answered:
        page.clock.fast_forward(int(seconds * 1000))
    assert answered.value.status == 200, answered.value.text()
    page.wait_for_function("s => document.querySelector(s).innerText.startsWith('Draft saved')", arg=STATUS)


# -- Saved while typing ------------------------------------------------------------------------------------


def test_what_was_typed_is_there_after_the_browser_was_killed(
    browser, browser_context_args, writing, sign_in, applicant, draft, question
):
    type_need(writing, "Typed, and never saved by a button.")
    saved(writing)
    writing.context.close()
    again = browser.new_context(**browser_context_args).new_page()
    sign_in(again, applicant)
    again.goto(question)
    assert again.locator("#id_q-about-need").input_value() == "Typed, and never saved by a button."
    again.context.close()


def test_the_line_says_when_it_was_saved_and_the_save_button_still_works(writing, draft):
    type_need(writing, "First words.")
    saved(writing)
    assert SAVED.match(writing.locator(STATUS).inner_text())
    type_need(writing, "First words, and more.")
    saved(writing)
    assert answer(draft, "about-need") == "First words, and more."
    type_need(writing, "First words, and more, and the last.")
    writing.get_by_role("button", name="Save and come back later").click()
    writing.wait_for_selector("text=Your answers have been saved")
    assert answer(draft, "about-need") == "First words, and more, and the last."
    assert not AnswerVersion.objects.filter(how=AnswerVersion.How.SET_ASIDE).exists()


def test_nothing_is_sent_while_nothing_is_changed(writing):
    sent = []
    writing.on("request", lambda request: sent.append(request) if request.method == "PATCH" else None)
    writing.clock.fast_forward(120_000)
    writing.evaluate("window.dispatchEvent(new Event('pagehide'))")
    writing.wait_for_timeout(200)
    assert sent == []
    assert writing.locator(STATUS).inner_text() == ""


def test_leaving_the_page_saves_at_once(writing, draft):
    type_need(writing, "Typed just before leaving.")
    writing.get_by_role("link", name="Back", exact=True).click()
    writing.wait_for_url(f"**{url('application', draft)}")
    for _ in range(30):
        if answer(draft, "about-need") == "Typed just before leaving.":
            return
        writing.wait_for_timeout(100)
    raise AssertionError(answer(draft, "about-need"))


def test_a_lost_connection_is_said_once_and_tried_again(writing, draft):
    changes = "() => { window.said = []; new MutationObserver(() => said.push(1))"
    changes += f".observe(document.querySelector('{STATUS}'), {{childList: true}}); }}"
    writing.evaluate(changes)
    type_need(writing, "Typed in a tunnel.")
    writing.context.set_offline(True)
    for _ in range(3):
        writing.clock.fast_forward(LATER_ON)
        writing.wait_for_function(
            "s => document.querySelector(s).innerText.startsWith('Not saved.')", arg=STATUS
        )
        writing.wait_for_timeout(100)
    words = writing.locator(STATUS).inner_text()
    assert re.match(
        r"Not saved\. Your connection dropped at .*m\. Keep this page open; we will try again\.", words
    )
    assert writing.evaluate("said.length") == 1
    writing.context.set_offline(False)
    saved(writing)
    assert answer(draft, "about-need") == "Typed in a tunnel."


def test_a_slow_save_and_the_save_button_do_not_cross(writing, draft):
    """The button waits for the save that is under way, and what was typed last is what is stored."""
    held = []
    writing.route("**/autosave/", lambda route: held.append(route))
    type_need(writing, "Early words.")
    writing.clock.fast_forward(LATER_ON)
    writing.wait_for_timeout(200)
    assert len(held) == 1
    type_need(writing, "Early words, and late ones.")
    writing.get_by_role("button", name="Save and continue").dblclick()
    writing.wait_for_timeout(200)
    assert answer(draft, "about-need").startswith("Our answer")
    held[0].continue_()
    writing.wait_for_url("**/about-need/check/")
    assert answer(draft, "about-need") == "Early words, and late ones."
    assert not AnswerVersion.objects.filter(how=AnswerVersion.How.SET_ASIDE).exists()


def test_the_refusal_of_the_service_is_said_in_its_words(writing, draft, colleague):
    from applications.services import save_answers

    save_answers(by=colleague, application=draft, values={"about-need": "What the colleague wrote."})
    type_need(writing, "What the applicant wrote.")
    writing.clock.fast_forward(LATER_ON)
    writing.wait_for_selector("text=Someone else saved a different answer at")


def test_after_the_session_has_ended_the_text_is_kept_and_put_back(
    writing, applicant, sign_in, draft, picture
):
    Session.objects.all().delete()
    type_need(writing, "Typed after the end.")
    writing.clock.fast_forward(LATER_ON)
    writing.wait_for_selector("text=You have been signed out")
    writing.get_by_role("button", name="Save and come back later").click()
    writing.wait_for_selector("text=We kept what you wrote. Sign in to see it.")
    after = writing.url.split("next=")[1].replace("%2F", "/")
    cookies = [c for c in writing.context.cookies() if c["name"] == "csrftoken"]
    sign_in(writing, applicant)
    writing.context.add_cookies(cookies)
    writing.goto(after)
    assert "Typed after the end." in writing.locator("main").inner_text()
    assert_sound(writing)
    picture(writing, "kept-text")
    writing.get_by_role("button", name="Put it back").click()
    writing.wait_for_selector("text=Your answers have been saved")
    assert answer(draft, "about-need") == "Typed after the end."


# -- Two people --------------------------------------------------------------------------------------------


def test_two_browsers_in_conflict_lose_neither_text(
    page, browser, browser_context_args, sign_in, applicant, colleague, draft, question, picture
):
    other = browser.new_context(**browser_context_args).new_page()
    sign_in(page, applicant)
    sign_in(other, colleague)
    page.goto(question)
    other.goto(question)
    type_need(other, "The colleague counted 200 young people.")
    other.get_by_role("button", name="Save and come back later").click()
    other.wait_for_selector("text=Your answers have been saved")
    type_need(page, "The applicant counted 240 young people.")
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_selector("h1:has-text('Someone else saved a different answer')")
    words = page.locator("main").inner_text()
    assert "The colleague counted 200" in words and "The applicant counted 240" in words
    assert_sound(page)
    picture(page, "form-conflict")
    page.get_by_label("Edit a combined answer").check()
    page.get_by_role("textbox", name="A combined answer").fill("We counted 200 and 240 young people.")
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url(f"**{question}")
    assert answer(draft, "about-need") == "We counted 200 and 240 young people."
    page.get_by_role("link", name="Earlier answers to this question").click()
    assert_sound(page)
    picture(page, "form-history")
    history = page.locator("main").inner_text()
    assert "The colleague counted 200" in history and "The applicant counted 240" in history
    other.context.close()


# -- Rows --------------------------------------------------------------------------------------------------


def fill_row(page, index: int, what: str, kind: str, amount: str) -> None:
    page.locator(f"#id_q-costs-{index}-what").fill(what)
    page.locator(f"#id_q-costs-{index}-type").select_option(kind)
    page.locator(f"#id_q-costs-{index}-amount").fill(amount)


def legends(page) -> list[str]:
    return page.locator(".app-rows__row legend").all_inner_texts()


def test_rows_are_added_removed_and_added_up_without_a_reload(
    page, sign_in, applicant, draft, costs, picture
):
    sign_in(page, applicant)
    page.goto(costs)
    page.evaluate("window.same = true")
    before = len(legends(page))
    page.get_by_role("button", name="Add another cost").click()
    assert legends(page) == [f"Cost {n}" for n in range(1, before + 2)]
    assert focused(page) == f"id_q-costs-{before}-what"
    fill_row(page, before - 1, "Hall", "venue", "£1,250.50")
    fill_row(page, before, "Posters", "publicity", "49.50")
    page.wait_for_selector("text=Total: £11,300")
    assert_sound(page)
    picture(page, "form-costs")
    page.get_by_role("button", name=f"Remove cost {before}", exact=True).click()
    assert legends(page) == [f"Cost {n}" for n in range(1, before + 1)]
    assert page.locator(f"#id_q-costs-{before - 1}-what").input_value() == "Posters"
    assert page.locator("text=Total: £10,049.50").count()
    assert page.evaluate("window.same")
    assert_sound(page)
    page.get_by_role("button", name="Save and come back later").click()
    page.wait_for_selector("text=Your answers have been saved")
    rows = answer(draft, "costs")
    assert [row["what"] for row in rows][-1] == "Posters"
    assert "Hall" not in [row["what"] for row in rows]


def test_the_last_row_is_emptied_and_no_more_are_added_than_there_may_be(
    page, sign_in, applicant, draft, costs
):
    sign_in(page, applicant)
    page.goto(costs)
    while len(legends(page)) > 1:
        page.locator(".app-rows__remove").first.click()
    fill_row(page, 0, "Hall", "venue", "5")
    page.get_by_role("button", name="Remove cost 1", exact=True).click()
    assert legends(page) == ["Cost 1"]
    assert page.locator("#id_q-costs-0-what").input_value() == ""
    for _ in range(14):
        page.get_by_role("button", name="Add another cost").click()
    assert len(legends(page)) == 15
    assert not page.get_by_role("button", name="Add another cost").is_visible()


def test_a_new_row_carries_no_mistakes_of_another(page, sign_in, applicant, draft, costs):
    sign_in(page, applicant)
    page.goto(costs)
    page.locator("#id_q-costs-1-amount").fill("a lot")
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_selector(".govuk-error-summary")
    page.get_by_role("button", name="Add another cost").click()
    row = page.locator(".app-rows__row").last
    assert row.locator(".govuk-error-message, [class*='--error'], [aria-describedby]").count() == 0
    assert_sound(page)


def test_rows_are_added_and_removed_without_scripts(page_without_scripts, sign_in, applicant, draft, costs):
    page = page_without_scripts
    sign_in(page, applicant)
    page.goto(costs)
    before = len(legends(page))
    fill_row(page, before - 1, "Hall", "venue", "1,250")
    page.get_by_role("button", name="Add another cost").click()
    assert len(legends(page)) == before + 2
    assert page.locator(f"#id_q-costs-{before - 1}-what").input_value() == "Hall"
    page.get_by_role("button", name=f"Remove cost {before}", exact=True).click()
    assert "Hall" not in [row["what"] for row in answer(draft, "costs")]


# -- By keyboard -------------------------------------------------------------------------------------------


def test_a_page_of_questions_is_filled_in_by_keyboard(page, sign_in, applicant, draft):
    sign_in(page, applicant)
    page.goto(url(PROJECT[0], draft, *PROJECT[1]))
    tab_to(page, "id_q-title")
    page.keyboard.press("Control+A")
    page.keyboard.type("Workshops by keyboard")
    tab_to(page, "id_q-starts-on_year")
    tab_to(page, "Save and continue")
    page.keyboard.press("Enter")
    page.wait_for_url("**/check/")
    assert Application.objects.get(pk=draft.pk).title == "Workshops by keyboard"


def test_a_row_is_added_and_filled_in_by_keyboard(page, sign_in, applicant, draft, costs):
    sign_in(page, applicant)
    page.goto(costs)
    before = len(legends(page))
    tab_to(page, "Add another cost")
    page.keyboard.press("Enter")
    page.keyboard.type("Hall")
    page.keyboard.press("Tab")
    page.keyboard.type("Venue")
    write(page, f"id_q-costs-{before}-amount", "12")
    tab_to(page, "Save and come back later")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Your answers have been saved")
    assert answer(draft, "costs")[-1] == {"what": "Hall", "type": "venue", "amount": "12"}


@pytest.mark.parametrize("where", [PROJECT, COSTS, ("application_section", ["budget"])])
def test_whatever_has_the_focus_is_seen_to_have_it(page, sign_in, applicant, draft, where):
    sign_in(page, applicant)
    page.goto(url(where[0], draft, *where[1]))
    assert unseen_focus(page) == []


def test_every_page_of_the_form_is_sound(page, sign_in, applicant, draft, picture):
    sign_in(page, applicant)
    addresses = {
        "tasks": url("application", draft),
        "project": url(PROJECT[0], draft, *PROJECT[1]),
        "need": url(NEED[0], draft, *NEED[1]),
        "costs": url(COSTS[0], draft, *COSTS[1]),
        "match": url("application_question", draft, "budget", "has-match"),
        "section": url("application_section", draft, "budget"),
        "section-project": url("application_section", draft, "project"),
        "comment": url("application_comment", draft, "budget"),
        "submit": url("application_submit", draft),
    }
    for name, address in addresses.items():
        page.goto(address)
        assert_sound(page)
        picture(page, f"form-{name}")
        page.set_viewport_size({"width": 320, "height": 800})
        picture(page, f"form-{name}-320")
        page.set_viewport_size({"width": 1280, "height": 900})
