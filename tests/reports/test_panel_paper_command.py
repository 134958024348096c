"""`manage.py panel_paper` writes a paper to a file, or says in a sentence why it cannot."""

import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from . import making


@pytest.fixture(autouse=True)
def office_facts(office):
    return office


def test_a_draft_is_written_and_marked(tmp_path, capsys):
    making.drafted_paper([making.published()])
    call_command("panel_paper", "2019-06-12", "--format", "html", "--out", str(tmp_path / "paper.html"))
    text = (tmp_path / "paper.html").read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert '<p class="paper-draft">DRAFT</p>' in text
    assert "DRAFT" in capsys.readouterr().out


def test_a_draft_as_pdf(tmp_path):
    making.drafted_paper([making.published()])
    call_command("panel_paper", "2019-06-12", "--format", "pdf", "--out", str(tmp_path / "paper.pdf"))
    assert (tmp_path / "paper.pdf").read_bytes().startswith(b"%PDF-1.7")


def test_an_approved_paper_is_written_as_it_was_kept(tmp_path):
    paper = making.approved_paper([making.published()])
    version = paper.versions.get()
    for kind, kept in (("html", version.html.encode()), ("pdf", bytes(version.pdf))):
        for name in ("first", "second"):
            call_command("panel_paper", "2019-06-12", "--format", kind, "--out", str(tmp_path / name))
            assert (tmp_path / name).read_bytes() == kept


def test_without_a_file_name_it_takes_the_papers_own(tmp_path, monkeypatch):
    making.drafted_paper([making.published()])
    monkeypatch.chdir(tmp_path)
    call_command("panel_paper", "2019-06-12", "--format", "html")
    assert [path.name for path in tmp_path.iterdir()] == ["2019-06-12 Update on expenditure - DRAFT.html"]


def test_an_unknown_date_says_which_papers_there_are(tmp_path):
    making.paper()
    with pytest.raises(
        CommandError, match=r"no paper for 13 June 2019\. There are papers for: 12 June 2019\."
    ):
        call_command("panel_paper", "2019-06-13", "--out", str(tmp_path / "x"))
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("text", ["12 June 2019", "2019-13-01", "20190612", "2019-W24-3", "", "2019-06-12x"])
def test_what_is_no_date_says_how_to_write_one(text):
    with pytest.raises(CommandError, match="Write it as year-month-day: 2019-06-12"):
        call_command("panel_paper", text)


def test_a_file_that_cannot_be_written_says_so(tmp_path):
    making.drafted_paper([making.published()])
    for path in (tmp_path, tmp_path / "missing" / "paper.html"):
        with pytest.raises(CommandError, match="cannot be written"):
            call_command("panel_paper", "2019-06-12", "--format", "html", "--out", str(path))


def test_without_office_settings_it_says_so(tmp_path):
    from office.models import OfficeSettings

    making.drafted_paper([making.published()])
    OfficeSettings.objects.all().delete()
    with pytest.raises(CommandError, match="office settings"):
        call_command("panel_paper", "2019-06-12", "--out", str(tmp_path / "x"))


def test_the_shell_sees_a_sentence_and_the_right_exit_status(settings):
    def run(*arguments):
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "panel_paper", *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=settings.BASE_DIR)

    wrong = run("yesterday")
    assert (wrong.returncode, "Traceback" in wrong.stderr) == (2, False)
    assert "Write it as year-month-day" in wrong.stderr
    assert run("2019-06-12", "--format", "docx").returncode == 2
    helped = run("--help")
    assert helped.returncode == 0
    assert "exactly as it was approved" in " ".join(helped.stdout.split())
