"""Moderation: what assessors and officers agree on the scores of a round, when they met, what was said."""

from datetime import date

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission, Role
from applications.models import AgreedScore, Application, Assessment, ModerationMeeting, Status
from audit.models import Event
from audit.services import record
from funds.models import Round
from notifications.services import queue
from pcc_grants.lib import clock
from pcc_grants.lib.changing import apply_changes
from pcc_grants.lib.locking import locked
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean

from .assessing import check_given, locked_application, refuse_conflict


def refuse_interest(application: Application, person: User) -> None:
    """Who has an interest in an application has no part in what its scores come to. Raises RuleBroken."""
    refuse_conflict(application, person, what_to_do="Someone else must do this.")


# -- Agreeing scores -----------------------------------------------------------------------------------------


@transaction.atomic
def agree_score(*, by, application, criterion, score=None, passed=None, reason, meeting=None) -> AgreedScore:
    """Record what was agreed for one criterion, and why: it stands in place of what the assessors gave.

    `score` is on the scale of the round; `passed` for a criterion that is passed or not; `meeting` where it
    was agreed, of the same round. Open to change until a recommendation is made, each change on the trail;
    the same twice changes nothing. Raises RuleBroken: also for whoever has an interest in the application.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    application = locked_application(application)
    if refusal := why_not_agreed(application):
        raise RuleBroken(refusal)
    refuse_interest(application, by)
    check_given(application, criterion, score, passed)
    if score is None and passed is None:
        asked = f"whether {criterion} is passed" if criterion.is_pass_fail else f"a score for {criterion}"
        raise RuleBroken(f"Select {asked}.")
    reason = clean(reason)
    if not reason:
        raise RuleBroken("Enter why this was agreed.")
    if meeting is not None and meeting.round_id != application.round_id:
        raise RuleBroken(f"That meeting was not about {application.round}.")
    wanted = {
        "score": score,
        "passed": passed,
        "reason": reason,
        "meeting_id": meeting.pk if meeting else None,
    }
    agreed = application.agreed_scores.filter(criterion=criterion).first()
    verb = "changed what was agreed" if agreed else "recorded what was agreed"
    agreed = agreed or AgreedScore(application=application, criterion=criterion, reason="")
    changes = apply_changes(agreed, wanted)
    if not changes:
        return agreed
    agreed.agreed_by, agreed.agreed_at = by, clock.now()
    agreed.save()
    record(
        "moderation.agreed",
        application,
        f"{by} {verb} for {criterion} of {application.reference}.",
        by=by,
        changes={"criterion": criterion.pk} | changes,
    )
    return agreed


@transaction.atomic
def forget_agreed(*, by, agreed: AgreedScore) -> None:
    """Take back what was agreed for a criterion: what the assessors gave counts again. Raises RuleBroken."""
    by.require(Permission.MANAGE_APPLICATIONS)
    application = locked_application(agreed.application)
    if refusal := why_not_agreed(application):
        raise RuleBroken(refusal)
    refuse_interest(application, by)
    agreed = application.agreed_scores.select_related("criterion").filter(pk=agreed.pk).first()
    if agreed is None:
        return
    record_taken_back(by, application, agreed)
    agreed.delete()


def record_taken_back(by, application: Application, agreed: AgreedScore) -> None:
    """Say on the trail of an application that an agreed score no longer stands, and what it was."""
    record(
        "moderation.taken_back",
        application,
        f"{by} took back what was agreed for {agreed.criterion} of {application.reference}.",
        by=by,
        changes={
            "criterion": agreed.criterion_id,
            "score": [agreed.score, None],
            "passed": [agreed.passed, None],
            "reason": [agreed.reason, ""],
        },
    )


def why_not_agreed(application: Application) -> str:
    """Why scores of an application cannot be agreed now, in a sentence; empty when they can."""
    if application.status != Status.ASSESSED:
        return (
            "Scores are agreed after an application has been scored by everyone asked, until a "
            f"recommendation is made. This one is: {application.get_status_display().lower()}."
        )
    if not application.assessments.filter(status=Assessment.Status.SUBMITTED).exists():
        return "Nobody has scored this application, so there is nothing to agree."
    return ""


# -- Meetings ------------------------------------------------------------------------------------------------


@transaction.atomic
def record_meeting(*, by, round, held_on, present, notes="") -> ModerationMeeting:
    """Record a moderation meeting on a round: its London date, who was present, and what was said.

    It may be still to come. The same meeting by the same person again gives the first. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    round = locked(Round.objects.select_related("fund"), round.pk)
    present, notes = _checked(round, held_on, present), clean(notes)
    for same in round.moderation_meetings.filter(held_on=held_on, notes=notes, recorded_by=by):
        if {person.pk for person in same.present.all()} == {person.pk for person in present}:
            return same
    meeting = ModerationMeeting.objects.create(
        round=round, held_on=held_on, notes=notes, recorded_by=by, recorded_at=clock.now()
    )
    meeting.present.set(present)
    record(
        "moderation.meeting_recorded",
        round,
        f"{by} recorded the moderation meeting of {clock.format_date(held_on)} on {round}.",
        by=by,
        changes={"held_on": held_on, "present": sorted(person.pk for person in present), "notes": notes},
    )
    return meeting


@transaction.atomic
def change_meeting(*, by, meeting, held_on, present, notes="") -> ModerationMeeting:
    """Correct what is recorded of a meeting, or add what was said; the trail keeps what was there before."""
    by.require(Permission.MANAGE_APPLICATIONS)
    meeting = locked(ModerationMeeting.objects.select_related("round__fund"), meeting.pk)
    present = _checked(meeting.round, held_on, present)
    before = sorted(meeting.present.values_list("pk", flat=True))
    after = sorted(person.pk for person in present)
    changes = apply_changes(meeting, {"held_on": held_on, "notes": clean(notes)})
    if before != after:
        meeting.present.set(present)
        changes["present"] = [before, after]
    if changes:
        meeting.save(update_fields=["held_on", "notes"])
        record(
            "moderation.meeting_changed",
            meeting.round,
            f"{by} changed the moderation meeting of {clock.format_date(held_on)} on {meeting.round}.",
            by=by,
            changes=changes,
        )
    return meeting


def _checked(round: Round, held_on, present) -> list[User]:
    present = list(present)
    if not present:
        raise RuleBroken("Select who was present at the meeting.")
    allowed = set(people_of_moderation(round).values_list("pk", flat=True))
    for person in present:
        if person.pk not in allowed:
            raise RuleBroken(f"{person} is neither an officer nor an assessor of {round}.")
    if held_on < clock.london_date(round.opens_at):
        opened = clock.format_date(round.opens_at)
        raise RuleBroken(f"The date of the meeting must be {opened} or later, when the round opened.")
    return present


def people_of_moderation(round: Round):
    """Who may be at a meeting on a round: officers, and those who were asked to score its applications."""
    asked = Assessment.objects.filter(application__round=round).values("assessor")
    officers = User.objects.with_role(Role.OFFICER).values("pk")
    return (User.objects.filter(pk__in=officers) | User.objects.filter(pk__in=asked)).order_by("name", "pk")


# -- The pack ------------------------------------------------------------------------------------------------


def scorers_of(round: Round):
    """Those who have submitted scores of a round."""
    scored = Assessment.objects.filter(application__round=round, status=Assessment.Status.SUBMITTED)
    return User.objects.filter(pk__in=scored.values("assessor"), is_active=True).order_by("name", "pk")


@transaction.atomic
def send_moderation_pack(*, by, meeting) -> int:
    """Tell assessors and officers that the scores of a round are ready to moderate: once for each date.

    Returns to how many people. A second time changes nothing. Raises RuleBroken.
    """
    by.require(Permission.MANAGE_APPLICATIONS)
    meeting = locked(ModerationMeeting.objects.select_related("round__fund"), meeting.pk)
    round = meeting.round
    scorers = list(scorers_of(round))
    if not scorers:
        raise RuleBroken("No scores of this round have been submitted, so there is nothing to moderate yet.")
    if was_pack_sent(meeting):
        return 0
    officers = list(User.objects.with_role(Role.OFFICER))
    people = {person.pk: person for person in [*scorers, *officers]}
    officer_keys = {person.pk for person in officers}
    for person in people.values():
        queue(
            key=f"moderation:{round.pk}:{meeting.held_on.isoformat()}:{person.pk}",
            to=person,
            template="applications/moderation_pack",
            context={"round": round, "meeting": meeting, "is_officer": person.pk in officer_keys},
            about=round,
        )
    record(
        "moderation.pack_sent",
        round,
        f"{by} told {len(people)} people that the scores of {round} are ready to moderate on "
        f"{clock.format_date(meeting.held_on)}.",
        by=by,
        changes={"held_on": meeting.held_on},
    )
    return len(people)


def was_pack_sent(meeting) -> bool:
    """Whether people have been told of the moderation on the date of this meeting."""
    return meeting.held_on in packs_sent(meeting.round)


def packs_sent(round: Round) -> set:
    """The dates of whose moderation people have been told."""
    told = Event.objects.about(round).filter(verb="moderation.pack_sent")
    return {date.fromisoformat(changes["held_on"]) for changes in told.values_list("changes", flat=True)}


# -- Reading -------------------------------------------------------------------------------------------------


def recusals_of(round: Round):
    """Who stepped aside from applications of a round, and why: minuted with its moderation."""
    return (
        Assessment.objects.filter(application__round=round, status=Assessment.Status.RECUSED)
        .select_related("assessor", "application__organisation")
        .order_by("application__reference", "pk")
    )
