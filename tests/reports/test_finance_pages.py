"""Finance publishes months; others who may read payments see how the months stand."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pcc_grants.lib import clock
from reports.models import Publication, PublishedItem

from . import making

PUBLISH = "/finance/spending/2018-11/publish/"


@pytest.fixture(autouse=True)
def office_facts(office):
    return office


def test_finance_publishes_a_month_after_seeing_what_will_be_published(finance, login):
    making.payment("Amelix Ltd", amount="31335.00")
    browser = login(finance)
    with clock.at(date(2018, 12, 5)):
        assert "November\u00a02018" in browser.get("/finance/spending/").content.decode()
    page = browser.get(PUBLISH).content.decode()
    assert "Amelix Ltd" in page
    assert "£31,335.00" in page
    assert not Publication.objects.exists()
    answer = browser.post(PUBLISH, follow=True)
    assert answer.redirect_chain == [("/finance/spending/", 302)]
    assert "The spending of November 2018 has been published" in answer.content.decode()
    assert PublishedItem.objects.count() == 1
    assert browser.post(PUBLISH).status_code == 302
    assert PublishedItem.objects.count() == 1


def test_what_is_missing_is_listed_and_the_button_is_not_there(finance, login):
    paid = making.payment("Shepway Chariots", amount="500", purpose=" ")
    browser = login(finance)
    page = browser.get(PUBLISH).content.decode()
    assert f"{paid.finance_reference} to Shepway Chariots: the purpose" in page
    assert ">Publish<" not in page
    answer = browser.post(PUBLISH)
    assert answer.status_code == 422
    assert "<title>Error: " in answer.content.decode()
    assert "cannot be published yet" in answer.content.decode()


def test_a_month_that_has_not_ended_is_refused(finance, login):
    month = f"{clock.today():%Y-%m}"
    browser = login(finance)
    page = browser.get(f"/finance/spending/{month}/publish/")
    assert "has not ended yet" in page.content.decode()
    assert browser.post(f"/finance/spending/{month}/publish/").status_code == 422


def test_a_month_to_come_is_not_found(finance, login):
    assert login(finance).get("/finance/spending/2999-01/publish/").status_code == 404


@pytest.mark.parametrize(
    ("role", "reads"),
    [
        ("finance", True),
        ("officer", True),
        ("approver", True),
        ("auditor", True),
        ("assessor", False),
        ("panel_officer", False),
        ("administrator", False),
        ("applicant", False),
    ],
)
def test_who_sees_the_months_and_who_publishes(request, login, role, reads):
    making.payment()
    browser = login(request.getfixturevalue(role))
    for address in ("/finance/spending/", PUBLISH):
        assert browser.get(address).status_code == (200 if reads else 403)
    if reads and role != "finance":
        assert ">Publish<" not in browser.get(PUBLISH).content.decode()
    assert browser.post(PUBLISH).status_code == (302 if role == "finance" else 403)


def test_lists_cost_the_same_queries_at_one_row_and_three(finance, login):
    browser = login(finance)

    def counted():
        found = []
        for address in ("/finance/spending/", PUBLISH):
            with CaptureQueriesContext(connection) as captured:
                browser.get(address)
            found.append(len(captured))
        return found

    making.payment("First", date(2018, 11, 1))
    browser.get("/finance/spending/")
    before = counted()
    making.payment("Second", date(2018, 11, 2))
    making.payment("Third", date(2018, 11, 3))
    making.payment("Fourth", date(2018, 10, 3))
    assert counted() == before
