"""What the submitted scores come to: mean and spread for each criterion, weighted percentage."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications import services
from applications.services.scores import criterion_total, is_blind, percentage_of, submitted_assessments
from funds.models import Criterion

from .conftest import due, score_all


def test_the_mean_the_spread_and_the_percentage(eligible_application, officer, assessor, assessor_2):
    for person, scores in ((assessor, [4, 3]), (assessor_2, [1, 4])):
        assessment = services.assign(
            by=officer, application=eligible_application, assessor=person, due_on=due()
        )
        score_all(assessment, scores)
        services.submit_scores(by=person, assessment=assessment)
    totals = services.totals(eligible_application)
    need, outcomes = totals["criteria"]
    assert (need["mean"], need["spread"]) == (Decimal("2.5"), 3)
    assert (outcomes["mean"], outcomes["spread"]) == (Decimal("3.5"), 1)
    assert totals["percentage"] == Decimal("60.0")
    assert (totals["spread"], totals["assessors"]) == (3, 2)


def test_weights_count(assessment, assessor, open_round):
    open_round.criteria.filter(name="Need").update(weight=3)
    score_all(assessment, [5, 0])
    services.submit_scores(by=assessor, assessment=assessment)
    assert services.totals(assessment.application)["percentage"] == Decimal("75.0")


def test_scores_that_are_not_submitted_do_not_count(assessment, assessor):
    score_all(assessment, [5, 5])
    totals = services.totals(assessment.application)
    assert totals["percentage"] is None
    assert totals["assessors"] == 0
    assert [row["mean"] for row in totals["criteria"]] == [None, None]


def test_scores_of_someone_who_stepped_aside_do_not_count(assessment, assessor):
    score_all(assessment, [5, 5])
    services.declare(by=assessor, assessment=assessment, interest="A link.")
    assert services.totals(assessment.application)["assessors"] == 0


def test_someone_who_has_still_to_score_sees_no_scores(assessment, second_assessment):
    application = assessment.application
    score_all(assessment, [4, 3])
    services.submit_scores(by=assessment.assessor, assessment=assessment)
    waiting = second_assessment.assessor
    assert is_blind(application, waiting)
    assert submitted_assessments(application, seen_by=waiting) == []
    score_all(second_assessment, [1, 1])
    services.submit_scores(by=waiting, assessment=second_assessment)
    assert len(submitted_assessments(application, seen_by=waiting)) == 2


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    weighted=st.lists(
        st.tuples(st.integers(1, 9), st.lists(st.integers(0, 5), min_size=1, max_size=4)),
        min_size=1,
        max_size=6,
    )
)
def test_the_percentage_lies_between_the_lowest_and_the_highest_score(weighted):
    rows = [criterion_total(Criterion(weight=weight), scores) for weight, scores in weighted]
    percentage = percentage_of(rows, 5)
    means = [row["exact_mean"] * 20 for row in rows]
    assert min(means) - Decimal("0.05") <= percentage <= max(means) + Decimal("0.05")
    assert 0 <= percentage <= 100


@pytest.mark.parametrize(("scores", "mean"), [([1, 1, 2], "1.3"), ([1, 2, 2], "1.7"), ([0], "0.0")])
def test_the_mean_is_rounded_to_one_place(scores, mean):
    assert criterion_total(Criterion(weight=1), scores)["mean"] == Decimal(mean)
