"""Organisations and the people who act for them.

`registering` facts and names · `finding` by number or name · `members` who acts for it · `inviting` by
e-mail · `joining` requests · `districts` of the police area · `diligence` what was found out about it ·
`interests` of people of the office in it.
"""

from .diligence import (
    EXPIRES_SOON,
    Standing,
    diligence_gaps,
    diligence_of,
    diligence_of_each,
    expiring_diligence,
    record_diligence,
)
from .districts import add_district, rename_district
from .finding import Found, Several, find
from .interests import (
    declare_interest,
    end_interest,
    hand_on,
    lock_organisations,
    others_who_decide,
    refuse_tie,
    ties,
    ties_of,
)
from .inviting import (
    accept_invitation,
    addressee,
    cancel_invitation,
    invite,
    require_unanswered,
    send_invitation_again,
    why_not_acceptable,
)
from .joining import ask_to_join, decide_join_request
from .members import (
    LEADS_ONLY,
    add_member,
    change_role,
    end_membership,
    is_lead,
    is_member,
    leads_of,
    members_of,
    name_lead,
)
from .registering import (
    CHARITY_NUMBER,
    CHARITY_NUMBER_WRONG,
    COMPANY_NUMBER,
    COMPANY_NUMBER_WRONG,
    TAKEN,
    WEBSITE_WRONG,
    add_alias,
    is_website,
    register,
    update,
)

__all__ = [
    "CHARITY_NUMBER",
    "CHARITY_NUMBER_WRONG",
    "COMPANY_NUMBER",
    "COMPANY_NUMBER_WRONG",
    "EXPIRES_SOON",
    "LEADS_ONLY",
    "TAKEN",
    "WEBSITE_WRONG",
    "Found",
    "Several",
    "Standing",
    "accept_invitation",
    "add_alias",
    "add_district",
    "add_member",
    "addressee",
    "ask_to_join",
    "cancel_invitation",
    "change_role",
    "decide_join_request",
    "declare_interest",
    "diligence_gaps",
    "diligence_of",
    "diligence_of_each",
    "end_interest",
    "end_membership",
    "expiring_diligence",
    "find",
    "hand_on",
    "invite",
    "is_lead",
    "is_member",
    "is_website",
    "leads_of",
    "lock_organisations",
    "members_of",
    "name_lead",
    "others_who_decide",
    "record_diligence",
    "refuse_tie",
    "register",
    "rename_district",
    "require_unanswered",
    "send_invitation_again",
    "ties",
    "ties_of",
    "update",
    "why_not_acceptable",
]
