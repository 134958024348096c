"""Awards: prepared, agreed, paid in instalments, extended, ended. Every move goes through one of these."""

from .agreeing import countersign, decline_offer, offer, record_paper_agreement, sign, withdraw_offer
from .continuing import ask_to_continue, rounds_to_go_on_in, usual_amount
from .ending import recipients_of, remind_of_plans, review_plan, send_ending_notice, send_plan
from .extending import add_extension_options, decide_extension, lapse_options
from .living import close_award, end_early, resume_award, suspend_award
from .paying import approve_instalment, hold_instalment, record_payment, resume_instalment
from .planning import equal_parts, link_return, meet_condition, set_instalments
from .preparing import decide_direct_award, prepare_award, propose_direct_award
from .standing import (
    Standing,
    approved_to_pay,
    blocked_instalments,
    proposed_awards,
    ready_to_release,
    standing,
)

__all__ = [
    "Standing",
    "add_extension_options",
    "approve_instalment",
    "approved_to_pay",
    "ask_to_continue",
    "blocked_instalments",
    "close_award",
    "countersign",
    "decide_direct_award",
    "decide_extension",
    "decline_offer",
    "end_early",
    "equal_parts",
    "hold_instalment",
    "lapse_options",
    "link_return",
    "meet_condition",
    "offer",
    "prepare_award",
    "proposed_awards",
    "propose_direct_award",
    "ready_to_release",
    "recipients_of",
    "record_paper_agreement",
    "record_payment",
    "remind_of_plans",
    "resume_award",
    "resume_instalment",
    "review_plan",
    "rounds_to_go_on_in",
    "send_ending_notice",
    "send_plan",
    "set_instalments",
    "sign",
    "standing",
    "suspend_award",
    "usual_amount",
    "withdraw_offer",
]
