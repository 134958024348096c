"""What happens to an application, from a first draft to the Commissioner's decision: one door per move.

The applicant's side: `people` who may do what · `inviting` them · `answering` the form, `documents` what it
gives · `applying` start, submit, withdraw · `signing` handing over · `copying` what was said · `closing` after
the deadline. About deadlines: `extending` more time for one · `moving` for everyone · `reminding`. The
office's: `checking`, `partners`, `assessing`, `recommending` and `deciding`.
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
from .applying import is_restorable, reopen, restorable_by, restore_draft, start, submit, withdraw
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
from .extending import (
    confirm_extension,
    more_time_of,
    propose_extension,
    refuse_extension,
    why_no_more_time,
)
from .inviting import (
    accept_invitation,
    cancel_invitation,
    change_part,
    invite,
    remove_person,
    send_invitation_again,
    why_people_stay,
)
from .moving import extend_for_everyone, tell_of_new_closing_time
from .partners import link_partner
from .people import part_of, people_of, signers_of, standings_of
from .recommending import money_left, ranking, recommend
from .reminding import remind_drafts
from .signing import ask_signature, take_back_signature_request

__all__ = [
    "Gap",
    "accept_invitation",
    "add_comment",
    "amounts_of",
    "ask_signature",
    "asking_of",
    "assign",
    "cancel_invitation",
    "change_part",
    "check",
    "clean_purpose",
    "close_rounds",
    "closes_at",
    "commit",
    "confirm_extension",
    "content_of",
    "decide",
    "declare",
    "documents_of",
    "erase_removed_documents",
    "extend_for_everyone",
    "gaps_of",
    "invite",
    "is_restorable",
    "link_partner",
    "make_copies",
    "may_write_now",
    "money_left",
    "offered_documents",
    "more_time_of",
    "part_of",
    "people_of",
    "propose_extension",
    "ranking",
    "reading_of",
    "recommend",
    "record_decision",
    "release_commitments",
    "remove_person",
    "refuse_extension",
    "remind_drafts",
    "reopen",
    "restore_answer",
    "restorable_by",
    "restore_draft",
    "save_answers",
    "score",
    "score_gaps",
    "send_invitation_again",
    "signers_of",
    "standings_of",
    "start",
    "submit",
    "submit_scores",
    "take_back_signature_request",
    "tell_of_new_closing_time",
    "tick_section",
    "totals",
    "totals_of",
    "transfer",
    "unassign",
    "upload_document",
    "waiting_for_decision",
    "why_people_stay",
    "why_no_more_time",
    "withdraw",
]
