"""A grant for six months with a decision point: extended with its money, declined, or lapsed (VSS)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from applications.models import Decision
from applications.services import money_left, withhold_decision
from audit.models import Event
from awards import services
from awards.models import ExtensionOption
from notifications.models import Message
from organisations.services import declare_interest
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.journeys import books

SIX = Decimal("6000.01")


@pytest.fixture
def option(award_in, officer):
    """Of an active award of £10,000: £6,000.01 more, to decide within 200 days."""
    award = award_in("active", start_year=None)
    starts = award.ends_on + timedelta(days=1)
    [made] = services.add_extension_options(
        by=officer,
        award=award,
        options=[
            {
                "starts_on": starts,
                "ends_on": starts + timedelta(days=180),
                "decide_by": clock.today() + timedelta(days=200),
                "amount": SIX,
                "start_year": award.start_year,
            }
        ],
    )
    return made


def extend(by, option, **facts):
    return services.decide_extension(
        by=by, option=option, **{"grant": True, "reason": "It helps those it is for."} | facts
    )


def test_extending_commits_the_money_and_the_award_grows_to_the_penny(option, approver, officer):
    award, fund = option.award, option.award.fund
    left = money_left(fund, award.start_year)
    for _ in range(2):
        extend(approver, option)
    option.refresh_from_db()
    award.refresh_from_db()
    assert (award.amount, award.ends_on) == (Decimal("16000.01"), option.ends_on)
    assert sum(award.instalments.values_list("amount", flat=True)) == award.amount
    added = award.instalments.last()
    assert (added.amount, added.due_on, added.conditions.get().met_by) == (SIX, option.starts_on, approver)
    assert (option.decision.amount, option.decision.proposed_by) == (SIX, officer)
    assert left - money_left(fund, award.start_year) == SIX
    assert Decision.objects.filter(organisation=award.organisation).count() == 2
    books.assert_in_order()
    with clock.at(award.ends_on + timedelta(days=1)):
        services.close_award(by=officer, award=award, reason="It is over.")
    assert money_left(fund, award.start_year) == left + Decimal("10000")
    books.assert_in_order()


def test_more_than_the_budget_holds_is_refused_and_nothing_changes(option, approver):
    award = option.award
    award.fund.budgets.update(amount=Decimal("16000"))
    with pytest.raises(RuleBroken, match="There is £6,000 left"):
        extend(approver, option)
    award.refresh_from_db()
    option.refresh_from_db()
    assert (award.amount, option.status, award.instalments.count()) == (Decimal("10000"), "available", 2)


def test_not_extending_asks_to_apply_again_and_names_the_round(option, approver, officer, login, applicant):
    invited = factories.open_round(officer, option.award.fund, route="invited", assessors_needed=0)
    with pytest.raises(RuleBroken, match="only when you do not extend"):
        extend(approver, option, reapply_in=invited)
    page, address = login(approver), f"/office/extensions/{option.pk}/"
    shown = page.get(address).content.decode()
    assert "The extension costs" in shown
    assert "Left in the budget" in shown
    assert page.post(address, {"grant": "no", "reason": ""}).status_code == 422
    answer = {"grant": "no", "reason": "Others now offer the same.", "reapply_in": invited.pk}
    assert page.post(address, answer).status_code == 302
    option.refresh_from_db()
    assert (option.status, option.reapply_in) == ("declined", invited)
    assert (option.decision.outcome, option.decision.amount) == ("declined", None)
    grant = login(applicant).get(f"/grants/{option.award.reference}/").content.decode()
    assert f"We ask you to apply again in {invited.name}" in grant
    assert "Others now offer the same." in grant
    told = Message.objects.filter(template="awards/extension_decided").first()
    assert "declined" not in told.body
    books.assert_in_order()


def test_what_nobody_decided_lapses_once_and_can_no_longer_be_decided(option, approver, login, applicant):
    assert services.lapse_options() == 0
    with clock.at(option.decide_by):
        assert services.lapse_options() == 0
    with clock.at(option.decide_by + timedelta(days=1)):
        with pytest.raises(RuleBroken, match="This extension lapsed: nobody decided on it by"):
            extend(approver, option)
        assert services.lapse_options() == 1
        assert services.lapse_options() == 0
        option.refresh_from_db()
        assert option.status == ExtensionOption.Status.LAPSED
        with pytest.raises(RuleBroken, match="This extension lapsed"):
            extend(approver, option)
        assert "lapsed" in login(applicant).get(f"/grants/{option.award.reference}/").content.decode()
    told = Message.objects.get(template="awards/extension_lapsed")
    assert told.to == option.award.responsible_officer.email
    books.assert_in_order()


def test_a_contract_s_option_without_money_does_not_lapse(award_in, officer):
    award = award_in("active")
    starts = award.ends_on + timedelta(days=1)
    services.add_extension_options(
        by=officer,
        award=award,
        options=[{"starts_on": starts, "ends_on": starts + timedelta(days=9), "decide_by": clock.today()}],
    )
    with clock.at(clock.today() + timedelta(days=30)):
        assert services.lapse_options() == 0


def test_an_extension_that_is_ended_early_gives_its_money_back_first(option, approver, officer):
    award = option.award
    extend(approver, option)
    services.end_early(by=officer, award=award, reason="The work stopped.")
    assert money_left(award.fund, award.start_year) == Decimal("50000")
    books.assert_in_order()


def test_the_officer_adds_a_decision_point_on_the_page_of_the_award(award_in, login, officer):
    award = award_in("prepared")
    page, address = login(officer), f"/office/awards/{award.reference}/extensions/new/"
    days = {}
    for name, day in (
        ("starts_on", award.ends_on + timedelta(days=1)),
        ("ends_on", award.ends_on + timedelta(days=100)),
        ("decide_by", award.ends_on - timedelta(days=30)),
    ):
        days |= {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}
    assert page.post(address, days | {"amount": "half"}).status_code == 422
    assert page.post(address, days | {"amount": "6,000.01"}).status_code == 302
    assert award.extension_options.get().amount == SIX
    assert "£6,000.01" in page.get(f"/office/awards/{award.reference}/").content.decode()


def test_an_extension_of_a_withheld_award_is_withheld_too(option, approver, login, office):
    Decision.objects.filter(pk=option.award.decision_id).update(withheld="It is a refuge.")
    page = login(approver).get(reverse("office_extension", args=[option.pk])).content.decode()
    assert "It is a refuge.</textarea>" in page
    extend(approver, option)
    option.refresh_from_db()
    assert option.decision.withheld == "It is a refuge."


def test_what_is_withheld_after_an_extension_is_withheld_there_too(option, officer, approver):
    extend(approver, option)
    withhold_decision(by=officer, decision=option.award.decision, reason="It is a refuge.")
    option.refresh_from_db()
    assert option.decision.withheld == "It is a refuge."


def test_an_extension_can_be_withheld_where_the_award_was_not(option, approver, login, office):
    sent = {"grant": "yes", "reason": "It helps.", "withheld": "It has moved to a refuge."}
    login(approver).post(reverse("office_extension", args=[option.pk]), sent)
    option.refresh_from_db()
    assert option.decision.withheld == "It has moved to a refuge."


def terms(option, **others):
    names = ("starts_on", "ends_on", "decide_by", "amount", "start_year")
    return {name: getattr(option, name) for name in names} | others


def add(by, option, **others):
    [made] = services.add_extension_options(by=by, award=option.award, options=[terms(option, **others)])
    return made


def test_whoever_has_an_interest_neither_adds_removes_nor_asks_to_go_on(option, officer):
    declare_interest(by=officer, organisation=option.award.organisation, interest="My sister works there.")
    invited = factories.open_round(officer, option.award.fund, route="invited", assessors_needed=0)
    for attempt in (
        lambda: add(officer, option, amount=Decimal("9")),
        lambda: services.remove_extension_option(by=officer, option=option),
        lambda: services.ask_to_continue(by=officer, award=option.award, round=invited, amount=SIX),
    ):
        with pytest.raises(RuleBroken, match="has declared an interest in .* Someone else must"):
            attempt()
    assert list(option.award.extension_options.all()) == [option]


def test_a_decision_point_is_not_added_with_a_date_that_has_passed(award_in, officer):
    award = award_in("active")
    starts = award.ends_on + timedelta(days=1)
    option = {"starts_on": starts, "ends_on": starts + timedelta(days=9), "amount": SIX}
    passed = option | {"decide_by": clock.today() - timedelta(days=1)}
    with pytest.raises(RuleBroken, match="must be today or later"):
        services.add_extension_options(by=officer, award=award, options=[passed])
    today = option | {"decide_by": clock.today()}
    assert services.add_extension_options(by=officer, award=award, options=[today])


def test_what_lapsed_or_was_declined_is_added_again_and_stops_no_later_option(option, officer, approver):
    starts = option.ends_on + timedelta(days=1)
    later = add(officer, option, starts_on=starts, ends_on=starts + timedelta(days=9), decide_by=starts)
    with clock.at(option.decide_by + timedelta(days=1)):
        services.lapse_options()
        assert list(ExtensionOption.objects.to_decide()) == [later]
        services.remove_extension_option(by=officer, option=later)
        again = add(officer, option, decide_by=option.starts_on)
        later = add(officer, option, starts_on=starts, ends_on=starts + timedelta(days=9), decide_by=starts)
        assert (again.number, later.number) == (2, 3)
    with clock.at(option.decide_by + timedelta(days=2)):
        extend(approver, again, grant=False)
        with pytest.raises(RuleBroken, match="Extension 2 comes first. It is: declined"):
            extend(approver, later)
        assert not ExtensionOption.objects.to_decide().exists()
    with clock.at(option.decide_by + timedelta(days=3)):
        last = add(officer, option, decide_by=option.starts_on)
        assert list(ExtensionOption.objects.to_decide()) == [last]
        extend(approver, last)
    assert option.award.extension_options.get(status="granted").number == 4
    books.assert_in_order()


def test_other_terms_for_the_same_days_are_refused_until_the_option_is_removed(option, officer, login):
    assert add(officer, option) == option
    for other in ({"amount": Decimal("600")}, {"start_year": option.start_year + 1}, {"amount": None}):
        with pytest.raises(
            RuleBroken, match="Extension 1 is for these days already: .*£6,000.01 .*Remove it"
        ):
            add(officer, option, **other)
    page, address = login(officer), f"/office/extensions/{option.pk}/"
    assert f"{address}remove/" in page.get(address).content.decode()
    assert "Remove extension 1" in page.get(f"{address}remove/").content.decode()
    assert page.post(f"{address}remove/").status_code == 302
    services.remove_extension_option(by=officer, option=option)
    assert Event.objects.filter(verb="extension.removed").count() == 1
    assert add(officer, option, amount=Decimal("600")).amount == Decimal("600")


def test_what_is_in_the_agreement_or_decided_is_not_removed(option, officer, approver, login):
    ExtensionOption.objects.update(added_at=option.award.agreement.made_at)
    with pytest.raises(RuleBroken, match="part of the agreement, so it stays"):
        services.remove_extension_option(by=officer, option=option)
    with pytest.raises(RuleBroken, match="does not allow"):
        services.remove_extension_option(by=approver, option=option)
    extend(approver, option)
    page = login(officer).post(f"/office/extensions/{option.pk}/remove/")
    assert page.status_code == 422
    assert "Only an option that waits for a decision is removed" in page.content.decode()


def test_an_approver_with_an_interest_hands_the_extension_on(option, approver, approver_2, login):
    page, address = login(approver), f"/office/extensions/{option.pk}/"
    form = f"/decide/awards/{option.award.reference}/interest/"
    assert form in page.get(address).content.decode()
    assert "Declare and hand on" in page.get(form).content.decode()
    sent = {"organisations": [option.award.organisation.pk], "interest": "My son is there."}
    assert page.post(form, sent).status_code == 422
    done = page.post(form, sent | {"handed_to": approver_2.pk})
    assert (done.status_code, done.url) == (302, address)
    shown = page.get(address).content.decode()
    assert f"{approver_2} decides instead." in shown
    assert "Record the decision" not in shown
    with pytest.raises(RuleBroken, match="Someone else must decide"):
        extend(approver, option)
    assert "has handed the decision on to you" in login(approver_2).get(address).content.decode()
    extend(approver_2, option)
    assert login(approver_2).get(form).status_code == 200
