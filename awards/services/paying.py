"""Money going out: an officer releases an instalment, and somebody else pays it."""

from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction

from accounts.permissions import Permission
from applications.services import approved_of_case
from audit.services import record
from awards.emails import tell_recipient
from awards.models import Award, Instalment, Payment, Status
from pcc_grants.lib import clock
from pcc_grants.lib.money import format_money
from pcc_grants.lib.rules import RuleBroken, require_someone_else
from pcc_grants.lib.text import clean, clean_line

from .amounts import is_amount
from .locking import locked_instalment
from .standing import standing

LONGEST_REFERENCE = 50
OUT = (Instalment.Status.APPROVED, Instalment.Status.PAID)


@transaction.atomic
def approve_instalment(*, by, instalment) -> Instalment:
    """Release an instalment for payment. It must be due, with every condition met, on an active award.

    A second time changes nothing. Raises RuleBroken with what it waits for.
    """
    by.require(Permission.APPROVE_PAYMENTS)
    award, instalment = locked_instalment(instalment)
    if instalment.status == Instalment.Status.APPROVED and award.status == Status.ACTIVE:
        if instalment.approved_by_id == by.pk:
            return instalment
        raise RuleBroken(f"{instalment.approved_by} has released this instalment.")
    if not Instalment.objects.ready().filter(pk=instalment.pk).exists():
        raise RuleBroken(
            f"Instalment {instalment.number} cannot be released. {standing(instalment).sentence}."
        )
    _refuse_beyond_projects(award, instalment)
    instalment.status = Instalment.Status.APPROVED
    instalment.approved_by = by
    instalment.approved_at = clock.now()
    instalment.save(update_fields=["status", "approved_by", "approved_at"])
    record(
        "instalment.released",
        award,
        f"{by} released instalment {instalment.number} of {format_money(instalment.amount)} for payment.",
        by=by,
        changes={"instalment": instalment.number, "amount": instalment.amount},
    )
    return instalment


def _refuse_beyond_projects(award: Award, instalment: Instalment) -> None:
    """An allocation is paid as far as its projects are approved (domain.md 3). Raises RuleBroken."""
    case = award.decision and award.decision.business_case
    application = case and case.round.is_allocated and case.application
    if not application:
        return
    approved = approved_of_case(application)
    released = sum(
        (
            one.payment.amount if one.status == Instalment.Status.PAID else one.amount
            for one in award.instalments.filter(status__in=OUT).select_related("payment")
        ),
        Decimal(0),
    )
    if released + instalment.amount > approved:
        raise RuleBroken(
            f"{format_money(approved)} of projects are approved, and {format_money(released)} has been "
            f"released already. Instalment {instalment.number} is for {format_money(instalment.amount)}, so "
            "it waits until more projects are approved."
        )


@transaction.atomic
def record_payment(
    *,
    by,
    instalment,
    paid_on: date,
    amount: Decimal,
    finance_reference: str,
    difference_reason: str = "",
) -> Payment:
    """Record that a released instalment was paid, on a London date, by someone other than who released it.

    `amount` in pounds is at most what was planned; less needs `difference_reason`. The same payment recorded
    twice by the same person is one payment. Raises RuleBroken.
    """
    by.require(Permission.PAY)
    award, instalment = locked_instalment(instalment)
    finance_reference = clean_line(finance_reference)
    if instalment.status == Instalment.Status.PAID:
        return _already_paid(instalment, by, paid_on, amount, finance_reference)
    _check_may_be_paid(award, instalment, by)
    _check_date(award, instalment, paid_on)
    difference_reason = _check_amount(instalment, amount, clean(difference_reason))
    payment = _make_payment(instalment, by, paid_on, amount, finance_reference, difference_reason)
    instalment.status = Instalment.Status.PAID
    instalment.save(update_fields=["status"])
    planned = "" if amount == instalment.amount else f" against {format_money(instalment.amount)} planned"
    record(
        "payment.recorded",
        award,
        f"Instalment {instalment.number} was paid on {clock.format_date(paid_on)}: {format_money(amount)}"
        f"{planned}, reference {finance_reference}.",
        by=by,
        changes={
            "instalment": instalment.number,
            "amount": amount,
            "planned": instalment.amount,
            "paid_on": paid_on,
            "reference": finance_reference,
            "difference_reason": difference_reason,
        },
    )
    tell_recipient(award, "paid", about=f"paid:{payment.pk}", instalment=instalment, payment=payment)
    return payment


def _already_paid(instalment, by, paid_on, amount, finance_reference) -> Payment:
    payment = instalment.payment
    same = (payment.paid_by_id, payment.paid_on, payment.amount, payment.finance_reference)
    if same == (by.pk, paid_on, amount, finance_reference):
        return payment
    raise RuleBroken(
        f"Instalment {instalment.number} has been paid: {format_money(payment.amount)} on "
        f"{clock.format_date(payment.paid_on)}, reference {payment.finance_reference}."
    )


def _check_may_be_paid(award: Award, instalment: Instalment, by) -> None:
    if instalment.status != Instalment.Status.APPROVED:
        raise RuleBroken(
            f"Instalment {instalment.number} has not been released for payment. "
            f"{standing(instalment).sentence}."
        )
    if award.status != Status.ACTIVE:
        raise RuleBroken(
            f"Nothing is paid while the award is not active. It is: {award.get_status_display().lower()}."
        )
    require_someone_else(
        by,
        instalment.approved_by_id,
        message="You released this instalment. Someone else must mark it as paid.",
    )


def _check_date(award: Award, instalment: Instalment, paid_on: date) -> None:
    if paid_on > clock.today():
        raise RuleBroken("The date of the payment must be today or in the past.")
    signed_on = clock.london_date(award.agreement.signed_at)
    if paid_on < signed_on:
        raise RuleBroken(
            f"The date of the payment must be on or after {clock.format_date(signed_on)}, "
            "when the agreement was signed."
        )
    released_on = clock.london_date(instalment.approved_at)
    if paid_on < released_on:
        raise RuleBroken(
            f"The date of the payment must be on or after {clock.format_date(released_on)}, "
            "when the instalment was released."
        )


def _check_amount(instalment: Instalment, amount: Decimal, reason: str) -> str:
    """Returns the reason to keep. Raises RuleBroken for more than planned, and for less without a reason."""
    if not is_amount(amount):
        raise RuleBroken("The amount paid must be more than £0, in pounds and pence.")
    if amount > instalment.amount:
        raise RuleBroken(
            f"The amount paid must be {format_money(instalment.amount)} or less, as planned. "
            f"It is {format_money(amount)}."
        )
    if amount == instalment.amount:
        return ""
    if not reason:
        raise RuleBroken(
            f"Enter why {format_money(amount)} was paid, not the {format_money(instalment.amount)} planned."
        )
    return reason


def _make_payment(instalment, by, paid_on, amount, finance_reference, difference_reason) -> Payment:
    if not finance_reference:
        raise RuleBroken("Enter the finance reference.")
    if len(finance_reference) > LONGEST_REFERENCE:
        raise RuleBroken(f"The finance reference must be {LONGEST_REFERENCE} characters or fewer.")
    try:
        with transaction.atomic():
            return Payment.objects.create(
                instalment=instalment,
                amount=amount,
                paid_on=paid_on,
                finance_reference=finance_reference,
                difference_reason=difference_reason,
                paid_by=by,
                recorded_at=clock.now(),
            )
    except IntegrityError as error:
        if not Payment.objects.filter(finance_reference=finance_reference).exists():
            raise
        raise RuleBroken(
            f"The finance reference {finance_reference} stands against another payment. Check it."
        ) from error


@transaction.atomic
def hold_instalment(*, by, instalment, reason: str) -> Instalment:
    """Put one instalment on hold. A release of it is taken back. Raises RuleBroken."""
    by.require(Permission.MANAGE_AWARDS)
    award, instalment = locked_instalment(instalment)
    if instalment.status == Instalment.Status.ON_HOLD:
        return instalment
    if instalment.status not in (Instalment.Status.PLANNED, Instalment.Status.APPROVED):
        raise RuleBroken(
            f"Instalment {instalment.number} cannot be put on hold. {standing(instalment).sentence}."
        )
    reason = clean(reason)
    if not reason:
        raise RuleBroken("Enter the reason for the hold.")
    instalment.status = Instalment.Status.ON_HOLD
    instalment.hold_reason = reason
    instalment.approved_by = instalment.approved_at = None
    instalment.save(update_fields=["status", "hold_reason", "approved_by", "approved_at"])
    record(
        "instalment.held",
        award,
        f"{by} put instalment {instalment.number} on hold: {reason}",
        by=by,
        changes={"instalment": instalment.number},
    )
    return instalment


@transaction.atomic
def resume_instalment(*, by, instalment) -> Instalment:
    """End the hold: the instalment is planned again, and is released anew. Raises RuleBroken."""
    by.require(Permission.MANAGE_AWARDS)
    award, instalment = locked_instalment(instalment)
    if instalment.status == Instalment.Status.PLANNED:
        return instalment
    if instalment.status != Instalment.Status.ON_HOLD:
        raise RuleBroken(f"Instalment {instalment.number} is not on hold. {standing(instalment).sentence}.")
    instalment.status = Instalment.Status.PLANNED
    instalment.hold_reason = ""
    instalment.save(update_fields=["status", "hold_reason"])
    record(
        "instalment.resumed",
        award,
        f"{by} ended the hold on instalment {instalment.number}.",
        by=by,
        changes={"instalment": instalment.number},
    )
    return instalment
