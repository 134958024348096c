"""The gallery shows each component; each keeps its promises."""

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory

from .reading import Page

EVIL = "<script>alert(1)</script>"
COMPONENTS = Path(settings.BASE_DIR) / "templates" / "components"


def shown(name, path="/list/?status=open&page=2", **context):
    request = RequestFactory().get(path)
    template = engines["django"].from_string(f'{{% include "components/{name}.html" %}}')
    return template.render(context, request)


@pytest.mark.parametrize("name", sorted(path.stem for path in COMPONENTS.glob("*.html")))
def test_a_component_can_stand_alone_and_escapes_its_words(name):
    html = shown(
        name,
        text=EVIL,
        title=EVIL,
        heading=EVIL,
        sentence=EVIL,
        summary=EVIL,
        points=[EVIL],
        button=EVIL,
        url="/",
        lead=EVIL,
        reference=EVIL,
        caption=EVIL,
        columns=[EVIL],
        rows=[[EVIL, EVIL]],
        total=[EVIL],
        tasks=[{"title": EVIL, "url": "/", "status": EVIL, "hint": EVIL}, {"title": EVIL, "status": EVIL}],
        events=[{"title": EVIL, "by": EVIL, "at": date(2019, 6, 1), "text": EVIL}],
        crumbs=[(EVIL, "/")],
        back_url="/",
        back_label=EVIL,
        page_errors=[EVIL],
        things=EVIL,
        messages=[],
        page_obj=Paginator(range(60), 25).page(2),
        filter_form=(),
        second_button=EVIL,
        cancel_url="/",
        cancel_label=EVIL,
        hidden=EVIL,
    )
    assert "<script" not in html
    assert html.strip() or name == "messages"


def test_pagination_keeps_the_filters_of_the_list():
    page = Page(shown("pagination", page_obj=Paginator(range(60), 25).page(2), things="applications"))
    assert {a.attrs["href"] for a in page.all("a")} == {
        "?status=open&page=1",
        "?status=open&page=2",
        "?status=open&page=3",
    }
    assert page.one("a", aria_current="page").text == "2"
    assert "Showing 26 to 50 of 60 applications" in page.all("p")[-1].text


def test_a_list_of_one_page_has_no_pagination():
    assert not Page(shown("pagination", page_obj=Paginator(range(3), 25).page(1))).all("nav")


def test_a_table_is_a_labelled_region_that_the_keyboard_reaches():
    page = Page(
        shown(
            "table",
            caption="Payments",
            columns=["To", "Amount"],
            rows=[["A", "£5"]],
            numeric="1",
            total=["Total", "£5"],
        )
    )
    region = page.one("div", role="region")
    assert region.attrs["tabindex"] == "0" and region.attrs["aria-label"] == "Payments"
    assert [th.attrs["scope"] for th in page.all("th")] == ["col", "col", "row", "row"]
    assert all("govuk-table__cell--numeric" in td.classes for td in page.all("td"))


def test_a_table_without_rows_says_so():
    assert "No payments yet" in shown(
        "table", caption="Payments", columns=["To"], rows=[], empty="No payments yet"
    )


def test_a_fact_that_is_missing_is_said_to_be():
    page = Page(shown("summary_list", rows=[("Name", "A", "/change/"), ("Website", "")]))
    assert [dd.text for dd in page.all("dd", class_="govuk-summary-list__value")] == ["A", "Not provided"]
    assert page.one("a").text == "Change Name"


def test_a_completed_task_has_no_colour_and_one_that_cannot_start_no_link():
    page = Page(
        shown(
            "task_list",
            tasks=[
                {"title": "A", "url": "/a/", "status": "Completed"},
                {"title": "B", "status": "Cannot start yet"},
            ],
        )
    )
    assert not page.all("strong")
    assert [a.text for a in page.all("a")] == ["A"]


def test_the_gallery_shows_every_component(client, db):
    html = client.get("/developer/components/").content.decode()
    for mark in (
        "govuk-task-list",
        "moj-timeline",
        "govuk-pagination",
        "app-filter",
        "govuk-summary-card",
        "govuk-details",
    ):
        assert mark in html
