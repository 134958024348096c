"""Officers set up funds, money and rounds in the browser; others read, and are offered nothing else."""

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from funds import services
from funds.forms import parse_time
from funds.models import Budget, Fund, FundingSource, LegalPower, Round, Route
from pcc_grants.lib import clock
from tests import factories
from tests.page_text import refused, text_of

FUND = {
    "name": "Safer in Kent Fund",
    "code": "sik",
    "purpose": "It prevents crime.",
    "route": Route.OPEN,
    "legal_power": LegalPower.CRIME_AND_DISORDER,
}
ROUND = {
    "name": "Round 2, 2018/19",
    "opens_on_day": "3", "opens_on_month": "Sep", "opens_on_year": "2018", "opens_time": "9am",
    "closes_on_day": "28", "closes_on_month": "9", "closes_on_year": "2018", "closes_time": "5pm",
    "grace_minutes": "15", "maximum": "£10,000", "years": "1", "start_year": "2018/19",
    "projects_start_on_day": "1", "projects_start_on_month": "11", "projects_start_on_year": "2018",
    "projects_end_on_day": "31", "projects_end_on_month": "10", "projects_end_on_year": "2019",
    "assessors_needed": "2", "terms": "Spend it on the project.",
}  # fmt: skip


def test_an_officer_sets_up_a_fund_with_all_it_needs(login, officer):
    browser = login(officer)
    response = browser.post(reverse("office_fund_new"), FUND)
    assert response.url == reverse("office_fund", args=["SIK"])
    browser.post(reverse("office_theme_new", args=["SIK"]), {"name": "Preventing fraud"})
    browser.post(
        reverse("office_criterion_new", args=["SIK"]),
        {"name": "Need", "question": "Why?", "word_limit": "300", "weight": "2"},
    )
    browser.post(reverse("office_source_new"), {"name": "Commissioning budget"})
    source = FundingSource.objects.get()
    browser.post(
        reverse("office_budget_new", args=["SIK"]),
        {"source": source.pk, "start_year": "2018/19", "amount": "£50,000.50"},
    )
    text = text_of(browser.get(reverse("office_fund", args=["SIK"])))
    for words in ("Preventing fraud", "Need Why? 300 2", "2018/19 Commissioning budget £50,000.50 £0.00"):
        assert words in text
    assert Budget.objects.get().start_year == 2018


def test_a_fund_with_faults_comes_back_as_typed(login, officer, fund):
    browser = login(officer)
    html = refused(
        browser.post(reverse("office_fund_new"), {"code": "S1", "purpose": "<b>bold</b>"}),
        "Enter the name of the fund",
        "Code of the fund must be 2 to 4 letters, like SIK",
        "Select the legal power",
    )
    assert "&lt;b&gt;bold&lt;/b&gt;" in html
    refused(
        browser.post(reverse("office_fund_new"), FUND | {"code": fund.code}),
        "Another fund has this code or name",
    )
    assert Fund.objects.count() == 1


def test_a_fund_is_changed_and_ended(login, officer, fund):
    browser = login(officer)
    browser.post(reverse("office_fund_edit", args=["TST"]), FUND | {"name": "Renamed Fund"})
    end = reverse("office_fund_end", args=["TST"])
    refused(browser.post(end, {}), "Enter the date the fund ends", "Enter the notice")
    date_typed = {"ended_on_day": "31", "ended_on_month": "3", "ended_on_year": "2019"}
    browser.post(end, date_typed | {"ending_notice": "Plan ahead."})
    text = text_of(browser.get(reverse("office_fund", args=["TST"])))
    assert "Renamed Fund" in text
    assert "31 March 2019 Plan ahead." in text


def test_a_criterion_of_a_fund_is_changed_and_deleted(login, officer, fund):
    browser = login(officer)
    edit, delete = (
        reverse(name, args=["TST", 1]) for name in ("office_criterion_edit", "office_criterion_delete")
    )
    typed = {"name": "Need", "question": "Why now?", "word_limit": "200", "weight": "1"}
    browser.post(edit, typed)
    assert fund.criteria.first().question == "Why now?"
    assert "Delete the criterion “Need”?" in text_of(browser.get(delete))
    factories.open_round(officer, fund)
    browser.post(edit, typed | {"weight": "3"})
    assert fund.criteria.first().weight == 3
    browser.post(delete)
    assert [criterion.name for criterion in fund.criteria.all()] == ["Outcomes"]


def test_a_budget_with_faults_comes_back_as_typed(login, officer, approved_application):
    url = reverse("office_budget_new", args=["TST"])
    browser = login(officer)
    html = refused(
        browser.post(url, {"source": "9999", "start_year": "2018/20", "amount": "lots"}),
        "Select the source of the money",
        "Financial year must be a financial year, like 2019/20",
        "Amount must be a number, like 250 or 250.50",
    )
    assert 'value="2018/20"' in html
    assert 'value="lots"' in html
    budget = Budget.objects.get(commitments__decision__application=approved_application)
    typed = {"source": budget.source_id, "start_year": str(budget.financial_year), "amount": "1"}
    refused(browser.post(url, typed), "£10,000 of this budget is committed already")


def test_a_fund_shows_what_is_committed_and_left(login, finance, approved_application):
    text = text_of(login(finance).get(reverse("office_fund", args=["TST"])))
    assert "£50,000.00 £10,000.00 £40,000.00" in text
    listed = text_of(login(finance).get(reverse("office_funds")))
    assert "£50,000.00 £10,000.00 £40,000.00" in listed


def test_a_round_is_prepared_changed_and_published(login, officer, fund, client):
    browser = login(officer)
    with clock.at(date(2018, 8, 1)):
        response = browser.post(reverse("office_round_new", args=["TST"]), ROUND)
        round = Round.objects.get()
        assert response.url == reverse("office_round", args=[round.pk])
        assert round.opens_at == clock.london(date(2018, 9, 3), time(9))
        assert round.closes_at == clock.london(date(2018, 9, 28), time(17))
        assert (round.maximum, round.start_year) == (Decimal("10000.00"), 2018)
        edit = reverse("office_round_edit", args=[round.pk])
        assert 'value="5pm"' in browser.get(edit).content.decode()
        browser.post(edit, ROUND | {"closes_time": "midday", "start_year": ""})
        publish = reverse("office_round_publish", args=[round.pk])
        assert "You cannot undo this." in text_of(browser.get(publish))
        assert Round.objects.get().published_at is None
        browser.post(publish)
    round.refresh_from_db()
    assert (round.published_by, round.start_year) == (officer, 2018)
    assert round.closes_at == clock.london(date(2018, 9, 28), time(12))


def test_a_published_round_keeps_its_closing_time_unless_it_is_extended(login, officer, open_round):
    browser = login(officer)
    edit = reverse("office_round_edit", args=[open_round.pk])
    html = browser.get(edit).content.decode()
    assert 'name="closes_time"' not in html
    assert 'name="terms"' not in html
    before = (open_round.closes_at, open_round.maximum)
    browser.post(edit, {"assessors_needed": "3", "maximum": "1", "closes_time": "6pm"})
    open_round.refresh_from_db()
    assert open_round.assessors_needed == 3
    assert (open_round.closes_at, open_round.maximum) == before


def test_a_round_with_faults_comes_back_as_typed(login, officer, fund):
    faults = {"closes_time": "25:00", "opens_time": "morning", "closes_on_month": "13", "maximum": "0"}
    html = refused(
        login(officer).post(reverse("office_round_new", args=["TST"]), ROUND | faults),
        "Opening time must be a time, like 5pm or 9:30am",
        "Closing time must be a time, like 5pm or 9:30am",
        "Closing date must be a real date",
        "The most one application can ask for must be more than £0",
    )
    assert 'value="morning"' in html
    refused(
        login(officer).post(reverse("office_round_new", args=["TST"]), ROUND | {"closes_on_year": "2017"}),
        "Closing time must be after 9am on Monday 3 September 2018, when it opens",
    )


def test_a_round_without_terms_is_not_published(login, officer, fund):
    round = factories.open_round(officer, fund, published=False, terms="")
    refused(login(officer).post(reverse("office_round_publish", args=[round.pk])), "Enter the terms")


@pytest.mark.parametrize(
    ("closes_at", "warning"),
    [
        (clock.london(date(2030, 5, 17), time(0)), "middle of the night"),
        (clock.london(date(2030, 5, 17), time(23, 59)), "middle of the night"),
        (clock.london(date(2030, 5, 18), time(17)), "closes on a Saturday"),
        (clock.london(date(2030, 5, 19), time(17)), "closes on a Sunday"),
        (clock.london(date(2030, 12, 25), time(17)), "bank holiday"),
        (clock.london(date(2030, 5, 20), time(17)), "closes on a Monday after days off"),
        (clock.london(date(2030, 5, 7), time(17)), "closes on a Tuesday after days off"),
        (clock.london(date(2030, 5, 17), time(17)), ""),
    ],
)
def test_an_unwise_closing_time_is_warned_about_and_not_refused(login, officer, fund, closes_at, warning):
    with clock.at(date(2030, 4, 1)):
        round = factories.open_round(officer, fund, closes_at=closes_at, published=False)
        services.record_test(by=officer, round=round)
        for name in ("office_round", "office_round_edit", "office_round_publish"):
            text = text_of(login(officer).get(reverse(name, args=[round.pk])))
            assert warning in text
            assert ("Warning" in text) == bool(warning)
        services.publish_round(by=officer, round=round)


def test_the_overview_counts_drafts_and_submissions_and_the_time_left(
    login, officer, draft, applicant, organisation
):
    factories.submitted(applicant, factories.draft(applicant, draft.round, organisation))
    url = reverse("office_round", args=[draft.round_id])
    with clock.at(draft.round.closes_at - timedelta(hours=5, minutes=30)):
        text = text_of(login(officer).get(url))
    for words in ("Being written 1", "Received 1", "Waiting for a check 1", "Time left 5 hours"):
        assert words in text


READING = ["office_funds", "office_fund", "office_sources", "office_rounds", "office_round"]
WRITING = [
    "office_fund_new", "office_fund_edit", "office_fund_end", "office_theme_new", "office_criterion_new",
    "office_criterion_edit", "office_criterion_delete", "office_budget_new", "office_source_new",
    "office_round_new", "office_round_edit", "office_round_publish",
]  # fmt: skip


def address(name, fund, round):
    arguments = {
        "office_fund": ["TST"], "office_fund_edit": ["TST"], "office_fund_end": ["TST"],
        "office_theme_new": ["TST"], "office_criterion_new": ["TST"], "office_budget_new": ["TST"],
        "office_round_new": ["TST"], "office_criterion_edit": ["TST", 1],
        "office_criterion_delete": ["TST", 1], "office_round": [round.pk], "office_round_edit": [round.pk],
        "office_round_publish": [round.pk],
    }  # fmt: skip
    return reverse(name, args=arguments.get(name, []))


@pytest.mark.parametrize("role", ["approver", "finance", "auditor"])
def test_readers_read_and_are_offered_nothing_to_change(login, open_round, fund, role, request):
    browser = login(request.getfixturevalue(role))
    for name in READING:
        response = browser.get(address(name, fund, open_round))
        assert response.status_code == 200
        for forbidden in WRITING:
            assert f'href="{address(forbidden, fund, open_round)}"' not in response.content.decode()
    for name in WRITING:
        assert browser.get(address(name, fund, open_round)).status_code == 403
        assert browser.post(address(name, fund, open_round), {}).status_code == 403


@pytest.mark.parametrize("role", ["applicant", "assessor", "panel_officer", "administrator"])
def test_others_are_refused(login, open_round, fund, role, request):
    browser = login(request.getfixturevalue(role))
    for name in READING + WRITING:
        assert browser.get(address(name, fund, open_round)).status_code == 403


@pytest.mark.parametrize("name", ["office_funds", "office_fund", "office_sources", "office_rounds"])
def test_lists_cost_the_same_at_one_and_three_rows(login, officer, fund, name):
    browser = login(officer)

    def count():
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(address(name, fund, open_round)).status_code == 200
        return len(captured)

    open_round = factories.open_round(officer, fund)
    count()  # the first page of a session also writes the session
    one = count()
    for code in ("TSA", "TSB"):
        other = factories.fund(officer, code=code, name=f"Fund {code}")
        services.create_source(by=officer, name=f"Source {code}")
        factories.open_round(officer, other), factories.open_round(officer, fund)
        services.add_theme(by=officer, fund=fund, name=code)
    assert count() == one


def test_rounds_are_filtered(login, officer, open_round):
    other = factories.fund(officer, code="OTH", name="Other Fund")
    hidden = factories.open_round(officer, other, published=False)
    browser = login(officer)
    url = reverse("office_rounds")
    assert hidden.name not in text_of(browser.get(url, {"state": "open"}))
    assert open_round.name not in text_of(browser.get(url, {"fund": other.pk}))
    assert hidden.name in text_of(browser.get(url, {"state": "preparing"}))
    assert "Other Fund" in text_of(browser.get(reverse("office_funds"), {"q": "other"}))
    assert "Example Fund" not in text_of(browser.get(reverse("office_funds"), {"q": "oth"}))


@pytest.mark.parametrize(
    ("typed", "hour", "minute"),
    [
        ("5pm", 17, 0), ("5 PM", 17, 0), ("9:30am", 9, 30), ("9.30 am", 9, 30), ("17:00", 17, 0),
        ("midday", 12, 0), ("12pm", 12, 0), ("12am", 0, 0), ("11:59pm", 23, 59), ("00:00", 0, 0),
    ],
)  # fmt: skip
def test_clock_times_are_read_as_people_write_them(typed, hour, minute):
    assert parse_time(typed) == time(hour, minute)


@pytest.mark.parametrize("typed", ["5", "25:00", "13pm", "0am", "5:60pm", "٥pm", "late", "5pm5"])
def test_other_words_are_not_a_time(typed):
    with pytest.raises(ValueError):
        parse_time(typed)
