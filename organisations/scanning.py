"""The virus scan: asks a ClamAV server about each new document, in the background.

`settings.CLAMAV_ADDRESS` is tcp://HOST:PORT or unix:///PATH. Without one nothing is scanned, and
pages say so.
"""

import logging
import socket
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction

from audit.services import record
from notifications.services import queue
from pcc_grants.lib import clock

from .documents import discard
from .models import Document
from .services import members_of

logger = logging.getLogger(__name__)

SECONDS = 60  # for one answer of the scanner
PIECE = 64 * 1024
Scan = Document.Scan


class ScannerAway(Exception):
    """The scanner cannot be reached, or broke off. Asked again a minute later."""


class NoAnswer(Exception):
    """The scanner answered, but not whether this file has a virus."""


def scan_documents(limit: int = 50) -> int:
    """Scan the documents that wait for it, each claimed under a lock. Returns how many were judged.

    While the scanner is away they go on waiting. What it could not judge comes last the next time.
    """
    if not settings.CLAMAV_ADDRESS:
        return Document.objects.filter(scan=Scan.PENDING).update(scan=Scan.NOT_SCANNED)
    # What came while no scanner was set up is scanned now.
    Document.objects.filter(scan=Scan.NOT_SCANNED).update(scan=Scan.PENDING)
    judged, tried = 0, []
    for _ in range(limit):
        with transaction.atomic():
            document = (
                Document.objects.select_for_update(of=["self"], skip_locked=True, no_key=True)
                .select_related("organisation", "uploaded_by")
                .filter(scan=Scan.PENDING)
                .exclude(pk__in=tried)
                .order_by("scan_attempts", "id")
                .first()
            )
            if document is None:
                break
            tried.append(document.pk)
            answered = _scan(document)
        if answered is None:
            break
        judged += answered
    return judged


def _scan(document: Document) -> bool | None:
    """Ask about one document, and store the answer. Whether there was one; None while the scanner is away."""
    document.scan_attempts = min(document.scan_attempts + 1, 32_000)
    try:
        with default_storage.open(document.file.name) as file:
            virus = ask(file)
    except (OSError, NoAnswer, ScannerAway) as error:
        document.save(update_fields=["scan_attempts"])  # others come first the next time
        if isinstance(error, ScannerAway):
            logger.warning("The virus scanner cannot be reached: %s", error)
            return None
        logger.error("Document %s could not be scanned: %s", document.pk, type(error).__name__)
        return False
    document.scan = Scan.INFECTED if virus else Scan.CLEAN
    document.scanned_at = clock.now()
    document.save(update_fields=["scan", "scanned_at", "scan_attempts"])
    if virus:
        _take_away(document, virus)
    return True


def _take_away(document: Document, virus: str) -> None:
    """The file goes, the row stays; those who act for the organisation and who uploaded it are told."""
    record(
        "document.infected",
        document.organisation,
        f"A virus was found in a document of {document.organisation}. Its file was deleted.",
        changes={"document": document.pk, "virus": virus[:200]},
    )
    told = {user.pk: user for user in [document.uploaded_by, *members_of(document.organisation)]}
    for user in told.values():
        queue(
            key=f"document-infected:{document.pk}:{user.pk}",
            to=user,
            template="organisations/document_infected",
            context={"document": document, "organisation": document.organisation, "user": user},
            about=document.organisation,
        )
    transaction.on_commit(lambda: discard(document.file.name), robust=True)


# -- The scanner's own language ------------------------------------------------------------------------------


def ask(file) -> str:
    """The name of the virus in a file, or "". clamd's INSTREAM: pieces with their lengths, a zero, an answer.

    Raises ScannerAway when it cannot be reached, NoAnswer when it does not judge this file.
    """
    try:
        with _connected() as scanner:
            scanner.sendall(b"zINSTREAM\0")
            try:
                while piece := file.read(PIECE):
                    scanner.sendall(len(piece).to_bytes(4) + piece)
                scanner.sendall(bytes(4))
            except (BrokenPipeError, ConnectionResetError):
                pass  # it has heard enough, and may have said why
            answer = _answer(scanner)
    except OSError as error:
        raise ScannerAway(type(error).__name__) from error
    if answer.endswith("FOUND"):
        return answer.removeprefix("stream:").removesuffix("FOUND").strip() or "unknown"
    if answer.endswith("OK"):
        return ""
    raise NoAnswer


def _connected() -> socket.socket:
    address = urlsplit(settings.CLAMAV_ADDRESS)
    if address.scheme == "tcp":
        return socket.create_connection((address.hostname, address.port or 3310), timeout=SECONDS)
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(SECONDS)
    try:
        connection.connect(address.path)
    except OSError:
        connection.close()
        raise
    return connection


def _answer(scanner) -> str:
    """What it says until it says no more. Nothing at all is a scanner that went away."""
    said = b""
    while len(said) < 4096 and not said.endswith(b"\0") and (more := scanner.recv(4096)):
        said += more
    if not said:
        raise ConnectionResetError
    return said.rstrip(b"\0\n").decode("utf-8", "replace")
