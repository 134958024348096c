"""Doing something with all of a list in the browser, from the list to what became of it."""

from datetime import timedelta

import pytest

from applications.models import BulkAction
from pcc_grants.lib import clock
from tests import factories
from tests.page_text import refused, text_of

LIST = "/office/applications/"


def fingerprint(response) -> str:
    return response.content.decode().split('name="fingerprint" value="')[1].split('"')[0]


def test_from_the_list_to_the_result(make, officer, auditor, assessor, login):
    two = [factories.eligible(officer, make()) for _ in range(2)]
    waiting = make()
    browser = login(officer)
    assert "Do something with all 3" in text_of(browser.get(LIST))
    assert "Do something with this application" in text_of(browser.get(LIST, {"status": "submitted"}))
    new = f"{LIST}do/?q={two[0].reference[:3]}"
    assert "3 applications, asking for £30,000 in all" in text_of(browser.get(new))
    refused(browser.post(new), "Select what you want to do")
    options = browser.post(new, {"action": "assign"}).url
    assert options == f"{LIST}do/assign/?q=TST"
    assert "0 to score" in text_of(browser.get(options))
    refused(
        browser.post(options, {"each": "0", "due_on_day": "1"}),
        "Select at least one assessor",
        "How many assessors each application should have must be 1 or more",
        "Date the scores are due must include a month and year",
    )
    day = clock.today() + timedelta(days=9)
    filled = {
        "assessors": [assessor.pk],
        "each": "1",
        "due_on_day": day.day,
        "due_on_month": day.month,
        "due_on_year": day.year,
    }
    preview = browser.post(options, filled).url
    page = browser.get(preview)
    text = text_of(page)
    assert "2 applications would change" in text
    assert f"{two[0].reference}, Example Youth Project: {assessor.name}" in text
    assert "1 is left out" in text
    assert f"{waiting.reference}: Assessors are assigned while it is being assessed." in text
    assert login(auditor).get(preview).status_code == 404  # not confirmed yet
    refused(browser.post(preview, {"fingerprint": fingerprint(page)}), "Enter why you are doing this")
    changed = browser.post(preview, {"fingerprint": "another", "reason": "It is time."})
    refused(changed, "The list has changed since you looked at it")
    sent = {"fingerprint": fingerprint(changed), "reason": "It is time."}
    for _ in range(2):
        assert browser.post(preview, sent).url == preview
    result = text_of(browser.get(preview))
    for words in ("Done", "2 done, 1 left out", "It is time.", f"{waiting.reference} Example Youth Project"):
        assert words in result
    assert two[0].assessments.count() == 1
    only = text_of(browser.get(preview, {"show": "left-out"}))
    assert "Showing 1 to 1 of 1 applications" in only
    assert "Assign assessors" in text_of(login(auditor).get(f"{LIST}done/"))
    assert login(auditor).get(preview).status_code == 200
    assert login(auditor).post(preview).status_code == 403
    discard = browser.post(f"{preview}discard/")
    assert discard.url == preview


def test_what_was_prepared_is_left_without_a_change(make, officer, officer_2, login):
    make()
    browser = login(officer)
    preview = browser.post(f"{LIST}do/write/", {"message": "<b>Hello</b>"}).url
    page = browser.get(preview)
    assert "&lt;b&gt;Hello" in page.content.decode()
    assert login(officer_2).get(preview).status_code == 404
    assert login(officer_2).get(f"{preview}discard/").status_code == 404
    assert "Nothing has been changed yet" in text_of(browser.get(f"{preview}discard/"))
    for _ in range(2):
        assert browser.post(f"{preview}discard/").status_code == 302
    assert not BulkAction.objects.exists()
    empty = browser.post(f"{LIST}do/remind/").url
    assert "Nothing in this list would change" in text_of(browser.get(empty))
    assert 'name="fingerprint"' not in browser.get(empty).content.decode()


@pytest.mark.parametrize("action", ["nonsense", "assign-all", "0"])
def test_an_action_that_does_not_exist_is_not_found(action, login, officer):
    assert login(officer).get(f"{LIST}do/{action}/").status_code == 404


@pytest.mark.parametrize("action", ["assign", "due", "write", "eligible"])
def test_each_action_asks_for_what_it_needs(action, make, login, officer):
    make()
    browser = login(officer)
    assert browser.get(f"{LIST}do/{action}/").status_code == 200
    refused(browser.post(f"{LIST}do/{action}/"))
