"""Reminding about returns: each stage once, in one e-mail per organisation and day (screens.md 3.18).

Nothing is remembered but what was told: every run works out from the dates which stage each owed return
has reached, and compares that with its chasers. So a night or a week without the scheduler is caught up with
by the one message that is right today. Two runs at once send once: the organisation's row is locked, and
skipped where another run holds it.
"""

import logging
from collections import defaultdict
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time

from django.db import transaction
from django.db.models import F, Prefetch

from audit.services import record
from monitoring.emails import reminder_sentence, reminder_subject
from monitoring.models import Chaser, Return
from notifications.services import queue
from organisations.models import Organisation
from organisations.services import members_of
from pcc_grants.lib import clock
from pcc_grants.lib.working_days import is_working_day

from .scheduling import open_due
from .stages import OFFICE_STAGES, Stage, reached

logger = logging.getLogger(__name__)

SENT_FROM, SENT_TO = time(9, 0), time(16, 0)
ORGANISATIONS_READ_AT_ONCE = 500
ORGANISATIONS_LOCKED_AT_ONCE = 25


@dataclass
class ChaseResult:
    """What one run did. `sent` counts e-mails put into the outbox, `details` names them.

    `skipped` counts the owed returns about which nothing was done: told already, or `waiting` for a working
    hour, for the organisation's next day, or for somebody to write to. `tasks` are for the office to do.
    """

    on: date
    sent: int = 0
    skipped: int = 0
    waiting: int = 0
    opened: int = 0
    tasks: int = 0
    failed: int = 0
    details: list[dict] = field(default_factory=list)

    def as_dict(self) -> dict:
        return asdict(self) | {"on": self.on.isoformat()}


@dataclass(frozen=True)
class Step:
    """The stage that one return has reached and nobody was told, and the earlier ones that were missed."""

    award_return: Return
    stage: Stage
    missed: tuple[Stage, ...]


def chase(on: date | None = None) -> ChaseResult:
    """Open what is due to open, then remind whoever owes a return and has reached a stage.

    `on` reckons as at 9am of that London date, but stamps with the present; else both are now.
    Nothing leaves outside 9am to 4pm of a working day.
    Any run may be repeated, doubled, killed or missed: each stage of each due date is told at most once.
    """
    day = on or clock.today()
    may_send = is_sending_time(clock.london(day, SENT_FROM) if on else clock.now())
    result = ChaseResult(on=day, opened=open_due(day))
    last = 0
    while organisations := _owing_after(last):
        _chase_organisations(organisations, result, may_send)
        last = organisations[-1]
    return result


def is_sending_time(moment: datetime) -> bool:
    """9am to 4pm in London on a working day."""
    local = moment.astimezone(clock.LONDON)
    return is_working_day(local.date()) and SENT_FROM <= local.time() <= SENT_TO


def _owing_after(last: int) -> list[int]:
    """The next organisations that owe a return, by id."""
    return list(
        Return.objects.owed()
        .filter(award__organisation__gt=last)
        .order_by("award__organisation")
        .values_list("award__organisation", flat=True)
        .distinct()[:ORGANISATIONS_READ_AT_ONCE]
    )


def _owed_by(organisations: list[int]):
    """What these organisations owe, each return with what was told about its present due date."""
    told = Chaser.objects.filter(due_on=F("award_return__due_on"))
    return (
        Return.objects.owed()
        .filter(award__organisation__in=organisations)
        .select_related("award__responsible_officer")
        .prefetch_related(Prefetch("chasers", queryset=told, to_attr="told"))
        .defer("narrative", "difficulties", "feedback")
        .order_by("due_on", "id")
    )


def _next_step(award_return: Return, day: date) -> Step | None:
    stages = reached(award_return, day)
    told = {chaser.stage for chaser in award_return.told}
    if not stages or stages[-1] in told:
        return None
    return Step(award_return, stages[-1], tuple(stage for stage in stages[:-1] if stage not in told))


def _chase_organisations(organisations: list[int], result: ChaseResult, may_send: bool) -> None:
    """One batch: read without locks who has something to be told, then lock those few at a time."""
    owed, steps, to_chase = 0, 0, set()
    for award_return in _owed_by(organisations):
        owed += 1
        if _next_step(award_return, result.on):
            steps += 1
            to_chase.add(award_return.award.organisation_id)
    if not may_send:
        result.waiting += steps
        result.skipped += owed
        return
    ordered = sorted(to_chase)
    done = sum(
        _chase_locked(ordered[start : start + ORGANISATIONS_LOCKED_AT_ONCE], result)
        for start in range(0, len(ordered), ORGANISATIONS_LOCKED_AT_ONCE)
    )
    result.skipped += owed - done


@transaction.atomic
def _chase_locked(ids: list[int], result: ChaseResult) -> int:
    """Lock a few organisations and what they owe, look again, tell them. Gives how many returns were done."""
    organisations = list(
        Organisation.objects.select_for_update(skip_locked=True, no_key=True)
        .filter(pk__in=ids)
        .order_by("pk")
    )
    owed = defaultdict(list)
    locked = _owed_by([organisation.pk for organisation in organisations])
    for award_return in locked.select_for_update(of=("self",), skip_locked=True, no_key=True):
        owed[award_return.award.organisation_id].append(award_return)
    keys = {organisation.pk: f"chase:{organisation.pk}:{result.on}" for organisation in organisations}
    used = set(
        Chaser.objects.filter(message_key__in=keys.values()).values_list("message_key", flat=True).distinct()
    )
    done = 0
    for organisation in organisations:
        key = keys[organisation.pk]
        try:
            with transaction.atomic():
                done += _chase_one(organisation, owed[organisation.pk], key, key in used, result)
        except Exception:  # one organisation's trouble must not keep the others from their reminders
            logger.exception("Organisation %s could not be reminded.", organisation.pk)
            result.failed += 1
    return done


def _chase_one(organisation, owed: list[Return], key: str, is_told_today: bool, result: ChaseResult) -> int:
    """Remind one organisation, and give the office its tasks. Returns how many returns were done."""
    steps = [step for award_return in owed if (step := _next_step(award_return, result.on))]
    tasks = [step for step in steps if step.stage == Stage.OVERDUE_28]
    letters = [step for step in steps if step.stage != Stage.OVERDUE_28]
    members = members_of(organisation) if letters and not is_told_today else []
    sent = _send(organisation, members, letters, owed, key, result.on) if members else 0
    if not members:
        unreachable = [] if is_told_today else [step for step in letters if step.stage in OFFICE_STAGES]
        result.waiting += len(letters) - len(unreachable)
        tasks, letters = tasks + unreachable, []
    _remember(letters, key)
    _remember(tasks, "")
    result.sent += sent
    result.tasks += sum(step.stage in OFFICE_STAGES for step in letters + tasks)
    result.details += [
        {
            "organisation": organisation.name,
            "return": step.award_return.reference,
            "stage": str(step.stage),
            "emails": sent if step in letters else 0,
        }
        for step in letters + tasks
    ]
    return len(letters + tasks)


def _send(organisation, members, steps: list[Step], owed: list[Return], key: str, day: date) -> int:
    """One e-mail to each member: the most pressing return leads, then the others that are owed."""
    order = list(Stage)
    pressing = max(steps, key=lambda step: (order.index(step.stage), -step.award_return.due_on.toordinal()))
    first = pressing.award_return
    context = {
        "subject": reminder_subject(first, pressing.stage, day),
        "stage": str(pressing.stage),
        "return": first,
        "sentence": reminder_sentence(first, day),
        "others": [
            {"return": other, "sentence": reminder_sentence(other, day)} for other in owed if other != first
        ],
        "organisation": organisation,
    }
    for member in members:
        queue(
            key=f"{key}:{member.pk}",
            to=member,
            template="monitoring/reminder",
            context=context | {"user": member},
            about=first,
        )
    return len(members)


def _remember(steps: list[Step], key: str) -> None:
    """Write down what was told, and what was missed for it. The unique constraint holds it to once."""
    moment = clock.now()
    Chaser.objects.bulk_create(
        Chaser(
            award_return=step.award_return,
            stage=stage,
            due_on=step.award_return.due_on,
            message_key=key if stage == step.stage else "",
            superseded=stage != step.stage,
            created_at=moment,
        )
        for step in steps
        for stage in (*step.missed, step.stage)
    )
    for step in steps:
        sentence = "was reminded" if key else "is to be contacted by the office"
        record(
            "return.chased",
            step.award_return,
            f"{step.award_return.award.organisation} {sentence}: {step.stage.label.lower()}.",
            changes={"stage": str(step.stage), "due_on": step.award_return.due_on},
        )
