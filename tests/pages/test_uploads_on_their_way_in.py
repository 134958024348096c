"""Files stream to disk, no more of one than we take, and a disk that refuses breaks no page."""

import os
import resource

import pytest
from django.conf import settings
from django.test import RequestFactory

from organisations import documents
from tests.organisations.files import sent

MEGABYTE = 1024 * 1024


def arrive(content: bytes, name="accounts.pdf"):
    request = RequestFactory().post("/", {"file": sent(content, name), "text": "kept"})
    assert request.POST["text"] == "kept"
    return request.FILES["file"]


def test_a_file_lies_on_disk_whole_under_its_name():
    with arrive(b"x" * 3 * MEGABYTE) as file:
        assert file.name == "accounts.pdf"
        assert file.size == 3 * MEGABYTE == os.path.getsize(file.temporary_file_path())
        assert file.read() == b"x" * 3 * MEGABYTE


def test_a_small_one_too():
    with arrive(b"x") as file:
        assert file.read() == b"x"
        assert hasattr(file, "temporary_file_path")


def test_of_a_very_large_file_the_size_is_known_and_only_the_beginning_kept():
    with arrive(bytes(40 * MEGABYTE)) as file:
        assert file.size == 40 * MEGABYTE
        assert os.path.getsize(file.temporary_file_path()) <= (settings.MOST_UPLOAD_MB + 2) * MEGABYTE


def test_a_name_that_no_disk_would_take_does_no_harm():
    with arrive(b"x", "a." + "é" * 250) as file:
        assert file.read() == b"x"


def test_a_disk_that_fills_up_makes_a_file_that_says_so():
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        file = arrive(bytes(MEGABYTE))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert file.has_failed
    assert file.size == MEGABYTE


def test_a_temporary_folder_that_is_not_there_makes_a_file_that_says_so(settings):
    settings.FILE_UPLOAD_TEMP_DIR = "/no/such/folder"
    assert arrive(b"x").has_failed


def test_a_file_that_did_not_arrive_gets_its_sentence(applicant, organisation):
    file = sent(b"x", "a.pdf")
    file.has_failed = True
    with pytest.raises(documents.FileRefused, match="could not be uploaded - try again"):
        documents.upload(by=applicant, organisation=organisation, kind="accounts", upload=file)


def test_nothing_is_left_in_the_temporary_folder(tmp_path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    with arrive(bytes(MEGABYTE)):
        assert len(list(tmp_path.iterdir())) == 1
    assert list(tmp_path.iterdir()) == []
