"""A volunteer treasurer applies to the Safer in Kent Fund over several days, with a colleague and the chair.

No page is run by a script: the visitor is a phone without JavaScript.
"""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest

from accounts.models import User
from applications import services
from applications.models import Application, Status
from notifications.models import Message
from pcc_grants.lib import clock
from tests import factories

from .applying import (
    PDF,
    about_you,
    check_that_they_can_apply,
    complete,
    cost,
    criteria,
    measures,
    published_round,
    sign,
)
from .visitor import Visitor

OPENS, CLOSES = date(2018, 9, 3), date(2018, 9, 28)
FIRST_DAY, SECOND_DAY, THIRD_DAY, LAST_DAY = (date(2018, 9, day) for day in (10, 12, 20, 27))
CHECK = ("Volunteer or community group", "Yes", "Yes", "Yes", "No", "Yes", "Yes")


@pytest.fixture
def round(cast):
    with clock.at(date(2018, 8, 20)):
        return published_round(
            cast.officer,
            "SIK",
            name="Round 2, 2018/19",
            number=2,
            opens_at=clock.london(OPENS),
            closes_at=clock.london(CLOSES, time(17, 0)),
            maximum=Decimal("10000"),
            projects_start_on=date(2018, 11, 1),
            projects_end_on=date(2019, 10, 31),
            start_year=2018,
        )


@pytest.fixture
def chair():
    return factories.person("applicant", name="chair")


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return clock.london(day, time(hour, minute))


def test_a_treasurer_a_colleague_and_the_chair_apply_over_several_days(
    cast, round, applicant, colleague, chair
):
    treasurer, reference = _first_evening(round, applicant)
    _second_day(treasurer, reference, colleague)
    _third_day(treasurer, reference, colleague)
    _the_chair_signs(treasurer, reference, chair)
    application = Application.objects.get(reference=reference)
    assert (application.status, application.amounts) == (Status.SUBMITTED, [Decimal("9800.50")])
    assert application.submitted_by == chair
    _the_office_reads_it(cast.officer, reference)


def _first_evening(round, applicant):
    """They find the fund, check before signing in, add their group, and write a little."""
    phone = Visitor(on=at(FIRST_DAY, 21)).visit("/funding/").follow("Safer in Kent Fund")
    phone.sees("5pm on Friday 28 September 2018", "£10,000", "Your governing document")
    check_that_they_can_apply(phone, CHECK)
    phone.client.force_login(applicant)
    phone.follow("Sign in and start an application").follow("Add your organisation")
    _register(phone, "Example Youth Project")
    phone.press("Start application").sees("You have completed 0 of 12 sections")
    reference = phone.part(1)
    phone.follow("What you will do").fill("What is the name", "Youth music events")
    phone.fill_date("When will your project start?", date(2018, 11, 1)).fill("When will it end? > Day", "31")
    phone.press("Save and come back later").sees("Your answers have been saved")
    return phone, reference


def _register(phone, name):
    phone.fill("Charity number, company number or name", name).press("Continue")
    phone.choose("Volunteer or community group").press("Add organisation")


def _second_day(treasurer, reference, colleague):
    """A colleague from another group is asked to do the budget, and only that."""
    treasurer.day = at(SECOND_DAY, 19)
    treasurer.home().follow("Finish your application: Youth music events").follow("Check who should help")
    treasurer.follow("Invite somebody").fill("Full name", "The bookkeeper").fill(
        "Email address", colleague.email
    )
    treasurer.choose("Contributor", "Budget").press("Send invitation")
    friend = Visitor(colleague, at(SECOND_DAY, 20)).home().follow("Youth music events")
    friend.sees("You can change", "Budget").press("Take part")
    friend.follow("Budget")
    cost(friend, 1, "Hall", "Venue", "about £4k").press("Add another cost")
    cost(friend, 2, "Sound desk", "Equipment", "£6,800.50").press("Save and come back later")
    friend.follow("Budget").sees("about £4k", "£6,800.50")
    assert friend.status_of(f"/applications/{reference}/project/title/", {"q-title": "Ours now"}) in (
        302,
        422,
    )
    assert Application.objects.get(reference=reference).title == "Youth music events"


def _third_day(treasurer, reference, colleague):
    """Two people on one answer; a budget over the most; a photo of the accounts; everything is completed."""
    treasurer.day = at(THIRD_DAY, 21)
    treasurer.home().follow("Finish your application").follow("What you will do").follow("Change")
    treasurer.fill("Summary", "Music events that bring young people together.")
    treasurer.choose("Young people: diversion and prevention", "Gravesham")
    treasurer.fill_date("When will it end?", date(2019, 10, 31)).press("Save and continue")
    treasurer.fill("What will you do?", "Three events, with people who can help.").press("Save and continue")
    complete(treasurer.choose("No").press("Save and continue")).sees("You have completed 1 of 12 sections")
    criteria(treasurer, Application.objects.get(reference=reference).round)
    about_you(treasurer)
    measures(treasurer, "Young people trust those who can help", "Events held", "3")
    treasurer.follow("Safeguarding and schools").sees("You told us this when you checked")
    treasurer.press("Save and continue").fill("What is the role", "Deputy head of the group").choose("No")
    complete(treasurer.press("Save and continue"))

    page = f"/applications/{reference}/budget/costs/"
    friend = Visitor(colleague, at(THIRD_DAY, 21)).visit(page)
    treasurer.visit(page)
    cost(friend, 1, "Hall", "Venue", "4,000").press("Save and continue")
    friend.is_told("The amount you are asking for must be £10,000 or less. It is £10,800.50")
    cost(treasurer, 1, "Hall", "Venue", "3,000").press("Save and continue")
    treasurer.sees("Someone else saved a different answer", "£4,000", "£3,000").choose("Keep mine")
    treasurer.press("Save and continue").press("Save and continue")
    complete(treasurer.choose("No").press("Save and continue"))

    treasurer.follow("Documents").attach("Upload a file", "our rules.pdf", PDF).press("Save and continue")
    treasurer.sees("our rules.pdf", "Replace it with another file").press("Save and continue")
    treasurer.fill("If you do not have it yet", "After our meeting on 1 October").press("Save and continue")
    treasurer.attach("Upload a file", "policy.exe", b"MZ" + b"\0" * 500).press("Save and continue")
    treasurer.is_told("The selected file must be a PDF, Word, Excel, ODT, ODS, JPG or PNG")
    treasurer.attach("Upload a file", "policy.pdf", PDF).press("Save and continue")
    treasurer.press("Save and continue")
    complete(treasurer).sees("You have completed 12 of 12 sections")


def _the_chair_signs(treasurer, reference, chair):
    """Handing over says plainly that it is not submitted; the chair submits once, and all get a receipt."""
    treasurer.day = at(LAST_DAY, 18)
    treasurer.visit(f"/applications/{reference}/people/").follow("Invite somebody")
    treasurer.fill("Full name", "The Chair").fill("Email address", chair.email).choose("Signatory")
    treasurer.press("Send invitation")
    phone = Visitor(chair, at(LAST_DAY, 19)).home().follow("Youth music events").press("Take part")
    treasurer.visit(f"/applications/{reference}/").sees("This fund closes at 5pm tomorrow. It is now 6pm.")
    treasurer.follow("Check and submit").choose(f"Who will sign? > {chair.name}").press("Send to sign")
    treasurer.sees(f"Waiting for {chair.name} to sign", "It is not submitted yet")

    phone.home().follow("Sign and submit: Youth music events").sees("£9,800.50", "our rules.pdf")
    sign(phone, "The Chair", "Chair").sees(
        "Application submitted", reference, "at 7pm on Thursday 27 September"
    )
    services.make_copies()
    phone.follow("Download a copy")
    assert phone.body.startswith(b"%PDF")
    receipts = Message.objects.filter(template="applications/submitted")
    everyone = User.objects.filter(pk__in=[user.pk for user in services.people_of(_found(reference))])
    assert {message.to for message in receipts} == {user.email for user in everyone}
    assert len(receipts) == 3
    assert all(message.attachment.made_at for message in receipts)


def _found(reference) -> Application:
    return Application.objects.get(reference=reference)


def _the_office_reads_it(officer, reference):
    desk = (
        Visitor(officer, at(CLOSES + timedelta(days=3), 10)).home().follow("Applications").follow(reference)
    )
    desk.sees("Youth music events", "Our answer about Need.", "£9,800.50", "policy.pdf", "Signed by")
    desk.does_not_see("about £4k")


def test_who_cannot_apply_is_told_why_and_what_else_to_do(round):
    answers = ("Volunteer or community group", "Yes", "No", "Yes", "No", "No")
    phone = Visitor(on=at(FIRST_DAY, 21)).visit(f"/funding/{round.fund.slug}/{round.slug}/")
    phone.follow("Check if you can apply")
    for answer in answers:
        phone.choose(answer).press("Continue")
    phone.sees(
        "You cannot apply to the Safer in Kent Fund for this project.",
        "This is because you told us you need more than £10,000",
        "Ask us for part of the cost",
    )
    assert phone.status == 200
