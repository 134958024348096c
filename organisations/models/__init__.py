"""Organisations, their people, their files and what the office knows of them."""

from .documents import DOCUMENT_KINDS, RESTORABLE_FOR, Document, DueDiligence, private_path
from .organisations import Alias, DeclaredInterest, District, Organisation
from .people import (
    INVITATION_DAYS,
    LEAD_ANSWERS_WITHIN_DAYS,
    AbstractInvitation,
    Invitation,
    InvitationQuerySet,
    JoinRequest,
    Membership,
)

__all__ = [
    "InvitationQuerySet",
    "AbstractInvitation",
    "Alias",
    "DOCUMENT_KINDS",
    "DeclaredInterest",
    "District",
    "Document",
    "DueDiligence",
    "INVITATION_DAYS",
    "Invitation",
    "JoinRequest",
    "LEAD_ANSWERS_WITHIN_DAYS",
    "Membership",
    "Organisation",
    "RESTORABLE_FOR",
    "private_path",
]
