"""Awards: prepared, agreed, paid in instalments, extended, ended. Every move goes through one of these."""

from .agreeing import countersign, decline_offer, offer, record_paper_agreement, sign, withdraw_offer
from .ahead import History, Share, history_of, publication, shares, warnings
from .continuing import ask_to_continue, rounds_to_go_on_in, usual_amount
from .deciding import decide_direct_award, defer_direct_award
from .ending import recipients_of, remind_of_plans, review_plan, send_ending_notice, send_plan
from .extending import (
    add_extension_options,
    decide_extension,
    lapse_options,
    remove_extension_option,
    why_it_stays,
)
from .interests import bodies_of_award, extension_to_decide, hand_award_on, others_for_award
from .living import close_award, end_early, resume_award, suspend_award
from .paying import approve_instalment, hold_instalment, record_payment, resume_instalment
from .planning import equal_parts, link_return, meet_condition, set_instalments
from .preparing import check_direct_award, prepare_award, propose_direct_award, to_award
from .retaining import overlapping, propose_retained_award, retainable, retained_reason
from .standing import (
    Standing,
    approved_to_pay,
    blocked_instalments,
    proposed_awards,
    ready_to_release,
    standing,
)

__all__ = [
    "History",
    "Share",
    "Standing",
    "add_extension_options",
    "approve_instalment",
    "approved_to_pay",
    "ask_to_continue",
    "blocked_instalments",
    "bodies_of_award",
    "check_direct_award",
    "close_award",
    "countersign",
    "decide_direct_award",
    "decide_extension",
    "decline_offer",
    "defer_direct_award",
    "end_early",
    "equal_parts",
    "extension_to_decide",
    "hand_award_on",
    "history_of",
    "hold_instalment",
    "lapse_options",
    "link_return",
    "meet_condition",
    "offer",
    "others_for_award",
    "overlapping",
    "prepare_award",
    "propose_direct_award",
    "propose_retained_award",
    "proposed_awards",
    "publication",
    "ready_to_release",
    "recipients_of",
    "record_paper_agreement",
    "record_payment",
    "remind_of_plans",
    "remove_extension_option",
    "resume_award",
    "resume_instalment",
    "retainable",
    "retained_reason",
    "review_plan",
    "rounds_to_go_on_in",
    "send_ending_notice",
    "send_plan",
    "set_instalments",
    "shares",
    "sign",
    "standing",
    "suspend_award",
    "to_award",
    "usual_amount",
    "warnings",
    "why_it_stays",
    "withdraw_offer",
]
