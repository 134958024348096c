"""Every journey in a browser that runs no scripts (screens.md 6.37): the short way through each."""

from datetime import date, timedelta

import pytest

from applications import services as applications
from applications.models import Application, Assessment, Decision
from applications.models import Status as ApplicationStatus
from awards import services as awards
from awards.models import Payment
from awards.models import Status as AwardStatus
from monitoring.models import Status as ReturnStatus
from pcc_grants.lib import clock
from reports.models import PaperStatus
from tests import factories
from tests.reports import making


@pytest.fixture
def page(page_without_scripts):
    return page_without_scripts


def press(page, words: str) -> None:
    page.get_by_role("button", name=words, exact=True).click()


def follow(page, words: str) -> None:
    """The first link with these words in it, whether it looks like a link or like a button."""
    page.wait_for_load_state()  # a click comes back when the next page has begun
    found = page.locator("main a", has_text=words)
    assert found.count(), f"{page.url} has no link “{words}”:\n{page.locator('main').inner_text()}"
    found.first.click()


def fill(page, **labels) -> None:
    """`fill(page, Amount_paid="5,000")`: boxes by the beginning of their labels."""
    for label, value in labels.items():
        page.get_by_label(label.replace("_", " ")).first.fill(value)


def fill_date(page, legend: str, day: date) -> None:
    group = page.get_by_role("group", name=legend)
    for part, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        group.get_by_label(part).fill(str(value))


def heading(page) -> str:
    return page.locator("h1").inner_text()


def complete(page) -> None:
    """At the end of a section: it is complete, and back to the task list."""
    page.get_by_label("Yes, I have completed this section").check()
    press(page, "Save and continue")


def test_an_applicant_applies(page, sign_in, applicant, organisation, open_round):
    factories.district()
    sign_in(page, applicant)
    page.goto("/funding/")
    follow(page, "Example Fund")
    follow(page, "Check if you can apply")
    for answer in ("Charity", "Yes", "Yes", "Yes", "No", "No"):
        page.get_by_label(answer, exact=True).check()
        press(page, "Continue")
    assert heading(page).startswith("You can apply")
    follow(page, "Start an application")
    press(page, "Start application")
    follow(page, "What you will do")
    fill(page, What_is_the_name="Example workshops", Summary_of_your_project="Workshops for young people.")
    page.get_by_label("Prevention").check()
    page.get_by_label("Example district").check()
    fill_date(page, "When will your project start?", open_round.projects_start_on)
    fill_date(page, "When will it end?", open_round.projects_end_on)
    page.get_by_role("group", name="Will you deliver it together").get_by_label("No", exact=True).check()
    press(page, "Save and continue")
    complete(page)
    for name in ("Need", "Outcomes"):
        follow(page, name)
        page.locator("main textarea").fill("Because of what schools tell us.")
        press(page, "Save and continue")
        complete(page)
    follow(page, "Budget")
    fill(page, What_is_it_for="Workshop leaders", Amount_in_pounds="9,750")
    page.get_by_label("Type of cost").first.select_option(label="Staff")
    press(page, "Add another cost")
    page.get_by_label("What is it for?").nth(1).fill("Hall")
    page.get_by_label("Amount in pounds").nth(1).fill("£250")
    page.get_by_label("Type of cost").nth(1).select_option(label="Venue")
    press(page, "Save and continue")
    page.get_by_label("No", exact=True).check()
    press(page, "Save and continue")
    assert "£10,000" in page.locator(".app-totals").inner_text()
    complete(page)
    follow(page, "Check and submit")
    for box in page.locator("main input[type=checkbox]").all():
        box.check()
    fill(page, Your_full_name="The Chair", Your_role="Chair")
    press(page, "Accept and submit")
    assert "Application submitted" in heading(page)
    assert Application.objects.get().status == ApplicationStatus.SUBMITTED


def test_an_assessor_scores(page, sign_in, eligible_application, officer, assessor):
    due = clock.today() + timedelta(days=7)
    applications.assign(by=officer, application=eligible_application, assessor=assessor, due_on=due)
    sign_in(page, assessor)
    page.goto("/assess/")
    follow(page, "Score next application")
    page.get_by_label("No, I have no interest").check()
    press(page, "Save and continue")
    if heading(page) not in ("Need", "Outcomes"):
        follow(page, "Continue scoring")
    for _ in range(2):
        page.get_by_label("4 –").check()
        fill(page, Reason_for_your_score="The evidence is clear.")
        press(page, "Save and continue")
    press(page, "Submit your scores")
    assert Assessment.objects.get().status == Assessment.Status.SUBMITTED


def test_an_approver_decides(page, sign_in, recommended_application, approver):
    sign_in(page, approver)
    page.goto("/decide/")
    follow(page, "Decide:")
    page.get_by_label("Approve", exact=True).check()
    fill(page, Amount="10,000", Purpose="deliver workshops in schools", Reasons="It prevents crime.")
    press(page, "Save decision")
    assert Decision.objects.get().outcome == Decision.Outcome.APPROVED


def test_an_applicant_signs(page, sign_in, offered_award, applicant):
    sign_in(page, applicant)
    page.goto(f"/grants/{offered_award.reference}/")
    follow(page, "Read the agreement")
    follow(page, "Go on to sign")
    fill(page, Full_name="The Chair", Your_role="Chair")
    for box in page.locator("main input[type=checkbox]").all():
        box.check()
    press(page, "Sign and accept")
    offered_award.refresh_from_db()
    assert offered_award.status == AwardStatus.ACCEPTED


def test_finance_marks_an_instalment_as_paid(page, sign_in, active_award, officer, finance):
    awards.approve_instalment(by=officer, instalment=active_award.instalments.get(number=1))
    sign_in(page, finance)
    page.goto("/finance/")
    follow(page, "Mark as paid")
    fill_date(page, "Date paid", clock.today())
    fill(page, Amount_paid="5,000", Finance_reference="BACS-1")
    press(page, "Mark as paid")
    assert Payment.objects.get().finance_reference == "BACS-1"


def test_an_applicant_sends_a_return(page, sign_in, open_return, applicant):
    sign_in(page, applicant)
    page.goto(f"/grants/{open_return.award.reference}/")
    follow(page, "Mid-year return")
    page.get_by_label("On track").check()
    page.get_by_label("What has happened").fill("We held 12 workshops.")
    fill(page, How_many_events="12", How_many_people="240", How_much_of_our_money="1,000")
    page.get_by_label("Example district").check()
    press(page, "Save and continue")
    fill(page, Your_full_name="The Chair", Your_role="Chair")
    page.locator("main input[type=checkbox]").check()
    press(page, "Accept and submit")
    open_return.refresh_from_db()
    assert open_return.status == ReturnStatus.SUBMITTED


def test_a_panel_officer_chooses_the_items_of_a_paper(page, sign_in, office, panel_officer):
    making.published_list(making.JUNE_2019[:3])
    paper = making.paper()
    sign_in(page, panel_officer)
    page.goto("/panel/")
    follow(page, "12 June 2019")
    follow(page, "Choose items")
    page.get_by_label("Select Reform Restore Respect").check()
    press(page, "Keep these and go on choosing")
    page.get_by_label("Select i-Three Analytics").check()
    press(page, "Review selection")
    press(page, "Send selection")
    paper.refresh_from_db()
    assert paper.status == PaperStatus.DRAFTING
    assert paper.items.count() == 2
