"""The ranked list of a round: best first, a running total, and where the money runs out."""

from decimal import Decimal

import pytest

from applications import services
from applications.models import Status
from tests import factories

from .conftest import due, put_in, score_all


@pytest.fixture
def scored(applicant, organisation, open_round, officer, assessor, assessor_2):
    """`scored(5, 5)` is an application that both assessors gave these scores; £10,000 unless said."""

    def make(*scores, amount=Decimal("10000")):
        draft = factories.draft(applicant, open_round, organisation, amount=amount)
        application = factories.eligible(officer, factories.submitted(applicant, draft))
        return factories.assessed(officer, application, [assessor, assessor_2], scores)

    return make


def references(ranking):
    return [row.application.reference for row in ranking.rows]


def test_the_best_comes_first(scored, open_round, officer):
    weak, strong, middling = scored(1, 2), scored(5, 5), scored(3, 3)
    ranking = services.ranking(open_round, seen_by=officer)
    assert references(ranking) == [strong.reference, middling.reference, weak.reference]
    assert [row.rank for row in ranking.rows] == [1, 2, 3]
    assert [row.percentage for row in ranking.rows] == [Decimal("100"), Decimal("60"), Decimal("30")]


def test_equal_scores_stand_in_the_order_received(scored, open_round, officer):
    first, second = scored(3, 3), scored(3, 3)
    assert references(services.ranking(open_round, seen_by=officer)) == [first.reference, second.reference]


def test_the_line_is_cut_where_the_money_runs_out(scored, open_round, officer, fund):
    fund.budgets.filter(start_year=open_round.start_year).update(amount=Decimal("15000"))
    scored(5, 5), scored(4, 4), scored(3, 3)
    ranking = services.ranking(open_round, seen_by=officer)
    assert [row.running_total for row in ranking.rows] == [10000, 20000, 30000]
    assert [row.first_below_line for row in ranking.rows] == [False, True, False]
    assert (ranking.left, ranking.total, ranking.remaining) == (15000, 30000, -15000)


def test_what_is_recommended_counts_instead_of_what_is_asked(scored, open_round, officer):
    application = scored(5, 5)
    factories.recommended(officer, application, amount=Decimal("8500"))
    assert services.ranking(open_round, seen_by=officer).total == Decimal("8500")


@pytest.mark.parametrize("status", [Status.RESERVE, Status.NOT_RECOMMENDED, Status.DECLINED])
def test_what_would_not_be_paid_takes_nothing(scored, open_round, officer, status):
    put_in(scored(5, 5), status)
    ranking = services.ranking(open_round, seen_by=officer)
    assert (len(ranking.rows), ranking.total) == (1, 0)


def test_an_approved_application_is_counted_once(scored, open_round, officer, approver):
    factories.approved(approver, factories.recommended(officer, scored(5, 5)))
    ranking = services.ranking(open_round, seen_by=officer)
    assert (ranking.left, ranking.total, ranking.remaining) == (40000, 0, 40000)


@pytest.mark.parametrize(
    "status",
    sorted(
        set(Status)
        - {
            Status.ASSESSED,
            Status.RECOMMENDED,
            Status.RESERVE,
            Status.NOT_RECOMMENDED,
            Status.DEFERRED,
            Status.APPROVED,
            Status.DECLINED,
        }
    ),
)
def test_only_scored_applications_are_ranked(scored, open_round, officer, status):
    put_in(scored(5, 5), status)
    assert services.ranking(open_round, seen_by=officer).rows == []


def test_a_wide_spread_is_marked(eligible_application, open_round, officer, assessor, assessor_2):
    for person, scores in ((assessor, [5, 3]), (assessor_2, [3, 3])):
        assessment = services.assign(
            by=officer, application=eligible_application, assessor=person, due_on=due()
        )
        score_all(assessment, scores)
        services.submit_scores(by=person, assessment=assessment)
    (row,) = services.ranking(open_round, seen_by=officer).rows
    assert row.is_wide and row.spread == 2


def test_someone_who_has_still_to_score_sees_no_percentage(scored, open_round, officer):
    application = scored(5, 5)
    officer.roles = ["assessor", "officer"]
    officer.save()
    officer.__dict__.pop("permissions", None)
    application.assessments.create(assessor=officer, assigned_by=officer, due_on=due())
    (row,) = services.ranking(open_round, seen_by=officer).rows
    assert row.scores_hidden and row.percentage is None and row.spread == 0
