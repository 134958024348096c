"""The office's pages of overlaps: found and shown with why, settled, linked to the register, retained."""

from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications import services
from applications.models import Overlap, Project
from awards.models import Award
from tests import factories
from tests.applications import overlapping as making


@pytest.fixture
def cast(officer, approver, office):
    return SimpleNamespace(officer=officer, approver=approver)


@pytest.fixture
def pair(cast):
    made = making.overlapping(cast, schools="Example Academy")
    made.url = reverse("office_overlap", args=[made.overlap.pk])
    return made


def read(browser, url, expected=200, /, **data) -> str:
    response = browser.post(url, data) if data else browser.get(url)
    assert response.status_code == expected, response.content.decode()[:2000]
    return response.content.decode()


def test_the_list_is_filtered_and_looks_again(pair, officer, login):
    browser, url = login(officer), reverse("office_overlaps")
    html = read(browser, url)
    assert "Example North Partnership, £4,000.50" in html
    assert "same name" in html
    assert "No overlap matches" in read(browser, url + "?status=different")
    assert "No overlap matches" in read(browser, url + "?year=x")
    year = pair.round.start_year
    assert "Example North" in read(browser, f"{url}?year={year}&status=found")
    assert "Select the financial year" in read(browser, url, 422, year="")
    Overlap.objects.all().delete()
    assert "No overlaps have been found" in read(browser, url)
    done = browser.post(url, {"year": year}, follow=True).content.decode()
    assert "1 found" in done
    assert "Nothing has changed" in browser.post(url, {"year": year}, follow=True).content.decode()
    home = read(browser, reverse("office_home"))
    assert "Look at the overlap" in home


def test_the_list_costs_the_same_at_any_length(pair, officer, login):
    browser, url = login(officer), reverse("office_overlaps")

    def queries():
        with CaptureQueriesContext(connection) as captured:
            read(browser, url)
        return len(captured)

    read(browser, url)  # the first page of a session asks for more
    before = queries()
    for number in range(5):
        making.project(pair.one, amount=Decimal(number + 1))
    services.find_overlaps(by=officer, start_year=pair.round.start_year)
    assert Overlap.objects.count() == 6
    assert queries() == before


def test_two_projects_stand_side_by_side_and_are_settled(pair, officer, login):
    browser = login(officer)
    html = read(browser, pair.url)
    for words in (
        "Workshops on knife crime",
        "£3,500.49",
        "Example Academy",
        making.AIMS,
        "Not linked",
        "None yet",
    ):
        assert words in html
    html = read(browser, pair.url, 422, status="", note="")
    assert "Select what you made of this overlap" in html
    assert "Enter why, or how it is settled" in html
    settled = {"status": "changed", "note": "The south <b>withdraws</b> its project."}
    read(browser, pair.url, 302, **settled)
    html = read(browser, pair.url)
    assert "Overlap: settled in another way" in html
    assert "&lt;b&gt;withdraws" in html


def test_the_provider_is_linked_and_the_link_removed(pair, officer, login):
    body = factories.organisation(factories.person("applicant"), "Example Mentors Ltd")
    other = factories.organisation(factories.person("applicant"), "Example Choir")
    browser = login(officer)
    url = reverse("office_overlap_provider", args=[pair.overlap.pk, pair.first.pk])
    html = read(browser, url)
    assert "The same name, or another name of it" in html
    assert "Select the organisation that delivers" in read(browser, url, 422, suggested="", other="")
    read(browser, url, 302, suggested=body.pk)
    assert Project.objects.get(pk=pair.first.pk).provider == body
    read(browser, url, 302, suggested=body.pk, other=other.pk)
    assert Project.objects.get(pk=pair.first.pk).provider == other
    assert "is linked to Example Choir" in read(browser, url)
    read(browser, url, 302, unlink="yes")
    assert Project.objects.get(pk=pair.first.pk).provider is None
    assert "partnership itself" in read(browser, url, 422, other=pair.one.organisation.pk)
    assert read(browser, reverse("office_overlap_provider", args=[pair.overlap.pk, 999999]), 404)


def test_the_money_is_retained_through_the_pages(pair, officer, approver, login):
    body = factories.organisation(factories.person("applicant"), "Example Mentors Ltd")
    browser, url = login(officer), reverse("office_overlap_retain", args=[pair.overlap.pk])
    assert "Retain the money" in read(browser, pair.url)
    html = read(browser, url)
    assert "Example South Partnership: £3,500.49" in html
    start, end = pair.round.projects_start_on, pair.round.projects_end_on
    typed = {
        "projects": [pair.first.pk, pair.second.pk],
        "organisation": body.pk,
        "title": "Knife crime workshops",
        "purpose": "deliver workshops in both areas",
        "reasons": "They prevent young people from carrying knives.",
        "direct_reason": "",
        "amount": "",
        **{f"starts_on_{part}": getattr(start, part) for part in ("day", "month", "year")},
        **{f"ends_on_{part}": getattr(end, part) for part in ("day", "month", "year")},
    }
    assert "Select the projects" in read(browser, url, 422, **typed | {"projects": []})
    assert "can be for that or less" in read(browser, url, 422, **typed | {"amount": "9,000"})
    read(browser, url, 302, **typed)
    read(browser, url, 302, **typed)
    award = Award.objects.get()
    page = reverse("office_award", args=[award.reference])
    assert "Money retained from overlapping projects" in read(browser, page)
    assert "is proposed to be kept" in read(browser, pair.url)
    assert "No money of these projects can be retained" in read(browser, url)
    decide = reverse("decide_award", args=[award.reference])
    html = read(login(approver), decide)
    assert "To be kept" in html
    assert pair.one.decision.number in html
    read(login(approver), decide, 302, approve="yes", reasons="One agreement.")
    html = read(browser, pair.url)
    assert "£4,000.50 of “Knife crime workshops in schools” was kept" in html
    assert award.reference in html


def test_the_office_reads_and_a_reader_changes_nothing(pair, auditor, finance, stranger, login):
    html = read(login(auditor), pair.url)
    assert '<h2 class="govuk-heading-m">Settle' not in html
    read(login(auditor), pair.url, 403, status="different", note="No.")
    read(login(finance), pair.url, 403)
    read(login(stranger), pair.url, 403)
    assert "Look again" not in read(login(auditor), reverse("office_overlaps"))


def test_a_project_shows_its_overlaps_to_the_office_and_its_retention_to_its_partnership(pair, officer):
    context = {"project": pair.first, "overlaps": services.overlaps_of(pair.first)}
    html = render_to_string("applications/overlaps/_of_project.html", context)
    assert "cannot be approved until its overlaps are settled" in html
    assert "Workshops on knife crime</a>, Example South Partnership" in html
    theirs = render_to_string("awards/_retained.html", {"project": pair.first, "for_party": True})
    assert not theirs.strip()
