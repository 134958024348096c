"""An organisation's documents on its pages: listed, uploaded, read, removed, put back; and for the office."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organisations import documents
from organisations.models import Document
from pcc_grants.lib import clock
from tests import factories
from tests.organisations import files
from tests.organisations.files import sent
from tests.page_text import refused, text_of


def url(name, organisation, *arguments):
    return reverse(name, args=[organisation.reference, *arguments])


@pytest.fixture
def document(applicant, organisation):
    return factories.document(applicant, organisation)


def test_an_organisation_without_documents_says_so(login, applicant, organisation):
    assert "Nothing has been uploaded yet." in text_of(
        login(applicant).get(url("organisation_documents", organisation))
    )
    page = login(applicant).get(url("organisation", organisation)).content.decode()
    assert f'href="{url("organisation_documents", organisation)}"' in page


def test_a_member_uploads_a_document_and_finds_it_on_the_list(login, colleague, applicant, organisation):
    browser = login(colleague)
    new = url("organisation_document_new", organisation)
    assert b"multipart/form-data" in browser.get(new).content
    response = browser.post(new, {"kind": "accounts", "upload": sent(files.pdf(), "accounts.pdf")})
    assert response.url == url("organisation_documents", organisation)
    text = text_of(login(applicant).get(response.url))
    for words in (
        "Download accounts.pdf (PDF, 1KB)", "Latest accounts", f"by {colleague}", "Not scanned for viruses",
    ):  # fmt: skip
        assert words in text


@pytest.mark.parametrize(
    ("posted", "sentences"),
    [
        ({}, ["Select what the document is", "Select a file"]),
        ({"kind": "accounts", "upload": sent(b"", "a.pdf")}, ["The selected file is empty"]),
        ({"kind": "nonsense", "upload": sent(files.pdf(), "a.pdf")}, ["Select what the document is"]),
        ({"kind": "other", "upload": "text"}, ["Select a file"]),
    ],
)
def test_what_is_wrong_is_said_and_stores_nothing(login, applicant, organisation, posted, sentences):
    refused(login(applicant).post(url("organisation_document_new", organisation), posted), *sentences)
    assert not Document.objects.exists()


def test_a_member_reads_removes_and_puts_back(login, applicant, colleague, organisation, document):
    browser = login(colleague)
    address = url("organisation_document", organisation, document.pk)
    assert browser.get(address).status_code == 200
    remove = url("organisation_document_remove", organisation, document.pk)
    assert "You can put it back for 30 days." in text_of(browser.get(remove))
    document.refresh_from_db()
    assert document.removed_at is None
    listing = browser.post(remove).url
    gone = browser.get(address)
    assert gone.status_code == 410
    assert "This file was removed" in text_of(gone)
    text = text_of(browser.get(listing))
    assert "Removed in the last 30 days" in text
    assert "Nothing has been uploaded yet." in text
    assert browser.get(remove).url == listing
    browser.post(url("organisation_document_restore", organisation, document.pk))
    text = text_of(login(applicant).get(listing))
    assert "Removed in the last 30 days" not in text
    assert "Download accounts.pdf" in text


def test_after_30_days_it_cannot_be_put_back(login, applicant, organisation, document):
    documents.remove(by=applicant, document=document)
    Document.objects.update(removed_at=clock.now() - timedelta(days=31))
    browser = login(applicant)
    listing = url("organisation_documents", organisation)
    assert "Removed in the last 30 days" not in text_of(browser.get(listing))
    response = browser.post(url("organisation_document_restore", organisation, document.pk), follow=True)
    assert "This file was removed more than 30 days ago. Upload it again." in text_of(response)


def test_strangers_find_nothing_and_the_office_reads(
    login, organisation, other_organisation, document, stranger, officer, finance, auditor, assessor
):
    for name in ("organisation_document", "organisation_document_remove"):
        assert login(stranger).get(url(name, organisation, document.pk)).status_code == 404
        assert login(stranger).get(url(name, other_organisation, document.pk)).status_code == 404
    assert login(stranger).get(url("organisation_documents", organisation)).status_code == 404
    post = {"kind": "other", "upload": sent(files.pdf(), "a.pdf")}
    assert login(stranger).post(url("organisation_document_new", organisation), post).status_code == 404
    assert (
        login(stranger).post(url("organisation_document_restore", organisation, document.pk)).status_code
        == 404
    )
    office = url("office_organisation_document", organisation, document.pk)
    for person, status in ((officer, 200), (auditor, 200), (finance, 200), (assessor, 403), (stranger, 403)):
        assert login(person).get(office).status_code == status, person
    page = login(officer).get(url("office_organisation", organisation))
    assert "Download accounts.pdf (PDF, 1KB)" in text_of(page)
    assert f'href="{office}"' in page.content.decode()


def test_the_office_is_told_of_a_removed_document(login, organisation, document, applicant, officer):
    documents.remove(by=applicant, document=document)
    response = login(officer).get(url("office_organisation_document", organisation, document.pk))
    assert response.status_code == 410
    assert f"removed by {applicant}" in text_of(response)


def test_the_list_is_paged_and_costs_the_same_at_1_3_and_many_rows(login, applicant, organisation, document):
    browser = login(applicant)
    address = url("organisation_documents", organisation)
    fields = [field for field in Document._meta.concrete_fields if not field.primary_key]
    facts = {field.attname: getattr(document, field.attname) for field in fields}
    browser.get(address)
    counts = []
    for more in (0, 2, 30):
        Document.objects.bulk_create(Document(**facts) for _ in range(more))
        with CaptureQueriesContext(connection) as captured:
            response = browser.get(address)
        counts.append(len(captured))
    assert counts[0] == counts[1] == counts[2]
    assert "Showing 1 to 25 of 33 documents" in text_of(response)
