"""Fixtures that every test may use: one person per role, and a grant at each stage of its life.

Everything is made through the services, as people would make it.
"""

import os
import signal

import pytest
from django.test import Client

from pcc_grants.embedded import server
from tests import factories

# Playwright runs its own event loop beside the live server; Django would refuse the database inside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_configure(config):
    """Hold the embedded PostgreSQL for the whole run, so that it stops at the end and not in between."""
    from django.conf import settings

    if not settings.DATABASE_URL and not hasattr(config, "workerinput"):
        server.hold()
        signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_unconfigure(config):
    """The helpers of pytest-xdist end without their own tidying up."""
    from django.conf import settings

    settings.TEST_SCRATCH.cleanup()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Tests that commit are cleaned up with TRUNCATE, which the audit trail refuses everywhere else."""
    from django.db import connection

    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER audit_event_no_truncate")


@pytest.fixture(autouse=True)
def enable_database(db):
    """Nearly every test needs the database."""


@pytest.fixture
def login():
    """`login(user)` is a browser, signed in as that person."""

    def signed_in(user) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


def _person(role, name=None):
    @pytest.fixture(name=name or role)
    def person(db):
        return factories.person(role, name=name)

    return person


administrator = _person("administrator")
officer = _person("officer")
officer_2 = _person("officer", "officer_2")
assessor = _person("assessor")
assessor_2 = _person("assessor", "assessor_2")
approver = _person("approver")
approver_2 = _person("approver", "approver_2")
finance = _person("finance")
panel_officer = _person("panel", "panel_officer")
auditor = _person("auditor")
applicant = _person("applicant")
colleague = _person("applicant", "colleague")
stranger = _person("applicant", "stranger")


@pytest.fixture
def organisation(applicant, colleague):
    """The owner's organisation; `applicant` leads it, `colleague` belongs to it."""
    return factories.organisation(applicant, "Example Youth Project", members=[colleague])


@pytest.fixture
def other_organisation(stranger):
    return factories.organisation(stranger, "Example Community Association")


@pytest.fixture
def office(administrator):
    """The office's facts, neutral ones."""
    return factories.office_settings(administrator)


@pytest.fixture
def fund(officer):
    """A fund with two criteria and £50,000 for this financial year and the two after it."""
    return factories.fund(officer)


@pytest.fixture
def open_round(fund, officer):
    return factories.open_round(officer, fund)


@pytest.fixture
def draft(open_round, organisation, applicant):
    """A complete application, not yet submitted: £10,000."""
    return factories.draft(applicant, open_round, organisation)


@pytest.fixture
def submitted_application(draft, applicant):
    return factories.submitted(applicant, draft)


@pytest.fixture
def eligible_application(submitted_application, officer):
    return factories.eligible(officer, submitted_application)


@pytest.fixture
def assessed_application(eligible_application, officer, assessor, assessor_2):
    return factories.assessed(officer, eligible_application, [assessor, assessor_2])


@pytest.fixture
def recommended_application(assessed_application, officer):
    return factories.recommended(officer, assessed_application)


@pytest.fixture
def approved_application(recommended_application, approver):
    return factories.approved(approver, recommended_application)


@pytest.fixture
def prepared_award(approved_application, officer):
    """Two instalments of £5,000; the second waits for the mid-year return."""
    return factories.prepared_award(officer, approved_application)


@pytest.fixture
def offered_award(prepared_award, officer):
    return factories.offered(officer, prepared_award)


@pytest.fixture
def active_award(offered_award, applicant, officer):
    return factories.active(officer, applicant, offered_award)


@pytest.fixture
def paid_award(active_award, officer, finance):
    """The first instalment has been released and paid."""
    return factories.first_instalment_paid(officer, finance, active_award)


@pytest.fixture
def open_return(paid_award):
    """The mid-year return of `paid_award`, open."""
    return factories.open_return(paid_award)
