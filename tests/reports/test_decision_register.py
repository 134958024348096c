"""The public register of decisions: what was approved, and never what is withheld."""

import csv
import io

import pytest
from django.urls import reverse
from pypdf import PdfReader

from applications import services
from applications.models import Decision
from audit.models import Event
from pcc_grants.lib.financial_year import FinancialYear
from pcc_grants.lib.rules import RuleBroken
from tests import factories

REGISTER = reverse("decisions")
SECRET = ("Example Youth Project", "deliver workshops", "divert young people", "Example district")


@pytest.fixture
def decision(approved_application) -> Decision:
    return approved_application.decisions.get()


def addresses(decision):
    return [
        REGISTER,
        reverse("decisions_csv"),
        reverse("decision_public", args=[decision.number]),
        reverse("what_we_fund"),
    ]


def read(client, address) -> str:
    response = client.get(address)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode()


def pdf_text(client, address) -> str:
    pdf = PdfReader(io.BytesIO(client.get(address).content))
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in pdf.trailer["/Root"]
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def test_a_published_decision_says_who_received_what_and_why(client, decision, office):
    html = read(client, REGISTER)
    assert decision.number in html and "Example Youth Project" in html and "£10,000.00" in html
    notice = read(client, reverse("decision_public", args=[decision.number]))
    for words in (
        "Example Police and Crime Commissioner",
        "They were awarded £10,000 to deliver workshops",
        "divert young people from crime",
        "Example district",
        decision.fund.get_legal_power_display(),
    ):
        assert words in notice
    assert str(decision.decided_by) not in notice
    text = pdf_text(client, reverse("decision_public_pdf", args=[decision.number]))
    assert "divert young people from crime" in text and decision.number in text


def test_it_is_found_by_fund_year_and_words(client, decision):
    year = FinancialYear.containing(decision.decided_at.date())
    for query in (f"fund={decision.fund.pk}", f"year={year}", "q=youth", f"q={decision.number.lower()}"):
        assert decision.number in read(client, f"{REGISTER}?{query}"), query
        assert decision.number in read(client, f"{reverse('decisions_csv')}?{query}"), query
    for query in ("q=nothing+like+it", "fund=0", "year=1900/01", "year=%00", "fund=x", "page=x&q=%00"):
        html = read(client, f"{REGISTER}?{query}")
        assert decision.number not in html or "page=x" in query


def test_declined_and_unreleased_decisions_are_not_on_it(client, approver, assessed_application, officer):
    services.decide(
        by=approver,
        application=factories.recommended(officer, assessed_application),
        outcome="declined",
        reasons="Too little evidence.",
    )
    number = assessed_application.decisions.get().number
    assert number not in read(client, REGISTER)
    for name in ("decision_public", "decision_public_pdf"):
        assert client.get(reverse(name, args=[number])).status_code == 404
    html = read(client, reverse("decisions_rounds"))
    assert assessed_application.round.name in html and "Example Youth Project" not in html


def test_what_is_withheld_is_nowhere(client, decision, officer, approver, active_award):
    assert "Example Youth Project" in read(client, reverse("what_we_fund"))
    services.withhold_decision(by=officer, decision=decision, reason="People could be found through it.")
    services.withhold_decision(by=officer, decision=decision, reason="People could be found through it.")
    assert Event.objects.filter(verb="decision.withheld").count() == 1
    pages = {address: read(client, address) for address in addresses(decision)}
    pages["pdf"] = pdf_text(client, reverse("decision_public_pdf", args=[decision.number]))
    for address, content in pages.items():
        for words in SECRET:
            assert words not in content, (address, words)
    for address in addresses(decision)[:3]:
        assert "People could be found through it." in pages[address]
        assert decision.number in pages[address]
    for words in ("youth", "workshops", "divert"):
        assert decision.number not in read(client, f"{REGISTER}?q={words}")
    assert decision.number in read(client, f"{REGISTER}?q={decision.number}")
    services.name_decision(by=approver, decision=decision, reason="They have moved.")
    assert "Example Youth Project" in read(client, REGISTER)


def test_a_reason_is_needed_and_only_officers_and_approvers_withhold(decision, officer, auditor, applicant):
    with pytest.raises(RuleBroken, match="Enter the reason"):
        services.withhold_decision(by=officer, decision=decision, reason=" ")
    for person in (auditor, applicant, factories.person("finance")):
        with pytest.raises(RuleBroken, match="does not allow"):
            services.withhold_decision(by=person, decision=decision, reason="Because.")


def test_withholding_through_the_pages(login, decision, officer, auditor):
    address = reverse("decision_withhold", args=[decision.number])
    browser = login(officer)
    assert browser.post(address, {"reason": ""}).status_code == 422
    page = browser.post(address, {"reason": "A refuge."}, follow=True).content.decode()
    assert "without the recipient and the purpose" in page and "Name the recipient" in page
    browser.post(address, {"reason": "No longer needed."})
    decision.refresh_from_db()
    assert decision.withheld == ""
    assert login(auditor).get(address).status_code == 200
    assert login(auditor).post(address, {"reason": "x"}).status_code == 403


def test_a_place_that_is_kept_secret_is_not_shown(client, decision):
    decision.organisation.publish_location = False
    decision.organisation.save()
    for address in (*addresses(decision)[:2], reverse("decision_public", args=[decision.number])):
        assert "Example district" not in read(client, address)


def test_cells_of_the_file_do_not_run_as_formulas(client, decision):
    decision.reasons = "=1+1"
    decision.save()
    [row] = csv.DictReader(io.StringIO(read(client, reverse("decisions_csv"))))
    assert row["reasons"] == "'=1+1" and row["amount"] == "10000.00"


def test_past_decisions_are_filtered_and_downloaded(login, decision, approver, applicant):
    browser = login(approver)
    year = FinancialYear.containing(decision.decided_at.date())
    for query, found in (
        ("q=workshops", True), ("q=nothing", False), (f"year={year}&outcome=approved", True),
        ("outcome=declined", False), ("year=1900/01", False), ("outcome=x", False),
    ):  # fmt: skip
        assert (decision.number in read(browser, f"{reverse('past_decisions')}?{query}")) == found, query
        assert (decision.number in read(browser, f"{reverse('past_decisions_csv')}?{query}")) == found, query
    notice = pdf_text(browser, reverse("decision_pdf", args=[decision.number]))
    assert "divert young people from crime" in notice
    assert login(applicant).get(reverse("past_decisions_csv")).status_code == 403


def test_the_list_costs_the_same_for_more_decisions(client, decision, django_assert_max_num_queries):
    for number in range(3):
        copy = Decision.objects.get(pk=decision.pk)
        copy.pk, copy.number = None, f"D-2001-000{number}"
        copy.save()
    with django_assert_max_num_queries(16):
        read(client, REGISTER)
