"""Partnerships with allocations and projects that were sent, made through models and services."""

from decimal import Decimal
from types import SimpleNamespace

from applications import services as applications
from applications.models import BusinessCase, Decision, Project
from awards.models import Award, Status
from funds.models import Round, Route
from organisations.models import Organisation
from pcc_grants.lib import clock
from tests import factories

AIMS = (
    "Former gang members lead workshops in secondary schools about carrying knives and the harm it does. "
    "Pupils at risk get mentoring afterwards."
)
OTHER_AIMS = "Signs, leaflets and meetings help farms prevent theft of machinery and fly-tipping in villages."


def allocated_round(officer, *, fund=None, budget=Decimal("200000"), **facts) -> Round:
    """A published round of allocations, of a fund with money for the year."""
    fund = fund or factories.fund(officer, "CRG", "Crime Reduction Grant", budget=budget)
    made = factories.open_round(officer, fund, maximum=Decimal("100000"), **facts)
    Round.objects.filter(pk=made.pk).update(route=Route.ALLOCATED, has_tactical_pot=True, assessors_needed=0)
    made.refresh_from_db()
    return made


def partnership(cast, round, name: str, *, amount=Decimal("30000.01")) -> SimpleNamespace:
    """A Community Safety Partnership with a lead, an approved allocation and a business case."""
    lead = factories.person("applicant", name=f"{name} lead")
    organisation = factories.organisation(lead, name)
    Organisation.objects.filter(pk=organisation.pk).update(kind=Organisation.Kind.PARTNERSHIP)
    case = BusinessCase.objects.create(
        round=round,
        organisation=organisation,
        amount=amount,
        proposed_by=cast.officer,
        invited_by=cast.officer,
        invited_at=clock.now(),
    )
    decision = applications.record_decision(
        by=cast.approver,
        proposed_by=cast.officer,
        fund=round.fund,
        organisation=organisation,
        business_case=case,
        outcome=Decision.Outcome.APPROVED,
        amount=amount,
        purpose="prevent crime in its area",
        reasons="The same award as last year.",
        start_year=round.start_year,
    )
    return SimpleNamespace(lead=lead, organisation=organisation, case=case, decision=decision)


def project(party, **facts) -> Project:
    """A project of the partnership that was sent: workshops about knives by the Example Mentors."""
    made = Project.objects.create(
        **{
            "business_case": party.case,
            "number": party.case.projects.count() + 1,
            "status": Project.Status.SUBMITTED,
            "title": "Knife crime workshops in schools",
            "provider_name": "Example Mentors CIC",
            "amount": Decimal("4000.50"),
            "aims": AIMS,
            "outcomes": "Fewer knives",
            "evidence": "Reports of the schools",
            "created_by": party.lead,
            "submitted_by": party.lead,
            "submitted_at": clock.now(),
        }
        | {name: value for name, value in facts.items() if name != "districts"}
    )
    made.districts.set(facts.get("districts", []))
    return made


def overlapping(cast, *, fund=None, **facts) -> SimpleNamespace:
    """Two partnerships whose projects have one provider, and the overlap that was found."""
    round = allocated_round(cast.officer, fund=fund)
    one = partnership(cast, round, "Example North Partnership")
    two = partnership(cast, round, "Example South Partnership")
    first = project(one, **facts)
    second = project(
        two, title="Workshops on knife crime", provider_name="The Example Mentors", amount=Decimal("3500.49")
    )
    applications.find_overlaps_of(second)
    return SimpleNamespace(
        round=round, one=one, two=two, first=first, second=second, overlap=first.overlaps_as_first.get()
    )


def prepared(party, *, amount=None) -> Award:
    """The partnership's own award from its allocation, being prepared."""
    return Award.objects.create(
        reference=f"CRG-{party.case.pk}",
        kind=Award.Kind.GRANT,
        legal_power=party.case.round.fund.legal_power,
        fund=party.case.round.fund,
        decision=party.decision,
        organisation=party.organisation,
        status=Status.PREPARED,
        responsible_officer=party.case.proposed_by,
        proposed_by=party.case.proposed_by,
        proposed_at=party.case.proposed_at,
        direct_reason="It was allocated.",
        title="Community safety",
        purpose=party.decision.purpose,
        reasons=party.decision.reasons,
        amount=amount or party.decision.amount,
        start_year=party.case.round.start_year,
        starts_on=party.case.round.projects_start_on,
        ends_on=party.case.round.projects_end_on,
    )
