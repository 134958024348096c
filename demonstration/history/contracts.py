"""Commissioned services: contracts for three years with yearly extensions."""

from datetime import date, timedelta
from decimal import Decimal

from awards import services as awards
from awards.models import Award
from demonstration import moves
from demonstration.people import Cast
from funds.models import Fund, LegalPower
from organisations.models import Organisation

from .steps import closing, register

FAMILY_MATTERS_OUTCOMES = """Better health and wellbeing
Better able to cope with everyday life
Feeling safer
Better informed and able to act
Content with the quality of support"""

FAMILY_MATTERS_STANDARDS = """Independent, impartial and flexible support that fits each person's needs and risks
Clear professional boundaries, and clarity about what the service does and for how long
Support centred on the person
A service that adjusts to changing demand, need and risk
Free of charge, and confidential unless there is a risk to someone
Respect, sensitivity and no discrimination
Open to everyone, including communities that other services miss
Fit for particular groups, such as male victims and people with learning disabilities or mental ill health
In places across the county that suit each person
Work with partner agencies, so that people reach other services
The views of the people who use it, and of partners, shape the service"""


def family_matters(cast: Cast):
    """Three years from 1 April 2019 at £450,000 a year, paid quarterly; quarter 1 came to £112,422.87."""
    yield date(2018, 12, 10)
    family_matters = register(cast, "Family Matters", Organisation.Kind.CHARITY)
    award = moves.direct(
        cast,
        kind=Award.Kind.CONTRACT,
        legal_power=LegalPower.CONTRACT,
        fund=Fund.objects.get(code="CSV"),
        organisation=family_matters,
        title="Independent sexual violence advisers and support",
        purpose="provide advisers for adults and children and specialist support after sexual violence, countywide",
        reasons="One service for the whole county is consistent, can meet growing demand and is better value.",
        amount=Decimal("1350000"),
        starts_on=date(2019, 4, 1),
        ends_on=date(2022, 3, 31),
        start_year=2019,
        years=3,
        direct_reason="Procured under contract rules in autumn 2018; recorded here as awarded.",
        agreed_outcomes=FAMILY_MATTERS_OUTCOMES,
        delivery_standards=FAMILY_MATTERS_STANDARDS,
        annual_value=Decimal("450000"),
        publish_location=False,
        service_name="ISVA and CISVA services",
    )
    quarters = [
        {
            "amount": Decimal("112500"),
            "due_on": date(year + (1 if quarter == 4 else 0), {1: 4, 2: 7, 3: 10, 4: 1}[quarter], 15),
            "period": f"quarter {quarter} {year}-{(year + 1) % 100}",
        }
        for year in (2019, 2020, 2021)
        for quarter in (1, 2, 3, 4)
    ]
    awards.add_extension_options(
        by=cast.officer,
        award=award,
        options=[
            {
                "starts_on": date(year, 4, 1),
                "ends_on": date(year + 1, 3, 31),
                "decide_by": date(year - 1, 10, 31),
            }
            for year in (2022, 2023, 2024)
        ],
    )
    moves.offer(cast, award, *quarters)
    yield date(2018, 12, 19)
    moves.sign_on_paper(cast, award)
    yield date(2019, 4, 25)
    moves.pay(
        cast,
        award,
        1,
        reference="2019-00425",
        amount=Decimal("112422.87"),
        why="The provider's invoice for the quarter came to £77.13 less than a quarter of the year's value.",
    )
    yield from closing(cast, award, date(2022, 4, 1))


def older_contract(cast: Cast, *, name, title, purpose, reasons, agreed_on, starts_on, granted_on, why):
    """A contract of three years with one extension granted for a year. The papers do not give its value."""
    yield agreed_on
    provider = register(cast, name, Organisation.Kind.CHARITY)
    award = moves.direct(
        cast,
        kind=Award.Kind.CONTRACT,
        legal_power=LegalPower.CONTRACT,
        fund=Fund.objects.get(code="CSV"),
        organisation=provider,
        title=f"{title} (value not in our sources: £3 stands in)",
        purpose=purpose,
        reasons=reasons,
        amount=Decimal("3"),
        starts_on=starts_on,
        ends_on=date(starts_on.year + 3, starts_on.month, starts_on.day) - timedelta(days=1),
        start_year=starts_on.year,
        years=3,
        direct_reason="Procured under contract rules; recorded here as awarded.",
    )
    options = []
    for extra in range(3):
        begins = date(starts_on.year + 3 + extra, starts_on.month, starts_on.day)
        ends = date(begins.year + 1, begins.month, begins.day) - timedelta(days=1)
        options.append({"starts_on": begins, "ends_on": ends, "decide_by": begins - timedelta(days=90)})
    awards.add_extension_options(by=cast.officer, award=award, options=options)
    moves.offer(cast, award, {"amount": award.amount, "due_on": starts_on})
    yield agreed_on + timedelta(days=7)
    moves.sign_on_paper(cast, award)
    for option, day in zip(award.extension_options.order_by("number"), granted_on, strict=False):
        yield day
        awards.decide_extension(by=cast.approver, option=option, grant=True, reason=why)
    award.refresh_from_db()
    yield from closing(cast, award, award.ends_on + timedelta(days=1))


def victim_support(cast: Cast):
    """From 1 April 2016, three years and three yearly extensions: to 2019/20, then for a year from 1 April 2020."""
    yield from older_contract(
        cast,
        name="Victim Support",
        title="Core victim referral and support",
        purpose="refer and support victims of crime, with a stalking advocacy service and a hate crime advocate",
        reasons="Every victim in the county is offered support by one service that knows them all.",
        agreed_on=date(2016, 4, 1),
        starts_on=date(2016, 4, 1),
        granted_on=[date(2018, 12, 14), date(2019, 12, 13)],
        why="The service performs well and has added stalking advocacy and a hate crime advocate.",
    )


def restorative_solutions(cast: Cast):
    """A three-year contract, extended for a year from 1 October 2020."""
    yield from older_contract(
        cast,
        name="Restorative Solutions",
        title="Restorative justice",
        purpose="bring victims and offenders together safely, where the victim wants it",
        reasons="Victims who take part recover better, and offenders reoffend less.",
        agreed_on=date(2017, 9, 4),
        starts_on=date(2017, 10, 1),
        granted_on=[date(2020, 6, 26)],
        why="The service performs well and there is no reason to change the provider now.",
    )
