"""A round is prepared, published and, once people rely on it, only ever closes later."""

from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from audit.models import Event
from funds import services
from funds.models import Round
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests.funds.test_setting_up_a_fund import OTHERS

FACTS = {
    "name": "Round 2, 2018/19",
    "opens_at": clock.london(date(2018, 9, 3)),
    "closes_at": clock.london(date(2018, 9, 28), time(17)),
    "maximum": Decimal("10000"),
    "projects_start_on": date(2018, 11, 1),
    "projects_end_on": date(2019, 10, 31),
    "terms": "Spend it on the project.",
}
BEFORE = date(2018, 8, 1)


@pytest.fixture
def prepared(officer, fund):
    with clock.at(BEFORE):
        yield services.create_round(by=officer, fund=fund, **FACTS)


def test_a_round_is_numbered_within_its_fund_and_paid_from_the_year_it_starts_in(officer, fund, prepared):
    assert (prepared.number, prepared.slug, prepared.start_year) == (1, "round-2-2018-19", 2018)
    assert prepared.reference_prefix == "TST-0118"
    assert not prepared.published_at
    second = services.create_round(by=officer, fund=fund, **(FACTS | {"name": "Next", "start_year": 2019}))
    assert (second.number, second.start_year) == (2, 2019)


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_prepares_changes_or_publishes_a_round(fund, prepared, role, request):
    by = request.getfixturevalue(role)
    for attempt in (
        lambda: services.create_round(by=by, fund=fund, **(FACTS | {"name": "Other"})),
        lambda: services.update_round(by=by, round=prepared, maximum=Decimal(1)),
        lambda: services.publish_round(by=by, round=prepared),
    ):
        with pytest.raises(RuleBroken):
            attempt()
    prepared.refresh_from_db()
    assert (prepared.published_at, prepared.maximum, Round.objects.count()) == (None, 10000, 1)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"closes_at": FACTS["opens_at"]}, "Closing time must be after"),
        ({"projects_end_on": FACTS["projects_start_on"]}, "The last day of projects must be after"),
        (
            {"closes_at": clock.london(FACTS["projects_end_on"])},
            "must be after 31.October.2019, when .* closes",
        ),
        ({"maximum": Decimal(0)}, "must be more than £0"),
        ({"name": "/"}, "Enter the name of the round"),
        ({"years": 0}, "must be 1 or more"),
        ({"assessors_needed": 0}, "must be 1 or more"),
    ],
)
def test_an_impossible_round_is_refused(officer, fund, facts, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        services.create_round(by=officer, fund=fund, **(FACTS | facts))


def test_a_form_sent_twice_prepares_one_round(officer, fund, prepared):
    assert services.create_round(by=officer, fund=fund, **FACTS) == prepared
    with pytest.raises(RuleBroken, match="already has a round"):
        services.create_round(by=officer, fund=fund, **(FACTS | {"maximum": Decimal("20000")}))


@pytest.mark.parametrize("facts", [{"number": 1, "name": "Other"}, {"name": "Round 2 2018-19"}])
def test_a_taken_number_or_name_is_refused(officer, fund, prepared, facts):
    with pytest.raises(RuleBroken, match="already has a round"):
        services.create_round(by=officer, fund=fund, **(FACTS | facts))


def test_publishing_twice_by_one_person_is_publishing_once(officer, officer_2, prepared):
    services.publish_round(by=officer, round=prepared)
    services.publish_round(by=officer, round=prepared)
    assert Event.objects.filter(verb="round.published").count() == 1
    with pytest.raises(RuleBroken, match="already published"):
        services.publish_round(by=officer_2, round=prepared)


def test_a_round_without_terms_criteria_or_time_left_is_not_published(officer, fund, prepared):
    services.update_round(by=officer, round=prepared, terms="")
    with pytest.raises(RuleBroken, match="Enter the terms"):
        services.publish_round(by=officer, round=prepared)
    services.update_round(by=officer, round=prepared, terms="Terms.")
    with clock.at(FACTS["closes_at"]), pytest.raises(RuleBroken, match="closing time has passed"):
        services.publish_round(by=officer, round=prepared)
    prepared.criteria.all().delete()
    with pytest.raises(RuleBroken, match="Add at least one criterion"):
        services.publish_round(by=officer, round=prepared)


def test_a_fund_that_ended_opens_nothing(officer, fund, prepared):
    services.end_fund(by=officer, fund=fund, ended_on=BEFORE, ending_notice="Over.")
    with pytest.raises(RuleBroken, match="opens no new rounds"):
        services.publish_round(by=officer, round=prepared)
    with pytest.raises(RuleBroken, match="opens no new rounds"):
        services.create_round(by=officer, fund=fund, **(FACTS | {"name": "Other"}))


def test_anything_changes_before_publication(officer, prepared):
    services.update_round(
        by=officer, round=prepared, name="Round 3", closes_at=FACTS["closes_at"] - timedelta(days=1)
    )
    prepared.refresh_from_db()
    assert (prepared.slug, prepared.closes_at) == ("round-3", FACTS["closes_at"] - timedelta(days=1))


def test_after_publication_the_closing_time_only_moves_later_and_for_everyone(officer, prepared):
    services.publish_round(by=officer, round=prepared)
    later = FACTS["closes_at"] + timedelta(days=1)
    services.update_round(by=officer, round=prepared, assessors_needed=3)
    services.extend_round(by=officer, round=prepared, closes_at=later, reason="The service was slow.")
    with pytest.raises(RuleBroken, match="can only move later"):
        services.extend_round(by=officer, round=prepared, closes_at=FACTS["closes_at"], reason="Too long.")
    prepared.refresh_from_db()
    assert (prepared.closes_at, prepared.assessors_needed) == (later, 3)


@pytest.mark.parametrize(
    "facts",
    [
        {"name": "Other"},
        {"maximum": Decimal("20000")},
        {"opens_at": FACTS["opens_at"] + timedelta(hours=1)},
        {"projects_start_on": date(2018, 12, 1)},
        {"projects_end_on": date(2019, 12, 1)},
        {"terms": "Other terms."},
        {"years": 2},
        {"start_year": 2019},
        {"grace_minutes": 30},
        {"closes_at": FACTS["closes_at"] + timedelta(days=1)},
    ],
)
def test_what_applicants_were_told_stays(officer, prepared, facts):
    services.publish_round(by=officer, round=prepared)
    with pytest.raises(RuleBroken, match="This round is published"):
        services.update_round(by=officer, round=prepared, **facts)


@pytest.mark.parametrize(
    ("moment", "is_open", "accepts"),
    [
        (FACTS["opens_at"] - timedelta(seconds=1), False, False),
        (FACTS["opens_at"], True, True),
        (FACTS["closes_at"], True, True),
        (FACTS["closes_at"] + timedelta(seconds=1), False, True),
        (FACTS["closes_at"] + timedelta(minutes=15), False, True),
        (FACTS["closes_at"] + timedelta(minutes=15, seconds=1), False, False),
    ],
)
def test_a_round_is_open_to_the_second(officer, prepared, moment, is_open, accepts):
    services.publish_round(by=officer, round=prepared)
    prepared.refresh_from_db()
    with clock.at(moment):
        assert (prepared.is_open, prepared.accepts_submissions) == (is_open, accepts)
