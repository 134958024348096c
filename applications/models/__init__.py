"""Applications, from a first draft to the Commissioner's decision.

`applications` the application itself · `people` who takes part in one · `deadlines` more time, reminders and
copies · `clarifying` questions both ways · `cases` business cases and their projects · `assessing` checks and
scores · `deciding` decisions and their papers · `lists` saved filters, and what is done with many at once.
"""

from .applications import FINAL, MOVES, STATUS_FOR_APPLICANT, Application, Partner, Status, Transfer
from .assessing import (
    AgreedScore,
    Assessment,
    AssessmentReminder,
    AssessorQuestion,
    CheckAnswer,
    Feedback,
    ModerationMeeting,
    Score,
)
from .cases import LIVE_PROJECTS, BusinessCase, Overlap, Project
from .clarifying import Clarification, PublicQuestion
from .common import both_or_neither
from .deadlines import Copy, DraftReminder, Extension
from .deciding import Commitment, Decision, DecisionPack, OutcomeLetter
from .lists import BulkAction, BulkItem, SavedFilter
from .people import PART_HINTS, ApplicationInvitation, Part, Participant

__all__ = [
    "FINAL",
    "LIVE_PROJECTS",
    "MOVES",
    "PART_HINTS",
    "STATUS_FOR_APPLICANT",
    "AgreedScore",
    "Application",
    "ApplicationInvitation",
    "Assessment",
    "AssessmentReminder",
    "AssessorQuestion",
    "BulkAction",
    "BulkItem",
    "BusinessCase",
    "CheckAnswer",
    "Clarification",
    "Commitment",
    "Copy",
    "Decision",
    "DecisionPack",
    "DraftReminder",
    "Extension",
    "Feedback",
    "ModerationMeeting",
    "OutcomeLetter",
    "Overlap",
    "Part",
    "Participant",
    "Partner",
    "Project",
    "PublicQuestion",
    "SavedFilter",
    "Score",
    "Status",
    "Transfer",
    "both_or_neither",
]
