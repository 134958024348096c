"""The links of the service navigation: what a person's roles may open, in the order of the work."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from .permissions import Permission as P

# A permission, the words, and the URL name.
ENTRIES = (
    (P.APPLY, "Your applications and grants", "home"),
    (P.APPLY, "Your organisation", "my_organisations"),
    (P.APPLY, "Find funding", "funding"),
    (P.ASSESS, "Your assessments", "assess_home"),
    (P.DECIDE, "Waiting for your decision", "decide_home"),
    (P.READ_DECISIONS, "Past decisions", "past_decisions"),
    (P.READ_APPLICATIONS, "Applications", "office_applications"),
    (P.READ_APPLICATIONS, "Tactical projects", "office_tactical"),
    (P.READ_APPLICATIONS, "Applicants’ questions", "office_questions"),
    (P.READ_APPLICATIONS, "Overlaps", "office_overlaps"),
    (P.PAY, "Ready to pay", "finance_home"),
    (P.READ_PAYMENTS, "Payments", "finance_payments"),
    (P.READ_AWARDS, "Awards", "office_awards"),
    (P.READ_RETURNS, "Returns", "office_returns"),
    (P.READ_FUNDS, "Funds", "office_funds"),
    (P.READ_FUNDS, "Rounds", "office_rounds"),
    (P.READ_FUNDS, "Questions", "office_questionnaires"),
    (P.READ_ORGANISATIONS, "Organisations", "office_organisations"),
    (P.READ_PAPER_DRAFTS, "Panel papers", "office_papers"),
    (P.CHOOSE_ITEMS, "Panel meetings", "panel_home"),
    (P.PUBLISH_SPENDING, "Published spending", "finance_spending"),
    (P.READ_PEOPLE, "People", "people"),
    (P.READ_MESSAGES, "Emails", "outbox"),
    (P.READ_AUDIT, "Audit trail", "audit"),
    (P.READ_OFFICE_SETTINGS, "Office settings", "office_settings"),
    (P.READ_OFFICE_SETTINGS, "Districts", "districts"),
    (P.READ_OFFICE_SETTINGS, "Pre-election periods", "pre_elections"),
)
# Home pages of roles whose work is not already in the list above.
HOME_LABELS = {"office_home": "Today", "manage_home": "Service health"}


@dataclass(frozen=True)
class Item:
    label: str
    url: str


def for_user(user) -> list[Item]:
    """The person's home first, then every page that their permissions open, each once."""
    named = [(HOME_LABELS[user.home], user.home)] if user.home in HOME_LABELS else []
    named += [(label, name) for permission, label, name in ENTRIES if user.may(permission)]
    items = []
    for label, name in named:
        try:
            items.append(Item(label, reverse(name)))
        except NoReverseMatch:
            continue
    return items
