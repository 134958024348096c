"""An assessor asks the officer about an application that they score, and gets an answer."""

import pytest
from django.urls import reverse

from applications import services
from applications.models import AssessorQuestion
from notifications.models import Message
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.page_text import text_of

from .conftest import score_all


@pytest.fixture
def declared(assessment, assessor):
    services.declare(by=assessor, assessment=assessment)
    return assessment


def test_a_question_goes_to_the_officer_and_the_answer_comes_back(
    login, declared, assessor, officer, assessor_2
):
    browser, url = login(assessor), reverse("assess_ask", args=[declared.pk])
    assert url in browser.get(reverse("assessment", args=[declared.pk])).content.decode()
    assert browser.post(url, {"text": " "}).status_code == 422
    for _ in range(2):
        assert browser.post(url, {"text": "Is the school in our area?"}).status_code == 302
    question = AssessorQuestion.objects.get()
    message = Message.objects.get(template="applications/assessor_question")
    assert message.recipient_id == officer.pk and "Is the school in our area?" in message.body
    assert login(assessor_2).get(url).status_code == 404
    ref = declared.application.reference
    answering = reverse("office_assessor_question", args=[ref, question.pk])
    theirs = login(officer)
    listed = theirs.get(reverse("office_assessor_questions", args=[ref])).content.decode()
    assert answering in listed
    assert theirs.post(answering, {"answer": ""}).status_code == 422
    for _ in range(2):
        assert theirs.post(answering, {"answer": "Yes, it is."}).status_code == 302
    assert Message.objects.get(template="applications/assessor_answered").recipient_id == assessor.pk
    assert "Yes, it is." in text_of(browser.get(reverse("assessment", args=[declared.pk])))
    assert theirs.get(answering).status_code == 302
    with pytest.raises(RuleBroken, match="already answered"):
        services.answer_assessor(by=factories.person("officer"), question=question, answer="No.")


def test_who_does_not_score_does_not_ask(assessment, assessor, assessor_2, officer):
    with pytest.raises(RuleBroken, match="while you score it"):
        services.ask_office(by=assessor, assessment=assessment, text="Before I declared?")
    score_all(assessment, [4, 3])
    for person in (assessor_2, officer):
        with pytest.raises(RuleBroken):
            services.ask_office(by=person, assessment=assessment, text="Mine?")
    with pytest.raises(RuleBroken, match="5,000 characters"):
        services.ask_office(by=assessor, assessment=assessment, text="a" * 5001)
    question = services.ask_office(by=assessor, assessment=assessment, text="How?")
    for role in ("assessor", "approver", "auditor", "applicant"):
        with pytest.raises(RuleBroken):
            services.answer_assessor(by=factories.person(role), question=question, answer="So.")
    services.submit_scores(by=assessor, assessment=assessment)
    with pytest.raises(RuleBroken, match="while you score it"):
        services.ask_office(by=assessor, assessment=assessment, text="And now?")
