"""Which documents a round asks for: the usual ones, or others in the office's own words."""

import pytest
from django.urls import reverse

from audit.models import Event
from funds import services
from pcc_grants.lib.rules import RuleBroken
from questionnaires.models import Question
from questionnaires.services import change_question, move_section
from tests import factories
from tests.funds.rounds_in_preparation import step_address
from tests.page_text import refused, text_of

PLAN = {"text": "Your business plan", "hint": "It shows how the work goes on.", "required": "yes"}


@pytest.fixture
def prepared(officer, fund):
    return factories.open_round(officer, fund, published=False, brief_form=False)


@pytest.fixture
def brief(officer, fund):
    return factories.open_round(officer, fund, published=False)


def asked(round) -> list[str]:
    return [document.key for document in services.documents_of(round)]


def test_the_usual_documents_are_added_once(login, officer, prepared):
    browser = login(officer)
    url, page = (
        step_address(name, prepared) for name in ("office_round_document_usual", "office_round_documents")
    )
    assert "Your insurance certificate. Add" in text_of(browser.get(page))
    for _ in range(2):
        browser.post(url, {"document": "insurance-certificate"})
    assert asked(prepared) == [
        "governing-document",
        "accounts",
        "safeguarding-policy",
        "insurance-certificate",
    ]
    assert Event.objects.filter(verb="questionnaire.changed").count() == 1
    assert "Your insurance certificate. Add" not in text_of(browser.get(page))


@pytest.mark.parametrize("key", ["", "wizard", "title", "x" * 10_000, "a\x00b"])
def test_only_a_usual_document_is_usual(login, officer, prepared, key):
    url = step_address("office_round_document_usual", prepared)
    refused(login(officer).post(url, {"document": key}), "Select one of the usual documents")


def test_a_form_without_documents_gets_their_section(officer, brief):
    assert asked(brief) == []
    services.add_usual_document(by=officer, round=brief, key="safeguarding-policy")
    [policy] = services.documents_of(brief)
    assert (policy.section.key, policy.section.title) == ("documents", "Documents")
    assert policy.depends_on is None  # the short form does not ask about children
    services.remove_document(by=officer, round=brief, document=policy)
    assert not brief.questionnaire.sections.filter(key="documents").exists()


def test_the_safeguarding_policy_is_asked_of_those_who_work_with_children(officer, prepared):
    policy = services.documents_of(prepared).get(key="safeguarding-policy")
    services.remove_document(by=officer, round=prepared, document=policy)
    made = services.add_usual_document(by=officer, round=prepared, key="safeguarding-policy")
    assert (made.depends_on.key, made.shown_if) == ("works-with-children", ["yes"])


def test_an_own_document_is_added_changed_and_removed(login, officer, prepared):
    browser, new = login(officer), step_address("office_round_document_new", prepared)
    for _ in range(2):
        browser.post(new, PLAN)
    plan = services.documents_of(prepared).get(text="Your business plan")
    assert (plan.key, plan.name, plan.required) == ("document-your-business-plan", "Business plan", True)
    url = step_address("office_round_document", prepared, plan.pk)
    assert 'value="Your business plan"' in browser.get(url).content.decode()
    browser.post(url, PLAN | {"text": "Your three-year plan", "required": "no"})
    plan.refresh_from_db()
    assert (plan.name, plan.required, plan.key) == ("Three-year plan", False, "document-your-business-plan")
    remove = step_address("office_round_document_remove", prepared, plan.pk)
    assert "Stop asking for “Your three-year plan”?" in text_of(browser.get(remove))
    browser.post(remove)
    assert "document-your-business-plan" not in asked(prepared)
    assert browser.post(remove).status_code == 404
    services.remove_document(by=officer, round=prepared, document=plan)


def test_a_document_with_faults_comes_back_as_typed(login, officer, prepared):
    browser, new = login(officer), step_address("office_round_document_new", prepared)
    refused(browser.post(new, {}), "Enter what you ask for", "Select whether it must be sent")
    refused(browser.post(new, PLAN | {"text": "x" * 151}), "150 characters or fewer")
    refused(browser.post(new, PLAN | {"text": "your GOVERNING document"}), "The form already asks for")
    accounts = services.documents_of(prepared).get(key="accounts")
    url = step_address("office_round_document", prepared, accounts.pk)
    refused(browser.post(url, PLAN | {"text": "Your governing document"}), "The form already asks for")


def test_a_usual_document_waits_until_the_question_it_hangs_on_stands_before_it(login, officer, prepared):
    policy = services.documents_of(prepared).get(key="safeguarding-policy")
    services.remove_document(by=officer, round=prepared, document=policy)
    section = prepared.questionnaire.sections.get(key="documents")
    move_section(by=officer, section=section, to=1)
    url = step_address("office_round_document_usual", prepared)
    refused(
        login(officer).post(url, {"document": "safeguarding-policy"}), "so it must come after that question"
    )
    assert "safeguarding-policy" not in asked(prepared)
    move_section(by=officer, section=section, to=99)
    assert login(officer).post(url, {"document": "safeguarding-policy"}).status_code == 302


def test_a_usual_document_is_not_asked_for_after_an_answer_that_nobody_can_give(officer, prepared):
    policy = services.documents_of(prepared).get(key="safeguarding-policy")
    services.remove_document(by=officer, round=prepared, document=policy)
    decides = prepared.questionnaire.questions.get(key="works-with-children")
    for dependent in decides.dependents.all():
        change_question(by=officer, question=dependent, depends_on=None)
    change_question(by=officer, question=decides, kind="one_of", options=["Often", "Never"])
    with pytest.raises(RuleBroken, match="that choice must stay"):
        services.add_usual_document(by=officer, round=prepared, key="safeguarding-policy")


@pytest.mark.parametrize("facts", [{"text": " "}, {"text": "x" * 151}, {"text": "a", "hint": "x" * 301}])
def test_the_service_refuses_what_cannot_be_stored(officer, prepared, facts):
    with pytest.raises(RuleBroken):
        services.add_document(by=officer, round=prepared, **facts)


def test_only_a_document_of_this_round_is_changed_here(login, officer, prepared, brief):
    title = prepared.questionnaire.questions.get(key="title")
    other = services.add_usual_document(by=officer, round=brief, key="accounts")
    for row in (title, other):
        for name in ("office_round_document", "office_round_document_remove"):
            url = reverse(name, args=[prepared.pk, row.pk])
            assert login(officer).post(url, PLAN).status_code == 404
        with pytest.raises(RuleBroken, match="no longer asked for"):
            services.update_document(by=officer, round=prepared, document=row, text="Other")
        services.remove_document(by=officer, round=prepared, document=row)
    assert Question.objects.filter(pk__in=[title.pk, other.pk]).count() == 2
