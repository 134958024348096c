"""What the office knows of an organisation stands beside what it judges: of the lead and of partners."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from awards import services as awards
from organisations.services import declare_interest
from pcc_grants.lib import clock
from reports.knowing import what_we_know
from tests import factories
from tests.page_text import text_of


@pytest.fixture
def judged(applicant, officer, open_round, organisation, other_organisation, assessor, assessor_2):
    """A second application of the organisation, with a partner, that waits for a decision."""
    application = factories.submitted(applicant, factories.draft(applicant, open_round, organisation))
    application.partners.add(other_organisation)
    factories.assessed(officer, factories.eligible(officer, application), [assessor, assessor_2])
    return factories.recommended(officer, application)


def test_everything_is_shown_wherever_the_application_is_judged(
    login, officer, officer_2, approver, open_return, judged, organisation, other_organisation
):
    factories.diligence(officer, organisation, "insurance")
    declare_interest(by=officer_2, organisation=other_organisation, interest="A cousin works there.")
    award = open_return.award
    for person, name in (
        (officer, "office_application"), (officer, "office_recommend"), (approver, "decide_application"),
    ):  # fmt: skip
        with clock.at(open_return.due_on + timedelta(days=1)):
            text = text_of(login(person).get(reverse(name, args=[judged.reference])))
        for words in (
            "What we know about the organisations",
            "Insurance: Satisfactory",
            f"{award.reference}, Example Fund: £10,000, £5,000 paid (active)",
            f"{open_return.reference}: was due on",
            "Partner: Example Community Association",
            "Sample officer 2: A cousin works there.",
        ):
            assert words in text, (name, words)


def test_money_promised_and_not_paid_of_awards_that_are_over_is_counted(officer, paid_award, organisation):
    awards.end_early(by=officer, award=paid_award, reason="They stopped.")
    [known] = what_we_know(organisation)
    assert known.unspent == Decimal("5000")


def test_it_costs_the_same_for_one_organisation_and_for_three(
    officer, stranger, applicant, organisation, other_organisation, judged
):
    def queries(*partners):
        with CaptureQueriesContext(connection) as captured:
            what_we_know(organisation, partners, but_application=judged.pk)
        return len(captured)

    one = queries()
    factories.diligence(officer, other_organisation)
    factories.submitted(stranger, factories.draft(stranger, judged.round, other_organisation))
    assert queries(other_organisation, factories.organisation(applicant)) == one
