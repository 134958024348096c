"""Drawing questionnaires up, changing them, and keeping the answers to them."""

from .answering import (
    Conflict,
    comment,
    put_back,
    remove_comment,
    require_storable,
    restore,
    save,
    tick_section,
)
from .carrying import carry_over, fitting
from .drawing_up import contents, copy, discard, draw_up, freeze
from .editing import (
    add_question,
    add_section,
    change_question,
    change_section,
    copy_to_change,
    criteria_of,
    delete_question,
    delete_section,
    move_question,
    move_question_to,
    move_section,
)
from .rules import check_whole, values_of

__all__ = [
    "Conflict",
    "add_question",
    "add_section",
    "change_question",
    "change_section",
    "carry_over",
    "check_whole",
    "comment",
    "contents",
    "copy",
    "copy_to_change",
    "criteria_of",
    "delete_question",
    "delete_section",
    "discard",
    "draw_up",
    "fitting",
    "freeze",
    "move_question",
    "move_question_to",
    "move_section",
    "put_back",
    "remove_comment",
    "require_storable",
    "restore",
    "save",
    "tick_section",
    "values_of",
]
