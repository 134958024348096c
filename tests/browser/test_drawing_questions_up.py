"""Questions changed, tried out and read before sign-in, in a browser: sound at every width."""

import pytest
from django.urls import reverse

from tests import factories

from .checks import assert_sound


@pytest.fixture
def preparing_round(officer, fund, office):
    factories.district("Ashford")
    return factories.open_round(officer, fund, published=False, brief_form=False, years=3)


def _addresses(round):
    form = round.questionnaire
    section = form.sections.get(key="project")
    title, partners = form.questions.get(key="title"), form.questions.get(key="partners")
    office = [
        ("questionnaires", []),
        ("questionnaire", [form.pk]),
        ("section_new", [form.pk]),
        ("section_delete", [form.pk, section.pk]),
        ("question_new", [form.pk, section.pk]),
        ("question_new_of_kind", [form.pk, section.pk, "one_of"]),
        ("question_new_of_kind", [form.pk, section.pk, "table"]),
        ("question_edit", [form.pk, title.pk]),
        ("question_place", [form.pk, partners.pk]),
        ("questionnaire_preview", [form.pk]),
        ("questionnaire_preview_page", [form.pk, "project", "title"]),
        ("questionnaire_preview_page", [form.pk, "budget", "costs"]),
        ("questionnaire_preview_page", [form.pk, "documents", "accounts"]),
    ]
    return [reverse(f"office_{name}", args=args) for name, args in office] + [
        reverse("round_questions", args=[round.fund.slug, round.slug])
    ]


def test_every_page_passes_axe_and_fits_a_narrow_window(page, sign_in, officer, preparing_round, picture):
    sign_in(page, officer)
    for number, address in enumerate(_addresses(preparing_round)):
        page.goto(address)
        assert_sound(page)
        picture(page, f"questions-{number}")


def test_a_question_is_added_and_moved_without_scripts(
    page_without_scripts, sign_in, officer, preparing_round
):
    page, form = page_without_scripts, preparing_round.questionnaire
    sign_in(page, officer)
    page.goto(reverse("office_questionnaire", args=[form.pk]))
    page.click("text=Add a question to Safeguarding and schools")
    page.check("text=Table of rows")
    page.click("text=Continue")
    page.fill("#id_text", "Which schools will you visit?")
    page.fill("#id_name", "Schools")
    page.fill("#id_columns-0-label", "School")
    page.select_option("#id_columns-0-kind", "text")
    page.click("text=Add another column")
    assert page.input_value("#id_text") == "Which schools will you visit?"
    page.fill("#id_columns-1-label", "Pupils")
    page.click("button:has-text('Add question')")
    assert page.inner_text(".govuk-error-summary a") == "Select what column 2 takes"
    page.select_option("#id_columns-1-kind", "number")
    page.click("button:has-text('Add question')")
    question = form.questions.get(key="which-schools-will-you-visit")
    before = question.position
    page.click(f"#question-{question.pk} button:has-text('Move up')")
    question.refresh_from_db()
    assert question.position == before - 1
