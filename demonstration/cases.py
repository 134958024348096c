"""The Crime Reduction Grant in hand today: this year's partnerships, and next year's allocations.

Who receives what is not in the office's papers: every amount here is an example.
"""

from datetime import date, time
from decimal import Decimal

from applications import services as applications
from applications.filling import fill_in
from applications.models import Application, BusinessCase, Decision, Overlap, Project
from awards import services as awards
from funds import services as funds
from funds.models import Fund, FundingSource, Round, Route
from organisations import services as organisations
from organisations.models import District, Organisation
from pcc_grants.lib import clock
from pcc_grants.lib.financial_year import FinancialYear
from pcc_grants.lib.working_days import working_day_on_or_after

from .funds import COMMISSIONING, DISTRICTS
from .history.steps import published_round
from .people import Cast

# Examples, in pounds: odd on purpose, so that thirds and parts can be seen to add up to the penny.
EXAMPLE_AMOUNTS = [Decimal(20_000 + 750 * place) + Decimal("0.01") * (place % 3) for place in range(13)]
BUDGETS = {"CRG": Decimal("360000"), "CRT": Decimal("120000")}  # examples
PURPOSE = "reduce crime and anti-social behaviour in its area"
REASONS = "The partnership knows what its area needs, and last year’s grant was used well."
EXAMPLE_WORDS = {
    "area-needs": "Residents report fires and damage on the common, most of all in the summer.",
    "last-year": "Wardens walked for 400 hours, and reports of damage fell by a fifth.",
    "how-chosen": "Members of the partnership chose them together, from the reports of the year.",
}
RUNNING, WAITING, TO_RECOMMEND, BEING_WRITTEN = "Ashford", "Canterbury", "Dartford", "Dover"
NEIGHBOUR = "Gravesham"  # asks for much the same as another partnership


class CrimeReduction:
    """The stories of the grant, told from one fixed day."""

    def __init__(self, current):
        self.cast: Cast = current.cast
        self.day, self.this_year = current.day, current.year(0)
        self.organisations: dict[str, Organisation] = {}

    def partnerships(self):
        """This year: one approved with its tactical pot in use, one in front of the approver. Next year: asked."""
        yield self.day(-170)
        self._register()
        self._budgets()
        this_year = self._round("CRG", self.this_year, -165, -120)
        for name, amount in zip(DISTRICTS, EXAMPLE_AMOUNTS, strict=True):
            self._propose(this_year, self.organisations[name], amount)
        yield self.day(-160)
        self._decide(this_year)
        yield self.day(-158)
        self._invite(this_year, RUNNING, WAITING)
        yield self.day(-130)
        running = self._written(this_year, RUNNING, ("Street wardens", "Boxing after school"))
        waiting = self._written(this_year, WAITING, ("Safer taxi ranks", "Lights on the path"))
        yield self.day(-118)
        for case in (running, waiting):
            self._check(case)
            self._recommend(case)
        yield self.day(-110)
        self._approve(running)
        self._approve(waiting, only_first=True)
        yield self.day(-105)
        awards.prepare_award(by=self.cast.officer, application=running)
        yield self.day(-60)
        lights = self._tactical(running, "Lights for a dark path", Decimal("1250.50"))
        yield self.day(-56)
        applications.settle_overlap(
            by=self.cast.officer,
            overlap=Overlap.objects.get(second=lights),
            status=Overlap.Status.DIFFERENT,
            note="The two paths are in different towns.",
        )
        yield self.day(-55)
        self._recommend(running)
        self._decide_project(running, lights)
        yield self.day(-40)
        next_year = self._round("CRG", self.this_year + 1, -38, 25)
        applications.roll_forward(by=self.cast.officer, round=next_year)
        yield self.day(-30)
        changed = next_year.business_cases.get(organisation=self.organisations["Tunbridge Wells"])
        applications.change_case(
            by=self.cast.second_officer,
            case=changed,
            amount=changed.amount + 500,
            reasons="More homes were built.",
        )
        yield self.day(-28)
        self._decide(next_year, but=changed)
        yield self.day(-26)
        self._invite(next_year, RUNNING, TO_RECOMMEND, BEING_WRITTEN, NEIGHBOUR)
        yield self.day(-8)
        to_recommend = self._written(
            next_year, TO_RECOMMEND, ("Wardens in the park", "A youth shelter", "Evening boxing at school")
        )
        self._check(to_recommend)
        self._check(self._written(next_year, NEIGHBOUR, ("Street wardens", "Boxing after school")))
        self._written(next_year, BEING_WRITTEN, ("Harbour watch",), sent=False)
        yield self.day(-6)
        award = self._retain("Boxing after school", "Evening boxing at school")
        yield self.day(-5)
        awards.decide_direct_award(
            by=self.cast.approver, award=award, approve=True, reasons="One award covers the work once."
        )
        yield self.day(-3)
        self._tactical(running, "Extra patrols in the holidays", Decimal("900"))

    def third_parties(self):
        """Youth Offending and Drug and Alcohol Action Teams: proposed, and waiting for the approver."""
        yield self.day(-12)
        round = self._round("CRT", self.this_year + 1, -10, 30, has_tactical_pot=False)
        for name, amount in (
            ("Example Youth Offending Team", Decimal("30000")),
            ("Example Drug and Alcohol Action Team", Decimal("25000.50")),
        ):
            organisation = organisations.register(
                by=self.cast.second_applicant, name=name, kind=Organisation.Kind.COUNCIL
            )
            self._propose(round, organisation, amount)

    # -- Steps -----------------------------------------------------------------------------------------------

    def _register(self) -> None:
        """The sample applicants act for four of the partnerships; nobody can sign in for the others yet."""
        leads = {RUNNING: self.cast.applicant} | dict.fromkeys(
            (WAITING, TO_RECOMMEND, BEING_WRITTEN, NEIGHBOUR), self.cast.second_applicant
        )
        for name in DISTRICTS:
            self.organisations[name] = organisations.register(
                by=leads.get(name, self.cast.officer),
                name=f"{name} Community Safety Partnership",
                kind=Organisation.Kind.COUNCIL,
            )

    def _budgets(self) -> None:
        for code, amount in BUDGETS.items():
            for start_year in (self.this_year, self.this_year + 1):
                funds.set_budget(
                    by=self.cast.officer,
                    fund=Fund.objects.get(code=code),
                    source=FundingSource.objects.get(name=COMMISSIONING),
                    start_year=start_year,
                    amount=amount,
                )

    def _round(self, code, start_year, opens, closes, **facts) -> Round:
        closing_day = working_day_on_or_after(self.day(closes))
        return published_round(
            self.cast,
            code,
            name=f"Allocations {FinancialYear(start_year)}",
            opens_at=clock.london(working_day_on_or_after(self.day(opens))),
            closes_at=clock.london(closing_day, time(17)),
            projects_start_on=date(start_year, 4, 1),
            projects_end_on=date(start_year + 1, 3, 31),
            start_year=start_year,
            maximum=Decimal("50000"),
            **{"route": Route.ALLOCATED, "has_tactical_pot": True, "assessors_needed": 0} | facts,
        )

    def _propose(self, round, organisation, amount) -> None:
        applications.propose_case(
            by=self.cast.officer,
            round=round,
            organisation=organisation,
            amount=amount,
            reasons="An example amount.",
        )

    def _decide(self, round, but=None) -> None:
        cases = round.business_cases.exclude(pk=but.pk if but else None)
        applications.decide_allocations(
            by=self.cast.approver,
            round=round,
            cases=list(cases),
            outcome=Decision.Outcome.APPROVED,
            purpose=PURPOSE,
            reasons=REASONS,
        )

    def _invite(self, round, *names) -> None:
        wanted = [self.organisations[name] for name in names]
        cases = list(round.business_cases.filter(organisation__in=wanted))
        applications.invite_cases(by=self.cast.officer, round=round, cases=cases)

    def _lead(self, name):
        return self.cast.applicant if name == RUNNING else self.cast.second_applicant

    def _written(self, round, name, titles, *, sent=True) -> Application:
        """A business case: a pot of a quarter, and the rest shared by its projects, the last taking what is left."""
        lead, organisation = self._lead(name), self.organisations[name]
        application = applications.start(by=lead, round=round, organisation=organisation)
        case = BusinessCase.objects.get(application=application)
        fill_in(by=lead, application=application, asked=[], answers=EXAMPLE_WORDS)
        pot = (case.amount / 4).quantize(Decimal("1"))
        applications.set_tactical_pot(by=lead, application=application, amount=pot)
        rest = case.amount - pot
        first = (rest / 3).quantize(Decimal("1")) if len(titles) > 1 or not sent else rest
        parts = [first] * (len(titles) - 1) + [rest - first * (len(titles) - 1)]
        for title, amount in zip(titles, parts if len(titles) > 1 else [first], strict=True):
            applications.save_project(by=lead, application=application, **self._project(name, title, amount))
        if sent:
            applications.submit(
                by=lead, application=application, signed_name="Sample applicant", signed_role="Chair"
            )
        application.refresh_from_db()
        return application

    def _project(self, name, title, amount) -> dict:
        return {
            "title": title,
            "provider_name": "Example Youth Project"
            if "school" in title
            else f"{name} Community Safety Partnership",
            "provider_number": "",
            "districts": list(District.objects.filter(name=name)),
            "schools": "",
            "amount": amount,
            "aims": f"{title}: on the days and in the places where reports come from.",
            "outcomes": "Fewer reports of anti-social behaviour\nPeople feel safer",
            "evidence": "Reports rose last year, and residents asked for it.",
        }

    def _check(self, application) -> None:
        applications.check(
            by=self.cast.officer, application=application, eligible=True, notes="Complete, and adds up."
        )
        application.refresh_from_db()

    def _recommend(self, application) -> None:
        waiting = application.business_case.projects.filter(status="submitted")
        applications.recommend_projects(
            by=self.cast.officer,
            application=application,
            recommendations={
                one.pk: {
                    "approve": True,
                    "amount": one.amount,
                    "recommendation": "It meets the need, and the cost is fair.",
                }
                for one in waiting
            },
        )
        application.refresh_from_db()

    def _approve(self, application, *, only_first=False) -> None:
        projects = list(application.business_case.projects.order_by("number"))
        for project in projects[:1] if only_first else projects:
            self._decide_project(application, project)
        application.refresh_from_db()

    def _decide_project(self, application, project) -> None:
        applications.decide_projects(
            by=self.cast.approver,
            application=application,
            decisions={
                project.pk: {
                    "outcome": Decision.Outcome.APPROVED,
                    "amount": project.amount,
                    "purpose": f"pay for “{project.title}”",
                    "reasons": "It prevents crime where it was reported.",
                }
            },
        )

    def _retain(self, *titles):
        """Two partnerships ask for the same provider: the office proposes to fund it directly."""
        projects = list(Project.objects.filter(title__in=titles, status="submitted").order_by("pk"))
        provider = Organisation.objects.get(name="Example Youth Project")
        return awards.propose_retained_award(
            by=self.cast.officer,
            projects=projects,
            organisation=provider,
            title="Boxing for young people",
            purpose="run boxing sessions at schools in both areas",
            reasons="Young people who train together stay out of trouble, and one agreement costs less.",
            starts_on=projects[0].business_case.round.projects_start_on,
            ends_on=projects[0].business_case.round.projects_end_on,
        )

    def _tactical(self, application, title, amount):
        lead = self.cast.applicant
        project = applications.save_later_project(
            by=lead, application=application, kind="tactical", **self._project(RUNNING, title, amount)
        )
        return applications.submit_project(by=lead, application=application, project=project)
