"""The list leaves as CSV and Excel, whole and in its order, with numbers, dates, and nothing that runs."""

import csv
import io
import tracemalloc
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from applications import services
from applications.models import Application
from applications.services.exporting import Export
from applications.services.finding import find, in_order
from pcc_grants.lib import clock
from tests import factories
from tests.page_text import refused, text_of

from .conftest import copies

EXPORT = "/office/applications/export/"
EVERYTHING = {"take": "yes", "parts": ["scores", "recommendation", "decision", "answers"]}


def csv_of(response) -> list[dict]:
    return list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))


def sheet_of(response):
    return load_workbook(io.BytesIO(b"".join(response.streaming_content))).active


@pytest.fixture
def two(make, officer, assessor, assessor_2, approver, applicant):
    """One that was decided, whose answers would begin formulas, and one with a question of ours open."""
    decided = make(need='=HYPERLINK("http://example.org")', title="+1 workshops", amount=Decimal("1234.50"))
    factories.assessed(officer, factories.eligible(officer, decided), [assessor, assessor_2])
    factories.approved(approver, factories.recommended(officer, decided))
    asked = make(need="Sent.\nIn two lines.")
    factories.asked(officer, asked)
    services.save_answers(by=applicant, application=asked, values={"about-need": "Not sent"})
    return decided, asked


def test_csv_and_excel_say_the_same_and_nothing_in_them_runs(two, officer, login):
    decided, asked = two
    browser = login(officer)
    response = browser.get(EXPORT, EVERYTHING | {"format": "csv", "sort": "reference"})
    assert response.headers["Content-Disposition"].endswith(f'applications-{clock.today()}.csv"')
    rows = csv_of(response)
    assert [row["Reference"] for row in rows] == sorted([decided.reference, asked.reference])
    by_reference = {row["Reference"]: row for row in rows}
    row, other = by_reference[decided.reference], by_reference[asked.reference]
    assert row["Project"] == "'+1 workshops"
    assert row["Answer: Need"] == '\'=HYPERLINK("http://example.org")'
    assert (row["Asked for"], row["Received"]) == ("1234.50", str(clock.today()))
    assert (row["Score in percent"], row["Score: Need"], row["Score: Outcomes"]) == ("70.0", "4.0", "3.0")
    assert (row["Outcome"], row["Approved amount"]) == ("Approved", "1234.50")
    assert row["Recommended by"] == officer.name
    assert (other["Score in percent"], other["Decision"]) == ("", "")
    assert other["Answer: Need"] == "Sent.\nIn two lines."
    response = browser.get(EXPORT, EVERYTHING | {"format": "xlsx", "sort": "reference"})
    sheet = sheet_of(response)
    assert sheet.freeze_panes == "A2"
    head, *body = list(sheet.iter_rows(values_only=True))
    assert list(head) == list(rows[0])
    excel = {values[0]: dict(zip(head, values, strict=True)) for values in body}[decided.reference]
    assert excel["Asked for"] == 1234.5
    assert isinstance(excel["Received"], datetime)
    assert excel["Received"].date() == clock.today()
    assert excel["Answer: Need"] == row["Answer: Need"]
    assert not any(cell.data_type == "f" for line in sheet.iter_rows() for cell in line)


def test_scores_are_hidden_from_who_has_still_to_score(assessed_application, officer, login):
    both = factories.person("officer")
    both.roles = ["officer", "assessor"]
    both.save()
    Application.objects.update(status="eligible")
    assessed_application.refresh_from_db()
    services.assign(
        by=officer,
        application=assessed_application,
        assessor=both,
        due_on=clock.today() + timedelta(days=1),
    )
    [row] = csv_of(login(both).get(EXPORT, EVERYTHING | {"format": "csv"}))
    assert {row["Score in percent"], row["Score: Need"]} == {"Hidden until you have scored it"}
    [row] = csv_of(login(officer).get(EXPORT, EVERYTHING | {"format": "csv"}))
    assert row["Score in percent"] == "70.0"


def test_300_rows_are_read_back_and_memory_and_queries_stay_flat(
    make, officer, login, django_assert_max_num_queries
):
    copies(make(need="A plain answer.", title="\x0bodd \ufffe name"), 299)
    sheet = sheet_of(login(officer).get(EXPORT, EVERYTHING | {"format": "xlsx"}))
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert len(rows) == 300
    assert len({row[0] for row in rows}) == 300
    export = Export(
        in_order(find(officer, {}), "-received", officer), seen_by=officer, parts=EVERYTHING["parts"]
    )
    with django_assert_max_num_queries(30):
        tracemalloc.start()
        assert sum(1 for _ in export.rows()) == 300
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 20_000_000


def test_the_page_asks_what_to_take_and_keeps_the_filter(two, officer, auditor, login):
    browser = login(auditor)
    page = browser.get(EXPORT, {"status": "approved", "sort": "-asked"})
    assert "1 application: Status: Approved" in text_of(page)
    assert 'name="status" value="approved"' in page.content.decode()
    refused(browser.get(EXPORT, {"take": "yes"}), "Select which kind of file")
    rows = csv_of(browser.get(EXPORT, {"take": "yes", "format": "csv", "status": "approved"}))
    assert len(rows) == 1
    assert "Answer: Need" not in rows[0]
    assert browser.post(EXPORT).status_code == 403
    nothing = csv_of(browser.get(EXPORT, {"take": "yes", "format": "csv", "status": "withdrawn"}))
    assert nothing == []
