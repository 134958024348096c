"""Whoever had to wait for another person sees the application as that person left it."""

import pytest

from applications import services
from applications.models import Transfer
from audit.models import Event
from tests import factories
from tests.racing import while_it_is_under_way

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def move(officer, submitted_application):
    """Moves the submitted application to a round of another fund."""
    fund = factories.fund(officer, code="CTF", name="Communities Together Fund")
    words = {"reason": "It fits the other fund.", "message": "The other fund suits you better."}
    words |= {"by": officer, "to_round": factories.open_round(officer, fund)}
    return lambda: services.transfer(application=submitted_application, **words)


def test_a_colleague_who_submits_at_the_same_moment_is_told_who_did(draft, applicant, colleague):
    def submit(by):
        return services.submit(by=by, application=draft, signed_name="The Chair", signed_role="Chair")

    refused = while_it_is_under_way(lambda: submit(applicant), lambda: submit(colleague))
    assert str(refused) == "Sample applicant has already submitted this application."


def test_an_application_moved_by_a_double_click_is_moved_once(submitted_application, move):
    moved = while_it_is_under_way(move, move)
    assert moved == submitted_application
    assert moved.fund.code == "CTF"
    assert Transfer.objects.count() == 1


def test_an_application_is_withdrawn_while_it_is_moved(submitted_application, move, applicant):
    withdrawn = while_it_is_under_way(
        move, lambda: services.withdraw(by=applicant, application=submitted_application)
    )
    assert withdrawn.fund.code == "CTF"
    assert Event.objects.about(withdrawn).first().verb == "application.withdrawn"
