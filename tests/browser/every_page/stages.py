"""The small world of the access walk, with more of it: records in every state that has a page of its own."""

from datetime import timedelta
from decimal import Decimal

from applications import services as applications
from applications.models import Decision
from applications.models import Status as ApplicationStatus
from awards import services as awards
from awards.models import Award, ExtensionOption
from funds import services as funds
from funds.models import LegalPower
from monitoring import services as monitoring
from monitoring.models import Return
from pcc_grants.lib import clock
from pcc_grants.lib.financial_year import FinancialYear
from tests import factories
from tests.access import world as small
from tests.reports import making

LONG_AGO = timedelta(days=90)
WRITTEN = {
    "progress": Return.Progress.ON_TRACK,
    "narrative": "We held 12 workshops.",
    "sessions": 12,
    "people": 240,
    "schools": 3,
    "spent": Decimal("0"),
    "difficulties": "Two schools moved their dates.",
}


def build() -> small.World:
    w = small.build()
    _applications(w)
    _decisions(w)
    _awards(w)
    _money(w)
    _returns(w)
    _papers(w)
    _people(w)
    _long_words(w)
    # Last: whoever starts again before writing anything is given the empty draft that is there.
    w.started = applications.start(by=w.owner, round=w.round, organisation=w.organisation)
    return w


# -- Applications ------------------------------------------------------------------------------------------


def _applications(w) -> None:
    w.ineligible = _submitted(w)
    applications.check(
        by=w.officer, application=w.ineligible, eligible=False, notes="It is outside the area."
    )
    w.withdrawn = _submitted(w)
    applications.withdraw(by=w.owner, application=w.withdrawn, reason="We found other money.")
    w.moved = _submitted(w)
    w.second_fund = factories.fund(w.officer, "TWO", "Example Second Fund")
    w.second_round = factories.open_round(w.officer, w.second_fund)
    w.moved_to = applications.transfer(
        by=w.officer,
        application=w.moved,
        to_round=w.second_round,
        reason="It fits the other fund.",
        message="Your project fits another fund of ours.",
    )
    with clock.at(clock.today() - LONG_AGO):
        w.closed_round = factories.open_round(w.officer, w.fund)
        w.unfinished = factories.draft(w.owner, w.closed_round, w.organisation)
    applications.close_rounds()
    theirs = factories.submitted(w.stranger, factories.draft(w.stranger, w.round, w.other_organisation))
    w.recused = _assigned(w, w.assessor, theirs)
    applications.declare(by=w.assessor, assessment=w.recused, interest="I volunteer there.")
    w.half_scored = _assigned(w, w.assessor)
    applications.declare(by=w.assessor, assessment=w.half_scored)
    applications.score(
        by=w.assessor,
        assessment=w.half_scored,
        criterion=w.round.criteria.first(),
        score=3,
        reason="The evidence is clear.",
    )
    w.scored = w.assessed.assessments.get(assessor=w.assessor)


def _submitted(w):
    return factories.submitted(w.owner, factories.draft(w.owner, w.round, w.organisation))


def _assigned(w, assessor, application=None):
    application = factories.eligible(w.officer, application or _submitted(w))
    due = clock.today() + timedelta(days=7)
    return applications.assign(by=w.officer, application=application, assessor=assessor, due_on=due)


def _recommended(w, outcome=ApplicationStatus.RECOMMENDED, amount=None):
    application = factories.eligible(w.officer, _submitted(w))
    factories.assessed(w.officer, application, [w.assessor, w.assessor_2])
    applications.recommend(
        by=w.officer,
        application=application,
        outcome=outcome,
        amount=amount,
        recommendation="See the scores.",
    )
    application.refresh_from_db()
    return application


def _decisions(w) -> None:
    w.reserve = _recommended(w, ApplicationStatus.RESERVE, Decimal("8000"))
    w.not_recommended = _recommended(w, ApplicationStatus.NOT_RECOMMENDED)
    w.declined = _decided(w, Decision.Outcome.DECLINED)
    w.deferred = _decided(w, Decision.Outcome.DEFERRED)


def _decided(w, outcome):
    application = _recommended(w, amount=Decimal("10000"))
    applications.decide(
        by=w.approver,
        application=application,
        outcome=outcome,
        purpose="deliver workshops in the example district",
        reasons="There is not enough money this year.",
    )
    application.refresh_from_db()
    return application


# -- Awards ------------------------------------------------------------------------------------------------


def _proposed(w, **facts) -> Award:
    today = clock.today()
    return awards.propose_direct_award(
        **{
            "by": w.officer,
            "kind": Award.Kind.GRANT,
            "legal_power": LegalPower.CRIME_AND_DISORDER,
            "fund": w.fund,
            "organisation": w.organisation,
            "title": "Example school tours",
            "purpose": "tour schools in the example area",
            "reasons": "It diverts young people from crime.",
            "amount": Decimal("10000"),
            "starts_on": today,
            "ends_on": today + timedelta(days=300),
            "direct_reason": "No one else offers it.",
        }
        | facts
    )


def _decided_award(w, approve=True, **facts) -> Award:
    award = _proposed(w, **facts)
    awards.decide_direct_award(by=w.approver, award=award, approve=approve, reasons="It was considered.")
    award.refresh_from_db()
    return award


def _offered(w, **facts) -> Award:
    award = _decided_award(w, **facts)
    half = {"amount": award.amount / 2, "due_on": clock.today()}
    awards.set_instalments(by=w.officer, award=award, rows=[half, half | {"other_condition": "a visit"}])
    return factories.offered(w.officer, award)


def _active(w, **facts) -> Award:
    return factories.active(w.officer, w.owner, _offered(w, **facts))


def _awards(w) -> None:
    today = clock.today()
    w.refused_award = _decided_award(w, approve=False)
    w.declined_award = _offered(w)
    awards.decline_offer(by=w.owner, award=w.declined_award, reason="We found other money.")
    w.suspended_award = _active(w)
    awards.suspend_award(by=w.officer, award=w.suspended_award, reason="The returns are late.")
    w.closed_award = _active(w, starts_on=today - LONG_AGO, ends_on=today - timedelta(days=1))
    for instalment in w.closed_award.instalments.order_by("number"):
        _met(w, instalment)
        _paid(w, instalment)
    awards.close_award(by=w.officer, award=w.closed_award, reason="The work is done.")
    w.ended_award = _active(w)
    awards.end_early(by=w.officer, award=w.ended_award, reason="The work stopped.")
    w.late_offer = _offered(w)
    Award.objects.filter(pk=w.late_offer.pk).update(accept_by=today - timedelta(days=1))
    w.contract = _active(w, kind=Award.Kind.CONTRACT, legal_power=LegalPower.CONTRACT, service_name="Tours")
    w.extensions = awards.add_extension_options(
        by=w.officer,
        award=w.contract,
        options=[
            {
                "starts_on": w.contract.ends_on + timedelta(days=1 + 100 * n),
                "ends_on": w.contract.ends_on + timedelta(days=100 * (n + 1)),
                "decide_by": w.contract.ends_on - timedelta(days=30),
            }
            for n in range(2)
        ],
    )
    awards.decide_extension(by=w.approver, option=w.extensions[0], grant=True, reason="It works well.")
    w.extension_granted = ExtensionOption.objects.get(pk=w.extensions[0].pk)
    w.extension_available = ExtensionOption.objects.get(pk=w.extensions[1].pk)


def _met(w, instalment) -> None:
    for condition in instalment.conditions.filter(met_at=None):
        awards.meet_condition(by=w.officer, condition=condition, evidence="Seen at a visit.")


def _paid(w, instalment, day=None) -> None:
    awards.approve_instalment(by=w.officer, instalment=instalment)
    awards.record_payment(
        by=w.finance,
        instalment=instalment,
        paid_on=day or clock.today(),
        amount=instalment.amount,
        finance_reference=f"BACS-{instalment.pk}",
    )


def _money(w) -> None:
    """An instalment in each state that finance sees."""
    award = _active(w)
    w.instalment_approved, w.instalment_waiting = award.instalments.order_by("number")
    awards.approve_instalment(by=w.officer, instalment=w.instalment_approved)
    held = _active(w)
    w.instalment_held, w.instalment_ready = held.instalments.order_by("number")
    awards.hold_instalment(by=w.officer, instalment=w.instalment_held, reason="The invoice is in question.")
    _met(w, w.instalment_ready)
    w.instalment_paid = w.closed_award.instalments.get(number=1)


# -- Returns -----------------------------------------------------------------------------------------------


def _returns(w) -> None:
    """One grant that began three months ago, with a return in every state, and an overdue one."""
    w.returns = {}
    with clock.at(clock.today() - LONG_AGO):
        funds.set_budget(
            by=w.officer,
            fund=w.second_fund,
            source=factories.funds_source(w.officer),
            start_year=FinancialYear.containing(clock.today()).start_year,
            amount=Decimal("60000"),
        )
        w.monitored_award = _active(w, fund=w.second_fund)
        for days, state in enumerate(
            ("overdue", "submitted", "changes", "satisfactory", "unsatisfactory", "cancelled"), start=30
        ):
            w.returns[state] = _scheduled(w, days)
        w.returns["scheduled"] = _scheduled(w, 300)
    monitoring.open_due()
    for state in ("submitted", "changes", "satisfactory", "unsatisfactory"):
        monitoring.save(by=w.owner, award_return=w.returns[state], **WRITTEN)
        monitoring.submit(
            by=w.owner, award_return=w.returns[state], signed_name="The Chair", signed_role="Chair"
        )
    for state, judge in (
        ("changes", monitoring.request_changes),
        ("satisfactory", monitoring.accept),
        ("unsatisfactory", monitoring.mark_unsatisfactory),
    ):
        judge(by=w.officer, award_return=w.returns[state], feedback="Tell us which schools took part.")
    monitoring.cancel(by=w.officer, award_return=w.returns["cancelled"], reason="The visits are over.")


def _scheduled(w, days: int) -> Return:
    today = clock.today()
    return monitoring.schedule(
        by=w.officer,
        award=w.monitored_award,
        kind=Return.Kind.UPDATE,
        period_start=today,
        period_end=today + timedelta(days=days - 1),
        due_on=today + timedelta(days=days),
    )


# -- Papers and people -------------------------------------------------------------------------------------


def _papers(w) -> None:
    w.unchosen = making.paper(w.officer, meeting_on=w.choosing.meeting_on + timedelta(days=400))
    items = [item.published_item for item in w.drafting.items.all()]
    day = w.choosing.meeting_on + timedelta(days=5)
    w.approved_paper = making.approved_paper(
        items[:1], meeting_on=day, officer=w.officer, panel_officer=w.panel
    )
    # A month that is over and not yet published.
    w.unpublished_month = w.month.replace(day=1) - timedelta(days=1)
    making.payment("Example Youth Project", w.unpublished_month, "900")
    w.unpublished_month = w.unpublished_month.replace(day=1)


def _people(w) -> None:
    from accounts import services as accounts

    w.closed_account = accounts.add_person(
        by=w.administrator, email="former@example.org", name="Sample former officer", roles=["officer"]
    )
    accounts.deactivate(by=w.administrator, person=w.closed_account)
    w.newcomers = {role: factories.person(role, name=f"new {role}") for role in ("applicant", "assessor")}


def _long_words(w) -> None:
    """Names as long as their fields take, without a space: they must not widen a page."""
    word = "Jugendgewaltpräventionsprojekt" * 5
    w.long_organisation = factories.organisation(w.owner, word)
    w.long_application = factories.submitted(
        w.owner, factories.draft(w.owner, w.round, w.long_organisation, title=word)
    )
    w.long_award = _active(w, organisation=w.long_organisation, title=word, purpose=f"run {word}")
    w.long_proposal = _proposed(w, organisation=w.long_organisation, title=word)
    w.long_instalment = w.long_award.instalments.get(number=1)
    awards.approve_instalment(by=w.officer, instalment=w.long_instalment)
