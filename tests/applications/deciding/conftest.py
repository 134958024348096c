"""What the tests of assessing and deciding share."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from applications import services
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories


def put_in(application, status):
    """The application in a state that the test does not reach by the usual way."""
    type(application).objects.filter(pk=application.pk).update(status=status)
    application.refresh_from_db()
    return application


def due():
    return clock.today() + timedelta(days=7)


def score_all(assessment, scores, *, reason="The evidence is clear."):
    """Declare no interest and score every criterion; does not submit."""
    by = assessment.assessor
    services.declare(by=by, assessment=assessment)
    for criterion, score in zip(assessment.application.round.criteria.all(), scores, strict=True):
        services.score(by=by, assessment=assessment, criterion=criterion, score=score, reason=reason)


def at_once(*moves):
    """Run each move in its own thread, all starting together. Returns their results, or the RuleBroken."""
    barrier = threading.Barrier(len(moves))
    results = [None] * len(moves)

    def run(index, move):
        try:
            barrier.wait(timeout=10)
            results[index] = move()
        except RuleBroken as refusal:
            results[index] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(moves)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


@pytest.fixture
def assessment(eligible_application, officer, assessor):
    """`assessor` has been asked to score the eligible application."""
    return services.assign(by=officer, application=eligible_application, assessor=assessor, due_on=due())


@pytest.fixture
def second_assessment(assessment, officer, assessor_2):
    return services.assign(by=officer, application=assessment.application, assessor=assessor_2, due_on=due())


@pytest.fixture
def bids(fund, officer, applicant, organisation, assessor):
    """`bids(4000, 3000)` are scored applications of one round with one assessor, the best first."""
    round = factories.open_round(officer, fund, assessors_needed=1)

    def made(*amounts):
        found = []
        for place, amount in enumerate(amounts):
            draft = factories.draft(applicant, round, organisation, amount=Decimal(amount))
            application = factories.eligible(officer, factories.submitted(applicant, draft))
            best = max(5 - place, 0)
            found.append(factories.assessed(officer, application, [assessor], (best, best)))
        return found

    return made
