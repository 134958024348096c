"""The two known rounds of the Safer in Kent Fund, and the bid that moved to the Communities Together Fund."""

from datetime import date, time
from decimal import Decimal

from applications import services as applications
from awards import services as awards
from demonstration import moves
from demonstration.people import Cast
from monitoring.models import Return
from organisations import services as organisations
from organisations.models import Organisation
from pcc_grants.lib import clock

from .steps import let_in, published_round, register


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
    enterprise.refresh_from_db()
    moves.check(cast, enterprise)
    missing = moves.missing_answers(garden)
    applications.ask_applicant(
        by=cast.officer,
        application=garden,
        question="The Communities Together Fund has criteria of its own. Tell us how the project meets them.",
        sections=missing,
        reply_by=date(2017, 6, 16),
    )

    yield date(2017, 6, 12)
    moves.answer_sections(cast.past_applicant, garden, missing)
    garden.refresh_from_db()
    moves.check(cast, garden)

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
