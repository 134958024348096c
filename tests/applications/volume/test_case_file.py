"""The case file: all about one application in one tagged PDF; no judgement for who has still to score."""

import io
import re
from datetime import timedelta

import pikepdf
import pytest
from pypdf import PdfReader

from applications import services
from applications.case_file import WITHHELD, case_file_of
from applications.models import AgreedScore, CheckAnswer, Feedback, OutcomeLetter
from funds.models import CheckItem
from organisations.models import DeclaredInterest, DueDiligence
from pcc_grants.lib import clock
from tests import factories


def url(application):
    return f"/office/applications/{application.reference}/case-file/"


def words_of(content: bytes) -> str:
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    return re.sub(r"\s+", " ", text)


@pytest.fixture
def full(approved_application, officer, approver, office):
    """A decided application about which everything there is has been recorded."""
    one, criterion = approved_application, approved_application.round.criteria.first()
    item = CheckItem.objects.create(round=one.round, position=1, about="eligibility", text="May we fund it?")
    CheckAnswer.objects.create(application=one, item=item, answer="yes", answered_by=officer)
    DueDiligence.objects.create(
        organisation=one.organisation,
        kind="accounts",
        outcome="satisfactory",
        evidence="The register of charities",
        checked_on=clock.today(),
        checked_by=officer,
    )
    DeclaredInterest.objects.create(
        organisation=one.organisation, user=officer, interest="My cousin works there."
    )
    AgreedScore.objects.create(
        application=one, criterion=criterion, score=5, reason="They agreed on five.", agreed_by=officer
    )
    Feedback.objects.create(
        application=one, criterion=criterion, text="Say more about the young people.", written_by=officer
    )
    OutcomeLetter.objects.filter(application=one).update(
        content={"lines": ["We are glad to tell you."], "count": 2}, sha256="a" * 64
    )
    return one


def test_it_holds_everything_and_is_tagged_with_contents(full, officer, login):
    response = login(officer).get(url(full))
    assert response["Content-Type"] == "application/pdf"
    content = response.content
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert "/StructTreeRoot" in pdf.Root
        assert str(pdf.docinfo["/Title"]) == f"Case file {full.reference}"
        assert str(pdf.Root.Outlines.First.Title)
    words = words_of(content)
    for expected in (
        "Contents", "Facts, page 1", "Example Youth Project", "Our answer about Need.", "Cost of the project",
        "No documents were sent.", "May we fund it?", "The register of charities", "None was asked.",
        "No more time was asked for.", "It was not moved.", "My cousin works there.",
        "The evidence is clear.", "They agreed on five.", "Say more about the young people.",
        "It scored well.", "It will divert young people from crime.", "We are glad to tell you.",
        "History", "found application",
    ):  # fmt: skip
        assert expected in words, expected


def test_documents_stand_in_it_with_their_hashes_and_questions_with_their_answers(
    officer, applicant, fund, organisation, office
):
    round = factories.open_round(officer, fund, brief_form=False)
    draft, document = factories.draft_with_document(applicant, round, organisation)
    one = factories.asked(officer, factories.submitted(applicant, draft))
    case = case_file_of(one, seen_by=officer)
    parts = {part.anchor: part for part in case.parts}
    assert document.sha256 in parts["documents"].blocks[0].rows[0]
    assert ("Question", "How many will come?") in parts["questions"].blocks[0].facts


def test_judgement_is_withheld_from_who_has_still_to_score(full, officer_2, login):
    both = factories.person("officer")
    both.roles = ["officer", "assessor"]
    both.save()
    type(full).objects.filter(pk=full.pk).update(status="eligible", outcome_released_at=None)
    full.refresh_from_db()
    services.assign(by=officer_2, application=full, assessor=both, due_on=clock.today() + timedelta(days=1))
    words = words_of(login(both).get(url(full)).content)
    assert re.sub(r"\s+", " ", WITHHELD) in words
    for hidden in (
        "The evidence is clear",
        "They agreed on five",
        "Say more about",
        "It scored well",
        "glad to",
    ):
        assert hidden not in words
    assert "Our answer about Need." in words


def test_only_who_reads_applications_has_it(submitted_application, draft, login, office, request):
    for role, status in (
        ("officer", 200), ("approver", 200), ("auditor", 200), ("assessor", 403), ("applicant", 403),
        ("finance", 403), ("panel_officer", 403),
    ):  # fmt: skip
        browser = login(request.getfixturevalue(role))
        assert browser.get(url(submitted_application)).status_code == status, role


def test_a_draft_has_none(draft, officer, login, office):
    assert login(officer).get(url(draft)).status_code == 404
