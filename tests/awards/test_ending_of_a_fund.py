"""A fund ends: recipients are told once, send a plan, and the office follows it (MHP)."""

from datetime import timedelta

import pytest

from audit.models import Event
from awards import services
from awards.models import EndingNotice, Status
from funds import services as funds
from notifications.models import Message
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories

MESSAGE = "The fund ends. Tell us how the work goes on."


@pytest.fixture
def award(award_in, officer, fund):
    """Active, of a fund that ends in 100 days."""
    made = award_in("active")
    funds.end_fund(
        by=officer,
        fund=fund,
        ended_on=clock.today() + timedelta(days=100),
        ending_notice="The fund ends soon.",
    )
    made.refresh_from_db()
    return made


def tell(by, award, **facts):
    usual = {"message": MESSAGE, "plan_due_on": clock.today() + timedelta(days=30), "reason": "As announced."}
    return services.send_ending_notice(by=by, award=award, **usual | facts)


@pytest.fixture
def notice(award, officer):
    return tell(officer, award)


def test_all_recipients_are_told_after_a_preview_and_only_once(award, login, officer, approver, finance):
    page, address = login(officer), f"/office/funds/{award.fund.code}/ending/"
    shown = page.get(address).content.decode()
    assert "The fund ends soon." in shown
    due = clock.today() + timedelta(days=30)
    typed = {
        "awards": award.pk,
        "message": MESSAGE,
        "plan_due_on_day": due.day,
        "plan_due_on_month": due.month,
        "plan_due_on_year": due.year,
        "reason": "As announced.",
    }
    assert page.post(address, typed | {"awards": ""}).status_code == 422
    previewed = page.post(address, typed | {"preview": "yes"})
    assert "This is what they read" in previewed.content.decode()
    assert not EndingNotice.objects.exists()
    sent = page.post(address, typed | {"send": "yes"}, follow=True)
    assert "1 recipient has been told" in sent.content.decode()
    assert page.post(address, typed | {"send": "yes"}).status_code == 422  # nobody is left to tell
    notice = EndingNotice.objects.get()
    assert notice.message == MESSAGE
    assert Message.objects.filter(template="awards/fund_ends").count() == 2
    event = Event.objects.about(award).get(verb="ending.notice_sent")
    assert event.changes["reason"] == "As announced."
    assert login(approver).post(address, typed).status_code == 403
    assert "Plan due" in login(finance).get(address).content.decode()


def test_the_plan_is_sent_replaced_asked_again_and_accepted(
    notice, award, login, applicant, stranger, officer
):
    theirs, address = login(applicant), f"/grants/{award.reference}/plan/"
    assert login(stranger).get(address).status_code == 404
    assert "Send your plan for after the fund’s end" in theirs.get("/home/").content.decode()
    assert MESSAGE in theirs.get(address).content.decode()
    assert theirs.post(address, {"plan": ""}).status_code == 422
    named = theirs.post(address, {"plan": "Write to someone@example.org"})
    assert (named.status_code, "an email address" in named.content.decode()) == (422, True)
    for plan in ("A first plan.", "A better plan."):
        assert theirs.post(address, {"plan": plan}).status_code == 302
    office, review = login(officer), f"/office/endings/{notice.pk}/"
    assert "Review the plan for after the fund’s end" in office.get("/office/").content.decode()
    assert "A better plan." in office.get(review).content.decode()
    again = clock.today() + timedelta(days=40)
    words = {
        "is_satisfactory": "no",
        "review": "Who pays?",
        "due_on_day": again.day,
        "due_on_month": again.month,
        "due_on_year": again.year,
    }
    assert office.post(review, words | {"review": ""}).status_code == 422
    for _ in range(2):
        assert office.post(review, words).status_code == 302
    notice.refresh_from_db()
    assert (notice.shown_status, notice.plan_due_on) == ("Changes requested", again)
    assert "Who pays?" in theirs.get(address).content.decode()
    theirs.post(address, {"plan": "The council pays."})
    services.review_plan(by=officer, notice=notice, is_satisfactory=True, review="Thank you.")
    notice.refresh_from_db()
    assert (notice.shown_status, notice.plan) == ("Accepted", "The council pays.")
    refused = theirs.post(address, {"plan": "Another one."})
    assert (refused.status_code, "cannot be changed" in refused.content.decode()) == (422, True)
    assert Message.objects.filter(template="awards/plan_reviewed").count() == 4  # two people, twice


def test_an_overdue_plan_is_reminded_of_once_for_each_due_date(notice, applicant, officer):
    assert services.remind_of_plans() == 0
    with clock.at(notice.plan_due_on + timedelta(days=1)):
        assert services.remind_of_plans() == 1
        assert services.remind_of_plans() == 0
        notice.refresh_from_db()
        assert notice.shown_status == "Overdue"
        services.send_plan(by=applicant, award=notice.award, plan="Late, but here.")
        assert services.remind_of_plans() == 0
        services.review_plan(
            by=officer, notice=notice, is_satisfactory=False, review="More.", due_on=clock.today()
        )
    with clock.at(notice.plan_due_on + timedelta(days=3)):
        assert services.remind_of_plans() == 1
    assert Message.objects.filter(template="awards/plan_overdue").count() == 4


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"message": " "}, "Enter the message"),
        ({"reason": ""}, "Enter why the notice is sent now"),
        ({"plan_due_on": None}, "must be today or later"),
    ],
)
def test_a_notice_that_is_not_whole_is_refused(facts, sentence, award, officer):
    if "plan_due_on" in facts:
        facts = {"plan_due_on": clock.today() - timedelta(days=1)}
    with pytest.raises(RuleBroken, match=sentence):
        tell(officer, award, **facts)


@pytest.mark.parametrize("status", [Status.OFFERED, Status.CLOSED, Status.DECLINED])
def test_only_recipients_of_awards_in_force_are_told(status, award_in, officer, fund):
    made = award_in(status)
    with pytest.raises(RuleBroken, match="has no last day"):
        tell(officer, made)
    funds.end_fund(by=officer, fund=fund, ended_on=clock.today(), ending_notice="It ends.")
    made.refresh_from_db()
    with pytest.raises(RuleBroken, match="Only recipients of awards in force"):
        tell(officer, made)


def test_nobody_else_sends_or_reviews_a_plan(notice, award, stranger, applicant, officer):
    with pytest.raises(RuleBroken, match="Only people who act for the organisation"):
        services.send_plan(by=stranger, award=award, plan="Ours.")
    with pytest.raises(RuleBroken, match="no plan to review yet"):
        services.review_plan(by=officer, notice=notice, is_satisfactory=True, review="Fine.")
    services.send_plan(by=applicant, award=award, plan="Ours.")
    with pytest.raises(RuleBroken, match="does not allow"):
        services.review_plan(
            by=factories.person("finance"), notice=notice, is_satisfactory=True, review="Yes."
        )
    with pytest.raises(RuleBroken, match="was told on"):
        tell(officer, award, message="Something else.")
