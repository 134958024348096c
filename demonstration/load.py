"""Loads the demonstration once, in one transaction: what happened, then what is in hand today."""

from django.db import connection, transaction

from accounts.models import User
from applications import services as applications
from funds import services as funds
from funds.models import Fund, FundingSource
from notifications.services import history
from office import services as office
from organisations import services as organisations
from pcc_grants.lib import clock

from . import current, papers
from . import funds as facts
from . import history as past
from .people import SAMPLES, Cast, make_cast
from .timeline import play

LOADING_LOCK = 0x0DE30


def is_loaded() -> bool:
    return User.objects.filter(email=SAMPLES["officer"][0]).exists()


@transaction.atomic
def load() -> bool:
    """Load everything; False when it was loaded before. Two loads at once: the second waits and does nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOADING_LOCK])
    if is_loaded():
        return False
    today = clock.today()
    with history():
        with clock.at(facts.OFFICE["effective_from"]):
            cast = make_cast()
            foundations(cast)
        play(
            [story(cast) for story in (*past.STORIES, *papers.STORIES)] + current.Current(cast, today).stories
        )
        applications.save_filter(
            by=cast.officer, name="Waiting for a check", query="status=submitted&checked=no", is_shared=True
        )
        retire(cast)
    return True


def foundations(cast: Cast) -> None:
    office.set_office_facts(by=cast.administrator, **facts.OFFICE)
    office.add_pre_election(by=cast.administrator, **facts.PRE_ELECTION)
    for name, code in facts.DISTRICTS.items():
        organisations.add_district(by=cast.administrator, name=name, code=code)
    for source in facts.SOURCES:
        funds.create_source(by=cast.officer, **source)
    for fund in facts.FUNDS:
        funds.create_fund(by=cast.officer, **fund)
    for code, source, start_year, amount in facts.BUDGETS:
        funds.set_budget(
            by=cast.officer,
            fund=Fund.objects.get(code=code),
            source=FundingSource.objects.get(name=source),
            start_year=start_year,
            amount=amount,
        )
    funds.end_fund(
        by=cast.officer,
        fund=Fund.objects.get(code="MHP"),
        ended_on=facts.MHP_ENDS_ON,
        ending_notice=facts.MHP_NOTICE,
    )


def retire(cast: Cast) -> None:
    """The account for past awards has done its work: nobody can sign in as it, and nothing is sent to it."""
    cast.past_applicant.is_active = False
    cast.past_applicant.save(update_fields=["is_active"])
