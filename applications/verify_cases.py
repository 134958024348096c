"""What must always hold of business cases, their projects and their tactical pots."""

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef

from pcc_grants.lib.checking import Violation
from pcc_grants.lib.money import format_money

from .models import Application, BusinessCase, Decision, Project, Status
from .services.balances import PENDING, balance_of, most_of_a_pot, parts_of

IN_FRONT_OF_THE_APPROVER = (
    Status.RECOMMENDED,
    Status.NOT_RECOMMENDED,
    Status.APPROVED,
    Status.WITHDRAWN,
)


def violations() -> Iterator[Violation]:
    """Recompute the money of business cases from their rows; yields what does not hold."""
    yield from _money()
    yield from _decided_allocations()
    yield from _projects_against_decisions()
    yield from _cases_against_projects()


def _money():
    cases = BusinessCase.objects.filter(round__route="allocated").select_related(
        "round__fund", "organisation", "application"
    )
    for case in cases.order_by("pk").iterator(chunk_size=200):
        if case.tactical_pot > most_of_a_pot(case.amount):
            yield Violation(
                "a tactical pot is a third at most",
                str(case),
                f"{format_money(case.tactical_pot)} is kept of {format_money(case.amount)}.",
            )
        if case.application is None or case.application.submitted_at is None:
            continue
        balance = balance_of(case)
        if balance.pot_left < 0:
            yield Violation(
                "tactical projects stay within the pot",
                str(case),
                f"{format_money(balance.pot_used)} was approved of a pot of {format_money(balance.pot)}.",
            )
        if balance.unassigned < 0:
            yield Violation(
                "the parts of an allocation stay within it",
                str(case),
                f"They come to {format_money(-balance.unassigned)} more than {format_money(case.amount)}.",
            )
        if case.application.status == Status.SUBMITTED and parts_of(case).left:
            yield Violation("what is submitted adds up to the allocation", str(case), parts_of(case).sentence)


def _decided_allocations():
    """Whoever was invited to an allocated round had its allocation approved, for the same amount."""
    approved = Decision.objects.filter(
        business_case=OuterRef("pk"), outcome=Decision.Outcome.APPROVED, amount=OuterRef("amount")
    )
    wrong = BusinessCase.objects.filter(~Exists(approved), round__route="allocated")
    for case in wrong.exclude(invited_at=None).select_related("round__fund", "organisation"):
        yield Violation(
            "who is invited has an approved allocation",
            str(case),
            f"{case.organisation} was invited without a decision on {format_money(case.amount)}.",
        )
    others = Decision.objects.exclude(business_case=None)
    for decision in others.exclude(business_case__organisation=F("organisation")):
        yield Violation(
            "decisions are about their allocation", decision.number, "It names another organisation."
        )


def _projects_against_decisions():
    """An approved project has a decision for its amount; a refused or deferred one has one that says so."""
    for status, outcome in (
        (Project.Status.APPROVED, Decision.Outcome.APPROVED),
        (Project.Status.REFUSED, Decision.Outcome.DECLINED),
        (Project.Status.DEFERRED, Decision.Outcome.DEFERRED),
    ):
        decided = Decision.objects.filter(project=OuterRef("pk"), outcome=outcome)
        if outcome == Decision.Outcome.APPROVED:
            decided = decided.filter(amount=OuterRef("approved_amount"))
        wrong = Project.objects.filter(~Exists(decided), status=status)
        for project in wrong.select_related("business_case__application"):
            yield Violation(
                "every decided project has its decision",
                project.reference,
                f"It is {project.get_status_display().lower()}, but there is no such decision.",
            )
    early = Project.objects.filter(status=Project.Status.APPROVED).exclude(
        business_case__application__status__in=IN_FRONT_OF_THE_APPROVER
    )
    for project in early.select_related("business_case__application"):
        yield Violation(
            "projects are decided with their business case",
            project.reference,
            "It is approved, but its business case is not in front of the approver.",
        )


def _cases_against_projects():
    """A business case that is decided has no planned project waiting that was sent with it."""
    waiting = Project.objects.filter(
        business_case__application=OuterRef("pk"),
        kind=Project.Kind.PLANNED,
        status__in=PENDING,
        submitted_at__lte=OuterRef("submitted_at"),
    )
    decided = Application.objects.filter(
        round__route="allocated", status__in=[Status.APPROVED, Status.DECLINED]
    )
    for application in decided.filter(Exists(waiting)):
        yield Violation(
            "a decided business case has no project waiting",
            application.reference,
            "One of the projects that were sent with it has not been decided.",
        )
