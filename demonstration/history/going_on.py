"""Awards that went on, or could not: year 2 of violence reduction, six months for victims, the end of a fund.

The papers give no figures of these; amounts are examples, and so are the recipients named “Example …”.
"""

from datetime import date, time
from decimal import Decimal

from awards import services as awards
from awards.models import Award
from demonstration import moves
from demonstration.people import Cast
from funds.models import Fund, LegalPower, Route
from monitoring import services as monitoring
from monitoring.models import Return
from organisations.models import Organisation
from pcc_grants.lib import clock

from .steps import RECORDS_END, let_in, published_round, register

THANKS = "Thank you. This is what we needed."


def violence_reduction_year_2(cast: Cast):
    """The awards of July 2019 go on for a second year: returns accepted, business cases approved."""
    yield date(2020, 2, 3)
    round_2 = _invited(
        cast,
        "VRF",
        "Year 2, 2020/21",
        2,
        opens=date(2020, 2, 3),
        closes=date(2020, 2, 28),
        maximum=Decimal("35000"),
    )
    yield date(2020, 2, 4)
    before = list(Award.objects.filter(fund__code="VRF", application__round__number=1).order_by("pk"))
    for award in before:
        monitoring.ask_for_next_year(
            by=cast.officer, award=award, round=round_2, amount=min(award.amount, round_2.maximum)
        )
    yield date(2020, 2, 20)
    cases = [_business_case(cast, award, round_2, award.title) for award in before]
    yield date(2020, 3, 9)
    for case in cases:
        moves.link_partners(cast, case)
        moves.check(cast, case)
        moves.recommend(cast, case, words="The first year went well, and its return was accepted.")
    yield date(2020, 3, 16)
    made = []
    for case, award in zip(cases, before, strict=True):
        moves.approve(
            cast,
            case,
            purpose=award.purpose,
            reasons="The need goes on, and what was done in the first year shows that the money is used well.",
        )
        made.append(awards.prepare_award(by=cast.officer, application=case))
        moves.schedule(cast, made[-1], Return.Kind.MID_YEAR, due_on=date(2020, 10, 31))
        moves.offer(cast, made[-1], {"amount": case.amount_asked, "due_on": date(2020, 4, 15)})
    yield date(2020, 3, 23)
    for award in made:
        moves.sign(cast, cast.past_applicant, award)
    yield date(2020, 4, 15)
    for number, award in enumerate(made, start=1):
        moves.pay(cast, award, 1, reference=f"2020-0415{number}")
    yield date(2020, 10, 22)
    for award in made:
        _report(cast, award, spent=award.amount / 2)
    yield from _closing(cast, made, date(2021, 4, 1))


def victim_services_2020(cast: Cast):
    """Current recipients only, six months; then one extended, one asked to apply again, one that lapsed."""
    half_year = {
        "Example Advice for Victims": Decimal("15000"),
        "Example Helpline": Decimal("12500"),
        "Example Counselling": Decimal("9000"),
    }
    yield date(2019, 3, 18)
    current = [
        _direct(
            cast,
            "VSS",
            name,
            f"Support by {name}",
            "support victims of crime and their families",
            half * 2,
            LegalPower.VICTIMS,
        )
        for name, half in half_year.items()
    ]
    yield date(2019, 5, 13)
    _pay_first(cast, current, "2019-0513V")
    yield date(2019, 10, 25)
    for award in current:
        _report(cast, award, spent=award.amount / 2)
    yield date(2020, 1, 20)
    invited = _invited(
        cast,
        "VSS",
        "Business cases 2020/21",
        1,
        opens=date(2020, 1, 20),
        closes=date(2020, 2, 14),
        maximum=Decimal("30000"),
    )
    yield date(2020, 1, 21)
    for award in current:
        amount = half_year[award.organisation.name]
        monitoring.ask_for_next_year(by=cast.officer, award=award, round=invited, amount=amount)
    yield date(2020, 2, 10)
    cases = [_business_case(cast, award, invited, award.title) for award in current]
    yield date(2020, 3, 2)
    six_months = [_six_months(cast, case) for case in cases]
    yield date(2020, 3, 9)
    for award in six_months:
        moves.sign(cast, cast.past_applicant, award)
    yield date(2020, 4, 6)
    for number, award in enumerate(six_months, start=1):
        moves.pay(cast, award, 1, reference=f"2020-0406V{number}")
    for award in current:
        awards.close_award(by=cast.officer, award=award, reason="The year is complete.")
    yield date(2020, 7, 6)
    extended, again, _ = six_months
    for award, grant, reason in (
        (extended, True, "More people ask for help, and the service reaches them."),
        (again, False, "Another service now offers much of the same. Tell us what yours adds."),
    ):
        option = award.extension_options.get()
        awards.decide_extension(by=cast.approver, option=option, grant=grant, reason=reason)
    yield date(2020, 8, 1)
    awards.lapse_options()
    yield from _closing(cast, [again, six_months[2]], date(2020, 10, 1))
    yield date(2020, 10, 5)
    moves.pay(cast, extended, 2, reference="2020-1005V1")
    yield from _closing(cast, [extended], date(2021, 4, 1))


def _six_months(cast: Cast, case) -> Award:
    """Approved until the end of September, with the decision after the election."""
    moves.check(cast, case)
    moves.recommend(cast, case, words="It meets the fund's criteria. Six months, because of the election.")
    moves.approve(
        cast,
        case,
        purpose="support victims of crime and their families for six months",
        reasons="Victims need this help whatever the outcome of the election.",
    )
    award = awards.prepare_award(by=cast.officer, application=case, ends_on=date(2020, 9, 30))
    awards.add_extension_options(
        by=cast.officer,
        award=award,
        options=[
            {
                "starts_on": date(2020, 10, 1),
                "ends_on": date(2021, 3, 31),
                "decide_by": date(2020, 7, 31),
                "amount": award.amount,
            }
        ],
    )
    moves.offer(cast, award, {"amount": award.amount, "due_on": date(2020, 4, 6)})
    return award


def mental_health_ends(cast: Cast):
    """The fund ends: its recipients are told, one sends a plan in time and one after a reminder."""
    yield date(2019, 3, 19)
    power = LegalPower.CRIME_AND_DISORDER
    recipients = [
        _direct(
            cast,
            "MHP",
            "Example Listening Service",
            "Listening",
            "listen to people in distress",
            "8000",
            power,
        ),
        _direct(
            cast,
            "MHP",
            "Example Street Triage",
            "Street triage",
            "see people with the police",
            "12000",
            power,
        ),
    ]
    yield date(2019, 5, 14)
    _pay_first(cast, recipients, "2019-0514M")
    yield date(2019, 9, 16)
    for award in recipients:
        awards.send_ending_notice(
            by=cast.officer,
            award=award,
            message=f"{award.fund.ending_notice} Send us your plan of how the work goes on.",
            plan_due_on=date(2019, 12, 13),
            reason="Half a year before the end, as the award for 2019/20 said.",
        )
    yield date(2019, 10, 25)
    for award in recipients:
        _report(cast, award, spent=award.amount / 2)
    prompt, late = recipients
    yield date(2019, 12, 2)
    _plan(cast, prompt, "The health trust takes the service on from April 2020, with the same people.")
    yield date(2019, 12, 16)
    awards.remind_of_plans()
    yield date(2020, 1, 8)
    _plan(cast, late, "The work ends. Its people are told by letter in February, and where they can turn.")
    yield from _closing(cast, recipients, date(2020, 4, 1))


def _plan(cast: Cast, award: Award, plan: str) -> None:
    notice = awards.send_plan(by=cast.past_applicant, award=award, plan=plan)
    awards.review_plan(by=cast.officer, notice=notice, is_satisfactory=True, review=THANKS)


# -- Steps ---------------------------------------------------------------------------------------------------


def _invited(cast: Cast, code: str, name: str, number: int, *, opens: date, closes: date, maximum: Decimal):
    return published_round(
        cast,
        code,
        name=name,
        number=number,
        opens_at=clock.london(opens),
        closes_at=clock.london(closes, time(17, 0)),
        maximum=maximum,
        projects_start_on=date(2020, 4, 1),
        projects_end_on=date(2021, 3, 31),
        start_year=2020,
        route=Route.INVITED,
        assessors_needed=0,
    )


def _business_case(cast: Cast, award: Award, round, title: str):
    """Written and sent by the recipient, for all it may ask for."""
    case = round.business_cases.get(organisation=award.organisation)
    application = moves.answered_draft(
        cast.past_applicant,
        round,
        award.organisation,
        asked=case.amount,
        title=title,
        summary=f"The project goes on to {award.purpose}.",
        partners=list(award.partners.all()),
    )
    return moves.submit(cast.past_applicant, application)


def _direct(cast: Cast, code: str, name: str, title: str, purpose: str, amount, power) -> Award:
    """An award of 2019/20, with a return in October."""
    organisation = register(cast, name, Organisation.Kind.CHARITY)
    let_in(cast, organisation)
    award = moves.direct(
        cast,
        kind=Award.Kind.GRANT,
        legal_power=power,
        fund=Fund.objects.get(code=code),
        organisation=organisation,
        title=title,
        purpose=purpose,
        reasons="It helps people whom nobody else reaches.",
        amount=Decimal(amount),
        starts_on=date(2019, 4, 1),
        ends_on=date(2020, 3, 31),
        start_year=2019,
        direct_reason="It was competed for in an earlier year; recorded here as awarded.",
    )
    moves.schedule(cast, award, Return.Kind.MID_YEAR, due_on=date(2019, 10, 31))
    moves.offer(cast, award, {"amount": award.amount, "due_on": date(2019, 5, 13)})
    moves.sign(cast, cast.past_applicant, award)
    return award


def _pay_first(cast: Cast, granted: list[Award], reference: str) -> None:
    for number, award in enumerate(granted, start=1):
        moves.pay(cast, award, 1, reference=f"{reference}{number}")


def _report(cast: Cast, award: Award, *, spent: Decimal) -> None:
    moves.report(
        cast,
        cast.past_applicant,
        award.returns.get(number=1),
        THANKS,
        progress=Return.Progress.ON_TRACK,
        narrative="The work is on time, and the money is used as planned.",
        spent=spent,
    )


def _closing(cast: Cast, granted: list[Award], day: date):
    yield day
    for award in granted:
        awards.close_award(by=cast.officer, award=award, reason=RECORDS_END)
