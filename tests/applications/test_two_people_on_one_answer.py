"""Two people on one application: neither loses a word, and every earlier answer can be had again."""

import re
from datetime import timedelta

import pytest

from applications import services
from pcc_grants.lib import clock
from questionnaires.models import AnswerVersion
from tests.applications.form_pages import answer, costs, need, page, project, revisions, url
from tests.page_text import refused, text_of

HERE = ("about-need", "about-need")
HIDDEN = re.compile(r'<input type="hidden" name="(revision-[^"]+)" value="([^"]*)"')


def both_write(login, draft, applicant, colleague):
    """The page is opened by both; the colleague saves first. Gives the owner's browser and its answer."""
    browser = login(applicant)
    opened = need(draft, "Mine is better.")
    login(colleague).post(page(draft, *HERE), need(draft, "Theirs came first."))
    return browser, browser.post(page(draft, *HERE), opened)


def choose(browser, address, **typed):
    """Choose on the page of a conflict as it is shown now."""
    hidden = dict(HIDDEN.findall(browser.get(address).content.decode()))
    return browser.post(address, hidden | typed)


def test_the_second_sees_both_answers_and_neither_is_lost(login, draft, applicant, colleague):
    browser, response = both_write(login, draft, applicant, colleague)
    assert "/conflict/" in response.url
    assert answer(draft, "about-need") == "Theirs came first."
    text = text_of(browser.get(response.url))
    for words in ("Mine is better.", "Theirs came first.", f"{colleague} saved it at"):
        assert words in text
    assert b"<mark>" in browser.get(response.url).content
    refused(browser.post(response.url, {}), "Select which answer you want to keep")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"choice": "mine"}, "Mine is better."),
        ({"choice": "theirs"}, "Theirs came first."),
        ({"choice": "combined", "combined": "Both of us."}, "Both of us."),
    ],
)
def test_whichever_is_kept_the_other_stays_in_the_history(login, draft, applicant, colleague, typed, kept):
    browser, response = both_write(login, draft, applicant, colleague)
    assert choose(browser, response.url, **typed).url == page(draft, *HERE)
    assert answer(draft, "about-need") == kept
    history = text_of(browser.get(url("application_history", draft, *HERE)))
    for words in ("Mine is better.", "Theirs came first.", "Our answer about Need."):
        assert words in history


def test_two_people_on_different_questions_of_a_page_do_not_meet(login, draft, applicant, colleague):
    mine = {"q-title": "My title"} | revisions(draft, "title", "summary")
    services.save_answers(by=colleague, application=draft, values={"summary": "Their summary."})
    current = {"q-summary": "Workshops for young people in the example district."}
    response = login(applicant).post(page(draft, "project", "title"), mine | current)
    assert "/conflict/" in response.url  # the summary as it stood when the page was opened
    assert answer(draft, "title") == "My title"
    assert answer(draft, "summary") == "Their summary."


def test_the_same_answer_by_both_is_no_conflict(login, draft, applicant, colleague):
    opened = need(draft, "The same.")
    login(colleague).post(page(draft, *HERE), need(draft, "The same."))
    assert "/conflict/" not in login(applicant).post(page(draft, *HERE), opened).url


def test_rows_meet_too(login, draft, applicant, colleague):
    opened = costs(draft, ("Hall", "venue", "100"))
    login(colleague).post(page(draft, "budget", "costs"), costs(draft, ("Bus", "travel", "50")))
    browser = login(applicant)
    response = browser.post(page(draft, "budget", "costs"), opened)
    text = text_of(browser.get(response.url))
    assert "Hall" in text
    assert "Bus" in text
    assert "Edit a combined answer" not in text
    choose(browser, response.url, choice="mine")
    assert answer(draft, "costs")[0]["what"] == "Hall"


def test_every_answer_that_met_on_one_page_is_chosen_in_its_turn(login, draft, applicant, colleague):
    opened = project(draft, **{"q-title": "My title", "q-summary": "My summary."})
    services.save_answers(
        by=colleague, application=draft, values={"title": "Their title", "summary": "Their summary."}
    )
    browser, here = login(applicant), page(draft, "project", "title")
    first = browser.post(here, opened)
    second = choose(browser, first.url, choice="mine")
    assert "/conflict/" in second.url
    text = text_of(browser.get(second.url))
    for words in ("My summary.", "Their summary."):
        assert words in text
    assert choose(browser, second.url, choice="theirs").url == page(draft, "project", "summary")
    assert answer(draft, "title") == "My title"
    assert answer(draft, "summary") == "Their summary."


@pytest.mark.parametrize("typed", [{"choice": "mine"}, {"choice": "combined", "combined": "Both of us."}])
def test_what_was_saved_while_both_were_looked_at_is_not_replaced_unseen(
    login, draft, applicant, colleague, typed
):
    browser, response = both_write(login, draft, applicant, colleague)
    looked_at = dict(HIDDEN.findall(browser.get(response.url).content.decode()))
    login(colleague).post(page(draft, *HERE), need(draft, "Theirs once more."))
    again = browser.post(response.url, looked_at | typed)
    assert answer(draft, "about-need") == "Theirs once more."
    text = text_of(browser.get(again.url))
    for words in ("The other answer has been changed again", "Theirs once more.", *list(typed.values())[1:]):
        assert words in text
    choose(browser, again.url, **typed)
    assert answer(draft, "about-need") == typed.get("combined", "Mine is better.")


@pytest.mark.parametrize("then", ["x", "", "-1", "9" * 30])
def test_an_address_of_conflicts_that_was_made_up_breaks_nothing(login, draft, applicant, colleague, then):
    browser, response = both_write(login, draft, applicant, colleague)
    choose(browser, f"{response.url}?then={then}", choice="mine")
    assert answer(draft, "about-need") == "Mine is better."


def test_the_page_of_a_conflict_is_for_its_writer_alone(login, draft, applicant, colleague, stranger):
    _, response = both_write(login, draft, applicant, colleague)
    for other in (colleague, stranger):
        assert login(other).get(response.url).status_code == 404


def test_an_earlier_answer_is_restored_and_what_it_replaces_stays(login, draft, applicant):
    browser = login(applicant)
    browser.post(page(draft, *HERE), need(draft, "A second answer."))
    first = draft.response.versions.get(value="Our answer about Need.")
    history = url("application_history", draft, *HERE)
    response = browser.post(history, {"version": first.pk}, follow=True)
    assert "The earlier answer has been restored" in text_of(response)
    assert answer(draft, "about-need") == "Our answer about Need."
    assert draft.response.versions.filter(value="A second answer.").exists()


@pytest.mark.parametrize("version", ["", "0", "x", "-1", "9" * 30])
def test_an_answer_that_never_was_is_not_restored(login, draft, applicant, version):
    history = url("application_history", draft, *HERE)
    assert login(applicant).post(history, {"version": version}).status_code == 404


def test_an_answer_of_another_application_is_not_restored(login, draft, applicant, open_round, organisation):
    from tests import factories

    other = factories.draft(applicant, open_round, organisation)
    foreign = other.response.versions.get(question__key="about-need")
    history = url("application_history", draft, *HERE)
    assert login(applicant).post(history, {"version": foreign.pk}).status_code == 404


# -- While typing ------------------------------------------------------------------------------------------


def autosave(browser, draft, text, **more):
    from urllib.parse import urlencode

    fields = {"section": HERE[0], "question": HERE[1]} | need(draft, text) | more
    return browser.patch(
        url("application_autosave", draft),
        urlencode(fields),
        content_type="application/x-www-form-urlencoded",
    )


def test_what_is_typed_is_stored_and_says_when(login, draft, applicant):
    browser = login(applicant)
    with clock.at(clock.now()) as now:
        response = autosave(browser, draft, "While I type")
    assert response.json()["saved_at"] == clock.format_time(now)
    assert answer(draft, "about-need") == "While I type"
    assert "While I type" in browser.get(page(draft, *HERE)).content.decode()


def test_its_answer_carries_the_new_revision_so_that_saving_is_no_conflict(login, draft, applicant):
    browser = login(applicant)
    told = autosave(browser, draft, "One").json()["revisions"]["about-need"]
    assert told == revisions(draft, "about-need")["revision-about-need"]
    response = browser.post(page(draft, *HERE), {"q-about-need": "Two", "revision-about-need": told})
    assert "/conflict/" not in response.url


def test_typing_for_a_while_is_one_entry_of_the_history(login, draft, applicant):
    browser = login(applicant)
    before = draft.response.versions.count()
    for text in ("W", "Wo", "Words"):
        autosave(browser, draft, text)
    browser.post(page(draft, *HERE), need(draft, "Words."))
    assert draft.response.versions.count() == before + 1
    assert draft.response.versions.first().how == AnswerVersion.How.SAVED


def test_typing_on_another_day_is_another_entry(login, draft, applicant):
    browser = login(applicant)
    before = draft.response.versions.count()
    for days in (0, 1):
        with clock.at(clock.now() + timedelta(days=days)):
            browser.force_login(applicant)
            autosave(browser, draft, f"Day {days}")
    assert draft.response.versions.count() == before + 2


def test_typing_on_top_of_a_colleagues_answer_is_told_and_kept_aside(login, draft, applicant, colleague):
    old = revisions(draft, "about-need")
    login(colleague).post(page(draft, *HERE), need(draft, "Theirs."))
    browser = login(applicant)
    for text in ("Min", "Mine"):
        response = autosave(browser, draft, text, **old)
        assert response.status_code == 409
        assert "Someone else saved a different answer at" in response.json()["message"]
    assert answer(draft, "about-need") == "Theirs."
    aside = draft.response.versions.filter(how=AnswerVersion.How.SET_ASIDE)
    assert [version.value for version in aside] == ["Mine"]


def test_it_marks_no_section_complete_and_leaves_no_event(login, draft, applicant):
    from audit.models import Event

    events = Event.objects.count()
    autosave(login(applicant), draft, "Typing")
    assert Event.objects.count() == events
    assert not draft.response.completed_sections.exists()


@pytest.mark.parametrize(
    "fields",
    [{"section": "nothing"}, {"question": "nothing"}, {"question": "title"}, {"section": ""}],
)
def test_a_page_that_does_not_exist_is_not_saved(login, draft, applicant, fields):
    assert autosave(login(applicant), draft, "x", **fields).status_code == 404


def test_after_the_end_it_says_why_it_is_not_saved(login, draft, applicant):
    browser = login(applicant)
    with clock.at(draft.round.closes_at + timedelta(minutes=16)):
        response = autosave(browser, draft, "Too late")
    assert response.status_code == 422
    assert "This fund closed at" in response.json()["message"]


# -- Comments ----------------------------------------------------------------------------------------------


def test_colleagues_talk_about_a_section_and_the_office_does_not_see_it(
    login, draft, applicant, colleague, officer
):
    here = url("application_comment", draft, "budget")
    for _ in range(2):
        login(colleague).post(here, {"text": "Is the hall free?"})
    text = text_of(login(applicant).get(url("application_section", draft, "budget")))
    assert text.count("Is the hall free?") == 1
    services.submit(by=applicant, application=draft, signed_name="The Chair", signed_role="Chair")
    from django.urls import reverse

    office = login(officer).get(reverse("office_application", args=[draft.reference]))
    assert "Is the hall free?" not in text_of(office)


def test_only_its_writer_removes_a_comment(login, draft, applicant, colleague):
    login(colleague).post(url("application_comment", draft, "budget"), {"text": "Hm."})
    comment = draft.response.comments.get()
    here = url("application_comment_remove", draft, comment.pk)
    assert login(applicant).post(here).status_code == 404
    assert login(colleague).get(here).status_code == 405
    login(colleague).post(here)
    assert "Hm." not in text_of(login(applicant).get(url("application_section", draft, "budget")))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("", "Enter your comment"), ("word " * 301, "Your comment must be 300 words or fewer")],
)
def test_a_comment_of_no_use_is_told(login, draft, applicant, text, sentence):
    refused(login(applicant).post(url("application_comment", draft, "budget"), {"text": text}), sentence)
