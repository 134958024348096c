"""The projects of business cases, recommended and decided one by one; and what an award then carries.

Locks are taken in the order of `deciding`: the application, its business case, the counter. A decision on a
project commits nothing: its money is that of the allocation. The case itself is decided once none of its
planned projects waits any more: approved when one of them was, or when it keeps a tactical pot.
"""

from decimal import Decimal

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, Sum

from accounts.permissions import Permission
from audit.services import record
from organisations.services import refuse_tie
from pcc_grants.lib import clock
from pcc_grants.lib.money import PENNY, format_money
from pcc_grants.lib.rules import RuleBroken, require_move, require_someone_else
from pcc_grants.lib.text import clean

from ..models import MOVES, Application, BusinessCase, Decision, Project, Status
from .allocating import decision_of, lock_case, refuse_interest
from .assessing import locked_application, refuse_conflict
from .balances import PENDING, balance_of, require_room
from .case_facts import refuse_ended
from .deciding import clean_purpose, record_decision
from .later_projects import write_about_project
from .overlaps import refuse_open_overlap
from .releasing import final_decision, publish_outcome

Kind, State = Project.Kind, Project.Status
RECOMMENDABLE = (Status.ASSESSED, Status.RECOMMENDED, Status.NOT_RECOMMENDED, Status.APPROVED)
DECIDABLE = (Status.RECOMMENDED, Status.NOT_RECOMMENDED, Status.APPROVED)
FOR_DECISION = ("recommended_by", "provider", "retention__award__organisation")
# Not decided: agreed at once when none of its planned projects waits any more.
SETTLING = (Status.ASSESSED, Status.RECOMMENDED, Status.NOT_RECOMMENDED)
TO_DECIDE = (State.RECOMMENDED, State.DEFERRED)


# -- What waits ----------------------------------------------------------------------------------------------


def pending_of(application: Application):
    """The projects of a case that were sent and are not decided, in order."""
    return (
        Project.objects.filter(business_case__application=application, status__in=PENDING)
        .select_related("recommended_by", "provider", "retention__award__organisation")
        .prefetch_related("districts")
        .order_by("number")
    )


def later_projects_waiting():
    """Projects sent during the year that are not decided: tactical ones, and from unassigned money."""
    return (
        Project.objects.filter(
            status__in=PENDING, business_case__application__status=Status.APPROVED
        )
        .select_related(
            "business_case__application", "business_case__organisation", "business_case__round__fund"
        )
        .order_by("submitted_at", "pk")
    )  # fmt: skip


def cases_to_recommend():
    """Business cases with projects that want a recommendation: assessed, or with projects of the year."""
    unread = Project.objects.filter(
        business_case__application=OuterRef("pk"), status=State.SUBMITTED
    )  # fmt: skip
    return (
        Application.objects.filter(round__route="allocated", status__in=RECOMMENDABLE)
        .filter(Exists(unread))
        .select_related("round__fund", "organisation")
        .order_by("checked_at", "pk")
    )


def cases_to_decide():
    """Business cases that want a decision, the earliest expected first: on projects, or on what is left.

    The latter when none of the planned projects waits any more: all were retained to be funded directly.
    """
    projects = Project.objects.filter(business_case__application=OuterRef("pk"))
    waiting = Exists(projects.filter(status__in=TO_DECIDE))
    settled = ~Exists(projects.filter(kind=Kind.PLANNED, status__in=PENDING))
    return (
        Application.objects.filter(round__route="allocated", business_case__ended_at=None)
        .filter(Q(status__in=DECIDABLE) & waiting | Q(status__in=SETTLING) & settled)
        .exclude(business_case=None)
        .select_related("round__fund", "organisation", "recommended_by")
        .order_by("round__decision_expected_on", "recommended_at", "pk")
    )


def waiting_projects(user) -> dict:
    """Annotations for `cases_to_decide`: how many projects wait, for how much, how many of others' making."""
    waits = Q(business_case__projects__status__in=TO_DECIDE)
    theirs = waits & ~Q(business_case__projects__recommended_by=user)
    return {
        "projects_waiting": Count("business_case__projects", filter=waits),
        "projects_asked": Sum("business_case__projects__amount", filter=waits),
        "projects_of_others": Count("business_case__projects", filter=theirs),
    }


# -- Recommending --------------------------------------------------------------------------------------------


@transaction.atomic
def recommend_projects(*, by, application, recommendations: dict) -> Application:
    """Recommend projects of a business case: {project pk: {approve, amount, recommendation}}.

    An amount is in pounds, up to what the project asks for; what is not recommended needs none. Open to
    change until it is decided. Once every project has its recommendation, the case goes to the approver.
    Projects of the year go on their own. The same again changes nothing. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    application = locked_application(application)
    case = _lock_case(application)
    if application.status not in RECOMMENDABLE:
        raise RuleBroken(
            "Projects are recommended once the business case has been checked. "
            f"It is: {application.get_status_display().lower()}."
        )
    refuse_conflict(application, by, what_to_do="Someone else must make the recommendation.")
    refuse_interest(application.organisation, by, what_to_do="Someone else must make the recommendation.")
    projects = {one.pk: one for one in case.projects.select_related("provider").order_by("number")}
    for pk, facts in recommendations.items():
        _recommend(by, projects.get(pk), application, **facts)
    if application.status != Status.APPROVED:
        _send_to_the_approver(by, application, case)
    return application


def _recommend(by, project, application, *, approve, amount=None, recommendation="") -> None:
    if project is None or project.status not in PENDING:
        raise RuleBroken("One of these projects no longer waits for a recommendation. Look at them again.")
    _refuse_provider(project, by, "Someone else must make the recommendation.")
    recommendation = clean(recommendation)
    amount = amount if approve else None
    now = (
        project.recommends_approval,
        project.recommended_amount,
        project.recommendation,
        project.recommended_by_id,
    )
    if project.status == State.RECOMMENDED and now == (approve, amount, recommendation, by.pk):
        return
    if not recommendation:
        raise RuleBroken(f"Enter why you recommend that for “{project}”.")
    if approve:
        _check_recommended(project, amount)
    project.status = State.RECOMMENDED
    project.recommends_approval, project.recommended_amount = approve, amount
    project.recommendation = recommendation
    project.recommended_by, project.recommended_at = by, clock.now()
    project.save()
    words = f"approve {format_money(amount)}" if approve else "do not approve"
    record(
        "project.recommended",
        application,
        f"{by} made a recommendation on {project.reference}: {words}.",
        by=by,
        changes={
            "project": project.pk, "approve": approve, "amount": amount, "recommendation": recommendation,
        },
    )  # fmt: skip


def _refuse_provider(project: Project, by, what_to_do: str) -> None:
    """Whoever delivers a project is part of it too, once the office has linked it to the register."""
    if project.provider:
        refuse_tie(by, [project.provider], what_to_do=f"It delivers “{project}”. {what_to_do}")


def _check_recommended(project: Project, amount) -> None:
    if amount is None or amount < PENNY:
        raise RuleBroken(f"Enter the amount you recommend for “{project}”.")
    if amount > project.amount:
        raise RuleBroken(
            f"The amount you recommend for “{project}” must be {format_money(project.amount)} or less, "
            f"which is what was asked for. It is {format_money(amount)}."
        )


def _send_to_the_approver(by, application: Application, case: BusinessCase) -> None:
    """The case is recommended once all its projects are; the amount is theirs and the pot's together."""
    if case.projects.filter(kind=Kind.PLANNED, status__in=[State.SUBMITTED, State.DEFERRED]).exists():
        return
    recommended = case.projects.filter(kind=Kind.PLANNED, status=State.RECOMMENDED, recommends_approval=True)
    amount = sum((one.recommended_amount for one in recommended), case.tactical_pot)
    amount += balance_of(case).projects
    target = Status.RECOMMENDED if amount else Status.NOT_RECOMMENDED
    if (application.status, application.recommended_amount) == (target, amount or None):
        return
    require_move(MOVES, application.status, target, "This business case cannot be recommended.")
    application.status = target
    application.recommended_amount = amount or None
    application.recommended_by, application.recommended_at = by, clock.now()
    application.recommendation = "Each project has a recommendation of its own."
    application.save(
        update_fields=[
            "status", "recommended_amount", "recommended_by", "recommended_at", "recommendation",
        ]
    )  # fmt: skip
    record(
        "application.recommended",
        application,
        f"{by} sent the projects of {application.reference} to the approver.",
        by=by,
        changes={"outcome": application.status, "amount": amount},
    )


# -- Deciding ------------------------------------------------------------------------------------------------


@transaction.atomic
def decide_projects(*, by, application, decisions: dict) -> list[Decision]:
    """Decide projects, each with a numbered decision: {project pk: {outcome, amount, purpose, reasons}}.

    All that are given, or none. An amount, in pounds, may differ from what was asked and recommended, within
    what the pot or the allocation holds. Nobody decides what they recommended. Deferred projects go on
    waiting. Without any, a case is agreed whose projects were all retained. The same again by the same
    person gives the first decisions. Raises RuleBroken.
    """
    by.require(Permission.DECIDE)
    application = locked_application(application)
    case = _lock_case(application)
    found = case.projects.select_related(*FOR_DECISION).order_by("number")
    projects = {one.pk: one for one in found}
    waits = case.projects.filter(kind=Kind.PLANNED, status__in=PENDING)
    if not decisions:
        _require_agreeable(application, case, by)
    made, new = [], []
    for pk in sorted(decisions, key=lambda key: projects[key].number if key in projects else 0):
        project, facts = projects.get(pk), _tidied(decisions[pk])
        if project is None:
            raise RuleBroken("One of these projects is not there any more. Look at them again.")
        if same := _same_decision(project, by, facts):
            made.append(same)
            continue
        _require_decidable(application, case, project, by, facts["outcome"])
        decision = _decide(by, application, case, project, facts)
        made.append(decision)
        new.append((project, decision))
    if application.status == Status.APPROVED:
        for project, decision in new:
            if decision.outcome != Decision.Outcome.DEFERRED and application.outcome_released_at:
                decision.published_at = clock.now()
                decision.save(update_fields=["published_at"])
                write_about_project(application, project, "project_decided", decision.number)
    elif application.status in SETTLING and not waits.exists():
        _conclude(by, application, case)
    return made


def is_agreeable(application: Application) -> bool:
    """Whether a business case waits to be agreed: not decided, and none of its planned projects waits."""
    return application.status in SETTLING and not _waits(application)


def _waits(application) -> bool:
    return pending_of(application).filter(kind=Kind.PLANNED).exists()


def why_not_agreed(application: Application, user) -> str:
    """Why this approver does not agree a business case; empty when they can."""
    try:
        _require_agreeable(application, application.business_case, user)
    except RuleBroken as broken:
        return str(broken)
    return ""


def _require_agreeable(application: Application, case: BusinessCase, by) -> None:
    """A case of which no project waits is agreed by somebody who neither checked nor recommended it."""
    if not is_agreeable(application) and (application.status != Status.APPROVED or _waits(application)):
        raise RuleBroken("Select a decision for at least one project.")
    require_someone_else(
        by,
        application.recommended_by_id or application.checked_by_id,
        message="You sent this business case to the approver. Someone else must agree it.",
    )
    _refuse_interests(application, by)
    if case.waits_for:
        raise RuleBroken(f"This cannot be approved yet. {case.waits_for}")


def _tidied(facts: dict) -> dict:
    outcome = facts.get("outcome")
    if outcome not in Decision.Outcome.values:
        raise RuleBroken("Select a decision.")
    approve = outcome == Decision.Outcome.APPROVED
    return {
        "outcome": outcome,
        "amount": facts.get("amount") if approve else None,
        "purpose": clean_purpose(facts.get("purpose", "")) if approve else "",
        "reasons": clean(facts.get("reasons", "")),
    }


def _same_decision(project: Project, by, facts) -> Decision | None:
    """The last decision on a project, when the same person posts the very same one again."""
    last = project.decisions.order_by("-decided_at", "-pk").first()
    is_same = last is not None and all(getattr(last, name) == value for name, value in facts.items())
    is_new = project.status in (State.RECOMMENDED, State.SUBMITTED)
    return last if is_same and last.decided_by_id == by.pk and not is_new else None


def _require_decidable(application, case, project, by, outcome) -> None:
    if application.status not in DECIDABLE:
        raise RuleBroken(
            "The projects are decided once each has its recommendation. This business case is: "
            f"{application.get_status_display().lower()}."
        )
    if project.status not in TO_DECIDE:
        raise RuleBroken(f"“{project}” does not wait for a decision: {project.get_status_display().lower()}.")
    require_someone_else(
        by,
        project.recommended_by_id,
        message=f"You made the recommendation on “{project}”. Someone else must decide.",
    )
    _refuse_interests(application, by)
    _refuse_provider(project, by, "Someone else must decide.")
    if retention := getattr(project, "retention", None):
        raise RuleBroken(
            f"It is proposed to keep the money of “{project}” to fund {retention.award.organisation} "
            f"directly ({retention.award.reference}). That is decided first."
        )
    if outcome == Decision.Outcome.APPROVED and case.waits_for:
        raise RuleBroken(f"This cannot be approved yet. {case.waits_for}")
    if outcome == Decision.Outcome.APPROVED:
        refuse_open_overlap(project)


def _refuse_interests(application, by) -> None:
    refuse_conflict(application, by, what_to_do="Someone else must decide.")
    refuse_interest(application.organisation, by)


def _decide(by, application, case, project, facts) -> Decision:
    approve = facts["outcome"] == Decision.Outcome.APPROVED
    if approve:
        if not isinstance(facts["amount"], Decimal):
            raise RuleBroken(f"Enter the amount you approve for “{project}”.")
        require_room(case, project, facts["amount"], besides_waiting=False)
    decision = record_decision(
        fund=application.fund,
        organisation=application.organisation,
        project=project,
        proposed_by=project.recommended_by,
        by=by,
        **facts,
    )
    project.status = {
        Decision.Outcome.APPROVED: State.APPROVED,
        Decision.Outcome.DECLINED: State.REFUSED,
        Decision.Outcome.DEFERRED: State.DEFERRED,
    }[facts["outcome"]]
    project.approved_amount = facts["amount"]
    project.save(update_fields=["status", "approved_amount"])
    record(
        f"project.{facts['outcome']}",
        application,
        f"{by} decided on {project.reference}: {decision.get_outcome_display().lower()}"
        + (f", {format_money(facts['amount'])}" if approve else "")
        + f" (decision {decision.number}).",
        by=by,
        changes={"project": project.pk, "decision": decision.number, "amount": facts["amount"]},
    )
    return decision


def _conclude(by, application: Application, case: BusinessCase) -> None:
    """Every planned project is decided: the case is approved with what is left of it, or declined.

    Also approved when the office funds a provider of it directly: the partnership's project takes place.
    """
    goes_on = case.projects.filter(status__in=[State.APPROVED, State.RETAINED])
    is_approved = case.tactical_pot > 0 or goes_on.exists()
    application.status = Status.APPROVED if is_approved else Status.DECLINED
    if not application.round.outcomes_together:
        application.outcome_released_at = clock.now()
    application.save(update_fields=["status", "outcome_released_at"])
    record(
        f"application.{application.status}",
        application,
        f"Every project of {application.reference} has been decided. "
        f"The business case is {application.get_status_display().lower()}.",
        by=by,
        changes={"outcome": application.status},
    )
    if application.outcome_released_at:
        publish_outcome(application, final_decision(application))


def _lock_case(application: Application) -> BusinessCase:
    case = BusinessCase.objects.filter(application=application).first()
    if case is None or not application.round.is_allocated:
        raise RuleBroken("This application has no projects of its own. It is decided as a whole.")
    refuse_ended(application)
    return lock_case(case)


# -- What an award carries -----------------------------------------------------------------------------------


def allocation_to_award(application: Application) -> tuple[Decision, Decimal]:
    """The decision on the allocation, and the pounds of it that the organisation is awarded.

    That is the allocation less what the office retained to fund providers directly. Raises RuleBroken.
    """
    # Locked, so that nothing is retained between counting and awarding.
    case = lock_case(BusinessCase.objects.only("pk").get(application=application))
    decision = decision_of(case)
    if decision is None or decision.outcome != Decision.Outcome.APPROVED:
        raise RuleBroken("An award is prepared once the allocation has been approved.")
    refuse_ended(application)
    amount = case.amount - balance_of(case).retained
    if amount < PENNY:
        raise RuleBroken("The whole allocation was retained, so there is nothing to award.")
    held = sum((one.amount - one.released for one in decision.commitments.all()), Decimal(0))
    if held < amount:
        raise RuleBroken(
            f"Decision {decision.number} holds {format_money(held)} of the budget, and the award would be "
            f"{format_money(amount)}. The allocation needs a new decision first."
        )
    return decision, amount


def approved_of_case(application: Application) -> Decimal:
    """Pounds of the projects of a business case that were approved, of both kinds: what may be paid."""
    approved = Project.objects.filter(business_case__application=application, status=State.APPROVED)
    return approved.aggregate(total=Sum("approved_amount"))["total"] or Decimal(0)
