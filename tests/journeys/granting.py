"""The life of one grant, step by step through the pages: Reform Restore Respect, Safer in Kent Fund round 2.

Figures are those of the papers (domain.md section 4); the days between them are ours. Each step is one
person's visit, and starts where that person starts after signing in.
"""

from datetime import date

from applications.models import Application
from funds.models import Round

from . import applying
from .visitor import Visitor

SET_UP, APPLIED, CHECKED, SCORED = date(2018, 8, 20), date(2018, 9, 20), date(2018, 10, 2), date(2018, 10, 4)
RECOMMENDED, DECIDED, OFFERED = date(2018, 10, 8), date(2018, 10, 16), date(2018, 10, 17)
SIGNED, COUNTERSIGNED = date(2018, 10, 24), date(2018, 10, 26)
RELEASED_1, PAID_1 = date(2018, 11, 12), date(2018, 11, 14)
RETURN_OPENS, RETURN_DUE, CHASED = date(2019, 1, 31), date(2019, 2, 28), date(2019, 3, 4)
REPORTED, ACCEPTED, PAID_2 = date(2019, 3, 5), date(2019, 3, 7), date(2019, 3, 14)

THEMES = (
    "Young people: diversion and prevention",
    "Tackling anti-social behaviour",
    "Rural and coastal communities",
)
CRITERIA = ("The Safer in Kent Plan", "Need", "Outcomes", "Sustainability")
CHECK = ("Volunteer or community group", "Yes", "Yes", "Yes", "No", "No")
WEBSITE = "https://www.example.org/reform-restore-respect"
PURPOSE = "deliver workshops that challenge gang and knife behaviour in schools"
REASONS = "It reaches young people before gangs do and shows them what a knife costs."
SCORE_REASON = "The answer gives figures for every school."
RECOMMENDATION = "It scored well and the cost of each workshop is fair."
FEEDBACK = "Thank you. The schools’ demand speaks for itself."


def set_up_the_fund(officer) -> None:
    desk = Visitor(officer, SET_UP).home().follow("Funds").follow("Set up a fund")
    desk.fill("Name of the fund", "Safer in Kent Fund").fill("Code of the fund", "SIK")
    desk.fill("What the fund is for", "It prevents crime and anti-social behaviour in neighbourhoods.")
    desk.choose("Open competition", "Police Reform and Social Responsibility Act 2011")
    desk.fill("Who can apply", "Community groups and charities")
    desk.press("Set up fund").sees("The fund has been set up")
    for theme in THEMES:
        desk.follow("Add a type of project").fill("Type of project", theme).press("Add").sees(theme)
    for name in CRITERIA:
        desk.follow("Add a criterion").fill("Name of the criterion", name)
        desk.fill("Question in the form", f"How does your project meet “{name}”?").press("Add").sees(name)
    desk.follow("Funds").follow("Sources of money").follow("Add a source")
    desk.fill("Name of the source", "Commissioning budget").press("Add")
    desk.follow("Funds").follow("Safer in Kent Fund").follow("Set a budget")
    desk.fill("Source of the money", "Commissioning budget")
    desk.fill("Financial year", "2018/19").fill("Amount", "£40,000").press("Set budget").sees("£40,000")


def publish_the_round(officer) -> None:
    desk = Visitor(officer, SET_UP).home().follow("Funds").follow("Safer in Kent Fund")
    desk.follow("Prepare a round").fill("Name of the round", "Round 2")
    desk.fill_date("When does it open?", date(2018, 9, 3)).fill("Opening time", "9am")
    desk.fill_date("When does it close?", date(2018, 9, 28)).fill("Closing time", "5pm")
    desk.fill("Most one application can ask for", "10,000")
    desk.fill("Financial year that pays the first year", "2018/19")
    desk.fill_date("First day a project may start", date(2018, 11, 1))
    desk.fill_date("Last day a project may end", date(2019, 10, 31))
    desk.fill("Terms", "Spend the grant on the project.\n\nKeep records for six years.")
    desk.press("Prepare round").sees("Nobody outside the office sees it yet")
    desk.follow("Publish this round").press("Publish round").sees("The round has been published")


def apply(applicant) -> str:
    """From the public page of the fund to the receipt. Gives the application's reference."""
    visitor = Visitor(on=APPLIED).visit("/funding/").follow("Safer in Kent Fund")
    visitor.sees("£10,000", "5pm on Friday 28 September 2018", *THEMES, *CRITERIA)
    round_page = visitor.url
    visitor.follow("See all the questions").sees("How does your project meet “Need”?")

    person = Visitor(applicant, APPLIED).home().sees("You have no applications").follow("Find funding")
    applying.check_that_they_can_apply(person.visit(round_page), CHECK)
    person.follow("Start an application").follow("Add your organisation")
    person.fill("Charity number, company number or name", "Reform Restore Respect").press("Continue")
    person.choose("Volunteer or community group").fill("Website", WEBSITE)
    person.press("Add organisation").press("Start application")
    reference = person.part(1)

    person.follow("What you will do").fill("What is the name", "I Didn't Know That!")
    person.fill("Summary", "Workshops of 90 minutes about gangs and knives in primary and secondary schools.")
    person.choose(THEMES[0], "Sevenoaks", "Medway", "Swale", "Gravesham")
    person.fill_date("When will your project start?", date(2018, 11, 1))
    person.fill_date("When will it end?", date(2019, 10, 31)).press("Save and continue")
    _work_out_the_rest(person, Round.objects.get(name="Round 2"))
    person.visit(f"/applications/{reference}/").follow("Check and submit").sees(
        "£10,000", "Our answer about Need."
    )
    applying.sign(person, "The Treasurer", "Treasurer").sees("Application submitted", reference)
    return reference


def _work_out_the_rest(person, round) -> None:
    """From the second page of the project to the last section, each said to be complete at its end."""
    person.fill("What will you do?", "Workshops of 90 minutes, in four districts.").press("Save and continue")
    applying.complete(person.choose("No").press("Save and continue"))
    person.sees("You have completed 1 of 12 sections")
    applying.criteria(person, round)
    applying.about_you(person)
    applying.measures(person, "Pupils know what a knife costs", "Pupils who take part", "2,000")
    applying.complete(person.follow("Safeguarding and schools").choose("No").press("Save and continue"))
    person.follow("Budget")
    applying.cost(person, 1, "Workshop leaders", "Staff", "£10,450").press("Save and continue")
    person.is_told("The amount you are asking for must be £10,000 or less. It is £10,450")
    applying.cost(person, 1, "Workshop leaders", "Staff", "10,000").press("Save and continue")
    applying.complete(person.choose("No").press("Save and continue"))
    applying.documents_later(person)


def check(officer, reference: str) -> None:
    desk = Visitor(officer, CHECKED).home().sees("Reform Restore Respect").follow("Check: ")
    assert reference in desk.url
    for item in Application.objects.get(reference=reference).round.check_items.all():
        desk.choose(f"{item.text} > Yes")
    desk.choose("Yes, it can be assessed").fill("Notes of your check", "Complete, and within the rules.")
    desk.press("Record the check").sees("The check has been recorded")


def ask_two_assessors(officer, assessors) -> None:
    desk = Visitor(officer, CHECKED).home().follow("Assign: ")
    desk.choose(*(assessor.name for assessor in assessors)).fill_date("When are the scores due?", RECOMMENDED)
    desk.press("Assign")


def score(assessor, scores: tuple[int, ...]) -> None:
    """Declares no interest, before any answer is shown; then scores every criterion."""
    person = Visitor(assessor, SCORED).home().follow("Score next application")
    person.sees("Do you have an interest").does_not_see("Our answer about Need.")
    person.choose("No, I have no interest").press("Save and continue").follow("Continue scoring")
    for name, value in zip(CRITERIA, scores, strict=True):
        person.sees(f"Our answer about {name}.")
        person.choose(f"{value} – ").fill("Reason for your score", SCORE_REASON).press("Save and continue")
    person.press("Submit your scores")


def look_into_the_organisation(officer, reference: str) -> None:
    """The round needs due diligence of every kind before it is recommended."""
    desk = Visitor(officer, RECOMMENDED).visit(f"/office/applications/{reference}/recommend/")
    desk.sees("Due diligence is not in order").follow("See the due diligence")
    for kind in ("Registration", "Accounts", "Insurance", "Safeguarding", "Links with"):
        desk.follow("Record due diligence").choose(kind, "Satisfactory")
        desk.fill("Where did you see it?", "The public register").press("Save")
        desk.sees("The due diligence has been recorded")


def recommend(officer, reference: str) -> None:
    desk = Visitor(officer, RECOMMENDED).home().follow("Rounds").follow("Round 2")
    desk.follow("See the ranking and recommend").follow(reference)
    desk.choose("Recommend for approval").fill("Amount you recommend", "10,000")
    desk.fill("Your recommendation", RECOMMENDATION).press("Save recommendation")


def decide(approver, reference: str) -> None:
    person = Visitor(approver, DECIDED).home().sees("Reform Restore Respect", "£10,000").follow("Decide: ")
    person.sees(reference, RECOMMENDATION, SCORE_REASON)
    person.choose("Approve").fill("Amount", "10,000").fill("Purpose", PURPOSE).fill("Reasons", REASONS)
    person.press("Save decision").sees("Your decision is recorded as D-2018-", "Commissioning budget")


def release_the_outcomes(officer) -> None:
    """The round tells its applicants together; nobody hears before the office says so."""
    desk = Visitor(officer, DECIDED).home().follow("Rounds").follow("Round 2")
    desk.follow("See and release the outcomes").follow("Release the outcomes now")
    desk.press("Release the outcomes").sees("1 application")


def learn_nothing_of_the_assessment(applicant, reference: str, secrets: list[str]) -> None:
    """Scored and recommended: every page of the applicant says only that it is being assessed."""
    person = Visitor(applicant, RECOMMENDED).home().sees("Being assessed").does_not_see(*secrets)
    person.follow("I Didn't Know That!").sees("Being assessed", reference).does_not_see(*secrets)
    person.follow("See the receipt").does_not_see(*secrets)
    person.visit(f"/applications/{reference}/decision/").does_not_see(*secrets)
    assert person.path == f"/applications/{reference}/"
    for page in (f"/office/applications/{reference}/", "/assess/", f"/decide/applications/{reference}/"):
        assert person.status_of(page) == 403, page


def read_the_decision(applicant, assessors) -> None:
    """The outcome, the reasons and a score for each criterion; never who gave it."""
    person = Visitor(applicant, DECIDED).home().follow("I Didn't Know That!").follow("See the decision")
    person.sees("We are offering you £10,000", REASONS, *CRITERIA, "4.5")
    person.does_not_see(*(assessor.name for assessor in assessors), SCORE_REASON, RECOMMENDATION)


def prepare_and_offer(officer) -> None:
    """Two instalments of £5,000; the second waits for the mid-year return."""
    desk = Visitor(officer, OFFERED).home().follow("Prepare: ")
    desk.fill("Agreed outcomes", "20 workshops are held")
    desk.press("Prepare the award").sees("The award has been prepared")
    desk.follow("Plan the instalments")
    desk.fill("Instalment 1 > Amount", "5,000").fill_date("Instalment 1 > Due on", RELEASED_1)
    desk.fill("Instalment 2 > Amount", "4,000").fill_date("Instalment 2 > Due on", ACCEPTED)
    desk.choose("Instalment 2 > Waits for a return").press("Save the plan")
    desk.is_told("The instalments add up to £9,000. They must add up to £10,000")
    desk.fill("Instalment 2 > Amount", "5,000").press("Save the plan")

    desk.follow("Ask for a return").choose("Mid-year return", "Instalment 2 of £5,000")
    desk.fill_date("From", date(2018, 11, 1)).fill_date("To", date(2019, 1, 31))
    desk.fill_date("Due date", RETURN_DUE).press("Ask for this return")
    desk.follow("View the award").follow("Make the offer")
    desk.fill_date("Last day to accept", date(2018, 11, 9)).press("Make the offer").sees(
        "The offer has been made"
    )


def sign(applicant, reference: str) -> None:
    person = Visitor(applicant, SIGNED).home().sees("Offer to accept")
    person.follow("Accept our offer: I Didn't Know That!")
    person.sees("I Didn't Know That!", "£10,000", "12 November 2018", "Keep records for six years.")
    person.follow("Go on to sign").fill("Full name", "The Chair").fill("Your role", "Chair")
    person.choose("I am authorised to sign for Reform Restore Respect", "I accept this agreement")
    person.press("Sign and accept")


def countersign(officer) -> None:
    desk = Visitor(officer, COUNTERSIGNED).home().follow("Countersign: ").sees("The Chair (Chair) signed")
    desk.press("Countersign").sees("The agreement is in force")


def release(officer, number: int, day: date) -> None:
    desk = Visitor(officer, day).home().follow("Release: ").sees(f"Release instalment {number} of £5,000?")
    desk.press("Release £5,000").sees(f"Instalment {number} is released. Finance can pay it")


def pay(finance, number: int, day: date, finance_reference: str) -> None:
    desk = Visitor(finance, day).home().sees("Reform Restore Respect", "£5,000").follow("Mark as paid: ")
    desk.sees("Agreement signed", "Released for payment")
    desk.fill_date("Date paid", day).fill("Amount paid", "5,000").fill("Finance reference", finance_reference)
    desk.press("Mark as paid").sees("is marked as paid")


def report(applicant, reference: str) -> None:
    person = Visitor(applicant, REPORTED).home().follow("I Didn't Know That!")
    person.sees("Waiting for the mid-year return", "Overdue").follow("Mid-year return")
    person.choose("On track").fill("What has happened", "Workshops began in November 2018.")
    person.fill("How many events", "20").fill("How many people", "2,000").fill("How many schools", "19")
    person.choose("Sevenoaks", "Medway", "Swale", "Gravesham").fill("How much of our money", "5,400")
    person.press("Save and continue").is_told("Total spent must not be more than the £5,000 we have paid you")
    person.fill("Difficulties", "We spent £400 of our own, to be met by the next instalment.")
    person.press("Save and continue").sees("2,000", "19", "£5,400")
    person.fill("Your full name", "The Chair").fill("Your role", "Chair").choose("What I send is correct")
    person.press("Accept and submit").sees("Return sent", f"{reference}-M1")


def accept_the_return(officer) -> None:
    desk = Visitor(officer, ACCEPTED).home().follow("Review: ").sees("2,000", "19")
    desk.choose("Accept it").fill("Your feedback", FEEDBACK).press("Record the decision")
    desk.sees("You have accepted the return", "Release instalment 2 of £5,000")
