"""Forms sent empty: the summary has the focus, and its links lead to the fields (screens.md 6.11, 6.12)."""

import pytest
from django.urls import reverse

from tests.access.addresses import EXAMPLES

# Who sends which form, with an example of its own where the one of the access walk is not to be sent.
FORMS = [
    (None, "sign_in"),
    (None, "sign_in_password"),
    (None, "create_account"),
    ("administrator", "person_new"),
    ("administrator", "office_settings_new"),
    ("owner", "organisation_new"),
    ("owner", "organisation_register"),
    ("owner", "organisation_person_new"),
    ("owner", "organisation_request"),
    ("owner", "application_person_new"),
    ("officer", "office_organisation_lead"),
    ("officer", "office_organisation_new"),
    ("officer", "office_fund_new"),
    ("officer", "office_criterion_new"),
    ("officer", "office_budget_new"),
    ("officer", "office_round_new"),
    ("owner", "application_start"),
    ("owner", "application_question"),
    ("owner", "application_section"),
    ("owner", "application_comment"),
    ("owner", "application_conflict"),
    ("owner", "application_submit"),
    ("officer", "office_application_check"),
    ("officer", "office_clarify"),
    ("officer", "office_assign"),
    ("assessor", "assess_interest"),
    ("assessor_2", "assess_criterion"),
    ("officer", "office_recommend"),
    ("assessor_2", "assess_ask"),
    ("officer", "office_assessor_question"),
    ("officer", "office_moderate_criterion"),
    ("officer", "office_moderation_meeting_new"),
    ("officer", "office_reopen_scores"),
    ("approver", "decide_application"),
    ("officer", "office_award_new"),
    ("officer", "office_instalments"),
    ("officer", "office_offer"),
    ("officer", "office_award_end"),
    ("officer", "office_condition_meet"),
    ("owner", "agreement_sign"),
    ("approver", "decide_award"),
    ("finance", "finance_instalment"),
    ("owner", "grant_return"),
    ("owner", "grant_return_submit"),
    ("officer", "office_return"),
    ("officer", "office_return_new"),
    ("officer", "office_return_due_date"),
    ("officer", "office_paper_new"),
    ("approver", "decide_paper"),
]
INSTEAD = {
    "application_question": lambda w: {  # what is sent is stored, whatever it is
        "ref": w.started.reference,
        "section": "project",
        "question": "title",
    },
    "finance_instalment": lambda w: {"pk": w.instalment_approved.pk},
    "grant_return_submit": lambda w: {
        "ref": w.monitored_award.reference,
        "number": w.returns["changes"].number,
    },
    "office_return": lambda w: {"ref": w.returns["submitted"].reference},
}
EMPTY = """() => {
    const form = document.querySelector("main form[method=post]");
    for (const e of form.elements) {
        if (e.type === "checkbox" || e.type === "radio") { e.checked = false; }
        else if (e.type === "text" || e.type === "email" || e.tagName === "TEXTAREA") { e.value = ""; }
    }
}"""
# Where each link of the summary leads: the id of what has the focus after following it.
FOLLOW = """(link) => { link.click(); return document.activeElement.id; }"""
BESIDE = """(id) => {
    const it = document.getElementById(id), group = it.closest(".govuk-form-group--error");
    const described = [it, ...group.querySelectorAll("[aria-describedby]")]
        .flatMap((e) => (e.getAttribute("aria-describedby") || "").split(" "));
    const error = group.querySelector(".govuk-error-message");
    return error && described.includes(error.id) ? error.innerText.trim() : "";
}"""


@pytest.mark.parametrize(("part", "name"), FORMS)
def test_a_form_sent_empty_says_what_is_wrong(world, visit, part, name):
    one = visit(part)
    example = INSTEAD.get(name) or EXAMPLES.get(name)
    one.page.goto(reverse(name, kwargs=example(world) if example else {}))
    one.said.clear()
    one.page.evaluate(EMPTY)
    with one.page.expect_navigation() as sent:
        one.page.locator("main form[method=post] button[type=submit]").first.click()
    assert sent.value.status == 422, one.page.locator("main").inner_text()
    assert one.look() == []
    assert "govuk-error-summary" in one.page.evaluate("document.activeElement.className")
    links = one.page.locator(".govuk-error-summary__list a[href^='#']")
    assert links.count() or name == "office_instalments"  # no row is wrong: there is none
    for link in links.all():
        target = link.get_attribute("href")[1:]
        assert link.evaluate(FOLLOW) == target
        assert link.inner_text() in one.page.evaluate(BESIDE, target)
