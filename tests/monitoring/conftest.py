"""A grant that runs from any day, with one return: made through the services, in its own time."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from awards import services as awards
from awards.models import Award
from funds import services as funds
from funds.models import LegalPower
from monitoring import services
from monitoring.models import Return
from notifications.models import Message
from pcc_grants.lib import clock
from pcc_grants.lib.financial_year import FinancialYear
from tests import factories


def reminders():
    """The e-mails of the reminders in the outbox, oldest first."""
    return Message.objects.filter(template="monitoring/reminder").order_by("id")


def write(award_return, by, **fields):
    """Fill in a whole return."""
    return services.save(
        by=by,
        award_return=award_return,
        **{
            "progress": Return.Progress.ON_TRACK,
            "narrative": "We held 12 workshops.",
            "sessions": 12,
            "people": 240,
            "schools": 3,
            "spent": Decimal("0"),
            "difficulties": "",
        }
        | fields,
    )


def send(award_return, by):
    write(award_return, by)
    return services.submit(
        by=by, award_return=award_return, signed_name="The Chair", signed_role="Chair of trustees"
    )


def plain(day: date) -> str:
    """A date in a sentence that was stored on one line, which has plain spaces."""
    return clock.format_date(day).replace(clock.NBSP, " ")


def prepare(officer, approver, fund, recipient, *, began, due_on, opens_on=None, title, kind, waits=True):
    """A direct grant, not yet offered: two instalments of £5,000, the second waits for the return."""
    award = awards.propose_direct_award(
        by=officer,
        kind=Award.Kind.GRANT,
        legal_power=LegalPower.CRIME_AND_DISORDER,
        fund=fund,
        organisation=recipient,
        title=title,
        purpose="deliver workshops",
        reasons="It will divert young people from crime.",
        amount=Decimal("10000"),
        starts_on=began,
        ends_on=due_on + timedelta(days=365),
        direct_reason="No one else offers it.",
    )
    awards.decide_direct_award(by=approver, award=award, approve=True, reasons="It is needed.")
    awards.set_instalments(
        by=officer,
        award=award,
        rows=[
            {"amount": Decimal("5000"), "due_on": began},
            {"amount": Decimal("5000"), "due_on": began, "waits_for_return": waits},
        ],
    )
    second = award.instalments.get(number=2)
    return services.schedule(
        by=officer,
        award=award,
        kind=kind,
        period_start=began,
        period_end=max(began, due_on - timedelta(days=30)),
        due_on=due_on,
        opens_on=opens_on,
        condition=second.conditions.get(kind="return") if waits else None,
    )


@pytest.fixture
def prepared_award(officer, approver, fund, organisation):
    """As everywhere, but a direct grant: the application before it matters to no return."""
    today = clock.today()
    return prepare(
        officer,
        approver,
        fund,
        organisation,
        began=today,
        due_on=today + timedelta(days=20),
        opens_on=today,
        title="Example workshops",
        kind=Return.Kind.MID_YEAR,
    ).award


@pytest.fixture
def running(officer, approver, applicant, organisation):
    """`running(due_on=…)`: a return of a grant that began on 1 March of the year before its due date."""
    fund = None

    def make(
        *,
        due_on: date,
        opens_on: date | None = None,
        recipient=None,
        lead=None,
        title="Example workshops",
        kind=Return.Kind.MID_YEAR,
        waits=True,
    ) -> Return:
        nonlocal fund
        began = date(due_on.year - 1, 3, 1)
        with clock.at(began):
            fund = fund or factories.fund(officer, "OLD", "Example Fund of old", budget=None)
            funds.set_budget(
                by=officer,
                fund=fund,
                source=factories.funds_source(officer),
                start_year=FinancialYear.containing(began).start_year,
                amount=Decimal("1000000"),
            )
            award_return = prepare(
                officer,
                approver,
                fund,
                recipient or organisation,
                began=began,
                due_on=due_on,
                opens_on=opens_on,
                title=title,
                kind=kind,
                waits=waits,
            )
            award = award_return.award
            awards.offer(by=officer, award=award, accept_by=began + timedelta(days=28))
            awards.sign(
                by=lead or applicant,
                award=award,
                signed_name="The Chair",
                signed_role="Chair",
                ip="192.0.2.1",
            )
            awards.countersign(by=officer, award=award)
        award_return.refresh_from_db()
        return award_return

    return make
