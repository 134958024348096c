"""The Violence Reduction Fund of 2019, and the county lines project."""

from datetime import date, time
from decimal import Decimal

from awards import services as awards
from awards.models import Award
from demonstration import moves
from demonstration.people import Cast
from funds.models import Fund, LegalPower
from monitoring.models import Return
from organisations.models import Organisation
from pcc_grants.lib import clock

from .steps import closing, let_in, published_round, register


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
        moves.link_partners(cast, application)
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
