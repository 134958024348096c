"""What happens to an application, from a first draft to the Commissioner's decision: one door per move.

The applicant's side: `people` who may do what · `inviting` them · `answering` the form, `documents` what it
gives · `applying` start, submit, withdraw · `signing` handing over · `copying` what was said · `closing`
after the deadline. About deadlines: `extending` more time for one · `moving` for everyone · `reminding`. Both
sides: `clarifying` our questions, with `unsent` and `old_and_new` · `public_questions` about a round. The
office's: `checking`, `transferring` to another fund, `partners`, `interests`, `assessing`, `recommending`,
`deciding`, `releasing` what was decided, with the `results` that applicants are told, and `withholding`.
A round at once: `drawing_the_line`, `packing` what the approver reads, `deciding_at_once`.
Scores: `scores` what they come to · `reopening` them · `moderating` · `feedback` · `calibrating` oneself ·
`reminding_assessors` · `assessor_questions` to the office.
The list: `finding` what a filter lets through, `keeping_filters`, `bulk` one thing done with all of it
(`bulk_kinds` what, `prompting` by which messages), `exporting` it.
`overlaps` between partnerships' projects.
Business cases: `allocating` who is asked, with how much, decided in `allocations` · `projects` of them and
`later_projects` of the year, their money in `balances` · `cases` decides them one by one.
"""

from .allocating import change_case, end_case, invite_cases, left_out, propose_case, roll_forward
from .allocations import decide_allocations
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
from .assessing import assign, declare, score, score_gaps, submit_scores, unassign
from .assessor_questions import answer_assessor, ask_office
from .balances import balance_of, parts_of, require_retainable
from .bulk import (
    confirm_bulk,
    counts_of,
    discard_bulk,
    is_small,
    prepare_bulk,
    preview_bulk,
    run_bulk,
    run_bulk_actions,
)
from .calibrating import calibration
from .case_facts import decisions_about
from .cases import (
    allocation_to_award,
    approved_of_case,
    cases_to_decide,
    cases_to_recommend,
    decide_projects,
    is_agreeable,
    later_projects_waiting,
    recommend_projects,
    why_not_agreed,
)
from .checking import answer_checklist, check, checklist_of, diligence_gaps_of
from .clarifying import answer as answer_question
from .clarifying import (
    answer_gaps,
    lapse_clarifications,
    remind_clarifications,
    sections_opened_by,
    take_back,
)
from .clarifying import ask as ask_applicant
from .closing import close_rounds
from .completeness import Gap, closes_at, gaps_of
from .conflicts import refuse_conflict
from .continuing_cases import invite_case
from .copying import content_of, make_copies
from .deciding import (
    commit,
    decide,
    record_decision,
    release_commitments,
    waiting_for_decision,
)
from .deciding_at_once import decide_batch
from .documents import documents_of, erase_removed_documents, offered_documents, upload_document
from .drawing_the_line import Wanted, draw_line, recommend_by_line
from .extending import (
    confirm_extension,
    more_time_of,
    propose_extension,
    refuse_extension,
    why_no_more_time,
)
from .feedback import feedback_gaps, write_feedback
from .interests import (
    assessments_left,
    bodies_of,
    bodies_to_decide,
    bodies_to_declare,
    declare_for_round,
    hand_allocations_on,
    hand_decision_on,
    open_assessments,
    others_for,
    tie_of,
    undecided_cases,
    waits_for_approver,
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
from .keeping_filters import change_filter, delete_filter, save_filter
from .later_projects import save_later_project, submit_project, withdraw_project
from .moderating import (
    agree_score,
    change_meeting,
    forget_agreed,
    record_meeting,
    send_moderation_pack,
)
from .moving import extend_for_everyone, tell_of_new_closing_time
from .old_and_new import originals, questions_with_changes
from .overlaps import (
    find_overlaps,
    find_overlaps_of,
    find_overlaps_of_all,
    link_provider,
    mark_retained,
    open_again,
    overlaps_by_project,
    overlaps_of,
    provider_suggestions,
    refuse_open_overlap,
    settle_as_retained,
    settle_overlap,
)
from .packing import changes_since, issue_pack, latest_pack
from .partners import link_partner, matches_of, partners_of, register_partner
from .people import part_of, people_of, signers_of, standings_of
from .projects import (
    gaps_of_case,
    move_project,
    projects_of,
    remove_project,
    save_project,
    set_tactical_pot,
)
from .prompting import move_due_date, prompt_assessors, write_to_applicants
from .public_questions import (
    answer_in_private,
    answer_in_public,
    ask_about_round,
    send_question_digests,
)
from .recommending import money_left, ranking, recommend
from .releasing import (
    cancel_release,
    letter_content,
    outcomes_of,
    release_due_outcomes,
    release_outcomes,
    schedule_release,
    why_not_released,
    why_not_withdrawable,
)
from .reminding import remind_drafts
from .reminding_assessors import remind_assessors
from .reopening import reopen_assessment
from .results import results_of
from .scores import totals
from .signing import ask_signature, take_back_signature_request
from .transferring import compare_rounds, former_answers, return_transfer, transfer
from .unsent import open_question, sent_reading_of
from .withholding import name_decision, withhold_decision
from .words import clean_purpose

__all__ = [
    "Gap",
    "Wanted",
    "accept_invitation",
    "add_comment",
    "agree_score",
    "allocation_to_award",
    "amounts_of",
    "answer_assessor",
    "answer_checklist",
    "answer_gaps",
    "answer_in_private",
    "answer_in_public",
    "answer_question",
    "approved_of_case",
    "ask_about_round",
    "ask_applicant",
    "ask_office",
    "ask_signature",
    "asking_of",
    "assessments_left",
    "assign",
    "balance_of",
    "bodies_of",
    "bodies_to_decide",
    "bodies_to_declare",
    "calibration",
    "cancel_invitation",
    "cancel_release",
    "cases_to_decide",
    "cases_to_recommend",
    "change_case",
    "change_filter",
    "change_meeting",
    "change_part",
    "changes_since",
    "check",
    "checklist_of",
    "clean_purpose",
    "close_rounds",
    "closes_at",
    "commit",
    "compare_rounds",
    "confirm_bulk",
    "confirm_extension",
    "content_of",
    "counts_of",
    "decide",
    "decide_allocations",
    "decide_batch",
    "decide_projects",
    "declare",
    "declare_for_round",
    "delete_filter",
    "diligence_gaps_of",
    "decisions_about",
    "discard_bulk",
    "documents_of",
    "draw_line",
    "end_case",
    "erase_removed_documents",
    "extend_for_everyone",
    "feedback_gaps",
    "find_overlaps",
    "find_overlaps_of",
    "find_overlaps_of_all",
    "forget_agreed",
    "former_answers",
    "gaps_of",
    "gaps_of_case",
    "hand_allocations_on",
    "hand_decision_on",
    "invite",
    "invite_case",
    "invite_cases",
    "is_agreeable",
    "is_restorable",
    "is_small",
    "issue_pack",
    "lapse_clarifications",
    "later_projects_waiting",
    "latest_pack",
    "left_out",
    "letter_content",
    "link_partner",
    "link_provider",
    "make_copies",
    "mark_retained",
    "matches_of",
    "may_write_now",
    "money_left",
    "more_time_of",
    "move_due_date",
    "move_project",
    "name_decision",
    "offered_documents",
    "open_again",
    "open_assessments",
    "open_question",
    "originals",
    "others_for",
    "outcomes_of",
    "overlaps_by_project",
    "overlaps_of",
    "part_of",
    "partners_of",
    "parts_of",
    "people_of",
    "prepare_bulk",
    "preview_bulk",
    "projects_of",
    "prompt_assessors",
    "propose_case",
    "propose_extension",
    "provider_suggestions",
    "questions_with_changes",
    "ranking",
    "reading_of",
    "recommend",
    "recommend_by_line",
    "recommend_projects",
    "record_decision",
    "record_meeting",
    "refuse_extension",
    "refuse_open_overlap",
    "register_partner",
    "release_commitments",
    "release_due_outcomes",
    "release_outcomes",
    "remind_assessors",
    "remind_clarifications",
    "remind_drafts",
    "remove_person",
    "remove_project",
    "reopen",
    "reopen_assessment",
    "require_retainable",
    "restorable_by",
    "restore_answer",
    "restore_draft",
    "results_of",
    "return_transfer",
    "roll_forward",
    "run_bulk",
    "run_bulk_actions",
    "save_answers",
    "save_filter",
    "save_later_project",
    "save_project",
    "schedule_release",
    "score",
    "score_gaps",
    "sections_opened_by",
    "send_invitation_again",
    "send_moderation_pack",
    "send_question_digests",
    "sent_reading_of",
    "set_tactical_pot",
    "settle_as_retained",
    "settle_overlap",
    "signers_of",
    "standings_of",
    "start",
    "submit",
    "submit_project",
    "submit_scores",
    "take_back",
    "take_back_signature_request",
    "tell_of_new_closing_time",
    "tick_section",
    "refuse_conflict",
    "tie_of",
    "undecided_cases",
    "waits_for_approver",
    "totals",
    "totals_of",
    "transfer",
    "unassign",
    "upload_document",
    "waiting_for_decision",
    "why_no_more_time",
    "why_not_agreed",
    "why_not_released",
    "why_not_withdrawable",
    "why_people_stay",
    "withdraw",
    "withdraw_project",
    "withhold_decision",
    "write_feedback",
    "write_to_applicants",
]
