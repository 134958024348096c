"""The office puts a round before the approver as a pack: frozen, numbered, with its hash."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document
from pypdf import PdfReader

from applications import services
from applications.models import DecisionPack
from applications.services.pack_content import content_hash
from applications.verify_deciding import violations
from notifications.models import Message
from organisations.models import DeclaredInterest
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.page_text import refused, text_of

from .conftest import due, score_all


def issue(officer, round, **facts):
    return services.issue_pack(
        by=officer, round=round, **{"decide_by": due(), "note": "Read page 2."} | facts
    )


@pytest.fixture
def recommended(bids, officer):
    """Two applications: the weaker one recommended below what was asked, the stronger one not."""
    best, second = bids(4000, 3000)
    services.recommend(
        by=officer, application=best, outcome="not_recommended", recommendation="It costs too much."
    )
    services.recommend(
        by=officer,
        application=second,
        outcome="recommended",
        amount=Decimal("2500"),
        recommendation="It is good value.",
        purpose="run the club",
        reasons="It keeps young people safe.",
        conditions="• Agree a policy\n\nName a lead",
    )
    for application in (best, second):
        application.refresh_from_db()
    return best, second


def test_a_pack_is_frozen_and_says_what_the_approver_needs(recommended, officer, approver, approver_2):
    best, second = recommended
    DeclaredInterest.objects.create(
        organisation=best.organisation, user=approver_2, interest="A cousin works there", handed_to=approver
    )
    pack = issue(officer, best.round)
    assert (pack.number, pack.sha256) == (1, content_hash(pack.content))
    assert [row["cells"][6] for row in pack.content["ranked"]] == ["£0.00", "£2,500.00"]
    words = str(pack.content).replace("\xa0", " ")
    for told in (
        "£50,000.00",
        "£2,500.00, which is £500.00 less than was asked for",
        "Agree a policy\\nName a lead",
        "It is recommended ahead of applications that scored higher",
        "Applications that scored lower are recommended instead",
        "A cousin works there",
        "80.0%",
    ):
        assert told in words, told
    assert list(violations()) == []
    DecisionPack.objects.update(sha256="0" * 64, number=3)
    assert {one.rule for one in violations()} == {
        "decision packs stay as they were issued",
        "decision packs are numbered without gaps",
    }


def test_approvers_are_told_once_and_not_what_is_advised(recommended, officer, approver, approver_2):
    best, second = recommended
    pack = issue(officer, best.round)
    assert issue(officer, best.round) == pack
    messages = Message.objects.filter(template="applications/pack_ready")
    assert {message.to for message in messages} == {approver.email, approver_2.email}
    for message in messages:
        assert clock.format_date(due()).replace("\xa0", " ") in message.subject
        assert reverse("decision_pack", args=[best.round_id, 1]) in message.body
        assert "2,500" not in message.body and "recommended:" not in message.body
    assert issue(officer, best.round, note="Another note").number == 2


@pytest.mark.parametrize("facts", [{"decide_by": clock.today() - timedelta(days=1)}])
def test_the_date_to_decide_by_lies_ahead(recommended, officer, facts):
    with pytest.raises(RuleBroken, match="today or later"):
        issue(officer, recommended[0].round, **facts)


def test_a_pack_needs_something_to_decide(bids, officer):
    (only,) = bids(1000)
    with pytest.raises(RuleBroken, match="Make a recommendation first"):
        issue(officer, only.round)


@pytest.mark.parametrize("role", ["approver", "assessor", "finance", "auditor", "applicant"])
def test_only_officers_issue_packs(recommended, role):
    with pytest.raises(RuleBroken, match="does not allow"):
        issue(factories.person(role), recommended[0].round)


def test_what_has_changed_since_is_said_and_decisions_are_no_change(
    recommended, officer, officer_2, approver
):
    best, second = recommended
    pack = issue(officer, best.round)
    assert services.changes_since(pack) == []
    services.decide(
        by=approver,
        application=second,
        outcome="approved",
        amount=Decimal("2000"),
        purpose="run the club",
        reasons="It keeps young people safe.",
    )
    assert services.changes_since(pack) == []
    services.recommend(
        by=officer_2, application=best, outcome="reserve", amount=Decimal("1"), recommendation="Perhaps."
    )
    assert services.changes_since(pack) == [f"{best.reference} has changed: recommendation."]
    best.round.fund.budgets.update(amount=Decimal("40000"))
    assert services.changes_since(pack)[-1] == "The money left is now £38,000.00."


def test_it_is_issued_read_and_taken_away_through_the_pages(
    login, recommended, officer, approver, panel_officer
):
    best, second = recommended
    desk, url = login(officer), reverse("office_round_packs", args=[best.round_id])
    assert "No pack has been issued" in text_of(desk.get(url))
    refused(desk.post(url, {}), "Enter the date to decide by")
    day = due()
    posted = {"decide_by_day": day.day, "decide_by_month": day.month, "decide_by_year": day.year}
    posted["note"] = "The second is urgent."
    page = reverse("decision_pack", args=[best.round_id, 1])
    assert desk.post(url, posted).headers["Location"] == page
    reader = login(approver)
    html = reader.get(page)
    text = text_of(html)
    for words in ("The second is urgent.", "£2,500.00", "Reserve list, in order", "run the club"):
        assert words in text
    assert "Since the pack was issued" not in text
    pdf = PdfReader(BytesIO(reader.get(page + "pdf/").content))
    told = " ".join(" ".join(leaf.extract_text() for leaf in pdf.pages).split()).replace("\xa0", " ")
    assert second.reference in told and "It keeps young people safe." in told
    word = Document(BytesIO(reader.get(page + "word/").content))
    cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    assert "£2,500.00" in cells
    assert "run the club" in " ".join(paragraph.text for paragraph in word.paragraphs)
    decide = text_of(reader.get(reverse("decide_application", args=[second.reference])))
    assert "Read decision pack 1" in decide
    assert reader.get(page.replace("/1/", "/2/")).status_code == 404
    assert reader.post(url, posted).status_code == 403
    assert login(panel_officer).get(page).status_code == 403


def test_who_has_still_to_score_does_not_read_the_pack(
    login, recommended, officer, officer_2, assessor, approver
):
    best, second = recommended
    pack = issue(officer, best.round)
    officer_2.roles = ["assessor", "officer"]
    officer_2.save()
    second.assessments.create(assessor=officer_2, assigned_by=officer, due_on=due())
    browser, page = login(officer_2), reverse("decision_pack", args=[best.round_id, pack.number])
    assert "You can read the pack when you have submitted your scores" in text_of(browser.get(page))
    assert "run the club" not in browser.get(page).content.decode()
    assert browser.get(page + "pdf/").status_code == 403
    with pytest.raises(RuleBroken, match="You have still to score"):
        issue(type(officer_2).objects.get(pk=officer_2.pk), best.round)


def test_disagreement_is_told_in_the_assessors_words(
    eligible_application, officer, assessor, assessor_2, approver
):
    for person, scores in ((assessor, [5, 3]), (assessor_2, [1, 3])):
        assessment = services.assign(
            by=officer, application=eligible_application, assessor=person, due_on=due()
        )
        score_all(assessment, scores, reason=f"So says {person}.")
        services.submit_scores(by=person, assessment=assessment)
    eligible_application.refresh_from_db()
    factories.recommended(officer, eligible_application)
    pack = issue(officer, eligible_application.round)
    (page,) = pack.content["applications"]
    blocks = {block["key"]: block for block in page["blocks"]}
    assert blocks["dissent"]["lines"] == [
        f"Need: {person} gave “{score}”. So says {person}."
        for person, score in ((assessor, 5), (assessor_2, 1))
    ]
    assert blocks["scores"]["rows"][0][2:5] == ["5, 1", "3.0", "4"]


def test_a_pack_costs_the_same_however_many_it_tells_of(bids, officer, recommended):
    def cost():
        with CaptureQueriesContext(connection) as captured:
            services.changes_since(services.latest_pack(recommended[0].round))
        return len(captured)

    issue(officer, recommended[0].round)
    two = cost()
    factories.recommended(officer, bids(900)[0])
    issue(officer, recommended[0].round)
    assert cost() == two
