"""What is in a file decides whether it is taken, never what it is called; and no file breaks a page."""

import io
import random
import subprocess
import sys
import zipfile

import pytest
from django.conf import settings
from PIL import Image

from organisations import documents
from organisations.documents import FileRefused
from organisations.models import Document
from pcc_grants.lib.files import clean_file_name, format_size
from pcc_grants.lib.rules import RuleBroken

from . import files
from .files import sent

TYPE = "The selected file must be a PDF, Word, Excel, ODT, ODS, JPG or PNG"
EMPTY = "The selected file is empty"
PROTECTED = "The selected file is password protected"
FAILED = "The selected file could not be uploaded - try again"
SIZE = "The selected file must be smaller than 20MB"


def take(content, name, applicant, organisation, kind="accounts"):
    return documents.upload(by=applicant, organisation=organisation, kind=kind, upload=sent(content, name))


@pytest.mark.parametrize("name", files.GOOD)
def test_each_type_we_name_is_taken(name, applicant, organisation):
    document = take(files.GOOD[name](), name, applicant, organisation)
    assert document.name == name
    assert document.size == document.file.size
    assert document.type_name in ("PDF", "Word", "Excel", "ODT", "ODS", "JPG", "PNG")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (files.docx, "report.doc"),
        (files.doc, "report.docx"),
        (files.xlsx, "budget.xls"),
    ],
)
def test_an_older_name_of_the_same_kind_is_taken(content, name, applicant, organisation):
    assert take(content(), name, applicant, organisation).name == name


def test_a_name_without_an_end_gets_that_of_its_content(applicant, organisation):
    assert take(files.pdf(), "accounts", applicant, organisation).name == "accounts.pdf"


def test_a_pdf_that_only_forbids_printing_is_taken(applicant, organisation):
    assert take(files.pdf(owner_password="secret"), "a.pdf", applicant, organisation).pk


REFUSED = {
    "an empty file": (lambda: b"", "a.pdf", EMPTY),
    "a program": (lambda: b"MZ" + bytes(300), "a.exe", TYPE),
    "a program called a PDF": (lambda: b"MZ" + bytes(300), "a.pdf", TYPE),
    "a program before an archive": (lambda: b"MZ" + bytes(300) + files.docx(), "a.docx", TYPE),
    "a PDF called a picture": (files.pdf, "a.jpg", TYPE),
    "a picture called a PDF": (files.picture, "a.pdf", TYPE),
    "Excel called Word": (files.xlsx, "a.docx", TYPE),
    "old Excel called old Word": (files.xls, "a.doc", TYPE),
    "a drawing": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "a.svg", TYPE),
    "a drawing called a picture": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.png", TYPE),
    "a web page": (lambda: b"<html><script>alert(1)</script>", "a.html", TYPE),
    "a web page called a PDF": (lambda: b"<html>%PDF-1.4 %%EOF", "a.pdf", TYPE),
    "a web page called Excel": (lambda: b"<table><tr><td>1", "a.xls", TYPE),
    "plain text": (lambda: b"Some text", "a.txt", TYPE),
    "an archive": (lambda: files.package(("a.txt", "text")), "a.zip", TYPE),
    "an archive called Word": (lambda: files.package(("a.txt", "text")), "a.docx", TYPE),
    "a PDF that is an archive too": (lambda: files.pdf() + files.docx(), "a.pdf", TYPE),
    "an archive that is a PDF too": (
        lambda: files.package(("%PDF-1.7", "x"), ("[Content_Types].xml", "x")),
        "a.docx",
        TYPE,
    ),
    "Word with macros": (files.docm, "a.docm", TYPE),
    "Word with macros under another name": (files.docm, "a.docx", TYPE),
    "Word with macros and the type without": (
        lambda: files.docx(("word/vbaProject.bin", "macro")),
        "a.docx",
        TYPE,
    ),
    "an OpenDocument presentation": (lambda: files.opendocument("presentation"), "a.odt", TYPE),
    "an OpenDocument template": (lambda: files.opendocument("text-template"), "a.odt", TYPE),
    "another old compound file": (lambda: files.compound_file("Other", b"x"), "a.doc", TYPE),
    "a PDF with a password": (lambda: files.pdf("secret"), "a.pdf", PROTECTED),
    "Word with a password": (files.encrypted_docx, "a.docx", PROTECTED),
    "Word with a password called a PDF": (files.encrypted_docx, "a.pdf", TYPE),
    "an encrypted archive": (files.encrypted_zip_entry, "a.docx", PROTECTED),
    "OpenDocument with a password": (
        lambda: files.opendocument("text", "<manifest:encryption-data/>"),
        "a.odt",
        PROTECTED,
    ),
    "old Word with a password": (lambda: files.doc(encrypted=True), "a.doc", PROTECTED),
    "old Excel with a password": (lambda: files.xls(encrypted=True), "a.xls", PROTECTED),
    "a PDF that broke off": (lambda: files.pdf()[:-20], "a.pdf", FAILED),
    "only the start of a PDF": (lambda: b"%PDF-1.7\n%%EOF", "a.pdf", FAILED),
    "Word that broke off": (lambda: files.docx()[:-30], "a.docx", FAILED),
    "old Word that broke off": (lambda: files.doc()[:2000], "a.doc", FAILED),
    "a picture that broke off": (lambda: files.picture(size=(500, 500))[:-300], "a.jpg", FAILED),
    "a PNG that broke off": (lambda: files.picture("PNG", size=(500, 500))[:-30], "a.png", FAILED),
    "a small file that unpacks to a lot": (files.bomb, "a.docx", FAILED),
    "one that says that it does not": (files.lying_bomb, "a.docx", FAILED),
    "a picture that says it is immense": (files.huge_picture, "a.png", FAILED),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_gets_its_sentence_and_leaves_nothing(what, applicant, organisation):
    content, name, sentence = REFUSED[what]
    with pytest.raises(FileRefused) as refused:
        take(content(), name, applicant, organisation)
    assert str(refused.value) == sentence
    assert not Document.objects.exists()


def test_a_file_of_20_megabytes_is_too_large_and_one_just_below_is_not(applicant, organisation):
    most = 20 * 1024 * 1024
    with pytest.raises(FileRefused, match=SIZE):
        take(files.pdf_of(most), "a.pdf", applicant, organisation)
    with pytest.raises(FileRefused, match=SIZE):
        take(bytes(21 * 1024 * 1024), "a.exe", applicant, organisation)
    assert take(files.pdf_of(most - 1), "a.pdf", applicant, organisation).size == most - 1


def test_the_size_is_a_setting(applicant, organisation, settings):
    settings.MOST_UPLOAD_MB = 1
    with pytest.raises(FileRefused, match="The selected file must be smaller than 1MB"):
        take(bytes(1024 * 1024), "a.pdf", applicant, organisation)


@pytest.mark.parametrize("name", ["accounts.pdf", "accounts.docx", "accounts.doc", "accounts.xls"])
def test_a_file_with_random_faults_never_raises_anything_else(name, applicant, organisation):
    chance = random.Random(name)
    for _ in range(4):
        content = bytearray(files.GOOD[name]())
        for _ in range(12):
            content[chance.randrange(8, len(content))] = chance.randrange(256)
        try:
            take(bytes(content), name, applicant, organisation)
        except FileRefused as refused:
            assert str(refused) in (TYPE, PROTECTED, FAILED)


def test_a_file_that_keeps_its_reader_busy_is_let_go_in_time(applicant, organisation, monkeypatch):
    monkeypatch.setattr(documents, "SECONDS", 0.001)
    with pytest.raises(FileRefused, match=FAILED):
        take(files.pdf(), "a.pdf", applicant, organisation)


def test_the_process_that_reads_cannot_take_all_memory():
    greedy = "from organisations import inspection; inspection._set_bounds(); bytes(2 * 1024**3)"
    done = subprocess.run(
        [sys.executable, "-c", greedy], cwd=settings.BASE_DIR, capture_output=True, text=True, check=False
    )
    assert "MemoryError" in done.stderr


# -- Pictures ----------------------------------------------------------------------------------------------


def test_a_photo_loses_its_place_and_comments_and_stands_upright(applicant, organisation):
    photo = files.phone_photo()
    assert b"Example phone" in photo
    assert b"secret" in photo
    document = take(photo, "photo.jpg", applicant, organisation)
    stored = document.file.read()
    assert b"Exif" not in stored
    assert b"Example phone" not in stored
    assert b"secret" not in stored
    with Image.open(io.BytesIO(stored)) as image:
        assert image.size == (20, 40)  # it was 40 by 20, on its side
        assert not image.getexif()


def test_what_stands_after_the_end_of_a_picture_is_gone(applicant, organisation):
    for name, kind in (("a.jpg", "JPEG"), ("a.png", "PNG")):
        document = take(files.picture(kind) + b"<script>hidden</script>", name, applicant, organisation)
        assert b"hidden" not in document.file.read()


def test_the_text_in_a_png_is_gone_and_its_transparency_stays(applicant, organisation):
    from PIL.PngImagePlugin import PngInfo

    text = PngInfo()
    text.add_text("Author", "A secret person")
    out = io.BytesIO()
    Image.new("P", (10, 10)).save(out, "PNG", pnginfo=text, transparency=0)
    stored = take(out.getvalue(), "a.png", applicant, organisation).file.read()
    assert b"secret" not in stored
    with Image.open(io.BytesIO(stored)) as image:
        assert image.info["transparency"] == 0


# -- Names -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\someone\\accounts.pdf", "accounts.pdf"),
        ("/absolute/accounts.pdf", "accounts.pdf"),
        ("annual\u202efdp.exe.pdf", "annualfdp.exe.pdf"),
        ("a\x00b\x1f\u200b.pdf", "ab.pdf"),
        ("two\nlines\tand  spaces.pdf", "twolinesand spaces.pdf"),
        ('quote"d<b>.pdf', "quote d b.pdf"),
        (".pdf", "document.pdf"),
        ("...", "document"),
        ("", "document"),
        ("Cafe\u0301 accounts.pdf", "Café accounts.pdf"),
        ("x" * 300 + ".docx", "x" * 145 + ".docx"),
        ("a." + "y" * 300, "a." + "y" * 148),
    ],
)
def test_a_name_is_cleaned(given, kept):
    assert clean_file_name(given) == kept
    assert len(clean_file_name(given)) <= 150


def test_the_name_on_disk_is_ours(applicant, organisation):
    document = take(files.pdf(), "../../etc/passwd.pdf", applicant, organisation)
    assert document.name == "passwd.pdf"
    assert document.file.name.startswith("documents/")
    assert "passwd" not in document.file.name


def test_a_direction_mark_does_not_hide_a_program(applicant, organisation):
    with pytest.raises(FileRefused, match=TYPE):
        take(files.pdf(), "annual\u202efdp.exe", applicant, organisation)


@pytest.mark.parametrize(
    ("size", "words"),
    [(1, "1KB"), (219_000, "214KB"), (1_258_291, "1.2MB"), (20 * 1024 * 1024, "20MB"), (1_048_576, "1MB")],
)
def test_sizes_are_written_shortly(size, words):
    assert format_size(size) == words


# -- Who ---------------------------------------------------------------------------------------------------


def test_owner_and_colleague_upload_and_a_stranger_does_not(applicant, colleague, stranger, organisation):
    for person in (applicant, colleague):
        assert take(files.pdf(title=str(person.pk)), "a.pdf", person, organisation).uploaded_by == person
    with pytest.raises(RuleBroken, match="Only people who act for the organisation"):
        take(files.pdf(), "a.pdf", stranger, organisation)


def test_an_archive_with_very_many_entries_is_refused(applicant, organisation):
    many = [(f"word/{n}.xml", "") for n in range(10_001)]
    content = files.package(
        ("[Content_Types].xml", files.content_types(files.DOCX)), *many, compress=zipfile.ZIP_STORED
    )
    with pytest.raises(FileRefused, match=FAILED):
        take(content, "a.docx", applicant, organisation)
