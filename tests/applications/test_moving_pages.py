"""The office compares two rounds, moves, and takes a mistaken move back; everybody reads both forms."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications import services
from applications.models import Application, Status, Transfer
from pcc_grants.lib import clock
from tests import factories
from tests.applications.test_checking_and_moving import WORDS, other_round
from tests.applications.test_starting_and_saving import set_status
from tests.page_text import refused, text_of

__all__ = ["other_round"]
LIST = "/office/applications/"


def url(name, application):
    return reverse(name, args=[application.reference])


@pytest.fixture
def moved(submitted_application, other_round, officer):
    moved = services.transfer(by=officer, application=submitted_application, to_round=other_round, **WORDS)
    return Application.objects.get(pk=moved.pk)


def test_an_officer_compares_and_moves(login, officer, submitted_application, other_round):
    browser = login(officer)
    page = url("office_application_move", submitted_application)
    text = text_of(browser.get(page))
    assert "Communities Together Fund" in text
    refused(browser.get(page, {"to": ""}), "Select where the application moves to")
    text = text_of(browser.get(page, {"to": other_round.pk}))
    for words in (
        "Need: the answer is carried over",
        "Community: new, there is no answer to it",
        "Not scored there: Outcomes",
        "These questions of the new form are not answered",
        "How is the community involved?",
        "It asks for £10,000",
    ):
        assert words in text
    compared = f"{page}?to={other_round.pk}"
    html = refused(
        browser.post(compared, {"to": other_round.pk, "reason": "It fits."}),
        "Enter the message to the applicant",
    )
    assert "It fits." in html
    old = submitted_application.reference
    for _ in range(2):
        response = browser.post(compared, WORDS | {"to": other_round.pk})
        submitted_application.refresh_from_db()
        assert response.url == url("office_application", submitted_application)
    assert Transfer.objects.count() == 1
    text = text_of(browser.get(response.url))
    assert f"where it was {old}" in text
    assert "Answers to questions of the Example Fund, from which it was moved" in text
    assert browser.get(f"{LIST}{old}/").status_code == 200
    assert submitted_application.reference in text_of(browser.get(LIST, {"q": old.lower()}))


def test_its_own_fund_is_no_choice(login, officer, submitted_application, other_round):
    page = url("office_application_move", submitted_application)
    own = {"to": submitted_application.round_id}
    refused(login(officer).post(page, WORDS | own), "Choose a round of another fund.")
    refused(login(officer).get(page, own), "Select where the application moves to")
    refused(login(officer).post(page, WORDS), "Select where the application moves to")


def test_with_nowhere_to_go_the_page_says_so(login, officer, submitted_application):
    page = url("office_application_move", submitted_application)
    assert "there is nowhere to move it to" in text_of(login(officer).get(page))


@pytest.mark.parametrize("status", [s for s in Status.values if s not in ("submitted", "draft")])
def test_what_is_past_its_check_is_not_moved(login, officer, submitted_application, other_round, status):
    set_status(submitted_application, status)
    page = url("office_application_move", submitted_application)
    refused(login(officer).post(page, WORDS | {"to": other_round.pk}), "waits for its check")


def test_an_officer_takes_a_move_back(login, officer, applicant, moved):
    browser = login(officer)
    old, new = Transfer.objects.get().old_reference, moved.reference
    html = browser.get(url("office_application", moved)).content.decode()
    page = url("office_application_move_return", moved)
    assert page in html
    assert f"It will be {old} in the Example Fund again" in text_of(browser.get(page))
    refused(browser.post(page, {"reason": " "}), "Enter why the move was a mistake")
    for _ in range(2):
        assert browser.post(page, {"reason": "The wrong fund."}).url == f"{LIST}{old}/"
    assert browser.get(page).url == f"{LIST}{old}/"
    text = text_of(browser.get(f"{LIST}{new}/"))
    assert "took the move back" in text and "The wrong fund." in text
    assert "to which it was moved by mistake" in text
    theirs = login(applicant)
    for reference in (old, new):
        text = text_of(theirs.get(f"/applications/{reference}/"))
        assert "That was a mistake" in text
        assert "The wrong fund." not in text


def test_the_applicant_reads_both_forms(login, applicant, moved, stranger, other_organisation):
    old = Transfer.objects.get().old_reference
    text = text_of(login(applicant).get(f"/applications/{old}/"))
    assert f"From the Example Fund, where it was {old}, to the Communities Together Fund" in text
    assert "Our answer about Outcomes." in text
    assert WORDS["reason"] not in text
    assert login(stranger).get(f"/applications/{old}/").status_code == 404


def test_the_assessor_reads_the_new_answers_and_may_read_the_old(login, officer, assessor, moved):
    factories.eligible(officer, moved)
    assessment = services.assign(
        by=officer, application=moved, assessor=assessor, due_on=clock.today() + timedelta(days=7)
    )
    services.declare(by=assessor, assessment=assessment)
    browser = login(assessor)
    text = text_of(browser.get(reverse("assess_criterion", args=[assessment.pk, 1])))
    assert "Our answer about Need." in text
    assert "Answers to the criteria of the Example Fund" in text
    assert "Our answer about Outcomes." in text
    assert "No answer was given" in text_of(browser.get(reverse("assess_criterion", args=[assessment.pk, 2])))
    assert "Our answer about Outcomes." in text_of(browser.get(reverse("assessment", args=[assessment.pk])))


def test_what_was_never_moved_has_no_move_to_take_back(login, officer, submitted_application):
    assert login(officer).get(url("office_application_move_return", submitted_application)).status_code == 404


def test_past_its_check_the_move_stays(login, officer, moved):
    factories.eligible(officer, moved)
    browser = login(officer)
    page = url("office_application_move_return", moved)
    assert page not in browser.get(url("office_application", moved)).content.decode()
    refused(browser.post(page, {"reason": "The wrong fund."}), "only while the application waits")


@pytest.mark.parametrize("role", ["approver", "auditor", "applicant", "assessor", "finance"])
def test_nobody_else_opens_the_pages(login, moved, role, request):
    browser = login(request.getfixturevalue(role))
    for name in ("office_application_move", "office_application_move_return"):
        assert browser.get(url(name, moved)).status_code == 403
        assert browser.post(url(name, moved), {"reason": "No."}).status_code == 403


def test_the_list_of_rounds_costs_the_same(login, officer, submitted_application, other_round):
    browser = login(officer)
    page = url("office_application_move", submitted_application)

    def count():
        with CaptureQueriesContext(connection) as captured:
            browser.get(page)
        return len(captured)

    count()
    one = count()
    for _ in range(2):
        factories.open_round(officer, other_round.fund)
    assert count() == one


HOSTILE = ["a\x00b", "\u202eevil", "🎉" * 100, "x" * 500_000, "<script>alert(1)</script>", "9" * 30, "-1"]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_never_break_a_page(login, officer, submitted_application, other_round, text):
    browser = login(officer)
    page = url("office_application_move", submitted_application)
    assert browser.get(page, {"to": text[:2000]}).status_code == 422
    assert browser.post(page, WORDS | {"to": text}).status_code == 422
    typed = {"to": other_round.pk, "reason": text, "message": text}
    assert browser.post(page, typed).status_code in (302, 422)
