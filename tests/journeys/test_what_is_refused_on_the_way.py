"""At each stage of a grant's life the wrong person tries, through the pages: no button, and no way round it.

A stranger finds nothing (404), a colleague without the permission is refused (403), and whoever may not judge
their own work reads why (422). Afterwards the record is as it was.
"""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from applications.models import Assessment, Decision
from applications.models import Status as ApplicationStatus
from audit.models import Event
from awards import services as awards
from awards.models import Award, Instalment, Payment
from awards.models import Status as AwardStatus
from funds.models import LegalPower
from monitoring import services as monitoring
from monitoring.models import Status as ReturnStatus
from notifications.models import Message
from organisations import services as organisations
from pcc_grants.lib import clock
from reports.models import Paper, PaperStatus
from tests.reports import making

from . import books
from .visitor import Visitor

SIGNATURE = {"signed_name": "The Chair", "signed_role": "Chair"}
STAFF = ("administrator", "officer", "assessor", "approver", "finance", "panel_officer", "auditor")


def date_parts(name: str, day: date) -> dict:
    return {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}


# -- Strangers -----------------------------------------------------------------------------------------------


def test_a_stranger_neither_reads_nor_sends_an_application(draft, other_organisation, stranger):
    person = Visitor(stranger).home().does_not_see(draft.reference, draft.title)
    here = f"/applications/{draft.reference}/"
    for page in ("", "project/", "answers/1/", "submit/", "submitted/", "withdraw/", "reopen/", "decision/"):
        assert person.status_of(here + page) == 404, page
        assert person.status_of(here + page, SIGNATURE) in (404, 405), page
    draft.refresh_from_db()
    assert draft.status == ApplicationStatus.DRAFT


def test_a_stranger_neither_reads_nor_signs_an_agreement(offered_award, other_organisation, stranger):
    person = Visitor(stranger).home().does_not_see(offered_award.reference)
    here = f"/grants/{offered_award.reference}/"
    for page in ("", "agreement/", "agreement/pdf/", "agreement/sign/", "agreement/signed/", "decline/"):
        assert person.status_of(here + page) == 404, page
        assert person.status_of(here + page, SIGNATURE) in (404, 405), page
    offered_award.refresh_from_db()
    assert offered_award.status == AwardStatus.OFFERED


def test_a_stranger_neither_reads_nor_writes_a_return(open_return, other_organisation, stranger):
    person = Visitor(stranger).home().does_not_see(open_return.reference)
    here = f"/grants/{open_return.award.reference}/returns/1/"
    for page in ("", "submit/", "submitted/"):
        assert person.status_of(here + page) == 404, page
        assert person.status_of(here + page, {"narrative": "Ours now."}) in (404, 405), page
    open_return.refresh_from_db()
    assert open_return.status == ReturnStatus.OPEN
    assert open_return.narrative == ""


# -- Applying and assessing ----------------------------------------------------------------------------------


def test_nobody_applies_once_the_round_has_closed(draft, applicant):
    after_grace = draft.round.submissions_end_at + timedelta(seconds=1)
    late = Visitor(applicant, on=after_grace).visit(f"/applications/{draft.reference}/submit/")
    late.sees("closed at 5pm").send(late.url, SIGNATURE)
    draft.refresh_from_db()
    assert draft.submitted_at is None


def test_only_an_officer_checks(submitted_application, request):
    page = f"/office/applications/{submitted_application.reference}/check/"
    for role in STAFF:
        if role != "officer":
            person = Visitor(request.getfixturevalue(role))
            assert person.status_of(page) == 403, role
            assert person.status_of(page, {"eligible": "yes"}) == 403, role
    submitted_application.refresh_from_db()
    assert submitted_application.status == ApplicationStatus.SUBMITTED


def test_a_member_of_the_organisation_is_not_asked_to_score(
    eligible_application, organisation, officer, assessor, applicant, person_who_is
):
    member = person_who_is("assessor", "applicant")
    organisations.add_member(by=applicant, organisation=organisation, user=member)
    desk = Visitor(officer).visit(f"/office/applications/{eligible_application.reference}/")
    desk.follow("Assign assessors").sees("Assessors with a conflict of interest", member.name)
    form = {"assessors": member.pk, **date_parts("due_on", clock.today())}
    desk.send(desk.url, form).is_told("Select at least one assessor")
    assert not Assessment.objects.exists()


def test_an_assessor_with_an_interest_sees_nothing_more_and_scores_nothing(
    eligible_application, officer, assessor, assessor_2
):
    desk = Visitor(officer).visit(f"/office/applications/{eligible_application.reference}/assign/")
    desk.choose(assessor.name).fill_date("When are the scores due?", clock.today()).press("Assign")

    person = Visitor(assessor).home().follow("Score next application").does_not_see("Our answer about Need.")
    person.choose("Yes, I have or may have an interest").press("Save and continue")
    person.is_told("Enter what your interest is")
    person.fill("If yes, what is your interest?", "My sister works there.").press("Save and continue")
    person.sees("You will not score", "the office has been told").does_not_see("Score next application")
    assessment = Assessment.objects.get()
    for page in ("", "interests/", "1/", "check/"):
        assert person.status_of(f"/assess/{assessment.pk}/{page}") == 404, page
    assert person.status_of(f"/assess/{assessment.pk}/1/", {"score": 5, "reason": "Very good."}) == 404
    assert person.status_of(f"/assess/{assessment.pk}/check/", {}) == 404
    assert Visitor(assessor_2).status_of(f"/assess/{assessment.pk}/") == 404

    assessment.refresh_from_db()
    assert assessment.status == Assessment.Status.RECUSED
    assert not assessment.scores.exists()
    message = Message.objects.get(template="applications/assessor_stepped_aside", to=officer.email)
    assert "sister" not in message.body
    desk.visit(desk.url).sees(assessor.name, "My sister works there.")


# -- Deciding ------------------------------------------------------------------------------------------------


def test_the_recommender_does_not_decide(assessed_application, person_who_is, approver):
    both = person_who_is("officer", "approver")
    here = f"/office/applications/{assessed_application.reference}/recommend/"
    desk = Visitor(both).visit(here).choose("Recommend for approval").fill("Amount you recommend", "10,000")
    desk.fill("Your recommendation", "It scored well.").press("Save recommendation")
    told = "You made the recommendation on this application. Someone else must decide."
    desk.visit(f"/decide/applications/{assessed_application.reference}/").sees(told)
    assert not desk.has_button("Save decision")
    form = {"outcome": "approved", "amount": "10,000", "purpose": "run it", "reasons": "We like it."}
    desk.send(desk.url, form).is_told(told)
    assert not Decision.objects.exists()

    person = Visitor(approver).visit(desk.url)
    person.choose("Approve").fill("Amount", "10,000").fill("Purpose", "run it").fill("Reasons", "We like it.")
    person.press("Save decision").sees("Your decision is recorded")


def test_only_an_approver_decides(recommended_application, request):
    page = f"/decide/applications/{recommended_application.reference}/"
    for role in STAFF:
        if role != "approver":
            assert Visitor(request.getfixturevalue(role)).status_of(page, {"outcome": "approved"}) == 403, (
                role
            )
    assert not Decision.objects.exists()


@pytest.fixture
def proposed_award(fund, organisation, person_who_is):
    """Proposed by somebody who is also an approver."""
    return awards.propose_direct_award(
        by=person_who_is("officer", "approver"),
        kind=Award.Kind.GRANT,
        legal_power=LegalPower.CRIME_AND_DISORDER,
        fund=fund,
        organisation=organisation,
        title="Example direct award",
        purpose="continue the workshops",
        reasons="It works.",
        amount=Decimal("1000"),
        starts_on=clock.today(),
        ends_on=clock.today() + timedelta(days=100),
        direct_reason="No other provider.",
    )


def test_the_proposer_of_a_direct_award_does_not_approve_it(proposed_award):
    told = "You proposed this award. Someone else must decide on it."
    person = (
        Visitor(proposed_award.proposed_by).visit(f"/decide/awards/{proposed_award.reference}/").sees(told)
    )
    assert not person.has_button("Record the decision")
    person.send(person.url, {"approve": "yes", "reasons": "It works."}).is_told(told)
    proposed_award.refresh_from_db()
    assert proposed_award.status == AwardStatus.PROPOSED


# -- Agreeing and paying -------------------------------------------------------------------------------------


def test_the_signer_does_not_countersign(offered_award, organisation, applicant, officer, person_who_is):
    both = person_who_is("officer", "applicant")
    organisations.add_member(by=applicant, organisation=organisation, user=both)
    person = Visitor(both).visit(f"/grants/{offered_award.reference}/agreement/sign/")
    person.fill("Full name", "The Chair").fill("Your role", "Chair").choose("I am authorised", "I accept")
    person.press("Sign and accept")
    desk = person.visit(f"/office/awards/{offered_award.reference}/agreement/countersign/")
    desk.press("Countersign").is_told("You signed this agreement for the organisation.")
    offered_award.refresh_from_db()
    assert offered_award.status == AwardStatus.ACCEPTED
    Visitor(officer).visit(desk.url).press("Countersign").sees("The agreement is in force")


def test_no_instalment_is_released_before_the_agreement_is_countersigned(offered_award, officer):
    instalment = offered_award.instalments.get(number=1)
    desk = Visitor(officer).visit(f"/office/awards/{offered_award.reference}/")
    desk.sees("Waiting for the agreement to be signed and countersigned")
    assert not desk.has_link("Release instalment 1")
    desk.send(f"/office/instalments/{instalment.pk}/approve/", {})
    desk.is_told("Instalment 1 cannot be released.")
    instalment.refresh_from_db()
    assert instalment.status == Instalment.Status.PLANNED


def test_the_second_instalment_waits_for_the_return(open_return, officer):
    second = open_return.award.instalments.get(number=2)
    with clock.at(second.due_on):
        desk = Visitor(officer).visit(f"/office/awards/{open_return.award.reference}/")
        desk.sees("Waiting for the mid-year return")
        assert not desk.has_link("Release instalment 2")
        desk.send(f"/office/instalments/{second.pk}/approve/", {})
        desk.is_told("Instalment 2 cannot be released. Waiting for the mid-year return")
    assert not Payment.objects.filter(instalment=second).exists()


def test_who_releases_an_instalment_does_not_pay_it(active_award, person_who_is, finance):
    both = person_who_is("officer", "finance")
    instalment = active_award.instalments.get(number=1)
    desk = Visitor(both).visit(f"/office/awards/{active_award.reference}/").follow("Release instalment 1")
    desk.press("Release £5,000")
    told = "You released this instalment. Someone else must mark it as paid."
    desk.visit(f"/finance/instalments/{instalment.pk}/").sees("Someone else must mark it as paid")
    assert not desk.has_button("Mark as paid")
    form = {"amount": "5,000", "finance_reference": "F-1", **date_parts("paid_on", clock.today())}
    desk.send(desk.url, form).is_told(told)
    assert not Payment.objects.exists()

    person = Visitor(finance).visit(desk.url).fill("Finance reference", "F-1")
    person.press("Mark as paid").sees("is marked as paid")


def test_only_officers_release_and_only_finance_pays(active_award, officer, request):
    instalment = active_award.instalments.get(number=1)
    for role in STAFF:
        person = Visitor(request.getfixturevalue(role))
        if role != "officer":
            assert person.status_of(f"/office/instalments/{instalment.pk}/approve/", {}) == 403, role
    awards.approve_instalment(by=officer, instalment=instalment)
    for role in STAFF:
        person = Visitor(request.getfixturevalue(role))
        if role != "finance":
            assert person.status_of(f"/finance/instalments/{instalment.pk}/", {"amount": "5000"}) == 403, role
    assert not Payment.objects.exists()


def test_who_sends_a_return_does_not_accept_it(open_return, organisation, applicant, person_who_is):
    both = person_who_is("officer", "applicant")
    organisations.add_member(by=applicant, organisation=organisation, user=both)
    monitoring.save(
        by=both,
        award_return=open_return,
        progress="on_track",
        narrative="Well.",
        sessions=1,
        people=10,
        spent=10,
    )
    monitoring.submit(by=both, award_return=open_return, **SIGNATURE)
    desk = Visitor(both).visit(f"/office/returns/{open_return.reference}/")
    assert not desk.has_button("Record the decision")
    told = "You sent this return, so a colleague must review it."
    desk.send(desk.url, {"outcome": "accept", "feedback": "Thank you."}).is_told(told)
    open_return.refresh_from_db()
    assert open_return.status == ReturnStatus.SUBMITTED


# -- Publishing and reporting --------------------------------------------------------------------------------


def test_only_finance_publishes_a_month(paid_award, request):
    next_month = (clock.today().replace(day=1) + timedelta(days=40)).replace(day=2)
    page = f"/finance/spending/{clock.today():%Y-%m}/publish/"
    with clock.at(next_month):
        for role in STAFF:
            if role != "finance":
                assert Visitor(request.getfixturevalue(role)).status_of(page, {}) == 403, role
        assert Visitor().status_of("/spending/") == 200
        assert Visitor().status_of(f"/spending/{clock.today():%Y-%m}/") == 404
    assert not Event.objects.filter(verb="spending.published").exists()


@pytest.fixture
def drafted_paper(office, panel_officer, officer):
    return making.drafted_paper([making.published()], officer=officer, panel_officer=panel_officer)


def test_the_sender_of_a_paper_does_not_approve_it(drafted_paper, person_who_is, approver):
    both = person_who_is("officer", "approver")
    desk = Visitor(both).visit(f"/office/papers/{drafted_paper.meeting_on}/")
    desk.follow("Send for approval").press("Send for approval").follow("Read and decide")
    told = "You sent this paper for approval. Someone else must approve it."
    desk.sees(told).choose("Approve").press("Confirm the decision").is_told(told)
    assert Paper.objects.get().status == PaperStatus.CHECKING

    person = Visitor(approver).visit(desk.url).choose("Approve").press("Confirm the decision")
    person.sees("You have approved version 1")


def test_the_panel_sees_no_draft_and_the_public_no_paper_before_its_time(drafted_paper, panel_officer):
    day = drafted_paper.meeting_on
    person = Visitor(panel_officer).home()
    assert not person.has_link("Read the paper")
    for page in ("paper/", "paper/pdf/", "paper/page/"):
        assert person.status_of(f"/panel/{day}/{page}") == 404, page
    for page in ("", "preview/", "pdf/", "items/", "order/"):
        assert person.status_of(f"/office/papers/{day}/{page}") == 403, page
    for page in ("", "pdf/"):
        assert Visitor().status_of(f"/panel-papers/{day}/{page}") == 404, page


def test_what_the_panel_chose_is_the_panels_to_take_out(drafted_paper, officer):
    item = drafted_paper.items.get()
    desk = Visitor(officer).visit(f"/office/papers/{drafted_paper.meeting_on}/")
    assert not desk.has_link(f"Take out {item.published_item.supplier}")
    desk.send(f"/office/papers/{drafted_paper.meeting_on}/items/{item.pk}/remove/", {})
    assert desk.status == 422
    desk.sees("Panel Officers selected this item.")
    assert drafted_paper.items.count() == 1


def test_an_auditor_opens_everything_and_changes_nothing(open_return, auditor):
    award = open_return.award
    before = Event.objects.count()
    person = Visitor(auditor)
    for page in (
        f"/office/applications/{award.application.reference}/",
        f"/decide/applications/{award.application.reference}/",
        f"/office/awards/{award.reference}/",
        f"/office/returns/{open_return.reference}/",
        f"/finance/instalments/{award.instalments.get(number=1).pk}/",
        "/office/papers/",
        "/manage/audit/",
    ):
        person.visit(page)
        buttons = {button.text for form in person.page.forms for button in form.buttons}
        assert buttons <= {"Sign out", "Stay signed in", "Filter", "Search"}, page
        assert person.status_of(page, {"reason": "Mine."}) in (403, 405), page
    assert Event.objects.count() == before


def test_a_paid_instalment_is_not_released_again(paid_award, officer, officer_2):
    instalment = paid_award.instalments.get(number=1)
    for person in (officer, officer_2):
        desk = Visitor(person).send(f"/office/instalments/{instalment.pk}/approve/", {})
        desk.is_told("Instalment 1 cannot be released. Paid on")
    assert Payment.objects.count() == 1
    books.assert_in_order()
