"""Victim services in 2020/21: current recipients only, six months, and a decision after the election.

Recipients and figures are examples. Setting up is by the services, what is new by the pages.
"""

from datetime import date
from decimal import Decimal

import pytest

from applications.services import money_left
from awards import services as awards
from awards import tasks
from awards.models import Award
from funds.models import LegalPower
from monitoring.models import Return
from notifications.models import Message
from organisations import services as organisations
from organisations.models import Organisation
from pcc_grants.lib import clock
from tests import factories

from . import books, going_on
from .visitor import Visitor

HALF_YEAR = {
    "Example Advice for Victims": Decimal("15000"),
    "Example Helpline": Decimal("12500.25"),
    "Example Counselling": Decimal("9000"),
}
EXTENDED, AGAIN, FORGOTTEN = HALF_YEAR
BUDGET = Decimal("90000")


@pytest.fixture
def fund(cast):
    return going_on.fund(
        cast.officer, "VSS", "Ministry of Justice victims' grant", {2019: "90000", 2020: "90000"}
    )


@pytest.fixture
def current(cast, fund, applicant):
    """Awards of 2019/20 in force, with a first return accepted; and one that has ended early."""
    made = {}
    for name, half in (*HALF_YEAR.items(), ("Example Support Group", Decimal("1000"))):
        with clock.at(date(2019, 3, 20)):
            organisation = organisations.register(by=cast.officer, name=name, kind=Organisation.Kind.CHARITY)
            organisations.add_member(by=cast.officer, organisation=organisation, user=applicant)
            award = awards.propose_direct_award(
                by=cast.officer, kind=Award.Kind.GRANT, legal_power=LegalPower.VICTIMS, fund=fund,
                organisation=organisation, title=f"Support by {name}", purpose="support victims of crime",
                reasons="It helps victims.", amount=half * 2, starts_on=date(2019, 4, 1),
                ends_on=date(2020, 3, 31), direct_reason="It was competed for in an earlier year.",
            )  # fmt: skip
            awards.decide_direct_award(
                by=cast.approver, award=award, approve=True, reasons="It helps victims."
            )
            going_on.ask_for_return(
                cast, award, Return.Kind.MID_YEAR, date(2019, 4, 1), date(2019, 9, 30), date(2019, 10, 31)
            )
            made[name] = going_on.agree(cast, applicant, award, date(2019, 4, 15))
        with clock.at(date(2019, 4, 15)):
            factories.first_instalment_paid(cast.officer, cast.finance, award)
        with clock.at(date(2019, 10, 25)):
            going_on.report(cast, applicant, made[name].returns.get(), half)
    with clock.at(date(2020, 1, 10)):
        awards.end_early(by=cast.officer, award=made.pop("Example Support Group"), reason="The group ended.")
    return made


def test_current_recipients_get_six_months_then_one_is_extended_one_applies_again_and_one_lapses(
    cast, fund, current, applicant
):
    with clock.at(date(2020, 1, 13)):
        invited = going_on.a_round(
            cast.officer, fund, "Business cases 2020/21", date(2020, 1, 20), date(2020, 2, 14),
            date(2020, 4, 1), date(2021, 3, 31), maximum=Decimal("30000"),
            route="invited", assessors_needed=0,
        )  # fmt: skip
    _ask_current_recipients(cast, current)
    half_year = _six_months(cast, applicant, invited, current)
    assert money_left(fund, 2020) == BUDGET - sum(HALF_YEAR.values())
    _extend(cast, half_year[EXTENDED], applicant)
    _ask_to_apply_again(cast, fund, half_year[AGAIN], applicant)
    _lapse(cast, half_year[FORGOTTEN])

    extended = Award.objects.get(pk=half_year[EXTENDED].pk)
    assert (extended.amount, extended.ends_on) == (Decimal("30000"), date(2021, 3, 31))
    assert money_left(fund, 2020) == BUDGET - sum(HALF_YEAR.values()) - HALF_YEAR[EXTENDED]
    assert [part.amount for part in extended.instalments.all()] == [Decimal("15000")] * 2
    books.assert_in_order()


def _ask_current_recipients(cast, current) -> None:
    desk = Visitor(cast.officer, date(2020, 1, 21)).visit("/office/funds/VSS/")
    desk.follow("Ask current recipients for a business case").does_not_see("Example Support Group")
    for name, award in current.items():
        desk.choose(f"{name}, {award.reference}")
        desk.fill(f"Most that {name} can ask for", str(HALF_YEAR[name]))
    desk.press("Ask those selected").sees("3 organisations have been asked for a business case")


def _six_months(cast, applicant, invited, current) -> dict[str, Award]:
    made = {}
    for name, half in HALF_YEAR.items():
        with clock.at(date(2020, 2, 10)):
            case = going_on.send(applicant, invited, current[name].organisation, half, f"Support by {name}")
        with clock.at(date(2020, 3, 2)):
            going_on.recommend(cast, case, half)
            going_on.approve(cast, case, half, "support victims of crime for six months")
            award = awards.prepare_award(by=cast.officer, application=case, ends_on=date(2020, 9, 30))
        _add_the_decision_point(cast, award, half)
        with clock.at(date(2020, 3, 4)):
            made[name] = going_on.agree(cast, applicant, award, date(2020, 4, 6))
        assert made[name].continues == current[name]
    return made


def _add_the_decision_point(cast, award, half) -> None:
    desk = Visitor(cast.officer, date(2020, 3, 3)).visit(f"/office/awards/{award.reference}/")
    desk.follow("Add an extension option").fill_date("The extension starts on", date(2020, 10, 1))
    desk.fill_date("The extension ends on", date(2021, 3, 31)).fill_date("Decide by", date(2020, 7, 31))
    desk.fill("What it costs", str(half)).press("Add the option").sees("The extension option has been added")


def _decide(cast, award, day):
    option = award.extension_options.get()
    judge = Visitor(cast.approver, day).visit(f"/office/extensions/{option.pk}/")
    return judge.sees("The extension costs", "Left in the budget", "31 July 2020")


def _extend(cast, award, applicant) -> None:
    Visitor(applicant, date(2020, 6, 1)).visit(f"/grants/{award.reference}/").sees(
        "We decide by 31 July 2020 whether this grant runs on until 31 March 2021, with £15,000 more"
    )
    judge = _decide(cast, award, date(2020, 7, 6)).choose("Extend").fill("Reasons", "The need has grown.")
    judge.press("Record the decision").sees("Your decision has been recorded", "D-2020-0", "£30,000")
    Visitor(applicant, date(2020, 7, 7)).visit(f"/grants/{award.reference}/").sees(
        "£15,000: granted on 6 July 2020", "Instalment 2: £15,000"
    )


def _ask_to_apply_again(cast, fund, award, applicant) -> None:
    with clock.at(date(2020, 7, 1)):
        going_on.a_round(
            cast.officer, fund, "Second half 2020/21", date(2020, 7, 20), date(2020, 8, 21),
            date(2020, 10, 1), date(2021, 3, 31), maximum=Decimal("15000"),
            route="invited", assessors_needed=0,
        )  # fmt: skip
    judge = _decide(cast, award, date(2020, 7, 6)).choose("Do not extend")
    judge.fill("Reasons", "Its costs must be shown anew.")
    judge.fill("Round in which they can apply again", "Second half 2020/21").press("Record the decision")
    judge.sees("Your decision has been recorded", "To apply again in Second half 2020/21")
    Visitor(applicant, date(2020, 7, 7)).visit(f"/grants/{award.reference}/").sees(
        "We ask you to apply again in Second half 2020/21", "Its costs must be shown anew."
    )
    desk = Visitor(cast.officer, date(2020, 7, 21)).visit(f"/office/awards/{award.reference}/")
    desk.follow("Ask for a business case").press("Ask for a business case").sees(
        "has been asked for a business case", "Second half 2020/21"
    )


def _lapse(cast, award) -> None:
    with clock.at(date(2020, 7, 31)):
        assert tasks.sweep_decision_points() == 0
    with clock.at(date(2020, 8, 1)):
        assert tasks.sweep_decision_points() == 1
    assert Message.objects.filter(template="awards/extension_lapsed", to=cast.officer.email).count() == 1
    option = award.extension_options.get()
    Visitor(cast.approver, date(2020, 8, 3)).visit(f"/office/extensions/{option.pk}/").sees(
        "This extension lapsed: nobody decided on it in time."
    )
