"""The people on one application: invited by its lead, given a part, changed and removed (screens.md 3.7).

An application is never without a lead. People who act for the organisation take part by that; what is said
here of them only changes what they may do.
"""

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission
from audit.services import record
from notifications.services import queue
from organisations.services import addressee, require_unanswered, why_not_acceptable
from pcc_grants.lib import clock
from pcc_grants.lib.locking import locked
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean_line
from questionnaires.models import Section

from ..models import Application, ApplicationInvitation, Part, Participant, Status
from . import people
from .completeness import accepts_submission, ended_sentence
from .signing import drop_signature_request

# Far more than any application needs; so that nobody can write to endless addresses through us.
MOST_OPEN = 20
TOO_MANY = f"You have {MOST_OPEN} invitations that have not been answered. Cancel some of them first."
NOT_FOR_YOU = "This invitation was sent to another email address. Sign in with that one."
NEEDS_A_LEAD = "The application needs a lead. Make somebody else its lead first."
ALWAYS_LEADS = (
    "A lead of the organisation leads all its applications. Change their role in the organisation first."
)
NOT_HERE = "This person does not take part in the application."


def why_people_stay(application: Application) -> str:
    """Why nobody can be invited, changed or removed now; empty while they can (draft, submitted, asked)."""
    status = application.status
    if status in (Status.SUBMITTED, Status.CLARIFICATION):
        return ""
    if status == Status.DRAFT and accepts_submission(application):
        return ""
    if status in (Status.DRAFT, Status.NOT_SUBMITTED):
        return f"{ended_sentence(application)}. The people on this application can no longer be changed."
    if application.was_deleted_as_draft:
        return "This draft was deleted, so the people on it cannot be changed."
    if status == Status.WITHDRAWN:
        return "This application was withdrawn, so the people on it cannot be changed."
    return "We have begun to assess this application, so the people on it cannot be changed. Contact us."


@transaction.atomic
def invite(*, by, application, email, name, part, sections=()) -> ApplicationInvitation:
    """Invite somebody by e-mail address to take a part in the application, whoever it belongs to. By a lead.

    `sections` limits a contributor; none: every section. An address that has the same open invitation keeps
    it; one that expired is renewed. Raises RuleBroken.
    """
    application = _lock_to_change(by, application)
    part, sections = _checked(application, part, sections)
    email = email.strip().lower()
    if any(one.user.email == email for one in people.standings_of(application)):
        raise RuleBroken("This person already takes part in the application. Change their part instead.")
    earlier = application.invitations.unanswered().filter(email__iexact=email).first()
    if earlier and earlier.is_open:
        if earlier.part == part and set(earlier.sections.all()) == set(sections):
            return earlier
        raise RuleBroken("You have already invited this person to take part. Cancel that invitation first.")
    if application.invitations.open().count() >= MOST_OPEN:
        raise RuleBroken(TOO_MANY)
    if earlier:
        earlier.part = part
        return _send(by, application, earlier, sections, "application.invited_again")
    invitation = ApplicationInvitation(application=application, email=email, name=clean_line(name), part=part)
    return _send(by, application, invitation, sections, "application.invited")


@transaction.atomic
def send_invitation_again(*, by, invitation) -> ApplicationInvitation:
    """Renew an invitation for 14 days and send it again; on the day it was sent, nothing happens. By a lead.

    Raises RuleBroken when it was answered or cancelled.
    """
    application, invitation = _lock_invitation(invitation)
    _require_changeable(by, application)
    require_unanswered(invitation)
    if invitation.is_open and clock.london_date(invitation.invited_at) == clock.today():
        return invitation
    return _send(by, application, invitation, None, "application.invited_again")


@transaction.atomic
def cancel_invitation(*, by, invitation) -> ApplicationInvitation:
    """Take an invitation back: by a lead; or say no to it: by the person invited. Once; then nothing happens.

    Raises RuleBroken once it was accepted.
    """
    application, invitation = _lock_invitation(invitation)
    is_own = invitation.email == by.email
    if not is_own:
        people.require_lead(by, application)
    if invitation.cancelled_at:
        return invitation
    require_unanswered(invitation)
    invitation.cancelled_at = clock.now()
    invitation.save(update_fields=["cancelled_at"])
    what = "declined" if is_own else "cancelled"
    record(
        "application.invitation_cancelled",
        application,
        f"{by} {what} an invitation to {application.reference}.",
        by=by,
    )
    return invitation


@transaction.atomic
def accept_invitation(*, by, invitation) -> Application:
    """Take part from now on: by the person invited, in time. A second time changes nothing.

    Raises RuleBroken for anybody else, when it expired or was cancelled, and once nobody can join any more.
    """
    application, invitation = _lock_invitation(invitation)
    by.require(Permission.APPLY)
    if invitation.email != by.email:
        raise RuleBroken(NOT_FOR_YOU)
    if invitation.accepted_by_id == by.pk and people.part_of(by, application):
        return application
    if why_not := why_not_acceptable(invitation) or why_people_stay(application):
        raise RuleBroken(why_not)
    invitation.accepted_by, invitation.accepted_at = by, clock.now()
    invitation.save(update_fields=["accepted_by", "accepted_at"])
    _give(application, by, invitation.part, invitation.sections.all(), added_by=invitation.invited_by)
    record(
        "application.person_joined",
        application,
        f"{by} accepted the invitation of {invitation.invited_by} to {application.reference}"
        f" as {Part(invitation.part).label.lower()}.",
        by=by,
    )
    return application


@transaction.atomic
def change_part(*, by, application, user, part, sections=()) -> None:
    """Give a person who takes part another part, or other sections. By a lead. The same changes nothing.

    Raises RuleBroken for a lead of the organisation, who always leads, and when no lead would be left.
    """
    application = _lock_to_change(by, application)
    part, sections = _checked(application, part, sections)
    standings = {one.user: one for one in people.standings_of(application)}
    standing = standings.get(user)
    if standing is None:
        raise RuleBroken(NOT_HERE)
    if standing.leads_organisation:
        raise RuleBroken(ALWAYS_LEADS)
    if standing.part == part and set(standing.sections) == set(sections):
        return
    if part != Part.LEAD:
        _require_another_lead(standing, standings.values())
    _give(application, user, part, sections, added_by=by)
    if part not in people.SIGNERS and application.signature_asked_of_id == user.pk:
        drop_signature_request(application)
    record(
        "application.part_changed",
        application,
        f"{by} made {user} {Part(part).label.lower()} of {application.reference}.",
        by=by,
        changes={"part": [standing.part, part], "sections": sorted(section.key for section in sections)},
    )


@transaction.atomic
def remove_person(*, by, application, user) -> None:
    """Take a person off the application: by a lead, who writes to them by that; or themselves, at any time.

    Raises RuleBroken for people of the organisation, who take part by belonging to it, and when no lead would
    be left. A second time changes nothing.
    """
    application = _lock(application)
    is_own = user.pk == by.pk
    if not is_own:
        _require_changeable(by, application)
    standings = {one.user: one for one in people.standings_of(application)}
    standing = standings.get(user)
    if standing is None:
        return
    if standing.is_member:
        raise RuleBroken(
            "This person acts for the organisation, so they can read all its applications. Make them a reader"
            " of this one, or remove them from the organisation."
        )
    _require_another_lead(standing, standings.values())
    application.participants.filter(user=user, ended_at=None).update(ended_at=clock.now())
    if application.signature_asked_of_id == user.pk:
        drop_signature_request(application)
    did = f"{by} left" if is_own else f"{by} took {user} off"
    event = record("application.person_removed", application, f"{did} {application.reference}.", by=by)
    if not is_own:
        queue(
            key=f"application-removed:{application.pk}:{event.pk}",
            to=user,
            template="applications/removed",
            context={"application": application, "user": user},
            about=application,
        )


# -- Within this module ------------------------------------------------------------------------------------


def _lock(application) -> Application:
    related = Application.objects.select_related("round__fund", "organisation", "response")
    return locked(related, application.pk)


def _lock_to_change(by, application) -> Application:
    application = _lock(application)
    _require_changeable(by, application)
    return application


def _lock_invitation(invitation) -> tuple[Application, ApplicationInvitation]:
    application = _lock(invitation.application)
    return application, application.invitations.select_related("invited_by").get(pk=invitation.pk)


def _require_changeable(by, application) -> None:
    people.require_lead(by, application)
    if why_not := why_people_stay(application):
        raise RuleBroken(why_not)


def _require_another_lead(standing, standings) -> None:
    others = [one for one in standings if one.part == Part.LEAD and one.user != standing.user]
    if standing.part == Part.LEAD and not others:
        raise RuleBroken(NEEDS_A_LEAD)


def _checked(application, part, sections) -> tuple[str, list[Section]]:
    """The part and the sections, once they go together and belong to the application's form."""
    if part not in Part.values:
        raise RuleBroken("Select what they will do")
    sections = list(sections)
    if sections and part != Part.CONTRIBUTOR:
        raise RuleBroken("Only a contributor can be limited to sections. Take the ticks at sections away.")
    if any(section.questionnaire_id != application.response.questionnaire_id for section in sections):
        raise RuleBroken("Select sections of this application.")
    return part, sections


def _give(application, user: User, part, sections, *, added_by) -> None:
    """A part from now on. A row of somebody who left the organisation and came back begins anew."""
    row, _ = Participant.objects.update_or_create(
        application=application,
        user=user,
        ended_at=None,
        defaults={"part": part, "added_by": added_by, "added_at": clock.now()},
    )
    row.sections.set(sections)


def _send(by, application, invitation, sections, verb) -> ApplicationInvitation:
    """Store an invitation for 14 days from now and write to its address; `sections` None: as they are."""
    invitation.invited_by, invitation.invited_at = by, clock.now()
    invitation.expires_at = invitation.end_of_validity()
    invitation.save()
    if sections is not None:
        invitation.sections.set(sections)
    label = Part(invitation.part).label.lower()
    sentence = f"{by} invited a person to {application.reference} as {label}."
    record(verb, application, sentence, by=by, changes={"part": invitation.part})
    to = addressee(invitation)
    can_join = isinstance(to, str) or to.may(Permission.APPLY) or not to.is_active
    queue(
        key=f"application-invitation:{invitation.pk}:{invitation.invited_at.isoformat()}",
        to=to,
        template="applications/invited" if can_join else "applications/not_invited",
        context={"application": application, "by": by, "invitation": invitation},
        about=application,
    )
    return invitation
