"""What must always hold about returns and reminders; `manage.py verify` collects it."""

from collections.abc import Iterator

from django.db.models import Count, F, Q

from awards.models import Condition
from awards.models import Status as AwardStatus
from notifications.models import Message
from pcc_grants.lib.checking import Violation

from .models import Chaser, Return, Status

JUDGED = (Status.SATISFACTORY, Status.UNSATISFACTORY)
SENT = (Status.SUBMITTED, *JUDGED)
BEFORE_THE_AWARD_RUNS = (
    AwardStatus.PROPOSED,
    AwardStatus.REFUSED,
    AwardStatus.PREPARED,
    AwardStatus.OFFERED,
    AwardStatus.ACCEPTED,
    AwardStatus.DECLINED,
)


def violations() -> Iterator[Violation]:
    """Each rule is one query for whatever breaks it."""
    for rule, queryset, sentence in (*_of_states(), *_of_conditions()):
        for found in queryset.iterator(chunk_size=500):
            yield Violation(rule, found.reference, f"{found.reference}: {sentence}")
    yield from _of_reminders()


def _of_states():
    """States against stamps."""
    returns = Return.objects.select_related("award")
    yield (
        "return sent is signed",
        returns.filter(status__in=SENT).filter(
            Q(submitted_at=None) | Q(submitted_by=None) | Q(signed_name="") | Q(signed_role="")
        ),
        "It counts as sent, but lacks who signed it and when.",
    )
    yield (
        "return judged has a reviewer",
        returns.filter(status__in=(*JUDGED, Status.CHANGES_REQUESTED)).filter(
            Q(reviewed_at=None) | Q(reviewed_by=None) | Q(feedback="") | Q(submitted_at=None)
        ),
        "It was judged, but lacks who judged it, when, or with what words.",
    )
    yield (
        "return judged after it was sent",
        returns.filter(status__in=JUDGED, reviewed_at__lt=F("submitted_at")),
        "It was judged before it was sent.",
    )
    yield (
        "return not sent has no stamps",
        returns.filter(status__in=(Status.SCHEDULED, Status.OPEN)).filter(
            Q(submitted_at__isnull=False) | Q(reviewed_at__isnull=False)
        ),
        "It has not been sent, but carries the stamps of one that was.",
    )
    yield (
        "return judged by someone else",
        returns.filter(status__in=JUDGED, reviewed_by=F("submitted_by")),
        "The person who sent it also judged it.",
    )
    yield (
        "return open while its award has run",
        returns.exclude(status__in=(Status.SCHEDULED, Status.CANCELLED)).filter(
            award__status__in=BEFORE_THE_AWARD_RUNS
        ),
        "It is open or was sent, but its award has not begun.",
    )


def _of_conditions():
    """An accepted return has met its instalment's condition, and nothing else has."""
    returns = Return.objects.exclude(condition=None)
    yield (
        "accepted return meets its condition",
        returns.filter(status=Status.SATISFACTORY, condition__met_at=None),
        "It is accepted, but the condition that waits for it is not met.",
    )
    yield (
        "condition met by an accepted return",
        returns.exclude(status=Status.SATISFACTORY).filter(condition__met_at__isnull=False),
        "The condition that waits for it is met, but it is not accepted.",
    )
    yield (
        "condition of the same award",
        returns.exclude(condition__instalment__award=F("award")),
        "The condition tied to it belongs to another award.",
    )
    yield (
        "condition waits for a return",
        returns.exclude(condition__kind=Condition.Kind.RETURN),
        "The condition tied to it waits for something other than a return.",
    )


def _of_reminders() -> Iterator[Violation]:
    """Once each, nothing after the return arrived, and every e-mail that is noted exists."""
    chasers = Chaser.objects.select_related("award_return")
    twice = (
        Chaser.objects.values("award_return__reference", "stage", "due_on")
        .annotate(times=Count("pk"))
        .filter(times__gt=1)
        .order_by()
    )
    for found in twice:
        yield Violation(
            "reminder once",
            found["award_return__reference"],
            f"{found['award_return__reference']}: “{found['stage']}” of {found['due_on']} was told twice.",
        )
    late = chasers.filter(
        superseded=False,
        award_return__status__in=SENT,
        created_at__gt=F("award_return__submitted_at"),
    )
    for chaser in late.iterator(chunk_size=500):
        yield Violation(
            "no reminder after sending",
            chaser.award_return.reference,
            f"{chaser.award_return.reference}: it was chased ({chaser.stage}) after it had been sent.",
        )
    kept = set()
    for key in Message.objects.filter(key__startswith="chase:").values_list("key", flat=True).iterator():
        kept.add(key.rpartition(":")[0])
    for chaser in chasers.exclude(message_key="").iterator(chunk_size=500):
        if chaser.message_key not in kept:
            reference, stage = chaser.award_return.reference, chaser.get_stage_display().lower()
            yield Violation(
                "reminder is in the outbox",
                reference,
                f"{reference}: the e-mail noted for “{stage}” is not in the outbox.",
            )
