"""The Crime Reduction Grant: thirteen partnerships with odd amounts, one of which uses its tactical pot.

The amounts are examples: what each partnership receives is not in the office's papers.
"""

from datetime import date, datetime, time
from decimal import Decimal

import pytest

from applications import services
from applications.models import Application, BusinessCase, Commitment, Decision, Project, Status
from applications.verify import violations
from awards.models import Award
from demonstration.funds import DISTRICTS, FUNDS, TERMS
from funds import services as funds
from funds.models import Route
from notifications.models import Message
from organisations import services as organisations
from organisations.models import District, Organisation
from pcc_grants.lib import clock
from tests import factories

from .applying import sign
from .visitor import Visitor

LAST_YEAR, PREPARED, DECIDED, INVITED = (
    date(2018, 1, 15),
    date(2019, 1, 7),
    date(2019, 1, 14),
    date(2019, 1, 15),
)
WRITTEN, CHECKED, APPROVED, DURING = date(2019, 2, 4), date(2019, 3, 4), date(2019, 3, 11), date(2019, 7, 3)
AMOUNTS = [Decimal(pounds) + Decimal(pence) / 100 for pounds, pence in zip(
    range(21000, 34000, 1000), (0, 1, 33, 50, 67, 99, 10, 20, 5, 95, 49, 51, 77), strict=True,
)]  # fmt: skip
PURPOSE = "reduce crime and anti-social behaviour in its area"
REASONS = "The partnership knows what its area needs, and last year’s grant was used well."


@pytest.fixture
def partnerships(cast):
    """Thirteen partnerships; those of Ashford and Swale have somebody who can sign in, and so have others."""
    made = {}
    with clock.at(LAST_YEAR):
        for name, code in DISTRICTS.items():
            District.objects.get_or_create(name=name, defaults={"code": code})
            lead = factories.person("applicant", name=f"lead of {name}")
            made[name] = organisations.register(
                by=lead, name=f"{name} Community Safety Partnership", kind=Organisation.Kind.COUNCIL
            )
    return made


def _round(officer, fund, year: int, **facts):
    return funds.create_round(
        by=officer,
        fund=fund,
        name=f"Allocations {year}/{(year + 1) % 100}",
        opens_at=clock.london(date(year, 1, 8)),
        closes_at=clock.london(date(year, 3, 1), time(17)),
        projects_start_on=date(year, 4, 1),
        projects_end_on=date(year + 1, 3, 31),
        maximum=Decimal("50000"),
        terms=TERMS,
        route=Route.ALLOCATED,
        has_tactical_pot=True,
        assessors_needed=0,
        decision_expected_on=date(year, 3, 31),
        **facts,
    )


@pytest.fixture
def last_year(cast, partnerships):
    """Last year's allocations, decided."""
    with clock.at(LAST_YEAR):
        [known] = [one for one in FUNDS if one["code"] == "CRG"]
        fund = funds.create_fund(by=cast.officer, **known)
        source = factories.funds_source(cast.officer)
        for year in (2018, 2019):
            funds.set_budget(
                by=cast.officer, fund=fund, source=source, start_year=year, amount=Decimal("360000")
            )
        round = _round(cast.officer, fund, 2018)
        funds.publish_round(by=cast.officer, round=round)
        for organisation, amount in zip(partnerships.values(), AMOUNTS, strict=True):
            services.propose_case(by=cast.officer, round=round, organisation=organisation, amount=amount)
        services.decide_allocations(
            by=cast.approver,
            round=round,
            cases=list(round.business_cases.all()),
            outcome="approved",
            purpose=PURPOSE,
            reasons=REASONS,
        )
    return round


def at(day: date, hour: int = 10) -> datetime:
    return clock.london(day, time(hour))


def lead_of(organisation):
    return organisation.memberships.get().user


def test_a_year_of_the_crime_reduction_grant(cast, partnerships, last_year):
    round = _roll_forward(cast, last_year)
    _decide_allocations(cast, round)
    _invite(cast, round)
    ashford, swale = partnerships["Ashford"], partnerships["Swale"]
    written = _write(lead_of(ashford), ashford)
    _write_by_services(lead_of(swale), swale, round)
    _check_and_recommend(cast, written)
    _decide_projects(cast, written)
    _read_the_outcome(lead_of(ashford), written)
    _tactical(cast, lead_of(ashford), written)
    _award(cast, written)
    assert list(violations()) == []


def _roll_forward(cast, last_year):
    desk = Visitor(cast.officer, at(PREPARED)).home().follow("Rounds").follow(str(last_year))
    desk.follow("Copy this round").fill("Name of the round", "Allocations 2019/20")
    desk.fill_date("When does it open?", date(2019, 1, 8)).fill_date("When does it close?", date(2019, 3, 1))
    desk.fill_date("First day", date(2019, 4, 1)).fill_date("Last day", date(2020, 3, 31))
    desk.fill_date("When do you expect", date(2019, 3, 31)).press("Copy round")
    desk.sees("Set up this round")
    desk.follow("Publish this round").press("Publish round").sees("The round has been published")
    desk.follow("Allocations and invitations").sees("No organisation is in this round yet")
    desk.press("Roll forward").sees("13 organisations added with last year's amount", "£360,000.00")
    desk.follow("Ashford Community Safety Partnership").fill("Allocation", "20,999.99")
    desk.press("Save").is_told("Enter why the amount changes")
    desk.fill("Allocation", "20,999.99").fill("Why does", "Fewer people live there.").press("Save")
    desk.sees("£20,999.99", "£21,000.00", "13 allocations wait for a decision")
    round = BusinessCase.objects.get(amount=Decimal("20999.99")).round
    assert round.business_cases.count() == 13 and round.start_year == 2019
    return round


def _decide_allocations(cast, round):
    approver = Visitor(cast.approver, at(DECIDED)).home().sees("Allocations for 2019/20", "13")
    approver.follow("Decide").sees(
        "Left in the", "£360,000.00", "Last year: £21,000.00.", "Fewer people live"
    )
    approver.choose("Approve").fill("Reasons", REASONS).press("Save decision")
    approver.is_told("Enter what the money is for")
    approver.fill("Purpose", PURPOSE).press("Save decision")
    approver.sees("Your decision on 13 allocations is recorded", "No allocation waits")
    made = Decision.objects.filter(business_case__round=round)
    assert sum(one.amount for one in made) == sum(AMOUNTS) - Decimal("0.01")
    assert sum(one.amount for one in Commitment.objects.filter(decision__in=made)) == sum(AMOUNTS) - Decimal(
        "0.01"
    )


def _invite(cast, round):
    desk = Visitor(cast.officer, at(INVITED)).home().sees("13 to invite").follow("Invite")
    desk.press("Send invitations").sees("13 organisations invited", "Nobody waits for an invitation")
    mail = Message.objects.filter(template="applications/case_invited")
    assert mail.count() == 13 and all("£" not in one.subject + one.body for one in mail)


def _write(lead, organisation) -> str:
    """Two projects and a pot that must come to £20,999.99, to the penny."""
    person = Visitor(lead, at(WRITTEN)).home().follow("Write your business case").press("Start the business")
    reference = person.part(1)
    person.sees("Business case 2019/20", "You have completed 0 of 3 sections", "£20,999.99 is left over")
    person.follow("Your area").fill("What does your area need?", "Fewer fires on the common.")
    for label, words in (
        ("What did last year", "It halved them."),
        ("How were", "By a vote of all members."),
    ):
        person.press("Save and continue").fill(label, words)
    person.press("Save and continue").choose("Yes").press("Save and continue")
    person.follow("Contact").fill("Full name", "The clerk").fill("Email", "clerk@example.org")
    person.fill("Telephone", "01632 960 001").press("Save and continue")
    person.choose("Yes").press("Save and continue")

    person.follow("Projects and tactical pot").follow("Add a project")
    person.fill("Name of the project", "Street wardens").press("Save and continue")
    person.is_told("Enter who delivers it")
    person.fill("Name of the project", "Street wardens").fill("Who delivers", "Example Wardens CIC")
    person.fill("Its charity or company number", "01234567").choose("Ashford").fill("Amount", "£9,000.50")
    person.fill(
        "What will it do?",
        "Two wardens patrol the town centre at night, and keep bins from being set alight.",
    ).fill("What will change", "Fewer fires")
    person.press("Save and continue").sees("£11,999.49 is left over", "Enter the evidence of need")
    person.follow("Change").fill("What is the evidence", "Reports rose.").press("Save and continue")
    person.follow("Add a project").fill("Name of the project", "Boxing clever")
    person.fill("Who delivers", "Example Sports Club").choose("Ashford").fill("Amount", "5000")
    person.fill("What will it do?", "Boxing.").fill("What will change", "Fewer fights")
    person.fill("What is the evidence", "Schools asked.").press("Save and continue")
    person.press("Move down").sees("Project 1: Boxing clever", "Project 2: Street wardens")
    person.fill("Tactical pot", "7,000.00").press("Save the tactical pot")
    person.is_told("The tactical pot must be £6,999.99 or less, a third of your allocation. It is £7,000")
    person.fill("Tactical pot", "6,999.99").press("Save the tactical pot").sees("£0.50 is too much")
    person.visit(f"/applications/{reference}/submit/").sees("£0.50 is too much")
    person.follow("Your projects and tactical pot come to").follow("Change project 2")
    person.fill("Amount", "9,000").press("Save and continue").sees("it adds up")
    person.visit(f"/applications/{reference}/").sees("You have completed 3 of 3 sections")
    person.follow("Check and submit").sees("Project 2: Street wardens", "£6,999.99")
    sign(person, "The Chair", "Chair").sees("Application submitted")
    copy = Application.objects.get(reference=reference).copies.get()
    assert copy.data["sections"][-1]["answers"][1]["question"] == "Project 2: Street wardens"
    assert [one.status for one in Project.objects.all()] == ["submitted", "submitted"]
    return reference


def _write_by_services(lead, organisation, round):
    """Another one whose projects and pot divide an odd amount."""
    case = BusinessCase.objects.get(round=round, organisation=organisation)
    pot = Decimal("9000.01")
    rest = case.amount - pot
    with clock.at(at(WRITTEN)):
        draft = factories.case_draft(lead, case, amounts=[Decimal("0.01"), rest - Decimal("0.01")], pot=pot)
        factories.submitted(lead, draft)


def _check_and_recommend(cast, reference):
    desk = Visitor(cast.officer, at(CHECKED)).home().follow(reference).sees("Project 1: Boxing clever")
    desk.follow("Check it").sees("Street wardens")
    for item in Application.objects.get(reference=reference).round.check_items.all():
        desk.choose(f"{item.text} > Yes")
    desk.choose("Yes, it can be assessed").press("Record the check")
    desk.home().sees("Recommend the projects").visit(f"/office/applications/{reference}/projects/")
    desk.choose("Project 1: Boxing clever > Approve").press("Send to the approver")
    desk.is_told("Select what you recommend for “Street wardens”")
    desk.choose("Project 1: Boxing clever > Approve", "Project 2: Street wardens > Approve")
    desk.fill("Project 1: Boxing clever > Why?", "It is new.")
    desk.fill("Project 2: Street wardens > Amount", "8,000").fill("Project 2: Street wardens > Why?", "Dear.")
    desk.press("Send to the approver").sees("Your recommendations have been saved")
    assert Application.objects.get(reference=reference).status == Status.RECOMMENDED


def _decide_projects(cast, reference):
    approver = Visitor(cast.approver, at(APPROVED)).home().sees("Projects to decide").follow("Decide")
    approver.sees("Approve £8,000", "Boxing clever")
    approver.choose("Project 1: Boxing clever > Do not approve", "Project 2: Street wardens > Approve")
    approver.fill("Project 1: Boxing clever > Reasons", "Two others do the same nearby.")
    approver.fill("Project 2: Street wardens > Purpose", "pay for street wardens")
    approver.fill("Project 2: Street wardens > Reasons", "Fires are fewer where wardens walk.")
    approver.press("Save decisions").sees("Your decisions are recorded as")
    application = Application.objects.get(reference=reference)
    assert application.status == Status.APPROVED and application.outcome_released_at
    balance = services.balance_of(application.business_case)
    assert (balance.projects, balance.pot_left, balance.unassigned) == (
        Decimal("8000"), Decimal("6999.99"), Decimal("6000"),
    )  # fmt: skip


def _read_the_outcome(lead, reference):
    person = Visitor(lead, at(APPROVED, 12)).home().follow("Business case 2019/20").follow("See the decision")
    person.sees("We are offering you £20,999.99").follow("See the decision on each of your projects")
    person.sees("Not approved", "Two others do the same nearby.", "Approved £8,000", "pay for street wardens")


def _tactical(cast, lead, reference):
    """A tactical project, and another planned one from what was refused: each small, each decided."""
    person = Visitor(lead, at(DURING)).visit(f"/applications/{reference}/tactical/")
    person.sees("Not assigned to a project £6,000.00", "Tactical pot, left £6,999.99")
    person.follow("Add a tactical project").fill("Name of the project", "Extra lights")
    person.fill("Who delivers", "Example Parish Council").choose("Ashford").fill("Amount", "7,000")
    person.fill("What will it do?", "Lights.").fill("What will change", "People feel safer")
    person.fill("What is the evidence", "A survey.").press("Save and continue").press("Send the project")
    person.is_told("There is £6,999.99 left in the tactical pot, and this needs £7,000.")
    person.follow("Change the project").fill("Amount", "2,333.33").press("Save and continue")
    person.press("Send the project").sees("The project has been sent", "Waiting for a decision")

    desk = Visitor(cast.officer, at(DURING, 12)).home().follow("Tactical projects").follow("Extra lights")
    desk.choose("Approve").fill("Why?", "Nothing else lights it.").press("Send to the approver")
    approver = Visitor(cast.approver, at(DURING, 14)).home().follow("Decide").choose("Approve")
    approver.fill("Purpose", "light a dark path").fill("Reasons", "Light prevents crime.")
    approver.press("Save decisions")
    person.visit(f"/applications/{reference}/tactical/").sees(
        "Tactical pot, left £4,666.66", "light a dark path"
    )
    decided = Message.objects.filter(template="applications/project_decided")
    assert decided.count() == 1 and "£" not in decided.get().body
    balance = Visitor(cast.officer, at(DURING, 15)).visit(f"/office/applications/{reference}/balance/")
    balance.sees("£20,999.99", "£2,333.33", "£4,666.66")


def _award(cast, reference):
    with clock.at(at(DURING, 16)):
        from awards.services import prepare_award

        award = prepare_award(by=cast.officer, application=Application.objects.get(reference=reference))
    assert (award.amount, award.purpose) == (Decimal("20999.99"), PURPOSE)
    assert Award.objects.get().decision.business_case.organisation == award.organisation
