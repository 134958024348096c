"""What a file really is: by its content, never by its name, in a process of its own.

A file from outside may be made to break what reads it. So the readers run in a child process with a bound on
time and memory, which knows neither the database nor the settings: `python -m organisations.inspection`.
Nothing of Django may be imported here (docs/adr/0021-uploads-are-inspected-in-a-process-of-their-own.md).
"""

import contextlib
import json
import sys
import zipfile
from pathlib import Path

# What we take: the type by content, what it is served as, and its name on pages (screens.md 3.9).
TYPES = {
    "pdf": ("application/pdf", "PDF"),
    "doc": ("application/msword", "Word"),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word"),
    "xls": ("application/vnd.ms-excel", "Excel"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel"),
    "odt": ("application/vnd.oasis.opendocument.text", "ODT"),
    "ods": ("application/vnd.oasis.opendocument.spreadsheet", "ODS"),
    "jpg": ("image/jpeg", "JPG"),
    "png": ("image/png", "PNG"),
}
# The ends of names, and the types by content that may stand behind each.
_WORD, _EXCEL = {"doc", "docx"}, {"xls", "xlsx"}
EXTENSIONS = {
    "pdf": {"pdf"},
    "doc": _WORD,
    "docx": _WORD,
    "xls": _EXCEL,
    "xlsx": _EXCEL,
    "odt": {"odt"},
    "ods": {"ods"},
    "jpg": {"jpg"},
    "jpeg": {"jpg"},
    "png": {"png"},
}
NAME_OF_TYPE = dict(TYPES.values())

SECONDS = 20  # of processor time
MEMORY = 1024 * 1024 * 1024
MOST_WRITTEN = 200 * 1024 * 1024
MOST_PIXELS = 65_000_000  # the largest phone cameras; decoded some 200 MB
MOST_ENTRIES = 10_000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 100  # of unpacked to packed size, once the whole is no longer small
SMALL_UNPACKED = 50 * 1024 * 1024

PDF_MARK, ZIP_MARK, ZIP_END = b"%PDF-", b"PK\x03\x04", b"PK\x05\x06"
OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
JPEG_MARK, PNG_MARK = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
TYPE, PROTECTED, FAILED = "type", "protected", "failed"


class Refused(Exception):
    """Why a file is not taken: TYPE, PROTECTED or FAILED."""


def look(path: Path, extension: str, cleaned: Path) -> str:
    """The type of the file at `path`, one of TYPES. Raises Refused, or whatever its reader raises.

    `extension` is the end of its name without the dot, or "" where it has none. A picture is written anew to
    `cleaned`, upright and without what a camera adds, such as where it was taken.
    """
    expected = EXTENSIONS[extension] if extension else set(TYPES)
    with path.open("rb") as file:
        head = file.read(1024)
    if head.startswith(OLE_MARK):
        found = _compound_file(path, expected)
    elif head.startswith(ZIP_MARK):
        if PDF_MARK in head:
            raise Refused(TYPE)
        found = _package(path)
    elif head.startswith(JPEG_MARK):
        found = "jpg"
    elif head.startswith(PNG_MARK):
        found = "png"
    elif head.lstrip(b"\xef\xbb\xbf\x00\t\r\n ").startswith(PDF_MARK):
        found = "pdf"
    else:
        raise Refused(TYPE)
    if found not in expected:
        raise Refused(TYPE)
    if found == "pdf":
        _read_pdf(path)
    elif found in ("jpg", "png"):
        _save_picture(path, found, cleaned)
    return found


def _read_pdf(path: Path) -> None:
    """It has an end, pages, and opens without a password: one that only forbids printing does."""
    from pypdf import PdfReader

    end = _end_of(path, 70_000)
    if _ends_as_archive(end):
        raise Refused(TYPE)
    if b"%%EOF" not in end.rstrip(b"\x00\t\r\n ")[-2048:]:
        raise Refused(FAILED)
    reader = PdfReader(path, strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise Refused(PROTECTED)
    if not len(reader.pages):
        raise Refused(FAILED)


def _end_of(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - size))
        return file.read()


def _ends_as_archive(end: bytes) -> bool:
    """Whether the end is that of a ZIP archive too: such a file is two things at once."""
    at = end.rfind(ZIP_END)
    if at < 0 or len(end) - at < 22:
        return False
    comment = int.from_bytes(end[at + 20 : at + 22], "little")
    return at + 22 + comment == len(end)


def _compound_file(path: Path, expected: set[str]) -> str:
    """Word and Excel until 2003, and the wrapping of every newer one that has a password."""
    import msoffcrypto
    from msoffcrypto.exceptions import FileFormatError

    with path.open("rb") as file:
        try:
            office = msoffcrypto.OfficeFile(file)
        except FileFormatError as error:
            raise Refused(TYPE) from error
        if office.format == "ooxml":
            raise Refused(PROTECTED if expected & (_WORD | _EXCEL) else TYPE)
        found, main = {"doc97": ("doc", "WordDocument"), "xls97": ("xls", "Workbook")}.get(
            office.format, ("", "")
        )
        if found not in expected:
            raise Refused(TYPE)
        if office.is_encrypted():
            raise Refused(PROTECTED)
        if len(office.ole.openstream(main).read()) < office.ole.get_size(main):  # it broke off
            raise Refused(FAILED)
    return found


def _package(path: Path) -> str:
    """Word, Excel and OpenDocument: archives, unpacked here within bounds to see that they are whole."""
    size = path.stat().st_size
    if not _end_of(path, 22).startswith(ZIP_END):
        raise Refused(FAILED)
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        if len(entries) > MOST_ENTRIES or min((e.header_offset for e in entries), default=1) != 0:
            raise Refused(FAILED)
        declared = sum(entry.file_size for entry in entries)
        if declared > MOST_UNPACKED or (declared > SMALL_UNPACKED and declared > size * MOST_RATIO):
            raise Refused(FAILED)
        if any(entry.flag_bits & 1 for entry in entries):
            raise Refused(PROTECTED)
        found = _type_of_package(archive)
        unpacked = 0
        for entry in entries:
            with archive.open(entry) as content:
                while piece := content.read(1 << 20):
                    unpacked += len(piece)
                    if unpacked > MOST_UNPACKED:
                        raise Refused(FAILED)
    return found


def _type_of_package(archive: zipfile.ZipFile) -> str:
    names = set(archive.namelist())
    if "mimetype" in names:
        kind = _start_of(archive, "mimetype", 100).strip().decode("ascii", "replace")
        found = next((name for name in ("odt", "ods") if TYPES[name][0] == kind), None)
        if found is None:
            raise Refused(TYPE)
        manifest = "META-INF/manifest.xml"
        if manifest in names and b"encryption-data" in _start_of(archive, manifest, 1 << 20):
            raise Refused(PROTECTED)
        return found
    if "[Content_Types].xml" not in names or any(n.lower().endswith("vbaproject.bin") for n in names):
        raise Refused(TYPE)
    parts = _start_of(archive, "[Content_Types].xml", 1 << 20)
    for found in ("docx", "xlsx"):
        if f'"{TYPES[found][0]}.main+xml"'.encode() in parts:
            return found
    raise Refused(TYPE)


def _start_of(archive, name: str, most: int) -> bytes:
    with archive.open(name) as content:
        return content.read(most)


def _save_picture(path: Path, found: str, cleaned: Path) -> None:
    """The picture alone, upright: without camera, place, comments or anything that stands after its end."""
    from PIL import Image, ImageOps
    from PIL.JpegImagePlugin import get_sampling

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(path, formats=("JPEG",) if found == "jpg" else ("PNG",)) as image:
        if image.width * image.height > MOST_PIXELS:
            raise Refused(FAILED)
        keep = {}
        if found == "jpg":  # with the compression it had, so that it neither grows nor pales
            keep = {"qtables": image.quantization, "subsampling": get_sampling(image)}
        image.load()
        upright = ImageOps.exif_transpose(image)
        profile = upright.info.get("icc_profile")
        upright.info = {name: value for name, value in upright.info.items() if name == "transparency"}
        upright.save(cleaned, "JPEG" if found == "jpg" else "PNG", icc_profile=profile, **keep)


def _set_bounds() -> None:
    """What this process may use up; systems without such bounds have the parent's time limit."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        for limit, most in (
            (resource.RLIMIT_CPU, SECONDS),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_AS, MEMORY),
        ):
            resource.setrlimit(limit, (most, most))
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        if hard == resource.RLIM_INFINITY or hard > MOST_WRITTEN:
            resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_WRITTEN, MOST_WRITTEN))


def main(path: str, extension: str, cleaned: str) -> None:
    """Say what was found, as a line of JSON: {"type": …} or {"refused": …}."""
    _set_bounds()
    try:
        answer = {"type": look(Path(path), extension, Path(cleaned))}
    except Refused as reason:
        answer = {"refused": str(reason)}
    except Exception as error:  # any reader may fail in any way on a file made to break it
        answer = {"refused": FAILED, "why": type(error).__name__}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
