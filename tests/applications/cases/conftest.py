"""What the tests of business cases share: an allocated fund, its round, and a case at each stage."""

from decimal import Decimal

import pytest

from funds.models import Route
from tests import factories


@pytest.fixture
def crg(officer):
    """A fund by allocation, without criteria, with £50,000 a year."""
    return factories.fund(
        officer,
        code="CRG",
        name="Example Reduction Grant",
        route=Route.ALLOCATED,
        themes=(),
        criteria=(),
    )


@pytest.fixture
def round(crg, officer):
    return factories.allocated_round(officer, crg)


@pytest.fixture
def case(round, officer, approver, organisation):
    """Invited, with an approved allocation of £10,000."""
    return factories.invited_case(officer, approver, round, organisation, amount=Decimal("10000"))


@pytest.fixture
def case_draft(case, applicant):
    """Two projects of £4,000 and £3,000, and a tactical pot of £3,000."""
    return factories.case_draft(applicant, case)


@pytest.fixture
def case_assessed(case_draft, applicant, officer):
    return factories.case_assessed(officer, applicant, case_draft)


@pytest.fixture
def case_recommended(case_assessed, officer):
    return factories.projects_recommended(officer, case_assessed)


@pytest.fixture
def approved_case(case_recommended, approver):
    return factories.projects_decided(approver, case_recommended)
