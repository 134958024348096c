"""Organisations and the people who act for them.

`registering` facts and names · `finding` by number or name · `members` who acts for it · `inviting` by
e-mail · `joining` requests · `districts` of the police area.
"""

from .districts import add_district, rename_district
from .finding import Found, Several, find
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
    "LEADS_ONLY",
    "TAKEN",
    "WEBSITE_WRONG",
    "Found",
    "Several",
    "accept_invitation",
    "add_alias",
    "add_district",
    "add_member",
    "addressee",
    "ask_to_join",
    "cancel_invitation",
    "change_role",
    "decide_join_request",
    "end_membership",
    "find",
    "invite",
    "is_lead",
    "is_member",
    "is_website",
    "leads_of",
    "members_of",
    "name_lead",
    "register",
    "rename_district",
    "require_unanswered",
    "send_invitation_again",
    "update",
    "why_not_acceptable",
]
