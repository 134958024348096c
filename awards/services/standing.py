"""How an instalment stands, in words: the same on every page and in every refusal."""

from typing import NamedTuple

from awards.models import Award, Condition, Instalment, Status
from pcc_grants.lib import clock

I = Instalment.Status  # noqa: E741 a short name keeps the table below readable


class Standing(NamedTuple):
    label: str
    sentence: str


def standing(instalment: Instalment) -> Standing:
    """The label (screens.md 1.10) and a sentence that says what has happened or what is waited for.

    Over many instalments fetch them with `Instalment.objects.with_standing()`: then this asks for nothing.
    """
    if instalment.status == I.PAID:
        payment = instalment.payment
        return Standing(
            "Paid", f"Paid on {clock.format_date(payment.paid_on)}, reference {payment.finance_reference}"
        )
    if instalment.status == I.CANCELLED:
        return Standing("Cancelled", "It will not be paid")
    if instalment.status == I.ON_HOLD:
        return Standing("On hold", f"On hold: {instalment.hold_reason}")
    if instalment.award.status == Status.SUSPENDED:
        return Standing("On hold", "On hold: all payments of this award are on hold")
    if instalment.status == I.APPROVED:
        return Standing(
            "Approved", f"Released on {clock.format_date(instalment.approved_at)}, waiting to be paid"
        )
    return _planned(instalment)


def _planned(instalment: Instalment) -> Standing:
    unmet = [condition for condition in instalment.conditions.all() if condition.met_at is None]
    if unmet:
        return Standing(_waiting_label(unmet), f"Waiting for {join([waiting_for(one) for one in unmet])}")
    if instalment.due_on > clock.today():
        return Standing("Planned", f"Due on {clock.format_date(instalment.due_on)}")
    if instalment.award.status != Status.ACTIVE:
        return Standing("Planned", f"The award is: {instalment.award.get_status_display().lower()}")
    return Standing("Ready to release", "Ready to release")


def _waiting_label(unmet: list[Condition]) -> str:
    kinds = {condition.kind for condition in unmet}
    if Condition.Kind.AGREEMENT in kinds:
        return "Waiting for agreement"
    if Condition.Kind.RETURN in kinds:
        return "Waiting for return"
    return "Waiting"


def waiting_for(condition: Condition) -> str:
    """What an unmet condition waits for, in the middle of a sentence."""
    if condition.kind == Condition.Kind.AGREEMENT:
        return "the agreement to be signed and countersigned"
    return condition.waiting_for or "a return that has no date yet"


def join(parts: list[str]) -> str:
    """'a', 'a and b', 'a, b and c'; with semicolons where a part has a comma of its own."""
    if len(parts) < 2:
        return "".join(parts)
    comma = "; " if any("," in part for part in parts) else ", "
    last = "; and " if comma == "; " else " and "
    return comma.join(parts[:-1]) + last + parts[-1]


# -- What waits for whom -------------------------------------------------------------------------------------


def blocked_instalments(day=None):
    """Due, but not payable: finance and the office see why (`standing`)."""
    return Instalment.objects.stuck(day).with_standing().order_by("due_on", "id")


def ready_to_release(day=None):
    """Due, with every condition met: an officer releases it."""
    return Instalment.objects.ready(day).with_standing().order_by("due_on", "id")


def approved_to_pay():
    """Released by an officer; finance pays it."""
    return (
        Instalment.objects.filter(status=I.APPROVED, award__status=Status.ACTIVE)
        .with_standing()
        .order_by("due_on", "id")
    )


def proposed_awards():
    """Direct awards that wait for the approver, the longest waiting first."""
    return (
        Award.objects.proposed()
        .select_related("organisation", "fund", "proposed_by")
        .order_by("proposed_at", "id")
    )
