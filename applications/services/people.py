"""Who may do what with one application (screens.md 3.7), and who is written to about it."""

from django.db.models import Q

from accounts.models import User
from accounts.permissions import Permission
from organisations.models import Membership
from pcc_grants.lib.rules import RuleBroken

from ..models import Application, Part, Participant

NOT_YOURS = "Only people who take part in this application can do this."
READS_ONLY = "You can read this application, but not change it. Ask its lead to give you another part."
NOT_THIS_SECTION = "You can change other sections of this application, but not this one. Ask its lead."
LEADS_ONLY = "Only a lead of this application can do this. Ask its lead."
SIGNERS_ONLY = "Only a lead or a signatory of this application can sign it. Ask one of them."


def part_of(user, application: Application) -> str | None:
    """The person's part: the one they were given; else by their place in the organisation; None: no part."""
    if not user.may(Permission.APPLY):
        return None
    given = Participant.objects.filter(user=user, application=application, ended_at=None).first()
    if given:
        return given.part
    membership = Membership.objects.filter(
        user=user, organisation=application.organisation_id, ended_at=None
    ).first()
    if membership is None:
        return None
    return Part.LEAD if membership.role == Membership.Role.LEAD else Part.CONTRIBUTOR


def sections_of(user, application: Application) -> set[int] | None:
    """The sections (primary keys) that a contributor is limited to; None: every section."""
    given = (
        Participant.objects.filter(user=user, application=application, ended_at=None, part=Part.CONTRIBUTOR)
        .prefetch_related("sections")
        .first()
    )
    limited = {section.pk for section in given.sections.all()} if given else set()
    return limited or None


def may_write(user, application: Application, section=None) -> bool:
    """Whether the person may change the answers; of one section, when it is given."""
    if part_of(user, application) not in (Part.LEAD, Part.CONTRIBUTOR):
        return False
    limited = sections_of(user, application)
    return section is None or limited is None or section.pk in limited


def require_writer(by, application: Application, section_pks=()) -> None:
    """Raises RuleBroken unless the person may change answers in all of these sections."""
    by.require(Permission.APPLY)
    part = part_of(by, application)
    if part is None:
        raise RuleBroken(NOT_YOURS)
    if part not in (Part.LEAD, Part.CONTRIBUTOR):
        raise RuleBroken(READS_ONLY)
    limited = sections_of(by, application)
    if limited is not None and not set(section_pks) <= limited:
        raise RuleBroken(NOT_THIS_SECTION)


def require_lead(by, application: Application) -> None:
    """Raises RuleBroken unless the person leads the application."""
    by.require(Permission.APPLY)
    part = part_of(by, application)
    if part is None:
        raise RuleBroken(NOT_YOURS)
    if part != Part.LEAD:
        raise RuleBroken(LEADS_ONLY)


def require_signer(by, application: Application) -> None:
    """Raises RuleBroken unless the person leads the application or is one of its signatories."""
    by.require(Permission.APPLY)
    part = part_of(by, application)
    if part is None:
        raise RuleBroken(NOT_YOURS)
    if part not in (Part.LEAD, Part.SIGNATORY):
        raise RuleBroken(SIGNERS_ONLY)


def people_of(application: Application) -> list[User]:
    """Everyone who takes part and gets mail about it: the organisation's people, and those invited to it."""
    ended = Participant.objects.filter(application=application, ended_at=None)
    return list(
        User.objects.filter(
            Q(memberships__organisation=application.organisation_id, memberships__ended_at=None)
            | Q(pk__in=ended.values("user")),
            is_active=True,
        )
        .distinct()
        .order_by("id")
    )


def signers_of(application: Application) -> list[User]:
    """Who can sign: leads and signatories, by name."""
    return [
        user
        for user in sorted(people_of(application), key=lambda user: (user.name, user.pk))
        if part_of(user, application) in (Part.LEAD, Part.SIGNATORY)
    ]
