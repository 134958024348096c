"""What must always hold of money that was kept of overlapping projects, to fund their provider directly."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from django.db.models import F, Sum

from applications.models import Decision, Project
from pcc_grants.lib.checking import Violation
from pcc_grants.lib.money import format_money

from .models import Award, DirectGround, Retention, Status

PROJECTS = "projects are funded directly when their money was kept"
MONEY = "money that was kept left the partnership’s allocation"  # noqa: RUF001
AWARDS = "awards from kept money are no more than it"


def violations() -> Iterator[Violation]:
    """Projects against awards, what allocations gave back, and what the awards took."""
    yield from _projects()
    yield from _money()
    yield from _awards()


def _projects():
    retained = Project.Status.RETAINED
    approved = Retention.objects.exclude(award__status__in=(Status.PROPOSED, Status.REFUSED))
    related = ("business_case__organisation", "business_case__application")
    for project in (
        Project.objects.filter(status=retained).exclude(retention__in=approved).select_related(*related)
    ):
        yield Violation(PROJECTS, project.reference, f"“{project}” is funded directly, but by no award.")
    for one in approved.exclude(project__status=retained).select_related("project", "award"):
        yield Violation(
            PROJECTS,
            one.award.reference,
            f"“{one.project}” is: {one.project.get_status_display().lower()}, but its money was kept.",
        )
    for one in Retention.objects.exclude(amount=F("project__amount")).select_related("project", "award"):
        yield Violation(
            PROJECTS,
            one.award.reference,
            f"{format_money(one.amount)} was kept of “{one.project}”, which asked for "
            f"{format_money(one.project.amount)}.",
        )


def kept_of_cases() -> dict[int, Decimal]:
    """What was kept of each business case, in pounds."""
    kept: dict[int, Decimal] = defaultdict(Decimal)
    rows = Retention.objects.filter(project__status=Project.Status.RETAINED)
    for case, amount in rows.values_list("project__business_case", "amount"):
        kept[case] += amount
    return kept


def _money():
    kept = kept_of_cases()
    decisions = Decision.objects.filter(business_case__in=kept, outcome=Decision.Outcome.APPROVED).annotate(
        given=Sum("commitments__released")
    )
    told = {one.business_case_id: one for one in decisions}
    for case, amount in kept.items():
        given = (told[case].given or Decimal(0)) if case in told else Decimal(0)
        is_over = case in told and Award.objects.filter(decision=told[case], status__in=OVER).exists()
        if given < amount or (given > amount and not is_over):
            yield Violation(
                MONEY,
                told[case].number if case in told else f"business case {case}",
                f"{format_money(amount)} was kept of it, {format_money(given)} was given back.",
            )


OVER = (Status.CLOSED, Status.DECLINED, Status.ENDED_EARLY)


def _awards():
    awards = Award.objects.filter(direct_ground=DirectGround.RETAINED).exclude(status=Status.REFUSED)
    for award in awards.annotate(kept=Sum("retentions__amount")):
        if award.amount > (award.kept or 0):
            yield Violation(
                AWARDS,
                award.reference,
                f"It is {format_money(award.amount)}, but {format_money(award.kept or Decimal(0))} was kept.",
            )
