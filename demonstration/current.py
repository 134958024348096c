"""Work in hand today: rounds of the main funds with example organisations at every stage, dated from today."""

from datetime import date, time, timedelta
from decimal import Decimal

from applications import services as applications
from awards import services as awards
from awards.models import Award, DirectGround
from funds import services as funds
from funds.models import Fund, FundingSource, LegalPower
from monitoring import services as monitoring
from monitoring.models import Return
from organisations import services as organisations
from organisations.models import DueDiligence, Organisation
from pcc_grants.lib import clock
from pcc_grants.lib.financial_year import FinancialYear
from pcc_grants.lib.working_days import working_day_on_or_after
from reports import papers, services

from . import moves
from .cases import CrimeReduction
from .funds import COMMISSIONING, SEIZED_PROPERTY, VICTIMS_GRANT
from .history.steps import published_round
from .outcomes import outcomes_to_come
from .people import Cast

# The purposes that the officer proposes for this year's round of the Violence Reduction Fund.
MENTORING = {
    "recommended": "train and pay mentors for young people who are drawn towards violence",
    "offered": "mentor young people after school in the example district",
    "approved": "support families of young people at risk",
}
PREVENTS = "It gives young people something better to do and someone to turn to."


class Current:
    """The stories of today, told from one fixed day."""

    def __init__(self, cast: Cast, today: date):
        self.cast = cast
        self.today = today
        self.organisations: dict[str, Organisation] = {}

    def day(self, offset: int) -> date:
        return self.today + timedelta(days=offset)

    def year(self, offset: int) -> int:
        return FinancialYear.containing(self.day(offset)).start_year

    @property
    def stories(self):
        grant = CrimeReduction(self)
        return [
            self.community_awards(),
            self.violence_reduction(),
            outcomes_to_come(self.cast, self.day, self._round, self._submitted),
            self.safer_in_kent(),
            self.spending(),
            self.paper(),
            grant.partnerships(),
            grant.third_parties(),
        ]

    def _register(self) -> None:
        """Two applicants, each with their own organisations."""
        kind = Organisation.Kind
        for lead, name, what in (
            (self.cast.applicant, "Example Youth Project", kind.CHARITY),
            (self.cast.second_applicant, "Example Community Association", kind.COMMUNITY),
            (self.cast.second_applicant, "Example Sports Club", kind.COMMUNITY),
            (self.cast.second_applicant, "Example Theatre Company", kind.CIC),
            (self.cast.second_applicant, "Example Parish Council", kind.COUNCIL),
            (self.cast.second_applicant, "Example Mentoring Charity", kind.CHARITY),
        ):
            self.organisations[name] = organisations.register(by=lead, name=name, kind=what)
        # One policy ends soon and one has ended: of those that nobody recommends while it is so.
        for name, until in (
            ("Example Youth Project", 200),
            ("Example Community Association", 45),
            ("Example Sports Club", -3),
            ("Example Theatre Company", 300),
            ("Example Mentoring Charity", 240),
        ):
            moves.vet(self.cast, self.organisations[name], insured_until=self.day(until))

    def _budgets(self) -> None:
        for code, source, amount in (
            ("SIK", COMMISSIONING, Decimal("120000")),
            ("VRF", COMMISSIONING, Decimal("150000")),
            ("VSS", VICTIMS_GRANT, Decimal("90000")),
            ("CTF", SEIZED_PROPERTY, Decimal("40000")),
            ("NGS", COMMISSIONING, Decimal("30000")),
        ):
            for start_year in range(self.year(-260), self.year(400) + 1):
                funds.set_budget(
                    by=self.cast.officer,
                    fund=Fund.objects.get(code=code),
                    source=FundingSource.objects.get(name=source),
                    start_year=start_year,
                    amount=amount,
                )

    def _lead(self, organisation: Organisation):
        return (
            self.cast.applicant
            if organisation.name == "Example Youth Project"
            else self.cast.second_applicant
        )

    def _round(self, code: str, number: int, opens: int, closes: int, **facts):
        closing_day = working_day_on_or_after(self.day(closes))
        if closing_day.weekday() == 0:
            closing_day += timedelta(days=1)
        return published_round(
            self.cast,
            code,
            number=number,
            name=f"Round {number}, {FinancialYear(self.year(closes))}",
            opens_at=clock.london(working_day_on_or_after(self.day(opens))),
            closes_at=clock.london(closing_day, time(17, 0)),
            projects_start_on=self.day(closes + 40),
            projects_end_on=self.day(closes + 400),
            start_year=self.year(closes + 40),
            brief_form=False,
            diligence_needed=DueDiligence.Kind.values,
            **facts,
        )

    def _application(self, name: str, round, *, asked: str, title: str, summary: str, **facts):
        organisation = self.organisations[name]
        return moves.answered_draft(
            self._lead(organisation),
            round,
            organisation,
            asked=Decimal(asked),
            title=title,
            summary=summary,
            **facts,
        )

    def _submitted(self, name: str, round, **facts):
        application = self._application(name, round, **facts)
        return moves.submit(self._lead(application.organisation), application)

    def community_awards(self):
        """Active awards: one return open, one overdue, one instalment to release, one to pay."""
        yield self.day(-245)
        self._register()
        self._budgets()
        round_2 = self._round("CTF", 2, -240, -205, maximum=Decimal("5000"))
        yield self.day(-220)
        bids = [
            self._submitted(name, round_2, asked=asked, title=title, summary=summary)
            for name, asked, title, summary in (
                (
                    "Example Youth Project",
                    "4800",
                    "Evening youth club",
                    "A youth club on two evenings a week.",
                ),
                (
                    "Example Community Association",
                    "3000",
                    "Clean streets",
                    "Neighbours look after their own streets.",
                ),
                ("Example Theatre Company", "5000", "Stage, not street", "Theatre workshops after school."),
                ("Example Sports Club", "2500.50", "Friday night football", "Football on Friday nights."),
            )
        ]
        yield self.day(-198)
        for bid in bids:
            moves.check(self.cast, bid)
        yield self.day(-188)
        for bid in bids:
            moves.assess(self.cast, bid)
            moves.recommend(self.cast, bid)
        yield self.day(-180)
        granted = []
        for bid in bids:
            summary = bid.summary.rstrip(".")
            purpose = (
                f"run {summary[0].lower()}{summary[1:]}" if summary.startswith("A ") else f"run “{bid.title}”"
            )
            moves.approve(self.cast, bid, purpose=purpose, reasons=PREVENTS)
            granted.append(awards.prepare_award(by=self.cast.officer, application=bid))
        youth, association, theatre, sports = granted
        yield self.day(-176)
        half = Decimal("1250.25")
        moves.offer(self.cast, youth, self._part("2400", -150), self._part("2400", 32, waits_for_return=True))
        moves.offer(
            self.cast, association, self._part("1500", -150), self._part("1500", 4, waits_for_return=True)
        )
        moves.offer(
            self.cast, theatre, self._part("2500", -150), self._part("2500", -6, waits_for_return=True)
        )
        moves.offer(self.cast, sports, self._part(half, -150), self._part(half, -8, waits_for_return=True))
        yield self.day(-170)
        for award in granted:
            moves.sign(self.cast, self._lead(award.organisation), award)
        yield self.day(-148)
        for number, award in enumerate(granted, start=1):
            moves.pay(self.cast, award, 1, reference=f"EX-{self.day(-148):%Y%m}-{number}")
        for award, due, words in (
            (theatre, -4, "Sixty young people came to the workshops."),
            (sports, -3, "Forty play."),
        ):
            yield self.day(due)
            moves.report(
                self.cast,
                self._lead(award.organisation),
                award.returns.get(number=1),
                "Thank you. A good start.",
                progress=Return.Progress.ON_TRACK,
                narrative=words,
                sessions=12,
                people=60,
                spent=award.amount / 2,
            )
        yield self.day(-2)
        awards.approve_instalment(by=self.cast.officer, instalment=sports.instalments.get(number=2))
        monitoring.open_due()

    def _part(self, amount, due: int, **facts) -> dict:
        return {"amount": Decimal(amount), "due_on": self.day(due), **facts}

    def _recommended_in_words(self, stages: dict, stage: str) -> None:
        """Recommended with the words that the officer proposes for publication."""
        moves.recommend(
            self.cast,
            stages[stage],
            purpose=MENTORING[stage],
            reasons=PREVENTS,
            conditions="A safeguarding policy is agreed before the first session",
        )

    def violence_reduction(self):
        """A closed round with a bid at each stage up to an offer."""
        yield self.day(-75)
        round_2 = self._round("VRF", 3, -70, -25, maximum=Decimal("35000"), years=3)
        yield self.day(-40)
        stages = {
            "to check": self._submitted(
                "Example Parish Council",
                round_2,
                asked="12000",
                title="Safer square",
                summary="Wardens in the square.",
            ),
            "to assign": self._submitted(
                "Example Theatre Company",
                round_2,
                asked="18500",
                title="Knife-edge",
                summary="A play about knives.",
            ),
            "being scored": self._submitted(
                "Example Sports Club",
                round_2,
                asked="21000",
                title="Boxing clever",
                summary="Boxing and mentoring.",
            ),
            "assessed": self._submitted(
                "Example Community Association",
                round_2,
                asked="9000",
                title="Street talk",
                summary="Youth workers outside.",
            ),
            "recommended": self._submitted(
                "Example Mentoring Charity",
                round_2,
                asked="34000",
                title="Way out",
                summary="Mentors for young people.",
            ),
            "offered": self._submitted(
                "Example Youth Project",
                round_2,
                asked="26400",
                title="Next step",
                summary="Mentoring after school.",
            ),
            "approved": self._submitted(
                "Example Mentoring Charity",
                round_2,
                asked="15000",
                title="Family links",
                summary="Help for families.",
            ),
        }
        organisations.declare_interest(
            by=self.cast.deputy_approver,
            organisation=self.organisations["Example Parish Council"],
            interest="I am a member of the parish council.",
            handed_to=self.cast.approver,
        )
        yield self.day(-22)
        for stage, bid in stages.items():
            if stage != "to check":
                moves.check(self.cast, bid)
        first, second = moves.assign(self.cast, stages["being scored"], due_on=self.day(5))
        moves.score(second, (4, 3, 4, 4))
        yield self.day(-12)
        for stage in ("assessed", "recommended", "offered", "approved"):
            moves.assess(self.cast, stages[stage], first=(4, 4, 3, 4), second=(4, 2, 3, 5))
            if stage in ("offered", "approved"):
                self._recommended_in_words(stages, stage)
        yield self.day(-9)
        self._moderated(stages["recommended"])
        self._recommended_in_words(stages, "recommended")
        applications.issue_pack(
            by=self.cast.officer,
            round=round_2,
            decide_by=self.day(9),
            note="Two of these three are ready to start at once. “Street talk” is not recommended yet.",
        )
        yield self.day(-6)
        for stage in ("offered", "approved"):
            moves.approve(self.cast, stages[stage], purpose=MENTORING[stage], reasons=PREVENTS)
        award = awards.prepare_award(by=self.cast.officer, application=stages["offered"])
        moves.offer(
            self.cast,
            award,
            self._part("13200", 30, period="first half"),
            self._part("13200", 210, period="second half", waits_for_return=True),
        )

    def _moderated(self, bid) -> None:
        """The assessors were far apart on the second criterion: a meeting agreed on it."""
        second = bid.round.criteria.all()[1].name
        moves.moderate(
            self.cast,
            bid,
            agreed={second: 2},
            why="The figures are of another district. We agreed that they show little of this one.",
        )
        words = {second: "Give figures of your own district: those you gave are of another one."}
        moves.give_feedback(self.cast, bid, words)

    def safer_in_kent(self):
        """An open round with drafts and submitted applications, and one that opens soon."""
        yield self.day(-32)
        round_3 = self._round("SIK", 3, -30, 12, maximum=Decimal("10000"))
        self._round("VSS", 2, 14, 45, maximum=Decimal("30000"))
        yield self.day(-9)
        draft = applications.start(
            by=self.cast.applicant, round=round_3, organisation=self.organisations["Example Youth Project"]
        )
        applications.save_answers(
            by=self.cast.applicant,
            application=draft,
            values={
                "title": "Bike repair workshop",
                "summary": "Young people learn to repair bikes and keep the one they mend.",
                "theme": str(round_3.fund.themes.first().pk),
                "districts": [str(one.pk) for one in moves.districts("Swale")],
                "costs": [{"what": "Tools and parts", "type": "equipment", "amount": "6,450"}],
            },
        )
        yield self.day(-5)
        self._submitted(
            "Example Community Association",
            round_3,
            asked="7200",
            title="Good neighbours",
            summary="Neighbours who watch out.",
        )
        yield self.day(-4)
        asked = applications.ask_about_round(
            by=self.cast.second_applicant,
            round=round_3,
            text="We are a small sports club in a village hall. Can part of the grant pay for its heating?",
        )
        yield self.day(-3)
        applications.answer_in_public(
            by=self.cast.officer,
            question=asked,
            wording="Can part of the grant pay for the running costs of a building?",
            answer="Yes, for the hours in which the project uses it. Say in the budget how you worked it out.",
        )
        yield self.day(-2)
        self._submitted(
            "Example Parish Council",
            round_3,
            asked="9950",
            title="Village lights",
            summary="Lights on dark footpaths.",
        )
        applications.ask_about_round(
            by=self.cast.applicant,
            round=round_3,
            text="Can we start before the decision if others pay first?",
        )

    def spending(self):
        """A subscription paid last month and not yet published; another one waiting for the approver."""
        yield self.day(-60)
        subscription = self._subscription("Example network subscription", "1200", -60)
        moves.direct(self.cast, **subscription)
        award = Award.objects.get(title=subscription["title"])
        moves.offer(self.cast, award, self._part("1200", -40))
        yield self.day(-50)
        moves.sign_on_paper(self.cast, award)
        yield self.day(-35)
        moves.pay(self.cast, award, 1, reference=f"EX-{self.day(-35):%Y%m}-9")
        yield self.day(-3)
        awards.propose_direct_award(
            by=self.cast.officer, **self._subscription("Example training for officers", "850", -3)
        )

    def _subscription(self, title: str, amount: str, start: int) -> dict:
        return {
            "kind": Award.Kind.SUBSCRIPTION,
            "legal_power": LegalPower.OTHER,
            "fund": Fund.objects.get(code="NGS"),
            "organisation": self.organisations["Example Mentoring Charity"],
            "title": title,
            "purpose": f"pay for {title[0].lower()}{title[1:]}",
            "reasons": "It costs less than each office doing the same work alone.",
            "amount": Decimal(amount),
            "starts_on": self.day(start),
            "ends_on": self.day(start + 364),
            "start_year": self.year(start),
            "direct_ground": DirectGround.ONLY_PROVIDER,
            "direct_reason": "No other body offers it.",
        }

    def paper(self):
        """Spending published for the months before last, and the next paper, whose items are being chosen."""
        paid_in = self.day(-148).replace(day=1)
        yield (paid_in + timedelta(days=40)).replace(day=6)
        services.publish_month(by=self.cast.finance, month=paid_in)
        yield self.day(-7)
        meeting = working_day_on_or_after(self.day(42))
        papers.plan_paper(
            by=self.cast.officer,
            meeting_on=meeting,
            period_start=self.day(-180).replace(day=1),
            period_end=self.day(-1),
        )
