"""The virus scan: asked of a scanner that speaks clamd's language, in the background, and never lost."""

import socketserver
import threading

import pytest
from django.core.files.storage import default_storage

from notifications.models import Message
from organisations import documents
from organisations.documents import FileRefused
from organisations.models import Document
from organisations.scanning import scan_documents

from . import files
from .files import EICAR, sent

Scan = Document.Scan


class Handler(socketserver.StreamRequestHandler):
    """One INSTREAM conversation, as clamd has it."""

    def handle(self):
        if self.server.hangs_up:
            return
        assert self.rfile.read(10) == b"zINSTREAM\0"
        heard = b""
        while size := int.from_bytes(self.rfile.read(4), "big"):
            heard += self.rfile.read(size)
            if self.server.most and len(heard) > self.server.most:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        self.server.heard.append(heard)
        found = b"stream: Eicar-Signature FOUND\0" if EICAR in heard else b"stream: OK\0"
        self.wfile.write(self.server.says or found)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@pytest.fixture
def scanner(settings, tmp_path):
    """A scanner at an address of this machine. `says` overrides its answers."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    with Server(("127.0.0.1", 0), Handler) as server:
        server.heard, server.says, server.most, server.hangs_up = [], b"", 0, False
        settings.CLAMAV_ADDRESS = f"tcp://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def upload(applicant, organisation):
    def take(content=None, name="accounts.pdf"):
        return documents.upload(
            by=applicant,
            organisation=organisation,
            kind="accounts",
            upload=sent(content or files.pdf(), name),
        )

    return take


def with_virus() -> bytes:
    """A PDF with the harmless text that every scanner calls a virus."""
    return files.pdf_with(EICAR)


def test_a_clean_file_is_said_to_be_clean(scanner, upload):
    document = upload()
    assert document.scan == Scan.PENDING
    assert document.get_scan_display() == "We are checking this file"
    assert scan_documents() == 1
    document.refresh_from_db()
    assert document.scan == Scan.CLEAN
    assert document.scanned_at
    assert len(scanner.heard[0]) == document.size
    assert scan_documents() == 0


def test_a_large_file_reaches_the_scanner_whole(scanner, upload):
    content = files.pdf_of(5_000_000)
    upload(content)
    scan_documents()
    assert scanner.heard == [content]


def test_an_infected_file_is_deleted_and_its_people_are_told_once(
    scanner, upload, applicant, colleague, stranger, django_capture_on_commit_callbacks
):
    document = upload(with_virus())
    with django_capture_on_commit_callbacks(execute=True):
        scan_documents()
    document.refresh_from_db()
    assert document.scan == Scan.INFECTED
    assert not default_storage.exists(document.file.name)
    messages = Message.objects.filter(template="organisations/document_infected")
    assert {message.to for message in messages} == {applicant.email, colleague.email}
    assert "accounts.pdf" in messages[0].body
    assert "accounts.pdf" not in messages[0].subject
    scan_documents()
    assert messages.count() == 2


def test_a_file_known_to_be_infected_is_refused_at_once(scanner, upload):
    upload(with_virus())
    scan_documents()
    with pytest.raises(FileRefused, match="The selected file contains a virus"):
        upload(with_virus(), name="again.pdf")


def test_while_the_scanner_is_away_files_wait_and_are_scanned_later(scanner, upload, settings):
    address, settings.CLAMAV_ADDRESS = settings.CLAMAV_ADDRESS, "tcp://127.0.0.1:9"
    document = upload()
    assert scan_documents() == 0
    settings.CLAMAV_ADDRESS = "unix:///no/such/socket"
    assert scan_documents() == 0
    document.refresh_from_db()
    assert document.scan == Scan.PENDING
    assert document.scan_attempts == 2
    settings.CLAMAV_ADDRESS = address
    assert scan_documents() == 1


def test_a_scanner_that_hangs_up_is_asked_again(scanner, upload):
    scanner.hangs_up = True
    document = upload()
    assert scan_documents() == 0
    scanner.hangs_up = False
    assert scan_documents() == 1
    document.refresh_from_db()
    assert document.scan == Scan.CLEAN


@pytest.mark.parametrize("says", [b"stream: Can't allocate memory ERROR\0", b"nonsense\0", b"\xff\xfe\0"])
def test_an_answer_that_judges_nothing_leaves_the_file_waiting_and_the_next_one_gets_its_turn(
    scanner, upload, says
):
    scanner.says = says
    first = upload()
    second = upload(files.pdf(title="second"))
    assert scan_documents() == 0
    for document in (first, second):
        document.refresh_from_db()
        assert document.scan == Scan.PENDING
        assert document.scan_attempts == 1
    scanner.says = b""
    assert scan_documents() == 2


def test_a_scanner_that_takes_only_small_files_does_not_hold_up_the_others(scanner, upload):
    scanner.most = 100_000
    large = upload(files.pdf_of(5_000_000))
    small = upload()
    for _ in range(2):
        scan_documents()
    large.refresh_from_db()
    small.refresh_from_db()
    assert large.scan == Scan.PENDING
    assert small.scan == Scan.CLEAN


def test_a_file_that_is_missing_stays_unscanned_and_breaks_nothing(scanner, upload):
    document = upload()
    default_storage.delete(document.file.name)
    assert scan_documents() == 0
    document.refresh_from_db()
    assert document.scan == Scan.PENDING


def test_without_a_scanner_nothing_waits_and_one_that_is_set_up_scans_what_came_before(
    scanner, upload, settings
):
    waiting = upload()
    address, settings.CLAMAV_ADDRESS = settings.CLAMAV_ADDRESS, ""
    scan_documents()
    waiting.refresh_from_db()
    assert waiting.scan == Scan.NOT_SCANNED
    assert upload(files.pdf(title="x")).scan == Scan.NOT_SCANNED
    settings.CLAMAV_ADDRESS = address
    assert scan_documents() == 2


def test_the_scan_is_asked_for_once_the_document_is_committed(
    scanner, upload, django_capture_on_commit_callbacks, settings
):
    with django_capture_on_commit_callbacks() as callbacks:
        upload()
    assert any("scan_documents" in repr(callback) for callback in callbacks)
