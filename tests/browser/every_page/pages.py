"""Which addresses each part of the world walks: every page it may read, with a record in every state."""

from collections.abc import Iterator

from django.urls import reverse

from accounts.permissions import permissions_of
from tests.access.addresses import EXAMPLES, PAGES, Page
from tests.access.world import ROLES, World

# What answers with a file, or with an answer for machines: no page to look at.
FILES = {
    "health", "agreement_pdf", "office_agreement_pdf", "office_paper_pdf", "panel_paper_pdf",
    "panel_paper_public_pdf", "spending_month_csv", "round_questions_pdf", "round_questions_docx",
    "application_document", "office_application_document", "assess_document", "organisation_document",
    "office_organisation_document", "application_copy", "office_case_file", "stay", "application_letter",
    "office_letter_pdf", "decision_pdf", "decision_public_pdf", "decisions_csv", "past_decisions_csv",
    "decision_pack_pdf", "decision_pack_word",
}  # fmt: skip
# Only a button or a script leads there.
POSTED = {
    "sign_in_as", "sign_out", "person_open", "person_invite", "application_autosave",
    "application_comment_remove", "office_round_criterion_ask", "office_round_budget_fit",
    "office_round_document_usual", "office_round_check_move", "office_round_item_move",
    "organisation_document_restore",
    "organisation_invitation_send", "application_invitation_send", "application_signature_take_back",
    "office_questionnaire_copy", "office_questionnaire_move", "application_project_move",
    "office_roll_forward",
}  # fmt: skip

# The parts that walk; both assessors, since each sees only what they were given.
PARTS = (
    "officer", "auditor", "approver", "finance", "panel", "administrator", "assessor", "assessor_2", "owner",
)  # fmt: skip


# Those whose work is on the records; others open records in other states only where they may act on them.
WORKING = {"officer", "finance", "panel", "administrator", "assessor", "assessor_2", "owner"}


def app_of(page: Page) -> str:
    return page.view.__module__.split(".")[0]


def readable(part: str | None) -> list[Page]:
    """The pages that this part of the world may read; None is somebody who has not signed in."""
    granted = permissions_of([ROLES[part]]) if part else frozenset()
    pages = (page for page in PAGES if page.access and page.name not in FILES | POSTED)
    if part is None:
        return [page for page in pages if page.is_public]
    return [page for page in pages if page.access["read"] in granted or page.access["read"] == "signed in"]


def walks() -> list[tuple[str | None, str]]:
    """(part, app) of everything there is to walk, the longest walks first."""
    counted: dict[tuple, int] = {}
    for part in (None, *PARTS):
        for page in readable(part):
            key = (part, app_of(page))
            counted[key] = counted.get(key, 0) + 1
    return sorted(counted, key=counted.get, reverse=True)


def addresses(world: World, part: str | None, app: str) -> Iterator[str]:
    """Each page with the record of the access walk, and with records in other states."""
    granted = permissions_of([ROLES[part]]) if part else frozenset()
    for page in readable(part):
        if app_of(page) != app:
            continue
        yield page.address(world)
        if page.name in STATES and (part is None or part in WORKING or page.access["write"] in granted):
            yield from (reverse(page.name, kwargs=kwargs) for kwargs in STATES[page.name](world))


def _refs(*names):
    return lambda w: [{"ref": getattr(w, name).reference} for name in names]


def _pks(*names):
    return lambda w: [{"pk": getattr(w, name).pk} for name in names]


def _days(*names):
    return lambda w: [{"day": getattr(w, name).meeting_on} for name in names]


_APPLICATIONS = (
    "draft", "started", "submitted", "eligible", "ineligible", "assessed", "recommended", "reserve",
    "not_recommended", "approved", "declined", "deferred", "withdrawn", "moved", "moved_to", "unfinished",
    "long_application",
)  # fmt: skip
_AWARDS = (
    "prepared_award", "proposed_award", "refused_award", "offered_award", "late_offer", "declined_award",
    "accepted_award", "suspended_award", "closed_award", "ended_award", "contract", "monitored_award",
    "long_award",
)  # fmt: skip
_AGREED = ("accepted_award", "active_award", "suspended_award", "closed_award", "late_offer", "long_award")
_INSTALMENTS = (
    "instalment_approved", "instalment_waiting", "instalment_held", "instalment_ready", "instalment_paid",
    "long_instalment",
)  # fmt: skip
QUESTIONS = (("project", "title"), ("about-need", "about-need"), ("budget", "costs"), ("budget", "has-match"))
_PAPERS = ("unchosen", "choosing", "drafting", "checking", "approved_paper", "published")


def _returns(w):
    return [{"ref": w.monitored_award.reference, "number": one.number} for one in w.returns.values()]


def _returns_of_the_office(w):
    return [{"ref": one.reference} for one in w.returns.values()]


STATES = {
    "person": _pks("closed_account", "officer"),
    "organisation": _refs("long_organisation"),
    "office_organisation": _refs("long_organisation"),
    "fund_page": lambda w: [{"fund": w.second_fund.slug}],
    "round_page": lambda w: [{"fund": w.fund.slug, "round": w.closed_round.slug}],
    "round_check": lambda w: [{"fund": w.fund.slug, "round": w.closed_round.slug, "number": 1}],
    "office_round_terms": _pks("closed_round"),
    "office_round": _pks("unpublished_round", "closed_round"),
    "round_questions": lambda w: [{"fund": w.fund.slug, "round": w.closed_round.slug}],
    "office_questionnaire": lambda w: [{"pk": w.round.questionnaire_id}],
    "office_questionnaire_preview": lambda w: [{"pk": w.round.questionnaire_id}],
    "office_round_recommend": _pks("second_round", "closed_round"),
    "office_round_line": _pks("second_round"),
    "office_round_packs": _pks("second_round"),
    "decide_round": _pks("second_round"),
    "application_start": lambda w: [{"round_pk": w.closed_round.pk}],
    "application": _refs(*_APPLICATIONS),
    "application_section": lambda w: [
        {"ref": getattr(w, name).reference, "section": section}
        for name in ("started", "submitted", "draft")
        for section in ("project", "about-need", "budget")
    ],
    "application_question": lambda w: (
        [
            {"ref": w.started.reference, "section": section, "question": question}
            for section, question in QUESTIONS
        ]
        + [{"ref": w.draft.reference, "section": "budget", "question": "costs"}]
        + [
            {"ref": w.draft_with_document.reference, "section": "documents", "question": key}
            for key in ("accounts", "governing-document")
        ]
    ),
    "application_history": lambda w: [
        {"ref": w.started.reference, "section": "about-need", "question": "about-need"},
        {"ref": w.draft.reference, "section": "budget", "question": "costs"},
    ],
    "application_withdraw": _refs("draft", "eligible"),
    "application_submit": _refs("started", "submitted", "unfinished"),
    "application_decision": _refs("declined", "submitted"),
    "office_letter": _refs("declined", "ineligible"),
    "office_round_outcomes": _pks("second_round", "closed_round"),
    "office_application": _refs(*_APPLICATIONS),
    "office_application_check": _refs("ineligible", "eligible"),
    "office_assign": _refs("assessed", "submitted"),
    "office_moderation": _pks("second_round", "closed_round"),
    "office_moderate": _refs("eligible", "recommended"),
    "office_feedback": _refs("eligible", "recommended", "approved"),
    "office_reopen_scores": lambda w: [
        {"ref": w.recommended.reference, "pk": w.recommended.assessments.first().pk}
    ],
    "office_recommend": _refs("recommended", "reserve", "eligible", "approved"),
    "decide_application": _refs("reserve", "not_recommended", "deferred", "approved", "assessed"),
    "decision": lambda w: (
        [{"number": made.decisions.latest("pk").number} for made in (w.declined, w.deferred)]
        + [{"number": w.long_award.decision.number}]
    ),
    "assess_interest": _pks("declared", "recused"),
    "assessment": _pks("undeclared", "recused", "half_scored", "scored"),
    "assess_criterion": lambda w: (
        [{"pk": w.half_scored.pk, "position": position} for position in (1, 2)]
        + [{"pk": w.scored.pk, "position": 1}]
    ),
    "assess_submit": _pks("half_scored", "scored"),
    "grant": _refs(*_AWARDS),
    "agreement": _refs(*_AGREED),
    "agreement_sign": _refs("late_offer", "active_award"),
    "office_award": _refs(*_AWARDS),
    "office_agreement": _refs(*_AGREED),
    "office_award_resume": _refs("suspended_award"),
    "office_instalment_approve": _pks("instalment_ready"),
    "office_instalment_resume": _pks("instalment_held"),
    "office_extension": _pks("extension_granted", "extension_available"),
    "office_extension_remove": _pks("extension_granted", "extension_available"),
    "decide_award": _refs("refused_award", "active_award", "long_proposal"),
    "finance_instalment": _pks(*_INSTALMENTS),
    "grant_return": _returns,
    "grant_return_submit": _returns,
    "office_return": _returns_of_the_office,
    "finance_publish": lambda w: [{"month": w.unpublished_month}],
    "panel_meeting": _days(*_PAPERS),
    "panel_choose": _days("unchosen", "drafting"),
    "panel_review": _days("unchosen"),
    "office_paper": _days(*_PAPERS),
    "office_paper_move": lambda w: [
        {"day": w.drafting.meeting_on, "move": "reopen"},
        {"day": w.approved_paper.meeting_on, "move": "publish"},
    ],
    "decide_paper": _days("drafting", "approved_paper"),
}
assert set(EXAMPLES) >= set(STATES)
