"""Files as people upload them, and files made to break things: small, real, and made here."""

import io
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def sent(content: bytes, name: str) -> SimpleUploadedFile:
    """A file as a form receives it; what the browser says it is matters to nobody."""
    return SimpleUploadedFile(name, content, content_type="application/octet-stream")


def pdf(password: str | None = None, owner_password: str | None = None, title: str = "") -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    if title:
        writer.add_metadata({"/Title": title})
    if password or owner_password:
        writer.encrypt(password or "", owner_password)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def pdf_with(comment: bytes) -> bytes:
    """A PDF that holds these bytes where readers pass over them."""
    start, end = pdf().rsplit(b"startxref", 1)
    return start + b"%" + comment + b"\nstartxref" + end


def pdf_of(size: int) -> bytes:
    """A PDF of exactly so many bytes."""
    return pdf_with(b"x" * (size - len(pdf_with(b""))))


def package(*entries, compress=zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compress) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return out.getvalue()


def content_types(kind: str) -> str:
    return (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/main.xml" ContentType="{kind}"/></Types>'
    )


def docx(*more) -> bytes:
    kind = content_types(f"{DOCX}.main+xml")
    return package(("[Content_Types].xml", kind), ("word/document.xml", "<w/>" * 500), *more)


def xlsx(*more) -> bytes:
    kind = content_types(f"{XLSX}.main+xml")
    return package(("[Content_Types].xml", kind), ("xl/workbook.xml", "<x/>" * 500), *more)


def docm() -> bytes:
    kind = content_types("application/vnd.ms-word.document.macroEnabled.main+xml")
    return package(("[Content_Types].xml", kind), ("word/vbaProject.bin", "macro"))


def opendocument(kind: str, manifest: str = "<manifest/>") -> bytes:
    return package(
        ("mimetype", f"application/vnd.oasis.opendocument.{kind}"),
        ("content.xml", "<office/>" * 100),
        ("META-INF/manifest.xml", manifest),
    )


def encrypted_docx() -> bytes:
    """As Word saves a document with a password."""
    from msoffcrypto.format.ooxml import OOXMLFile

    out = io.BytesIO()
    OOXMLFile(io.BytesIO(docx())).encrypt("secret", out)
    return out.getvalue()


def encrypted_zip_entry() -> bytes:
    """A .docx whose entries carry the flag of ZIP encryption."""
    data = bytearray(docx())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


def bomb(megabytes: int = 120) -> bytes:
    """A .docx that is small and unpacks to a lot."""
    return docx(("word/media/zeros.bin", bytes(megabytes * 1024 * 1024)))


def lying_bomb() -> bytes:
    """A .docx that unpacks to more than it says."""
    data = bomb(60)
    real = (60 * 1024 * 1024).to_bytes(4, "little")
    return data.replace(real, (1000).to_bytes(4, "little"))


def picture(kind="JPEG", size=(40, 20), **options) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "orange").save(out, kind, **options)
    return out.getvalue()


def phone_photo() -> bytes:
    """A photo with the place it was taken, a comment, and stored on its side."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "Example phone"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (51.0, 16.0, 30.0)
    return picture(exif=exif, comment=b"a secret remark")


def huge_picture() -> bytes:
    """A PNG of a few bytes that says it has 100,000 by 100,000 pixels."""
    data = bytearray(picture("PNG"))
    data[16:24] = struct.pack(">II", 100_000, 100_000)
    data[29:33] = struct.pack(">I", zlib.crc32(bytes(data[12:29])))
    return bytes(data)


def compound_file(stream_name: str, content: bytes) -> bytes:
    """A file as Word and Excel wrote until 2003, with one stream: header, table of sectors, directory."""
    sector, free, end, table = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    content = content.ljust(max(4096, -(-len(content) // sector) * sector), b"\0")
    count = len(content) // sector
    chain = [table, end, *range(3, 2 + count), end]
    fat = struct.pack("<128I", *(chain + [free] * (128 - len(chain))))

    def entry(name, kind, child, start, size):
        raw = (name + "\0").encode("utf-16-le") if name else b""
        return (
            raw.ljust(64, b"\0")
            + struct.pack("<HBBIII", len(raw), kind, 1, free, free, child)
            + bytes(36)
            + struct.pack("<IQ", start, size)
        )

    directory = (
        entry("Root Entry", 5, 1, end, 0)
        + entry(stream_name, 2, free, 2, len(content))
        + 2 * entry("", 0, free, 0, 0)
    )
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0, 0)
    header += struct.pack("<108I", *([free] * 108))
    return header + fat + directory + content


def doc(encrypted: bool = False) -> bytes:
    flags = 0x0100 if encrypted else 0
    fib = struct.pack("<HHHHHHHIBBHHII", 0xA5EC, 0xC1, 0, 0x0809, 0, flags, 0xBF, 0, 0, 0, 0, 0, 0, 0)
    return compound_file("WordDocument", fib + b"Example text " * 10)


def xls(encrypted: bool = False) -> bytes:
    records = struct.pack("<HH16s", 0x0809, 16, struct.pack("<HH12x", 0x0600, 5))
    if encrypted:
        records += struct.pack("<HHHHH", 0x2F, 6, 0, 1, 1)
    return compound_file("Workbook", records + struct.pack("<HH", 0x0A, 0))


GOOD = {
    "accounts.pdf": pdf,
    "accounts.docx": docx,
    "accounts.doc": doc,
    "accounts.xlsx": xlsx,
    "accounts.xls": xls,
    "accounts.odt": lambda: opendocument("text"),
    "accounts.ods": lambda: opendocument("spreadsheet"),
    "accounts.jpg": picture,
    "accounts.JPEG": picture,
    "accounts.png": lambda: picture("PNG"),
}
