"""Our questions in the browser: asked by an officer, answered by the applicant, read with old and new."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications import services
from applications.models import Part, Participant, Status
from pcc_grants.lib import clock
from tests import factories
from tests.applications.test_clarifying import BETTER, WAS, write
from tests.applications.test_starting_and_saving import set_status
from tests.page_text import refused, text_of


def url(name, application, *more):
    return reverse(name, args=[application.reference, *more])


def date_in(days):
    day = clock.today() + timedelta(days=days)
    return {"reply_by_day": day.day, "reply_by_month": day.month, "reply_by_year": day.year}


def section_pk(application, key):
    return application.response.questionnaire.sections.get(key=key).pk


@pytest.fixture
def asked(submitted_application, officer):
    return factories.asked(officer, submitted_application)


@pytest.fixture
def answered(asked, applicant):
    write(applicant, asked, about_need=BETTER)
    services.answer_question(by=applicant, application=asked, reply="See there.")
    asked.refresh_from_db()
    return asked


class TestTheOffice:
    def test_an_officer_asks(self, login, officer, submitted_application):
        browser = login(officer)
        page = url("office_clarify", submitted_application)
        assert page in browser.get(url("office_application", submitted_application)).content.decode()
        assert "What you will do" in text_of(browser.get(page))
        html = refused(browser.post(page, {"question": "How many?"}), "Enter the last day for the answer")
        assert "How many?" in html
        refused(browser.post(page, date_in(7)), "Enter your question")
        refused(
            browser.post(page, {"question": "How many?"} | date_in(0)),
            "The last day for the answer must be tomorrow or later",
        )
        typed = {
            "question": "How many?",
            "sections": [section_pk(submitted_application, "about-need")],
        } | date_in(7)
        for _ in range(2):
            assert browser.post(page, typed).url == url("office_application", submitted_application)
        assert submitted_application.clarifications.count() == 1
        text = text_of(browser.get(page))
        assert "How many?" in text and "waits for an answer" in text
        text = text_of(browser.get(url("office_application", submitted_application)))
        assert "Waiting for an answer from the applicant" in text
        assert "Sections that could be changed: Need." in text
        assert "Take the question back" in text

    def test_an_officer_takes_it_back(self, login, officer, asked):
        browser = login(officer)
        page = url("office_clarify_take_back", asked)
        assert "You cannot undo this" in text_of(browser.get(page))
        for _ in range(2):
            assert browser.post(page).url == url("office_application", asked)
        assert browser.get(page).url == url("office_application", asked)
        text = text_of(browser.get(url("office_application", asked)))
        assert "ended without an answer" in text

    @pytest.mark.parametrize("status", [s for s in Status.values if s not in ("submitted", "draft")])
    def test_nothing_else_is_asked_about(self, login, officer, submitted_application, status):
        set_status(submitted_application, status)
        browser = login(officer)
        page = url("office_clarify", submitted_application)
        assert "Only an application that waits for its check" in text_of(browser.get(page))
        refused(
            browser.post(page, {"question": "How many?"} | date_in(7)),
            "Only an application that waits for its check",
        )

    def test_what_is_typed_and_not_sent_is_not_shown(self, login, officer, applicant, asked):
        write(applicant, asked, about_need="A half-finished sen")
        services.add_comment(
            by=applicant,
            application=asked,
            section=asked.response.questionnaire.sections.get(key="about-need"),
            text="For us alone.",
        )
        text = text_of(login(officer).get(url("office_application", asked)))
        assert WAS in text
        assert "half-finished" not in text and "For us alone" not in text

    def test_old_and_new_stand_side_by_side(self, login, officer, answered):
        html = login(officer).get(url("office_application", answered)).content.decode()
        assert "<mark><strong>" in html
        text = text_of(login(officer).get(url("office_application", answered)))
        for words in ("Before our question", WAS, "After our question", BETTER, "Sample applicant answered"):
            assert words in text

    @pytest.mark.parametrize("role", ["approver", "auditor"])
    def test_readers_read_and_ask_nothing(self, login, answered, role, request):
        browser = login(request.getfixturevalue(role))
        assert "See there." in text_of(browser.get(url("office_application", answered)))
        for name in ("office_clarify", "office_clarify_take_back"):
            assert browser.get(url(name, answered)).status_code == 403
            assert browser.post(url(name, answered)).status_code == 403

    @pytest.mark.parametrize("role", ["applicant", "stranger", "assessor", "finance", "panel_officer"])
    def test_others_are_refused(self, login, asked, role, request):
        browser = login(request.getfixturevalue(role))
        for name in ("office_clarify", "office_clarify_take_back"):
            assert browser.get(url(name, asked)).status_code == 403

    def test_the_page_costs_the_same_with_more_questions(self, login, officer, applicant, answered):
        browser = login(officer)

        def count():
            with CaptureQueriesContext(connection) as captured:
                browser.get(url("office_application", answered))
            return len(captured)

        count()
        one = count()
        for number in range(2):
            asked = factories.asked(officer, answered, question=f"And {number}?")
            write(applicant, asked, about_need=f"{BETTER} {number}")
            services.answer_question(by=applicant, application=asked)
        assert count() == one

    def test_it_shows_the_budget_in_figures(self, login, officer, submitted_application):
        text = text_of(login(officer).get(url("office_application", submitted_application)))
        assert "Total cost of the project £10,000" in text

    def test_it_waits_on_the_home_for_the_applicant(self, login, officer, asked):
        html = login(officer).get(reverse("office_home")).content.decode()
        work = html.partition("Waiting for someone else")[2].partition("<h2")[0]
        assert "The applicant answers our question" in work and asked.reference in work


class TestTheApplicant:
    def test_the_application_leads_to_the_question(self, login, applicant, asked):
        browser = login(applicant)
        response = browser.get(url("application", asked))
        assert "We have a question" in text_of(response)
        assert url("application_messages", asked) in response.content.decode()
        text = text_of(browser.get(url("application_messages", asked)))
        assert "How many will come?" in text
        assert "Change “Need”" in text and "Outcomes" not in text
        assert "Sample officer" not in text

    def test_they_change_the_section_and_send_it(self, login, applicant, asked):
        browser = login(applicant)
        page = url("application_messages", asked)
        question = url("application_question", asked, "about-need", "about-need")
        response = browser.post(question, {"q-about-need": BETTER, "revision-about-need": 1, "later": "yes"})
        assert response.url == page
        section = url("application_section", asked, "about-need")
        assert browser.post(section, {"complete": "yes"}).url == page
        other = url("application_question", asked, "about-outcomes", "about-outcomes")
        assert browser.get(other).status_code == 302
        refused(browser.post(other, {"q-about-outcomes": "No"}), "Our question does not open this section")
        for _ in range(2):
            assert browser.post(page, {"reply": "See there."}).url == page
        text = text_of(browser.get(page))
        for words in ("Your answer has been sent", "No question waits", WAS, BETTER, "See there."):
            assert words in text
        assert "Questions from us" in text_of(browser.get(url("application", asked)))

    def test_nothing_is_no_answer(self, login, applicant, asked):
        refused(
            login(applicant).post(url("application_messages", asked), {"reply": " "}),
            "Enter your answer to our question",
        )

    def test_what_is_missing_is_said_with_a_link_and_the_words_stay(self, login, applicant, asked):
        write(applicant, asked, about_need="")
        html = refused(
            login(applicant).post(url("application_messages", asked), {"reply": "See there."}),
            "Enter your answer about Need",
        )
        assert "See there." in html
        assert url("application_question", asked, "about-need", "about-need") in html

    def test_a_page_left_open_past_the_last_day_keeps_the_words(self, login, applicant, asked):
        browser = login(applicant)
        last = asked.clarifications.get().reply_by
        with clock.at(factories.london(last + timedelta(days=1), 0, 5)):
            page = url("application_messages", asked)
            assert "The last day for your answer was" in text_of(browser.get(page))
            late = {"reply": "Too late, alas."}
            assert "Too late, alas." in refused(browser.post(page, late), "The last day for your answer was")
            services.lapse_clarifications()
            assert "Too late, alas." in refused(browser.post(page, late), "The time for your answer is over")
            text = text_of(browser.get(page))
            assert "The application is assessed as it was sent" in text

    def test_without_questions_the_page_says_so(self, login, applicant, submitted_application):
        text = text_of(login(applicant).get(url("application_messages", submitted_application)))
        assert "We have not asked you anything" in text

    @pytest.mark.parametrize("part", [Part.READER, Part.SIGNATORY])
    def test_who_only_reads_is_told_who_answers(self, login, asked, officer, stranger, part):
        Participant.objects.create(application=asked, user=stranger, part=part, added_by=officer)
        browser = login(stranger)
        page = url("application_messages", asked)
        assert "A lead or a contributor of this application can answer" in text_of(browser.get(page))
        refused(browser.post(page, {"reply": "Forty."}), "You can read this application")

    def test_a_stranger_finds_nothing(self, login, asked, stranger, other_organisation):
        page = url("application_messages", asked)
        assert login(stranger).get(page).status_code == 404
        assert login(stranger).post(page, {"reply": "Forty."}).status_code == 404

    def test_withdrawing_is_possible_and_ends_it(self, login, applicant, asked):
        browser = login(applicant)
        assert url("application_withdraw", asked) in browser.get(url("application", asked)).content.decode()
        assert browser.post(url("application_withdraw", asked), {"reason": ""}).status_code == 302
        text = text_of(browser.get(url("application_messages", asked)))
        assert "No question waits for your answer" in text


class TestTheAssessor:
    @pytest.fixture
    def assessment(self, answered, officer, assessor):
        factories.eligible(officer, answered)
        assessment = services.assign(
            by=officer, application=answered, assessor=assessor, due_on=clock.today() + timedelta(days=7)
        )
        services.declare(by=assessor, assessment=assessment)
        return assessment

    def test_sees_what_was_before_and_what_is_now(self, login, assessor, assessment):
        browser = login(assessor)
        text = text_of(browser.get(reverse("assess_criterion", args=[assessment.pk, 1])))
        for words in ("Before our question", WAS, "Now", BETTER):
            assert words in text
        other = text_of(browser.get(reverse("assess_criterion", args=[assessment.pk, 2])))
        assert "Before our question" not in other
        overview = text_of(browser.get(reverse("assessment", args=[assessment.pk])))
        assert "How many will come?" in overview and "See there." in overview


HOSTILE = ["a\x00b", "\u202eevil", "🎉" * 100, "x" * 500_000, "word " * 5000, "<script>alert(1)</script>"]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_never_break_a_page(login, officer, applicant, asked, text):
    theirs, ours = login(applicant), login(officer)
    page = url("office_clarify", asked)
    typed = {"question": text, "sections": [text[:1000]], "reply_by_day": text[:1000]}
    assert ours.post(page, typed).status_code == 422
    assert ours.post(page, {"question": text} | date_in(7)).status_code == 422
    services.take_back(by=officer, application=asked)
    assert ours.post(page, {"question": text} | date_in(7)).status_code in (302, 422)
    assert theirs.post(url("application_messages", asked), {"reply": text}).status_code in (302, 422)
    html = ours.get(url("office_application", asked)).content.decode()
    assert "<script>alert" not in html
