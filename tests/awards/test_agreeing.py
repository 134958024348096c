"""Offered, signed or declined, countersigned: each once, by the right person, in time."""

from datetime import timedelta

import pytest

from audit.models import Event
from awards import services
from awards.models import Agreement, Condition, Status
from notifications.models import Message
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories

from .conftest import decided

SIGNATURE = {"signed_name": "The Chair", "signed_role": "Chair"}


def soon():
    return clock.today() + timedelta(days=28)


# -- The offer -----------------------------------------------------------------------------------------------


def test_an_offer_freezes_the_agreement_and_tells_the_members(award_in, officer, applicant, colleague):
    award = award_in("prepared")
    agreement = services.offer(by=officer, award=award, accept_by=soon())
    award.refresh_from_db()
    assert (award.status, award.accept_by, award.offered_by) == (Status.OFFERED, soon(), officer)
    assert len(agreement.document_hash) == 64
    told = Message.objects.filter(template="awards/offered")
    assert {message.to for message in told} == {applicant.email, colleague.email}
    assert "£" not in told[0].subject + told[0].body


def test_the_same_offer_twice_is_one_offer(award_in, officer):
    award = award_in("prepared")
    first = services.offer(by=officer, award=award, accept_by=soon())
    assert services.offer(by=officer, award=award, accept_by=soon()) == first
    assert Event.objects.about(award).filter(verb="award.offered").count() == 1


def test_an_offer_needs_a_plan(cast):
    with pytest.raises(RuleBroken, match="Plan the instalments"):
        services.offer(by=cast.officer, award=decided(cast), accept_by=soon())


def test_an_offer_needs_the_returns_that_instalments_wait_for(cast):
    award = decided(cast)
    services.set_instalments(
        by=cast.officer,
        award=award,
        rows=[{"amount": award.amount, "due_on": clock.today(), "waits_for_return": True}],
    )
    with pytest.raises(RuleBroken, match="Instalment 1 waits for a return. Schedule that return"):
        services.offer(by=cast.officer, award=award, accept_by=soon())


def test_an_offer_cannot_end_before_it_is_made(award_in, officer):
    with pytest.raises(RuleBroken, match="today or later"):
        services.offer(by=officer, award=award_in("prepared"), accept_by=clock.today() - timedelta(days=1))


# -- Withdrawing ---------------------------------------------------------------------------------------------


def test_a_withdrawn_offer_can_be_changed_and_made_again(award_in, officer, applicant):
    award = award_in("offered")
    first_hash = award.agreement.document_hash
    services.withdraw_offer(by=officer, award=award, reason="The dates are wrong.")
    award.refresh_from_db()
    assert (award.status, award.offered_at, award.accept_by) == (Status.PREPARED, None, None)
    assert not Agreement.objects.exists()
    assert Event.objects.about(award).filter(verb="award.offer_withdrawn").exists()
    award.title = "Example school tours, again"
    award.save()
    again = services.offer(by=officer, award=award, accept_by=soon())
    assert again.document_hash != first_hash
    assert Message.objects.filter(template="awards/offered", to=applicant.email).count() == 2


def test_withdrawing_needs_a_reason(award_in, officer):
    with pytest.raises(RuleBroken, match="Enter the reason"):
        services.withdraw_offer(by=officer, award=award_in("offered"), reason=" ")


# -- Signing -------------------------------------------------------------------------------------------------


def test_signing_records_who_when_from_where_and_what(award_in, applicant, officer):
    award = award_in("offered")
    agreement = services.sign(by=applicant, award=award, ip="192.0.2.7", **SIGNATURE)
    award.refresh_from_db()
    assert award.status == Status.ACCEPTED
    assert (agreement.signed_by, agreement.signed_from) == (applicant, "192.0.2.7")
    assert (agreement.signed_name, agreement.signed_role) == ("The Chair", "Chair")
    event = Event.objects.about(award).get(verb="agreement.signed")
    assert event.changes["document_hash"] == agreement.document_hash
    assert Message.objects.get(template="awards/agreement_signed").to == officer.email


def test_signing_twice_signs_once(award_in, applicant, colleague):
    award = award_in("offered")
    first = services.sign(by=applicant, award=award, **SIGNATURE)
    second = services.sign(by=applicant, award=award, signed_name="Another", signed_role="Other")
    assert (second.pk, second.signed_name, second.signed_at) == (first.pk, "The Chair", first.signed_at)
    with pytest.raises(RuleBroken, match="The Chair signed this agreement on"):
        services.sign(by=colleague, award=award, **SIGNATURE)


def test_an_offer_can_be_signed_on_its_last_day_and_not_after(award_in, applicant):
    award = award_in("offered")
    with (
        clock.at(award.accept_by + timedelta(days=1)),
        pytest.raises(RuleBroken, match="This offer ended on"),
    ):
        services.sign(by=applicant, award=award, **SIGNATURE)
    with clock.at(award.accept_by):
        services.sign(by=applicant, award=award, **SIGNATURE)


@pytest.mark.parametrize(
    ("signature", "sentence"),
    [
        ({"signed_name": "", "signed_role": "Chair"}, "Enter your full name as your signature"),
        ({"signed_name": "The Chair", "signed_role": "\x00"}, "Enter your role"),
    ],
)
def test_a_signature_has_a_name_and_a_role(signature, sentence, award_in, applicant):
    with pytest.raises(RuleBroken, match=sentence):
        services.sign(by=applicant, award=award_in("offered"), **signature)


def test_a_stranger_neither_signs_nor_declines(award_in, stranger):
    award = award_in("offered")
    with pytest.raises(RuleBroken, match="acts for the organisation"):
        services.sign(by=stranger, award=award, **SIGNATURE)
    with pytest.raises(RuleBroken, match="acts for the organisation"):
        services.decline_offer(by=stranger, award=award)


@pytest.mark.parametrize("role", ["officer", "approver", "finance", "auditor", "administrator"])
def test_the_office_does_not_sign_for_the_recipient(role, award_in):
    with pytest.raises(RuleBroken, match="does not allow"):
        services.sign(by=factories.person(role), award=award_in("offered"), **SIGNATURE)


# -- Declining -----------------------------------------------------------------------------------------------


def test_declining_gives_the_money_back_and_tells_the_officer(award_in, applicant, officer):
    award = award_in("offered")
    services.decline_offer(by=applicant, award=award, reason="We found other money.")
    award.refresh_from_db()
    assert (award.status, award.declined_by) == (Status.DECLINED, applicant)
    assert [one.amount - one.released for one in award.decision.commitments.all()] == [0]
    assert Message.objects.get(template="awards/offer_declined").to == officer.email


def test_declining_twice_declines_once(award_in, applicant, colleague):
    award = award_in("offered")
    services.decline_offer(by=applicant, award=award)
    services.decline_offer(by=applicant, award=award)
    assert Event.objects.about(award).filter(verb="award.declined").count() == 1
    with pytest.raises(RuleBroken, match="It is: offer declined"):
        services.decline_offer(by=colleague, award=award)


def test_an_offer_that_was_declined_is_not_signed(award_in, applicant):
    with pytest.raises(RuleBroken, match="cannot be signed. It is: offer declined"):
        services.sign(by=applicant, award=award_in("declined"), **SIGNATURE)


# -- On paper ------------------------------------------------------------------------------------------------


def test_a_signature_on_paper_carries_its_own_date(award_in, officer):
    award = award_in("offered")
    with clock.at(clock.today() + timedelta(days=10)):
        agreement = services.record_paper_agreement(
            by=officer, award=award, signed_on=clock.london_date(award.offered_at), **SIGNATURE
        )
    assert agreement.on_paper
    assert agreement.signed_by == officer
    assert clock.london_date(agreement.signed_at) == clock.london_date(award.offered_at)
    assert award.agreement.signed_from is None


@pytest.mark.parametrize("days", [-1, 1])
def test_a_signature_on_paper_is_not_from_before_the_offer_or_tomorrow(days, award_in, officer):
    with pytest.raises(RuleBroken, match="date of the signature"):
        services.record_paper_agreement(
            by=officer,
            award=award_in("offered"),
            signed_on=clock.today() + timedelta(days=days),
            **SIGNATURE,
        )


def test_a_signature_on_paper_may_arrive_after_the_offer_ended(award_in, officer):
    award = award_in("offered")
    with clock.at(award.accept_by + timedelta(days=3)):
        services.record_paper_agreement(by=officer, award=award, signed_on=award.accept_by, **SIGNATURE)
    award.refresh_from_db()
    assert award.status == Status.ACCEPTED


def test_a_recipient_does_not_record_paper(award_in, applicant):
    with pytest.raises(RuleBroken, match="does not allow"):
        services.record_paper_agreement(
            by=applicant, award=award_in("offered"), signed_on=clock.today(), **SIGNATURE
        )


# -- Countersigning ------------------------------------------------------------------------------------------


def test_countersigning_brings_it_into_force_and_meets_the_agreement_s_conditions(
    award_in, officer, applicant
):
    award = award_in("accepted")
    services.countersign(by=officer, award=award)
    award.refresh_from_db()
    assert award.status == Status.ACTIVE
    met = Condition.objects.filter(instalment__award=award, kind="agreement")
    assert all(one.met_by == officer and "Signed online by The Chair" in one.evidence for one in met)
    assert Message.objects.filter(template="awards/agreement_in_force", to=applicant.email).count() == 1


def test_countersigning_twice_changes_nothing(award_in, officer, officer_2):
    award = award_in("accepted")
    first = services.countersign(by=officer, award=award)
    assert services.countersign(by=officer, award=award).countersigned_at == first.countersigned_at
    with pytest.raises(RuleBroken, match="once the recipient has signed"):
        services.countersign(by=officer_2, award=award)


def test_the_person_who_signed_does_not_countersign(award_in, applicant):
    award = award_in("accepted")
    applicant.roles = ["applicant", "officer"]
    applicant.save()
    applicant.__dict__.pop("permissions", None)
    with pytest.raises(RuleBroken, match="Someone else must countersign"):
        services.countersign(by=applicant, award=award)


@pytest.mark.parametrize("role", ["approver", "finance", "auditor", "applicant", "administrator"])
def test_only_an_officer_offers_withdraws_and_countersigns(role, award_in):
    person = factories.person(role)
    with pytest.raises(RuleBroken, match="does not allow"):
        services.offer(by=person, award=award_in("prepared"), accept_by=soon())
    with pytest.raises(RuleBroken, match="does not allow"):
        services.withdraw_offer(by=person, award=award_in("offered"), reason="No.")
    with pytest.raises(RuleBroken, match="does not allow"):
        services.countersign(by=person, award=award_in("accepted"))
