"""Interests in several applications or organisations at once wait for others, and never for each other."""

import threading

import pytest
from django.db import connection, transaction

from applications import services
from applications.models import Assessment
from organisations.models import DeclaredInterest, Organisation
from organisations.services import declare_interest
from tests import factories

from .conftest import due

pytestmark = pytest.mark.django_db(transaction=True)


def meeting(hold, many, then):
    """What `many` gives in a thread that waits for `hold`, after which whoever holds it does `then`."""
    results = []

    def run():
        try:
            results.append(many())
        except Exception as error:
            results.append(error)
        finally:
            connection.close()

    waiting = threading.Thread(target=run)
    with transaction.atomic():
        hold()
        waiting.start()
        waiting.join(timeout=0.5)
        assert results == [], "it did not wait"
        then()
    waiting.join(timeout=10)
    return results[0]


def test_a_round_is_declared_on_while_another_declares_on_one_of_it(
    fund, officer, applicant, organisation, assessor, assessor_2
):
    round = factories.open_round(officer, fund)
    for _ in range(2):
        draft = factories.draft(applicant, round, organisation)
        bid = factories.eligible(officer, factories.submitted(applicant, draft))
        services.assign(by=officer, application=bid, assessor=assessor, due_on=due())
    other = services.assign(by=officer, application=bid, assessor=assessor_2, due_on=due())
    key = f"organisation-{organisation.pk}"
    aside = meeting(
        lambda: type(bid).objects.select_for_update(no_key=True).get(pk=bid.pk),
        lambda: services.declare_for_round(by=assessor, round=round, bodies=[key], interest="I chair it."),
        lambda: services.declare(by=assessor_2, assessment=other, interest="My sister works there."),
    )
    assert len(aside) == 2
    assert Assessment.objects.filter(status=Assessment.Status.RECUSED).count() == 3


def test_a_decision_is_handed_on_while_another_declares_an_interest_in_the_partner(
    recommended_application, other_organisation, officer_2, approver, approver_2
):
    application = recommended_application
    application.partners.add(other_organisation)
    bodies = sorted([application.organisation, other_organisation], key=lambda one: one.pk)
    made = meeting(
        lambda: Organisation.objects.select_for_update(no_key=True).get(pk=bodies[1].pk),
        lambda: services.hand_decision_on(
            by=approver, application=application, organisations=bodies, interest="x", handed_to=approver_2
        ),
        lambda: declare_interest(by=officer_2, organisation=bodies[1], interest="A cousin."),
    )
    assert made == application
    assert DeclaredInterest.objects.count() == 3
