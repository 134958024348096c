"""What happens to an application, from a first draft to the Commissioner's decision: one door per move.

The applicant's side: `people` who may do what · `answering` the form, `documents` what it gives · `applying`
start, sign, submit, withdraw · `copying` what was said · `closing` after the deadline. The office's:
`checking`, `partners`, `assessing`, `recommending` and `deciding`.
"""

from .answering import (
    add_comment,
    amounts_of,
    asking_of,
    may_write_now,
    reading_of,
    restore_answer,
    save_answers,
    tick_section,
    totals_of,
)
from .applying import ask_signature, is_restorable, reopen, restore_draft, start, submit, withdraw
from .assessing import assign, declare, score, score_gaps, submit_scores, totals, unassign
from .checking import check, transfer
from .closing import close_rounds
from .completeness import Gap, closes_at, gaps_of
from .copying import content_of, make_copies
from .deciding import (
    clean_purpose,
    commit,
    decide,
    record_decision,
    release_commitments,
    waiting_for_decision,
)
from .documents import documents_of, erase_removed_documents, offered_documents, upload_document
from .partners import link_partner
from .people import part_of, people_of
from .recommending import money_left, ranking, recommend

__all__ = [
    "Gap",
    "add_comment",
    "amounts_of",
    "ask_signature",
    "asking_of",
    "assign",
    "check",
    "clean_purpose",
    "close_rounds",
    "closes_at",
    "commit",
    "content_of",
    "decide",
    "declare",
    "documents_of",
    "erase_removed_documents",
    "gaps_of",
    "is_restorable",
    "link_partner",
    "make_copies",
    "may_write_now",
    "money_left",
    "offered_documents",
    "part_of",
    "people_of",
    "ranking",
    "reading_of",
    "recommend",
    "record_decision",
    "release_commitments",
    "reopen",
    "restore_answer",
    "restore_draft",
    "save_answers",
    "score",
    "score_gaps",
    "start",
    "submit",
    "submit_scores",
    "tick_section",
    "totals",
    "totals_of",
    "transfer",
    "unassign",
    "upload_document",
    "waiting_for_decision",
    "withdraw",
]
