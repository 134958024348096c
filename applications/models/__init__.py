"""Applications, from a first draft to the Commissioner's decision.

`applications` the application itself · `people` who takes part in one · `deadlines` more time, reminders and
copies · `clarifying` questions both ways · `deciding` assessment and decision.
"""

from .applications import MOVES, STATUS_FOR_APPLICANT, Application, Partner, Status, Transfer
from .clarifying import Clarification, PublicQuestion
from .common import both_or_neither
from .deadlines import Copy, DraftReminder, Extension
from .deciding import Assessment, Commitment, Decision, Score
from .people import PART_HINTS, ApplicationInvitation, Part, Participant

__all__ = [
    "MOVES",
    "PART_HINTS",
    "STATUS_FOR_APPLICANT",
    "Application",
    "ApplicationInvitation",
    "Assessment",
    "Clarification",
    "Commitment",
    "Copy",
    "Decision",
    "DraftReminder",
    "Extension",
    "Part",
    "Participant",
    "Partner",
    "PublicQuestion",
    "Score",
    "Status",
    "Transfer",
    "both_or_neither",
]
