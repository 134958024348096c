"""What happens to an application, from a first draft to the Commissioner's decision: one door per move.

`applying` and `checking` are the applicant's side and the first check; `assessing`, `recommending` and
`deciding` are the office's judgement.
"""

from .applying import (
    close_rounds,
    reopen,
    save_answer,
    save_project,
    start,
    submit,
    withdraw,
)
from .assessing import assign, declare, score, score_gaps, submit_scores, totals, unassign
from .checking import check, transfer
from .completeness import Gap, gaps
from .deciding import (
    clean_purpose,
    commit,
    decide,
    record_decision,
    release_commitments,
    waiting_for_decision,
)
from .recommending import money_left, ranking, recommend

__all__ = [
    "Gap",
    "assign",
    "check",
    "clean_purpose",
    "close_rounds",
    "commit",
    "decide",
    "declare",
    "gaps",
    "money_left",
    "ranking",
    "recommend",
    "record_decision",
    "release_commitments",
    "reopen",
    "save_answer",
    "save_project",
    "score",
    "score_gaps",
    "start",
    "submit",
    "submit_scores",
    "totals",
    "transfer",
    "unassign",
    "waiting_for_decision",
    "withdraw",
]
