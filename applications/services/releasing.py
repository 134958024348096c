"""Telling applicants what was decided: at once, or a whole round together when the office releases it.

Until then nothing that an applicant or the public sees differs between what is funded and what is not. Locks
are taken in the order round, applications, audit trail.
"""

import logging
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q

from accounts.permissions import Permission
from audit.services import record
from funds.models import Round
from notifications.services import queue
from pcc_grants.lib import clock
from pcc_grants.lib.frozen import hash_of
from pcc_grants.lib.locking import locked
from pcc_grants.lib.rules import RuleBroken

from .. import outcome_papers
from ..models import FINAL, Application, Decision, OutcomeLetter, Status
from .case_facts import decision_on_case
from .feedback import feedback_gaps
from .people import people_of
from .results import results_of, with_results

logger = logging.getLogger(__name__)

TOLD = (*FINAL, Status.INELIGIBLE)
# Checked and not told yet: to the applicant all of these are the same.
BEING_ASSESSED = (
    Status.ELIGIBLE,
    Status.ASSESSED,
    Status.RECOMMENDED,
    Status.RESERVE,
    Status.NOT_RECOMMENDED,
    Status.DEFERRED,
    *FINAL,
)
HELD = (
    "Decisions are being made on this round, so an application can no longer be withdrawn here. "
    "Contact us to withdraw it."
)
LETTERS_AT_ONCE = 100


@dataclass
class Outcomes:
    """Where a round stands: `ready` and `lacking` (with `gaps` by primary key) are decided and not told."""

    ready: list[Application] = field(default_factory=list)
    lacking: list[Application] = field(default_factory=list)
    gaps: dict[int, list[str]] = field(default_factory=dict)

    @property
    def decided(self) -> list[Application]:
        return sorted([*self.ready, *self.lacking], key=lambda one: one.reference)


def to_release(round):
    """Decided, and not told yet."""
    return round.applications.filter(status__in=FINAL, outcome_released_at=None)


def still_waiting(round):
    """Received and not decided: told with a later release."""
    return round.applications.filter(
        Q(status__in=set(BEING_ASSESSED) - set(FINAL))
        | Q(status__in=[Status.SUBMITTED, Status.CLARIFICATION])
    )


def outcomes_of(round) -> Outcomes:
    """What is decided and not told yet, and the feedback that is missing. Queries do not grow with it."""
    found = Outcomes()
    rows = with_results(to_release(round).select_related("organisation", "round__fund"))
    for application in rows.order_by("reference"):
        gaps = feedback_gaps(application)
        (found.lacking if gaps else found.ready).append(application)
        if gaps:
            found.gaps[application.pk] = gaps
    return found


def why_not_released(outcomes: Outcomes) -> str:
    """Why the outcomes of a round cannot be released, in a sentence; or nothing."""
    if not outcomes.decided:
        return "Nothing is decided that has not been released. Outcomes are released after decisions."
    if outcomes.lacking:
        named = ", ".join(application.reference for application in outcomes.lacking[:3])
        more = len(outcomes.lacking) - 3
        return (
            f"Feedback is missing for {named}{f' and {more} more' if more > 0 else ''}. "
            "Write it for each criterion that was not passed or scored low."
        )
    return ""


def why_not_withdrawable(application: Application) -> str:
    """Why nobody in this round can withdraw by themselves while decisions are made and not released.

    The same for all of the round: otherwise one's own page would tell whether one's application is decided.
    """
    if application.outcome_released_at or application.status not in BEING_ASSESSED:
        return ""
    return HELD if to_release(application.round).exists() else ""


# -- Schedule and release ------------------------------------------------------------------------------------


@transaction.atomic
def schedule_release(*, by, round, release_at) -> Round:
    """Set the moment at which the outcomes of a round are released, or another one. Raises RuleBroken."""
    by.require(Permission.MANAGE_APPLICATIONS)
    round = locked(Round.objects.select_related("fund"), round.pk)
    if (round.outcomes_release_at, round.outcomes_scheduled_by_id) == (release_at, by.pk):
        return round
    if release_at <= clock.now():
        raise RuleBroken("Choose a time that is still to come, or release the outcomes now.")
    _refuse(outcomes_of(round))
    before = round.outcomes_release_at
    round.outcomes_release_at, round.outcomes_scheduled_by = release_at, by
    round.save(update_fields=["outcomes_release_at", "outcomes_scheduled_by"])
    record(
        "round.outcomes_scheduled",
        round,
        f"{by} set the outcomes of {round} to be released at {clock.format_deadline(release_at)}.",
        by=by,
        changes={"outcomes_release_at": [before, release_at]},
    )
    return round


@transaction.atomic
def cancel_release(*, by, round) -> Round:
    """Take the moment of release back. Where none is set, nothing changes."""
    by.require(Permission.MANAGE_APPLICATIONS)
    round = locked(Round.objects.select_related("fund"), round.pk)
    if round.outcomes_release_at is None:
        return round
    before = round.outcomes_release_at
    round.outcomes_release_at = round.outcomes_scheduled_by = None
    round.save(update_fields=["outcomes_release_at", "outcomes_scheduled_by"])
    record(
        "round.release_cancelled",
        round,
        f"{by} took back the release of the outcomes of {round}.",
        by=by,
        changes={"outcomes_release_at": [before, None]},
    )
    return round


@transaction.atomic
def release_outcomes(*, by, round) -> int:
    """Tell everyone in the round who is decided, now. Returns how many applications; 0 when all were told.

    Raises RuleBroken while nothing was ever decided, or feedback is missing.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    round = locked(Round.objects.select_related("fund"), round.pk)
    outcomes = _locked_outcomes(round)
    if not outcomes.decided and round.outcomes_released_at:
        return 0
    _refuse(outcomes)
    return _release(round, outcomes.ready, by=by)


def release_due_outcomes() -> int:
    """Release what is due, whenever that was, and keep the letters that are owed. Safe twice and at once.

    Returns how many applications were told.
    """
    told = 0
    for pk in Round.objects.filter(outcomes_release_at__lte=clock.now()).values_list("pk", flat=True):
        try:
            told += _release_due(pk)
        except Exception:  # one round's trouble must not keep the others waiting
            logger.exception("The outcomes of round %s could not be released.", pk)
    _keep_owed_letters()
    return told


@transaction.atomic
def _release_due(pk) -> int:
    """Release one round, unless another process is at it. What lacks feedback since stays for a next time."""
    round = (
        Round.objects.select_for_update(of=["self"], skip_locked=True, no_key=True)
        .select_related("fund")
        .filter(pk=pk, outcomes_release_at__lte=clock.now())
        .first()
    )
    if round is None:
        return 0
    officer, due = round.outcomes_scheduled_by, round.outcomes_release_at
    outcomes = _locked_outcomes(round)
    if outcomes.ready:
        _release(round, outcomes.ready, by=None, scheduled_by=officer)
    else:
        round.outcomes_release_at = round.outcomes_scheduled_by = None
        round.save(update_fields=["outcomes_release_at", "outcomes_scheduled_by"])
        record("round.nothing_released", round, f"Nothing in {round} could be released when it was due.")
    queue(
        key=f"outcomes-released:{round.pk}:{due.isoformat()}",
        to=officer,
        template="applications/outcomes_released",
        context={"round": round, "told": len(outcomes.ready), "lacking": len(outcomes.lacking)},
        about=round,
    )
    return len(outcomes.ready)


def _refuse(outcomes: Outcomes) -> None:
    if reason := why_not_released(outcomes):
        raise RuleBroken(reason)


def _locked_outcomes(round) -> Outcomes:
    """What is decided and not told, read once nobody else can write its feedback any more."""
    rows = Application.objects.select_for_update(of=["self"], no_key=True)
    list(rows.filter(pk__in=to_release(round).values("pk")).order_by("pk").values_list("pk", flat=True))
    return outcomes_of(round)


def _release(round, applications, *, by, scheduled_by=None) -> int:
    """Tell the people of these applications, all at the same moment. The round and they are locked."""
    keys = [application.pk for application in applications]
    now = clock.now()
    to_release(round).filter(pk__in=keys).update(outcome_released_at=now)
    round.outcomes_released_at = now
    round.outcomes_release_at = round.outcomes_scheduled_by = None
    round.save(update_fields=["outcomes_released_at", "outcomes_release_at", "outcomes_scheduled_by"])
    numbers = numbers_of(round)
    for application in applications:
        application.outcome_released_at = now
        publish_outcome(application, final_decision(application), numbers=numbers)
    count = f"{len(keys)} application{'' if len(keys) == 1 else 's'}"
    who = f"as {scheduled_by} had set" if scheduled_by else f"by {by}"
    record(
        "round.outcomes_released",
        round,
        f"The outcomes of {count} in {round} were released, {who}.",
        by=by,
        changes={"applications": sorted(application.reference for application in applications)},
    )
    return len(keys)


# -- One application -----------------------------------------------------------------------------------------


def final_decision(application: Application) -> Decision | None:
    if application.round.is_allocated and application.status in FINAL:
        return decision_on_case(application)
    return application.decisions.filter(outcome__in=FINAL).first()


def publish_outcome(application: Application, decision: Decision | None, *, numbers=None) -> None:
    """What happens when an outcome is told: the letter is kept, the decision published, everyone written to.

    A business case can be over without a decision of its own; then the application stands for it.
    `outcome_released_at` is set by the caller, who holds the application's lock.
    """
    store_letter(application, decision, numbers=numbers)
    of_projects = Q(project__business_case__application=application)
    Decision.objects.filter(Q(pk=decision and decision.pk) | of_projects, published_at=None).update(
        published_at=application.outcome_released_at
    )
    once = decision.number if decision else application.reference
    for person in people_of(application):
        queue(
            key=f"decision:{once}:{person.pk}",
            to=person,
            template="applications/decision_ready",
            context={"application": application},
            about=application,
        )


def store_letter(
    application: Application, decision: Decision | None = None, *, numbers=None
) -> OutcomeLetter:
    """Keep what the applicant is told, with its hash; a second time gives the first."""
    kept = OutcomeLetter.objects.filter(application=application).first()
    if kept:
        return kept
    content = letter_content(application, decision, numbers=numbers)
    return OutcomeLetter.objects.create(
        application=application,
        decision=decision,
        content=content,
        sha256=hash_of(content),
        released_at=application.outcome_released_at,
    )


def letter_content(application: Application, decision: Decision | None, *, numbers=None) -> dict:
    """The letter as it would be released now."""
    if not application.round.has_closed:
        numbers = None  # more may come in: what was counted so far would be wrong soon
    else:
        numbers = numbers or numbers_of(application.round, as_if_released=application)
    return outcome_papers.letter_of(application, decision, results_of(application), numbers)


def numbers_of(round, *, as_if_released: Application | None = None) -> dict:
    """How many applied, are funded as far as it is told, and are still to be told.

    For the preview of a round that releases together, everything decided counts as told.
    """
    told = Q(outcome_released_at__isnull=False)
    if as_if_released is not None and as_if_released.outcome_released_at is None:
        told |= Q(status__in=FINAL)
    received = round.applications.exclude(submitted_at=None)
    over = told | Q(status__in=[Status.WITHDRAWN, Status.DRAFT, Status.NOT_SUBMITTED])
    return {
        "applied": received.count(),
        "funded": received.filter(told, status=Status.APPROVED).count(),
        "open": received.exclude(over).count(),
    }


def _keep_owed_letters() -> None:
    """Letters of outcomes that were told before letters were kept."""
    owed = Application.objects.filter(
        outcome_released_at__isnull=False, status__in=TOLD, outcome_letter=None
    ).values_list("pk", flat=True)[:LETTERS_AT_ONCE]
    for pk in list(owed):
        with transaction.atomic():
            application = (
                Application.objects.select_for_update(of=["self"], skip_locked=True, no_key=True)
                .select_related("round__fund", "organisation")
                .filter(pk=pk)
                .first()
            )
            if application:
                store_letter(application, final_decision(application))
