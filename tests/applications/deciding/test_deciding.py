"""The Commissioner decides: publishable words, four eyes, exceptions, once."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications import services
from applications.models import Application, Commitment, Decision, Status
from audit.models import Event
from notifications.models import Message
from organisations import services as organisations
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories

from .conftest import at_once, put_in

WAITING = {Status.RECOMMENDED, Status.RESERVE, Status.NOT_RECOMMENDED, Status.DEFERRED}
Outcome = Decision.Outcome


def decide(approver, application, **facts):
    return services.decide(
        by=approver,
        application=application,
        **{
            "outcome": Outcome.APPROVED,
            "amount": Decimal("8500"),
            "purpose": "deliver workshops in the example district",
            "reasons": "It will divert young people from crime.",
        }
        | facts,
    )


def test_an_approval_is_numbered_and_commits_the_money(recommended_application, approver, officer):
    decision = decide(approver, recommended_application)
    assert decision.number == f"D-{clock.today().year}-0001"
    assert (decision.proposed_by, decision.decided_by) == (officer, approver)
    assert decision.commitments.get().amount == Decimal("8500")
    recommended_application.refresh_from_db()
    assert recommended_application.status == Status.APPROVED
    assert set(Event.objects.values_list("verb", flat=True)) >= {"decision.made", "application.approved"}


def test_everyone_of_the_organisation_is_told_and_not_what(
    recommended_application, approver, applicant, colleague, stranger
):
    decide(approver, recommended_application)
    messages = Message.objects.filter(template="applications/decision_ready")
    assert {message.to for message in messages} == {applicant.email, colleague.email}
    for message in messages:
        assert (
            message.subject == f"There is a decision on your application {recommended_application.reference}"
        )
        assert "8,500" not in message.body and "offer" not in message.body


def test_a_decline_commits_nothing(recommended_application, approver):
    decision = decide(approver, recommended_application, outcome=Outcome.DECLINED, purpose="")
    assert decision.amount is None
    assert not Commitment.objects.exists()
    recommended_application.refresh_from_db()
    assert recommended_application.status == Status.DECLINED


def test_a_deferred_application_is_not_told_and_can_be_decided_later(recommended_application, approver):
    decide(approver, recommended_application, outcome=Outcome.DEFERRED, reasons="Wait for the budget.")
    assert not Message.objects.filter(template="applications/decision_ready").exists()
    assert recommended_application in services.waiting_for_decision()
    decide(approver, recommended_application)
    recommended_application.refresh_from_db()
    assert recommended_application.status == Status.APPROVED
    assert recommended_application.decisions.count() == 2


@pytest.mark.parametrize("outcome", list(Outcome))
def test_the_same_decision_twice_changes_nothing(recommended_application, approver, outcome):
    first = decide(approver, recommended_application, outcome=outcome)
    events, messages = Event.objects.count(), Message.objects.count()
    assert decide(approver, recommended_application, outcome=outcome) == first
    assert (Event.objects.count(), Message.objects.count()) == (events, messages)
    assert Decision.objects.count() == 1


@pytest.mark.parametrize("first", [Outcome.APPROVED, Outcome.DECLINED])
@pytest.mark.parametrize("second", list(Outcome))
def test_a_final_decision_stays(recommended_application, approver, approver_2, first, second):
    decide(approver, recommended_application, outcome=first)
    with pytest.raises(RuleBroken, match="has been decided"):
        decide(approver_2, recommended_application, outcome=second)
    with pytest.raises(RuleBroken, match="has been decided"):
        decide(approver, recommended_application, outcome=second, reasons="Second thoughts.")
    assert Decision.objects.count() == 1


@pytest.mark.parametrize("status", sorted(set(Status) - WAITING))
@pytest.mark.parametrize("outcome", list(Outcome))
def test_a_decision_needs_a_recommendation_first(recommended_application, approver, status, outcome):
    put_in(recommended_application, status)
    with pytest.raises(RuleBroken, match="made its recommendation|has been decided"):
        decide(approver, recommended_application, outcome=outcome)
    assert not Decision.objects.exists()


@pytest.mark.parametrize("status", sorted(WAITING))
def test_whatever_was_recommended_may_be_approved(recommended_application, approver, status):
    put_in(recommended_application, status)
    assert decide(approver, recommended_application).outcome == Outcome.APPROVED


@pytest.mark.parametrize(
    "role", ["administrator", "officer", "assessor", "finance", "panel", "auditor", "applicant"]
)
def test_only_an_approver_decides(recommended_application, role):
    with pytest.raises(RuleBroken, match="does not allow"):
        decide(factories.person(role), recommended_application)


def both_roles(person):
    person.roles = ["approver", "officer"]
    person.save()
    person.__dict__.pop("permissions", None)
    return person


@pytest.mark.parametrize("outcome", list(Outcome))
def test_nobody_decides_what_they_recommended(assessed_application, officer, outcome):
    factories.recommended(both_roles(officer), assessed_application)
    with pytest.raises(RuleBroken, match="You made the recommendation"):
        decide(officer, assessed_application, outcome=outcome)


def test_the_database_refuses_one_person_as_proposer_and_decider(recommended_application, approver):
    decision = decide(approver, recommended_application)
    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(proposed_by=approver)


def test_nobody_decides_for_their_own_organisation(
    recommended_application, approver, applicant, organisation
):
    approver.roles = ["applicant", "approver"]
    approver.save()
    approver.__dict__.pop("permissions", None)
    organisations.add_member(by=applicant, organisation=organisation, user=approver)
    with pytest.raises(RuleBroken, match="Someone else must decide"):
        decide(approver, recommended_application)


@pytest.mark.parametrize("outcome", list(Outcome))
@pytest.mark.parametrize("reasons", ["", "  \n ", "\x00"])
def test_reasons_are_always_needed(recommended_application, approver, outcome, reasons):
    with pytest.raises(RuleBroken, match="Enter the reasons, which will be published"):
        decide(approver, recommended_application, outcome=outcome, reasons=reasons)


@pytest.mark.parametrize(
    ("purpose", "sentence"),
    [
        ("", "Enter what the money is for"),
        ("  ", "Enter what the money is for"),
        ("...", "Enter what the money is for"),
        ("to deliver workshops", "leave out “to”"),
        ("To deliver workshops", "leave out “to”"),
        ("to", "leave out “to”"),
        ("Deliver workshops", "lower case"),
        ("£8,500 for workshops", "lower case"),
        ("20 workshops", "lower case"),
    ],
)
def test_the_purpose_finishes_the_sentence(recommended_application, approver, purpose, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        decide(approver, recommended_application, purpose=purpose)


def test_the_purpose_is_kept_on_one_line_without_a_full_stop(recommended_application, approver):
    decision = decide(approver, recommended_application, purpose=" deliver\n  workshops to schools. ")
    assert decision.purpose == "deliver workshops to schools"


@pytest.mark.parametrize("amount", [None, Decimal("0"), Decimal("-5"), Decimal("100.001")])
def test_an_approval_needs_an_amount(recommended_application, approver, amount):
    with pytest.raises(RuleBroken, match="amount you approve"):
        decide(approver, recommended_application, amount=amount)


@pytest.mark.parametrize("outcome", ["", "recommended", "Approved", None])
def test_only_three_decisions_exist(recommended_application, approver, outcome):
    with pytest.raises(RuleBroken, match="Select a decision"):
        decide(approver, recommended_application, outcome=outcome)


class TestAnAmountAboveTheMaximum:
    """£36,814 against £35,000, as the Violence Reduction Fund once gave."""

    @pytest.fixture
    def recommended(self, officer, applicant, organisation, assessor, assessor_2):
        fund = factories.fund(officer, "VRF", "Violence Fund")
        round = factories.open_round(officer, fund, maximum=Decimal("35000"), years=3)
        draft = factories.draft(applicant, round, organisation, amount=Decimal("35000"))
        application = factories.eligible(officer, factories.submitted(applicant, draft))
        return factories.recommended(
            officer, factories.assessed(officer, application, [assessor, assessor_2])
        )

    def test_it_is_refused_without_a_reason(self, recommended, approver):
        with pytest.raises(RuleBroken, match="£36,814 against £35,000"):
            decide(approver, recommended, amount=Decimal("36814"), exception_reason=" ")

    def test_it_is_recorded_with_its_reason(self, recommended, approver):
        decision = decide(
            approver, recommended, amount=Decimal("36814"), exception_reason="Uniforms cost more this year."
        )
        assert decision.amount == Decimal("36814")
        assert decision.exception_reason == "Uniforms cost more this year."

    def test_the_maximum_itself_is_no_exception(self, recommended, approver):
        decision = decide(approver, recommended, amount=Decimal("35000"), exception_reason="Not needed.")
        assert decision.exception_reason == ""

    def test_only_the_first_year_is_committed(self, recommended, approver):
        decide(approver, recommended, amount=Decimal("35000"))
        commitment = Commitment.objects.get()
        assert commitment.budget.start_year == recommended.round.start_year


@pytest.mark.django_db(transaction=True)
def test_a_double_click_makes_one_decision_and_one_letter(recommended_application, approver, colleague):
    results = at_once(*[lambda: decide(approver, recommended_application)] * 2)
    assert results[0] == results[1] == Decision.objects.get()
    assert Message.objects.filter(template="applications/decision_ready", to=colleague.email).count() == 1
    assert Commitment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_approvers_deciding_at_once_one_is_refused(recommended_application, approver, approver_2):
    results = at_once(
        lambda: decide(approver, recommended_application),
        lambda: decide(approver_2, recommended_application, outcome=Outcome.DECLINED),
    )
    assert sorted(type(result) is RuleBroken for result in results) == [False, True]
    assert Decision.objects.count() == 1


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["recommend", "decide"]), st.integers(0, 1), st.sampled_from(["defer", "approve"])
    ),
    max_size=8,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
def test_no_sequence_of_moves_lets_one_person_propose_and_approve(
    assessed_application, officer, officer_2, moves
):
    people = [both_roles(officer), both_roles(officer_2)]
    with transaction.atomic():
        for move, who, outcome in moves:
            try:
                _try(move, people[who], people, assessed_application, outcome)
            except RuleBroken:
                continue
        for decision in Decision.objects.all():
            assert decision.decided_by_id != decision.proposed_by_id
        transaction.set_rollback(True)


def _try(move, person, people, application, outcome):
    if move == "recommend":
        factories.recommended(person, Application.objects.get(pk=application.pk))
    else:
        decide(
            person,
            application,
            outcome=Outcome.APPROVED if outcome == "approve" else Outcome.DEFERRED,
            reasons=f"Because {person}.",
        )
