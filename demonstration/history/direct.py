"""Grants and purchases made directly: school tours, a subscription, an analysis."""

from datetime import date
from decimal import Decimal

from awards.models import Award, DirectGround
from demonstration import moves
from demonstration.people import Cast
from funds.models import Fund, LegalPower
from monitoring.models import Return
from organisations import services as organisations
from organisations.models import District, Organisation

from .steps import closing, let_in, register


def school_tours_2017(cast: Cast):
    """Amelix Ltd: the ‘Is it worth it?’ tours, £31,335."""
    yield date(2017, 6, 12)
    amelix = register(cast, "Amelix Ltd", Organisation.Kind.COMPANY)
    award = moves.direct(
        cast,
        kind=Award.Kind.GRANT,
        legal_power=LegalPower.CRIME_AND_DISORDER,
        fund=Fund.objects.get(code="PEP"),
        organisation=amelix,
        title="‘Is it worth it?’ school tours",
        purpose="deliver the ‘Is it worth it?’ tours to young people in years 7 to 10 across Kent and Medway",
        reasons="It teaches young people to stay safe online and where to turn for help, before harm is done.",
        amount=Decimal("31335.00"),
        starts_on=date(2017, 7, 1),
        ends_on=date(2018, 6, 30),
        start_year=2017,
        direct_ground=DirectGround.ONLY_PROVIDER,
        direct_reason="Schools have run these tours for years and no one else provides them; a partner matches our money.",
        districts=list(District.objects.all()),
    )
    moves.schedule(cast, award, Return.Kind.UPDATE, due_on=date(2018, 1, 31))
    moves.offer(cast, award, {"amount": award.amount, "due_on": date(2017, 7, 10)})
    yield date(2017, 7, 3)
    moves.sign_on_paper(cast, award)
    let_in(cast, amelix)
    yield date(2017, 7, 14)
    moves.pay(cast, award, 1, reference="2017-00714")
    yield date(2018, 1, 24)
    moves.report(
        cast,
        cast.past_applicant,
        award.returns.get(number=1),
        "Thank you. We will work with you on how schools' feedback is gathered.",
        progress=Return.Progress.ON_TRACK,
        narrative="The first of three blocks of two weeks was delivered in October.",
        spent=Decimal("10445"),
    )
    yield from closing(cast, award, date(2018, 7, 2))


def school_tours_2020(cast: Cast):
    """Amelix Ltd: 25 days in an academic year, which crosses two financial years. The papers give no amount."""
    yield date(2020, 9, 7)
    award = moves.direct(
        cast,
        kind=Award.Kind.GRANT,
        legal_power=LegalPower.CRIME_AND_DISORDER,
        fund=Fund.objects.get(code="PEP"),
        organisation=Organisation.objects.get(name="Amelix Ltd"),
        title="‘Is it worth it?’ school tours 2020-21 (amount not in our sources: £1 stands in)",
        purpose="deliver the ‘Is it worth it?’ tours on 25 days of the school year, in three blocks from November to July",
        reasons="It teaches young people to stay safe online and where to turn for help, before harm is done.",
        amount=Decimal("1"),
        starts_on=date(2020, 10, 1),
        ends_on=date(2021, 9, 30),
        start_year=2020,
        direct_ground=DirectGround.ONLY_PROVIDER,
        direct_reason="Schools have run these tours for years and no one else provides them.",
    )
    moves.offer(cast, award, {"amount": award.amount, "due_on": date(2020, 10, 1)})
    yield date(2020, 9, 28)
    moves.sign_on_paper(cast, award)
    yield from closing(cast, award, date(2021, 10, 1))


def rural_crime_network(cast: Cast):
    yield date(2017, 7, 10)
    north_yorkshire = register(cast, "PCC for North Yorkshire", Organisation.Kind.POLICE)
    organisations.add_alias(
        by=cast.officer, organisation=north_yorkshire, name="National Rural Crime Network"
    )
    award = moves.direct(
        cast,
        kind=Award.Kind.SUBSCRIPTION,
        legal_power=LegalPower.OTHER,
        fund=Fund.objects.get(code="NGS"),
        organisation=north_yorkshire,
        title="National Rural Crime Network subscription",
        purpose="subscribe to the National Rural Crime Network for a year",
        reasons="Members share what works against rural crime and speak for rural communities together.",
        amount=Decimal("2000.00"),
        starts_on=date(2017, 4, 1),
        ends_on=date(2018, 3, 31),
        start_year=2017,
        direct_ground=DirectGround.NATIONAL_BODY,
        direct_reason="There is one such network. North Yorkshire keeps its budget on behalf of all members.",
    )
    moves.offer(cast, award, {"amount": award.amount, "due_on": date(2017, 8, 1)})
    yield date(2017, 7, 17)
    moves.sign_on_paper(cast, award)
    yield date(2017, 8, 1)
    moves.pay(cast, award, 1, reference="2017-00801")
    yield from closing(cast, award, date(2018, 4, 3))


def big_data_analysis(cast: Cast):
    yield date(2018, 7, 2)
    analysts = register(cast, "i-Three Analytics", Organisation.Kind.COMPANY)
    award = moves.direct(
        cast,
        kind=Award.Kind.PURCHASE,
        legal_power=LegalPower.OTHER,
        fund=Fund.objects.get(code="NGS"),
        organisation=analysts,
        title="Big data analysis of violent crime",
        purpose="analyse 16 years of the force's records of violent crime",
        reasons="It shows where violence with injury happens and to whom, so that money goes where it helps most.",
        amount=Decimal("20000.00"),
        starts_on=date(2018, 7, 2),
        ends_on=date(2019, 3, 31),
        start_year=2018,
        direct_reason="It builds on the same analysts' earlier work on domestic abuse for Kent Police.",
        heading_purpose="big data analysis",
    )
    moves.offer(cast, award, {"amount": award.amount, "due_on": date(2019, 1, 25)})
    yield date(2018, 7, 9)
    moves.sign_on_paper(cast, award)
    yield date(2019, 1, 30)
    moves.pay(cast, award, 1, reference="2019-00130")
    yield from closing(cast, award, date(2019, 4, 1))


def other_recipients(cast: Cast):
    """Organisations of the other streams, whose amounts the papers do not give."""
    yield date(2019, 4, 2)
    kind = Organisation.Kind
    for name, what in (
        ("National Ugly Mugs", kind.CHARITY),
        ("Brake", kind.CHARITY),
        ("Kent County Council", kind.COUNCIL),
    ):
        register(cast, name, what)
