"""Whoever checks an application answers the checklist of its round, half-way if need be."""

import pytest
from django.urls import reverse

from applications import services
from applications.models import CheckAnswer, Status
from audit.models import Event
from funds import services as funds
from organisations.services import declare_interest
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.applications.deciding.conftest import put_in
from tests.page_text import refused, text_of


@pytest.fixture
def application(officer, fund, applicant, organisation):
    """Submitted, in a round whose checklist has a line about eligibility and one about completeness."""
    round = factories.open_round(officer, fund, published=False)
    funds.add_check_item(by=officer, round=round, about="eligibility", text="Is it in our area?")
    funds.add_check_item(by=officer, round=round, about="completeness", text="Does the budget add up?")
    funds.publish_round(by=officer, round=round)
    return factories.submitted(applicant, factories.draft(applicant, round, organisation))


@pytest.fixture
def area(application):
    return application.round.check_items.first()


@pytest.fixture
def budget(application):
    return application.round.check_items.last()


def given(application) -> dict[str, tuple]:
    return {one.item.text: (one.answer, one.note, one.answered_by) for one in application.check_answers.all()}


def check(by, application, answers=None, *, eligible=True, notes=""):
    return services.check(by=by, application=application, eligible=eligible, notes=notes, answers=answers)


def test_answers_are_kept_half_way_and_finished_by_somebody_else(
    application, officer, officer_2, area, budget
):
    for _ in range(2):
        services.answer_checklist(
            by=officer, application=application, answers={area.pk: ("na", "It is online.")}, notes="So far."
        )
    assert Event.objects.filter(verb="application.checklist_answered").count() == 1
    with pytest.raises(RuleBroken, match="Answer every line .* “Does the budget add up\\?”"):
        check(officer_2, application, {area.pk: ("na", "It is online.")})
    answers = {area.pk: ("na", "It is online."), budget.pk: ("yes", "")}
    for _ in range(2):
        check(officer_2, application, answers)
    application.refresh_from_db()
    assert application.status == Status.ELIGIBLE
    assert given(application) == {
        "Is it in our area?": ("na", "It is online.", officer),
        "Does the budget add up?": ("yes", "", officer_2),
    }


def test_a_no_goes_on_only_with_the_reason_in_the_notes(application, officer, area, budget):
    answers = {area.pk: ("no", "It is in the next county."), budget.pk: ("yes", "")}
    with pytest.raises(RuleBroken, match="Say in the notes of your check why"):
        check(officer, application, answers)
    assert given(application) == {}
    check(officer, application, answers, notes="Half of the pupils live here.")
    assert application.check_answers.count() == 2


def test_what_is_not_eligible_needs_no_more_than_the_reason(application, officer):
    check(officer, application, eligible=False, notes="It is outside the area.")
    application.refresh_from_db()
    assert application.status == Status.INELIGIBLE


@pytest.mark.parametrize("answer", ["no", "na"])
def test_every_answer_but_yes_needs_a_note(application, officer, area, answer):
    for note in ("", "\u200b "):
        with pytest.raises(RuleBroken, match="Enter a note for “Is it in our area"):
            services.answer_checklist(by=officer, application=application, answers={area.pk: (answer, note)})


def test_only_lines_of_its_round_are_answered_and_only_with_what_can_be_said(application, officer, area):
    for answers, sentence in (
        ({area.pk + 100: ("yes", "")}, "The checklist has changed"),
        ({area.pk: ("perhaps", "")}, "Select yes, no or does not apply"),
    ):
        with pytest.raises(RuleBroken, match=sentence):
            services.answer_checklist(by=officer, application=application, answers=answers)
    assert not CheckAnswer.objects.exists()


@pytest.mark.parametrize("status", [one for one in Status.values if one not in ("draft", "submitted")])
def test_answers_change_only_while_the_application_waits_for_its_check(application, officer, area, status):
    put_in(application, status)
    with pytest.raises(RuleBroken, match="waits for its check"):
        services.answer_checklist(by=officer, application=application, answers={area.pk: ("yes", "")})


def test_who_may_not_check_answers_nothing(application, approver, officer, area):
    for by in (approver, officer):
        with pytest.raises(RuleBroken):
            if by == officer:
                declare_interest(by=by, organisation=application.organisation, interest="A cousin.")
            services.answer_checklist(by=by, application=application, answers={area.pk: ("yes", "")})
    with pytest.raises(RuleBroken, match="has declared an interest .* Someone else must check it"):
        check(officer, application, {area.pk: ("yes", "")})


def test_the_check_in_the_browser(login, officer, auditor, application, area, budget):
    browser = login(officer)
    page = reverse("office_application_check", args=[application.reference])
    text = text_of(browser.get(page))
    for words in (
        "1. Is it in our area?",
        "£10,000, of £10,000 at most",
        "Signed by The Chair, Chair; submitted by Sample applicant",
        "What we know about the organisation",
        "The answers",
    ):
        assert words in text
    first, second = f"answer_{area.pk}", f"answer_{budget.pk}"
    refused(browser.post(page, {first: "no", "later": "yes"}), "Enter a note on line 1")
    refused(browser.post(page, {first: "<b>", second: "9" * 30, "later": "yes"}), "yes, no or does not apply")
    assert browser.post(page, {first: "yes", "notes": "So far.", "later": "yes"}).status_code == 302
    html = refused(browser.post(page, {first: "yes", "eligible": "yes"}), "Answer line 2 before you find")
    assert f'href="#id_{second}_0"' in html
    assert "So far." in browser.get(page).content.decode()
    sent = {first: "yes", second: "no", f"note_{budget.pk}": "£3 short.", "eligible": "yes"}
    refused(browser.post(page, sent), "Say in the notes of your check why the application goes on")
    assert browser.post(page, sent | {"notes": "It is £3."}).status_code == 302
    text = text_of(login(auditor).get(reverse("office_application", args=[application.reference])))
    assert "Does the budget add up? No £3 short." in text
    assert "Sample officer" in text
