"""A contract's extension options: added with the award, each decided on its own date."""

from django.db import transaction

from accounts.permissions import Permission
from audit.services import record
from awards.emails import tell_recipient
from awards.models import Award, ExtensionOption, Status
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken, require_someone_else
from pcc_grants.lib.text import clean

from .locking import locked_award


@transaction.atomic
def add_extension_options(*, by, award, options) -> list[ExtensionOption]:
    """Add options to run longer, one after another: dicts of starts_on, ends_on and decide_by.

    Each starts on the day after the award, or the option before, ends. Options that are there already are
    left as they are. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_AWARDS)
    award = locked_award(award)
    if award.status not in (Status.PROPOSED, Status.PREPARED, Status.ACTIVE):
        raise RuleBroken(
            "Extension options are added before the offer is made, or while the award is active. "
            f"It is: {award.get_status_display().lower()}."
        )
    existing = list(award.extension_options.order_by("number"))
    known = {(one.starts_on, one.ends_on, one.decide_by): one for one in existing}
    made = []
    for option in options:
        key = (option["starts_on"], option["ends_on"], option["decide_by"])
        if key in known:
            made.append(known[key])
            continue
        added = _add(award, by, existing, *key)
        existing.append(added)
        made.append(added)
    return made


def _add(award: Award, by, existing, starts_on, ends_on, decide_by) -> ExtensionOption:
    before = existing[-1].ends_on if existing else award.ends_on
    if starts_on <= before:
        raise RuleBroken(f"The extension must start after {clock.format_date(before)}.")
    if ends_on <= starts_on:
        raise RuleBroken(f"The extension must end after {clock.format_date(starts_on)}, when it starts.")
    if decide_by > starts_on:
        raise RuleBroken(
            f"The extension must be decided on or before {clock.format_date(starts_on)}, when it starts."
        )
    option = ExtensionOption.objects.create(
        award=award,
        number=len(existing) + 1,
        starts_on=starts_on,
        ends_on=ends_on,
        decide_by=decide_by,
        added_by=by,
        added_at=clock.now(),
    )
    record(
        "extension.added",
        award,
        f"{by} added extension option {option.number}: {clock.format_date(starts_on)} to "
        f"{clock.format_date(ends_on)}, to decide by {clock.format_date(decide_by)}.",
        by=by,
    )
    return option


@transaction.atomic
def decide_extension(*, by, option, grant: bool, reason: str) -> ExtensionOption:
    """Grant or decline an extension, with the reason. Granted, the award ends on the option's last day.

    Options are decided in order, before the award ends, and not by who added them. Raises RuleBroken.
    """
    by.require(Permission.DECIDE)
    award = locked_award(Award(pk=option.award_id))
    option = ExtensionOption.objects.select_for_update(no_key=True).get(pk=option.pk)
    target = ExtensionOption.Status.GRANTED if grant else ExtensionOption.Status.DECLINED
    if option.status == target and option.decided_by_id == by.pk:
        return option
    _check_may_be_decided(award, option, by)
    reason = clean(reason)
    if not reason:
        raise RuleBroken("Enter the reason for the decision.")
    option.status = target
    option.decided_by = by
    option.decided_at = clock.now()
    option.reason = reason
    option.save(update_fields=["status", "decided_by", "decided_at", "reason"])
    if grant:
        award.ends_on = option.ends_on
        award.save(update_fields=["ends_on"])
    answer = (
        f"granted extension {option.number}: the award runs until {clock.format_date(option.ends_on)}"
        if grant
        else f"declined extension {option.number}: the award ends on {clock.format_date(award.ends_on)}"
    )
    record(f"extension.{target}", award, f"{by} {answer}.", by=by, changes={"reason": reason})
    tell_recipient(award, "extension_decided", about=f"extension:{option.pk}", option=option)
    return option


def _check_may_be_decided(award: Award, option: ExtensionOption, by) -> None:
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
    earlier = award.extension_options.filter(number__lt=option.number)
    undecided = earlier.exclude(status=ExtensionOption.Status.GRANTED).order_by("number").first()
    if undecided:
        raise RuleBroken(
            f"Extension {undecided.number} comes first. It is: {undecided.get_status_display().lower()}."
        )
    require_someone_else(
        by, option.added_by_id, message="You added this option. Someone else must decide on it."
    )
