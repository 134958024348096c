"""The money of a business case: its parts while it is written, and where an allocation is afterwards."""

from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal

from pcc_grants.lib.money import PENNY, format_money
from pcc_grants.lib.rules import RuleBroken

from ..models import BusinessCase, Decision, Project

Kind, State = Project.Kind, Project.Status
NOTHING = Decimal(0)
PENDING = (State.SUBMITTED, State.RECOMMENDED, State.DEFERRED)


def most_of_a_pot(allocation: Decimal) -> Decimal:
    """The largest tactical pot: a third, rounded down to the penny. Of £10,000 it is £3,333.33."""
    return (allocation / 3).quantize(PENNY, ROUND_DOWN)


@dataclass(frozen=True)
class Parts:
    """What a business case puts together while it is written, against its allocation. Pounds."""

    allocation: Decimal
    projects: Decimal
    pot: Decimal
    has_pot: bool

    @property
    def together(self) -> Decimal:
        return self.projects + self.pot

    @property
    def left(self) -> Decimal:
        """What is left over; below zero when it is too much."""
        return self.allocation - self.together

    @property
    def sentence(self) -> str:
        """How the parts stand to the allocation."""
        parts = "Your projects and tactical pot come" if self.has_pot else "Your projects come"
        start = (
            f"{parts} to {format_money(self.together)}. Your allocation is {format_money(self.allocation)}"
        )
        if not self.left:
            return f"{start}: it adds up."
        how = "left over" if self.left > 0 else "too much"
        return f"{start}: {format_money(abs(self.left))} is {how}."


def parts_of(case: BusinessCase) -> Parts:
    """The planned projects that are asked for and the pot, as they are written."""
    written = [one.amount for one in case.projects.all() if is_part(one)]
    return Parts(case.amount, sum(written, NOTHING), case.tactical_pot, case.round.has_tactical_pot)


def is_part(project: Project) -> bool:
    return project.kind == Kind.PLANNED and project.status != State.WITHDRAWN


@dataclass(frozen=True)
class Line:
    """One dated line of the tactical pot: what was approved, and what was left then."""

    project: Project
    on: object
    decision: str
    amount: Decimal
    left: Decimal


@dataclass(frozen=True)
class Balance:
    """Where the money of an allocation is: projects, pot, retained, unassigned. It adds up to the penny.

    `to_retain`, `to_retain_of_the_pot`: proposed to be retained, and not decided.
    """

    allocation: Decimal
    projects: Decimal
    pot: Decimal
    pot_used: Decimal
    retained: Decimal
    waiting: Decimal
    waiting_for_the_pot: Decimal
    to_retain: Decimal = NOTHING
    to_retain_of_the_pot: Decimal = NOTHING
    lines: list[Line] = field(default_factory=list)

    @property
    def pot_left(self) -> Decimal:
        return self.pot - self.pot_used

    @property
    def unassigned(self) -> Decimal:
        return self.allocation - self.projects - self.pot - self.retained


def balance_of(case: BusinessCase) -> Balance:
    """The money of a business case, in three queries. Retained: what awards took of projects they retain."""
    found = list(case.projects.select_related("retention").order_by("number"))
    planned = [one for one in found if one.kind == Kind.PLANNED]
    tactical = [one for one in found if one.kind == Kind.TACTICAL]
    retained = [one for one in found if one.status == State.RETAINED]
    # A retained tactical project's money comes out of the pot, as if it had been approved.
    kept_of_the_pot = sum((_retained(one) for one in retained if one.kind == Kind.TACTICAL), NOTHING)
    used = sum((one.approved_amount or NOTHING for one in tactical), NOTHING)
    proposed = [one for one in found if one.status in PENDING and getattr(one, "retention", None)]
    return Balance(
        allocation=case.amount,
        projects=sum((one.approved_amount or NOTHING for one in planned), NOTHING),
        pot=case.tactical_pot - kept_of_the_pot,
        pot_used=used,
        retained=sum((_retained(one) for one in retained), NOTHING),
        waiting=sum((one.amount for one in planned if one.status in PENDING), NOTHING),
        waiting_for_the_pot=sum((one.amount for one in tactical if one.status in PENDING), NOTHING),
        to_retain=sum((_retained(one) for one in proposed if one.kind == Kind.PLANNED), NOTHING),
        to_retain_of_the_pot=sum((_retained(one) for one in proposed if one.kind == Kind.TACTICAL), NOTHING),
        lines=_lines(case, case.tactical_pot - kept_of_the_pot),
    )


def _retained(project: Project) -> Decimal:
    """What was retained of a project: as the award to its provider says, or all that was asked for."""
    retention = getattr(project, "retention", None)
    return retention.amount if retention else project.amount


def _lines(case: BusinessCase, left: Decimal) -> list[Line]:
    decisions = (
        Decision.objects.filter(
            project__business_case=case,
            project__kind=Kind.TACTICAL,
            project__status=State.APPROVED,
            outcome=Decision.Outcome.APPROVED,
        )
        .select_related("project")
        .order_by("decided_at", "pk")
    )
    found = []
    for decision in decisions:
        left -= decision.amount
        found.append(Line(decision.project, decision.decided_at, decision.number, decision.amount, left))
    return found


def require_room(case: BusinessCase, project: Project, amount: Decimal, *, besides_waiting=True) -> None:
    """Money for a project from where it is paid: the pot, or what is unassigned. The case is locked.

    What is proposed to be retained counts as taken; with `besides_waiting` also what other planned projects
    wait for. Raises RuleBroken.
    """
    balance = balance_of(case)
    if project.kind == Kind.TACTICAL:
        free = balance.pot_left - balance.to_retain_of_the_pot
        if amount > free:
            raise RuleBroken(
                f"There is {format_money(max(free, NOTHING))} left in the tactical pot, and this needs "
                f"{format_money(amount)}."
            )
        return
    free = balance.unassigned - (balance.waiting if besides_waiting else balance.to_retain)
    if amount > free:
        raise RuleBroken(
            f"There is {format_money(max(free, NOTHING))} of the allocation unassigned, and this needs "
            f"{format_money(amount)}."
        )


def require_retainable(case: BusinessCase, *, proposed=False) -> None:
    """An allocation and its pot hold what was retained of them; `proposed`: also what is proposed to be.

    The case is locked, and its projects are marked or named in the proposal. Raises RuleBroken.
    """
    balance = balance_of(case)
    short = -balance.unassigned + (balance.to_retain if proposed else NOTHING)
    if short > 0:
        raise RuleBroken(
            f"The allocation of {case.organisation} does not hold this money any more: other projects "
            f"were approved from it. It is {format_money(short)} short."
        )
    short = -balance.pot_left + (balance.to_retain_of_the_pot if proposed else NOTHING)
    if short > 0:
        raise RuleBroken(
            f"The tactical pot of {case.organisation} does not hold this money any more. "
            f"It is {format_money(short)} short."
        )
