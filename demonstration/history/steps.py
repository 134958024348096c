"""Steps that the stories of the past share."""

from datetime import date

from awards import services as awards
from awards.models import Award
from demonstration.funds import TERMS
from demonstration.people import Cast
from funds import services as funds
from funds.models import Fund, Round
from organisations import services as organisations
from organisations.models import Organisation

RECORDS_END = "The records of the demonstration end here."


def register(cast: Cast, name: str, kind: str, **facts) -> Organisation:
    return organisations.register(by=cast.officer, name=name, kind=kind, **facts)


def let_in(cast: Cast, organisation: Organisation) -> None:
    organisations.add_member(by=cast.officer, organisation=organisation, user=cast.past_applicant)


def published_round(cast: Cast, code: str, *, brief_form: bool = True, **facts) -> Round:
    round = funds.create_round(
        by=cast.officer, fund=Fund.objects.get(code=code), terms=TERMS, brief_form=brief_form, **facts
    )
    funds.publish_round(by=cast.officer, round=round)
    round.refresh_from_db()
    return round


def closing(cast: Cast, award: Award, day: date):
    """The award's term ends."""
    yield day
    awards.close_award(by=cast.officer, award=award, reason=RECORDS_END)
