"""A move to another fund carries over what fits, keeps the rest, and can be returned as a mistake."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from applications import services, verify
from applications.models import Application, Status, Transfer
from audit.models import Event
from funds.models import Theme
from notifications.models import Message
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from questionnaires.models import AnswerVersion
from tests import factories
from tests.applications.test_checking_and_moving import OTHERS, WORDS, other_round
from tests.applications.test_starting_and_saving import set_status

__all__ = ["other_round"]
NOT_WAITING = [status for status in Status.values if status != Status.SUBMITTED]


def move(by, application, to_round, **facts):
    return services.transfer(by=by, application=application, to_round=to_round, **(WORDS | facts))


def back(by, transfer, reason="We chose the wrong fund."):
    return services.return_transfer(by=by, transfer=transfer, reason=reason)


def answers(application):
    return {
        answer.question.key: answer.value
        for answer in application.response.answers.select_related("question")
    }


@pytest.fixture
def moved(submitted_application, other_round, officer):
    return Application.objects.get(pk=move(officer, submitted_application, other_round).pk)


class TestMoving:
    def test_it_gives_a_new_reference_and_keeps_the_history(
        self, submitted_application, other_round, officer, applicant, colleague
    ):
        old, submitted_at = submitted_application.reference, submitted_application.submitted_at
        old_answers = answers(submitted_application)
        moved = Application.objects.get(pk=move(officer, submitted_application, other_round).pk)
        assert moved.reference.startswith("CTF-")
        assert (moved.status, moved.submitted_at, moved.fund) == ("submitted", submitted_at, other_round.fund)
        transfer = Transfer.objects.get()
        assert (transfer.old_reference, transfer.new_reference) == (old, moved.reference)
        assert (transfer.from_round.fund.code, transfer.moved_by) == ("TST", officer)
        for reference in (old, moved.reference):
            assert list(Application.objects.called(reference)) == [moved]
        kept = {one.question.key: one.value for one in transfer.from_response.answers.all()}
        assert kept == old_answers
        messages = Message.objects.filter(template="applications/moved")
        assert {message.to for message in messages} == {applicant.email, colleague.email}
        assert WORDS["message"] in messages[0].body
        assert WORDS["reason"] not in messages[0].body
        assert old in messages[0].body
        assert list(verify.violations()) == []

    def test_answers_are_carried_to_the_same_questions(self, moved, other_round):
        given = answers(moved)
        assert given["about-need"] == "Our answer about Need."
        assert "about-community" not in given and "about-outcomes" not in given
        assert given["theme"] == str(other_round.fund.themes.get(name="prevention").pk)
        assert (moved.theme.name, moved.title) == ("prevention", "Example workshops")
        assert moved.amounts == [Decimal("10000")]
        assert set(moved.response.versions.values_list("how", flat=True)) == {AnswerVersion.How.CARRIED}

    def test_a_criterion_of_the_same_name_counts_whatever_its_key(
        self, submitted_application, other_round, officer
    ):
        fund = factories.fund(
            officer,
            code="NAM",
            name="Named Fund",
            criteria=[{"name": "Elsewhere", "question": "Why here?", "word_limit": 300}],
        )
        round = factories.open_round(officer, fund, published=False)
        round.criteria.update(name=" NEED ")
        from funds.services import publish_round

        round = publish_round(by=officer, round=round)
        moved = move(officer, submitted_application, round)
        [entry] = services.reading_of(moved).scored_for("elsewhere")
        assert entry.value == "Our answer about Need."

    def test_a_theme_that_the_other_fund_does_not_have_is_dropped(
        self, submitted_application, other_round, officer
    ):
        Theme.objects.filter(fund=other_round.fund).update(name="Something else")
        moved = move(officer, submitted_application, other_round)
        assert moved.theme is None
        assert "theme" not in answers(moved)
        event = Event.objects.filter(verb="application.moved").get()
        assert event.changes["theme"] == ["Prevention", ""]

    def test_what_the_other_form_does_not_ask_stays_as_it_was_told(
        self, submitted_application, officer, applicant
    ):
        round = factories.open_round(officer, factories.fund(officer, code="CTF", name="Other Fund"))
        asked = factories.asked(officer, move(officer, submitted_application, round))
        asked.response.answers.filter(question__key__in=["title", "costs"]).delete()
        services.save_answers(by=applicant, application=asked, values={"about-need": "More people need it."})
        services.answer_question(by=applicant, application=asked)
        asked.refresh_from_db()
        assert (asked.title, asked.amount_asked) == ("Example workshops", Decimal("10000"))

    def test_the_comparison_says_what_would_be_missing(self, submitted_application, officer, other_round):
        found = services.compare_rounds(submitted_application, other_round)
        assert [(str(one), answered) for one, answered in found.criteria] == [
            ("Need", True),
            ("Community", False),
        ]
        assert [str(one) for one in found.lost_criteria] == ["Outcomes"]
        assert [gap.entry.question.key for gap in found.missing] == ["about-community"]
        assert (found.theme.name, found.against_rules) == ("prevention", [])

    def test_the_comparison_says_what_is_against_the_rules(self, submitted_application, officer):
        today = clock.today()
        round = factories.open_round(
            officer,
            factories.fund(officer, code="CTF", name="Other Fund"),
            maximum=Decimal("5000"),
            projects_start_on=today + timedelta(days=60),
        )
        against = services.compare_rounds(submitted_application, round).against_rules
        assert "must be on or after" in against[0].message
        assert "must be £5,000 or less. It is £10,000" in against[1].message
        move(officer, submitted_application, round)

    def test_who_is_limited_to_a_section_stays_so_when_their_part_is_looked_at(
        self, submitted_application, other_round, login, officer, applicant
    ):
        helper = factories.person("applicant")
        [section] = submitted_application.response.questionnaire.sections.filter(key="about-need")
        factories.participant(applicant, submitted_application, helper, sections=[section])
        moved = move(officer, submitted_application, other_round)
        [theirs] = moved.response.questionnaire.sections.filter(key="about-need")
        page = login(applicant).get(reverse("application_person", args=[moved.reference, helper.pk]))
        assert page.context["form"]["sections"].value() == [theirs.pk]

    def test_missing_answers_are_asked_for_by_a_question(self, moved, officer, applicant):
        asked = factories.asked(officer, moved, sections=("about-community",))
        services.answer_question(by=applicant, application=asked, reply="We cannot say yet.")
        asked = factories.asked(officer, asked, sections=("about-community",), question="And now?")
        services.save_answers(by=applicant, application=asked, values={"about-community": "w " * 401})
        with pytest.raises(RuleBroken, match="missing or need changing"):
            services.answer_question(by=applicant, application=asked)
        services.save_answers(by=applicant, application=asked, values={"about-community": "They run it."})
        services.answer_question(by=applicant, application=asked)
        assert list(verify.violations()) == []

    def test_moving_twice_by_one_person_is_moving_once(self, moved, other_round, officer):
        move(officer, moved, other_round)
        assert Transfer.objects.count() == 1
        assert Message.objects.filter(template="applications/moved").count() == 2

    def test_it_moves_only_to_an_opened_round_of_another_fund(
        self, submitted_application, other_round, officer
    ):
        same_fund = factories.open_round(officer, submitted_application.fund)
        hidden = factories.open_round(officer, other_round.fund, published=False)
        later = factories.open_round(officer, other_round.fund, opens_at=clock.now() + timedelta(days=1))
        for round, sentence in ((same_fund, "another fund"), (hidden, "has opened"), (later, "has opened")):
            with pytest.raises(RuleBroken, match=sentence):
                move(officer, submitted_application, round)

    @pytest.mark.parametrize(
        ("missing", "sentence"), [("reason", "Enter why"), ("message", "Enter the message")]
    )
    def test_it_says_why_and_tells_the_applicant(
        self, submitted_application, other_round, officer, missing, sentence
    ):
        with pytest.raises(RuleBroken, match=sentence):
            move(officer, submitted_application, other_round, **{missing: "\u202e \x00"})

    def test_it_can_move_on_and_to_its_first_fund(self, moved, officer):
        first = Transfer.objects.get().from_round
        again = move(officer, moved, first)
        assert again.reference.startswith("TST-")
        assert Transfer.objects.count() == 2
        assert list(verify.violations()) == []


class TestReturning:
    def test_it_is_what_it_was_before_the_mistake(
        self, submitted_application, other_round, officer, officer_2, applicant, colleague
    ):
        old, before = submitted_application.reference, answers(submitted_application)
        moved = move(officer, submitted_application, other_round)
        new = moved.reference
        for _ in range(2):
            back(officer_2, Transfer.objects.get())
        returned = Application.objects.get(pk=moved.pk)
        transfer = Transfer.objects.get()
        assert (returned.reference, returned.round) == (old, transfer.from_round)
        assert (returned.theme.name, answers(returned)) == ("Prevention", before)
        assert (transfer.returned_by, transfer.returned_reason) == (officer_2, "We chose the wrong fund.")
        for reference in (old, new):
            assert list(Application.objects.called(reference)) == [returned]
        messages = Message.objects.filter(template="applications/move_returned")
        assert {message.to for message in messages} == {applicant.email, colleague.email}
        assert "We chose the wrong fund" not in messages[0].body
        assert Event.objects.filter(verb="application.move_returned").count() == 1
        assert list(verify.violations()) == []

    def test_what_was_answered_meanwhile_is_kept(self, moved, officer, applicant):
        asked = factories.asked(officer, moved, sections=("about-community",))
        services.save_answers(by=applicant, application=asked, values={"about-community": "They run it."})
        services.answer_question(by=applicant, application=asked)
        returned = back(officer, Transfer.objects.get())
        [former] = services.former_answers(returned)
        assert former.by_mistake
        assert former.reading.by_key["about-community"].value == "They run it."

    def test_an_invitation_sent_meanwhile_still_leads_to_it(self, moved, login, officer, applicant, stranger):
        services.invite(by=applicant, application=moved, email=stranger.email, name="T", part="reader")
        address = reverse("application_join", args=[moved.reference])
        back(officer, Transfer.objects.get())
        browser = login(stranger)
        assert browser.get(address).status_code == 200
        assert browser.post(address).status_code == 302
        assert services.part_of(stranger, moved) == "reader"

    def test_it_can_move_again_afterwards(self, moved, other_round, officer):
        new = moved.reference
        returned = back(officer, Transfer.objects.get())
        again = move(officer, returned, other_round)
        assert again.reference != new
        back(officer, Transfer.objects.last())
        assert list(verify.violations()) == []

    def test_only_the_last_move_is_taken_back(self, moved, officer):
        first = Transfer.objects.get()
        move(officer, moved, first.from_round)
        with pytest.raises(RuleBroken, match="Take back the last move first"):
            back(officer, first)
        back(officer, Transfer.objects.last())
        assert back(officer, first).reference == first.old_reference
        assert list(verify.violations()) == []

    @pytest.mark.parametrize("status", NOT_WAITING)
    def test_only_while_it_waits_for_its_check(self, moved, officer, status):
        set_status(moved, status)
        with pytest.raises(RuleBroken, match="only while the application waits"):
            back(officer, Transfer.objects.get())

    def test_not_once_it_was_submitted_again(self, moved, officer, applicant):
        services.reopen(by=applicant, application=moved)
        services.save_answers(by=applicant, application=moved, values={"about-community": "They run it."})
        factories.submitted(applicant, moved)
        with pytest.raises(RuleBroken, match="submitted this application again since the move"):
            back(officer, Transfer.objects.get())

    def test_it_says_why(self, moved, officer):
        with pytest.raises(RuleBroken, match="Enter why the move was a mistake"):
            back(officer, Transfer.objects.get(), " \u202e")

    def test_a_colleague_finds_it_taken_back(self, moved, officer, officer_2):
        back(officer, Transfer.objects.get())
        with pytest.raises(RuleBroken, match="Sample officer has already taken"):
            back(officer_2, Transfer.objects.get())

    @pytest.mark.parametrize("role", OTHERS)
    def test_nobody_else_takes_it_back(self, moved, role, request):
        with pytest.raises(RuleBroken):
            back(request.getfixturevalue(role), Transfer.objects.get())
        assert Transfer.objects.get().returned_at is None
