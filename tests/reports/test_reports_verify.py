"""verify names what does not hold in published spend and papers, and nothing when all holds."""

from datetime import date, timedelta

import pytest
from django.db import connection

from reports import papers
from reports.models import Paper, PaperStatus, PaperVersion, Publication
from reports.verify import violations

from . import making


@pytest.fixture(autouse=True)
def office_facts(office):
    return office


def force(sql: str, *values):
    """Write past the triggers, as only somebody with the database's own keys could."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET session_replication_role = origin")


def rules() -> set[str]:
    return {violation.rule for violation in violations()}


def test_nothing_is_wrong_with_papers_at_every_stage():
    items = making.published_list(making.JUNE_2019)
    making.paper(meeting_on=date(2019, 9, 24))
    making.drafted_paper(items[:1], meeting_on=date(2019, 11, 21))
    making.checking_paper(items[:1], meeting_on=date(2020, 2, 6))
    approved = making.approved_paper(items[:3], items[3:])
    papers.publish(by=approved.created_by, paper=approved)
    assert list(violations()) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [("amount", 999), ("paid_on", "2018-11-10"), ("finance_reference", "X"), ("legal_power", "asbcpa_s143")],
)
def test_an_item_that_is_not_its_payment_is_named(column, value):
    making.published(amount="10000")
    force(f"UPDATE reports_publisheditem SET {column} = %s", value)
    assert "published items equal their payments" in rules()


def test_an_item_that_the_rule_does_not_allow_is_named():
    item = making.published(amount="600", kind="purchase")
    force("UPDATE reports_publisheditem SET reasons = ' '")
    assert rules() == {"what is published follows the two-part rule"}
    force("UPDATE reports_publisheditem SET reasons = 'Why.', is_grant = true")
    assert [violation.about for violation in violations()] == [str(item)]


def test_an_item_in_the_wrong_month_is_named():
    making.published()
    Publication.objects.update(month=date(2018, 12, 1))
    assert rules() == {"published items stand in their month"}


def test_a_payment_left_out_of_its_month_is_named_and_a_late_one_is_not():
    making.published()
    making.payment(paid_on=date(2018, 11, 20))
    assert rules() == set()
    publication = Publication.objects.get()
    publication.published_at += timedelta(days=1)
    publication.save()
    assert rules() == {"nothing that must be published is left out"}


@pytest.mark.parametrize("column", ["html", "pdf"])
def test_a_frozen_paper_that_was_altered_is_named(column, officer, approver):
    paper = making.checking_paper([making.published()], officer=officer)
    making.as_if_approved(paper, approver=approver)
    assert rules() == set()
    force(f"UPDATE reports_paperversion SET {column} = 'x'")
    assert rules() == {"frozen papers are as they were approved"}


def test_a_paper_approved_by_its_sender_is_named(officer, approver):
    paper = making.checking_paper([making.published()], officer=officer)
    making.as_if_approved(paper, approver=approver)
    force("UPDATE reports_paperversion SET approved_by_id = %s", officer.pk)
    assert rules() == {"nobody approves what they sent"}


@pytest.mark.parametrize("status", [status for status in PaperStatus if status != PaperStatus.CHECKING])
def test_a_state_without_its_stamps_is_named(status):
    paper = making.checking_paper([making.published()])
    Paper.objects.filter(pk=paper.pk).update(status=status)
    assert rules() == {"papers' states have their stamps"}
    assert not PaperVersion.objects.exists()


def test_items_out_of_place_are_named():
    items = making.published_list(making.JUNE_2019)
    paper = making.drafted_paper(items[:2], items[2:3])
    paper.items.filter(position=3).update(position=7)
    assert rules() == {"items are numbered from 1"}
    paper.items.filter(position=7).update(position=3)
    paper.items.filter(position=1).update(joins_previous=True, chosen_by="office")
    assert rules() == {"the Panel's items come first", "an item joins one above it"}
