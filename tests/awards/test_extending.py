"""A contract's extension options: in order, in time, decided by someone other than who added them."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from audit.models import Event
from awards import services
from awards.models import Award, ExtensionOption, Status
from funds.models import LegalPower
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories


@pytest.fixture
def contract(award_in):
    """An active contract with two yearly options."""
    return award_in("active", kind=Award.Kind.CONTRACT, legal_power=LegalPower.CONTRACT)


def option(start, days=364):
    return {
        "starts_on": start,
        "ends_on": start + timedelta(days=days),
        "decide_by": start - timedelta(days=90),
    }


@pytest.fixture
def options(contract, officer):
    first = option(contract.ends_on + timedelta(days=1))
    second = option(first["ends_on"] + timedelta(days=1))
    return services.add_extension_options(by=officer, award=contract, options=[first, second])


def test_options_are_numbered_and_adding_them_again_adds_nothing(options, contract, officer):
    assert [one.number for one in options] == [1, 2]
    same = [
        {"starts_on": one.starts_on, "ends_on": one.ends_on, "decide_by": one.decide_by} for one in options
    ]
    assert services.add_extension_options(by=officer, award=contract, options=same) == options
    assert contract.extension_options.count() == 2


def test_granting_moves_the_end_of_the_award(options, contract, approver):
    services.decide_extension(by=approver, option=options[0], grant=True, reason="It works well.")
    contract.refresh_from_db()
    options[0].refresh_from_db()
    assert contract.ends_on == options[0].ends_on
    assert (options[0].status, options[0].decided_by) == ("granted", approver)
    assert Event.objects.about(contract).filter(verb="extension.granted").exists()


def test_declining_leaves_the_end_and_closes_the_later_options(options, contract, approver):
    before = contract.ends_on
    services.decide_extension(by=approver, option=options[0], grant=False, reason="It is competed for anew.")
    contract.refresh_from_db()
    assert contract.ends_on == before
    with pytest.raises(RuleBroken, match="Extension 1 comes first. It is: declined."):
        services.decide_extension(by=approver, option=options[1], grant=True, reason="Later.")


def test_options_are_decided_in_order(options, approver):
    with pytest.raises(RuleBroken, match="Extension 1 comes first"):
        services.decide_extension(by=approver, option=options[1], grant=True, reason="Later.")


def test_only_the_next_option_waits_for_a_decision(options, approver):
    assert list(ExtensionOption.objects.to_decide()) == [options[0]]
    services.decide_extension(by=approver, option=options[0], grant=True, reason="It works well.")
    assert list(ExtensionOption.objects.to_decide()) == [options[1]]


def test_the_same_decision_twice_is_one(options, approver, approver_2):
    for _ in range(2):
        services.decide_extension(by=approver, option=options[0], grant=True, reason="It works well.")
    with pytest.raises(RuleBroken, match="decided on this extension"):
        services.decide_extension(by=approver_2, option=options[0], grant=True, reason="Yes.")
    with pytest.raises(RuleBroken, match="decided on this extension"):
        services.decide_extension(by=approver, option=options[0], grant=False, reason="No.")


def test_nobody_decides_on_an_option_they_added(contract, officer):
    officer.roles = ["officer", "approver"]
    officer.save()
    officer.__dict__.pop("permissions", None)
    (made,) = services.add_extension_options(
        by=officer, award=contract, options=[option(contract.ends_on + timedelta(days=1))]
    )
    with pytest.raises(RuleBroken, match="Someone else must decide"):
        services.decide_extension(by=officer, option=made, grant=True, reason="Yes.")


def test_an_award_that_has_ended_is_not_extended(options, contract, approver):
    with (
        clock.at(contract.ends_on + timedelta(days=1)),
        pytest.raises(RuleBroken, match="award ended on"),
    ):
        services.decide_extension(by=approver, option=options[0], grant=True, reason="Late.")
    with clock.at(contract.ends_on):
        services.decide_extension(by=approver, option=options[0], grant=True, reason="In time.")


def test_a_decision_has_a_reason(options, approver):
    with pytest.raises(RuleBroken, match="Enter the reason"):
        services.decide_extension(by=approver, option=options[0], grant=True, reason="")


@pytest.mark.parametrize("role", ["officer", "finance", "auditor", "applicant"])
def test_only_an_approver_decides(role, options):
    with pytest.raises(RuleBroken, match="does not allow"):
        services.decide_extension(by=factories.person(role), option=options[0], grant=True, reason="Yes.")


@pytest.mark.parametrize(
    "status",
    [s for s in Status if s not in (Status.PROPOSED, Status.PREPARED, Status.ACTIVE)],
)
def test_options_are_not_added_to_an_offer_that_stands_or_an_award_that_is_over(status, award_in, officer):
    award = award_in(status)
    with pytest.raises(RuleBroken, match="before the offer is made, or while the award is active"):
        services.add_extension_options(
            by=officer, award=award, options=[option(award.ends_on + timedelta(days=1))]
        )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"starts_on": date(2000, 1, 1)}, "must start after"),
        ({"ends_on": date(2000, 1, 1)}, "must end after"),
        ({"decide_by": date(2199, 1, 1)}, "must be decided on or before"),
    ],
)
def test_an_option_s_dates_are_in_order(change, sentence, contract, officer):
    facts = option(contract.ends_on + timedelta(days=1)) | change
    with pytest.raises(RuleBroken, match=sentence):
        services.add_extension_options(by=officer, award=contract, options=[facts])


def test_the_family_matters_contract_runs_3_1_1_1_years(cast, officer, approver):
    """Awarded in December 2018 from 1 April 2019: three years at £450,000, three options of a year."""
    from funds import services as funds

    from .conftest import active

    source = cast.fund.budgets.first().source
    with clock.at(date(2018, 12, 10)):
        for year in (2019, 2020, 2021):
            funds.set_budget(
                by=officer, fund=cast.fund, source=source, start_year=year, amount=Decimal("450000")
            )
        award = active(
            cast,
            kind=Award.Kind.CONTRACT,
            legal_power=LegalPower.CONTRACT,
            amount=Decimal("1350000"),
            annual_value=Decimal("450000"),
            starts_on=date(2019, 4, 1),
            ends_on=date(2022, 3, 31),
            start_year=2019,
            years=3,
            rows=[
                {"amount": Decimal("112500"), "due_on": date(2019 + n // 4, 1 + n % 4 * 3, 15)}
                for n in range(12)
            ],
        )
        services.add_extension_options(
            by=officer,
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
    with clock.at(date(2021, 10, 20)):
        services.decide_extension(
            by=approver, option=award.extension_options.get(number=1), grant=True, reason="It works well."
        )
    award.refresh_from_db()
    assert award.ends_on == date(2023, 3, 31)
    assert [one.amount for one in award.decision.commitments.order_by("budget__start_year")] == [
        Decimal("450000")
    ] * 3
