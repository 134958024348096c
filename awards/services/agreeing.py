"""The offer and the agreement: made and frozen, signed or declined, countersigned."""

from datetime import date

from django.db import transaction

from accounts.permissions import Permission
from applications.services import release_commitments
from audit.services import record
from awards import papers
from awards.emails import tell_officer, tell_recipient
from awards.models import Agreement, Award, Condition, Status
from organisations.services import is_member
from pcc_grants.lib import clock
from pcc_grants.lib.money import format_money
from pcc_grants.lib.rules import RuleBroken, require_someone_else
from pcc_grants.lib.text import clean, clean_line

from .locking import locked_award, require_award_move
from .planning import meet_agreement_conditions
from .standing import join


@transaction.atomic
def offer(*, by, award, accept_by: date) -> Agreement:
    """Offer the award: its agreement is made and frozen with its hash, and the recipient is told.

    `accept_by` is the last London date on which it can be signed. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_AWARDS)
    award = locked_award(award)
    if award.status == Status.OFFERED and award.offered_by_id == by.pk and award.accept_by == accept_by:
        return award.agreement
    require_award_move(award, Status.OFFERED, "An offer is made once the award is prepared.")
    if award.application_id and award.application.outcome_released_at is None:
        raise RuleBroken("The outcome of this application has not been released yet.")
    if accept_by < clock.today():
        raise RuleBroken("The last day to accept the offer must be today or later.")
    _check_instalments(award)
    award.status = Status.OFFERED
    award.offered_by = by
    award.offered_at = clock.now()
    award.accept_by = accept_by
    award.save(update_fields=["status", "offered_by", "offered_at", "accept_by"])
    text = papers.agreement_text(award)
    agreement = Agreement.objects.create(
        award=award, text=text, document_hash=papers.document_hash(text), made_at=clock.now()
    )
    record(
        "award.offered",
        award,
        f"The offer of {format_money(award.amount)} was made to {award.organisation}, "
        f"to accept by {clock.format_date(accept_by)}.",
        by=by,
        changes={"document_hash": agreement.document_hash},
    )
    tell_recipient(award, "offered", about=f"offered:{agreement.pk}")
    return agreement


def _check_instalments(award: Award) -> None:
    instalments = list(award.instalments.prefetch_related("conditions"))
    if not instalments:
        raise RuleBroken("Plan the instalments before you make the offer.")
    total = sum(instalment.amount for instalment in instalments)
    if total != award.amount:
        raise RuleBroken(
            f"The instalments add up to {format_money(total)}. "
            f"They must add up to {format_money(award.amount)}."
        )
    unnamed = [
        str(instalment.number)
        for instalment in instalments
        for condition in instalment.conditions.all()
        if condition.kind == Condition.Kind.RETURN and not condition.waiting_for
    ]
    if unnamed:
        raise RuleBroken(
            f"Instalment {join(unnamed)} waits for a return. Schedule that return before you make the offer."
        )


@transaction.atomic
def withdraw_offer(*, by, award, reason: str) -> Award:
    """Take back an offer that nobody has signed, to change it; its agreement goes. Raises RuleBroken."""
    by.require(Permission.MANAGE_AWARDS)
    award = locked_award(award)
    if award.status == Status.PREPARED:
        return award
    if award.status != Status.OFFERED:
        raise RuleBroken(
            "Only an offer that nobody has signed can be withdrawn. "
            f"It is: {award.get_status_display().lower()}."
        )
    require_award_move(award, Status.PREPARED, "This offer cannot be withdrawn.")
    reason = _required(reason, "Enter the reason for withdrawing the offer.")
    agreement = award.agreement
    record(
        "award.offer_withdrawn",
        award,
        f"The offer was withdrawn: {reason}",
        by=by,
        changes={"document_hash": agreement.document_hash},
    )
    tell_recipient(award, "offer_withdrawn", about=f"withdrawn:{agreement.pk}", reason=reason)
    agreement.delete()
    award.status = Status.PREPARED
    award.offered_by = award.offered_at = award.accept_by = None
    award.save(update_fields=["status", "offered_by", "offered_at", "accept_by"])
    return award


@transaction.atomic
def decline_offer(*, by, award, reason: str = "") -> Award:
    """The recipient does not take the award. Its money goes back to the budgets. Raises RuleBroken."""
    _require_recipient(by, award)
    award = locked_award(award)
    if award.status == Status.DECLINED and award.declined_by_id == by.pk:
        return award
    require_award_move(award, Status.DECLINED, "Only an offer that has not been signed can be declined.")
    award.status = Status.DECLINED
    award.declined_by = by
    award.declined_at = clock.now()
    award.declined_reason = clean(reason)
    award.save(update_fields=["status", "declined_by", "declined_at", "declined_reason"])
    release_commitments(award.decision, by=by)
    record(
        "award.declined",
        award,
        f"{by} declined the offer for {award.organisation}.",
        by=by,
        changes={"reason": award.declined_reason},
    )
    tell_officer(award, "offer_declined", about="declined")
    return award


@transaction.atomic
def sign(*, by, award, signed_name: str, signed_role: str, ip: str | None = None) -> Agreement:
    """Accept the offer for the recipient by typing a name. Until the last day to accept, that day included.

    Records the person, the moment and the address `ip`; the document's hash stands with the agreement.
    Raises RuleBroken.
    """
    _require_recipient(by, award)
    award = locked_award(award)
    if award.status not in (Status.OFFERED, Status.DECLINED) and hasattr(award, "agreement"):
        return _already_signed(award.agreement, by)
    require_award_move(award, Status.ACCEPTED, "This offer cannot be signed.")
    if award.offer_has_expired:
        raise RuleBroken(
            f"This offer ended on {clock.format_date(award.accept_by)}. Contact us if you still want it."
        )
    agreement = _sign(award, by, signed_name, signed_role, signed_at=clock.now(), ip=ip)
    record(
        "agreement.signed",
        award,
        f"{agreement.signed_name} ({agreement.signed_role}) signed the agreement for {award.organisation}.",
        by=by,
        changes={"document_hash": agreement.document_hash, "ip": ip},
    )
    tell_officer(award, "agreement_signed", about=f"signed:{agreement.pk}")
    return agreement


@transaction.atomic
def record_paper_agreement(*, by, award, signed_name: str, signed_role: str, signed_on: date) -> Agreement:
    """Record an agreement that the recipient signed by hand. By an officer. Raises RuleBroken."""
    by.require(Permission.MANAGE_AWARDS)
    award = locked_award(award)
    if award.status not in (Status.OFFERED, Status.DECLINED) and hasattr(award, "agreement"):
        return _already_signed(award.agreement, by)
    require_award_move(award, Status.ACCEPTED, "Only an offer can be accepted.")
    if signed_on > clock.today():
        raise RuleBroken("The date of the signature must be today or in the past.")
    if signed_on < clock.london_date(award.offered_at):
        raise RuleBroken(
            "The date of the signature must be on or after "
            f"{clock.format_date(award.offered_at)}, when the offer was made."
        )
    signed_at = clock.now() if signed_on == clock.today() else clock.london(signed_on)
    agreement = _sign(award, by, signed_name, signed_role, signed_at=signed_at, on_paper=True)
    record(
        "agreement.signed_on_paper",
        award,
        f"{by} recorded that {agreement.signed_name} ({agreement.signed_role}) signed the agreement on paper "
        f"on {clock.format_date(signed_on)}.",
        by=by,
        changes={"document_hash": agreement.document_hash},
    )
    return agreement


def _already_signed(agreement: Agreement, by) -> Agreement:
    if agreement.signed_by_id == by.pk:
        return agreement
    raise RuleBroken(
        f"{agreement.signed_name} signed this agreement on {clock.format_date(agreement.signed_at)}."
    )


def _sign(award, by, name, role, *, signed_at, ip=None, on_paper=False) -> Agreement:
    agreement = Agreement.objects.select_for_update(no_key=True).get(award=award)
    agreement.signed_name = _required(clean_line(name), "Enter your full name as your signature")
    agreement.signed_role = _required(clean_line(role), "Enter your role in the organisation")
    agreement.signed_at = signed_at
    agreement.signed_by = by
    agreement.signed_from = ip
    agreement.on_paper = on_paper
    agreement.save()
    award.status = Status.ACCEPTED
    award.save(update_fields=["status"])
    award.agreement = agreement
    return agreement


@transaction.atomic
def countersign(*, by, award) -> Agreement:
    """The office signs too: the agreement is in force, and its conditions are met. Raises RuleBroken."""
    by.require(Permission.MANAGE_AWARDS)
    award = locked_award(award)
    if award.is_in_force and award.agreement.countersigned_by_id == by.pk:
        return award.agreement
    require_award_move(award, Status.ACTIVE, "An agreement is countersigned once the recipient has signed.")
    if award.status == Status.SUSPENDED:
        raise RuleBroken("This agreement is countersigned already.")
    agreement = Agreement.objects.select_for_update(no_key=True).get(award=award)
    if not agreement.on_paper:
        require_someone_else(
            by,
            agreement.signed_by_id,
            message="You signed this agreement for the organisation. Someone else must countersign it.",
        )
    agreement.countersigned_by = by
    agreement.countersigned_at = clock.now()
    agreement.save(update_fields=["countersigned_by", "countersigned_at"])
    award.status = Status.ACTIVE
    award.save(update_fields=["status"])
    meet_agreement_conditions(by=by, award=award, evidence=_signature(agreement))
    record("agreement.countersigned", award, f"{by} countersigned the agreement. It is in force.", by=by)
    tell_recipient(award, "agreement_in_force", about=f"countersigned:{agreement.pk}")
    award.agreement = agreement
    return agreement


def _signature(agreement: Agreement) -> str:
    how = "on paper" if agreement.on_paper else "online"
    return (
        f"Signed {how} by {agreement.signed_name} ({agreement.signed_role}) on "
        f"{clock.format_date(agreement.signed_at)}; countersigned by {agreement.countersigned_by} on "
        f"{clock.format_date(agreement.countersigned_at)}."
    )


def _require_recipient(by, award) -> None:
    by.require(Permission.APPLY)
    if not is_member(by, award.organisation):
        raise RuleBroken("Only a person who acts for the organisation can do this.")


def _required(text: str, sentence: str) -> str:
    text = clean(text)
    if not text:
        raise RuleBroken(sentence)
    return text
