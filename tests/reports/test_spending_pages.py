"""What the public sees of spending and awards, and the file with the same facts."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from awards.models import Status as AwardStatus
from pcc_grants.lib.spreadsheets import csv_lines, neutral
from reports import services
from tests import factories

from . import making

COLUMNS = [
    "body", "payment_date", "transaction_ref", "supplier", "supplier_registration", "amount",
    "irrecoverable_vat", "purpose", "category", "merchant", "merchant_category", "payment_method", "is_grant",
    "fund", "legal_power", "reason", "conditions_url", "redaction",
]  # fmt: skip


@pytest.fixture(autouse=True)
def office_facts(office):
    return office


@pytest.fixture
def visitor():
    return Client()


def rows_of(response) -> list[dict]:
    return list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))


def queries(client, url) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_months_and_years_have_their_totals(visitor):
    making.published_list(making.NOVEMBER_2017)
    making.published_list(making.JUNE_2019)
    page = visitor.get("/spending/").content.decode()
    for text in ("£31,335.00", "£12,000.00", "£112,422.87", "2017/18", "2018/19", "2019/20", "£43,835.00"):
        assert text in page, text
    one_year = visitor.get("/spending/", {"year": "2018/19"}).content.decode()
    assert "£40,000.00" in one_year
    assert "£112,422.87" not in one_year


def test_a_month_shows_purpose_reasons_and_amount(visitor):
    item = making.published("Amelix Ltd", date(2017, 7, 14), "31335.00", purpose="tour schools")
    page = visitor.get("/spending/2017-07/").content.decode()
    for text in ("Amelix Ltd", "£31,335.00", "Tour schools", item.reasons, item.fund):
        assert text in page
    assert page.count("<h1") == 1


@pytest.mark.parametrize("address", ["/spending/2017-08/", "/spending/2017-13/", "/spending/2017-08/csv/"])
def test_a_month_that_is_not_published_is_not_found(visitor, address):
    making.payment("Amelix Ltd", date(2017, 8, 14))
    assert visitor.get(address).status_code == 404


def test_an_empty_month_says_so(visitor, finance):
    services.publish_month(by=finance, month=date(2018, 12, 1))
    assert "Nothing was paid" in visitor.get("/spending/2018-12/").content.decode()
    assert rows_of(visitor.get("/spending/2018-12/csv/")) == []


def test_words_find_items_of_every_month(visitor):
    making.published_list(making.NOVEMBER_2017)
    page = visitor.get("/spending/", {"q": "amelix"}).content.decode()
    assert "Amelix Ltd" in page
    assert "Shepway Chariots" not in page
    assert "No published payment matches" in visitor.get("/spending/", {"q": "zebra"}).content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {"q": "\x00"},
        {"q": "x" * 20_000},
        {"q": "%"},
        {"q": "'; DROP TABLE"},
        {"year": "1999/00"},
        {"year": "\x00"},
        {"page": "99999999999999999999"},
        {"page": "-1"},
        {"q": "a", "year": "2018/19", "page": "x"},
    ],
)
def test_odd_questions_get_a_page(visitor, query):
    making.published()
    assert visitor.get("/spending/", query).status_code == 200
    assert visitor.get("/what-we-fund/", query).status_code == 200


def test_the_file_has_the_columns_of_the_law(visitor, fund):
    item = making.published("Family Matters", date(2019, 4, 25), "112422.87", kind="contract")
    response = visitor.get("/spending/2019-04/csv/")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="spending-2019-04.csv"'
    text = b"".join(response.streaming_content).decode()
    assert text.splitlines()[0] == ",".join(COLUMNS)
    row = next(csv.DictReader(io.StringIO(text)))
    assert row == dict.fromkeys(COLUMNS, "") | {
        "body": "Office of the Example Police and Crime Commissioner",
        "payment_date": "2019-04-25",
        "transaction_ref": item.finance_reference,
        "supplier": "Family Matters",
        "amount": "112422.87",
        "purpose": "Run workshops for young people",
        "category": "Contract",
        "is_grant": "false",
        "fund": "Example Fund",
        "legal_power": "Contract for services",
        "reason": item.reasons,
    }


def test_a_grant_says_where_its_conditions_are(visitor):
    item = making.published()
    row = rows_of(visitor.get("/spending/2018-11/csv/"))[0]
    slug = item.payment.instalment.award.fund.slug
    assert row["conditions_url"].endswith(f"/funding/{slug}/")
    assert row["is_grant"] == "true"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "\u00a0=", "\n="])
def test_a_cell_that_would_run_is_made_neutral(start):
    assert neutral(f"{start}cmd()") == f"'{start}cmd()"


@pytest.mark.parametrize("value", ["plain", "a=b", "", "1", Decimal("-5.00"), -5, date(2019, 4, 1), None])
def test_other_cells_and_negative_amounts_stay(value):
    assert neutral(value) == value


def test_negative_amounts_are_not_broken_in_the_file():
    assert list(csv_lines(["amount", "text"], [[services.plain_number(Decimal("-5")), "-5"]])) == [
        "amount,text\r\n",
        "-5.00,'-5\r\n",
    ]


def test_a_recipient_named_like_a_formula_is_made_neutral_in_the_file(visitor):
    making.published("=HYPERLINK(1)", purpose="+1", reasons="@x")
    row = rows_of(visitor.get("/spending/2018-11/csv/"))[0]
    assert (row["supplier"], row["purpose"], row["reason"]) == ("'=HYPERLINK(1)", "'+1", "'@x")
    page = visitor.get("/spending/2018-11/").content.decode()
    assert "=HYPERLINK(1)" in page


def test_pages_cost_the_same_queries_at_one_row_and_three(visitor):
    making.published("First", date(2018, 11, 1))
    addresses = ["/spending/", "/spending/?q=F", "/spending/2018-11/", "/what-we-fund/"]
    before = [queries(visitor, address) for address in addresses]
    making.published("Second F", date(2018, 11, 2))
    making.published("Third F", date(2018, 12, 3))
    assert [queries(visitor, address) for address in addresses] == before


def test_months_are_paged(visitor, finance):
    for index in range(30):
        services.publish_month(by=finance, month=date(2015 + index // 12, index % 12 + 1, 1))
    assert "Showing 1 to 25 of 30 months" in visitor.get("/spending/").content.decode()
    assert "Showing 26 to 30 of 30 months" in visitor.get("/spending/", {"page": 2}).content.decode()


# -- What we fund --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", AwardStatus.values)
def test_only_awards_in_force_or_past_are_shown(visitor, status):
    award = making.award("Rising Sun")
    stamps = {"closed_by": award.responsible_officer, "closed_at": award.created_at, "ending_reason": "Over."}
    if status in ("closed", "ended_early"):
        type(award).objects.update(status=status, **stamps)
    elif status == "suspended":
        type(award).objects.update(
            status=status,
            suspended_by=award.responsible_officer,
            suspended_at=award.created_at,
            suspension_reason="A return is late.",
        )
    elif status == "declined":
        type(award).objects.update(
            status=status, declined_by=award.responsible_officer, declined_at=award.created_at
        )
    elif status in ("proposed", "refused", "prepared"):
        type(award).objects.update(status=status, offered_by=None, offered_at=None, accept_by=None)
    else:
        type(award).objects.update(status=status)
    shown = "Rising Sun" in visitor.get("/what-we-fund/").content.decode()
    assert shown == (status in ("active", "suspended", "closed", "ended_early"))


@pytest.mark.parametrize("withheld_on", ["award", "organisation"])
def test_a_place_that_is_withheld_is_not_shown(visitor, withheld_on):
    award = making.award("Example refuge", purpose="keep people safe")
    award.districts.add(factories.district("Thanet"))
    assert "Thanet" in visitor.get("/what-we-fund/").content.decode()
    withheld = award if withheld_on == "award" else award.organisation
    withheld.publish_location = False
    withheld.save()
    page = visitor.get("/what-we-fund/").content.decode()
    assert "Thanet" not in page
    assert "Not published" in page
    assert "Example refuge" in page


def test_awards_are_filtered_by_fund(visitor):
    first = making.award("First recipient", fund="Safer in Kent Fund")
    making.award("Second recipient", fund="Violence Reduction Fund")
    page = visitor.get("/what-we-fund/", {"fund": first.fund_id}).content.decode()
    assert "First recipient" in page
    assert "Second recipient" not in page
    nothing = visitor.get("/what-we-fund/", {"fund": "999999"}).content.decode()
    assert "No award matches" in nothing
