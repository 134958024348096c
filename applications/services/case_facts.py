"""What an application is when it is a business case: the case, its own facts, the most it may ask for."""

from decimal import Decimal

from django.db.models import Q

from pcc_grants.lib.financial_year import FinancialYear
from pcc_grants.lib.rules import RuleBroken

from ..models import Application, BusinessCase, Decision, Project, Status


def case_of(application: Application) -> BusinessCase | None:
    """The business case that an application is, if it is one."""
    return getattr(application, "business_case", None)


def why_over(application: Application) -> str:
    """Why nothing more can become of what was written by invitation: it ended, or was replaced.

    Empty for everything else, applications in open rounds among them.
    """
    if not application.round.is_by_invitation:
        return ""
    case = BusinessCase.objects.filter(application=application).only("ended_at").first()
    if case is None:
        return "This business case was replaced by another one, or its organisation was invited anew."
    if case.ended_at:
        return f"{application.organisation} is no longer in this round, so its business case has ended."
    return ""


def refuse_ended(application: Application) -> None:
    """An ended business case stays ended: the money of its allocation was given back. Raises RuleBroken."""
    if why := why_over(application):
        raise RuleBroken(why)


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


def decisions_about(application: Application):
    """Every decision on an application; of a business case also those on its allocation and its projects."""
    about = Q(application=application)
    if application.round.is_allocated:
        about |= Q(business_case__application=application)
        about |= Q(project__business_case__application=application)
    return Decision.objects.filter(about)


def decision_on_case(application: Application) -> Decision | None:
    """What an allocated case is told by: the allocation once it is approved, else the last refusal."""
    if application.status == Status.APPROVED:
        return Decision.objects.filter(business_case__application=application).first()
    refused = Decision.objects.filter(project__business_case__application=application)
    return refused.filter(outcome=Decision.Outcome.DECLINED).first()
