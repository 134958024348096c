"""What happened, from the office's papers: awards and payments of 2017 to 2021 (domain.md sections 3 and 4).

Each story yields the day on which its next step happened. Days the papers do not give (of submission,
decision and agreement) are set between those they do.
"""

from datetime import date, time, timedelta
from decimal import Decimal

from applications import services as applications
from awards import services as awards
from awards.models import Award
from funds import services as funds
from funds.models import Fund, LegalPower, Round
from monitoring.models import Return
from organisations import services as organisations
from organisations.models import District, Organisation
from pcc_grants.lib import clock

from . import moves
from .funds import TERMS
from .people import Cast

COMPETED_LATER = "The records of the demonstration end here."
CRIME_REASONS = "It diverts young people from crime and anti-social behaviour before they are drawn in."


def register(cast: Cast, name: str, kind: str, **facts) -> Organisation:
    return organisations.register(by=cast.officer, name=name, kind=kind, **facts)


def let_in(cast: Cast, organisation: Organisation) -> None:
    organisations.add_member(by=cast.officer, organisation=organisation, user=cast.past_applicant)


def published_round(cast: Cast, code: str, **facts) -> Round:
    round = funds.create_round(by=cast.officer, fund=Fund.objects.get(code=code), terms=TERMS, **facts)
    funds.publish_round(by=cast.officer, round=round)
    round.refresh_from_db()
    return round


def closing(cast: Cast, award: Award, day: date):
    """The award's term ends."""
    yield day
    awards.close_award(by=cast.officer, award=award, reason=COMPETED_LATER)


def safer_in_kent_2017(cast: Cast):
    """Round 1: Magnate Generation, and Shepway Chariots, whose bid moved to the Communities Together Fund."""
    yield date(2017, 3, 1)
    round_1 = published_round(
        cast,
        "SIK",
        name="Round 1, 2017/18",
        number=1,
        opens_at=clock.london(date(2017, 3, 7)),
        closes_at=clock.london(date(2017, 5, 30), time(17, 0)),
        maximum=Decimal("10000"),
        projects_start_on=date(2017, 7, 1),
        projects_end_on=date(2018, 6, 30),
        start_year=2017,
    )
    communities = published_round(
        cast,
        "CTF",
        name="Round 1, 2017/18",
        number=1,
        opens_at=clock.london(date(2017, 3, 7)),
        closes_at=clock.london(date(2017, 6, 30), time(17, 0)),
        maximum=Decimal("5000"),
        projects_start_on=date(2017, 7, 1),
        projects_end_on=date(2018, 6, 30),
        start_year=2017,
    )
    magnate = register(
        cast,
        "Magnate Generation CIC",
        Organisation.Kind.CIC,
        known_as="Magnate Generation",
    )
    shepway = register(cast, "Shepway Chariots", Organisation.Kind.COMMUNITY)
    for organisation in (magnate, shepway):
        let_in(cast, organisation)

    yield date(2017, 5, 15)
    enterprise = moves.answered_draft(
        cast.past_applicant,
        round_1,
        magnate,
        asked=Decimal("10000"),
        title="Young enterprise workshops and mentoring",
        summary=(
            "Workshops, business mentoring, support from peers and presentation events for young people who face "
            "disadvantage or are at risk of offending, first in Folkestone, then in Ashford and Canterbury."
        ),
        theme="Young people: diversion and prevention",
        districts=moves.districts("Folkestone and Hythe", "Ashford", "Canterbury"),
    )
    moves.submit(cast.past_applicant, enterprise)
    garden = moves.answered_draft(
        cast.past_applicant,
        round_1,
        shepway,
        asked=Decimal("500"),
        title="Community Garden Pathways and Octagon Outdoor Classroom",
        summary=(
            "A community garden and outdoor classroom where people learn together, so that fewer people are alone "
            "and there is less trouble."
        ),
        theme="Tackling anti-social behaviour",
        districts=moves.districts("Maidstone"),
    )
    moves.submit(cast.past_applicant, garden)

    yield date(2017, 6, 6)
    garden = applications.transfer(
        by=cast.officer,
        application=garden,
        to_round=communities,
        reason="The project fits the criteria of the Communities Together Fund better.",
        message="Your application fits the Communities Together Fund better, so we have moved it there.",
    )
    for application in (enterprise, garden):
        application.refresh_from_db()
        moves.check(cast, application)

    yield date(2017, 6, 20)
    for application in (enterprise, garden):
        moves.assess(cast, application)
        moves.recommend(cast, application)

    yield date(2017, 7, 5)
    moves.approve(
        cast,
        enterprise,
        purpose="run workshops and mentoring that help young people start a business instead of offending",
        reasons="It diverts young people from crime, reduces youth unemployment and builds skills for business.",
    )
    moves.approve(
        cast,
        garden,
        purpose="create a community garden and outdoor classroom in Shepway",
        reasons="It brings neighbours together and reduces the isolation in which anti-social behaviour grows.",
    )
    pairs = []
    for application in (enterprise, garden):
        award = awards.prepare_award(by=cast.officer, application=application)
        moves.schedule(cast, award, Return.Kind.UPDATE, due_on=date(2017, 10, 31))
        moves.schedule(cast, award, Return.Kind.END_OF_YEAR, due_on=date(2018, 4, 30))
        moves.offer(cast, award, {"amount": award.amount, "due_on": date(2017, 8, 1)})
        pairs.append(award)
    first, second = pairs

    yield date(2017, 7, 20)
    for award in pairs:
        moves.sign(cast, cast.past_applicant, award)
    yield date(2017, 8, 15)
    moves.pay(cast, first, 1, reference="2017-00815")
    yield date(2017, 9, 5)
    moves.pay(cast, second, 1, reference="2017-00905")

    yield date(2017, 10, 20)
    moves.report(
        cast,
        cast.past_applicant,
        first.returns.get(number=1),
        "Thank you. The first young people have been helped well.",
        progress=Return.Progress.ON_TRACK,
        narrative=(
            "A mentor helped a young person to set up a carpentry business. Someone who had offended was helped to "
            "find part-time work and, through a partner, care for their health. The main programme starts with three "
            "groups of ten students, three days a week in one school."
        ),
        sessions=12,
        people=30,
        schools=1,
        districts=moves.districts("Folkestone and Hythe"),
        spent=Decimal("4200"),
    )
    moves.report(
        cast,
        cast.past_applicant,
        second.returns.get(number=1),
        "Thank you. The garden is coming on.",
        progress=Return.Progress.ON_TRACK,
        narrative="The paths are laid and the first craft sessions were held.",
        sessions=3,
        people=24,
        spent=Decimal("300"),
    )
    yield date(2018, 4, 20)
    for award in pairs:
        moves.report(
            cast,
            cast.past_applicant,
            award.returns.get(number=2),
            "Thank you. This completes the award's reports.",
            progress=Return.Progress.ON_TRACK,
            narrative="The project is complete and the money is spent. Our sources give no later counts.",
            spent=award.amount,
        )
    yield date(2018, 7, 2)
    for award in pairs:
        awards.close_award(
            by=cast.officer, award=award, reason="The project is complete and its reports are accepted."
        )


def safer_in_kent_2018(cast: Cast):
    """Round 2: Gravesham Network Development and Reform Restore Respect."""
    yield date(2018, 8, 28)
    round_2 = published_round(
        cast,
        "SIK",
        name="Round 2, 2018/19",
        number=2,
        opens_at=clock.london(date(2018, 9, 3)),
        closes_at=clock.london(date(2018, 9, 28), time(17, 0)),
        maximum=Decimal("10000"),
        projects_start_on=date(2018, 11, 1),
        projects_end_on=date(2019, 10, 31),
        start_year=2018,
    )
    gravesham = register(cast, "Gravesham Network Development CIC", Organisation.Kind.CIC)
    respect = register(cast, "Reform Restore Respect", Organisation.Kind.COMMUNITY)
    organisations.add_alias(by=cast.officer, organisation=respect, name="RRR")
    for organisation in (gravesham, respect):
        let_in(cast, organisation)

    yield date(2018, 9, 20)
    music = moves.answered_draft(
        cast.past_applicant,
        round_2,
        gravesham,
        asked=Decimal("10000"),
        title="Youth music events",
        summary=(
            "Music events that bring young people of all backgrounds together to learn about youth violence and "
            "anti-social behaviour and to meet people who can help them."
        ),
        theme="Young people: diversion and prevention",
        districts=moves.districts("Gravesham"),
    )
    workshops = moves.answered_draft(
        cast.past_applicant,
        round_2,
        respect,
        asked=Decimal("10000"),
        title="I Didn't Know That!",
        summary="Workshops of 90 minutes about gangs and knives in primary and secondary schools.",
        theme="Young people: diversion and prevention",
        districts=moves.districts(
            "Sevenoaks", "Tonbridge and Malling", "Medway", "Swale", "Maidstone", "Ashford", "Gravesham"
        ),
    )
    for application in (music, workshops):
        moves.submit(cast.past_applicant, application)

    yield date(2018, 10, 2)
    for application in (music, workshops):
        moves.check(cast, application)
        moves.assess(cast, application, first=(5, 4, 4, 3), second=(4, 4, 5, 4))
        moves.recommend(cast, application)

    yield date(2018, 10, 16)
    moves.approve(
        cast,
        music,
        purpose="deliver at least 3 youth music events in Gravesham",
        reasons="It raises young people's awareness of violence and builds their trust in those who can help.",
    )
    moves.approve(
        cast,
        workshops,
        purpose="deliver ‘I Didn't Know That!’, workshops that challenge gang and knife behaviour, in schools",
        reasons="It reaches young people before gangs do and shows them what a knife costs.",
    )
    pairs = []
    for application in (music, workshops):
        award = awards.prepare_award(by=cast.officer, application=application)
        moves.schedule(cast, award, Return.Kind.UPDATE, due_on=date(2019, 4, 30))
        moves.schedule(cast, award, Return.Kind.END_OF_AWARD, due_on=date(2019, 11, 29))
        moves.offer(cast, award, {"amount": award.amount, "due_on": date(2018, 11, 1)})
        pairs.append(award)
    music_award, workshop_award = pairs

    yield date(2018, 10, 29)
    for award in pairs:
        moves.sign(cast, cast.past_applicant, award)
    yield date(2018, 11, 9)
    moves.pay(cast, music_award, 1, reference="2018-01109")
    yield date(2018, 11, 14)
    moves.pay(cast, workshop_award, 1, reference="2018-01114")

    yield date(2019, 4, 24)
    moves.report(
        cast,
        cast.past_applicant,
        music_award.returns.get(number=1),
        "Thank you. We look forward to the next two events.",
        progress=Return.Progress.ON_TRACK,
        narrative=(
            "One event was held on 19 December 2018 and two more are planned. Young people met the police and other "
            "professionals in a relaxed setting and are readier to talk to them."
        ),
        sessions=1,
        districts=moves.districts("Gravesham"),
        spent=Decimal("3500"),
    )
    moves.report(
        cast,
        cast.past_applicant,
        workshop_award.returns.get(number=1),
        "Thank you. The schools' demand speaks for itself.",
        progress=Return.Progress.ON_TRACK,
        narrative="Workshops began in November 2018 and schools have booked until July 2019.",
        sessions=20,
        people=2000,
        schools=19,
        districts=moves.districts(
            "Sevenoaks", "Tonbridge and Malling", "Medway", "Swale", "Maidstone", "Ashford", "Gravesham"
        ),
        spent=Decimal("5400"),
    )
    yield date(2019, 11, 20)
    for award in pairs:
        moves.report(
            cast,
            cast.past_applicant,
            award.returns.get(number=2),
            "Thank you. This completes the award's reports.",
            progress=Return.Progress.ON_TRACK,
            narrative="The project is complete and the money is spent. Our sources give no later counts.",
            spent=award.amount,
        )
    yield date(2019, 12, 2)
    for award in pairs:
        awards.close_award(
            by=cast.officer, award=award, reason="The project is complete and its reports are accepted."
        )


def violence_reduction_2019(cast: Cast):
    """Six of the nine awards of July 2019; the papers name no others. Year 1 of three."""
    yield date(2019, 3, 29)
    round_1 = published_round(
        cast,
        "VRF",
        name="Round 1, 2019/20 to 2021/22",
        number=1,
        opens_at=clock.london(date(2019, 4, 1)),
        closes_at=clock.london(date(2019, 5, 17), time(17, 0)),
        maximum=Decimal("35000"),
        years=3,
        projects_start_on=date(2019, 7, 1),
        projects_end_on=date(2022, 3, 31),
        start_year=2019,
    )
    kind = Organisation.Kind
    bidders = [
        (
            register(cast, "Kent Police", kind.POLICE),
            [],
            Decimal("36814"),
            "Mini Cadets",
            "Engagement and education",
            "deliver a Mini Cadets scheme in local schools, building on the Volunteer Police Cadets",
        ),
        (
            register(cast, "Rising Sun", kind.CHARITY),
            [register(cast, "Choices", kind.CHARITY)],
            Decimal("35000"),
            "Support for girls at risk",
            "Prevention",
            "support girls aged 11 to 16 at risk of sexual exploitation or of coercive relationships",
        ),
        (
            register(cast, "Kent CrimeStoppers", kind.CHARITY),
            [],
            Decimal("35000"),
            "Awareness for 11 to 16 year olds",
            "Engagement and education",
            "make 11 to 16 year olds more aware of weapons, street crime and sexual exploitation",
        ),
        (
            register(cast, "Uprising Youth and Community", kind.COMMUNITY),
            [],
            Decimal("32000"),
            "Knife crime awareness campaign",
            "Prevention",
            "deliver a knife crime awareness campaign in east Kent",
        ),
        (
            Organisation.objects.get(name="Reform Restore Respect"),
            [],
            Decimal("5000"),
            "Workshops for Year 6",
            "Prevention",
            "deliver workshops of 90 minutes about gang violence and knife crime to Year 6 pupils",
        ),
        (
            register(cast, "The Forward Trust", kind.CHARITY),
            [],
            Decimal("34125"),
            "Peer mentoring",
            "Rehabilitation",
            "provide peer mentors for people who use drug and alcohol services in east Kent",
        ),
    ]

    yield date(2019, 5, 10)
    running = []
    for organisation, partners, awarded, title, theme, purpose in bidders:
        if organisation.name != "Reform Restore Respect":
            let_in(cast, organisation)
        application = moves.answered_draft(
            cast.past_applicant,
            round_1,
            organisation,
            asked=min(awarded, round_1.maximum),
            title=title,
            summary=f"The project will {purpose}.",
            theme=theme,
            partners=partners,
        )
        running.append((application, awarded, purpose))
    for application, _, _ in running:
        moves.submit(cast.past_applicant, application)

    yield date(2019, 5, 24)
    for application, _, _ in running:
        moves.check(cast, application)
    yield date(2019, 6, 14)
    for application, _, _ in running:
        moves.assess(cast, application)
        moves.recommend(cast, application)

    yield date(2019, 7, 8)
    offered = []
    for application, awarded, purpose in running:
        over = awarded > round_1.maximum
        moves.approve(
            cast,
            application,
            amount=awarded,
            purpose=purpose,
            reasons="It reduces violence by acting on one of the four themes of the Violence Reduction Challenge.",
            exception_reason=(
                "The scheme cannot run in every school it is meant for within £35,000, and the schools were promised."
                if over
                else ""
            ),
        )
        award = awards.prepare_award(by=cast.officer, application=application, ends_on=date(2020, 3, 31))
        moves.schedule(cast, award, Return.Kind.MID_YEAR, due_on=date(2019, 10, 31))
        moves.schedule(cast, award, Return.Kind.END_OF_YEAR, due_on=date(2020, 4, 30))
        moves.offer(cast, award, {"amount": award.amount, "due_on": date(2019, 7, 31), "period": "year 1"})
        offered.append(award)

    yield date(2019, 7, 19)
    for award in offered:
        moves.sign(cast, cast.past_applicant, award)
    yield date(2019, 7, 31)
    for number, award in enumerate(offered, start=1):
        moves.pay(cast, award, 1, reference=f"2019-0731{number}")
    for number, day, words in (
        (1, date(2019, 10, 24), "The project has started and is on time."),
        (2, date(2020, 4, 23), "The first year is complete and the money is spent."),
    ):
        yield day
        for award in offered:
            moves.report(
                cast,
                cast.past_applicant,
                award.returns.get(number=number),
                "Thank you. This is what we needed.",
                progress=Return.Progress.ON_TRACK,
                narrative=words,
                spent=award.amount / 2 if number == 1 else award.amount,
            )
    yield date(2020, 5, 4)
    for award in offered:
        awards.close_award(
            by=cast.officer, award=award, reason="Year 1 is complete. Later years are decided on their own."
        )


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


def county_lines(cast: Cast):
    """St Giles Trust: £614,000 over three years of the Commissioner's money."""
    yield date(2019, 3, 11)
    trust = register(cast, "St Giles Trust", Organisation.Kind.CHARITY)
    award = moves.direct(
        cast,
        kind=Award.Kind.GRANT,
        legal_power=LegalPower.CRIME_AND_DISORDER,
        fund=Fund.objects.get(code="VRP"),
        organisation=trust,
        title="County lines project",
        purpose="help young people who are exploited by county lines gangs to turn their lives around",
        reasons="The trust has worked in Kent since 2017 and young people trust it.",
        amount=Decimal("614000"),
        starts_on=date(2019, 4, 1),
        ends_on=date(2022, 3, 31),
        start_year=2019,
        years=3,
        direct_reason="It continues a pilot whose caseworkers the young people know; the Home Office adds £202,000.",
    )
    moves.offer(
        cast,
        award,
        *(
            {"amount": amount, "due_on": date(year, 6, 30), "period": f"{year}/{(year + 1) % 100}"}
            for year, amount in (
                (2019, Decimal("204666.67")),
                (2020, Decimal("204666.67")),
                (2021, Decimal("204666.66")),
            )
        ),
    )
    yield date(2019, 3, 25)
    moves.sign_on_paper(cast, award)
    yield from closing(cast, award, date(2022, 4, 1))


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


STORIES = (
    safer_in_kent_2017,
    safer_in_kent_2018,
    violence_reduction_2019,
    school_tours_2017,
    school_tours_2020,
    rural_crime_network,
    big_data_analysis,
    family_matters,
    victim_support,
    restorative_solutions,
    county_lines,
    other_recipients,
)
