"""Whatever people with whatever roles do, in whatever order: nobody approves what they proposed themselves.

And however many decide at the same moment: what is committed never exceeds a budget.
"""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.permissions import Role
from applications import services
from applications.models import Application, Assessment, Decision
from applications.services.recommending import budgets_with_committed
from applications.verify_deciding import violations
from awards import services as awards
from awards.models import Award
from funds.models import Budget, LegalPower
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories

from .conftest import at_once, due

PEOPLE = 3
ROLES = (Role.OFFICER, Role.ASSESSOR, Role.APPROVER)
WORDS = {"purpose": "run the club", "reasons": "It keeps young people safe."}

MOVES = st.sampled_from(
    ["assign", "score", "recommend", "recommend", "line", "decide", "decide", "batch", "propose", "direct"]
)
CAST = st.lists(st.sets(st.sampled_from(ROLES), min_size=1), min_size=PEOPLE, max_size=PEOPLE)
STEPS = st.lists(
    st.tuples(MOVES, st.integers(0, PEOPLE - 1), st.integers(0, 1), st.integers(1, 10_000)), max_size=14
)


@pytest.fixture
def people(db):
    return [factories.person("officer") for _ in range(PEOPLE)]


@pytest.fixture
def applications(bids):
    """Two scored applications, as they stand at the beginning of every sequence."""
    return bids(9000, 8000)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cast=CAST, steps=STEPS)
def test_no_sequence_of_moves_lets_one_person_propose_and_approve(people, applications, cast, steps):
    with transaction.atomic():
        for person, roles in zip(people, cast, strict=True):
            person.roles = sorted(roles)
            person.save()
            person.__dict__.pop("permissions", None)
        for move, who, which, pounds in steps:
            application = Application.objects.get(pk=applications[which].pk)
            try:
                with transaction.atomic():
                    _move(move, people[who], application, Decimal(pounds))
            except RuleBroken:
                pass
        assert not Decision.objects.filter(proposed_by=F("decided_by")).exists()
        assert not Decision.objects.exclude(decided_by__roles__contains=[Role.APPROVER]).exists()
        assert not Award.objects.filter(decision__decided_by=F("proposed_by")).exists()
        assert list(violations()) == []
        transaction.set_rollback(True)


def _move(move, by, application, pounds):
    """One thing that a person may try; the services say whether they may."""
    round = application.round
    if move == "assign":
        services.assign(by=by, application=application, assessor=by, due_on=due())
    elif move == "score":
        for assessment in Assessment.objects.filter(application=application, assessor=by):
            services.declare(by=by, assessment=assessment)
            services.submit_scores(by=by, assessment=assessment)
    elif move == "recommend":
        services.recommend(
            by=by,
            application=application,
            outcome="recommended" if pounds % 3 else "reserve",
            amount=min(pounds, application.amount_asked),
            recommendation="It scored well.",
        )
    elif move == "line":
        wanted = services.Wanted(above=1, reserve=1, recommendation="By the scores.")
        services.recommend_by_line(by=by, round=round, wanted=wanted)
    elif move == "decide":
        services.decide(by=by, application=application, **_decision(pounds))
    elif move == "batch":
        rows = [{"application": one} | _decision(pounds) for one in round.applications.order_by("-pk")]
        services.decide_batch(by=by, round=round, rows=rows)
    elif move == "propose":
        _propose(by, application, pounds)
    else:
        for award in Award.objects.proposed():
            awards.decide_direct_award(by=by, award=award, approve=bool(pounds % 2), reasons="It is needed.")


def _decision(pounds) -> dict:
    if pounds % 5 == 0:
        return {"outcome": "deferred", "reasons": "Later."}
    return {"outcome": "approved", "amount": pounds, **WORDS}


def _propose(by, application, pounds):
    return awards.propose_direct_award(
        by=by,
        kind=Award.Kind.GRANT,
        legal_power=LegalPower.CRIME_AND_DISORDER,
        fund=application.round.fund,
        organisation=application.organisation,
        title="Example visits",
        amount=pounds,
        starts_on=clock.today(),
        ends_on=clock.today() + timedelta(days=30),
        direct_reason="Nobody else offers them.",
        **WORDS,
    )


@pytest.mark.django_db(transaction=True)
@settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    budget=st.integers(1_000, 12_000),
    amounts=st.lists(st.integers(500, 8_000), min_size=3, max_size=3),
    direct=st.lists(st.integers(500, 8_000), min_size=2, max_size=2),
)
def test_decisions_at_the_same_moment_never_commit_more_than_the_budget(
    bids, officer, approver, approver_2, budget, amounts, direct
):
    first, second, third = bids(*amounts)
    for application in (first, second, third):
        factories.recommended(officer, application)
    proposed = [_propose(officer, first, Decimal(pounds)) for pounds in direct]
    year = Budget.objects.filter(fund=first.round.fund, start_year=first.round.start_year)
    before = sum(one.committed for one in budgets_with_committed(year))
    year.update(amount=before + budget)

    rows = [
        {"application": one, "outcome": "approved", "amount": one.amount_asked} | WORDS
        for one in (third, second)
    ]
    at_once(
        lambda: services.decide(
            by=approver, application=first, outcome="approved", amount=first.amount_asked, **WORDS
        ),
        lambda: services.decide_batch(by=approver, round=first.round, rows=rows),
        *[
            lambda one=one: awards.decide_direct_award(
                by=approver_2, award=one, approve=True, reasons="It is needed."
            )
            for one in proposed
        ],
    )
    (committed,) = [one.committed for one in budgets_with_committed(year)]
    assert before <= committed <= before + budget
    statuses = {Application.objects.get(pk=one.pk).status for one in (second, third)}
    assert len(statuses) == 1, "a batch is decided as a whole"
    assert list(violations()) == []
