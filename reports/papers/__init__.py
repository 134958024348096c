"""The papers for the Panel: planned, filled, written, approved by someone else, frozen, published.

`build` gives plain data; HTML and PDF render the same data, so that their numbers cannot differ.
"""

from .approval import approve, publish, send_back, send_for_approval
from .building import build
from .choosing import ask, choose, reopen_selection, send_selection, start_drafting, unchoose
from .content import PaperData, Paragraph, Run, Section
from .items import OPEN, add_office_item, edit_narrative, move_item, narrative_of, remove_item, set_joined
from .planning import change_plan, plan_paper, proposed_dates, steps
from .rendering import file_name, render_html, render_page, render_pdf

__all__ = [
    "OPEN",
    "PaperData",
    "Paragraph",
    "Run",
    "Section",
    "add_office_item",
    "approve",
    "ask",
    "build",
    "change_plan",
    "choose",
    "edit_narrative",
    "file_name",
    "move_item",
    "narrative_of",
    "plan_paper",
    "proposed_dates",
    "publish",
    "remove_item",
    "render_html",
    "render_page",
    "render_pdf",
    "reopen_selection",
    "send_back",
    "send_for_approval",
    "send_selection",
    "set_joined",
    "start_drafting",
    "steps",
    "unchoose",
]
