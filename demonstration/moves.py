"""Steps that the stories share, each through the services."""

from datetime import date, timedelta
from decimal import Decimal

from applications import services as applications
from applications.filling import fill_in
from applications.models import Application, Decision
from awards import services as awards
from awards.models import Award
from monitoring import services as monitoring
from monitoring.models import Return
from organisations import services as organisations
from organisations.models import District, DueDiligence, Organisation
from pcc_grants.lib import clock

from .people import Cast

# What the examples say to each criterion, where a story gives no words of its own.
ANSWERS = {
    "The Safer in Kent Plan": "The project prevents crime before it happens and helps people who were harmed by it, as the plan asks.",
    "Need": "Residents and schools asked for this. Reports of anti-social behaviour nearby rose last year, and nothing like it is on offer.",
    "Outcomes": "More people take part in something safe and useful, and fewer are drawn into crime. We count sessions and people, and ask them before and after.",
    "Sustainability": "Volunteers are trained during the project and go on afterwards. The equipment stays with them.",
    "The four themes": "The project is about prevention first, and about education: it reaches people before violence does.",
    "Use of money": "Most of the money pays the people who do the work. Rooms are lent to us free of charge in each of the years.",
}
USUAL_ANSWER = (
    "The project meets this in all it does. Those who take part shape it, and partners check that it is so."
)


def districts(*names: str) -> list[District]:
    return list(District.objects.filter(name__in=names))


def answered_draft(
    by, round, organisation: Organisation, *, asked: Decimal, districts=(), theme=None, **facts
) -> Application:
    """An application with everything filled in, still a draft."""
    application = applications.start(by=by, round=round, organisation=organisation)
    words = facts.pop("answers", {})
    answers = {
        f"about-{criterion.key}": words.get(criterion.name) or ANSWERS.get(criterion.name, USUAL_ANSWER)
        for criterion in round.criteria.all()
    }
    themes = round.fund.themes.all()
    fill_in(
        by=by,
        application=application,
        asked=asked,
        answers=answers,
        theme=themes.get(name=theme) if theme else themes.first(),
        districts=list(districts) or [District.objects.first()],
        starts_on=facts.pop("starts_on", round.projects_start_on),
        ends_on=facts.pop("ends_on", round.projects_end_on),
        **facts,
    )
    application.refresh_from_db()
    return application


def submit(by, application: Application) -> Application:
    applications.submit(by=by, application=application, signed_name="Sample applicant", signed_role="Chair")
    application.refresh_from_db()
    return application


def missing_answers(application: Application) -> list:
    """The sections of its form in which something required is not answered: after a move to another fund."""
    keys = {gap.section_key for gap in applications.gaps_of(applications.reading_of(application))}
    return list(application.response.questionnaire.sections.filter(key__in=keys).order_by("position"))


def answer_sections(by, application: Application, sections) -> None:
    """Answer our question: the criteria of these sections, in the words of the examples."""
    reading = applications.reading_of(application)
    values = {
        entry.question.key: ANSWERS.get(entry.question.name, USUAL_ANSWER)
        for section in sections
        for entry in reading.part(section.key).asked
        if entry.question.criterion
    }
    applications.save_answers(by=by, application=application, values=values)
    applications.answer_question(by=by, application=application, reply="Our answers are in the form.")


def link_partners(cast: Cast, application: Application) -> None:
    """Tie the partners that an application names to the register."""
    for partner in application.named_partners.all():
        organisation = Organisation.objects.get(name=partner.name)
        applications.link_partner(by=cast.officer, partner=partner, organisation=organisation)


def vet(cast: Cast, organisation: Organisation, *, insured_until: date) -> None:
    """Due diligence of every kind: all in order."""
    seen = {
        DueDiligence.Kind.REGISTRATION: {"evidence": "Its entry in the public register"},
        DueDiligence.Kind.ACCOUNTS: {"evidence": "Its latest accounts, as published"},
        DueDiligence.Kind.INSURANCE: {
            "evidence": "The certificate of its insurer", "expires_on": insured_until,
        },
        DueDiligence.Kind.SAFEGUARDING: {"evidence": "Its safeguarding policy"},
        DueDiligence.Kind.LINKS: {"evidence": "What it told us, and a search of the public register"},
    }  # fmt: skip
    for kind, facts in seen.items():
        organisations.record_diligence(
            by=cast.officer,
            organisation=organisation,
            kind=kind,
            outcome=DueDiligence.Outcome.SATISFACTORY,
            checked_on=clock.today(),
            **facts,
        )


def check(cast: Cast, application: Application) -> None:
    applications.check(
        by=cast.officer,
        application=application,
        eligible=True,
        notes="Complete, and within the rules.",
        answers={item.pk: ("yes", "") for item in application.round.check_items.all()},
    )
    application.refresh_from_db()


def assign(cast: Cast, application: Application, *, due_on: date | None = None) -> list:
    return [
        applications.assign(
            by=cast.officer,
            application=application,
            assessor=assessor,
            due_on=due_on or clock.today() + timedelta(days=14),
        )
        for assessor in (cast.assessor, cast.second_assessor)
    ]


def score(assessment, scores: tuple[int, ...]) -> None:
    """Declare no interest, score every criterion with a reason, and submit."""
    by = assessment.assessor
    applications.declare(by=by, assessment=assessment)
    for index, criterion in enumerate(assessment.application.round.criteria.all()):
        value = scores[index % len(scores)]
        reason = {
            5: "Strong evidence throughout.",
            4: "Strong evidence.",
            3: "Enough evidence, with some gaps.",
        }.get(value, "There are large gaps in the evidence.")
        applications.score(by=by, assessment=assessment, criterion=criterion, score=value, reason=reason)
    applications.submit_scores(by=by, assessment=assessment)


def assess(cast: Cast, application: Application, first=(4, 4, 4, 3), second=(4, 5, 4, 3)) -> None:
    for assessment, scores in zip(assign(cast, application), (first, second), strict=True):
        score(assessment, scores)
    application.refresh_from_db()


def moderate(cast: Cast, application: Application, *, agreed: dict[str, int], why: str) -> None:
    """A moderation meeting of officers and assessors, and the scores it agreed, by the criterion's name."""
    meeting = applications.record_meeting(
        by=cast.officer,
        round=application.round,
        held_on=clock.today(),
        present=[cast.officer, cast.assessor, cast.second_assessor],
        notes="Everyone read the answers again where the scores were far apart.",
    )
    for name, score in agreed.items():
        applications.agree_score(
            by=cast.officer,
            application=application,
            criterion=application.round.criteria.get(name=name),
            score=score,
            reason=why,
            meeting=meeting,
        )


def give_feedback(cast: Cast, application: Application, words: dict[str, str]) -> None:
    """Feedback for the applicant on every criterion: `words` by its name, or what usually can be said."""
    applications.write_feedback(
        by=cast.officer,
        application=application,
        texts={
            criterion.pk: words.get(criterion.name, "You answered this well, with figures of your own.")
            for criterion in application.round.criteria.all()
        },
    )


def recommend(
    cast: Cast, application: Application, amount: Decimal | None = None, words: str = "", **proposed: str
) -> None:
    """Recommend for approval; `proposed` are the purpose, reasons and conditions for publication."""
    applications.recommend(
        by=cast.officer,
        application=application,
        outcome="recommended",
        amount=amount or application.amount_asked,
        recommendation=words or "It scored well against the fund's criteria and the cost is fair.",
        **proposed,
    )
    application.refresh_from_db()


def approve(
    cast: Cast,
    application: Application,
    *,
    purpose: str,
    reasons: str,
    amount: Decimal | None = None,
    exception_reason: str = "",
) -> None:
    applications.decide(
        by=cast.approver,
        application=application,
        outcome=Decision.Outcome.APPROVED,
        amount=amount or application.recommended_amount,
        purpose=purpose,
        reasons=reasons,
        exception_reason=exception_reason,
    )
    application.refresh_from_db()


def offer(cast: Cast, award: Award, *parts: dict) -> None:
    """Set the instalments and send the offer."""
    awards.set_instalments(by=cast.officer, award=award, rows=list(parts))
    for_returns = award.instalments.filter(conditions__kind="return").order_by("number")
    for instalment in for_returns:
        schedule(
            cast,
            award,
            Return.Kind.MID_YEAR,
            due_on=instalment.due_on - timedelta(days=14),
            condition=instalment.conditions.get(kind="return"),
        )
    awards.offer(by=cast.officer, award=award, accept_by=clock.today() + timedelta(days=28))
    award.refresh_from_db()


def schedule(
    cast: Cast, award: Award, kind: str, *, due_on: date, condition=None, opens_on: date | None = None
) -> Return:
    return monitoring.schedule(
        by=cast.officer,
        award=award,
        kind=kind,
        period_start=min(award.starts_on, due_on - timedelta(days=31)),
        period_end=due_on - timedelta(days=30),
        due_on=due_on,
        opens_on=opens_on,
        condition=condition,
    )


def sign(cast: Cast, by, award: Award) -> None:
    awards.sign(by=by, award=award, signed_name="Sample applicant", signed_role="Chair", ip="192.0.2.10")
    awards.countersign(by=cast.officer, award=award)
    award.refresh_from_db()


def sign_on_paper(cast: Cast, award: Award) -> None:
    awards.record_paper_agreement(
        by=cast.officer,
        award=award,
        signed_name="Authorised signatory",
        signed_role="Director",
        signed_on=clock.today(),
    )
    awards.countersign(by=cast.second_officer, award=award)
    award.refresh_from_db()


def pay(
    cast: Cast, award: Award, number: int, *, reference: str, amount: Decimal | None = None, why: str = ""
) -> None:
    """Release an instalment and record its payment, on the clock's day."""
    instalment = award.instalments.get(number=number)
    awards.approve_instalment(by=cast.officer, instalment=instalment)
    instalment.refresh_from_db()
    awards.record_payment(
        by=cast.finance,
        instalment=instalment,
        paid_on=clock.today(),
        amount=amount or instalment.amount,
        finance_reference=reference,
        difference_reason=why,
    )


def report(cast: Cast, by, award_return: Return, feedback: str, **facts) -> None:
    """Fill a return in, submit it, and accept it. Counts that our sources do not give are 0."""
    monitoring.open_due()
    award_return.refresh_from_db()
    monitoring.save(by=by, award_return=award_return, **{"sessions": 0, "people": 0} | facts)
    monitoring.submit(by=by, award_return=award_return, signed_name="Sample applicant", signed_role="Chair")
    monitoring.accept(by=cast.officer, award_return=award_return, feedback=feedback)
    award_return.refresh_from_db()


def direct(cast: Cast, **facts) -> Award:
    """A direct award: proposed by an officer, approved by the approver."""
    award = awards.propose_direct_award(by=cast.officer, **facts)
    awards.decide_direct_award(by=cast.approver, award=award, approve=True, reasons=facts["reasons"])
    award.refresh_from_db()
    return award
