"""The office plans, fills, orders, writes and sends a paper; the approver decides; then it is public."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reports import papers
from reports.models import Paper, PaperStatus, TextBlock

from . import making

LIST, PAPER, DECIDE = "/office/papers/", "/office/papers/2019-06-12/", "/decide/papers/2019-06-12/"
PLAN = {
    "meeting_on_day": "12", "meeting_on_month": "June", "meeting_on_year": "2019",
    "period_start_day": "1", "period_start_month": "11", "period_start_year": "2018",
    "period_end_day": "30", "period_end_month": "4", "period_end_year": "2019",
    "subject": "Update on expenditure", "preset": "2019",
}  # fmt: skip


@pytest.fixture(autouse=True)
def office_facts(office):
    return office


@pytest.fixture
def items():
    return making.published_list(making.JUNE_2019)


@pytest.fixture
def paper(items, officer, panel_officer):
    """Being drafted: three items of the Panel, one of the office."""
    return making.drafted_paper(items[:3], items[3:], officer=officer, panel_officer=panel_officer)


@pytest.fixture
def desk(login, officer):
    return login(officer)


def text_of(response) -> str:
    return response.content.decode().replace("\u00a0", " ")


def test_a_paper_is_planned_and_its_dates_are_worked_out(desk):
    answer = desk.post(f"{LIST}new/", PLAN, follow=True)
    assert answer.redirect_chain == [(PAPER, 302)]
    made = Paper.objects.get()
    assert (made.despatch_on, made.subject) == (date(2019, 6, 4), "Update on expenditure")
    assert desk.post(f"{LIST}new/", PLAN).status_code == 302
    assert Paper.objects.count() == 1
    assert "12 June 2019" in text_of(desk.get(LIST))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"meeting_on_year": ""}, "Date of the meeting must include a year"),
        ({"period_end_year": "2017"}, "The period must end on or after the day it starts"),
        ({"preset": "x"}, "Select how the headings are written"),
        ({"subject": ""}, "Enter the subject of the paper"),
        ({"subject": "x" * 201}, "must be 200 characters or fewer"),
        ({"despatch_on_day": "13", "despatch_on_month": "6", "despatch_on_year": "2019"}, "must be sent out"),
    ],
)
def test_a_plan_that_is_wrong_comes_back_with_what_was_typed(desk, change, sentence):
    answer = desk.post(f"{LIST}new/", PLAN | change)
    assert answer.status_code == 422
    page = text_of(answer)
    assert sentence in page
    assert "<title>Error: " in page
    assert 'value="June"' in page
    assert not Paper.objects.exists()


def test_a_plan_can_be_changed_until_it_is_sent(desk, paper, officer):
    facts = {name: value for name, value in PLAN.items() if not name.startswith("meeting")}
    answer = desk.post(f"{PAPER}edit/", facts | {"preset": "2017", "subject": "Another subject"})
    assert answer.headers["Location"] == PAPER
    paper.refresh_from_db()
    assert (paper.preset, paper.subject, paper.despatch_on) == ("2017", "Another subject", date(2019, 6, 4))
    papers.send_for_approval(by=officer, paper=paper)
    assert desk.post(f"{PAPER}edit/", facts).status_code == 422


def test_the_page_of_a_paper_shows_who_selected_what_and_the_total(desk, paper):
    page = text_of(desk.get(PAPER))
    assert "£152,422.87" in page
    assert page.count(">Panel Officers<") == 3
    assert page.count(">OPCC<") == 1
    assert "Send for approval" in page


def test_the_office_adds_items_and_those_of_the_panel_stay(desk, items, officer, panel_officer):
    paper = making.drafted_paper(items[:3], officer=officer, panel_officer=panel_officer)
    page = text_of(desk.get(f"{PAPER}items/"))
    assert page.count("Selected by Panel Officers") == 3
    answer = desk.post(f"{PAPER}items/", {"item": [item.pk for item in items], "go": "review"})
    assert answer.headers["Location"] == PAPER
    assert list(paper.items.values_list("chosen_by", flat=True)) == ["panel", "panel", "panel", "office"]
    assert "Selected by the OPCC" in text_of(desk.get(f"{PAPER}items/"))


def test_an_item_of_the_office_is_taken_out_after_a_question(desk, paper):
    item = paper.items.get(chosen_by="office")
    address = f"{PAPER}items/{item.pk}/remove/"
    assert "Take this item out of the paper?" in text_of(desk.get(address))
    assert paper.items.count() == 4
    assert desk.post(address).headers["Location"] == PAPER
    assert paper.items.count() == 3
    assert desk.post(f"{PAPER}items/{paper.items.first().pk}/remove/").status_code == 422
    assert desk.post(address).status_code == 404


def test_items_are_ordered_and_grouped_by_buttons(desk, paper):
    first, second, *_ = paper.items.all()
    order = f"{PAPER}order/"
    for _ in range(2):
        assert desk.post(order, {"item": second.pk, "seen": 2, "move": "up"}).headers["Location"] == order
    assert [item.pk for item in paper.items.all()][:2] == [second.pk, first.pk]
    desk.post(order, {"item": first.pk, "move": "join"})
    assert paper.items.get(pk=first.pk).joins_previous
    desk.post(order, {"item": first.pk, "move": "part"})
    assert not paper.items.get(pk=first.pk).joins_previous
    page = text_of(desk.get(order))
    assert "Move up" in page
    assert "Group with the item above" in page


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"item": "x"}, 404),
        ({"item": "9" * 40, "move": "up"}, 404),
        ({}, 404),
        ({"item": None, "move": "sideways"}, 422),
        ({"item": None, "move": "up", "seen": "\x00"}, 302),
    ],
)
def test_odd_orders_change_nothing(desk, paper, sent, status):
    first = paper.items.first()
    sent = {name: first.pk if value is None else value for name, value in sent.items()}
    assert desk.post(f"{PAPER}order/", sent).status_code == status
    assert paper.items.first().pk == first.pk


def test_a_text_is_written_and_its_numbers_are_shown(desk, paper):
    first, second, *_ = paper.items.all()
    address = f"{PAPER}items/{second.pk}/"
    page = text_of(desk.get(address))
    assert "made from the records" in page
    assert '<span class="paper-number">7. </span>' in page
    answer = desk.post(address, {"narrative": "One.\n\nTwo:\n- a bullet"}, follow=True)
    page = text_of(answer)
    assert answer.redirect_chain == [(address, 302)]
    assert '<span class="paper-number">8. </span>Two:' in page
    assert "made from the records" not in page
    assert desk.post(address, {"narrative": "One.", "later": "yes"}).headers["Location"] == PAPER
    papers.set_joined(by=paper.created_by, item=second, joined=True)
    assert desk.get(address).headers["Location"] == f"{PAPER}items/{first.pk}/"


def test_a_text_that_is_refused_comes_back(desk, paper):
    address = f"{PAPER}items/{paper.items.first().pk}/"
    answer = desk.post(address, {"narrative": "x" * 1001})
    assert answer.status_code == 422
    assert "x" * 1001 in answer.content.decode()
    assert paper.items.first().narrative == ""


@pytest.mark.parametrize(
    "narrative",
    ["\x00\x01", "<script>alert(1)</script>", "\u202eevil", "٣" * 900, "- \n- \n-", "[a](b)" * 900],
)
def test_hostile_texts_are_kept_as_text(desk, paper, narrative):
    address = f"{PAPER}items/{paper.items.first().pk}/"
    assert desk.post(address, {"narrative": narrative}).status_code in (302, 422)
    for page in (address, f"{PAPER}preview/"):
        answer = desk.get(page)
        assert answer.status_code == 200
        assert "<script>alert" not in answer.content.decode()


def test_the_introduction_reads_as_it_will(desk, paper):
    page = text_of(desk.get(f"{PAPER}introduction/"))
    assert "relates to 2019/20 expenditure." in page
    assert "page 19" in page
    assert 'href="/office/papers/texts/introduction_1/"' in page


def test_a_standing_text_is_changed_from_a_date(desk, paper):
    address = "/office/papers/texts/introduction_1/"
    assert "Fields that are filled in" in text_of(desk.get(address))
    sent = {
        "text": "Look at page {plan_page}.",
        "effective_from_day": "1", "effective_from_month": "1", "effective_from_year": "2019",
    }  # fmt: skip
    assert desk.post(address, sent).headers["Location"] == "/office/papers/texts/"
    assert "Look at page 19." in text_of(desk.get(f"{PAPER}introduction/"))
    assert "Look at page {plan_page}." in text_of(desk.get("/office/papers/texts/"))
    answer = desk.post(address, sent | {"text": "Look at {nothing}."})
    assert answer.status_code == 422
    assert "There is no field {nothing}" in text_of(answer)
    assert TextBlock.objects.count() == 1
    assert desk.get("/office/papers/texts/introduction_9/").status_code == 404


def test_the_preview_and_the_draft_file_say_draft(desk, paper):
    page = text_of(desk.get(f"{PAPER}preview/"))
    assert '<p class="paper-draft">DRAFT</p>' in page
    assert page.count("<h1") == 1
    assert "30 JANUARY 2019 - I-THREE ANALYTICS (BIG DATA ANALYSIS), £20,000" in page
    file = desk.get(f"{PAPER}pdf/")
    assert file.content.startswith(b"%PDF-")
    assert "2019-06-12 Update on expenditure - DRAFT.pdf" in file["Content-Disposition"]


def test_without_office_settings_the_pages_say_what_is_missing(desk, paper):
    from office.models import OfficeSettings

    OfficeSettings.objects.all().delete()
    for name in ("preview", "introduction", f"items/{paper.items.first().pk}"):
        page = desk.get(f"{PAPER}{name}/")
        assert page.status_code == 200
        assert "office settings" in text_of(page)
    assert desk.get(f"{PAPER}pdf/").headers["Location"] == f"{PAPER}preview/"
    assert desk.post(f"{PAPER}move/send/").status_code == 302


@pytest.mark.parametrize("move", ["send", "start", "reopen", "publish"])
def test_each_move_asks_first_and_a_refusal_is_shown(desk, paper, move):
    address = f"{PAPER}move/{move}/"
    assert desk.get(address).status_code == 200
    paper.refresh_from_db()
    assert paper.status == PaperStatus.DRAFTING
    answer = desk.post(address)
    if move == "publish":
        assert answer.status_code == 422
        assert "once it has been approved" in text_of(answer)
    else:
        assert answer.headers["Location"] == PAPER


def test_an_unknown_move_is_not_found(desk, paper):
    assert desk.post(f"{PAPER}move/burn/").status_code == 404


# -- Approval and publication --------------------------------------------------------------------------------


def test_the_approver_reads_and_approves_and_the_office_publishes(desk, login, approver, paper):
    desk.post(f"{PAPER}move/send/")
    judge = login(approver)
    page = text_of(judge.get(DECIDE))
    assert "25 APRIL 2019 - ISVA AND CISVA SERVICES, QUARTER 1 2019-20, £112,422.87" in page
    assert page.count("<h1") == 1
    for _ in range(2):
        answer = judge.post(DECIDE, {"decision": "approve"}, follow=True)
        assert "You have approved version 1 of the paper" in text_of(answer)
    paper.refresh_from_db()
    assert (paper.status, paper.versions.count()) == (PaperStatus.APPROVED, 1)
    public = "/panel-papers/2019-06-12/"
    assert Client().get(public).status_code == 404
    assert Client().get(f"{public}pdf/").status_code == 404
    assert "Panel papers" in text_of(Client().get("/panel-papers/"))
    assert "Everybody can then read it" in text_of(desk.get(f"{PAPER}move/publish/"))
    desk.post(f"{PAPER}move/publish/")
    kept = bytes(paper.versions.get().pdf)
    assert Client().get(f"{public}pdf/").content == kept == desk.get(f"{PAPER}pdf/").content
    page = text_of(Client().get(public))
    assert "relates to 2019/20 expenditure." in page
    assert "DRAFT" not in page
    assert page.count("<h1") == 1
    assert "£152,422.87" in text_of(Client().get("/panel-papers/"))


def test_the_approver_sends_back_with_a_reason(desk, login, approver, paper, officer):
    papers.send_for_approval(by=officer, paper=paper)
    judge = login(approver)
    answer = judge.post(DECIDE, {"decision": "back", "reason": ""})
    assert answer.status_code == 422
    assert "Enter the reason for sending the paper back" in text_of(answer)
    assert "Select a decision" in text_of(judge.post(DECIDE, {}))
    judge.post(DECIDE, {"decision": "back", "reason": "Paragraph 6 needs a figure."})
    paper.refresh_from_db()
    assert paper.status == PaperStatus.DRAFTING
    assert "Paragraph 6 needs a figure." in text_of(desk.get(PAPER))
    assert judge.post(DECIDE, {"decision": "approve"}).status_code == 422


def test_whoever_sent_the_paper_does_not_approve_it(login, officer, items):
    officer.roles = ["approver", "officer"]
    officer.save()
    officer = type(officer).objects.get(pk=officer.pk)
    making.checking_paper(items[:1], officer=officer)
    browser = login(officer)
    assert "You sent this paper for approval" in text_of(browser.get(DECIDE))
    answer = browser.post(DECIDE, {"decision": "approve"})
    assert answer.status_code == 422
    assert "Someone else must approve it" in text_of(answer)


READABLE = ["", "items/", "order/", "introduction/", "preview/", "pdf/"]
WRITES = ["edit/", "items/", "order/", "move/send/", "move/publish/"]


@pytest.mark.parametrize("role", ["approver", "auditor"])
def test_others_of_the_office_read_drafts_and_change_nothing(request, login, paper, role):
    browser = login(request.getfixturevalue(role))
    item = f"items/{paper.items.first().pk}/"
    for address in [*READABLE, item]:
        answer = browser.get(f"{PAPER}{address}")
        assert answer.status_code == 200, address
        if address != "pdf/":
            for button in (
                "Send for approval",
                "Move up",
                "Add to the paper",
                "Save and see",
                "Change the plan",
            ):
                assert button not in text_of(answer)
    for address in [*WRITES, item, f"{item}remove/"]:
        assert browser.post(f"{PAPER}{address}", {"narrative": "x"}).status_code == 403, address
    assert browser.get(f"{LIST}new/").status_code == 403
    assert browser.post("/office/papers/texts/introduction_1/", {}).status_code == 403
    if role == "auditor":
        assert browser.get(DECIDE).status_code == 200
        assert browser.post(DECIDE, {"decision": "approve"}).status_code == 403


@pytest.mark.parametrize("role", ["panel_officer", "finance", "assessor", "administrator", "applicant"])
def test_strangers_to_drafts_are_refused(request, login, paper, role):
    browser = login(request.getfixturevalue(role))
    for address in [LIST, f"{LIST}texts/", DECIDE, *(f"{PAPER}{name}" for name in READABLE)]:
        assert browser.get(address).status_code == 403, address


def test_an_item_of_another_paper_is_not_found(desk, paper, items, officer):
    other = making.drafted_paper(items[:1], officer=officer, meeting_on=date(2019, 9, 24))
    foreign = other.items.get().pk
    for address in (f"items/{foreign}/", f"items/{foreign}/remove/"):
        assert desk.post(f"{PAPER}{address}", {"narrative": "x"}).status_code == 404
    assert desk.post(f"{PAPER}order/", {"item": foreign, "move": "up"}).status_code == 404


def test_pages_cost_the_same_queries_at_one_row_and_three(desk, login, approver, officer):
    judge, visitor = login(approver), Client()

    def counted():
        found = []
        for browser, address in (
            (desk, LIST),
            *((desk, f"{PAPER}{name}") for name in READABLE if name != "pdf/"),
            (judge, DECIDE),
            (visitor, "/panel-papers/"),
        ):
            with CaptureQueriesContext(connection) as captured:
                assert browser.get(address).status_code == 200
            found.append(len(captured))
        return found

    first = making.published("First", date(2018, 11, 1))
    paper = making.drafted_paper([first], officer=officer)
    other = making.checking_paper([first], officer=officer, meeting_on=date(2019, 2, 6))
    making.as_if_approved(other, approver=approver, published_by=officer)
    counted()
    before = counted()
    more = [making.published(name, date(2018, 11, 2)) for name in ("Second", "Third")]
    for item in more:
        papers.add_office_item(by=officer, paper=paper, published_item=item)
    for day in (date(2019, 3, 6), date(2019, 4, 3)):
        other = making.checking_paper(more, officer=officer, meeting_on=day)
        making.as_if_approved(other, approver=approver, published_by=officer)
    assert counted() == before
