"""Every list costs the same number of queries at 1, 3 and 1,000 rows (issue 2; house.md section 4)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from applications.models import Application
from audit.models import Event
from awards.models import Award, Condition, Payment
from funds.models import Budget, FundingSource
from notifications.models import Message
from pcc_grants.lib import clock
from reports import services
from reports.models import Paper, Publication, PublishedItem

MANY = 1000


def copies(original, count: int, start: int, **changes):
    """Rows like `original`; each change is a function of the row's number."""
    fields = [f for f in original._meta.concrete_fields if not f.primary_key]
    base = {f.attname: getattr(original, f.attname) for f in fields}
    model = type(original)
    rows = [
        model(**base | {name: make(n) for name, make in changes.items()}) for n in range(start, start + count)
    ]
    return model.objects.bulk_create(rows, batch_size=500)


class Lists:
    """One grant and all that hangs on it, copied as often as wanted."""

    def __init__(self, application: Application, award: Award, payment: Payment, paper: Paper):
        self.first = {
            "application": application,
            "award": award,
            "payment": payment,
            "paper": paper,
            "organisation": application.organisation,
            "fund": application.round.fund,
            "round": application.round,
            "budget": Budget.objects.first(),
            "source": FundingSource.objects.first(),
            "decision": award.decision,
            "agreement": award.agreement,
            "return": award.returns.first(),
            "assessment": application.assessments.first(),
            "publication": Publication.objects.first(),
            "published": PublishedItem.objects.first(),
            "person": User.objects.first(),
            "message": Message.objects.first(),
            "event": Event.objects.first(),
        }
        self.rows = 1

    def grow_to(self, rows: int) -> None:
        count, start, first = rows - self.rows, self.rows, self.first
        self.rows = rows
        people = copies(first["person"], count, start, email=lambda n: f"copy-{n}@example.org")
        copies(
            first["organisation"],
            count,
            start,
            name=lambda n: f"Example organisation, copy {n}",
            reference=lambda n: f"ORG-C{n}",
        )
        self._funds(count, start)
        copies(first["source"], count, start, name=lambda n: f"Source, copy {n}")
        rounds = copies(
            first["round"],
            count,
            start,
            number=lambda n: n + 1,
            slug=lambda n: f"copy-{n}",
        )
        responses = copies(first["application"].response, count, start)
        applications = copies(
            first["application"],
            count,
            start,
            reference=lambda n: f"TST-C-{n}",
            response_id=lambda n: responses[n - start].pk,
            round_id=lambda n: rounds[n - start].pk,
        )
        copies(first["assessment"], count, start, application_id=lambda n: applications[n - start].pk)
        decisions = copies(
            first["decision"],
            count,
            start,
            number=lambda n: f"D-C-{n}",
            application_id=lambda n: applications[n - start].pk,
        )
        awards = copies(
            first["award"],
            count,
            start,
            reference=lambda n: f"TST-C-{n}",
            application_id=lambda n: applications[n - start].pk,
            decision_id=lambda n: decisions[n - start].pk,
        )
        copies(first["agreement"], count, start, award_id=lambda n: awards[n - start].pk)
        instalments = copies(
            first["payment"].instalment, count, start, award_id=lambda n: awards[n - start].pk
        )
        waiting = copies(
            first["award"].instalments.get(number=2), count, start, award_id=lambda n: awards[n - start].pk
        )
        for condition in Condition.objects.filter(instalment=first["award"].instalments.get(number=2)):
            copies(condition, count, start, instalment_id=lambda n: waiting[n - start].pk)
        payments = copies(
            first["payment"],
            count,
            start,
            instalment_id=lambda n: instalments[n - start].pk,
            finance_reference=lambda n: f"COPY-{n}",
        )
        copies(
            first["return"],
            count,
            start,
            award_id=lambda n: awards[n - start].pk,
            reference=lambda n: f"TST-C-{n}-M1",
            condition_id=lambda n: None,
        )
        copies(
            first["published"],
            count,
            start,
            payment_id=lambda n: payments[n - start].pk,
            finance_reference=lambda n: f"COPY-{n}",
        )
        copies(
            first["paper"],
            count,
            start,
            meeting_on=lambda n: first["paper"].meeting_on + timedelta(days=n),
        )
        copies(
            first["message"],
            count,
            start,
            key=lambda n: f"copy:{n}",
            message_id=lambda n: f"<copy-{n}@example.org>",
        )
        copies(first["event"], count, start, hash=lambda n: f"{n:064}")
        assert len(people) == count

    def _funds(self, count: int, start: int) -> None:
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        copies(
            self.first["fund"],
            count,
            start,
            code=lambda n: f"Z{letters[n // 676]}{letters[n // 26 % 26]}{letters[n % 26]}",
            slug=lambda n: f"copy-{n}",
            name=lambda n: f"Fund, copy {n}",
        )


LISTS = {
    "officer": [
        "office_home",
        "office_applications",
        "office_awards",
        "office_returns",
        "office_organisations",
        "office_funds",
        "office_sources",
        "office_rounds",
        "office_papers",
        "past_decisions",
        "finance_payments",
    ],
    "approver": ["decide_home"],
    "finance": ["finance_home", "finance_spending"],
    "assessor": ["assess_home"],
    "panel_officer": ["panel_home"],
    "administrator": ["manage_home", "people", "outbox", "audit"],
    "applicant": ["home"],
    None: ["funding", "spending", "what_we_fund", "decisions", "panel_papers"],
}


@pytest.fixture
def lists(office, paid_award, approved_application, finance, officer):
    """A grant whose first payment was published last month, and a paper that is being filled."""
    payment = paid_award.instalments.get(number=1).payment
    month = payment.paid_on.replace(day=1)
    with clock.at(month + timedelta(days=40)):
        services.publish_month(by=finance, month=month)
    from reports import papers

    paper = papers.plan_paper(
        by=officer,
        meeting_on=clock.today() + timedelta(days=60),
        period_start=month,
        period_end=month + timedelta(days=27),
    )
    return Lists(approved_application, paid_award, payment, paper)


def queries(client, name: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        response = client.get(reverse(name))
    assert response.status_code == 200
    return len(captured)


def test_every_list_costs_the_same_at_1_3_and_1000_rows(lists, login, request, client):
    people = {role: login(request.getfixturevalue(role)) if role else client for role in LISTS}
    pages = [(role, name) for role, names in LISTS.items() for name in names]
    for role, name in pages:
        people[role].get(reverse(name))  # sessions and sign-in settle first
    counts = {}
    for rows in (1, 3, MANY):
        if rows > 1:
            lists.grow_to(rows)
        for role, name in pages:
            counts.setdefault(name, {})[rows] = queries(people[role], name)
    grown = {name: by_rows for name, by_rows in counts.items() if by_rows[3] != by_rows[MANY]}
    assert grown == {}
    more_than_one = {name: c for name, c in counts.items() if c[1] != c[3]}
    assert more_than_one == {}
    assert max(c[MANY] for c in counts.values()) <= 50, counts
