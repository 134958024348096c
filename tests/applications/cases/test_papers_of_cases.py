"""The decisions on an allocation and its projects stand in the case file, the export and the offer."""

from django.urls import reverse

from applications.case_file import case_file_of
from applications.services.exporting import _decision
from tests.page_text import text_of


def test_every_decision_of_a_business_case_is_shown(approved_case, officer, login):
    number = approved_case.business_case.decision.number
    parts = {one.title: one for one in case_file_of(approved_case, seen_by=officer).parts}
    assert [block.facts[0][1] for block in parts["Decisions"].blocks] == [
        "The allocation",
        f"{approved_case.reference}-P1, Example project 1",
        f"{approved_case.reference}-P2, Example project 2",
    ]
    assert _decision(approved_case)[:3] == [number, "Approved", 10000]
    browser, ref = login(officer), [approved_case.reference]
    assert number in text_of(browser.get(reverse("office_application", args=ref)))
    offer = text_of(browser.get(reverse("office_award_prepare", args=ref)))
    assert number in offer and "£10,000" in offer
