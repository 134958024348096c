"""Makes people and records through the services, one step of a grant's life per function."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import count

from accounts.models import User
from applications import services as applications
from applications.filling import fill_in
from applications.models import Decision
from awards import services as awards
from funds import services as funds
from funds.models import LegalPower, Route
from monitoring import services as monitoring
from monitoring.models import Return
from office import services as office
from organisations import services as organisations
from organisations.models import District, DueDiligence, Organisation
from pcc_grants.lib import clock
from pcc_grants.lib.financial_year import FinancialYear

_numbers = count(1)


def person(role: str, *, name: str | None = None) -> User:
    number = next(_numbers)
    label = (name or role).replace("_", " ")
    return User.objects.create_user(
        f"{role}-{number}@example.org", "a long password", name=f"Sample {label}", roles=[role]
    )


def organisation(lead: User, name: str | None = None, *, members=()) -> Organisation:
    made = organisations.register(
        by=lead, name=name or f"Example organisation {next(_numbers)}", kind=Organisation.Kind.CHARITY
    )
    for member in members:
        organisations.add_member(by=lead, organisation=made, user=member)
    return made


def office_settings(administrator: User, effective_from: date = date(2015, 1, 1), **facts):
    return office.set_office_facts(
        by=administrator,
        effective_from=effective_from,
        **{
            "office_name": "Office of the Example Police and Crime Commissioner",
            "office_short_name": "OPCC",
            "service_name": "Example grants",
            "police_area": "Example",
            "commissioner_name": "The Commissioner",
            "commissioner_title": "Example Police and Crime Commissioner",
            "plan_title": "The Example Plan",
            "plan_short_title": "Example Plan",
            "plan_allocations_page": 19,
            "plan_url": "https://www.example.org/plan",
            "spending_url": "https://www.example.org/spending",
            "panel_name": "Example Police and Crime Panel",
            "panel_officers_body": "Example County Council",
            "contact_email": "grants@example.org",
        }
        | facts,
    )


def district(name: str = "Example district") -> District:
    made, _ = District.objects.get_or_create(name=name, defaults={"code": f"E{next(_numbers):08}"})
    return made


def fund(officer: User, code: str = "TST", name: str = "Example Fund", *, budget=Decimal("50000"), **facts):
    district()  # the form of a round asks for districts, and an installation starts with them
    made = funds.create_fund(
        by=officer,
        code=code,
        name=name,
        **{
            "purpose": "It prevents crime in the example area.",
            "route": Route.OPEN,
            "legal_power": LegalPower.CRIME_AND_DISORDER,
            "themes": ["Prevention", "Rehabilitation"],
            "criteria": [
                {"name": "Need", "question": "Why is the project needed?", "word_limit": 300},
                {"name": "Outcomes", "question": "What will change?", "word_limit": 300},
            ],
        }
        | facts,
    )
    if budget:
        source = funds_source(officer)
        this_year = FinancialYear.containing(clock.today()).start_year
        for start_year in range(this_year, this_year + 3):
            funds.set_budget(by=officer, fund=made, source=source, start_year=start_year, amount=budget)
    return made


def funds_source(officer: User, name: str = "Commissioning budget"):
    from funds.models import FundingSource

    return FundingSource.objects.filter(name=name).first() or funds.create_source(by=officer, name=name)


def open_round(officer: User, fund, *, maximum=Decimal("10000"), published=True, **facts):
    today = clock.today()
    made = funds.create_round(
        by=officer,
        fund=fund,
        **{
            "name": f"Round {next(_numbers)}",
            "opens_at": clock.london(today - timedelta(days=10)),
            "closes_at": clock.london(today + timedelta(days=10), time(17, 0)),
            "maximum": maximum,
            "projects_start_on": today + timedelta(days=30),
            "projects_end_on": today + timedelta(days=400),
            "start_year": FinancialYear.containing(today).start_year,
            "terms": "Spend the money on the project.\n\nKeep records for six years.",
            "brief_form": True,
        }
        | facts,
    )
    return funds.publish_round(by=officer, round=made) or made if published else made


def draft(applicant: User, round, organisation, *, amount=Decimal("10000"), title="Example workshops"):
    application = applications.start(by=applicant, round=round, organisation=organisation)
    fill_in(
        by=applicant,
        application=application,
        asked=amount,
        title=title,
        summary="Workshops for young people in the example district.",
        theme=round.fund.themes.first(),
        districts=[district()],
        starts_on=round.projects_start_on,
        ends_on=round.projects_end_on,
        answers={
            f"about-{criterion.key}": f"Our answer about {criterion.name}."
            for criterion in round.criteria.all()
        },
    )
    application.refresh_from_db()
    return application


def document(by: User, organisation, kind: str = "accounts", *, name="accounts.pdf", content=None):
    """A document of the organisation, uploaded by one of its people."""
    from organisations import documents
    from tests.organisations import files

    upload = files.sent(content or files.pdf(title=str(next(_numbers))), name)
    return documents.upload(by=by, organisation=organisation, kind=kind, upload=upload)


def draft_with_document(applicant: User, round, organisation):
    """A complete draft of a round with the full form, whose accounts are a document. Gives both."""
    application = draft(applicant, round, organisation)
    made = document(applicant, organisation)
    value = {"document": made.pk, "later": ""}
    applications.save_answers(by=applicant, application=application, values={"accounts": value})
    return application, made


def participant(lead: User, application, user: User, part="contributor", sections=()):
    """Somebody invited to one application, who has accepted."""
    invitation = applications.invite(
        by=lead, application=application, email=user.email, name=user.name, part=part, sections=sections
    )
    return applications.accept_invitation(by=user, invitation=invitation)


def submitted(applicant: User, application):
    applications.submit(by=applicant, application=application, signed_name="The Chair", signed_role="Chair")
    application.refresh_from_db()
    return application


def asked(officer: User, application, *, sections=("about-need",), days=7, question="How many will come?"):
    """A question of ours about a submitted application, which opens `sections` (keys) for a week."""
    applications.ask_applicant(
        by=officer,
        application=application,
        question=question,
        sections=application.response.questionnaire.sections.filter(key__in=sections),
        reply_by=clock.today() + timedelta(days=days),
    )
    application.refresh_from_db()
    return application


def eligible(officer: User, application):
    yes = {item.pk: ("yes", "") for item in application.round.check_items.all()}
    applications.check(by=officer, application=application, eligible=True, notes="Complete.", answers=yes)
    application.refresh_from_db()
    return application


def diligence(officer: User, organisation, *kinds, **facts):
    """Satisfactory due diligence on an organisation: of every kind, or of those named."""
    return [
        organisations.record_diligence(
            by=officer,
            organisation=organisation,
            kind=kind,
            **{"outcome": "satisfactory", "evidence": "A register", "checked_on": clock.today()} | facts,
        )
        for kind in kinds or DueDiligence.Kind.values
    ]


def assessed(officer: User, application, assessors, scores=(4, 3)):
    for assessor in assessors:
        assessment = applications.assign(
            by=officer, application=application, assessor=assessor, due_on=clock.today() + timedelta(days=7)
        )
        applications.declare(by=assessor, assessment=assessment)
        for index, criterion in enumerate(application.round.criteria.all()):
            applications.score(
                by=assessor,
                assessment=assessment,
                criterion=criterion,
                score=scores[index % len(scores)],
                reason="The evidence is clear.",
            )
        applications.submit_scores(by=assessor, assessment=assessment)
    application.refresh_from_db()
    return application


def recommended(officer: User, application, *, amount=None):
    applications.recommend(
        by=officer,
        application=application,
        outcome="recommended",
        amount=amount or application.amount_asked,
        recommendation="It scored well.",
    )
    application.refresh_from_db()
    return application


def approved(approver: User, application, *, amount=None, **facts):
    applications.decide(
        by=approver,
        application=application,
        outcome=Decision.Outcome.APPROVED,
        amount=amount or application.recommended_amount,
        purpose="deliver workshops in the example district",
        reasons="It will divert young people from crime.",
        **facts,
    )
    application.refresh_from_db()
    return application


def prepared_award(officer: User, application, *, parts=(Decimal("5000"), Decimal("5000"))):
    award = awards.prepare_award(by=officer, application=application)
    today = clock.today()
    awards.set_instalments(
        by=officer,
        award=award,
        rows=[
            {"amount": amount, "due_on": today + timedelta(days=30 * index), "waits_for_return": index > 0}
            for index, amount in enumerate(parts)
        ],
    )
    for instalment in award.instalments.order_by("number")[1:]:
        monitoring.schedule(
            by=officer,
            award=award,
            kind=Return.Kind.MID_YEAR,
            period_start=award.starts_on,
            period_end=award.starts_on + timedelta(days=90),
            due_on=today + timedelta(days=20),
            opens_on=today,
            condition=instalment.conditions.get(kind="return"),
        )
    award.refresh_from_db()
    return award


def offered(officer: User, award):
    awards.offer(by=officer, award=award, accept_by=clock.today() + timedelta(days=28))
    award.refresh_from_db()
    return award


def active(officer: User, applicant: User, award):
    awards.sign(by=applicant, award=award, signed_name="The Chair", signed_role="Chair", ip="192.0.2.1")
    awards.countersign(by=officer, award=award)
    award.refresh_from_db()
    return award


def first_instalment_paid(officer: User, finance: User, award, *, reference=None):
    instalment = award.instalments.get(number=1)
    awards.approve_instalment(by=officer, instalment=instalment)
    awards.record_payment(
        by=finance,
        instalment=instalment,
        paid_on=clock.today(),
        amount=instalment.amount,
        finance_reference=reference or f"TEST-{next(_numbers)}",
    )
    award.refresh_from_db()
    return award


def open_return(award) -> Return:
    monitoring.open_due()
    return award.returns.get(number=1)


def london(day: date, hour: int = 9, minute: int = 0, second: int = 0) -> datetime:
    return clock.london(day, time(hour, minute, second))


# -- Business cases ------------------------------------------------------------------------------------------


def allocated_round(officer: User, fund, *, maximum=Decimal("100000"), **facts):
    """A published round of allocations with a tactical pot, judged without assessors."""
    return open_round(
        officer,
        fund,
        maximum=maximum,
        **{"route": Route.ALLOCATED, "has_tactical_pot": True, "assessors_needed": 0} | facts,
    )


def invited_case(officer: User, approver: User, round, organisation, *, amount=Decimal("10000")):
    """An organisation with an approved allocation, invited to write its business case."""
    case = applications.propose_case(
        by=officer, round=round, organisation=organisation, amount=amount, reasons="It was agreed."
    )
    if round.is_allocated:
        applications.decide_allocations(
            by=approver,
            round=round,
            cases=[case],
            outcome=Decision.Outcome.APPROVED,
            purpose="reduce crime in its area",
            reasons="The partnership knows its area.",
        )
    applications.invite_cases(by=officer, round=round, cases=[case])
    case.refresh_from_db()
    return case


def project_facts(title="Example patrols", amount=Decimal("5000"), **facts) -> dict:
    return {
        "title": title,
        "provider_name": "Example Youth Project",
        "provider_number": "",
        "schools": "",
        "amount": amount,
        "aims": "Wardens walk the streets.",
        "outcomes": "Fewer reports of damage.",
        "evidence": "Reports rose last year.",
        "districts": [district()],
    } | facts


def case_draft(applicant: User, case, *, amounts=(Decimal("4000"), Decimal("3000")), pot=Decimal("3000")):
    """A complete business case, still a draft: a project for each amount, and a tactical pot."""
    application = applications.start(by=applicant, round=case.round, organisation=case.organisation)
    fill_in(by=applicant, application=application, asked=[])
    for number, amount in enumerate(amounts, start=1):
        applications.save_project(
            by=applicant, application=application, **project_facts(f"Example project {number}", amount)
        )
    if pot:
        applications.set_tactical_pot(by=applicant, application=application, amount=pot)
    application.refresh_from_db()
    return application


def case_assessed(officer: User, applicant: User, application):
    """Submitted and checked: where nobody scores it, the projects wait for the recommendation."""
    return eligible(officer, submitted(applicant, application))


def projects_recommended(officer: User, application, *, approve=True, projects=None):
    """Every project that waits, or those given, recommended with what it asks for."""
    waiting = projects if projects is not None else application.business_case.projects.filter(
        status__in=["submitted", "deferred"]
    )  # fmt: skip
    applications.recommend_projects(
        by=officer,
        application=application,
        recommendations={
            project.pk: {"approve": approve, "amount": project.amount, "recommendation": "It is needed."}
            for project in waiting
        },
    )
    application.refresh_from_db()
    return application


def project_decision(outcome=Decision.Outcome.APPROVED, amount=None, **facts) -> dict:
    return {
        "outcome": outcome,
        "amount": amount,
        "purpose": "run the project",
        "reasons": "It meets the need.",
    } | facts


def projects_decided(approver: User, application, *, outcome=Decision.Outcome.APPROVED):
    """Every recommended project decided the same way, with what it asks for."""
    applications.decide_projects(
        by=approver,
        application=application,
        decisions={
            project.pk: project_decision(outcome, project.amount)
            for project in application.business_case.projects.filter(status="recommended")
        },
    )
    application.refresh_from_db()
    return application


def approved_case(officer, approver, applicant, round, organisation, **facts):
    """A business case of £10,000 with two projects and a pot of £3,000, all approved."""
    case = invited_case(officer, approver, round, organisation)
    application = case_assessed(officer, applicant, case_draft(applicant, case, **facts))
    return projects_decided(approver, projects_recommended(officer, application))
