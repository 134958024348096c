"""Our question about an application: what it opens, how it is answered, and how it ends without an answer."""

from datetime import timedelta

import pytest

from applications import services, verify
from applications.models import Clarification, Copy, Part, Participant, Status
from audit.models import Event
from notifications.models import Message
from organisations.services import register
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from questionnaires.models import AnswerVersion
from tests import factories
from tests.applications.test_starting_and_saving import STAFF, set_status

OFFICE_OTHERS = [role for role in STAFF if role != "officer"]
NOT_WAITING = [status for status in Status.values if status != Status.SUBMITTED]
WAS = "Our answer about Need."
BETTER = "Forty people will come, twice a week."


def sections(application, *keys):
    return application.response.questionnaire.sections.filter(key__in=keys)


def ask(by, application, *keys, **facts):
    return services.ask_applicant(
        by=by,
        application=application,
        **{
            "question": "How many will come?",
            "sections": sections(application, *(keys or ("about-need",))),
            "reply_by": clock.today() + timedelta(days=7),
        }
        | facts,
    )


def write(by, application, **values):
    services.save_answers(
        by=by, application=application, values={key.replace("_", "-"): value for key, value in values.items()}
    )


def answers(application):
    return {
        answer.question.key: answer.value
        for answer in application.response.answers.select_related("question")
    }


@pytest.fixture
def asked(submitted_application, officer):
    return factories.asked(officer, submitted_application)


class TestAsking:
    def test_it_opens_the_sections_and_tells_everyone_once(
        self, submitted_application, officer, applicant, colleague
    ):
        first, second = (ask(officer, submitted_application) for _ in range(2))
        assert first == second
        submitted_application.refresh_from_db()
        assert submitted_application.status == Status.CLARIFICATION
        assert first.before == {"about-need": WAS}
        messages = Message.objects.filter(template="applications/question_from_us")
        assert {message.to for message in messages} == {applicant.email, colleague.email}
        assert "How many" not in messages[0].body
        assert Event.objects.filter(verb="application.question_asked").count() == 1

    def test_it_may_open_nothing(self, submitted_application, officer, applicant):
        ask(officer, submitted_application, sections=())
        with pytest.raises(RuleBroken, match="does not open this section"):
            write(applicant, submitted_application, about_need=BETTER)
        services.answer_question(by=applicant, application=submitted_application, reply="Forty.")
        submitted_application.refresh_from_db()
        assert submitted_application.status == Status.SUBMITTED

    @pytest.mark.parametrize("role", [*OFFICE_OTHERS, "applicant", "stranger"])
    def test_nobody_else_asks_or_takes_back(self, submitted_application, role, request):
        by = request.getfixturevalue(role)
        with pytest.raises(RuleBroken):
            ask(by, submitted_application)
        with pytest.raises(RuleBroken):
            services.take_back(by=by, application=submitted_application)
        assert not Clarification.objects.exists()

    @pytest.mark.parametrize("status", NOT_WAITING)
    def test_only_what_waits_for_its_check_is_asked_about(self, submitted_application, officer, status):
        set_status(submitted_application, status)
        with pytest.raises(RuleBroken, match="waits for its check"):
            ask(officer, submitted_application)

    @pytest.mark.parametrize("days", [-1, 0])
    def test_the_last_day_is_tomorrow_or_later(self, submitted_application, officer, days):
        with pytest.raises(RuleBroken, match="tomorrow or later"):
            ask(officer, submitted_application, reply_by=clock.today() + timedelta(days=days))

    def test_it_needs_words(self, submitted_application, officer):
        with pytest.raises(RuleBroken, match="Enter your question"):
            ask(officer, submitted_application, question="\u202e \x00")

    def test_a_second_question_waits_for_the_first(self, asked, officer_2):
        with pytest.raises(RuleBroken, match="Sample officer has asked a question that is open"):
            ask(officer_2, asked)

    def test_sections_of_another_form_are_refused(self, submitted_application, officer, fund):
        other = factories.open_round(officer, fund)
        with pytest.raises(RuleBroken, match="of the form that this application answers"):
            ask(officer, submitted_application, sections=other.questionnaire.sections.all())

    def test_a_section_that_hangs_on_another_opens_with_it(self, applicant, organisation, fund, officer):
        round = factories.open_round(officer, fund, brief_form=False)
        application = factories.submitted(applicant, factories.draft(applicant, round, organisation))
        asked = ask(officer, application, "safeguarding")
        assert {section.key for section in asked.sections.all()} == {"safeguarding", "documents"}


class TestWriting:
    def test_only_the_opened_sections_change(self, asked, applicant, colleague):
        write(colleague, asked, about_need=BETTER)
        for key in ("title", "about_outcomes"):
            with pytest.raises(RuleBroken, match="does not open this section"):
                write(applicant, asked, **{key: "Other"})
        assert answers(asked)["about-need"] == BETTER

    def test_the_office_reads_what_was_sent_until_the_answer_is(
        self, submitted_application, officer, applicant
    ):
        asked = factories.asked(officer, submitted_application, sections=("project", "about-need"))
        write(applicant, asked, title="", about_need=BETTER)
        asked.refresh_from_db()
        assert asked.title == "Example workshops"
        reading = services.sent_reading_of(asked)
        assert reading.by_key["about-need"].value == WAS
        assert reading.by_key["title"].value == "Example workshops"
        assert list(verify.violations()) == []

    def test_the_times_of_the_round_do_not_matter(self, submitted_application, officer, applicant):
        with clock.at(submitted_application.round.submissions_end_at + timedelta(days=3)):
            asked = factories.asked(officer, submitted_application)
            write(applicant, asked, about_need=BETTER)
            services.answer_question(by=applicant, application=asked)
            asked.refresh_from_db()
        assert (asked.status, answers(asked)["about-need"]) == (Status.SUBMITTED, BETTER)

    def test_the_last_day_ends_at_midnight_in_london(self, asked, applicant):
        last = asked.clarifications.get().reply_by
        with clock.at(factories.london(last, 23, 59, 59)):
            write(applicant, asked, about_need=BETTER)
        with clock.at(factories.london(last + timedelta(days=1), 0)):
            for attempt in (
                lambda: write(applicant, asked, about_need="Later"),
                lambda: services.answer_question(by=applicant, application=asked, reply="Late"),
            ):
                with pytest.raises(RuleBroken, match="The last day for your answer was"):
                    attempt()

    def test_a_contributor_keeps_to_their_own_sections(self, asked, officer, stranger):
        part = Participant.objects.create(
            application=asked, user=stranger, part=Part.CONTRIBUTOR, added_by=officer
        )
        part.sections.set(sections(asked, "project"))
        with pytest.raises(RuleBroken, match="not this one"):
            write(stranger, asked, about_need=BETTER)


class TestAnswering:
    def test_what_was_changed_becomes_part_of_it(self, submitted_application, officer, applicant, colleague):
        asked = factories.asked(officer, submitted_application, sections=("project", "about-need"))
        write(applicant, asked, title="Better workshops", about_need=BETTER)
        for _ in range(2):
            services.answer_question(by=applicant, application=asked, reply="See there.")
        asked.refresh_from_db()
        question = asked.clarifications.get()
        assert (asked.status, asked.title) == (Status.SUBMITTED, "Better workshops")
        assert (question.status, question.answered_by) == (Clarification.Status.ANSWERED, applicant)
        assert (question.before["about-need"], question.after["about-need"]) == (WAS, BETTER)
        receipts = Message.objects.filter(template="applications/answer_received")
        assert {receipt.to for receipt in receipts} == {applicant.email, colleague.email}
        assert receipts[0].attachment is not None
        assert Message.objects.get(template="applications/question_answered").to == officer.email
        assert asked.copies.filter(kind=Copy.Kind.SUBMITTED).count() == 2
        assert Event.objects.filter(verb="application.question_answered").count() == 1
        [told] = services.questions_with_changes(asked)
        assert [change.question.key for change in told.changes] == ["title", "about-need"]
        assert services.originals(asked)["about-need"].before.text == WAS
        assert list(verify.violations()) == []

    def test_words_alone_are_an_answer(self, asked, applicant):
        services.answer_question(by=applicant, application=asked, reply="Forty.")
        assert asked.copies.count() == 1
        assert services.originals(asked) == {}

    def test_nothing_at_all_is_none(self, asked, applicant):
        with pytest.raises(RuleBroken, match="Enter your answer to our question"):
            services.answer_question(by=applicant, application=asked, reply=" \u200b")

    @pytest.mark.parametrize("value", ["", "word " * 301])
    def test_an_answer_that_was_right_may_not_become_wrong(self, asked, applicant, value):
        write(applicant, asked, about_need=value)
        question = asked.clarifications.get()
        [gap] = services.answer_gaps(asked, question, services.reading_of(asked))
        assert gap.entry.question.key == "about-need"
        with pytest.raises(RuleBroken, match="missing or need changing"):
            services.answer_question(by=applicant, application=asked, reply="See there.")

    def test_partners_follow_and_stay_linked(self, applicant, organisation, open_round, officer):
        draft = factories.draft(applicant, open_round, organisation)
        kept, gone = (
            {"name": name, "number": "", "part": "Helps"} for name in ("Example Choir", "Example Club")
        )
        write(applicant, draft, has_partners="yes", partners=[gone, kept])
        application = factories.submitted(applicant, draft)
        choir = register(by=officer, name="Example Choir", kind="community")
        partner = application.named_partners.get(name="Example Choir")
        services.link_partner(by=officer, partner=partner, organisation=choir)
        asked = factories.asked(officer, application, sections=("project",))
        write(applicant, asked, partners=[kept])
        services.answer_question(by=applicant, application=asked)
        [partner] = asked.named_partners.all()
        assert (partner.name, partner.organisation) == ("Example Choir", choir)

    def test_a_third_person_gets_the_officers_mail_when_the_officer_left(
        self, asked, applicant, officer, officer_2
    ):
        officer.is_active = False
        officer.save()
        services.answer_question(by=applicant, application=asked, reply="Forty.")
        told = Message.objects.filter(template="applications/question_answered")
        assert [message.to for message in told] == [officer_2.email]

    def test_a_colleague_finds_it_answered(self, asked, applicant, colleague):
        services.answer_question(by=applicant, application=asked, reply="Forty.")
        with pytest.raises(RuleBroken, match="Sample applicant has already answered"):
            services.answer_question(by=colleague, application=asked, reply="Fifty.")

    @pytest.mark.parametrize("part", [Part.SIGNATORY, Part.READER])
    def test_who_only_reads_or_signs_does_not_answer(self, asked, officer, stranger, part):
        Participant.objects.create(application=asked, user=stranger, part=part, added_by=officer)
        with pytest.raises(RuleBroken, match="You can read this application"):
            services.answer_question(by=stranger, application=asked, reply="Forty.")

    @pytest.mark.parametrize("role", [*STAFF, "stranger"])
    def test_nobody_else_answers(self, asked, role, request):
        with pytest.raises(RuleBroken):
            services.answer_question(by=request.getfixturevalue(role), application=asked, reply="Forty.")

    @pytest.mark.parametrize("status", [s for s in Status.values if s != Status.CLARIFICATION])
    def test_only_an_open_question_is_answered(self, submitted_application, applicant, status):
        set_status(submitted_application, status)
        with pytest.raises(RuleBroken, match="no question of ours"):
            services.answer_question(by=applicant, application=submitted_application, reply="Forty.")


class TestEndingWithoutAnAnswer:
    def assert_as_it_was_sent(self, application, status):
        application.refresh_from_db()
        assert application.status == status
        assert answers(application)["about-need"] == WAS
        typed = application.response.versions.filter(question__key="about-need")
        assert [version.how for version in typed][0] == AnswerVersion.How.PUT_BACK
        assert BETTER in [version.value for version in typed]
        assert list(verify.violations()) == []

    def test_it_is_taken_back(self, asked, officer_2, applicant, colleague):
        write(applicant, asked, about_need=BETTER)
        for _ in range(2):
            services.take_back(by=officer_2, application=asked)
        self.assert_as_it_was_sent(asked, Status.SUBMITTED)
        assert asked.clarifications.get().status == Clarification.Status.CANCELLED
        messages = Message.objects.filter(template="applications/question_taken_back")
        assert {message.to for message in messages} == {applicant.email, colleague.email}
        with pytest.raises(RuleBroken, match="taken our question back"):
            services.answer_question(by=applicant, application=asked, reply="Forty.")

    def test_what_is_answered_is_not_taken_back(self, asked, officer, applicant):
        services.answer_question(by=applicant, application=asked, reply="Forty.")
        with pytest.raises(RuleBroken, match="no open question"):
            services.take_back(by=officer, application=asked)

    def test_it_lapses_after_its_last_day_and_everyone_is_told_once(self, asked, applicant, colleague):
        write(applicant, asked, about_need=BETTER)
        last = asked.clarifications.get().reply_by
        with clock.at(factories.london(last, 23, 59)):
            assert services.lapse_clarifications() == 0
        with clock.at(factories.london(last + timedelta(days=1), 0, 1)):
            assert [services.lapse_clarifications() for _ in range(2)] == [1, 0]
        self.assert_as_it_was_sent(asked, Status.SUBMITTED)
        assert asked.clarifications.get().status == Clarification.Status.LAPSED
        messages = Message.objects.filter(template="applications/question_lapsed")
        assert {message.to for message in messages} == {applicant.email, colleague.email}
        assert "We assess the application as you sent it" in messages[0].body

    def test_withdrawing_ends_it(self, asked, applicant):
        write(applicant, asked, about_need=BETTER)
        services.withdraw(by=applicant, application=asked)
        self.assert_as_it_was_sent(asked, Status.WITHDRAWN)
        assert asked.clarifications.get().status == Clarification.Status.CANCELLED
        with clock.at(clock.now() + timedelta(days=30)):
            assert services.lapse_clarifications() == services.remind_clarifications() == 0

    def test_an_answer_that_was_not_there_is_empty_again(self, submitted_application, officer, applicant):
        asked = factories.asked(officer, submitted_application, sections=("project",))
        partner = {"name": "Example Choir", "number": "", "part": "Sings"}
        write(applicant, asked, has_partners="yes", partners=[partner])
        services.take_back(by=officer, application=asked)
        assert services.reading_of(asked).by_key["partners"].is_answered is False
        assert not asked.named_partners.exists()

    def test_it_can_be_asked_again_and_what_was_typed_restored(self, asked, officer, applicant):
        write(applicant, asked, about_need=BETTER)
        services.take_back(by=officer, application=asked)
        asked = factories.asked(officer, asked, question="Once more: how many?")
        version = asked.response.versions.get(value=BETTER)
        services.restore_answer(by=applicant, application=asked, version=version)
        services.answer_question(by=applicant, application=asked)
        assert answers(asked)["about-need"] == BETTER


class TestDocuments:
    @pytest.fixture
    def with_document(self, applicant, officer, fund, organisation):
        round = factories.open_round(officer, fund, brief_form=False)
        draft, _ = factories.draft_with_document(applicant, round, organisation)
        return factories.submitted(applicant, draft)

    def replaced(self, application, applicant):
        new = factories.document(applicant, application.organisation, name="newer.pdf")
        services.save_answers(
            by=applicant, application=application, values={"accounts": {"document": new.pk, "later": ""}}
        )
        return new

    def test_the_office_has_the_document_that_was_sent(self, with_document, officer, applicant):
        [sent] = services.documents_of(with_document)
        asked = factories.asked(officer, with_document, sections=("documents",))
        new = self.replaced(asked, applicant)
        assert list(services.documents_of(asked)) == [sent]
        assert set(services.documents_of(asked, with_history=True)) == {sent, new}
        assert services.sent_reading_of(asked).by_key["accounts"].shown.document == sent

    def test_once_it_is_answered_it_has_both(self, with_document, officer, applicant):
        [sent] = services.documents_of(with_document)
        asked = factories.asked(officer, with_document, sections=("documents",))
        new = self.replaced(asked, applicant)
        services.answer_question(by=applicant, application=asked)
        assert set(services.documents_of(asked)) == {sent, new}
        [change] = services.questions_with_changes(asked)[0].changes
        assert (change.before.document, change.after.document) == (sent, new)

    def test_without_an_answer_the_one_that_was_sent_is_back(self, with_document, officer, applicant):
        [sent] = services.documents_of(with_document)
        asked = factories.asked(officer, with_document, sections=("documents",))
        self.replaced(asked, applicant)
        services.take_back(by=officer, application=asked)
        assert list(services.documents_of(asked)) == [sent]


class TestReminding:
    def test_it_is_sent_once_from_9am_two_days_before(self, asked, applicant, colleague):
        last = asked.clarifications.get().reply_by
        for moment, sent in (
            (factories.london(last - timedelta(days=3), 12), 0),
            (factories.london(last - timedelta(days=2), 8, 59), 0),
            (factories.london(last - timedelta(days=2), 9), 1),
            (factories.london(last - timedelta(days=1), 9), 0),
        ):
            with clock.at(moment):
                assert services.remind_clarifications() == sent
        messages = Message.objects.filter(template="applications/question_reminder")
        assert {message.to for message in messages} == {applicant.email, colleague.email}

    def test_a_late_sweep_catches_up_with_one(self, asked):
        last = asked.clarifications.get().reply_by
        with clock.at(factories.london(last, 15)):
            assert [services.remind_clarifications() for _ in range(2)] == [1, 0]

    @pytest.mark.parametrize("days", [1, 2])
    def test_who_has_only_just_been_told_is_not_reminded(self, submitted_application, officer, days):
        asked = factories.asked(officer, submitted_application, days=days)
        with clock.at(factories.london(asked.clarifications.get().reply_by, 15)):
            assert services.remind_clarifications() == 0

    def test_what_is_answered_is_not_reminded_of(self, asked, applicant):
        services.answer_question(by=applicant, application=asked, reply="Forty.")
        with clock.at(factories.london(asked.clarifications.get().reply_by, 15)):
            assert services.remind_clarifications() == 0


def test_the_scheduler_sweeps_each_hour(settings):
    scheduled = settings.CELERY_BEAT_SCHEDULE["sweep-questions"]
    assert scheduled["schedule"] == timedelta(hours=1)
    from applications.tasks import sweep_questions

    assert (sweep_questions.name, sweep_questions()) == (scheduled["task"], 0)
