"""Who may do what: one list of permissions, one table of roles (screens.md section 2, GovS 015)."""

from enum import StrEnum

from django.db import models


class Role(models.TextChoices):
    """What a person does in the system. One person may hold several roles; four eyes are by person."""

    ADMINISTRATOR = "administrator", "Administrator"
    OFFICER = "officer", "Commissioning officer"
    ASSESSOR = "assessor", "Assessor"
    APPROVER = "approver", "Approver"
    FINANCE = "finance", "Finance officer"
    PANEL = "panel", "Panel officer"
    AUDITOR = "auditor", "Auditor"
    APPLICANT = "applicant", "Applicant"


class Permission(StrEnum):
    """READ_… permissions open pages; every other permission changes something."""

    APPLY = "apply"
    READ_FUNDS = "read funds"
    MANAGE_FUNDS = "manage funds"
    READ_ORGANISATIONS = "read organisations"
    MANAGE_ORGANISATIONS = "manage organisations"
    READ_APPLICATIONS = "read applications"
    MANAGE_APPLICATIONS = "manage applications"
    READ_ASSESSMENTS = "read assessments"
    ASSESS = "assess"
    READ_DECISIONS = "read decisions"
    DECIDE = "decide"
    PUBLISH_DECISIONS = "publish decisions"
    READ_AWARDS = "read awards"
    MANAGE_AWARDS = "manage awards"
    READ_PAYMENTS = "read payments"
    APPROVE_PAYMENTS = "approve payments"
    PAY = "pay"
    READ_RETURNS = "read returns"
    REVIEW_RETURNS = "review returns"
    PUBLISH_SPENDING = "publish spending"
    READ_PAPERS = "read papers"
    CHOOSE_ITEMS = "choose items"
    READ_PAPER_DRAFTS = "read paper drafts"
    PREPARE_PAPERS = "prepare papers"
    APPROVE_PAPERS = "approve papers"
    READ_PEOPLE = "read people"
    MANAGE_PEOPLE = "manage people"
    READ_OFFICE_SETTINGS = "read office settings"
    MANAGE_OFFICE = "manage office"
    READ_MESSAGES = "read messages"
    MANAGE_MESSAGES = "manage messages"
    READ_AUDIT = "read audit"


P = Permission
_OFFICE_READING = {
    P.READ_FUNDS,
    P.READ_ORGANISATIONS,
    P.READ_APPLICATIONS,
    P.READ_DECISIONS,
    P.READ_AWARDS,
    P.READ_PAYMENTS,
    P.READ_RETURNS,
    P.READ_PAPERS,
    P.READ_PAPER_DRAFTS,
}

ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(
        {
            P.READ_PEOPLE,
            P.MANAGE_PEOPLE,
            P.READ_OFFICE_SETTINGS,
            P.MANAGE_OFFICE,
            P.READ_MESSAGES,
            P.MANAGE_MESSAGES,
            P.READ_AUDIT,
        }
    ),
    Role.OFFICER: frozenset(
        _OFFICE_READING
        | {
            P.MANAGE_FUNDS,
            P.MANAGE_ORGANISATIONS,
            P.MANAGE_APPLICATIONS,
            P.PUBLISH_DECISIONS,
            P.MANAGE_AWARDS,
            P.APPROVE_PAYMENTS,
            P.REVIEW_RETURNS,
            P.PREPARE_PAPERS,
        }
    ),
    Role.ASSESSOR: frozenset({P.READ_ASSESSMENTS, P.ASSESS}),
    Role.APPROVER: frozenset(_OFFICE_READING | {P.DECIDE, P.PUBLISH_DECISIONS, P.APPROVE_PAPERS}),
    Role.FINANCE: frozenset(
        {P.READ_FUNDS, P.READ_ORGANISATIONS, P.READ_AWARDS, P.READ_PAYMENTS, P.PAY, P.PUBLISH_SPENDING}
    ),
    Role.PANEL: frozenset({P.READ_PAPERS, P.CHOOSE_ITEMS}),
    Role.AUDITOR: frozenset(
        _OFFICE_READING
        | {P.READ_ASSESSMENTS, P.READ_PEOPLE, P.READ_OFFICE_SETTINGS, P.READ_MESSAGES, P.READ_AUDIT}
    ),
    Role.APPLICANT: frozenset({P.APPLY}),
}

STAFF_ROLES = frozenset(set(Role.values) - {Role.APPLICANT})

# Where each role starts, in the order in which the first one held wins.
HOMES = (
    (Role.OFFICER, "office_home"),
    (Role.APPROVER, "decide_home"),
    (Role.FINANCE, "finance_home"),
    (Role.ASSESSOR, "assess_home"),
    (Role.PANEL, "panel_home"),
    (Role.ADMINISTRATOR, "manage_home"),
    (Role.AUDITOR, "office_home"),
    (Role.APPLICANT, "home"),
)


def permissions_of(roles) -> frozenset[Permission]:
    return frozenset().union(*(ROLE_PERMISSIONS.get(role, ()) for role in roles))
