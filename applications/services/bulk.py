"""One thing done with every application of a filtered list: prepared, looked at, confirmed, carried out.

What is confirmed is what was looked at: the preview carries a fingerprint of what was found and of what would
happen to it. Each application is changed in a transaction of its own, together with the row that says so, so
that nothing is done twice, and one that fails does not stop the rest.
"""

import hashlib
import json
import logging
import time
from collections import Counter
from dataclasses import dataclass

from django.db import transaction

from accounts.permissions import Permission
from audit.services import record
from pcc_grants.lib import clock
from pcc_grants.lib.locking import locked
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean

from ..models import Application, BulkAction, BulkItem
from ..tasks import run_bulk_actions as run_soon
from .bulk_kinds import KINDS, Verdict

logger = logging.getLogger(__name__)
State, Outcome = BulkAction.State, BulkItem.Outcome

MOST_AT_ONCE = 200  # more than this is done in the background
SECONDS_A_RUN = 200  # of the background, which then goes on in another run
MOST_SAID = 50
CHANGED = "The list has changed since you looked at it. Check what would happen now, then confirm again."
FAILED = "Something went wrong, and it was not changed. Try it on its own page."


# -- Preparing and looking -----------------------------------------------------------------------------------


@transaction.atomic
def prepare_bulk(*, by, action, query, options: dict) -> BulkAction:
    """Write down what is to be done with the list of a filter. Nothing changes before it is confirmed."""
    by.require(Permission.MANAGE_APPLICATIONS)
    if action not in KINDS:
        raise RuleBroken("Select what you want to do.")
    if len(query) > BulkAction._meta.get_field("query").max_length:
        raise RuleBroken("This filter is too long. Shorten what it searches for.")
    same = BulkAction.objects.filter(
        by=by, state=State.PREPARED, action=action, query=query, options=options
    ).first()
    return same or BulkAction.objects.create(by=by, action=action, query=query, options=options)


@dataclass
class Preview:
    """What would happen to each application of the list."""

    verdicts: list[Verdict]

    @property
    def changed(self) -> list[Verdict]:
        return [one for one in self.verdicts if not one.is_left_out]

    @property
    def left_out(self) -> list[Verdict]:
        return [one for one in self.verdicts if one.is_left_out]

    @property
    def fingerprint(self) -> str:
        """Stands for what was found, and for what would happen to it."""
        seen = [(one.application.pk, one.sentence, one.plan) for one in self.verdicts]
        return hashlib.sha256(json.dumps(seen).encode()).hexdigest()


def preview_bulk(by, bulk: BulkAction, found) -> Preview:
    """What confirming would do with the applications of a queryset; queries do not grow with them."""
    applications = list(
        found.select_related("round__fund", "organisation", "response__questionnaire")
        .prefetch_related("partners")
        .order_by("reference", "pk")
    )
    return Preview(KINDS[bulk.action].judge(by, applications, bulk.options))


# -- Confirming ----------------------------------------------------------------------------------------------


@transaction.atomic
def confirm_bulk(*, by, bulk, found, fingerprint: str, reason: str) -> BulkAction:
    """Start what was looked at, for the applications that were looked at. Twice changes nothing.

    Raises RuleBroken when the list is another by now, or nothing in it would change.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    bulk = locked(BulkAction.objects.all(), bulk.pk)
    if bulk.by_id != by.pk:
        raise RuleBroken("Only the person who prepared this can confirm it.")
    if bulk.state != State.PREPARED:
        return bulk
    preview = preview_bulk(by, bulk, found)
    if preview.fingerprint != fingerprint:
        raise RuleBroken(CHANGED)
    if not preview.changed:
        raise RuleBroken("Nothing in this list would change. Go back and choose another filter.")
    bulk.reason = clean(reason)
    if not bulk.reason:
        raise RuleBroken("Enter why you are doing this")
    bulk.state, bulk.confirmed_at = State.RUNNING, clock.now()
    bulk.save(update_fields=["state", "reason", "confirmed_at"])
    BulkItem.objects.bulk_create(
        [
            BulkItem(
                bulk=bulk,
                application=one.application,
                plan=one.plan,
                sentence=one.sentence,
                outcome=Outcome.LEFT_OUT if one.is_left_out else Outcome.WAITING,
                done_at=clock.now() if one.is_left_out else None,
            )
            for one in preview.verdicts
        ],
        batch_size=500,
    )
    record(
        "bulk.confirmed",
        bulk,
        f"{by} confirmed “{bulk.get_action_display()}” for {_applications(len(preview.changed))}.",
        by=by,
        changes={
            "filter": bulk.query,
            "options": bulk.options,
            "reason": bulk.reason,
            "applications": [one.application.pk for one in preview.changed],
        },
    )
    if len(preview.changed) > MOST_AT_ONCE:
        transaction.on_commit(run_soon.delay, robust=True)  # the sweep recovers a lost one
    return bulk


def _applications(count: int) -> str:
    return f"{count} application{'' if count == 1 else 's'}"


@transaction.atomic
def discard_bulk(*, by, bulk) -> None:
    """Forget what was prepared and not confirmed. Raises RuleBroken once it was confirmed."""
    by.require(Permission.MANAGE_APPLICATIONS)
    kept = BulkAction.objects.select_for_update(no_key=True).filter(pk=bulk.pk, by=by).first()
    if kept is None:
        return
    if kept.state != State.PREPARED:
        raise RuleBroken("This has been confirmed already.")
    kept.delete()


# -- Carrying out --------------------------------------------------------------------------------------------


def is_small(bulk: BulkAction) -> bool:
    """Whether it is done while the person who confirmed it waits."""
    return bulk.items.filter(outcome=Outcome.WAITING).count() <= MOST_AT_ONCE


def run_bulk(bulk_pk: int, seconds: float | None = None) -> bool:
    """Carry out what is confirmed, one application after the other. Whether it is done.

    Safe twice and side by side: each application is claimed under a lock, and its row says what became of it
    in the transaction that changed it.
    """
    bulk = BulkAction.objects.select_related("by").get(pk=bulk_pk)
    ends = time.monotonic() + seconds if seconds else None
    while bulk.state == State.RUNNING and (ends is None or time.monotonic() < ends):
        if not _run_one(bulk):
            return _finish(bulk_pk)
    return bulk.state == State.DONE


def run_bulk_actions() -> int:
    """Go on with everything that is under way. Returns how many came to their end."""
    ends, done = time.monotonic() + SECONDS_A_RUN, 0
    running = BulkAction.objects.filter(state=State.RUNNING).order_by("pk")
    for pk in list(running.values_list("pk", flat=True)):
        done += run_bulk(pk, max(0.001, ends - time.monotonic()))
    if time.monotonic() >= ends:
        run_soon.delay()
    return done


@transaction.atomic
def _run_one(bulk: BulkAction) -> bool:
    """Do the next one that nobody else is doing; whether there was one."""
    item = (
        BulkItem.objects.select_for_update(skip_locked=True, no_key=True)
        .filter(bulk=bulk, outcome=Outcome.WAITING)
        .order_by("pk")
        .first()
    )
    if item is None:
        return False
    item.outcome, item.sentence = Outcome.DONE, ""
    try:
        with transaction.atomic():
            related = Application.objects.select_related(
                "round__fund", "organisation", "response__questionnaire"
            )
            application = related.get(pk=item.application_id)
            KINDS[bulk.action].do(bulk.by, bulk, application, item.plan)
    except RuleBroken as broken:
        item.outcome, item.sentence = Outcome.LEFT_OUT, str(broken)
    except Exception as error:  # one application's trouble must not keep the others from their turn
        logger.error("Bulk item %s failed: %s", item.pk, type(error).__name__)
        item.outcome, item.sentence = Outcome.LEFT_OUT, FAILED
    item.done_at = clock.now()
    item.save(update_fields=["outcome", "sentence", "done_at"])
    return True


@transaction.atomic
def _finish(bulk_pk: int) -> bool:
    """It is done once nothing waits, in another process either."""
    bulk = locked(BulkAction.objects.select_related("by"), bulk_pk)
    counts = counts_of(bulk)
    if bulk.state != State.RUNNING or counts[Outcome.WAITING]:
        return bulk.state == State.DONE
    bulk.state, bulk.finished_at = State.DONE, clock.now()
    bulk.save(update_fields=["state", "finished_at"])
    record(
        "bulk.done",
        bulk,
        f"“{bulk.get_action_display()}” was done for {_applications(counts[Outcome.DONE])}; "
        f"{counts[Outcome.LEFT_OUT]} left out.",
        by=bulk.by,
        changes={"done": counts[Outcome.DONE], "left_out": counts[Outcome.LEFT_OUT]},
    )
    return True


def counts_of(bulk: BulkAction) -> Counter:
    """How many applications are waiting, done and left out."""
    return Counter(bulk.items.values_list("outcome", flat=True))
