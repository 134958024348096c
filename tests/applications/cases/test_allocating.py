"""A year's allocations: rolled forward, changed, ended, decided all or nothing, invited."""

from datetime import timedelta
from decimal import Decimal

import pytest

from applications import services
from applications.models import BusinessCase, Commitment, Decision
from applications.services.allocating import year_of
from applications.verify import violations
from funds import services as funds
from notifications.models import Message
from organisations.models import DeclaredInterest
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.applications.deciding.conftest import at_once

WORDS = {"purpose": "reduce crime in its area", "reasons": "The partnership knows its area."}


def decide(by, round, cases, outcome=Decision.Outcome.APPROVED, **words):
    return services.decide_allocations(by=by, round=round, cases=cases, outcome=outcome, **WORDS | words)


@pytest.fixture
def propose(officer, round):
    def made(amount, lead=None, by=officer, round=round):
        organisation = factories.organisation(lead or factories.person("applicant"))
        return services.propose_case(
            by=by, round=round, organisation=organisation, amount=Decimal(amount), reasons="It was agreed."
        )

    return made


@pytest.fixture
def next_round(crg, round, officer):
    return factories.allocated_round(
        officer,
        crg,
        start_year=round.start_year + 1,
        projects_start_on=round.projects_start_on + timedelta(days=365),
        projects_end_on=round.projects_end_on + timedelta(days=365),
    )


def test_next_year_starts_from_what_stands_this_year(propose, round, next_round, officer):
    stays, changes, ends = propose("10000.01"), propose("2000"), propose("300")
    services.end_case(by=officer, case=ends, reason="It closed.")
    made = services.roll_forward(by=officer, round=next_round)
    assert {(one.last_year, one.amount) for one in made} == {
        (stays, Decimal("10000.01")), (changes, Decimal("2000")),
    }  # fmt: skip
    assert services.roll_forward(by=officer, round=next_round) == []
    changed = next(one for one in made if one.last_year == changes)
    with pytest.raises(RuleBroken, match="Enter why the amount changes"):
        services.change_case(by=officer, case=changed, amount=Decimal("2100"), reasons=" ")
    services.change_case(by=officer, case=changed, amount=Decimal("2100"), reasons="More people live there.")
    changed.refresh_from_db()
    assert (changed.amount, changed.proposed_by) == (Decimal("2100"), officer)
    with pytest.raises(RuleBroken, match="no business cases in an earlier year"):
        services.roll_forward(by=officer, round=round)
    assert year_of(next_round).proposed == Decimal("12100.01")


def test_all_are_decided_with_a_number_and_money_each(propose, round, approver):
    cases = [propose("10000.01"), propose("333.33")]
    made = decide(approver, round, cases)
    assert len({one.number for one in made}) == 2
    assert sum(one.amount for one in Commitment.objects.all()) == Decimal("10333.34")
    assert decide(approver, round, cases) == made
    with pytest.raises(RuleBroken, match="has been decided"):
        decide(approver, round, cases, reasons="Other reasons.")
    assert Decision.objects.count() == 2
    assert list(violations()) == []


def test_when_the_money_is_short_nothing_is_decided(propose, round, approver):
    cases = [propose("30000"), propose("20000.01")]
    with pytest.raises(RuleBroken, match=r"There is £50,000 left .* need £50,000.01. Nothing was decided."):
        decide(approver, round, cases)
    assert not Decision.objects.exists() and not Commitment.objects.exists()


def test_one_that_cannot_be_decided_holds_up_all(propose, round, approver, officer):
    mine = factories.person("applicant")
    both = type(officer).objects.create_user("both@example.org", name="Both", roles=["officer", "approver"])
    own = propose("100", by=both)
    with pytest.raises(RuleBroken, match="You proposed the allocation"):
        decide(both, round, [propose("200"), own])
    waits = propose("300")
    BusinessCase.objects.filter(pk=waits.pk).update(waits_for="A return is owed.")
    with pytest.raises(RuleBroken, match="A return is owed."):
        decide(approver, round, [own, waits])
    interest = propose("400", lead=mine)
    DeclaredInterest.objects.create(
        organisation=interest.organisation, user=approver, interest="A relative works there."
    )
    with pytest.raises(RuleBroken, match="You have an interest in"):
        decide(approver, round, [own, interest])
    assert not Decision.objects.exists()


def test_a_refused_allocation_leaves_the_round(propose, round, approver, officer):
    case = propose("500")
    decide(approver, round, [case], Decision.Outcome.DECLINED, purpose="")
    case.refresh_from_db()
    assert case.ended_at and not Commitment.objects.exists()
    with pytest.raises(RuleBroken, match="There is a decision"):
        services.propose_case(
            by=officer, round=round, organisation=case.organisation, amount=Decimal("1"), reasons="Again."
        )


def test_ending_a_decided_one_gives_the_money_back(case, officer, round):
    services.end_case(by=officer, case=case, reason="It was closed.")
    services.end_case(by=officer, case=case, reason="It was closed.")
    assert year_of(round).left == Decimal("50000")
    assert Message.objects.filter(template="applications/case_ended").count() == 2
    with pytest.raises(RuleBroken, match="not invited"):
        services.start(
            by=case.organisation.memberships.first().user, round=round, organisation=case.organisation
        )


def test_what_is_being_written_is_not_ended(case_draft, officer):
    with pytest.raises(RuleBroken, match="has been started"):
        services.end_case(by=officer, case=case_draft.business_case, reason="It was closed.")


@pytest.mark.parametrize("amount", ["0", "-1", "0.001", "100000.01"])
def test_amounts_that_cannot_be(propose, amount):
    with pytest.raises(RuleBroken, match="The amount must be"):
        propose(amount)


def test_inviting_writes_to_everyone_who_acts_for_them(propose, round, officer, approver, organisation):
    case = propose("500")
    with pytest.raises(RuleBroken, match="not been approved"):
        services.invite_cases(by=officer, round=round, cases=[case])
    decide(approver, round, [case])
    assert services.invite_cases(by=officer, round=round, cases=[case]) == [case]
    assert services.invite_cases(by=officer, round=round, cases=[case]) == []
    [message] = Message.objects.filter(template="applications/case_invited")
    assert "500" not in message.subject + message.body
    case.organisation.memberships.all().delete()
    BusinessCase.objects.filter(pk=case.pk).update(invited_at=None, invited_by=None)
    with pytest.raises(RuleBroken, match="Nobody can sign in"):
        services.invite_cases(by=officer, round=round, cases=[case])


def test_an_invited_round_needs_no_decision_and_holds_each_to_its_own_most(
    officer, applicant, organisation, stranger, other_organisation
):
    vss = factories.fund(officer, code="VSS", name="Example Victims Fund", route="invited")
    round = factories.open_round(officer, vss, route="invited", assessors_needed=0, brief_form=False)
    assert round.questionnaire.purpose == "business_case"
    assert {"achieved", "need-continues", "costs"} <= set(
        round.questionnaire.questions.values_list("key", flat=True)
    )
    case = services.propose_case(by=officer, round=round, organisation=organisation, amount=Decimal("7000"))
    services.invite_cases(by=officer, round=round, cases=[case])
    with pytest.raises(RuleBroken, match="not invited"):
        services.start(by=stranger, round=round, organisation=other_organisation)
    draft = factories.draft(applicant, round, organisation, amount=Decimal("7000.01"))
    problems = [gap.message for gap in services.gaps_of(services.reading_of(draft))]
    assert "The amount you are asking for must be £7,000 or less. It is £7,000.01" in problems
    with pytest.raises(RuleBroken, match="being written"):
        services.change_case(by=officer, case=case, amount=Decimal("8000"), reasons="It was too little.")


@pytest.mark.django_db(transaction=True)
def test_two_years_decided_at_once_never_spend_the_same_pound(crg, officer, approver, approver_2):
    rounds = [factories.allocated_round(officer, crg) for _ in range(2)]
    cases = [
        services.propose_case(
            by=officer, round=round, organisation=factories.organisation(factories.person("applicant")),
            amount=Decimal("30000"), reasons="It was agreed.",
        )
        for round in rounds
    ]  # fmt: skip
    results = at_once(
        lambda: decide(approver, rounds[0], [cases[0]]), lambda: decide(approver_2, rounds[1], [cases[1]])
    )
    assert sorted(isinstance(one, RuleBroken) for one in results) == [False, True]
    assert sum(one.amount for one in Commitment.objects.all()) == Decimal("30000")


def test_a_round_by_invitation_is_set_up_and_shown_as_such(officer, crg, login, client):
    round = factories.allocated_round(officer, crg, published=False)
    assert funds.steps_of(round)[-1].status == "Ready"
    keys = list(round.questionnaire.questions.values_list("key", flat=True))
    assert keys[:3] == ["area-needs", "last-year", "how-chosen"] and "costs" not in keys
    funds.publish_round(by=officer, round=round)
    page = client.get(f"/funding/{crg.slug}/{round.slug}/").content.decode()
    assert "By invitation only" in page and "Check if you can apply" not in page and "/start/" not in page
