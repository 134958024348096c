"""What can happen to a return: asked for, written, sent, judged, moved, chased."""

from .chasing import ChaseResult, chase
from .continuing import ask_for_next_year, check_again, refresh_gates
from .reviewing import accept, mark_unsatisfactory, request_changes
from .scheduling import CAN_BE_ASKED, cancel, move_due_date, open_due, propose, schedule
from .sending import FIELDS, MOST_WORDS, Gap, gaps, paid_so_far, save, submit
from .stages import OFFICE_STAGES, reached, stage_days

__all__ = [
    "CAN_BE_ASKED",
    "FIELDS",
    "MOST_WORDS",
    "OFFICE_STAGES",
    "ChaseResult",
    "Gap",
    "accept",
    "ask_for_next_year",
    "cancel",
    "chase",
    "check_again",
    "gaps",
    "mark_unsatisfactory",
    "move_due_date",
    "open_due",
    "paid_so_far",
    "propose",
    "reached",
    "refresh_gates",
    "request_changes",
    "save",
    "schedule",
    "stage_days",
    "submit",
]
