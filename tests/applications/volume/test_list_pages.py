"""The list of applications in the browser: filters, headings that sort, saved filters above it, its cost."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications import services
from applications.models import SavedFilter
from audit.models import Event
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.page_text import refused, text_of

from .conftest import copies

LIST = "/office/applications/"


def test_the_list_shows_how_many_and_how_much_and_where_words_were_found(make, officer, login):
    make(need="The valley floods.", amount=1000)
    make(amount=2500.50)
    browser = login(officer)
    text = text_of(browser.get(LIST))
    assert "2 applications, asking for £3,500.50 in all" in text
    response = browser.get(LIST, {"q": "floods", "status": "submitted", "sort": "-asked"})
    html = response.content.decode()
    assert "<mark>floods</mark>" in html
    assert "1 application, asking for £1,000 in all" in text_of(response)
    assert "Remove this filter: Search: floods" in text_of(response)
    assert "Remove this filter: Status: Submitted" in text_of(response)
    assert 'href="/office/applications/?q=floods&amp;sort=-asked"' in html
    assert re.search(r'aria-sort="descending"><a[^>]*href="[^"]*sort=asked"[^>]*>Asked', html)
    assert html.count('aria-sort="none"') == 6
    assert '<input type="hidden" name="sort" value="-asked">' in html


def test_hostile_answers_are_shown_as_text(make, officer, login):
    make(need="<script>alert(1)</script> about floods")
    html = login(officer).get(LIST, {"q": "floods"}).content.decode()
    assert "<script>alert" not in html


def test_the_list_costs_the_same_at_1_3_and_1000_rows(make, officer, login):
    original = make(need="The valley floods.")
    browser = login(officer)
    pages = [LIST, f"{LIST}?q=floods", f"{LIST}?sort=score&status=submitted&only=moved&only=mine"]
    counts = {}
    for rows in (1, 3, 1000):
        if rows > 1:
            type(original).objects.filter(reference__startswith="TST-C").delete()
            copies(original, rows - 1)
        for page in pages:
            browser.get(page)
            with CaptureQueriesContext(connection) as captured:
                assert browser.get(page).status_code == 200
            counts.setdefault(page, []).append(len(captured))
    assert all(len(set(found)) == 1 for found in counts.values()), counts
    assert max(found[0] for found in counts.values()) <= 30, counts


def test_an_applicant_and_an_assessor_find_no_list(login, applicant, assessor, panel_officer):
    for person in (applicant, assessor, panel_officer):
        for address in (LIST, f"{LIST}filters/", f"{LIST}export/", f"{LIST}do/", f"{LIST}done/"):
            assert login(person).get(address).status_code == 403


# -- Saved filters -------------------------------------------------------------------------------------------


def test_a_filter_is_saved_shared_renamed_and_deleted(submitted_application, login, officer, officer_2):
    browser, colleague = login(officer), login(officer_2)
    page = browser.get(LIST, {"status": "submitted", "sort": "asked"})
    assert f"{LIST}filters/new/?status=submitted&amp;sort=asked" in page.content.decode()
    new = f"{LIST}filters/new/?status=submitted&sort=asked&page=3"
    assert "Status: Submitted" in text_of(browser.get(new))
    refused(browser.post(new, {"name": " "}), "Enter a name for the filter")
    for _ in range(2):  # the second sending changes nothing
        response = browser.post(new, {"name": "To check"})
        assert response.url == f"{LIST}?status=submitted&sort=asked"
    kept = SavedFilter.objects.get()
    assert "To check" in text_of(browser.get(LIST))
    assert "To check" not in text_of(colleague.get(LIST))
    other = f"{LIST}filters/new/?checked=no"
    refused(browser.post(other, {"name": "TO CHECK"}), "You already have a filter called “To check”")
    browser.post(other, {"name": "Mine alone"})
    edit = f"{LIST}filters/{kept.pk}/"
    refused(browser.post(edit, {"name": "mine alone"}), "You already have a filter called “mine alone”")
    browser.post(edit, {"name": "Waiting", "is_shared": "on"})
    assert "Waiting shared by" in text_of(colleague.get(LIST))
    assert "Mine alone" not in text_of(colleague.get(f"{LIST}filters/"))
    assert colleague.get(edit).status_code == 404
    assert colleague.post(f"{edit}delete/").status_code == 302
    assert SavedFilter.objects.filter(pk=kept.pk).exists()
    with pytest.raises(RuleBroken, match="colleague’s filter"):
        services.delete_filter(by=officer_2, saved_filter=kept)
    assert "Delete the filter “Waiting”?" in text_of(browser.get(f"{edit}delete/"))
    for _ in range(2):
        assert browser.post(f"{edit}delete/").status_code == 302
    assert not SavedFilter.objects.filter(pk=kept.pk).exists()
    verbs = Event.objects.filter(verb__startswith="filter.").values_list("verb", flat=True)
    assert sorted(verbs) == ["filter.changed", "filter.deleted", "filter.saved", "filter.saved"]


def test_a_saved_filter_of_a_round_that_is_gone_says_so_and_does_nothing_with_the_list(
    submitted_application, login, officer
):
    kept = services.save_filter(by=officer, name="Old round", query="round=999999&status=submitted")
    browser = login(officer)
    page = browser.get(f"{LIST}?{kept.query}")
    assert "can no longer be read, such as a round that was deleted, and is left out: Round" in text_of(page)
    assert submitted_application.reference in text_of(page)
    for address in ("do/", "do/remind/", "export/"):
        assert "Choose the filter again" in text_of(browser.get(f"{LIST}{address}?{kept.query}"))


def test_an_approver_uses_shared_filters_and_cannot_make_one(submitted_application, login, officer, approver):
    services.save_filter(by=officer, name="Shared one", query="status=submitted", is_shared=True)
    browser = login(approver)
    assert "Shared one" in text_of(browser.get(LIST))
    assert "Save this filter" not in text_of(browser.get(LIST))
    assert "Do something" not in text_of(browser.get(LIST))
    assert browser.get(f"{LIST}filters/").status_code == 200
    assert browser.post(f"{LIST}filters/new/", {"name": "x"}).status_code == 403


def test_a_list_without_anything_says_so(login, officer, auditor):
    assert "No application matches" in text_of(login(officer).get(LIST))
    assert "No filter has been saved" in text_of(login(auditor).get(f"{LIST}filters/"))
    assert "Nothing has been done" in text_of(login(auditor).get(f"{LIST}done/"))
    factories.person("officer")
