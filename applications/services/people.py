"""Who may do what with one application (screens.md 3.7), and who is written to about it."""

from dataclasses import dataclass

from django.db.models import Q

from accounts.models import User
from accounts.permissions import Permission
from organisations.models import Membership
from pcc_grants.lib.rules import RuleBroken
from questionnaires.models import Section

from ..models import Application, Part, Participant

NOT_YOURS = "Only people who take part in this application can do this."
READS_ONLY = "You can read this application, but not change it. Ask its lead to give you another part."
NOT_THIS_SECTION = "You can change other sections of this application, but not this one. Ask its lead."
LEADS_ONLY = "Only a lead of this application can do this. Ask its lead."
SIGNERS_ONLY = "Only a lead or a signatory of this application can sign it. Ask one of them."
WRITERS = (Part.LEAD, Part.CONTRIBUTOR)
SIGNERS = (Part.LEAD, Part.SIGNATORY)


@dataclass(frozen=True)
class Standing:
    """How one person stands to one application. `role` is theirs in the organisation; None: invited to it."""

    user: User
    part: str
    role: str | None
    sections: tuple[Section, ...] = ()

    @property
    def is_member(self) -> bool:
        return self.role is not None

    @property
    def leads_organisation(self) -> bool:
        return self.role == Membership.Role.LEAD

    @property
    def part_label(self) -> str:
        return Part(self.part).label


def part_of(user, application: Application) -> str | None:
    """The person's part: a lead of the organisation leads; else the one they were given; else as a member.

    None for somebody who takes no part. Costs at most two queries.
    """
    return _part_and_row(user, application)[0]


def sections_of(user, application: Application) -> set[int] | None:
    """The sections (primary keys) that a contributor is limited to; None: every section."""
    return _limit(*_part_and_row(user, application), application)


def may_write(user, application: Application, section=None) -> bool:
    """Whether the person may change the answers; of one section, when it is given."""
    part, row = _part_and_row(user, application)
    if part not in WRITERS:
        return False
    limited = _limit(part, row, application) if section is not None else None
    return limited is None or section.pk in limited


def require_writer(by, application: Application, section_pks=()) -> None:
    """Raises RuleBroken unless the person may change answers in all of these sections."""
    by.require(Permission.APPLY)
    part, row = _part_and_row(by, application)
    if part is None:
        raise RuleBroken(NOT_YOURS)
    if part not in WRITERS:
        raise RuleBroken(READS_ONLY)
    limited = _limit(part, row, application)
    if limited is not None and not set(section_pks) <= limited:
        raise RuleBroken(NOT_THIS_SECTION)


def require_lead(by, application: Application) -> None:
    """Raises RuleBroken unless the person leads the application."""
    _require_part(by, application, [Part.LEAD], LEADS_ONLY)


def require_signer(by, application: Application) -> None:
    """Raises RuleBroken unless the person leads the application or is one of its signatories."""
    _require_part(by, application, SIGNERS, SIGNERS_ONLY)


def people_of(application: Application) -> list[User]:
    """Everyone who takes part and gets mail about it: the organisation's people, and those invited to it."""
    members = Membership.objects.filter(organisation=application.organisation_id, ended_at=None)
    invited = Participant.objects.current().filter(application=application)
    return list(
        User.objects.filter(
            Q(pk__in=members.values("user")) | Q(pk__in=invited.values("user")), is_active=True
        ).order_by("id")
    )


def standings_of(application: Application) -> list[Standing]:
    """Everyone who takes part and can sign in, with their part; leads first, then by name. Three queries."""
    members = Membership.objects.filter(
        organisation=application.organisation_id, ended_at=None, user__is_active=True
    ).select_related("user")
    rows = (
        Participant.objects.current()
        .filter(application=application, user__is_active=True)
        .select_related("user")
        .prefetch_related("sections")
    )
    roles = {member.user: member.role for member in members}
    given = {row.user: row for row in rows}
    found = []
    for user in {**roles, **given}:
        role, row = roles.get(user), given.get(user)
        part = _part(role, row)
        sections = tuple(row.sections.all()) if row and part == Part.CONTRIBUTOR else ()
        found.append(Standing(user, part, role, sections))
    order = list(Part)
    return sorted(found, key=lambda one: (order.index(one.part), one.user.name.lower(), one.user.pk))


def led_by(user, applications) -> set[int]:
    """Which of these applications (primary keys) the person leads. Two queries, however many there are."""
    own = Membership.objects.filter(user=user, ended_at=None, role=Membership.Role.LEAD)
    organisations = set(own.values_list("organisation", flat=True))
    rows = Participant.objects.current().filter(user=user, part=Part.LEAD, application__in=applications)
    given = set(rows.values_list("application", flat=True))
    return {one.pk for one in applications if one.organisation_id in organisations or one.pk in given}


def people_of_each(applications) -> dict[int, list[User]]:
    """`people_of` for a list, by primary key, in two queries: whom to help, by name."""
    applications = list(applications)
    found: dict[int, set[User]] = {application.pk: set() for application in applications}
    of_organisation: dict[int, list[User]] = {}
    for membership in Membership.objects.filter(
        organisation__in=[application.organisation_id for application in applications],
        ended_at=None,
        user__is_active=True,
    ).select_related("user"):
        of_organisation.setdefault(membership.organisation_id, []).append(membership.user)
    for application in applications:
        found[application.pk].update(of_organisation.get(application.organisation_id, ()))
    rows = Participant.objects.current().filter(application__in=found, user__is_active=True)
    for row in rows.select_related("user"):
        found[row.application_id].add(row.user)
    return {pk: sorted(users, key=lambda user: (user.name, user.pk)) for pk, users in found.items()}


def signers_of(application: Application) -> list[User]:
    """Who can sign: leads and signatories, by name."""
    signers = [one.user for one in standings_of(application) if one.part in SIGNERS]
    return sorted(signers, key=lambda user: (user.name, user.pk))


# -- Within this module ------------------------------------------------------------------------------------


def _part(role: str | None, row: Participant | None) -> str | None:
    if role == Membership.Role.LEAD:
        return Part.LEAD
    if row is not None:
        return row.part
    return Part.CONTRIBUTOR if role else None


def _part_and_row(user, application) -> tuple[str | None, Participant | None]:
    if not user.may(Permission.APPLY):
        return None, None
    current = Membership.objects.filter(
        user=user, organisation=application.organisation_id, ended_at=None
    ).first()
    role = current.role if current else None
    if role == Membership.Role.LEAD:
        return Part.LEAD, None
    row = Participant.objects.current().filter(user=user, application=application).first()
    return _part(role, row), row


def _limit(part, row, application) -> set[int] | None:
    """The sections a contributor is limited to, in the form that the application answers now.

    Sections are the same by their key: an application that was moved to another fund answers another form.
    """
    if part != Part.CONTRIBUTOR or row is None:
        return None
    keys = [section.key for section in row.sections.all()]
    if not keys:
        return None
    return set(
        Section.objects.filter(questionnaire__responses=application.response_id, key__in=keys).values_list(
            "pk", flat=True
        )
    )


def _require_part(by, application, parts, sentence) -> None:
    by.require(Permission.APPLY)
    part = part_of(by, application)
    if part is None:
        raise RuleBroken(NOT_YOURS)
    if part not in parts:
        raise RuleBroken(sentence)
