"""`./run` says in one sentence what stands in its way, before anything is installed."""

import os
import shutil
import subprocess
import sys

import pytest
from django.conf import settings

STAND_INS = {
    # Neither root, nor anybody whom sudo trusts without a password, on a machine with apt-get.
    "id": 'case "$1" in -u) echo 1000 ;; *) echo somebody ;; esac',
    "sudo": "exit 1",
    "apt-get": "exit 1",
}


@pytest.fixture
def bare_clone(tmp_path):
    """A folder, with a space in its name, that holds only the script and the lock; nothing is set up."""
    folder = tmp_path / "a clone"
    folder.mkdir()
    for name in ("run", "requirements.txt"):
        shutil.copy(settings.BASE_DIR / name, folder / name)
    return folder


def run(folder, *arguments, programs=None, cwd=None, **variables):
    """Call ./run with some programs of the machine replaced. Answers (status, its one sentence)."""
    stand_ins = folder.parent / "bin"
    stand_ins.mkdir(exist_ok=True)
    for name, script in (STAND_INS | (programs or {})).items():
        (stand_ins / name).write_text(f"#!/bin/sh\n{script}\n")
        (stand_ins / name).chmod(0o755)
    answer = subprocess.run(
        [folder / "run", *arguments],
        cwd=cwd or folder,
        env={"PATH": f"{stand_ins}:{os.environ['PATH']}", "HOME": str(folder.parent)} | variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return answer.returncode, (answer.stdout if arguments == ("--help",) else answer.stderr).strip()


def python_where(fails):
    """A python3 that fails when its arguments contain some words."""
    return f'case "$*" in *"{fails}"*) exit 1 ;; esac\nexec "{sys.executable}" "$@"'


def test_help_is_shown_from_any_folder(bare_clone, tmp_path):
    status, output = run(bare_clone, "--help", cwd=tmp_path)

    assert status == 0
    assert "./run test" in output


@pytest.mark.parametrize("port", ["http", "0", "-1", "123456", "80 80"])
def test_a_port_that_is_none_is_refused(bare_clone, port):
    assert run(bare_clone, PORT=port) == (
        1,
        f'run: PORT must be a number between 1 and 65535, not "{port}".',
    )


def test_a_missing_system_library_is_named_with_the_line_to_type(bare_clone):
    status, sentence = run(bare_clone, programs={"python3": python_where("CDLL")})

    assert status == 1
    assert sentence.startswith(
        "run: This machine lacks some system packages. Type: sudo apt-get install -y libpango-1.0-0 "
    )
    assert len(sentence.splitlines()) == 1


def test_a_python_without_venv_is_named_with_the_line_to_type(bare_clone):
    assert run(bare_clone, programs={"python3": python_where("import venv, ensurepip")}) == (
        1,
        "run: This machine lacks some system packages. Type: sudo apt-get install -y python3-venv",
    )


def test_a_full_disk_is_said_before_anything_is_installed(bare_clone):
    table = "printf 'Filesystem 1024-blocks Used Available Capacity Mounted\\n/dev/x 9 9 20480 99%% /\\n'"
    status, sentence = run(bare_clone, programs={"df": table, "python3": python_where("nothing at all")})

    assert status == 1
    assert sentence == (
        f"run: There is not enough space on the disk of {bare_clone}/var: "
        "20 MB are free and 250 MB are needed."
    )
    assert not (bare_clone / ".venv").exists()
