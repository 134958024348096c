"""The Violence Reduction Fund for three years with a partner; specialist services for victims."""

from datetime import date, time
from decimal import Decimal

import pytest

from applications import services
from applications.models import Application, Status
from organisations import services as organisations
from organisations.models import Organisation
from pcc_grants.lib import clock
from tests import factories

from .applying import (
    about_you,
    check_that_they_can_apply,
    complete,
    cost,
    criteria,
    documents_later,
    measures,
    published_round,
    sign,
)
from .visitor import Visitor


@pytest.fixture
def lead(applicant, cast):
    made = organisations.register(by=cast.officer, name="Rising Sun", kind=Organisation.Kind.CHARITY)
    organisations.add_member(by=cast.officer, organisation=made, user=applicant)
    return made


def begin(applicant, round, day, answers):
    """From the round's page to the task list."""
    person = Visitor(applicant, day).visit(f"/funding/{round.fund.slug}/{round.slug}/")
    check_that_they_can_apply(person, answers).follow("Start an application")
    return person.press("Start application")


def describe(person, title: str, summary: str, starts, ends, *choices: str) -> None:
    person.follow("What you will do").fill("What is the name", title).fill("Summary", summary)
    person.choose(*choices).fill_date("When will your project start?", starts)
    person.fill_date("When will it end?", ends).press("Save and continue")
    person.fill("What will you do?", "We meet every week.").press("Save and continue")


def test_rising_sun_and_choices_apply_for_three_years_together(cast, applicant, lead):
    day = date(2019, 5, 10)
    with clock.at(date(2019, 3, 29)):
        round = published_round(
            cast.officer,
            "VRF",
            name="Round 1, 2019/20 to 2021/22",
            opens_at=clock.london(date(2019, 4, 1)),
            closes_at=clock.london(date(2019, 5, 17), time(17, 0)),
            maximum=Decimal("35000"),
            years=3,
            projects_start_on=date(2019, 7, 1),
            projects_end_on=date(2022, 3, 31),
        )
    answers = ("Charity", "Yes", "Yes", "Yes", "No", "No", "Yes", "Yes")
    person = begin(applicant, round, day, answers)
    reference = person.part(1)
    describe(
        person, "Support for girls at risk", "Support for girls aged 11 to 16 at risk of exploitation.",
        date(2019, 7, 1), date(2022, 3, 31), "Prevention", "Swale",
    )  # fmt: skip
    person.choose("Yes").press("Save and continue")
    person.fill("Name of the organisation", "Choices").fill("What they will do", "One to one support")
    complete(person.press("Save and continue"))
    criteria(person, round)
    about_you(person)
    measures(person, "Girls are safer", "Girls who are supported", "60")
    complete(person.follow("Safeguarding and schools").choose("No").press("Save and continue"))

    person.follow("Budget").sees("What will you spend the money on in year 1?")
    cost(person, 1, "Two workers", "Staff", "35,000").press("Save and continue")
    cost(person.sees("year 2"), 1, "Two workers", "Staff", "£36,814").press("Save and continue")
    person.is_told("The amount for year 2 must be £35,000 or less. It is £36,814")
    cost(person, 1, "Two workers", "Staff", "34,000").press("Save and continue")
    cost(person.sees("year 3"), 1, "Two workers", "Staff", "33,000.50").press("Save and continue")
    person.choose("Yes").press("Save and continue")
    person.fill("Who is giving it?", "Swale Borough Council").fill("Cash or in kind", "In kind")
    person.fill("Has it been agreed?", "Secured").press("Save and continue")
    person.is_told("Enter how much Swale Borough Council is giving")
    person.fill("Amount or value in pounds", "2,000").press("Save and continue")
    person.sees("Asking us for in all £102,000.50", "From others £2,000", "£104,000.50")
    complete(person)
    documents_later(person)
    sign(person.follow("Check and submit"), "The Chair", "Chair").sees("Application submitted")

    application = Application.objects.get(reference=reference)
    assert application.amounts == [Decimal("35000"), Decimal("34000"), Decimal("33000.50")]
    assert application.amount_asked == Decimal("35000")
    [partner] = application.named_partners.all()
    assert (partner.name, partner.organisation) == ("Choices", None)
    choices = organisations.register(by=cast.officer, name="Choices", kind=Organisation.Kind.CHARITY)
    services.link_partner(by=cast.officer, partner=partner, organisation=choices)
    assert list(application.partners.all()) == [choices]


def test_a_provider_asks_for_specialist_services_for_victims(cast, applicant, lead):
    day = date(2020, 1, 15)
    with clock.at(date(2020, 1, 6)):
        round = published_round(
            cast.officer,
            "VSS",
            name="2020/21",
            opens_at=clock.london(date(2020, 1, 8)),
            closes_at=clock.london(date(2020, 1, 31), time(17, 0)),
            maximum=Decimal("30000"),
            projects_start_on=date(2020, 4, 1),
            projects_end_on=date(2020, 9, 30),
        )
    assert round.criteria.count() == 9
    check = [question.text for question in round.eligibility_questions.order_by("position")]
    answers = ["Charity", *("No" if "already" in text or "children" in text else "Yes" for text in check[1:])]
    answers = [
        answer
        for answer, question in zip(answers, round.eligibility_questions.order_by("position"), strict=True)
        if not question.only_if
    ]
    person = begin(applicant, round, day, tuple(answers))
    reference = person.part(1)
    describe(
        person,
        "Counselling",
        "Counselling for victims of crime.",
        date(2020, 4, 1),
        date(2020, 9, 30),
        "Swale",
    )
    complete(person.choose("No").press("Save and continue"))
    criteria(person, round)
    about_you(person)
    measures(person, "Victims cope better", "Victims who are supported", "40")
    complete(person.follow("Safeguarding and schools").choose("No").press("Save and continue"))
    cost(person.follow("Budget"), 1, "Counsellors", "Staff", "30,000").press("Save and continue")
    complete(person.choose("No").press("Save and continue"))
    documents_later(person)
    sign(person.follow("Check and submit"), "The Chair", "Chair").sees("Application submitted")
    assert Application.objects.get(reference=reference).status == Status.SUBMITTED


def test_the_second_form_of_an_organisation_offers_what_the_first_said(cast, applicant, lead):
    day = date(2019, 5, 10)
    with clock.at(date(2019, 3, 29)):
        round = published_round(
            cast.officer,
            "SIK",
            name="Round 3",
            opens_at=clock.london(date(2019, 4, 1)),
            closes_at=clock.london(date(2019, 5, 17), time(17, 0)),
            maximum=Decimal("10000"),
            projects_start_on=date(2019, 7, 1),
            projects_end_on=date(2020, 3, 31),
        )
    with clock.at(date(2019, 4, 2)):
        factories.draft(applicant, round, lead)
    person = begin(applicant, round, day, ("Charity", "Yes", "Yes", "Yes", "No", "No"))
    about_you(person.sees("You have completed 0 of 12 sections"), offered=True)
    person.sees("You have completed 3 of 12 sections")
