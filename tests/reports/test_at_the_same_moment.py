"""Two people press the same button at the same moment: it is done once, and the second is told."""

from datetime import date

import pytest

from pcc_grants.lib.rules import RuleBroken
from reports import papers, services
from reports.models import Paper, PaperVersion, PublishedItem
from tests import factories
from tests.racing import while_it_is_under_way

from . import making

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def item():
    factories.office_settings(factories.person("administrator"))
    return making.published()


def test_two_finance_officers_publish_a_month():
    first, second = factories.person("finance"), factories.person("finance")
    making.payment()
    month = date(2018, 11, 1)
    outcome = while_it_is_under_way(
        lambda: services.publish_month(by=first, month=month),
        lambda: services.publish_month(by=second, month=month),
    )
    assert outcome.published_by == first
    assert PublishedItem.objects.count() == 1


def test_two_approvers_approve_a_paper(item):
    first, second = factories.person("approver"), factories.person("approver")
    paper = making.checking_paper([item])
    outcome = while_it_is_under_way(
        lambda: papers.approve(by=first, paper=paper), lambda: papers.approve(by=second, paper=paper)
    )
    assert isinstance(outcome, RuleBroken)
    assert PaperVersion.objects.get().approved_by == first


def test_an_approver_approves_while_another_sends_back(item):
    first, second = factories.person("approver"), factories.person("approver")
    paper = making.checking_paper([item])
    outcome = while_it_is_under_way(
        lambda: papers.send_back(by=first, paper=paper, reason="Shorter."),
        lambda: papers.approve(by=second, paper=paper),
    )
    assert isinstance(outcome, RuleBroken)
    assert not PaperVersion.objects.exists()


def test_two_panel_officers_choose_the_same_item(item):
    first, second = factories.person("panel"), factories.person("panel")
    paper = making.paper()
    outcome = while_it_is_under_way(
        lambda: papers.choose(by=first, paper=paper, published_items=[item]),
        lambda: papers.choose(by=second, paper=paper, published_items=[item]),
    )
    assert outcome == paper
    assert paper.items.get().chooser == first


def test_two_officers_plan_the_paper_of_a_meeting():
    first, second = factories.person("officer"), factories.person("officer")
    outcome = while_it_is_under_way(lambda: making.paper(first), lambda: making.paper(second))
    assert isinstance(outcome, RuleBroken)
    assert Paper.objects.get().created_by == first
