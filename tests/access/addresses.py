"""Every address of the service, and for those that name a record an example from the small world.

A new page whose address names a record needs a line here: without it the walk fails and says which.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.urls import URLPattern, get_resolver, reverse

from tests import factories

from .world import World


@dataclass(frozen=True)
class Page:
    """One address of the URLconf."""

    name: str
    pattern: str
    view: Callable = field(compare=False, hash=False)
    takes: frozenset[str] = frozenset()

    @property
    def access(self) -> dict | None:
        return getattr(self.view, "access", None)

    @property
    def is_public(self) -> bool:
        return bool(self.access) and self.access["read"] == "public"

    @property
    def is_guarded(self) -> bool:
        """Declared with `requires`, rather than open to everyone or to everyone signed in."""
        return bool(self.access) and self.access["read"] not in ("public", "signed in")

    def address(self, world: World) -> str:
        return reverse(self.name, kwargs=EXAMPLES[self.name](world) if self.takes else {})

    def __str__(self):
        return f"{self.name} (/{self.pattern})"


def every_page(resolver=None, prefix="") -> Iterator[Page]:
    for pattern in (resolver or get_resolver()).url_patterns:
        here = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            takes = frozenset(pattern.pattern.converters)
            yield Page(pattern.name, here, pattern.callback, takes)
        else:
            yield from every_page(pattern, here)


PAGES = list(every_page())
GUARDED = [page for page in PAGES if page.is_guarded]


def _ref(thing: str):
    return lambda w: {"ref": getattr(w, thing).reference}


def _pk(thing: str):
    return lambda w: {"pk": getattr(w, thing).pk}


def _day(paper: str):
    return lambda w: {"day": getattr(w, paper).meeting_on}


def _code(w):
    return {"code": w.fund.code}


def _criterion(w):
    return {"code": w.fund.code, "position": 1}


def _round(w):
    return {"fund": w.fund.slug, "round": w.round.slug}


def _questionnaire(of="unpublished_round", **parts):
    """The questions of a round, and of them the first section or question."""

    def example(w):
        questionnaire = getattr(w, of).questionnaire
        rows = {name: getattr(questionnaire, f"{name}s").order_by("pk").first() for name in parts}
        return {"pk": questionnaire.pk} | {name: getattr(row, parts[name]) for name, row in rows.items()}

    return example


def _criterion_of_round(w):
    return {"pk": w.unpublished_round.pk, "criterion": w.unpublished_round.criteria.first().pk}


def _document_of_round(w):
    document = w.unpublished_round.questionnaire.questions.filter(kind="file").first()
    return {"pk": w.unpublished_round.pk, "question": document.pk}


def _check_of_round(w):
    return {"pk": w.unpublished_round.pk, "question": w.unpublished_round.eligibility_questions.first().pk}


def _item_of_round(w):
    return {"pk": w.unpublished_round.pk, "item": w.unpublished_round.check_items.first().pk}


def _return(w):
    return {"ref": w.active_award.reference, "number": w.award_return.number}


def _item(w):
    return {"day": w.drafting.meeting_on, "pk": w.paper_item.pk}


def _document(w):
    return {"ref": w.organisation.reference, "pk": w.document.pk}


def _project(w):
    return {"ref": w.case_draft.reference, "number": 1}


def _tactical(w):
    return {"ref": w.case_approved.reference, "number": w.tactical.number}


EXAMPLES: dict[str, Callable[[World], dict]] = {
    # accounts
    "choose_password": lambda w: {"uid": "MQ", "key": "made-up"},
    "sign_in_as": _pk("officer"),
    "person": _pk("owner"),
    "person_roles": _pk("owner"),
    "person_close": _pk("owner"),
    "person_open": _pk("owner"),
    "person_invite": _pk("owner"),
    "message": _pk("message"),
    "kept_text": lambda w: {"key": w.kept.key},
    "kept_text_discard": lambda w: {"key": w.kept.key},
    "office_settings_version": _pk("office"),
    "pre_election_edit": _pk("pre_election"),
    "pre_election_remove": _pk("pre_election"),
    # organisations
    "district_edit": lambda w: {"pk": factories.district().pk},
    "organisation": _ref("organisation"),
    "organisation_edit": _ref("organisation"),
    "organisation_person_new": _ref("organisation"),
    "organisation_join": _ref("organisation"),
    "organisation_person_role": lambda w: {"ref": w.organisation.reference, "pk": w.membership.pk},
    "organisation_person_remove": lambda w: {"ref": w.organisation.reference, "pk": w.membership.pk},
    "organisation_invitation_send": lambda w: {"ref": w.organisation.reference, "pk": w.invitation.pk},
    "organisation_invitation_cancel": lambda w: {"ref": w.organisation.reference, "pk": w.invitation.pk},
    "organisation_request": lambda w: {"ref": w.organisation.reference, "pk": w.join_request.pk},
    "office_organisation": _ref("organisation"),
    "office_organisation_edit": _ref("organisation"),
    "office_organisation_alias_new": _ref("organisation"),
    "organisation_documents": _ref("organisation"),
    "organisation_document_new": _ref("organisation"),
    "organisation_document": _document,
    "organisation_document_remove": _document,
    "organisation_document_restore": _document,
    "office_organisation_document": _document,
    "office_organisation_person_new": _ref("organisation"),
    "office_organisation_lead": _ref("organisation"),
    "office_join_request": _pk("join_request"),
    "office_diligence": _ref("organisation"),
    "office_diligence_new": _ref("organisation"),
    "office_organisation_interest_new": _ref("organisation"),
    # funds
    "fund_page": lambda w: {"fund": w.fund.slug},
    "round_page": _round,
    "round_questions": _round,
    "round_questions_pdf": _round,
    "round_questions_docx": _round,
    "office_fund": _code,
    "office_fund_edit": _code,
    "office_fund_end": _code,
    "office_theme_new": _code,
    "office_criterion_new": _code,
    "office_criterion_edit": _criterion,
    "office_criterion_delete": _criterion,
    "office_budget_new": _code,
    "office_round_new": _code,
    "office_round": _pk("round"),
    "office_round_edit": _pk("unpublished_round"),
    "office_round_publish": _pk("unpublished_round"),
    # questionnaires
    "office_questionnaire": _questionnaire(),
    "office_questionnaire_copy": _questionnaire("round"),
    "office_questionnaire_move": _questionnaire(),
    "office_questionnaire_preview": _questionnaire(),
    "office_questionnaire_preview_page": _questionnaire(section="key", question="key"),
    "office_section_new": _questionnaire(),
    "office_section_edit": _questionnaire(section="pk"),
    "office_section_delete": _questionnaire(section="pk"),
    "office_question_new": _questionnaire(section="pk"),
    "office_question_new_of_kind": lambda w: _questionnaire(section="pk")(w) | {"kind": "long_text"},
    "office_question_edit": _questionnaire(question="pk"),
    "office_question_kind": _questionnaire(question="pk"),
    "office_question_place": _questionnaire(question="pk"),
    "office_question_delete": _questionnaire(question="pk"),
    "office_round_copy": _pk("round"),
    "round_check": lambda w: _round(w) | {"number": 1},
    "round_check_result": _round,
    "office_round_who": _pk("unpublished_round"),
    "office_round_themes": _pk("unpublished_round"),
    "office_round_criteria": _pk("unpublished_round"),
    "office_round_criterion_new": _pk("unpublished_round"),
    "office_round_criterion": _criterion_of_round,
    "office_round_criterion_delete": _criterion_of_round,
    "office_round_criterion_ask": _criterion_of_round,
    "office_round_scale": _pk("unpublished_round"),
    "office_round_questions": _pk("unpublished_round"),
    "office_round_start_again": _pk("unpublished_round"),
    "office_round_budget_fit": _pk("unpublished_round"),
    "office_round_documents": _pk("unpublished_round"),
    "office_round_document_usual": _pk("unpublished_round"),
    "office_round_document_new": _pk("unpublished_round"),
    "office_round_document": _document_of_round,
    "office_round_document_remove": _document_of_round,
    "office_round_check": _pk("unpublished_round"),
    "office_round_check_new": _pk("unpublished_round"),
    "office_round_check_usual": _pk("unpublished_round"),
    "office_round_check_question": _check_of_round,
    "office_round_check_delete": _check_of_round,
    "office_round_check_move": _check_of_round,
    "office_round_checklist": _pk("unpublished_round"),
    "office_round_item_new": _pk("unpublished_round"),
    "office_round_items_usual": _pk("unpublished_round"),
    "office_round_diligence": _pk("unpublished_round"),
    "office_round_item": _item_of_round,
    "office_round_item_delete": _item_of_round,
    "office_round_item_move": _item_of_round,
    "office_round_terms": _pk("unpublished_round"),
    "office_round_test": _pk("unpublished_round"),
    # applications
    "application_start": lambda w: {"round_pk": w.round.pk},
    "application": _ref("draft"),
    "application_section": lambda w: {"ref": w.draft.reference, "section": "project"},
    "application_question": lambda w: {"ref": w.draft.reference, "section": "project", "question": "title"},
    "application_history": lambda w: {"ref": w.draft.reference, "section": "project", "question": "title"},
    "application_comment": lambda w: {"ref": w.draft.reference, "section": "project"},
    "application_comment_remove": lambda w: {"ref": w.draft.reference, "pk": w.comment.pk},
    "application_conflict": lambda w: {"ref": w.draft.reference, "pk": w.set_aside.pk},
    "application_autosave": _ref("draft"),
    "application_document": lambda w: {"ref": w.draft_with_document.reference, "pk": w.document.pk},
    "application_document_remove": lambda w: {
        "ref": w.draft_with_document.reference,
        "section": "documents",
        "question": "accounts",
    },
    "office_application_document": lambda w: {"ref": w.with_document.reference, "pk": w.document_sent.pk},
    "assess_document": lambda w: {"pk": w.scoring_document.pk, "document": w.document_sent.pk},
    "application_copy": _ref("submitted"),
    "application_restore": _ref("deleted_draft"),
    "application_submit": _ref("draft"),
    "application_people": _ref("draft"),
    "application_person_new": _ref("draft"),
    "application_person": lambda w: {"ref": w.draft.reference, "pk": w.colleague.pk},
    "application_person_remove": lambda w: {"ref": w.draft.reference, "pk": w.helper.pk},
    "application_invitation_send": lambda w: {"ref": w.draft.reference, "pk": w.help_wanted.pk},
    "application_invitation_cancel": lambda w: {"ref": w.draft.reference, "pk": w.help_wanted.pk},
    "application_join": _ref("draft"),
    "application_signature_take_back": _ref("draft"),
    "application_submitted": _ref("submitted"),
    "application_reopen": _ref("submitted"),
    "application_withdraw": _ref("submitted"),
    "application_decision": _ref("approved"),
    "application_letter": _ref("approved"),
    "office_letter": _ref("approved"),
    "office_letter_pdf": _ref("approved"),
    "office_round_outcomes": _pk("round"),
    "office_round_outcomes_release": _pk("round"),
    "office_round_outcomes_cancel": _pk("round"),
    "office_application": _ref("submitted"),
    "office_application_check": _ref("submitted"),
    "office_application_move": _ref("submitted"),
    "office_case_file": _ref("submitted"),
    "office_filter": _pk("saved_filter"),
    "office_filter_delete": _pk("saved_filter"),
    "office_bulk": _pk("bulk"),
    "office_bulk_discard": _pk("bulk"),
    "office_bulk_options": lambda w: {"action": "remind"},
    "office_round_drafts": _pk("round"),
    "office_round_extend": _pk("round"),
    "office_more_time_new": _ref("draft"),
    "office_more_time": _pk("more_time"),
    "application_messages": _ref("asked"),
    "round_ask": _round,
    "round_answers": _round,
    "office_question": _pk("public_question"),
    "office_clarify": _ref("submitted"),
    "office_clarify_take_back": _ref("asked"),
    "office_application_move_return": _ref("moved"),
    "office_partners": _ref("partnered"),
    "office_partner": lambda w: {"ref": w.partnered.reference, "position": 1},
    "office_partner_register": lambda w: {"ref": w.partnered.reference, "position": 1},
    "office_overlap": _pk("overlap"),
    "office_overlap_provider": lambda w: {"pk": w.overlap.pk, "project_pk": w.overlap.first_id},
    "office_overlap_retain": _pk("overlap"),
    "office_assign": _ref("eligible"),
    "office_unassign": lambda w: {"ref": w.eligible.reference, "pk": w.undeclared.pk},
    "office_recommend": _ref("assessed"),
    "office_round_recommend": _pk("round"),
    "office_moderation": _pk("round"),
    "office_moderation_meeting_new": _pk("round"),
    "office_moderation_meeting": lambda w: {"pk": w.round.pk, "meeting": w.meeting.pk},
    "office_moderation_pack": lambda w: {"pk": w.round.pk, "meeting": w.meeting.pk},
    "office_moderate": _ref("assessed"),
    "office_moderate_criterion": lambda w: {"ref": w.assessed.reference, "position": 1},
    "office_moderate_take_back": lambda w: {"ref": w.assessed.reference, "position": 2},
    "office_reopen_scores": lambda w: {"ref": w.assessed.reference, "pk": w.assessed.assessments.first().pk},
    "office_feedback": _ref("assessed"),
    "office_assessor_questions": _ref("eligible"),
    "office_assessor_question": lambda w: {"ref": w.eligible.reference, "pk": w.assessor_question.pk},
    "assess_ask": _pk("declared"),
    "assess_calibration": _pk("round"),
    "office_round_line": _pk("round"),
    "office_round_packs": _pk("round"),
    "decision_pack": lambda w: {"pk": w.round.pk, "number": w.pack.number},
    "decision_pack_pdf": lambda w: {"pk": w.round.pk, "number": w.pack.number},
    "decision_pack_word": lambda w: {"pk": w.round.pk, "number": w.pack.number},
    "decide_round": _pk("round"),
    "assessment": _pk("declared"),
    "assess_interest": _pk("undeclared"),
    "assess_interests": _pk("round"),
    "assess_criterion": lambda w: {"pk": w.declared.pk, "position": 1},
    "assess_submit": _pk("declared"),
    "decide_application": _ref("recommended"),
    "application_projects": _ref("case_draft"),
    "application_project_new": _ref("case_draft"),
    "application_project_edit": _project,
    "application_project_remove": _project,
    "application_project_move": _project,
    "application_tactical": _ref("case_approved"),
    "application_tactical_new": lambda w: {"ref": w.case_approved.reference, "kind": "tactical"},
    "application_tactical_project": _tactical,
    "application_tactical_send": _tactical,
    "application_tactical_remove": _tactical,
    "office_allocations": _pk("allocated"),
    "office_roll_forward": _pk("allocated"),
    "office_case_new": _pk("allocated"),
    "office_invite": _pk("allocated"),
    "office_case": _pk("proposed_case"),
    "office_case_end": _pk("proposed_case"),
    "office_projects": _ref("case_recommended"),
    "office_balance": _ref("case_approved"),
    "decide_allocations": _pk("allocated"),
    "decide_allocations_interest": _pk("allocated"),
    "decide_projects": _ref("case_recommended"),
    "decide_interest": _ref("recommended"),
    "office_interest_end": _pk("declared_interest"),
    "decision": lambda w: {"number": w.decision.number},
    "decision_pdf": lambda w: {"number": w.decision.number},
    "decision_withhold": lambda w: {"number": w.decision.number},
    # awards
    "grant": _ref("active_award"),
    "agreement": _ref("offered_award"),
    "agreement_pdf": _ref("offered_award"),
    "agreement_sign": _ref("offered_award"),
    "agreement_signed": _ref("accepted_award"),
    "offer_decline": _ref("offered_award"),
    "office_award": _ref("active_award"),
    "office_award_prepare": _ref("approved"),
    "office_agreement": _ref("offered_award"),
    "office_agreement_pdf": _ref("offered_award"),
    "office_paper_agreement": _ref("offered_award"),
    "office_countersign": _ref("accepted_award"),
    "office_instalments": _ref("prepared_award"),
    "office_offer": _ref("prepared_award"),
    "office_offer_withdraw": _ref("offered_award"),
    "office_award_hold": _ref("active_award"),
    "office_award_resume": _ref("active_award"),
    "office_award_close": _ref("active_award"),
    "office_award_end": _ref("active_award"),
    "office_extension_new": _ref("active_award"),
    "office_condition_meet": _pk("condition"),
    "office_instalment_approve": _pk("instalment"),
    "office_instalment_hold": _pk("instalment"),
    "office_instalment_resume": _pk("instalment"),
    "office_extension": _pk("extension"),
    "office_extension_remove": _pk("extension"),
    "grant_plan": _ref("active_award"),
    "office_fund_ending": _code,
    "office_ending_plan": _pk("ending_notice"),
    "decide_award": _ref("proposed_award"),
    "decide_award_interest": _ref("proposed_award"),
    "finance_instalment": _pk("instalment"),
    # monitoring
    "grant_return": _return,
    "grant_return_submit": _return,
    "grant_return_submitted": _return,
    "office_return": _ref("award_return"),
    "office_return_due_date": _ref("award_return"),
    "office_return_cancel": _ref("award_return"),
    "office_return_new": _ref("active_award"),
    "office_award_continue": _ref("active_award"),
    "office_round_continue": _pk("round"),
    "office_fund_continue": _code,
    "office_gate_check": _pk("continuation"),
    # reports
    "decision_public": lambda w: {"number": w.decision.number},
    "decision_public_pdf": lambda w: {"number": w.decision.number},
    "spending_month": lambda w: {"month": w.month},
    "spending_month_csv": lambda w: {"month": w.month},
    "finance_publish": lambda w: {"month": w.month},
    "panel_meeting": _day("choosing"),
    "panel_choose": _day("choosing"),
    "panel_review": _day("choosing"),
    "panel_sent": _day("drafting"),
    "panel_reopen": _day("drafting"),
    "panel_paper": _day("published"),
    "panel_paper_pdf": _day("published"),
    "panel_paper_html": _day("published"),
    "panel_paper_public": _day("published"),
    "panel_paper_public_pdf": _day("published"),
    "office_text": lambda w: {"key": "introduction_1"},
    "office_paper": _day("drafting"),
    "office_paper_edit": _day("drafting"),
    "office_paper_items": _day("drafting"),
    "office_paper_item": _item,
    "office_paper_item_remove": _item,
    "office_paper_order": _day("drafting"),
    "office_paper_introduction": _day("drafting"),
    "office_paper_preview": _day("drafting"),
    "office_paper_pdf": _day("drafting"),
    "office_paper_move": lambda w: {"day": w.drafting.meeting_on, "move": "send"},
    "decide_paper": _day("checking"),
}

# Public addresses that answer a plain GET with something other than a page: what, and why.
PUBLIC_ANSWERS = {
    "sign_in_as": 404,  # only a button of the demonstration's sign-in page leads there
    "sign_out": 405,  # only by POST
    "choose_password": 410,  # the key in the example is made up
}

# Applicants' addresses that name a record of nobody's organisation.
OPEN_TO_EVERY_APPLICANT = {"application_start", "round_ask"}

# Addresses of what one person wrote, which their colleagues do not find either.
THEIR_OWN = {"application_conflict", "application_comment_remove"}
