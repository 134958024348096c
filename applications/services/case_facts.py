"""What an application is when it is a business case: the case, its own facts, the most it may ask for."""

from decimal import Decimal

from pcc_grants.lib.financial_year import FinancialYear

from ..models import Application, BusinessCase, Decision, Project, Status


def case_of(application: Application) -> BusinessCase | None:
    """The business case that an application is, if it is one."""
    return getattr(application, "business_case", None)


def facts_of_case(application: Application) -> dict:
    """The facts that an allocated business case tells without questions: title, dates, amount, districts."""
    case = case_of(application)
    if case is None:
        return {}
    round = application.round
    planned = Project.objects.filter(business_case=case, kind=Project.Kind.PLANNED).exclude(
        status=Project.Status.WITHDRAWN
    )
    return {
        "title": title_of(round),
        "starts_on": round.projects_start_on,
        "ends_on": round.projects_end_on,
        "amounts": [case.amount],
        "amount_asked": case.amount,
        "districts": sorted(set(planned.exclude(districts=None).values_list("districts", flat=True))),
    }


def title_of(round) -> str:
    return f"Business case {FinancialYear(round.start_year)}"


def most_of(application: Application) -> Decimal:
    """The most that one application may ask for, in pounds a year: what it was invited for, or the round."""
    case = case_of(application) if application.round.is_by_invitation else None
    return case.amount if case else application.round.maximum


def decision_on_case(application: Application) -> Decision | None:
    """What an allocated case is told by: the allocation once it is approved, else the last refusal."""
    if application.status == Status.APPROVED:
        return Decision.objects.filter(business_case__application=application).first()
    refused = Decision.objects.filter(project__business_case__application=application)
    return refused.filter(outcome=Decision.Outcome.DECLINED).first()
