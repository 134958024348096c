"""Panel officers choose items, say what Members want to know, and read the paper once it is approved."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports import papers
from reports.models import PaperItem, PaperStatus

from . import making

HOME, MEETING = "/panel/", "/panel/2019-06-12/"
CHOOSE, REVIEW, PAPER = f"{MEETING}choose/", f"{MEETING}review/", f"{MEETING}paper/"


@pytest.fixture(autouse=True)
def office_facts(office):
    return office


@pytest.fixture
def items():
    return making.published_list(making.JUNE_2019)


@pytest.fixture
def paper(officer):
    return making.paper(officer)


@pytest.fixture
def panel(login, panel_officer):
    return login(panel_officer)


def text_of(response) -> str:
    return response.content.decode().replace("\u00a0", " ")


def chosen(paper) -> list[str]:
    return list(paper.items.order_by("position").values_list("published_item__supplier", flat=True))


def test_without_a_meeting_the_home_says_so(panel):
    assert "No meeting has been planned yet" in text_of(panel.get(HOME))


def test_the_home_shows_the_next_meeting_its_steps_and_the_papers(panel, officer, items):
    from pcc_grants.lib import clock

    making.approved_paper(items[:1], officer=officer)
    making.paper(
        officer, meeting_on=date(2019, 9, 24), period_start=date(2019, 5, 1), period_end=date(2019, 7, 31)
    )
    with clock.at(date(2019, 7, 1)):
        page = text_of(panel.get(HOME))
    assert "Next Panel meeting: Tuesday 24 September 2019" in page
    assert "Items picked so far: 0" in page
    for step in ("Choose items", "Drafting", "Checks", "Approval", "Published"):
        assert f"<strong>{step}</strong>" in page
    assert f'href="{PAPER}"' in page
    assert 'href="/panel/2019-09-24/paper/"' not in page


def test_items_of_the_period_are_offered_and_others_when_all_years_are_searched(panel, paper, items):
    making.published("Amelix Ltd", date(2017, 7, 14), "31335.00")
    page = text_of(panel.get(CHOOSE))
    assert "Published expenditure, 1 November 2018 to 30 April 2019" in page
    assert "Family Matters" in page
    assert "Amelix Ltd" not in page
    assert "Amelix Ltd" in text_of(panel.get(CHOOSE, {"all_years": "on"}))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"fund": "Safer in Kent Fund"}, {"Gravesham Network Development CIC", "Reform Restore Respect"}),
        ({"kind": "contract"}, {"Family Matters"}),
        ({"kind": "other"}, {"i-Three Analytics"}),
        ({"kind": "grant"}, {"Gravesham Network Development CIC", "Reform Restore Respect"}),
        ({"amount_from": "£20,000"}, {"i-Three Analytics", "Family Matters"}),
        ({"amount_from": "10000.01", "amount_to": "20,000"}, {"i-Three Analytics"}),
        ({"q": "restore"}, {"Reform Restore Respect"}),
        ({"new_only": "on"}, {"Reform Restore Respect", "i-Three Analytics", "Family Matters"}),
        ({"fund": "No such fund"}, set()),
        ({"amount_from": "much"}, set()),
        ({"q": "\x00"}, None),
        ({"page": "9" * 40, "sort": "payment__amount"}, None),
    ],
)
def test_items_are_filtered(panel, officer, items, query, expected):
    making.approved_paper(items[:1], officer=officer, meeting_on=date(2019, 2, 6))
    making.paper(officer)
    answer = panel.get(CHOOSE, query)
    assert answer.status_code == 200
    names = {
        "Gravesham Network Development CIC",
        "Reform Restore Respect",
        "i-Three Analytics",
        "Family Matters",
    }
    page = text_of(answer)
    if expected is not None:
        assert {name for name in names if f'"row" class="govuk-table__header">{name}<' in page} == expected


def test_an_item_reported_before_links_to_its_paper(panel, officer, items):
    making.approved_paper(items[:1], officer=officer, meeting_on=date(2019, 2, 6))
    making.drafted_paper(items[1:2], officer=officer, meeting_on=date(2019, 3, 6))
    making.paper(officer)
    page = text_of(panel.get(CHOOSE))
    assert 'href="/panel/2019-02-06/paper/">6 Feb 2019</a>' in page
    assert "6 Mar 2019" not in page


@pytest.mark.parametrize(
    ("sort", "first"),
    [
        ("supplier", "Family Matters"),
        ("-supplier", "Reform Restore Respect"),
        ("amount", "Gravesham"),
        ("-amount", "Family"),
    ],
)
def test_the_list_is_sorted_by_its_headings(panel, paper, items, sort, first):
    page = text_of(panel.get(CHOOSE, {"sort": sort}))
    assert page.split('<th scope="row" class="govuk-table__header">')[1].startswith(first)
    assert 'aria-sort="descending"' in page if sort.startswith("-") else 'aria-sort="ascending"' in page


def test_ticks_are_kept_whichever_button_is_pressed(panel, paper, items):
    shown = [item.pk for item in items]
    answer = panel.post(
        CHOOSE, {"item": [shown[0], shown[1]], "shown": shown, "go": "filter", "kind": "contract"}
    )
    assert answer.headers["Location"] == f"{CHOOSE}?kind=contract"
    assert chosen(paper) == ["Gravesham Network Development CIC", "Reform Restore Respect"]
    answer = panel.post(CHOOSE, {"item": [shown[3]], "shown": [shown[3]], "go": "sort:amount"})
    assert answer.headers["Location"] == f"{CHOOSE}?sort=amount"
    assert len(chosen(paper)) == 3
    answer = panel.post(CHOOSE, {"shown": [shown[1]], "go": "page:2", "sort": "supplier"})
    assert answer.headers["Location"] == f"{CHOOSE}?sort=supplier&page=2"
    assert chosen(paper) == ["Gravesham Network Development CIC", "Family Matters"]
    assert panel.post(CHOOSE, {"go": "review"}).headers["Location"] == REVIEW
    assert "2 items selected" in text_of(panel.get(CHOOSE))


@pytest.mark.parametrize(
    "sent",
    [
        {"item": ["x", "-1", "9" * 30, "٣", "\x00", "0", "999999"]},
        {"item": "", "shown": ["a"], "go": "page:\x00"},
        {"go": "page:" + "9" * 4000},
        {"go": "\x00", "sort": "\x00", "q": "\x00"},
        {},
    ],
)
def test_odd_ticks_choose_nothing(panel, paper, items, sent):
    assert panel.post(CHOOSE, sent).status_code == 302
    assert chosen(paper) == []


def test_what_members_want_to_know_is_sent_with_the_selection(panel, paper, items, panel_officer):
    papers.choose(by=panel_officer, paper=paper, published_items=items[:2])
    first, second = paper.items.all()
    sent = {f"question_{first.pk}": "How many schools?", f"question_{second.pk}": ""}
    answer = panel.post(REVIEW, sent, follow=True)
    assert answer.redirect_chain == [(f"{MEETING}sent/", 302)]
    assert "Selection sent" in text_of(answer)
    paper.refresh_from_db()
    assert paper.status == PaperStatus.DRAFTING
    assert paper.items.get(pk=first.pk).members_question == "How many schools?"
    assert panel.post(REVIEW, sent).status_code == 302
    assert panel.post(CHOOSE, {"item": [items[2].pk], "shown": [items[2].pk]}).status_code == 422
    assert len(chosen(paper)) == 2


def test_an_overlong_question_comes_back_whole(panel, paper, items, panel_officer):
    papers.choose(by=panel_officer, paper=paper, published_items=items[:1])
    words = "word " * 201
    answer = panel.post(REVIEW, {f"question_{paper.items.get().pk}": words})
    assert answer.status_code == 422
    page = text_of(answer)
    assert "must be 200 words or fewer. You have used 201" in page
    assert words.strip() in page
    assert "<title>Error: " in page
    paper.refresh_from_db()
    assert paper.status == PaperStatus.CHOOSING


def test_an_item_is_removed_without_losing_what_was_typed(panel, paper, items, panel_officer):
    papers.choose(by=panel_officer, paper=paper, published_items=items[:2])
    first, second = paper.items.all()
    sent = {f"question_{second.pk}": "Why?", "remove": str(first.pk)}
    assert panel.post(REVIEW, sent).headers["Location"] == REVIEW
    assert chosen(paper) == ["Reform Restore Respect"]
    assert paper.items.get().members_question == "Why?"


def test_a_selection_can_be_saved_for_later(panel, paper, items, panel_officer):
    papers.choose(by=panel_officer, paper=paper, published_items=items[:1])
    sent = {f"question_{paper.items.get().pk}": "Why?", "later": "yes"}
    assert panel.post(REVIEW, sent).headers["Location"] == MEETING
    assert paper.items.get().members_question == "Why?"
    paper.refresh_from_db()
    assert paper.status == PaperStatus.CHOOSING


def test_an_empty_selection_says_what_to_do(panel, paper):
    assert panel.post(REVIEW, {}).status_code == 422


def test_a_long_selection_is_warned_about(panel, paper, panel_officer):
    many = making.publish(*(making.payment(f"Example {n}", date(2018, 11, n)) for n in range(1, 8)))
    papers.choose(by=panel_officer, paper=paper, published_items=many[:6])
    assert "more than 6 items" not in text_of(panel.get(REVIEW))
    papers.choose(by=panel_officer, paper=paper, published_items=many)
    assert "more than 6 items" in text_of(panel.get(REVIEW))


def test_a_sent_selection_can_be_opened_again(panel, items, panel_officer):
    paper = making.drafted_paper(items[:1], panel_officer=panel_officer)
    assert f'href="{MEETING}change/"' in text_of(panel.get(MEETING))
    assert panel.get(f"{MEETING}change/").status_code == 200
    assert panel.post(f"{MEETING}change/").headers["Location"] == CHOOSE
    papers.send_selection(by=panel_officer, paper=paper)
    papers.edit_narrative(by=paper.created_by, item=paper.items.get(), narrative="Words.")
    assert panel.post(f"{MEETING}change/").status_code == 422


# -- What Panel officers may not see -------------------------------------------------------------------------


def draft_addresses(paper):
    office, item = "/office/papers/2019-06-12/", paper.items.first()
    return [
        "/office/papers/", "/office/papers/new/", "/office/papers/texts/",
        "/office/papers/texts/introduction_1/",
        office, f"{office}edit/", f"{office}items/", f"{office}items/{item.pk}/",
        f"{office}items/{item.pk}/remove/", f"{office}order/", f"{office}introduction/", f"{office}preview/",
        f"{office}pdf/", f"{office}move/send/", "/decide/papers/2019-06-12/",
    ]  # fmt: skip


def test_panel_officers_never_see_a_draft(panel, items):
    paper = making.checking_paper(items[:1], items[1:2])
    papers.send_back(
        by=making.factories.person("approver"), paper=paper, reason="The reason is not for the Panel."
    )
    for address in draft_addresses(paper):
        assert panel.get(address).status_code == 403, address
    for address in (PAPER, f"{PAPER}pdf/", f"{PAPER}page/"):
        assert panel.get(address).status_code == 404, address
    for address in (HOME, MEETING, CHOOSE, REVIEW, f"{MEETING}sent/"):
        page = text_of(panel.get(address))
        assert "not for the Panel" not in page
        assert "The money comes from" not in page
    assert "Reform Restore Respect" not in text_of(panel.get(MEETING))  # the office's own choice


def test_the_approved_paper_is_there_to_read_and_download(panel, items):
    paper = making.approved_paper(items[:3], items[3:])
    version = paper.versions.get()
    page = text_of(panel.get(PAPER))
    assert "Approved" in page
    assert str(version.approved_by) in page
    assert "Download the paper (PDF, " in page
    web = text_of(panel.get(f"{PAPER}page/"))
    assert "25 APRIL 2019 - ISVA AND CISVA SERVICES, QUARTER 1 2019-20, £112,422.87" in web
    assert web.count("<h1") == 1
    first, second = panel.get(f"{PAPER}pdf/"), panel.get(f"{PAPER}pdf/")
    assert first.content == second.content == bytes(version.pdf)
    assert first["Content-Type"] == "application/pdf"
    name = "2019-06-12 Update on expenditure - v1.pdf"
    assert first["Content-Disposition"] == f'attachment; filename="{name}"'


@pytest.mark.parametrize("role", ["officer", "approver", "auditor"])
def test_others_look_on_and_choose_nothing(request, login, paper, items, role):
    browser = login(request.getfixturevalue(role))
    for address in (HOME, MEETING, CHOOSE, REVIEW):
        page = browser.get(address)
        assert page.status_code == 200
        assert "Review selection" not in text_of(page)
        assert 'type="checkbox" name="item"' not in text_of(page)
    for address in (CHOOSE, REVIEW, f"{MEETING}change/"):
        assert browser.post(address, {"item": [items[0].pk]}).status_code == 403
    assert not PaperItem.objects.exists()


@pytest.mark.parametrize("role", ["finance", "assessor", "administrator", "applicant"])
def test_strangers_to_papers_are_refused(request, login, paper, role):
    browser = login(request.getfixturevalue(role))
    for address in (HOME, MEETING, CHOOSE, REVIEW, PAPER):
        assert browser.get(address).status_code == 403


@pytest.mark.parametrize("address", ["/panel/2019-06-13/", "/panel/2019-06-13/choose/", "/panel/2019-02-31/"])
def test_a_meeting_that_is_not_planned_is_not_found(panel, paper, address):
    assert panel.get(address).status_code == 404


def test_pages_cost_the_same_queries_at_one_row_and_three(panel, officer, panel_officer):
    def counted():
        found = []
        for address in (HOME, MEETING, CHOOSE, REVIEW):
            with CaptureQueriesContext(connection) as captured:
                assert panel.get(address).status_code == 200
            found.append(len(captured))
        return found

    paper = making.paper(officer)
    first = making.published("First", date(2018, 11, 1))
    making.approved_paper([first], officer=officer, meeting_on=date(2019, 2, 6))
    papers.choose(by=panel_officer, paper=paper, published_items=[first])
    counted()
    before = counted()
    more = [making.published(name, date(2018, 11, 2)) for name in ("Second", "Third")]
    making.approved_paper(more, officer=officer, meeting_on=date(2019, 3, 6))
    papers.choose(by=panel_officer, paper=paper, published_items=more)
    assert counted() == before
