"""Due diligence on an organisation: what stands, what is missing, what expires, and the evidence for it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Event
from organisations import services
from organisations.models import DueDiligence
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken
from tests import factories
from tests.page_text import refused, text_of

DUE = reverse("office_diligence_due")
SENT = {
    "kind": "insurance",
    "outcome": "satisfactory",
    "evidence": "Policy 12",
    "checked_on_day": "1", "checked_on_month": "2", "checked_on_year": "2020",
    "expires_on_day": "31", "expires_on_month": "1", "expires_on_year": "2021",
}  # fmt: skip


def day(offset: int):
    return clock.today() + timedelta(days=offset)


def recorded(by, organisation, **facts):
    given = {"kind": "insurance", "outcome": "satisfactory", "evidence": "Policy 12", "checked_on": day(-1)}
    return services.record_diligence(by=by, organisation=organisation, **given | facts)


def standing(organisation) -> dict[str, str]:
    return {one.kind.value: one.in_words for one in services.diligence_of(organisation)}


def test_the_latest_entry_of_each_kind_stands(officer, officer_2, organisation):
    for _ in range(2):  # the same again by the same person changes nothing
        recorded(officer, organisation)
    recorded(officer_2, organisation, outcome="concern", notes="The policy is of another charity.")
    recorded(officer, organisation, kind="accounts", expires_on=day(60))
    recorded(officer, organisation, kind="safeguarding", outcome="not_needed", notes="No children come.")
    recorded(officer, organisation, kind="links", expires_on=day(-1))
    assert standing(organisation) == {
        "registration": "Not checked",
        "accounts": "Expires soon",
        "insurance": "Concern",
        "safeguarding": "Not needed",
        "links": "Expired",
    }
    assert Event.objects.filter(verb="organisation.diligence_recorded").count() == 5
    assert services.diligence_gaps(organisation, DueDiligence.Kind.values) == [
        "Due diligence on Example Youth Project is missing: registration and governance.",
        "Due diligence on Example Youth Project found a concern: insurance.",
        "Due diligence on Example Youth Project has expired: links with the police force or the office, "
        f"on {clock.format_date(day(-1))}.",
    ]
    assert services.diligence_gaps(organisation, []) == []


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"kind": "else"}, "Select what you checked"),
        ({"outcome": "else"}, "Select what you found"),
        ({"outcome": "concern"}, "Enter what you found"),
        ({"outcome": "not_needed", "notes": " "}, "Enter what you found, or why it is not needed"),
        ({"evidence": " "}, "Enter where you saw it, or select the document"),
        ({"evidence": "x" * 301}, "300 characters or fewer"),
        ({"checked_on": None}, "Enter the date you checked it"),
        ({"checked_on": clock.today() + timedelta(days=9)}, "must be today or in the past"),
        ({"expires_on": clock.today() - timedelta(days=99)}, "must be on or after"),
    ],
)
def test_an_entry_that_says_too_little_is_refused(officer, organisation, facts, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        recorded(officer, organisation, **facts)
    assert not organisation.due_diligence.exists()


@pytest.mark.parametrize("role", ["applicant", "assessor", "approver", "finance", "auditor"])
def test_only_officers_record_it(organisation, role, request):
    with pytest.raises(RuleBroken, match="does not allow this"):
        recorded(request.getfixturevalue(role), organisation)


def test_the_evidence_is_a_document_of_the_organisation_itself(
    officer, applicant, stranger, organisation, other_organisation
):
    own = factories.document(applicant, organisation)
    foreign = factories.document(stranger, other_organisation)
    assert recorded(officer, organisation, evidence="", document=own).document == own
    with pytest.raises(RuleBroken, match="not one of the documents of Example Youth Project"):
        recorded(officer, organisation, document=foreign)


def test_an_officer_records_it_in_the_browser_and_others_read(
    login, officer, auditor, applicant, organisation
):
    browser = login(officer)
    new = reverse("office_diligence_new", args=[organisation.reference])
    assert "checked" in browser.get(f"{new}?kind=insurance").content.decode()
    refused(browser.post(new, SENT | {"evidence": ""}), "Enter where you saw it")
    refused(browser.post(new, SENT | {"outcome": "concern"}), "Enter what you found")
    refused(browser.post(new, SENT | {"kind": "🎉" * 9, "evidence": "x" * 9999}), "Select what you checked")
    for _ in range(2):
        assert browser.post(new, SENT).status_code == 302
    reader = login(auditor)
    page = reverse("office_diligence", args=[organisation.reference])
    text = text_of(reader.get(page))
    for words in ("Insurance Expired 1 Feb 2020 by Sample officer", "Policy 12", "Safeguarding Not checked"):
        assert words in text
    assert "Record due diligence" not in text
    assert "Insurance: Expired" in text_of(
        reader.get(reverse("office_organisation", args=[organisation.reference]))
    )
    assert reader.get(new).status_code == 403
    assert login(applicant).get(page).status_code == 403


def test_what_expires_is_listed_for_those_who_have_something_in_hand(
    login, officer, organisation, other_organisation, submitted_application
):
    browser = login(officer)
    assert "Nothing has expired" in text_of(browser.get(DUE))
    recorded(officer, organisation, expires_on=day(-1))
    recorded(officer, organisation, kind="accounts", expires_on=day(60))
    recorded(officer, organisation, kind="links", expires_on=day(61))
    recorded(officer, other_organisation, expires_on=day(-1))  # nothing in hand

    def queries():
        with CaptureQueriesContext(connection) as captured:
            response = browser.get(DUE)
        return text_of(response), len(captured)

    text, two = queries()
    assert "Example Youth Project Insurance" in text and "Accounts and finances" in text
    assert "Links with" not in text and "Example Community Association" not in text
    recorded(officer, organisation, kind="safeguarding", expires_on=day(5))
    assert queries()[1] == two
    home = text_of(browser.get(reverse("office_home")))
    assert "Renew due diligence that has expired" in home and "Safeguarding" in home
    recorded(officer, organisation, evidence="Policy 13", expires_on=day(365))
    assert "Insurance" not in queries()[0]
