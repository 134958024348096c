"""What must always hold about awards, agreements, instalments and payments: `manage.py verify`."""

from collections.abc import Iterator
from decimal import Decimal

from applications.models import Decision
from audit.models import Event
from pcc_grants.lib.checking import Violation
from pcc_grants.lib.clock import format_date, london_date
from pcc_grants.lib.money import format_money

from . import verify_retaining
from .models import Award, Condition, ExtensionOption, Instalment, Payment, Status
from .papers import document_hash

UNDECIDED = (Status.PROPOSED, Status.REFUSED)
SIGNED = (Status.ACCEPTED, Status.ACTIVE, Status.SUSPENDED, Status.CLOSED, Status.ENDED_EARLY)
IN_FORCE_ONCE = (Status.ACTIVE, Status.SUSPENDED, Status.CLOSED, Status.ENDED_EARLY)
ENDED = (Status.CLOSED, Status.ENDED_EARLY)
IN_THE_TRAIL = "payments are in the audit trail"


def violations() -> Iterator[Violation]:
    awards = Award.objects.select_related(
        "decision__business_case", "agreement", "application"
    ).prefetch_related(
        "instalments__conditions",
        "instalments__payment",
        "decision__commitments",
        "extension_options__decision__commitments",
        "continues",
        "application__business_case__continuation",
    )
    kept = verify_retaining.kept_of_cases()
    for award in awards.order_by("id").iterator(chunk_size=500):
        award.kept = kept.get(award.decision.business_case_id, 0) if award.decision else 0
        for check in (_plan, _decision, _agreement, _stamps, _money_held, _extensions, _chain):
            yield from check(award)
        for instalment in award.instalments.all():
            yield from _instalment(award, instalment)
    yield from _payments_in_the_trail()
    yield from verify_retaining.violations()


def _plan(award: Award) -> Iterator[Violation]:
    rule = "instalments add up to the award"
    total = sum((instalment.amount for instalment in award.instalments.all()), Decimal(0))
    may_be_empty = award.status in (*UNDECIDED, Status.PREPARED)
    if total != award.amount and not (may_be_empty and not total):
        yield Violation(
            rule,
            award.reference,
            f"The instalments of {award.reference} add up to {format_money(total)}, "
            f"the award is {format_money(award.amount)}.",
        )


def _decision(award: Award) -> Iterator[Violation]:
    rule = "awards follow their decision"
    decision = award.decision
    if decision is None:
        return
    approved = award.status not in UNDECIDED
    if (decision.outcome == Decision.Outcome.APPROVED) != approved:
        yield Violation(
            rule,
            award.reference,
            f"{award.reference} is {award.get_status_display().lower()}, but decision {decision.number} "
            f"says {decision.get_outcome_display().lower()}.",
        )
    # Of an allocation: less what was kept of it, to fund providers directly.
    extended = sum((one.amount or Decimal(0) for one in _granted(award)), Decimal(0))
    if approved and (decision.amount or Decimal(0)) + extended - award.kept != award.amount:
        yield Violation(
            rule,
            award.reference,
            f"{award.reference} is for {format_money(award.amount)}, decision {decision.number} "
            f"for {format_money(decision.amount or Decimal(0))}"
            + (f" and its extensions for {format_money(extended)}." if extended else "."),
        )
    if (decision.organisation_id, decision.fund_id) != (award.organisation_id, award.fund_id):
        yield Violation(
            rule,
            award.reference,
            f"Decision {decision.number} names another organisation or fund than {award.reference}.",
        )
    allocation = decision.business_case
    about = allocation.application_id if allocation else decision.application_id
    if about != award.application_id:
        yield Violation(
            rule, award.reference, f"Decision {decision.number} is not about the application of the award."
        )


def _agreement(award: Award) -> Iterator[Violation]:
    rule = "agreements are as they were signed"
    agreement = getattr(award, "agreement", None)
    if agreement is None:
        if award.status not in (*UNDECIDED, Status.PREPARED):
            yield Violation(rule, award.reference, f"{award.reference} was offered without an agreement.")
        return
    if agreement.document_hash != document_hash(agreement.text):
        yield Violation(
            rule, award.reference, f"The agreement of {award.reference} was altered after it was made."
        )
    if (agreement.signed_at is not None) != (award.status in SIGNED):
        signed = "signed" if agreement.signed_at else "not signed"
        yield Violation(
            rule,
            award.reference,
            f"{award.reference} is {award.get_status_display().lower()}, but its agreement is {signed}.",
        )
    if (agreement.countersigned_at is not None) != (award.status in IN_FORCE_ONCE):
        signed = "countersigned" if agreement.countersigned_at else "not countersigned"
        yield Violation(
            rule,
            award.reference,
            f"{award.reference} is {award.get_status_display().lower()}, but its agreement is {signed}.",
        )


def _stamps(award: Award) -> Iterator[Violation]:
    rule = "states of awards agree with their stamps"
    stamps = {
        "proposed": (award.proposed_at is not None, award.application_id is None),
        "offered": (award.offered_at is not None, award.status not in (*UNDECIDED, Status.PREPARED)),
        "declined": (award.declined_at is not None, award.status == Status.DECLINED),
        "put on hold": (award.suspended_at is not None, award.status == Status.SUSPENDED),
        "ended": (award.closed_at is not None, award.status in ENDED),
    }
    for word, (is_stamped, should_be) in stamps.items():
        if is_stamped != should_be:
            yield Violation(
                rule,
                award.reference,
                f"{award.reference} is {award.get_status_display().lower()}, but "
                f"{'has' if is_stamped else 'lacks'} the stamp of being {word}.",
            )


def _money_held(award: Award) -> Iterator[Violation]:
    """What is committed and not released: the whole award while it runs, what was paid once it is over."""
    if award.decision is None or award.status in UNDECIDED:
        return
    decisions = [award.decision, *(one.decision for one in _granted(award) if one.decision)]
    commitments = [one for decision in decisions for one in decision.commitments.all()]
    held = sum((one.amount - one.released for one in commitments), Decimal(0))
    paid = sum((one.payment.amount for one in award.instalments.all() if hasattr(one, "payment")), Decimal(0))
    due = paid if award.is_over else award.amount
    if held != due:
        yield Violation(
            "commitments agree with awards",
            award.reference,
            f"{format_money(held)} is committed for {award.reference}, it should be {format_money(due)}.",
        )


def _instalment(award: Award, instalment: Instalment) -> Iterator[Violation]:
    about = f"{award.reference} instalment {instalment.number}"
    payment = getattr(instalment, "payment", None)
    if (payment is not None) != (instalment.status == Instalment.Status.PAID):
        yield Violation(
            "paid instalments have a payment",
            about,
            f"{about} is {instalment.get_status_display().lower()} "
            f"{'with' if payment else 'without'} a payment.",
        )
    released = instalment.status in (Instalment.Status.APPROVED, Instalment.Status.PAID)
    unmet = [one for one in instalment.conditions.all() if one.met_at is None]
    if released and unmet:
        yield Violation(
            "nothing is released before its conditions are met",
            about,
            f"{about} was released while a condition was not met.",
        )
    if released and not any(one.kind == Condition.Kind.AGREEMENT for one in instalment.conditions.all()):
        yield Violation(
            "nothing is released before its conditions are met",
            about,
            f"{about} was released without waiting for the agreement.",
        )
    if award.status in ENDED and instalment.status not in (
        Instalment.Status.PAID,
        Instalment.Status.CANCELLED,
    ):
        yield Violation(
            "awards that are over pay nothing more",
            about,
            f"{about} is {instalment.get_status_display().lower()}, but the award is over.",
        )
    if payment:
        yield from _payment(award, instalment, payment, about)


def _payment(award: Award, instalment: Instalment, payment, about: str) -> Iterator[Violation]:
    rule = "payments were approved first, by someone else"
    if instalment.approved_at is None or instalment.approved_at > payment.recorded_at:
        yield Violation(rule, about, f"{about} was paid before it was released.")
    elif london_date(instalment.approved_at) > payment.paid_on:
        yield Violation(
            rule,
            about,
            f"{about} was paid on {format_date(payment.paid_on)}, "
            f"but released on {format_date(instalment.approved_at)}.",
        )
    if instalment.approved_by_id == payment.paid_by_id:
        yield Violation(rule, about, f"{about} was released and paid by the same person.")
    if payment.amount > instalment.amount or (
        payment.amount != instalment.amount and not payment.difference_reason
    ):
        yield Violation(
            "payments are as planned, or say why not",
            about,
            f"{about} is {format_money(instalment.amount)}, but {format_money(payment.amount)} was paid"
            f"{'' if payment.amount > instalment.amount else ' without a reason'}.",
        )
    agreement = getattr(award, "agreement", None)
    if (
        agreement is None
        or agreement.countersigned_at is None
        or agreement.countersigned_at > payment.recorded_at
        or london_date(agreement.signed_at) > payment.paid_on
    ):
        yield Violation(
            "agreements are signed before any payment",
            about,
            f"{about} was paid before the agreement was signed by both sides.",
        )


def _payments_in_the_trail() -> Iterator[Violation]:
    """Each payment is the one that the trail tells of: the trail's own end cannot be cut off unnoticed."""
    told = {
        (target, changes.get("instalment")): changes
        for target, changes in Event.objects.filter(verb="payment.recorded")
        .values_list("target_id", "changes")
        .iterator(chunk_size=2000)
    }
    payments = Payment.objects.select_related("instalment__award").order_by("id")
    for payment in payments.iterator(chunk_size=500):
        instalment = payment.instalment
        changes = told.pop((str(instalment.award_id), instalment.number), None)
        about = f"{instalment.award.reference} instalment {instalment.number}"
        if changes is None:
            sentence = f"The audit trail does not tell of the payment of {about}."
        elif (
            Decimal(changes.get("amount", 0)) != payment.amount
            or changes.get("paid_on") != payment.paid_on.isoformat()
            or changes.get("reference") != payment.finance_reference
        ):
            sentence = f"The payment of {about} is not what the audit trail tells of it."
        else:
            continue
        yield Violation(IN_THE_TRAIL, about, sentence)
    for target, number in told:
        about = f"award {target} instalment {number}"
        yield Violation(IN_THE_TRAIL, about, f"The audit trail tells of a payment of {about}. There is none.")


def _granted(award: Award) -> list[ExtensionOption]:
    return [one for one in award.extension_options.all() if one.status == ExtensionOption.Status.GRANTED]


def _chain(award: Award) -> Iterator[Violation]:
    """A next year goes on from the award that its business case was asked for, and from no other."""
    rule = "next years follow the year before"
    case = getattr(award.application, "business_case", None) if award.application else None
    continuation = getattr(case, "continuation", None)
    asked_of = continuation.award_id if continuation else None
    if award.continues_id != asked_of:
        yield Violation(
            rule, award.reference, f"{award.reference} does not go on from what its business case was for."
        )
    before = award.continues
    if before is None:
        return
    if (before.organisation_id, before.fund_id) != (award.organisation_id, award.fund_id):
        yield Violation(
            rule, award.reference, f"{award.reference} and {before.reference} differ in recipient or fund."
        )
    if before.starts_on >= award.starts_on:
        yield Violation(rule, award.reference, f"{award.reference} does not start after {before.reference}.")


def _stands(option: ExtensionOption, options) -> bool:
    """Granted, or still to be decided in its turn: not lapsed, declined, or closed by one declined."""
    if option.status == ExtensionOption.Status.GRANTED:
        return True
    if option.status != ExtensionOption.Status.AVAILABLE or option.is_past_its_date:
        return False
    return not any(_declined_since(one, option) for one in options)


def _declined_since(earlier: ExtensionOption, option: ExtensionOption) -> bool:
    return (
        earlier.number < option.number
        and earlier.status == ExtensionOption.Status.DECLINED
        and earlier.decided_at >= option.added_at
    )


def _bars(earlier: ExtensionOption, option: ExtensionOption, options) -> bool:
    """Whether the later option could not be granted, because of the earlier."""
    is_open = earlier.status == ExtensionOption.Status.AVAILABLE and _stands(earlier, options)
    return is_open or _declined_since(earlier, option)


def _extensions(award: Award) -> Iterator[Violation]:
    rule = "extensions follow one another"
    granted_until = None
    last_end = None
    options = sorted(award.extension_options.all(), key=lambda one: one.number)
    last_granted = max((one.number for one in _granted(award)), default=0)
    for option in options:
        decided = option.status in (ExtensionOption.Status.GRANTED, ExtensionOption.Status.DECLINED)
        if (option.decision_id is not None) != (decided and option.amount is not None):
            yield Violation(
                "decision points have a numbered decision",
                award.reference,
                f"{option} is {option.get_status_display().lower()}, but "
                f"{'has a' if option.decision_id else 'lacks its'} numbered decision.",
            )
        if _stands(option, options):
            if last_end and option.starts_on <= last_end:
                yield Violation(
                    rule, award.reference, f"{option} starts before the option before it has ended."
                )
            last_end = option.ends_on
        if option.status == ExtensionOption.Status.GRANTED:
            if any(one.number < option.number and _bars(one, option, options) for one in options):
                yield Violation(
                    rule, award.reference, f"{option} was granted, but the one before it was not."
                )
            granted_until = option.ends_on
        elif award.ends_on >= option.starts_on and option.number > last_granted:
            yield Violation(
                rule, award.reference, f"{award.reference} runs into {option}, which was not granted."
            )
    if granted_until and award.ends_on != granted_until:
        yield Violation(
            rule,
            award.reference,
            f"{award.reference} ends on {format_date(award.ends_on)}, but was extended "
            f"until {format_date(granted_until)}.",
        )
