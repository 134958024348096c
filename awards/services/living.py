"""An award in force: on hold and going on, and its two endings."""

from decimal import Decimal

from django.db import transaction
from django.db.models import F, Sum

from accounts.permissions import Permission
from applications.services import release_commitments
from audit.services import record
from awards.emails import tell_recipient
from awards.models import Award, ExtensionOption, Instalment, Payment, Status
from pcc_grants.lib import clock
from pcc_grants.lib.money import format_money
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean

from .continuing import hold_back
from .locking import locked_award, require_award_move


@transaction.atomic
def suspend_award(*, by, award, reason: str) -> Award:
    """Put all payments of an active award on hold. The recipient is told. Raises RuleBroken."""
    by.require(Permission.MANAGE_AWARDS)
    award = locked_award(award)
    if award.status == Status.SUSPENDED:
        return award
    require_award_move(award, Status.SUSPENDED, "Only the payments of an active award can be put on hold.")
    award.suspension_reason = _reason(reason, "Enter the reason for the hold.")
    award.status = Status.SUSPENDED
    award.suspended_by = by
    award.suspended_at = clock.now()
    award.save(update_fields=["status", "suspended_by", "suspended_at", "suspension_reason"])
    hold_back(award)
    event = record(
        "award.suspended", award, f"All payments were put on hold: {award.suspension_reason}", by=by
    )
    tell_recipient(award, "payments_on_hold", about=f"suspended:{event.pk}")
    return award


@transaction.atomic
def resume_award(*, by, award, reason: str) -> Award:
    """Let payments of a suspended award go on. The recipient is told. Raises RuleBroken."""
    by.require(Permission.MANAGE_AWARDS)
    award = locked_award(award)
    if award.status == Status.ACTIVE:
        return award
    if award.status != Status.SUSPENDED:
        raise RuleBroken(
            f"Payments of this award are not on hold. It is: {award.get_status_display().lower()}."
        )
    reason = _reason(reason, "Enter why payments can go on.")
    award.status = Status.ACTIVE
    award.suspended_by = award.suspended_at = None
    award.suspension_reason = ""
    award.save(update_fields=["status", "suspended_by", "suspended_at", "suspension_reason"])
    event = record("award.resumed", award, f"Payments go on: {reason}", by=by)
    tell_recipient(award, "payments_go_on", about=f"resumed:{event.pk}")
    return award


@transaction.atomic
def close_award(*, by, award, reason: str) -> Award:
    """Close an award that has run its course. Money that was not paid goes back to the budgets.

    Before the last day of the award everything planned must have been paid; after it, what is left is
    cancelled. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_AWARDS)
    award = locked_award(award)
    if award.status == Status.CLOSED and award.closed_by_id == by.pk:
        return award
    require_award_move(award, Status.CLOSED, "Only an active award can be closed.")
    reason = _reason(reason, "Enter the reason for closing the award.")
    unpaid = _unpaid(award)
    if unpaid and clock.today() <= award.ends_on:
        raise RuleBroken(
            f"Instalment {unpaid[0].number} has not been paid, and the award runs until "
            f"{clock.format_date(award.ends_on)}. Pay it, or end the award early."
        )
    return _end(award, by, Status.CLOSED, reason)


@transaction.atomic
def end_early(*, by, award, reason: str) -> Award:
    """End an award before its time: unpaid instalments are cancelled and their money goes back.

    Raises RuleBroken.
    """
    by.require(Permission.MANAGE_AWARDS)
    award = locked_award(award)
    if award.status == Status.ENDED_EARLY and award.closed_by_id == by.pk:
        return award
    require_award_move(award, Status.ENDED_EARLY, "Only an award in force can be ended early.")
    reason = _reason(reason, "Enter the reason for ending the award early.")
    _unpaid(award)
    return _end(award, by, Status.ENDED_EARLY, reason)


def _unpaid(award: Award) -> list[Instalment]:
    """Locked. Refuses while one is released: its money may be on its way."""
    settled = (Instalment.Status.PAID, Instalment.Status.CANCELLED)
    unpaid = list(
        award.instalments.select_for_update(no_key=True).exclude(status__in=settled).order_by("number")
    )
    for instalment in unpaid:
        if instalment.status == Instalment.Status.APPROVED:
            raise RuleBroken(
                f"Instalment {instalment.number} is released and waits to be paid. "
                "Mark it as paid or put it on hold first."
            )
    return unpaid


def _end(award: Award, by, status, reason: str) -> Award:
    cancelled = _unpaid(award)
    for instalment in cancelled:
        instalment.status = Instalment.Status.CANCELLED
        instalment.save(update_fields=["status"])
    paid = Payment.objects.filter(instalment__award=award).aggregate(total=Sum("amount"))["total"]
    given_back = award.amount - (paid or Decimal(0))
    award.status = status
    award.closed_by = by
    award.closed_at = clock.now()
    award.ending_reason = reason
    award.suspended_by = award.suspended_at = None
    award.suspension_reason = ""
    award.save(
        update_fields=[
            "status",
            "closed_by",
            "closed_at",
            "ending_reason",
            "suspended_by",
            "suspended_at",
            "suspension_reason",
        ]
    )
    hold_back(award)
    _give_back(award, given_back, by)
    ended = "closed" if status == Status.CLOSED else "ended early"
    record(
        f"award.{status}",
        award,
        f"The award was {ended}: {reason}",
        by=by,
        changes={
            "cancelled_instalments": [instalment.number for instalment in cancelled],
            "given_back": format_money(given_back),
        },
    )
    tell_recipient(award, f"award_{status}", about=str(status))
    return award


def _give_back(award: Award, amount: Decimal, by) -> None:
    """To the budgets: what the extensions committed first, the last of them leading, then the award's own."""
    extended = award.extension_options.filter(amount__isnull=False, status=ExtensionOption.Status.GRANTED)
    options = extended.select_related("decision").order_by("-number")
    for decision in (*(option.decision for option in options), award.decision):
        held = decision.commitments.aggregate(held=Sum(F("amount") - F("released")))["held"] or Decimal(0)
        part = min(amount, held)
        if part:
            release_commitments(decision, amount=part, by=by)
            amount -= part


def _reason(text: str, sentence: str) -> str:
    text = clean(text)
    if not text:
        raise RuleBroken(sentence)
    return text
