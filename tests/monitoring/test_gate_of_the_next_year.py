"""A next year is asked for from recipients of awards in force, and approved once nothing is owed (VRF)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from applications import services as applications
from applications.models import BusinessCase
from awards import services as awards
from awards.models import Continuation
from monitoring import services
from monitoring.models import Return
from notifications.models import Message
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.journeys import books

TEN = Decimal("10000")


@pytest.fixture
def next_round(officer, fund, open_round):
    """Invited business cases for the financial year after."""
    return factories.open_round(
        officer, fund, route="invited", assessors_needed=0, start_year=open_round.start_year + 1,
        projects_start_on=clock.today() + timedelta(days=200),
    )  # fmt: skip


@pytest.fixture
def asked(officer, paid_award, open_return, next_round):
    """The recipient was asked; their mid-year return is open and owed in 20 days."""
    return services.ask_for_next_year(by=officer, award=paid_award, round=next_round, amount=TEN)


def gate(asked) -> str:
    return BusinessCase.objects.get(continuation=asked).waits_for


def send(applicant, award_return, spent=5000):
    services.save(
        by=applicant, award_return=award_return, progress="on_track", narrative="It runs.", sessions=1,
        people=2, spent=Decimal(spent),
    )  # fmt: skip
    services.submit(by=applicant, award_return=award_return, signed_name="The Chair", signed_role="Chair")


def test_the_gate_follows_the_return_until_the_next_year_can_be_approved(
    asked, open_return, next_round, organisation, applicant, officer, approver
):
    owed = f"The mid-year return, due {clock.format_date(open_return.due_on)}, has not been accepted."
    assert gate(asked) == owed
    application = factories.submitted(applicant, factories.draft(applicant, next_round, organisation))
    factories.recommended(officer, factories.eligible(officer, application))
    with pytest.raises(RuleBroken, match="cannot be approved yet. The mid-year return"):
        factories.approved(approver, application)
    send(applicant, open_return)
    assert gate(asked) == owed
    services.request_changes(by=officer, award_return=open_return, feedback="More, please.")
    open_return.refresh_from_db()
    assert gate(asked) == (
        f"The mid-year return, due {clock.format_date(open_return.due_on)}, has not been accepted."
    )
    services.submit(by=applicant, award_return=open_return, signed_name="The Chair", signed_role="Chair")
    services.accept(by=officer, award_return=open_return, feedback="Thank you.")
    assert gate(asked) == ""
    factories.approved(approver, application)
    award = awards.prepare_award(by=officer, application=application)
    assert award.continues == asked.award
    assert award.reference == application.reference
    assert asked.award.chain() == award.chain() == [asked.award, award]
    awards.set_instalments(by=officer, award=award, rows=[{"amount": TEN, "due_on": award.starts_on}])
    books.assert_in_order()


def test_a_return_found_unsatisfactory_closes_the_gate_until_a_later_one_is_accepted(
    asked, open_return, applicant, officer
):
    send(applicant, open_return)
    services.mark_unsatisfactory(by=officer, award_return=open_return, feedback="Nothing was done.")
    assert gate(asked).endswith("was found not satisfactory.")
    later = services.schedule(
        by=officer, award=asked.award, kind=Return.Kind.UPDATE, period_start=open_return.period_start,
        period_end=open_return.period_end, due_on=clock.today() + timedelta(days=5), opens_on=clock.today(),
    )  # fmt: skip
    send(applicant, later)
    services.accept(by=officer, award_return=later, feedback="Thank you.")
    assert gate(asked) == ""


def test_with_the_days_a_return_falls_due_and_the_sweep_says_so(asked, open_return, applicant, officer):
    send(applicant, open_return)
    services.accept(by=officer, award_return=open_return, feedback="Thank you.")
    end = services.schedule(
        by=officer, award=asked.award, kind=Return.Kind.END_OF_YEAR, period_start=open_return.period_start,
        period_end=clock.today() + timedelta(days=60), due_on=clock.today() + timedelta(days=90),
    )  # fmt: skip
    assert gate(asked) == ""
    with clock.at(end.due_on):
        assert services.refresh_gates() == 1
        assert services.refresh_gates() == 0
        assert gate(asked).startswith("The end-of-year return, due")


def test_an_award_on_hold_or_ended_early_holds_its_next_year_back_at_once(asked, officer):
    awards.suspend_award(by=officer, award=asked.award, reason="The returns are late.")
    assert gate(asked).endswith("are on hold.")
    awards.end_early(by=officer, award=asked.award, reason="The work stopped.")
    assert gate(asked).endswith("was ended early.")
    services.refresh_gates()
    assert gate(asked).endswith("was ended early.")


def test_asking_twice_asks_once_and_writes_once(asked, paid_award, next_round, officer, organisation):
    again = services.ask_for_next_year(by=officer, award=paid_award, round=next_round, amount=TEN)
    assert again == asked
    assert Continuation.objects.count() == 1
    told = Message.objects.filter(template="applications/business_case_asked")
    assert sorted(told.values_list("to", flat=True)) == sorted(
        member.user.email for member in organisation.memberships.all()
    )
    with pytest.raises(RuleBroken, match="is asked for already"):
        services.ask_for_next_year(by=officer, award=paid_award, round=next_round, amount=Decimal("5000"))
    second = factories.open_round(
        officer, next_round.fund, route="invited", assessors_needed=0, start_year=next_round.start_year
    )
    with pytest.raises(RuleBroken, match="is asked for already, in Round"):
        services.ask_for_next_year(by=officer, award=paid_award, round=second, amount=TEN)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"amount": Decimal("10000.01")}, "The most in"),
        ({"amount": Decimal("0")}, "more than £0"),
        ({"amount": Decimal("0.001")}, "in pounds and pence"),
        ({"round": {}}, "not a round of invited business cases"),
        ({"round": {"route": "invited", "published": False}}, "not published yet"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(
    facts, sentence, paid_award, next_round, officer, fund
):
    facts = {"round": next_round, "amount": TEN} | facts
    if isinstance(facts["round"], dict):
        facts["round"] = factories.open_round(
            officer, fund, start_year=next_round.start_year, **facts["round"]
        )
    with pytest.raises(RuleBroken, match=sentence):
        services.ask_for_next_year(by=officer, award=paid_award, **facts)
    assert not Continuation.objects.exists()


def test_an_award_that_is_not_in_force_and_another_fund_s_round_are_refused(
    offered_award, next_round, officer, applicant, approver
):
    with pytest.raises(RuleBroken, match="Only an award in force goes on"):
        services.ask_for_next_year(by=officer, award=offered_award, round=next_round, amount=TEN)
    factories.active(officer, applicant, offered_award)
    other = factories.fund(officer, code="OTH", name="Other Fund", budget=None)
    elsewhere = factories.open_round(officer, other, route="invited", assessors_needed=0)
    with pytest.raises(RuleBroken, match="Choose one of the Example Fund"):
        services.ask_for_next_year(by=officer, award=offered_award, round=elsewhere, amount=TEN)
    with pytest.raises(RuleBroken, match="does not allow"):
        services.ask_for_next_year(by=approver, award=offered_award, round=next_round, amount=TEN)


# -- Through the pages ---------------------------------------------------------------------------------------


def test_all_current_recipients_of_a_fund_are_asked_on_one_page(
    login, paid_award, next_round, officer, approver, stranger, applicant
):
    page = login(officer)
    address = f"/office/funds/{paid_award.fund.code}/invite-current/"
    assert f'value="{TEN:,.0f}"' in page.get(address).content.decode()
    empty = page.post(address, {})
    assert empty.status_code == 422
    assert "Select at least one organisation" in empty.content.decode()
    ticked = {f"ask_{paid_award.pk}": "on", f"amount_{paid_award.pk}": "12,000"}
    assert page.post(address, ticked).status_code == 422
    sent = page.post(
        address, ticked | {f"amount_{paid_award.pk}": "£9,000", "message": "Go on."}, follow=True
    )
    assert "1 organisation has been asked for a business case" in sent.content.decode()
    case = BusinessCase.objects.get()
    assert (case.amount, case.continuation.award) == (Decimal("9000"), paid_award)
    assert "Go on." in Message.objects.filter(template="applications/business_case_asked").first().body
    assert page.post(address, ticked).status_code == 302
    assert BusinessCase.objects.count() == 1
    assert login(approver).get(address).status_code == 403
    office_page = page.get(f"/office/awards/{paid_award.reference}/").content.decode()
    assert "It cannot be approved yet." in office_page
    assert "Check again what it waits for" in office_page
    checked = page.post(f"/office/continuations/{case.continuation.pk}/check/", follow=True)
    assert "has not been accepted" in checked.content.decode()
    grant = login(applicant).get(f"/grants/{paid_award.reference}/").content.decode()
    assert "Start your business case" in grant
    assert "cannot be approved" not in grant
    assert login(stranger).get(f"/grants/{paid_award.reference}/").status_code == 404


def test_one_recipient_is_asked_from_the_page_of_the_award(login, paid_award, officer, fund, request):
    page = login(officer)
    address = f"/office/awards/{paid_award.reference}/continue/"
    assert "has no round of invited business cases" in page.get(address).content.decode()
    next_round = request.getfixturevalue("next_round")
    refused = page.post(address, {"round": next_round.pk, "amount": "99999999"})
    assert (refused.status_code, "The most in" in refused.content.decode()) == (422, True)
    for _ in range(2):
        sent = page.post(address, {"round": next_round.pk, "amount": "8000"})
        assert sent.status_code == 302
    assert BusinessCase.objects.get().amount == Decimal("8000")


def test_the_decision_page_shows_the_award_before_and_what_is_owed(
    login, asked, open_return, next_round, organisation, applicant, officer, approver
):
    application = factories.submitted(applicant, factories.draft(applicant, next_round, organisation))
    factories.recommended(officer, factories.eligible(officer, application))
    send(applicant, open_return, spent=3500)
    page, address = login(approver), reverse("decide_application", args=[application.reference])
    shown = page.get(address).content.decode()
    assert "The award before" in shown
    assert asked.award.reference in shown
    assert "£1,500" in shown  # paid £5,000, of which £3,500 is spent
    answer = {
        "outcome": "approved",
        "amount": "10000",
        "purpose": "go on",
        "reasons": "It works.",
    }
    refused = page.post(address, answer)
    assert refused.status_code == 422
    assert "This cannot be approved yet." in refused.content.decode()
    assert applications.money_left(next_round.fund, next_round.start_year) == Decimal("50000")


def test_the_gate_cannot_be_walked_around_by_inviting(
    paid_award, open_return, next_round, organisation, applicant, officer, approver
):
    facts = {"round": next_round, "organisation": organisation, "amount": TEN}
    with pytest.raises(RuleBroken, match=f"has an award in this fund, {paid_award.reference}"):
        applications.propose_case(by=officer, **facts)
    case = BusinessCase.objects.create(proposed_by=officer, **facts)  # before the award came in force
    with pytest.raises(RuleBroken, match="on the page of that award"):
        applications.invite_cases(by=officer, round=next_round, cases=[case])
    BusinessCase.objects.filter(pk=case.pk).update(invited_by=officer, invited_at=clock.now())
    application = factories.submitted(applicant, factories.draft(applicant, next_round, organisation))
    factories.recommended(officer, factories.eligible(officer, application))
    with pytest.raises(RuleBroken, match=f"cannot be approved yet. .* {paid_award.reference}"):
        factories.approved(approver, application)
    services.ask_for_next_year(by=officer, award=paid_award, round=next_round, amount=TEN)
    with pytest.raises(RuleBroken, match="cannot be approved yet. The mid-year return"):
        factories.approved(approver, application)
