"""Steps of awards that go on: rounds by invitation, business cases, awards in force. By the services."""

from datetime import date, time, timedelta
from decimal import Decimal

from applications import services as applications
from applications.filling import fill_in
from applications.models import Decision
from awards import services as awards
from demonstration.funds import FUNDS
from funds import services as funds
from funds.models import Fund
from monitoring import services as monitoring
from monitoring.models import Return
from pcc_grants.lib import clock
from tests import factories


def fund(officer, code: str, source: str, budgets: dict[int, str]) -> Fund:
    """A fund of the demonstration, with the money of a source for each financial year."""
    made = funds.create_fund(by=officer, **next(one for one in FUNDS if one["code"] == code))
    money = factories.funds_source(officer, source)
    for year, amount in budgets.items():
        funds.set_budget(by=officer, fund=made, source=money, start_year=year, amount=Decimal(amount))
    return made


def a_round(officer, fund, name: str, opens: date, closes: date, starts: date, ends: date, **facts):
    made = funds.create_round(
        by=officer, fund=fund, name=name,
        opens_at=clock.london(opens), closes_at=clock.london(closes, time(17)),
        projects_start_on=starts, projects_end_on=ends, terms="Spend it on the project.", brief_form=True,
        **facts,
    )  # fmt: skip
    return funds.publish_round(by=officer, round=made)


def send(by, round, organisation, asked, title: str, partners=()):
    """A business case or an application, whole and submitted."""
    application = applications.start(by=by, round=round, organisation=organisation)
    fill_in(
        by=by,
        application=application,
        asked=asked,
        answers={f"about-{one.key}": f"About {one.name}." for one in round.criteria.all()},
        title=title,
        summary=f"What {title} does.",
        theme=round.fund.themes.first(),
        districts=[factories.district()],
        starts_on=round.projects_start_on,
        ends_on=round.projects_end_on,
        partners=partners,
    )
    return factories.submitted(by, application)


def recommend(cast, application, amount, assessor=None):
    """Checked, scored where the round has assessors, and recommended."""
    factories.eligible(cast.officer, application)
    if assessor:
        factories.assessed(cast.officer, application, [assessor])
    return factories.recommended(cast.officer, application, amount=min(amount, application.amount_asked))


def approve(cast, application, amount, purpose: str, exception: str = ""):
    applications.decide(
        by=cast.approver, application=application, outcome=Decision.Outcome.APPROVED, amount=amount,
        purpose=purpose, reasons="It reduces harm.", exception_reason=exception,
    )  # fmt: skip
    application.refresh_from_db()
    return application


def agree(cast, by, award, due: date):
    """Planned in one instalment, offered, signed by both."""
    awards.set_instalments(by=cast.officer, award=award, rows=[{"amount": award.amount, "due_on": due}])
    awards.offer(by=cast.officer, award=award, accept_by=clock.today() + timedelta(days=28))
    return factories.active(cast.officer, by, award)


def ask_for_return(cast, award, kind, start: date, end: date, due: date) -> Return:
    return monitoring.schedule(
        by=cast.officer, award=award, kind=kind, period_start=start, period_end=end, due_on=due
    )


def report(cast, by, award_return, spent) -> None:
    """Written, sent and accepted."""
    monitoring.open_due()
    award_return.refresh_from_db()
    monitoring.save(
        by=by, award_return=award_return, progress="on_track", narrative="It runs as planned.", sessions=4,
        people=40, spent=spent,
    )  # fmt: skip
    monitoring.submit(by=by, award_return=award_return, signed_name="The Chair", signed_role="Chair")
    monitoring.accept(by=cast.officer, award_return=award_return, feedback="Thank you.")
