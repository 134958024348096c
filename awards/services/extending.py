"""Options to run longer: added with the award, each decided on its own date.

A contract's option is a right to another year. An option with an amount is a decision point, such as that of
a grant for six months: its decision is numbered, commits the money and adds an instalment, or asks the
recipient to apply again; and it lapses when nobody decides in time.
"""

from django.db import transaction

from accounts.permissions import Permission
from applications.models import Decision
from applications.services import record_decision
from audit.services import record
from awards.emails import tell_officer, tell_recipient
from awards.models import IN_FORCE, Award, Condition, ExtensionOption, Instalment, Status
from organisations.services import refuse_tie
from pcc_grants.lib import clock
from pcc_grants.lib.financial_year import FinancialYear
from pcc_grants.lib.money import format_money
from pcc_grants.lib.rules import RuleBroken, require_someone_else
from pcc_grants.lib.text import clean

from .amounts import is_amount
from .interests import bodies_of_award
from .locking import locked_award


@transaction.atomic
def add_extension_options(*, by, award, options) -> list[ExtensionOption]:
    """Add options to run longer, one after another: dicts of starts_on, ends_on and decide_by.

    With `amount` (pounds) it costs money, of the budget for `start_year` (default: the year in which it
    starts), committed when it is granted. Each starts after the award, or the last option still open, ends:
    one that lapsed or was declined does not count, and may be added again. The very same option twice is one;
    other terms for the same days are refused. Not by whoever has an interest. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_AWARDS)
    award = locked_award(award)
    if award.status not in (Status.PROPOSED, Status.PREPARED, Status.ACTIVE):
        raise RuleBroken(
            "Extension options are added before the offer is made, or while the award is active. "
            f"It is: {award.get_status_display().lower()}."
        )
    refuse_tie(by, bodies_of_award(award), what_to_do="Someone else must add the option.")
    return [_add_once(award, by, **option) for option in options]


def _add_once(award: Award, by, *, starts_on, ends_on, decide_by, amount=None, start_year=None):
    """The option with these terms: the one that is there, or a new one."""
    if amount is None:
        start_year = None
    elif start_year is None:
        start_year = FinancialYear.containing(starts_on).start_year
    days = (starts_on, ends_on)
    there = next((one for one in _standing(award) if (one.starts_on, one.ends_on) == days), None)
    if there is None:
        return _add(award, by, starts_on, ends_on, decide_by, amount=amount, year=start_year)
    if (there.decide_by, there.amount, there.start_year) != (decide_by, amount, start_year):
        raise RuleBroken(
            f"Extension {there.number} is for these days already: {_terms(there)}. "
            + ("Remove it to add another." if not why_it_stays(there) else "Its terms stay as they are.")
        )
    return there


def _standing(award: Award) -> list[ExtensionOption]:
    """The options that were granted or still can be: not lapsed, declined, or closed by one declined."""
    granted = award.extension_options.filter(status=ExtensionOption.Status.GRANTED)
    still_open = award.extension_options.open()
    return [*granted, *(one for one in still_open if not one.is_past_its_date)]


def _terms(option: ExtensionOption) -> str:
    costs = ""
    if option.amount is not None:
        costs = f", for {format_money(option.amount)} of the budget for {option.financial_year}"
    return (
        f"{clock.format_date(option.starts_on)} to {clock.format_date(option.ends_on)}, "
        f"to decide by {clock.format_date(option.decide_by)}{costs}"
    )


def _add(award: Award, by, starts_on, ends_on, decide_by, *, amount, year) -> ExtensionOption:
    before = max([award.ends_on, *(one.ends_on for one in _standing(award))])
    if starts_on <= before:
        raise RuleBroken(f"The extension must start after {clock.format_date(before)}.")
    if ends_on <= starts_on:
        raise RuleBroken(f"The extension must end after {clock.format_date(starts_on)}, when it starts.")
    if decide_by > starts_on:
        raise RuleBroken(
            f"The extension must be decided on or before {clock.format_date(starts_on)}, when it starts."
        )
    if decide_by < clock.today():
        raise RuleBroken("The date by which the extension is decided must be today or later.")
    if amount is not None and not is_amount(amount):
        raise RuleBroken("The amount of the extension must be more than £0, in pounds and pence.")
    last = award.extension_options.order_by("-number").first()
    option = ExtensionOption.objects.create(
        award=award,
        number=last.number + 1 if last else 1,
        starts_on=starts_on,
        ends_on=ends_on,
        decide_by=decide_by,
        amount=amount,
        start_year=year,
        added_by=by,
        added_at=clock.now(),
    )
    record(
        "extension.added",
        award,
        f"{by} added extension option {option.number}: {_terms(option)}.",
        by=by,
    )
    return option


def why_it_stays(option: ExtensionOption) -> str:
    """Why an option cannot be taken off its award; empty when it can."""
    award = option.award
    if option.status != ExtensionOption.Status.AVAILABLE or option.is_past_its_date:
        return "Only an option that waits for a decision is removed."
    if award.status not in (Status.PROPOSED, Status.PREPARED, Status.ACTIVE):
        return (
            "Extension options are removed before the offer is made, or while the award is active. "
            f"It is: {award.get_status_display().lower()}."
        )
    if award.status == Status.ACTIVE and option.added_at <= award.agreement.made_at:
        return "This option is part of the agreement, so it stays."
    return ""


@transaction.atomic
def remove_extension_option(*, by, option) -> None:
    """Take off an option that was added by mistake: undecided, and not in the agreement. The trail keeps it.

    Twice changes nothing. Not by whoever has an interest. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_AWARDS)
    award = locked_award(Award(pk=option.award_id))
    option = award.extension_options.select_for_update(no_key=True).filter(pk=option.pk).first()
    if option is None:
        return
    refuse_tie(by, bodies_of_award(award), what_to_do="Someone else must remove the option.")
    if stays := why_it_stays(option):
        raise RuleBroken(stays)
    sentence = f"{by} removed extension option {option.number}: {_terms(option)}."
    option.delete()
    record("extension.removed", award, sentence, by=by)


@transaction.atomic
def decide_extension(
    *, by, option, grant: bool, reason: str, reapply_in=None, withheld: str = ""
) -> ExtensionOption:
    """Grant or decline an extension, with the reason. Granted, the award ends on the option's last day.

    An option with an amount gets a numbered decision. Granted, its money is committed, the award grows by it
    and an instalment for it is planned. Declined, the recipient is asked to apply again: `reapply_in` names
    the round. `withheld` says why the public register does not name the recipient: where the award's own
    decision is withheld, its reason stands for the extension's too. Options are decided in order, before the
    award ends, and not by who added them. One that lapsed is passed over; after one that was declined, only
    an option added since can be decided. Raises RuleBroken.
    """
    by.require(Permission.DECIDE)
    award = locked_award(Award(pk=option.award_id))
    option = ExtensionOption.objects.select_for_update(no_key=True).get(pk=option.pk)
    target = ExtensionOption.Status.GRANTED if grant else ExtensionOption.Status.DECLINED
    if option.status == target and option.decided_by_id == by.pk:
        return option
    _check_may_be_decided(award, option, by)
    refuse_tie(by, bodies_of_award(award), what_to_do="Someone else must decide.")
    reason = clean(reason)
    if not reason:
        raise RuleBroken("Enter the reason for the decision.")
    _check_round(award, grant, reapply_in)
    if option.amount is not None:
        option.decision = _numbered(award, option, by, grant, reason, withheld)
    option.status = target
    option.decided_by = by
    option.decided_at = clock.now()
    option.reason = reason
    option.reapply_in = reapply_in
    option.save(update_fields=["status", "decided_by", "decided_at", "reason", "decision", "reapply_in"])
    if grant:
        award.ends_on = option.ends_on
        award.amount += option.amount or 0
        award.save(update_fields=["ends_on", "amount"])
        if option.amount is not None:
            _plan_instalment(award, option, by)
    record(
        f"extension.{target}",
        award,
        f"{by} {_answer(award, option)}.",
        by=by,
        changes={
            "reason": reason,
            "amount": option.amount,
            "decision": option.decision.number if option.decision else None,
            "round": reapply_in.pk if reapply_in else None,
        },
    )
    tell_recipient(award, "extension_decided", about=f"extension:{option.pk}", option=option)
    return option


def _answer(award: Award, option: ExtensionOption) -> str:
    if option.status == ExtensionOption.Status.DECLINED:
        again = f", and asked to apply again in {option.reapply_in.name}" if option.reapply_in else ""
        return (
            f"declined extension {option.number}: the award ends on {clock.format_date(award.ends_on)}{again}"
        )
    money = f" with {format_money(option.amount)} more" if option.amount else ""
    return (
        f"granted extension {option.number}: the award runs until {clock.format_date(option.ends_on)}{money}"
    )


def _check_round(award: Award, grant: bool, reapply_in) -> None:
    if reapply_in is None:
        return
    if grant:
        raise RuleBroken("Name a round to apply in only when you do not extend.")
    if reapply_in.fund_id != award.fund_id or not reapply_in.published_at or reapply_in.has_closed:
        raise RuleBroken(f"Choose a round of the {award.fund} that is published and has not closed.")


def _numbered(award: Award, option: ExtensionOption, by, grant: bool, reason: str, withheld: str) -> Decision:
    return record_decision(
        fund=award.fund,
        organisation=award.organisation,
        outcome=Decision.Outcome.APPROVED if grant else Decision.Outcome.DECLINED,
        amount=option.amount if grant else None,
        purpose=award.purpose,
        reasons=reason,
        withheld=clean(withheld) or (award.decision.withheld if award.decision else ""),
        proposed_by=option.added_by,
        by=by,
        start_year=option.start_year,
    )


def _plan_instalment(award: Award, option: ExtensionOption, by) -> Instalment:
    """The money of a granted extension, due when it starts: the agreement it extends is in force already."""
    last = award.instalments.order_by("-number").first()
    instalment = Instalment.objects.create(
        award=award,
        number=last.number + 1 if last else 1,
        amount=option.amount,
        due_on=max(option.starts_on, clock.today()),
        period=f"extension {option.number}",
    )
    Condition.objects.create(
        instalment=instalment,
        kind=Condition.Kind.AGREEMENT,
        met_at=clock.now(),
        met_by=by,
        evidence=f"The agreement in force was extended by decision {option.decision.number}.",
    )
    return instalment


def _check_may_be_decided(award: Award, option: ExtensionOption, by) -> None:
    if option.status == ExtensionOption.Status.LAPSED or option.is_past_its_date:
        raise RuleBroken(
            f"This extension lapsed: nobody decided on it by {clock.format_date(option.decide_by)}. "
            "The recipient can be asked to apply again."
        )
    if option.status != ExtensionOption.Status.AVAILABLE:
        raise RuleBroken(
            f"{option.decided_by} decided on this extension on {clock.format_date(option.decided_at)}: "
            f"{option.get_status_display().lower()}."
        )
    if not award.is_in_force:
        raise RuleBroken(
            "An extension is decided while the award is in force. "
            f"It is: {award.get_status_display().lower()}."
        )
    if clock.today() > award.ends_on:
        raise RuleBroken(
            f"The award ended on {clock.format_date(award.ends_on)}. An extension is decided before that."
        )
    earlier = ExtensionOption.objects.in_the_way_of(
        award=award, number=option.number, added_at=option.added_at
    )
    if first := earlier.order_by("number").first():
        raise RuleBroken(
            f"Extension {first.number} comes first. It is: {first.get_status_display().lower()}."
        )
    require_someone_else(
        by, option.added_by_id, message="You added this option. Someone else must decide on it."
    )


# -- Nobody decided in time ----------------------------------------------------------------------------------


def lapse_options() -> int:
    """Let every decision point lapse whose last day is over; its officer is told.

    Contracts' options, which cost nothing of their own, stay until the contract ends. Safe to run twice and
    at once; late when it was missed, not lost. Returns how many lapsed.
    """
    due = ExtensionOption.objects.filter(
        status=ExtensionOption.Status.AVAILABLE,
        amount__isnull=False,
        decide_by__lt=clock.today(),
        award__status__in=IN_FORCE,
    )
    return sum(_lapse(award) for award in due.order_by("award").values_list("award", flat=True).distinct())


@transaction.atomic
def _lapse(award_pk: int) -> int:
    """What has lapsed of one award. Under the award's lock, so that a decision made meanwhile stands."""
    award = locked_award(Award(pk=award_pk))
    lapsed = 0
    for option in award.extension_options.select_for_update(no_key=True).order_by("number"):
        if not (option.is_past_its_date and award.is_in_force):
            continue
        option.status = ExtensionOption.Status.LAPSED
        option.save(update_fields=["status"])
        record(
            "extension.lapsed",
            award,
            f"Extension {option.number} lapsed: nobody decided on it by "
            f"{clock.format_date(option.decide_by)}.",
        )
        tell_officer(award, "extension_lapsed", about=f"extension-lapsed:{option.pk}", option=option)
        lapsed += 1
    return lapsed
