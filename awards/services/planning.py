"""The plan of an award's instalments, and what each of them waits for."""

from decimal import Decimal

from django.db import transaction
from django.db.models import ProtectedError

from accounts.permissions import Permission
from audit.services import record
from awards.models import Award, Condition, Instalment, Status
from pcc_grants.lib import clock
from pcc_grants.lib.money import format_money, split
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean, clean_line

from .amounts import is_amount
from .locking import locked_award

MOST_INSTALMENTS = 60


def equal_parts(amount: Decimal, count: int) -> list[Decimal]:
    """An award's amount in `count` parts that add up to it to the penny."""
    return split(amount, count)


@transaction.atomic
def set_instalments(*, by, award, rows) -> list[Instalment]:
    """Plan the instalments of an award that is being prepared, in place of the plan before.

    A row is dict(amount=, due_on=, waits_for_return=False, other_condition="", period=""). The parts add up
    to the award, to the penny. Each waits for the agreement, besides. A condition that a return is tied to
    stays where its row still waits for a return. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_AWARDS)
    award = locked_award(award)
    if award.status != Status.PREPARED:
        raise RuleBroken(
            "Instalments are planned before the offer is made. Withdraw the offer to change them."
            if award.status == Status.OFFERED
            else "Instalments are planned while the offer is being prepared. "
            f"The award is: {award.get_status_display().lower()}."
        )
    _check_rows(award, rows)
    try:
        with transaction.atomic():
            award.instalments.filter(number__gt=len(rows)).delete()
            made = [_set_instalment(award, number, row) for number, row in enumerate(rows, start=1)]
    except ProtectedError as error:
        raise RuleBroken(
            "A return is tied to an instalment that this change would take away. "
            "Cancel that return first, or let the instalment go on waiting for it."
        ) from error
    record(
        "award.instalments_planned",
        award,
        f"{by} planned {len(made)} instalment{'s' if len(made) > 1 else ''}.",
        by=by,
        changes={"instalments": [[one.number, one.amount, one.due_on.isoformat()] for one in made]},
    )
    return made


def _check_rows(award: Award, rows) -> None:
    if not rows:
        raise RuleBroken("Enter at least one instalment.")
    if len(rows) > MOST_INSTALMENTS:
        raise RuleBroken(f"An award has at most {MOST_INSTALMENTS} instalments.")
    for number, row in enumerate(rows, start=1):
        if not is_amount(row.get("amount")):
            raise RuleBroken(f"Enter an amount for instalment {number}, more than £0, in pounds and pence.")
        if not row.get("due_on"):
            raise RuleBroken(f"Enter the date on which instalment {number} is due.")
    total = sum(row["amount"] for row in rows)
    if total != award.amount:
        raise RuleBroken(
            f"The instalments add up to {format_money(total)}. "
            f"They must add up to {format_money(award.amount)}."
        )


def _set_instalment(award: Award, number: int, row: dict) -> Instalment:
    instalment, _ = Instalment.objects.update_or_create(
        award=award,
        number=number,
        defaults={
            "amount": row["amount"],
            "due_on": row["due_on"],
            "period": clean_line(row.get("period", "")),
        },
    )
    other = clean(row.get("other_condition", ""))
    wanted = {Condition.Kind.AGREEMENT: ""}
    if row.get("waits_for_return"):
        wanted[Condition.Kind.RETURN] = ""
    if other:
        wanted[Condition.Kind.OTHER] = other
    instalment.conditions.exclude(kind__in=wanted).delete()
    for kind, text in wanted.items():
        condition, _ = Condition.objects.get_or_create(instalment=instalment, kind=kind)
        if kind == Condition.Kind.OTHER and condition.waiting_for != text:
            condition.waiting_for = text
            condition.save(update_fields=["waiting_for"])
    return instalment


@transaction.atomic
def link_return(*, condition, waiting_for: str) -> None:
    """Say which return a condition waits for: "the mid-year return, due 31 October 2019".

    Called by monitoring when it schedules a return or moves its date. Raises RuleBroken.
    """
    locked_award(Award(pk=condition.instalment.award_id))
    condition = Condition.objects.select_for_update(no_key=True).get(pk=condition.pk)
    if condition.kind != Condition.Kind.RETURN:
        raise RuleBroken("Only a condition that waits for a return can be tied to one.")
    if condition.met_at:
        raise RuleBroken("This condition is already met.")
    condition.waiting_for = clean_line(waiting_for)
    condition.save(update_fields=["waiting_for"])


@transaction.atomic
def meet_condition(*, by, condition, evidence: str, from_return: bool = False) -> Condition:
    """Record that a condition is met, with the evidence. The agreement's is met by countersigning.

    `from_return` is said by monitoring, when it has accepted the return that the condition waits for;
    nothing else meets such a condition. Met twice: the first stays. Raises RuleBroken.
    """
    if not by.may(Permission.REVIEW_RETURNS):
        by.require(Permission.MANAGE_AWARDS)
    award = locked_award(Award(pk=condition.instalment.award_id))
    condition = Condition.objects.select_for_update(no_key=True).get(pk=condition.pk)
    if condition.met_at:
        return condition
    _check_may_be_met(award, condition, from_return)
    evidence = clean(evidence)
    if not evidence:
        raise RuleBroken("Enter the evidence that the condition is met.")
    _meet(condition, by, evidence)
    number = condition.instalment.number
    record(
        "condition.met",
        award,
        f"{by} recorded that a condition of instalment {number} is met: {condition.waiting_for}.",
        by=by,
        changes={"instalment": number, "kind": condition.kind, "evidence": evidence},
    )
    return condition


def _check_may_be_met(award: Award, condition: Condition, from_return: bool) -> None:
    if condition.kind == Condition.Kind.AGREEMENT:
        raise RuleBroken("This condition is met when the agreement is signed and countersigned.")
    if condition.kind == Condition.Kind.RETURN:
        if not from_return:
            raise RuleBroken("This condition is met when the return is accepted.")
        return
    if award.is_over:
        raise RuleBroken(f"Nothing more is paid. The award is: {award.get_status_display().lower()}.")


def _meet(condition: Condition, by, evidence: str) -> None:
    condition.met_at = clock.now()
    condition.met_by = by
    condition.evidence = evidence
    condition.save(update_fields=["met_at", "met_by", "evidence"])


def meet_agreement_conditions(*, by, award: Award, evidence: str) -> None:
    """Inside countersigning: the agreement's condition of every instalment is met."""
    for condition in Condition.objects.filter(
        instalment__award=award, kind=Condition.Kind.AGREEMENT, met_at=None
    ):
        _meet(condition, by, evidence)
