"""Whatever is typed into the pages of funds and organisations, the answer is a page and never a fault."""

import pytest
from django.urls import reverse

from funds import forms as fund_forms
from organisations import forms as organisation_forms
from tests import factories
from tests.funds.rounds_in_preparation import step_address
from tests.funds.test_office_pages import ROUND

HOSTILE = {
    "nul": "a\x00b",
    "right to left": "\u202eevil",
    "emoji": "🎉" * 300,
    "long": "x" * 60_000,
    "script": "<script>alert(1)</script>",
    "number": "9" * 30,
    "negative": "-1",
    "half a character": "\ud800".encode("utf-8", "surrogatepass"),
}
PAGES = {
    "office_fund_new": ([], fund_forms.NewFundForm),
    "office_fund_edit": (["TST"], fund_forms.FundForm),
    "office_fund_end": (["TST"], fund_forms.EndFundForm),
    "office_theme_new": (["TST"], fund_forms.ThemeForm),
    "office_criterion_new": (["TST"], fund_forms.CriterionForm),
    "office_budget_new": (["TST"], fund_forms.BudgetForm),
    "office_source_new": ([], fund_forms.SourceForm),
    "office_round_new": (["TST"], fund_forms.RoundForm),
    "office_organisation_new": ([], organisation_forms.OfficeOrganisationForm),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("name", PAGES)
def test_no_text_breaks_a_form(login, officer, fund, name, text):
    arguments, form = PAGES[name]
    fields = [
        part
        for field in form.base_fields
        for part in ([f"{field}_{x}" for x in ("day", "month", "year")] if field.endswith("_on") else [field])
    ]
    url = reverse(name, args=arguments)
    browser = login(officer)
    assert browser.post(url, dict.fromkeys(fields, text)).status_code in (302, 422)
    if name == "office_round_new" and len(text) < 40:
        for field in ROUND:
            assert browser.post(url, ROUND | {field: text}).status_code in (302, 422)
    for page in ("office_funds", "office_rounds", "office_organisations", "office_sources", "funding"):
        assert browser.get(reverse(page)).status_code == 200


STEP_FORMS = {
    "office_round_who": fund_forms.WhoMayApplyForm,
    "office_round_themes": fund_forms.ThemesForm,
    "office_round_criterion_new": fund_forms.CriterionForm,
    "office_round_criterion": fund_forms.CriterionForm,
    "office_round_start_again": fund_forms.QuestionsForm,
    "office_round_document_usual": fund_forms.DocumentForm,
    "office_round_document_new": fund_forms.DocumentForm,
    "office_round_document": fund_forms.DocumentForm,
    "office_round_check_new": fund_forms.EligibilityQuestionForm,
    "office_round_check_question": fund_forms.EligibilityQuestionForm,
    "office_round_check_move": fund_forms.EligibilityQuestionForm,
    "office_round_terms": fund_forms.TermsForm,
}
CHOSEN = {"required": "yes", "asks": "yes_no", "good_answer": "any", "word_limit": "100", "weight": "1"}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_breaks_a_step_of_a_round(login, officer, fund, text):
    round = factories.open_round(officer, fund, published=False, brief_form=False)
    browser = login(officer)
    for name, form in STEP_FORMS.items():
        url = step_address(name, round)
        typed = dict.fromkeys([*form.base_fields, "document", "place"], text)
        assert browser.post(url, typed).status_code in (302, 422), name
        typed |= {field: value for field, value in CHOSEN.items() if field in typed}
        assert browser.post(url, typed | {"only_if": ""}).status_code in (302, 422), name
    for page in ("office_round", "office_round_criteria", "office_round_documents", "office_round_check"):
        assert browser.get(reverse(page, args=[round.pk])).status_code == 200
    assert browser.get(reverse("round_page", args=[fund.slug, round.slug])).status_code == 200
    assert browser.post(reverse("office_round_copy", args=[round.pk]), {"name": text}).status_code == 422


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_filter_breaks_a_list(login, officer, open_round, organisation, text):
    browser = login(officer)
    for page in ("office_funds", "office_rounds", "office_organisations", "office_sources", "funding"):
        for field in ("q", "fund", "state", "route", "kind", "page"):
            assert browser.get(reverse(page), {field: text[:2000]}).status_code == 200


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_breaks_an_organisations_pages(login, organisation, applicant, text):
    browser = login(applicant)
    fields = ["name", "kind", "charity_number", "company_number", "website", "email"]
    for name, arguments in (
        ("organisation_new", []),
        ("organisation_edit", [organisation.reference]),
        ("organisation_person_new", [organisation.reference]),
    ):
        typed = dict.fromkeys(fields, text)
        assert browser.post(reverse(name, args=arguments), typed).status_code in (302, 422)
        typed |= {"kind": "other", "charity_number": "", "company_number": "", "website": ""}
        assert browser.post(reverse(name, args=arguments), typed).status_code in (302, 422)
    assert browser.get(reverse("my_organisations"), follow=True).status_code == 200


@pytest.mark.parametrize("pk", [0, 10**20])
def test_wrong_numbers_are_not_found(login, officer, fund, pk):
    factories.open_round(officer, fund)
    browser = login(officer)
    for name, arguments in (
        ("office_round", [pk]),
        ("office_round_edit", [pk]),
        ("office_round_publish", [pk]),
        ("office_criterion_edit", ["TST", pk]),
        ("office_fund", ["NONE"]),
        ("office_organisation", ["ORG-0"]),
    ):
        assert browser.get(reverse(name, args=arguments)).status_code == 404
