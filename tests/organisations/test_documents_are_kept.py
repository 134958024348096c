"""File and row agree: nothing half stored, nothing lost, nothing twice; removed, put back, erased."""

import hashlib
import os
import resource
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import transaction

from audit.models import Event
from organisations import documents
from organisations.documents import FileRefused
from organisations.models import Document
from organisations.verify import violations
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken

from . import files
from .files import sent

FAILED = "The selected file could not be uploaded - try again"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return tmp_path / "media"


@pytest.fixture
def upload(applicant, organisation):
    def take(name="accounts.pdf", content=None, kind="accounts"):
        return documents.upload(
            by=applicant, organisation=organisation, kind=kind, upload=sent(content or files.pdf(), name)
        )

    return take


def stored(media) -> list:
    return [path for path in media.rglob("*") if path.is_file()]


def found(rule_words: str) -> list[str]:
    return [v.sentence for v in violations() if rule_words in v.rule]


def test_a_document_is_stored_privately_with_its_hash_and_recorded(upload, media, applicant, organisation):
    content = files.pdf()
    document = upload(content=content)
    [path] = stored(media)
    assert path.read_bytes() == content
    assert path.stat().st_mode & 0o777 == 0o640
    assert document.sha256 == hashlib.sha256(content).hexdigest()
    assert document.scan == Document.Scan.NOT_SCANNED
    assert document.get_scan_display() == "Not scanned for viruses"
    event = Event.objects.about(organisation).first()
    assert event.verb == "document.uploaded"
    assert event.changes["document"] == document.pk
    assert "accounts.pdf" not in event.sentence
    assert list(violations()) == []


def test_the_same_file_again_gives_the_first(upload, media):
    content = files.pdf()
    first = upload(content=content)
    assert upload(content=content) == first
    assert len(stored(media)) == 1
    assert Event.objects.filter(verb="document.uploaded").count() == 1
    assert upload(content=content, kind="governing-document") != first
    assert upload(content=content, name="other.pdf") != first


def test_a_storage_that_cannot_be_written_stores_nothing(upload, settings, tmp_path):
    blocked = tmp_path / "a-file"
    blocked.write_text("")
    settings.MEDIA_ROOT = str(blocked / "media")
    with pytest.raises(FileRefused, match=FAILED):
        upload()
    assert not Document.objects.exists()
    assert not Event.objects.filter(verb="document.uploaded").exists()


def test_a_full_disk_leaves_no_half_file(applicant, organisation, media):
    content = files.pdf_of(50_000)
    with TemporaryUploadedFile("accounts.pdf", "application/pdf", len(content), None) as arrived:
        arrived.write(content)
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        arrived.flush()
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))  # no file may grow beyond
        try:
            with pytest.raises(FileRefused, match=FAILED):
                documents.upload(by=applicant, organisation=organisation, kind="accounts", upload=arrived)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not Document.objects.exists()
    assert stored(media) == []


def test_a_row_that_fails_takes_its_file_with_it(applicant, organisation, media):
    with (
        documents.inspected(sent(files.pdf(), "a.pdf")) as found_file,
        pytest.raises(ValueError, match="NUL"),
    ):
        documents.store(by=applicant, organisation=organisation, kind="a\x00b", found=found_file)
    assert stored(media) == []


def test_a_file_left_over_by_a_roll_back_is_swept_a_day_later(upload, media):
    kept = upload()
    with pytest.raises(RuntimeError), transaction.atomic():
        upload(content=files.pdf(title="lost"))
        raise RuntimeError
    assert len(stored(media)) == 2
    assert documents.sweep_files() == 0  # another process may be about to commit it
    for path in stored(media):
        old = (clock.now() - timedelta(days=2)).timestamp()
        os.utime(path, (old, old))
    assert documents.sweep_files() == 1
    assert [path.name for path in stored(media)] == [kept.file.name.split("/")[-1]]
    assert documents.sweep_files() == 0


def test_sweeping_before_anything_was_uploaded_does_nothing():
    assert documents.sweep_files() == 0


def test_verify_names_a_missing_a_changed_and_an_infected_file(upload):
    missing, changed, infected = (upload(content=files.pdf(title=str(n))) for n in range(3))
    assert found("documents") == []
    default_storage.delete(missing.file.name)
    with open(changed.file.path, "ab") as file:
        file.write(b"more")
    infected.scan = Document.Scan.INFECTED
    infected.scanned_at = clock.now() - timedelta(days=2)
    infected.save()
    assert found("documents") == [
        f"The file of document {missing.pk} is missing.",
        f"The file of document {changed.pk} has another size than was stored.",
        f"The infected file of document {infected.pk} is still there.",
    ]


def test_an_organisation_uploads_a_hundred_files_a_day_and_no_more(upload, applicant, organisation):
    first = upload()
    facts = {
        f.attname: getattr(first, f.attname) for f in Document._meta.concrete_fields if not f.primary_key
    }
    Document.objects.bulk_create(Document(**facts | {"sha256": f"{n:064}"}) for n in range(99))
    with pytest.raises(RuleBroken, match="uploaded 100 files within a day"):
        upload(content=files.pdf(title="one more"))
    Document.objects.update(uploaded_at=clock.now() - timedelta(days=2))
    assert upload(content=files.pdf(title="one more"))


# -- Removing ------------------------------------------------------------------------------------------------


def test_a_document_is_removed_and_put_back_for_30_days(upload, applicant, colleague, stranger):
    document = upload()
    with pytest.raises(RuleBroken, match="Only people who act for the organisation"):
        documents.remove(by=stranger, document=document)
    documents.remove(by=colleague, document=document)
    documents.remove(by=colleague, document=document)
    document.refresh_from_db()
    assert document.removed_by == colleague
    assert Event.objects.filter(verb="document.removed").count() == 1
    with pytest.raises(RuleBroken, match="Only people who act for the organisation"):
        documents.restore(by=stranger, document=document)
    documents.restore(by=applicant, document=document)
    documents.restore(by=applicant, document=document)
    document.refresh_from_db()
    assert document.removed_at is None
    assert Event.objects.filter(verb="document.restored").count() == 1
    documents.remove(by=applicant, document=document)
    with clock.at(clock.now() + timedelta(days=31)), pytest.raises(RuleBroken, match="more than 30 days ago"):
        documents.restore(by=applicant, document=document)


def test_the_office_removes_nothing(upload, officer):
    document = upload()
    with pytest.raises(RuleBroken, match="Your account does not allow this"):
        documents.remove(by=officer, document=document)
    document.refresh_from_db()
    assert document.removed_at is None
