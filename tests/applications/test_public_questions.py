"""Questions about a round: asked until it closes, answered once, told to who asked and to drafts."""

from datetime import timedelta

import pytest

from applications import services
from applications.models import PublicQuestion
from applications.services.public_questions import MOST_WAITING
from audit.models import Event
from notifications.models import Message
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.applications.test_starting_and_saving import STAFF

OFFICE_OTHERS = [role for role in STAFF if role != "officer"]
ASKED = "May our school in Example Street apply?"
WORDS = {"wording": "May schools apply?", "answer": "Yes, any school may."}


def ask(by, round, text=ASKED):
    return services.ask_about_round(by=by, round=round, text=text)


def publish(by, question, **facts):
    return services.answer_in_public(by=by, question=question, **(WORDS | facts))


@pytest.fixture
def question(stranger, open_round):
    return ask(stranger, open_round)


def messages(template):
    return Message.objects.filter(template=f"applications/{template}")


class TestAsking:
    def test_an_applicant_of_any_organisation_asks_once(self, open_round, stranger):
        assert ask(stranger, open_round) == ask(stranger, open_round)
        made = PublicQuestion.objects.get()
        assert (made.asked_text, made.asked_by, made.is_waiting) == (ASKED, stranger, True)
        assert Event.objects.filter(verb="question.asked").count() == 1

    @pytest.mark.parametrize("role", STAFF)
    def test_the_office_does_not_ask_itself(self, open_round, role, request):
        with pytest.raises(RuleBroken):
            ask(request.getfixturevalue(role), open_round)

    def test_it_is_open_from_publication_to_the_closing_second(self, open_round, stranger):
        with clock.at(open_round.closes_at):
            ask(stranger, open_round)
        with (
            clock.at(open_round.closes_at + timedelta(seconds=1)),
            pytest.raises(RuleBroken, match="This fund closed at .* Questions are no longer taken"),
        ):
            ask(stranger, open_round, "And councils?")

    def test_not_about_what_is_not_published(self, officer, fund, stranger):
        with pytest.raises(RuleBroken, match="not published"):
            ask(stranger, factories.open_round(officer, fund, published=False))

    @pytest.mark.parametrize("text", ["", "  ", "\u202e\x00", "\u200b"])
    def test_it_needs_words(self, open_round, stranger, text):
        with pytest.raises(RuleBroken, match="Enter your question"):
            ask(stranger, open_round, text)

    def test_nobody_floods_the_office(self, open_round, stranger, applicant):
        for number in range(MOST_WAITING):
            ask(stranger, open_round, f"Question {number}?")
        with pytest.raises(RuleBroken, match="Wait for ours first"):
            ask(stranger, open_round, "One more?")
        ask(applicant, open_round, "One more?")


class TestAnswering:
    def test_it_is_published_once_and_who_asked_is_told(self, question, officer, stranger):
        for _ in range(2):
            publish(officer, question)
        question.refresh_from_db()
        assert (question.question, question.answer) == (WORDS["wording"], WORDS["answer"])
        assert (question.answered_by, question.is_waiting) == (officer, False)
        told = messages("public_question_answered").get()
        assert told.to == stranger.email
        assert WORDS["answer"] in told.body
        assert Event.objects.filter(verb="question.published").count() == 1
        assert list(PublicQuestion.objects.visible_to(stranger)) == [question]

    def test_it_may_be_for_one_person(self, question, officer, stranger, applicant):
        for _ in range(2):
            services.answer_in_private(by=officer, question=question, answer="Call us.")
        question.refresh_from_db()
        assert (question.published_at, question.is_waiting) == (None, False)
        assert "Call us." in messages("public_question_answered").get().body
        for person in (stranger, applicant):
            assert not PublicQuestion.objects.visible_to(person).exists()

    def test_a_second_answer_is_refused(self, question, officer, officer_2):
        publish(officer, question)
        for attempt in (
            lambda: publish(officer_2, question),
            lambda: publish(officer, question, answer="No."),
            lambda: services.answer_in_private(by=officer, question=question, answer="No."),
        ):
            with pytest.raises(RuleBroken, match="Sample officer has already answered"):
                attempt()

    def test_what_was_answered_to_one_is_not_published_afterwards(self, question, officer):
        services.answer_in_private(by=officer, question=question, answer=WORDS["answer"])
        with pytest.raises(RuleBroken, match="already answered"):
            publish(officer, question)

    @pytest.mark.parametrize(
        ("missing", "sentence"), [("wording", "as it will be published"), ("answer", "Enter the answer")]
    )
    def test_both_need_words(self, question, officer, missing, sentence):
        with pytest.raises(RuleBroken, match=sentence):
            publish(officer, question, **{missing: "\u202e "})

    def test_what_looks_like_personal_data_is_checked_first(self, question, officer):
        facts = {"wording": "May name@example.org apply?"}
        with pytest.raises(RuleBroken, match="looks like an email address"):
            publish(officer, question, **facts)
        publish(officer, question, **facts, checked=True)

    @pytest.mark.parametrize("role", [*OFFICE_OTHERS, "applicant", "stranger"])
    def test_nobody_else_answers(self, question, role, request):
        by = request.getfixturevalue(role)
        with pytest.raises(RuleBroken):
            publish(by, question)
        with pytest.raises(RuleBroken):
            services.answer_in_private(by=by, question=question, answer="No.")

    def test_it_can_be_answered_after_the_round_has_closed(self, question, officer):
        with clock.at(question.round.closes_at + timedelta(days=1)):
            publish(officer, question)


class TestTellingDrafts:
    @pytest.fixture
    def morning(self):
        """9am of today in London, or of tomorrow once it has passed."""
        at = factories.london(clock.today(), 9)
        return at if at > clock.now() else at + timedelta(days=1)

    def test_everyone_with_a_draft_gets_one_a_day(
        self, question, officer, draft, applicant, colleague, morning
    ):
        publish(officer, question)
        with clock.at(morning - timedelta(minutes=1)):
            assert services.send_question_digests() == 0
        with clock.at(morning):
            assert [services.send_question_digests() for _ in range(2)] == [2, 0]
        assert {message.to for message in messages("new_answers")} == {applicant.email, colleague.email}
        assert WORDS["wording"] in messages("new_answers")[0].body
        with clock.at(morning + timedelta(hours=2)):
            publish(officer, ask(applicant, question.round, "Another?"), wording="Another?")
            assert services.send_question_digests() == 0  # not a second time on one day
        with clock.at(morning + timedelta(days=1)):
            assert services.send_question_digests() == 1  # the applicant asked it themselves
        with clock.at(morning + timedelta(days=2)):
            assert services.send_question_digests() == 0

    def test_nobody_gets_it_twice_for_two_drafts(
        self, question, officer, draft, applicant, organisation, morning
    ):
        factories.draft(applicant, draft.round, organisation)
        publish(officer, question)
        with clock.at(morning):
            assert services.send_question_digests() == 2

    def test_who_has_submitted_or_only_asked_gets_none(
        self, question, officer, submitted_application, morning
    ):
        publish(officer, question)
        with clock.at(morning):
            assert services.send_question_digests() == 0

    def test_none_is_sent_after_closing_or_of_private_answers(self, question, officer, draft, morning):
        services.answer_in_private(by=officer, question=question, answer="Call us.")
        with clock.at(morning):
            assert services.send_question_digests() == 0
        with clock.at(morning):
            publish(officer, ask(question.asked_by, draft.round, "Another?"))
        with clock.at(max(draft.round.closes_at + timedelta(days=1), morning)):
            assert services.send_question_digests() == 0

    def test_a_day_is_a_day_in_london(self, question, officer, draft):
        """23:30 UTC in summer is the next day in London: 9am there is a new day, and so a new digest."""
        with clock.at(clock.now()):
            publish(officer, question)
        round = question.round
        start = clock.london_date(round.closes_at) - timedelta(days=4)
        with clock.at(factories.london(start, 23, 30)):
            assert services.send_question_digests() == 2
        with clock.at(factories.london(start + timedelta(days=1), 0, 30)):
            publish(officer, ask(question.asked_by, round, "Another?"), wording="Another?")
            assert services.send_question_digests() == 0
        with clock.at(factories.london(start + timedelta(days=1), 9)):
            assert services.send_question_digests() == 2
