"""`violations()` finds nothing in what the services made, and names each thing that was put wrong."""

from datetime import timedelta

import pytest

from applications import services, verify
from applications.models import Application, Clarification, PublicQuestion, Status, Transfer
from funds import verify as funds_verify
from funds.models import Criterion, Fund, Round
from organisations import verify as organisations_verify
from organisations.models import Alias, Membership, Organisation
from organisations.services import add_alias
from pcc_grants.lib import clock
from questionnaires.models import Answer
from tests import factories


def sentences():
    found = [*verify.violations(), *funds_verify.violations(), *organisations_verify.violations()]
    return [violation.sentence for violation in found]


@pytest.fixture
def other_round(officer):
    return factories.open_round(officer, factories.fund(officer, code="CTF", name="Other Fund"))


@pytest.fixture
def moved(submitted_application, other_round, officer):
    return services.transfer(
        by=officer,
        application=submitted_application,
        to_round=other_round,
        reason="It fits.",
        message="Moved.",
    )


def test_what_the_services_made_holds(
    approved_application, draft, applicant, officer, organisation, other_round
):
    for is_mistake in (True, False):
        moved = factories.submitted(applicant, factories.draft(applicant, draft.round, organisation))
        services.transfer(
            by=officer, application=moved, to_round=other_round, reason="It fits.", message="Moved."
        )
        if is_mistake:
            services.return_transfer(by=officer, transfer=moved.transfers.get(), reason="The wrong fund.")
    withdrawn = factories.draft(applicant, draft.round, organisation)
    services.withdraw(by=applicant, application=withdrawn)
    factories.asked(
        officer, factories.submitted(applicant, factories.draft(applicant, draft.round, organisation))
    )
    question = services.ask_about_round(by=applicant, round=draft.round, text="May we ask?")
    services.answer_in_public(by=officer, question=question, wording="May we ask?", answer="Yes.")
    add_alias(by=officer, organisation=organisation, name="EYP")
    late = factories.draft(applicant, other_round, organisation)
    with clock.at(other_round.submissions_end_at):
        factories.submitted(applicant, late)
    with clock.at(other_round.submissions_end_at + timedelta(minutes=2)):
        services.close_rounds()
    assert sentences() == []


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"status": Status.NOT_SUBMITTED}, "was never sent, but has a time of it"),
        ({"signed_name": ""}, "was submitted without a signature"),
        ({"title": ""}, "was submitted incomplete"),
        ({"amount_asked": None}, "was submitted incomplete"),
        ({"status": Status.ELIGIBLE}, "went on without a check"),
        ({"status": Status.WITHDRAWN}, "was withdrawn by nobody"),
        ({"reference": "TST-0118-22"}, "is not a reference of"),
        ({"created_at": clock.london(clock.today() + timedelta(days=90))}, "submitted before it was started"),
    ],
)
def test_a_state_against_its_stamps_is_named(submitted_application, wrong, sentence):
    Application.objects.update(**wrong)
    assert sentence in " ".join(sentences())


def test_a_check_out_of_order_is_named(submitted_application, officer):
    before = submitted_application.submitted_at - timedelta(days=1)
    Application.objects.update(checked_at=before, checked_by=officer)
    assert "waits for its check, but has been checked" in " ".join(sentences())
    Application.objects.update(status=Status.INELIGIBLE)
    assert "nobody said why" in " ".join(sentences())
    assert "was checked before it was submitted" in " ".join(sentences())


def test_a_withdrawn_application_that_goes_on_is_named(submitted_application, applicant):
    Application.objects.update(withdrawn_at=clock.now(), withdrawn_by=applicant)
    assert "goes on though it was withdrawn" in " ".join(sentences())


@pytest.mark.parametrize(
    ("late_by", "sentence"),
    [
        (timedelta(seconds=1), "had closed, and is not marked so"),
        (timedelta(minutes=15, seconds=1), "after the grace of its round"),
    ],
)
def test_what_was_received_late_unnoticed_is_named(submitted_application, late_by, sentence):
    Application.objects.update(submitted_at=submitted_application.round.closes_at + late_by)
    assert sentence in " ".join(sentences())


def test_a_sweep_that_does_not_run_is_named(draft):
    with clock.at(draft.round.submissions_end_at + timedelta(hours=23)):
        assert sentences() == []
    with clock.at(draft.round.submissions_end_at + timedelta(days=2)):
        assert "Does the scheduler run?" in " ".join(sentences())


def test_a_submission_without_an_answer_is_named(submitted_application):
    Answer.objects.filter(question__key="about-need").update(value="")
    assert "was submitted without an answer to “Why is the project needed?”" in " ".join(sentences())


def test_facts_that_are_not_what_the_answers_say_are_named(submitted_application):
    Application.objects.update(title="Another title", amount_asked="1")
    assert "differs from its answers in: title, amount_asked" in " ".join(sentences())


def test_after_a_returned_move_the_answers_count_again(moved, officer):
    services.return_transfer(by=officer, transfer=moved.transfers.get(), reason="The wrong fund.")
    Answer.objects.filter(question__key="about-need").update(value="")
    assert "was submitted without an answer" in " ".join(sentences())


def test_while_it_is_moved_they_do_not(moved):
    Answer.objects.filter(question__key="about-need").update(value="")
    assert sentences() == []


def test_what_belongs_to_another_fund_is_named(submitted_application, other_round):
    Application.objects.update(theme=other_round.fund.themes.first())
    assert "has a type of project of another fund" in " ".join(sentences())
    Round.objects.update(questionnaire=other_round.questionnaire)
    assert "answers the questions of another round" in " ".join(sentences())


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"to_round": None}, "does not stand in the round that its last move names"),
        ({"new_reference": "CTF-0118-22"}, "has not the answers or the reference"),
        ({"to_response": None}, "has not the answers or the reference"),
    ],
)
def test_a_move_that_leads_elsewhere_is_named(moved, wrong, sentence):
    if "to_round" in wrong:
        wrong = {"to_round": moved.transfers.get().from_round}
    Transfer.objects.update(**wrong)
    assert sentence in " ".join(sentences())


def test_a_returned_move_that_was_not_is_named(moved, officer):
    Transfer.objects.update(returned_at=clock.now(), returned_by=officer, returned_reason="The wrong fund.")
    assert "does not stand in the round" in " ".join(sentences())


def test_a_return_without_a_reason_is_named(moved, officer):
    services.return_transfer(by=officer, transfer=moved.transfers.get(), reason="The wrong fund.")
    Transfer.objects.update(returned_reason="")
    assert "was returned from another fund, and nobody said why" in " ".join(sentences())


def test_questions_against_the_state_are_named(submitted_application, officer):
    Application.objects.update(status=Status.CLARIFICATION)
    assert "waits for an answer, but no question is open" in " ".join(sentences())
    Application.objects.update(status=Status.SUBMITTED)
    factories.asked(officer, submitted_application)
    Application.objects.update(status=Status.SUBMITTED)
    assert "has an open question, but does not wait" in " ".join(sentences())


def test_a_question_that_the_sweep_forgot_is_named(submitted_application, officer):
    asked = factories.asked(officer, submitted_application)
    last = asked.clarifications.get().reply_by
    with clock.at(factories.london(last + timedelta(days=1))):
        assert "whose last day is over" not in " ".join(sentences())
    with clock.at(factories.london(last + timedelta(days=2))):
        assert "whose last day is over. Does the scheduler run?" in " ".join(sentences())


def test_an_answered_question_without_an_answer_is_named(submitted_application, officer, applicant):
    asked = factories.asked(officer, submitted_application)
    services.answer_question(by=applicant, application=asked, reply="Forty.")
    Clarification.objects.update(answered_at=None, answered_by=None)
    assert "nobody answered, but that counts as answered" in " ".join(sentences())


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"closed_at": clock.london(clock.today())}, "is answered in public and in private"),
        (
            {"published_at": clock.london(clock.today() - timedelta(days=9))},
            "was answered before it was asked",
        ),
        ({"closed_at": clock.london(clock.today()), "published_at": None, "answer": ""}, "without words"),
        ({"digested_at": clock.london(clock.today()), "published_at": None}, "without being published"),
    ],
)
def test_a_public_question_answered_oddly_is_named(open_round, applicant, officer, wrong, sentence):
    question = services.ask_about_round(by=applicant, round=open_round, text="May we ask?")
    services.answer_in_public(by=officer, question=question, wording="May we ask?", answer="Yes.")
    PublicQuestion.objects.update(**wrong)
    assert sentence in " ".join(sentences())


def test_a_round_without_what_applicants_rely_on_is_named(open_round):
    Round.objects.update(terms="", published_at=open_round.closes_at + timedelta(days=1))
    Criterion.objects.all().delete()
    Fund.objects.update(ended_on="2019-03-31", ending_notice="Over.")
    found = " ".join(sentences())
    for sentence in (
        "without terms",
        "without a criterion",
        "opened after the fund ended",
        "after it had closed",
    ):
        assert sentence in found


def test_faults_of_organisations_are_named(organisation, other_organisation):
    Alias.objects.create(organisation=organisation, name="example community ASSOCIATION")
    Organisation.objects.filter(pk=organisation.pk).update(charity_number="12", company_number="1234567")
    Membership.objects.filter(organisation=organisation).update(role=Membership.Role.MEMBER)
    Membership.objects.filter(organisation=other_organisation).update(
        ended_at=clock.now() - timedelta(days=1)
    )
    found = " ".join(sentences())
    for sentence in (
        "and the name of an organisation",
        "12 is not a charity number",
        "1234567 is not a company number",
        "none of them leads it",
        "ended before it began",
    ):
        assert sentence in found
