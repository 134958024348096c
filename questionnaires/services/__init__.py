"""Drawing questionnaires up, and keeping the answers to them."""

from .answering import Conflict, comment, copy_answers, remove_comment, restore, save, tick_section
from .drawing_up import copy, draw_up, freeze

__all__ = [
    "Conflict",
    "comment",
    "copy",
    "copy_answers",
    "draw_up",
    "freeze",
    "remove_comment",
    "restore",
    "save",
    "tick_section",
]
