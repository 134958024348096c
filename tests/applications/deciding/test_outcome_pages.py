"""The office releases the outcomes of a round; before that no applicant's page tells what was decided."""

import io
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from pypdf import PdfReader

from applications import services
from funds.models import Round
from office.services import add_pre_election
from pcc_grants.lib import clock
from tests import factories

from .outcomes import WHY_DECLINED, decided_round

HELD = "Decisions are being made on this round"
APPLICANTS_PAGES = (
    "application",
    "application_submitted",
    "application_people",
    "application_messages",
    "application_withdraw",
    "application_decision",
    "application_letter",
    "application_reopen",
)


@pytest.fixture
def decided(officer, approver, assessor, applicant, organisation):
    assessors = [assessor, factories.person("assessor")]
    return decided_round(officer, approver, assessors, applicant, organisation)


def url(name, decided):
    return reverse(name, args=[decided.round.pk])


def what_is_seen(browser, application):
    """Every page about the application, without its reference and what differs on every visit."""
    seen = {}
    for name in APPLICANTS_PAGES:
        response = browser.get(reverse(name, args=[application.reference]))
        html = response.content.decode() if response.status_code == 200 else response.headers["Location"]
        main = re.search(r"<main.*</main>", html, re.DOTALL)  # outside, the session's seconds are counted
        html = (main[0] if main else html).replace(application.reference, "REF")
        seen[name] = response.status_code, re.sub(r'value="[^"]{20,}"|nonce="[^"]+"', "", html)
    return seen


def test_no_page_of_an_applicant_tells_before_the_release(
    login, client, decided, officer, applicant, colleague, stranger, organisation
):
    helper = factories.person("applicant")
    for person in (applicant, colleague):
        browser = login(person)
        before = what_is_seen(browser, decided.approved)
        assert before == what_is_seen(browser, decided.declined)
        assert before["application_decision"][0] == before["application_letter"][0] == 302
        assert "Being assessed" in before["application"][1]
        home = browser.get("/home/").content.decode()
        assert "Decision made" not in home and home.count("Being assessed") == 3
    assert (
        HELD
        in login(applicant).get(reverse("application", args=[decided.waiting.reference])).content.decode()
    )
    refused = login(applicant).post(
        reverse("application_withdraw", args=[decided.approved.reference]), {"reason": ""}
    )
    assert HELD in refused.content.decode() and refused.status_code == 422
    for name in APPLICANTS_PAGES:
        for person in (stranger, helper):
            address = reverse(name, args=[decided.approved.reference])
            assert login(person).get(address).status_code == 404
    later = Round.objects.get(pk=decided.round.pk)
    public = [reverse("decisions"), reverse("decisions_rounds"), reverse("what_we_fund"), "/funding/"]
    for address in [*public, reverse("round_page", args=[later.fund.slug, later.slug])]:
        html = client.get(address).content.decode()
        assert "deliver workshops" not in html and "Example Youth Project" not in html


def test_everyone_on_the_application_reads_the_outcome_after_the_release(
    login, decided, officer, applicant, colleague, stranger
):
    Round.objects.filter(pk=decided.round.pk).update(closes_at=clock.now())
    services.release_outcomes(by=officer, round=decided.round)
    for person in (applicant, colleague):
        browser = login(person)
        html = browser.get(
            reverse("application_decision", args=[decided.approved.reference])
        ).content.decode()
        assert "We are offering you £10,000</h1>" in html
        assert "Check all volunteers." in html and "3 applications came in" in html
        refused = reverse("application_decision", args=[decided.declined.reference])
        html = browser.get(refused).content.decode()
        assert "We are not able to fund this project</h1>" in html and WHY_DECLINED in html
        assert "No other round is open or announced" in html or "You can apply to other rounds" in html
        home = browser.get("/home/").content.decode()
        assert "Decision made: offer" in home and "Decision made: not successful" in home
    for name in ("application_decision", "application_letter"):
        address = reverse(name, args=[decided.approved.reference])
        assert login(stranger).get(address).status_code == 404


def test_the_letter_is_a_tagged_pdf_that_says_the_same(login, decided, officer, applicant):
    services.release_outcomes(by=officer, round=decided.round)
    response = login(applicant).get(reverse("application_letter", args=[decided.declined.reference]))
    assert response.headers["Content-Type"] == "application/pdf"
    pdf = PdfReader(io.BytesIO(response.content))
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in pdf.trailer["/Root"]
    text = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
    for words in ("We are not able to fund this project", WHY_DECLINED, "Score out of 5", "Contact us"):
        assert words in text


def test_the_office_sees_who_is_decided_previews_and_sets_the_time(login, decided, officer):
    browser = login(officer)
    page = browser.get(url("office_round_outcomes", decided)).content.decode()
    assert decided.approved.reference in page and decided.waiting.reference in page
    preview = browser.get(reverse("office_letter", args=[decided.approved.reference])).content.decode()
    assert "Preview of the letter" in preview and "We are offering you £10,000" in preview
    assert browser.get(reverse("office_letter_pdf", args=[decided.approved.reference])).status_code == 200
    day = clock.today() + timedelta(days=2)
    when = {"release_on_day": day.day, "release_on_month": day.month, "release_on_year": day.year}
    assert browser.post(url("office_round_outcomes", decided), when).status_code == 422
    for wrong in ("25pm", "now", "\x00"):
        sent = browser.post(url("office_round_outcomes", decided), when | {"release_time": wrong})
        assert sent.status_code == 422
    past = when | {"release_on_year": 2001, "release_time": "10am"}
    refused = browser.post(url("office_round_outcomes", decided), past)
    assert refused.status_code == 422 and "still to come" in refused.content.decode()
    sent = browser.post(url("office_round_outcomes", decided), when | {"release_time": "10am"}, follow=True)
    assert "will be released at 10am" in sent.content.decode()
    assert "Take back" in sent.content.decode()
    browser.post(url("office_round_outcomes_cancel", decided))
    decided.round.refresh_from_db()
    assert decided.round.outcomes_release_at is None
    today = browser.get("/office/").content.decode()
    assert "Release the outcomes" in today
    browser.post(url("office_round_outcomes_release", decided))
    browser.post(url("office_round_outcomes_release", decided))
    decided.approved.refresh_from_db()
    assert decided.approved.outcome_released_at


def test_who_may_only_read_sees_the_same_without_the_buttons(login, decided, auditor, finance, approver):
    for person in (auditor, approver):
        browser = login(person)
        assert "Set the time" not in browser.get(url("office_round_outcomes", decided)).content.decode()
        for name in (
            "office_round_outcomes",
            "office_round_outcomes_release",
            "office_round_outcomes_cancel",
        ):
            assert browser.get(url(name, decided)).status_code == 200
            assert browser.post(url(name, decided)).status_code == 403
    assert login(finance).get(url("office_round_outcomes", decided)).status_code == 403


def test_a_pre_election_period_warns_and_does_not_stop(login, decided, administrator, officer, approver):
    add_pre_election(
        by=administrator, name="Example elections", starts_on=clock.today(), ends_on=clock.today()
    )
    award = factories.prepared_award(officer, decided.approved)
    decide = reverse("decide_application", args=[decided.waiting.reference])
    assert "pre-election period of: Example elections" in login(approver).get(decide).content.decode()
    browser = login(officer)
    unpublished = factories.open_round(officer, decided.round.fund, published=False)
    for address in (
        url("office_round_outcomes", decided),
        url("office_round_outcomes_release", decided),
        reverse("office_offer", args=[award.reference]),
        reverse("office_round_publish", args=[unpublished.pk]),
    ):
        html = browser.get(address).content.decode()
        assert "pre-election period of: Example elections" in html, address
        assert "is still published" in html
    browser.post(url("office_round_outcomes_release", decided))
    decided.approved.refresh_from_db()
    assert decided.approved.outcome_released_at


def test_an_empty_round_says_so(login, open_round, officer):
    html = login(officer).get(reverse("office_round_outcomes", args=[open_round.pk])).content.decode()
    assert "Nothing is decided that has not been released" in html
