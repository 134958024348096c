"""Documents of an organisation: looked into, kept in private storage, taken off its list and put back.

Nothing of the sender's stays but the name to show: the type comes from the content, the name on disk is ours.
The virus scan follows in the background (`scanning`).
"""

import hashlib
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from accounts.permissions import Permission
from audit.services import record
from pcc_grants.lib import clock
from pcc_grants.lib.files import clean_file_name
from pcc_grants.lib.locking import locked
from pcc_grants.lib.rules import RuleBroken

from . import inspection
from .models import Document, Organisation, private_path
from .services import is_member
from .tasks import scan_documents

logger = logging.getLogger(__name__)

SECONDS = 40  # for looking into one file, whatever happens
MOST_A_DAY = 100  # uploads of one organisation

WRONG_TYPE = "The selected file must be a PDF, Word, Excel, ODT, ODS, JPG or PNG"
EMPTY = "The selected file is empty"
PROTECTED = "The selected file is password protected"
VIRUS = "The selected file contains a virus"
FAILED = "The selected file could not be uploaded - try again"
REASONS = {inspection.TYPE: WRONG_TYPE, inspection.PROTECTED: PROTECTED, inspection.FAILED: FAILED}
MEMBERS_ONLY = "Only people who act for the organisation can do this. Ask one of its leads."


class FileRefused(RuleBroken):
    """Something is wrong with the file itself: said beside the field it was chosen in."""


def too_large() -> str:
    return f"The selected file must be smaller than {settings.MOST_UPLOAD_MB}MB"


@dataclass(frozen=True)
class Inspected:
    """A file that may be kept: where it lies for now, and what is known of it."""

    path: Path
    name: str
    content_type: str
    size: int
    sha256: str


# -- Looking into a file -----------------------------------------------------------------------------------


@contextmanager
def inspected(upload) -> Iterator[Inspected]:
    """Look into an uploaded file, outside any transaction; what it yields lasts as long as the block.

    Raises FileRefused with the sentence of screens.md section 5. Whatever the file holds, nothing else.
    """
    try:
        folder = tempfile.TemporaryDirectory(prefix="upload-", ignore_cleanup_errors=True)
    except OSError as error:
        raise FileRefused(FAILED) from error
    with folder:
        try:
            found = _inspect(upload, Path(folder.name))
        except OSError as error:
            logger.error("An upload could not be looked into: %s", type(error).__name__)
            raise FileRefused(FAILED) from error
        yield found


def _inspect(upload, folder: Path) -> Inspected:
    if getattr(upload, "has_failed", False):  # it did not reach us whole (pcc_grants.uploads)
        raise FileRefused(FAILED)
    if upload.size >= settings.MOST_UPLOAD_MB * 1024 * 1024:
        raise FileRefused(too_large())
    if not upload.size:
        raise FileRefused(EMPTY)
    name = clean_file_name(upload.name)
    extension = Path(name).suffix[1:].lower()
    if extension and extension not in inspection.EXTENSIONS:
        raise FileRefused(WRONG_TYPE)
    path, cleaned = _on_disk(upload, folder), folder / "cleaned"
    kind = _look(path, extension, cleaned)
    if cleaned.exists():
        path = cleaned
    size = path.stat().st_size
    if size >= settings.MOST_UPLOAD_MB * 1024 * 1024:
        raise FileRefused(too_large())
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return Inspected(
        path=path,
        name=name if extension else clean_file_name(f"{name}.{kind}"),
        content_type=inspection.TYPES[kind][0],
        size=size,
        sha256=sha256,
    )


def _on_disk(upload, folder: Path) -> Path:
    if hasattr(upload, "temporary_file_path"):
        upload.flush()
        return Path(upload.temporary_file_path())
    path = folder / "upload"
    upload.seek(0)
    with path.open("wb") as file:
        shutil.copyfileobj(upload, file)
    return path


def _look(path: Path, extension: str, cleaned: Path) -> str:
    """Ask the process that looks into files. It gets no secret of ours, and ends in time."""
    environment = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    try:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", inspection.__name__, str(path), extension, str(cleaned)],
            cwd=settings.BASE_DIR,
            env=environment | {"PYTHONDONTWRITEBYTECODE": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
        answer = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):  # it was ended, or ended itself
        answer = {"refused": inspection.FAILED}
    if "refused" in answer:
        raise FileRefused(REASONS[answer["refused"]])
    return answer["type"]


# -- Keeping it ---------------------------------------------------------------------------------------------


def upload(*, by, organisation, kind: str, upload) -> Document:
    """Take a document of an organisation from one of its people. The same file again gives the first.

    Raises FileRefused for what is wrong with the file, RuleBroken for anyone else.
    """
    by.require(Permission.APPLY)
    _require_member(by, organisation)
    with inspected(upload) as found:
        return store(by=by, organisation=organisation, kind=kind, found=found)


def store(*, by, organisation, kind: str, found: Inspected) -> Document:
    """Keep a file that was looked into. The caller has judged whether `by` may.

    The file is written before its row commits, and goes when the row does not come to be; one that is left
    over all the same, after a crash, is swept up a day later.
    """
    name = private_path(None, "")
    try:
        with transaction.atomic():
            return _store(by, organisation, kind, found, name)
    except BaseException:
        discard(name)
        raise


def _store(by, organisation, kind, found, name) -> Document:
    organisation = locked(Organisation.objects.all(), organisation.pk)
    known = Document.objects.filter(sha256=found.sha256)
    if known.filter(scan=Document.Scan.INFECTED).exists():
        raise FileRefused(VIRUS)
    if same := known.present().filter(organisation=organisation, kind=kind, name=found.name).first():
        return same
    since = clock.now() - timedelta(days=1)
    if organisation.documents.filter(uploaded_at__gt=since).count() >= MOST_A_DAY:
        raise RuleBroken(
            f"Your organisation has uploaded {MOST_A_DAY} files within a day. "
            "Try again tomorrow, or contact us."
        )
    _write(name, found)
    is_scanned = bool(settings.CLAMAV_ADDRESS)
    document = Document.objects.create(
        organisation=organisation,
        kind=kind,
        file=name,
        name=found.name,
        content_type=found.content_type,
        size=found.size,
        sha256=found.sha256,
        scan=Document.Scan.PENDING if is_scanned else Document.Scan.NOT_SCANNED,
        uploaded_by=by,
        uploaded_at=clock.now(),
    )
    _record(by, "uploaded", document, kind=kind, size=found.size, sha256=found.sha256)
    if is_scanned:
        transaction.on_commit(scan_documents.delay, robust=True)  # the sweep recovers a lost one
    return document


def _write(name: str, found: Inspected) -> None:
    try:
        with found.path.open("rb") as file:
            written = default_storage.save(name, File(file))
        if written != name or default_storage.size(name) != found.size:
            raise OSError("it was not written whole")
    except OSError as error:
        logger.error("A document could not be written: %s", type(error).__name__)
        raise FileRefused(FAILED) from error


def discard(name: str) -> None:
    """Delete a file of ours; one that is not there, or cannot be deleted now, is left to the sweep."""
    with suppress(OSError):
        default_storage.delete(name)


# -- Taking it off the list, and putting it back -------------------------------------------------------------


@transaction.atomic
def remove(*, by, document: Document) -> Document:
    """Take a document off its organisation's list. Applications that have it keep it. By its people.

    A second time changes nothing. Raises RuleBroken.
    """
    by.require(Permission.APPLY)
    document = locked(Document.objects.select_related("organisation"), document.pk)
    _require_member(by, document.organisation)
    if document.removed_at is None:
        document.removed_at, document.removed_by = clock.now(), by
        document.save(update_fields=["removed_at", "removed_by"])
        _record(by, "removed", document)
    return document


@transaction.atomic
def restore(*, by, document: Document) -> Document:
    """Put a document back on its organisation's list, for 30 days. By its people. Raises RuleBroken."""
    by.require(Permission.APPLY)
    document = locked(Document.objects.select_related("organisation"), document.pk)
    _require_member(by, document.organisation)
    if document.removed_at is None:
        return document
    if not document.is_restorable:
        raise RuleBroken("This file was removed more than 30 days ago. Upload it again.")
    document.removed_at = document.removed_by = None
    document.save(update_fields=["removed_at", "removed_by"])
    _record(by, "restored", document)
    return document


@transaction.atomic
def erase(*, document: Document) -> None:
    """Delete a removed document, row and file, for good. The caller knows that nothing refers to it."""
    document = locked(Document.objects.select_related("organisation"), document.pk)
    if document.removed_at is None or document.is_restorable:
        return
    _record(None, "erased", document)
    name = document.file.name
    document.delete()
    transaction.on_commit(lambda: discard(name), robust=True)


def sweep_files() -> int:
    """Delete files that no row owns, a day after they were written: what a crash left over. How many."""
    swept, old = 0, clock.now() - timedelta(days=1)
    for folder in _entries("documents", folders=True):
        owned = set(
            Document.objects.filter(file__startswith=f"{folder}/")
            .exclude(scan=Document.Scan.INFECTED)
            .values_list("file", flat=True)
        )
        for name in _entries(folder):
            with suppress(OSError):
                if name not in owned and default_storage.get_modified_time(name) < old:
                    default_storage.delete(name)
                    swept += 1
    return swept


def _entries(folder: str, *, folders=False) -> list[str]:
    try:
        inner, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return []
    return [f"{folder}/{name}" for name in (inner if folders else files)]


def _require_member(by, organisation) -> None:
    if not is_member(by, organisation):
        raise RuleBroken(MEMBERS_ONLY)


def _record(by, verb, document, **changes) -> None:
    """In the trail of the organisation, by number: a file's name may tell of people."""
    record(
        f"document.{verb}",
        document.organisation,
        f"{by or 'The system'} {verb} a document of {document.organisation}.",
        by=by,
        changes={"document": document.pk} | changes,
    )
