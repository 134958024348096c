"""The office's facts hold from a date, and numbers are given out once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection

from office.models import OfficeSettings
from office.services import next_number, set_office_facts
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories


@pytest.fixture
def versions(administrator):
    return [
        factories.office_settings(administrator, date(2016, 5, 12), plan_title="The first plan"),
        factories.office_settings(administrator, date(2021, 5, 13), plan_title="The second plan"),
    ]


@pytest.mark.parametrize(
    ("day", "title"),
    [
        (date(2010, 1, 1), "The first plan"),
        (date(2016, 5, 12), "The first plan"),
        (date(2021, 5, 12), "The first plan"),
        (date(2021, 5, 13), "The second plan"),
        (date(2030, 1, 1), "The second plan"),
    ],
)
def test_a_day_has_the_settings_that_held_then(versions, day, title):
    assert OfficeSettings.objects.as_at(day).plan_title == title


def test_current_settings_follow_the_london_date(versions):
    with clock.at(factories.london(date(2021, 5, 13), 0, 30)):  # 11:30pm UTC the day before
        assert OfficeSettings.objects.current().plan_title == "The second plan"


def test_before_there_are_settings_there_are_none():
    assert OfficeSettings.objects.current() is None


def test_two_versions_from_one_date_are_refused(versions, administrator):
    with pytest.raises(RuleBroken, match="already settings from 12"):
        factories.office_settings(administrator, date(2016, 5, 12))


@pytest.mark.parametrize(
    "role", ["officer", "assessor", "approver", "finance", "panel", "auditor", "applicant"]
)
def test_only_administrators_change_them(role):
    with pytest.raises(RuleBroken):
        set_office_facts(by=factories.person(role), effective_from=date(2020, 1, 1))


def test_numbers_of_a_series_count_from_1():
    assert [next_number("a"), next_number("a"), next_number("b")] == [1, 2, 1]


@pytest.mark.django_db(transaction=True)
def test_numbers_are_given_out_once_however_many_ask():
    def work(_):
        try:
            return next_number("busy")
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=4) as pool:
        assert sorted(pool.map(work, range(20))) == list(range(1, 21))
