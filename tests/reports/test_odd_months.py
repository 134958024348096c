"""Months nobody paid in: before the first payment, or in years that no calendar of ours reaches."""

from datetime import date

import pytest

from pcc_grants.lib import clock
from reports.models import Publication

from . import making


@pytest.mark.parametrize("month", ["0001-01", "0999-12", "9999-12", "2019-13", "2019-00"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_month_of_an_impossible_year_is_not_found(finance, login, method, month):
    browser = login(finance)
    for address in (f"/spending/{month}/", f"/finance/spending/{month}/publish/"):
        assert getattr(browser, method)(address).status_code == 404
    assert not Publication.objects.exists()


def test_a_month_before_the_first_payment_cannot_be_published(finance, login, office):
    making.payment("Amelix Ltd", date(2018, 11, 9))
    browser = login(finance)
    with clock.at(date(2018, 12, 5)):
        assert browser.post("/finance/spending/2018-10/publish/").status_code == 404
        assert not Publication.objects.exists()
        assert browser.post("/finance/spending/2018-11/publish/").status_code == 302
    assert Publication.objects.get().month == date(2018, 11, 1)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2019-02-30", "٢٠١٩-٠٦-١٢"])
def test_a_meeting_on_an_impossible_day_is_not_found(panel_officer, officer, login, day):
    for person, address in ((panel_officer, f"/panel/{day}/"), (officer, f"/office/papers/{day}/")):
        assert login(person).get(address).status_code == 404
