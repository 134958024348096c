"""Whoever has an interest recommends and decides nothing; an approver hands the decision on, minuted."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from applications import services
from applications.models import Decision, Status
from audit.models import Event
from awards import services as awards
from awards.models import Award
from funds.models import LegalPower
from notifications.models import Message
from organisations.models import DeclaredInterest
from organisations.services import declare_interest, end_interest
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.page_text import refused, text_of

from .conftest import put_in

WHY = "My sister is a trustee."
DECLARED = "has declared an interest in Example Youth Project"


def decide(by, application):
    return services.decide(
        by=by, application=application, outcome="approved", amount=Decimal("10000"),
        purpose="deliver workshops", reasons="They prevent crime.",
    )  # fmt: skip


def hand_on(by, application, to=None, organisations=None):
    bodies = organisations or [application.organisation]
    return services.hand_decision_on(
        by=by, application=application, organisations=bodies, interest=WHY, handed_to=to
    )


@pytest.fixture
def direct(officer, fund, organisation, other_organisation):
    def propose(by=officer, **facts):
        given = {"organisation": organisation, "partners": [other_organisation]} | facts
        return awards.propose_direct_award(
            by=by, kind=Award.Kind.GRANT, legal_power=LegalPower.CRIME_AND_DISORDER, fund=fund,
            title="Direct workshops", purpose="deliver workshops", reasons="They prevent crime.",
            amount=Decimal("500"), starts_on=clock.today(), ends_on=clock.today() + timedelta(days=9),
            direct_reason="Nobody else offers them.", **given,
        )  # fmt: skip

    return propose


def test_the_decision_is_handed_on_in_the_browser(login, approver, approver_2, recommended_application):
    browser = login(approver)
    page = reverse("decide_application", args=[recommended_application.reference])
    assert "I have an interest: hand this decision on" in text_of(browser.get(page))
    form = reverse("decide_interest", args=[recommended_application.reference])
    refused(browser.post(form, {}), "Enter what your interest is", "Select who decides instead")
    refused(browser.post(form, {"interest": WHY, "handed_to": approver.pk}), "Select who decides instead")
    for _ in range(2):
        response = browser.post(form, {"interest": WHY, "handed_to": approver_2.pk})
        assert response.status_code == 302
    text = text_of(browser.get(page))
    assert DECLARED in text and "Sample approver 2 decides instead." in text
    assert "Save decision" not in text
    home = text_of(browser.get(reverse("decide_home")))
    assert "You have an interest in Example Youth Project. Sample approver 2 decides instead." in home
    refused(browser.post(page, {"outcome": "declined", "reasons": "No."}), f"Sample approver {DECLARED}")
    assert Event.objects.filter(verb="application.decision_handed_on").count() == 1
    message = Message.objects.get(template="organisations/decision_handed_on")
    assert message.to == approver_2.email and WHY not in message.body
    other = text_of(login(approver_2).get(page))
    assert "Sample approver has an interest in Example Youth Project and has handed" in other
    assert decide(approver_2, recommended_application).decided_by == approver_2


def test_it_goes_to_an_approver_who_may_decide_and_to_nobody_only_without_one(
    recommended_application, approver, approver_2, officer, organisation, other_organisation
):
    with pytest.raises(RuleBroken, match="Select who decides instead"):
        hand_on(approver, recommended_application)
    with pytest.raises(RuleBroken, match="Select the organisation"):
        hand_on(approver, recommended_application, approver_2, [other_organisation])
    for other, sentence in ((officer, "made the proposal"), (approver, "cannot decide on this yourself")):
        with pytest.raises(RuleBroken, match=sentence):
            hand_on(approver, recommended_application, other)
    declare_interest(by=approver_2, organisation=organisation, interest=WHY)
    with pytest.raises(RuleBroken, match=f"{DECLARED}. Select another approver"):
        hand_on(approver, recommended_application, approver_2)
    hand_on(approver, recommended_application)
    assert DeclaredInterest.objects.filter(user=approver, handed_to=None).exists()


@pytest.mark.parametrize("status", ["submitted", "eligible", "assessed", "approved", "declined", "withdrawn"])
def test_only_what_waits_for_a_decision_is_handed_on(
    recommended_application, approver, approver_2, officer, status
):
    with pytest.raises(RuleBroken, match="does not allow this"):
        hand_on(officer, recommended_application, approver_2)
    put_in(recommended_application, status)
    with pytest.raises(RuleBroken, match="does not wait for a decision"):
        hand_on(approver, recommended_application, approver_2)


def test_nobody_recommends_or_decides_with_an_interest_in_the_lead_or_a_partner(
    login, assessed_application, officer, officer_2, approver, other_organisation
):
    assessed_application.partners.add(other_organisation)
    declare_interest(by=officer, organisation=other_organisation, interest=WHY)
    declare_interest(by=approver, organisation=other_organisation, interest=WHY)
    sentence = "has declared an interest in Example Community Association, which is part of this application"
    with pytest.raises(RuleBroken, match=f"{sentence}. Someone else must make the recommendation"):
        factories.recommended(officer, assessed_application)
    page = reverse("office_recommend", args=[assessed_application.reference])
    text = text_of(login(officer).get(page))
    assert sentence in text and "Save recommendation" not in text
    factories.recommended(officer_2, assessed_application)
    with pytest.raises(RuleBroken, match=f"{sentence}. Someone else must decide"):
        decide(approver, assessed_application)
    assessed_application.refresh_from_db()
    assert assessed_application.status == Status.RECOMMENDED
    assert not Decision.objects.exists()


def test_a_direct_award_is_neither_proposed_nor_decided_with_an_interest(
    login, direct, officer, officer_2, approver, approver_2, organisation, other_organisation
):
    declare_interest(by=officer_2, organisation=other_organisation, interest=WHY)
    with pytest.raises(RuleBroken, match="Someone else must propose the award"):
        direct(officer_2)
    award = direct()
    browser = login(approver)
    page = reverse("decide_award", args=[award.reference])
    assert "What we know about the organisations" in text_of(browser.get(page))
    form = reverse("decide_award_interest", args=[award.reference])
    sent = {"organisations": [other_organisation.pk], "interest": WHY, "handed_to": approver_2.pk}
    refused(browser.post(form, sent | {"organisations": []}), "Select the organisation in which you have")
    for _ in range(2):
        assert browser.post(form, sent).status_code == 302
    assert Event.objects.filter(verb="award.decision_handed_on").count() == 1
    text = text_of(browser.get(page))
    assert "Sample approver 2 decides instead." in text and "Record the decision" not in text
    with pytest.raises(RuleBroken, match="Someone else must decide"):
        awards.decide_direct_award(by=approver, award=award, approve=True, reasons="Good.")
    awards.decide_direct_award(by=approver_2, award=award, approve=True, reasons="Good.")
    with pytest.raises(RuleBroken, match="does not wait for a decision"):
        awards.hand_award_on(
            by=approver, award=award, organisations=[organisation], interest=WHY, handed_to=approver_2
        )


def test_an_interest_ends_by_a_colleague_and_stays_on_the_register(
    login, officer, officer_2, approver, organisation, recommended_application
):
    own = declare_interest(by=officer, organisation=organisation, interest=WHY)
    page = reverse("office_interest_end", args=[own.pk])
    refused(login(officer).post(page, {"reason": "It is over."}), "A colleague must record that it has ended")
    assert login(approver).post(page, {"reason": "It is over."}).status_code == 403
    browser = login(officer_2)
    refused(browser.post(page, {"reason": " "}), "Enter why the interest has ended")
    for _ in range(2):
        assert browser.post(page, {"reason": "She has left."}).status_code == 302
    assert Event.objects.filter(verb="interest.ended").count() == 1
    text = text_of(browser.get(reverse("office_interests"), {"state": "ended"}))
    assert "recorded by Sample officer 2: She has left." in text
    factories.recommended(officer, recommended_application)  # may again
    with pytest.raises(RuleBroken, match="does not allow this"):
        end_interest(by=approver, interest=own, reason="x")
