"""Production refuses to start unsafe, and says what to put right."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

SAFE = {
    "ENVIRONMENT": "production",
    "SECRET_KEY": "a-key-of-more-than-fifty-characters-for-this-test-only-0123456789",
    "ALLOWED_HOSTS": "grants.example.org",
    "SITE_URL": "https://grants.example.org",
    "DATABASE_URL": "postgres://grants:word@localhost/grants",
    "CELERY_BROKER_URL": "redis://localhost:6379/0",
}


def load(**variables):
    """Load the settings in a fresh process; an empty value unsets a variable. Answers (status, output)."""
    environment = {"PATH": os.environ["PATH"], "ENV_FILE": "/nonexistent"} | SAFE | variables
    answer = subprocess.run(
        [sys.executable, "-c", "import pcc_grants.settings as s; print(s.DEBUG, s.SECURE_HSTS_SECONDS > 0)"],
        cwd=settings.BASE_DIR,
        env={name: value for name, value in environment.items() if value},
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.returncode, answer.stdout + answer.stderr


def test_safe_settings_load_without_debug_and_with_strict_https(tmp_path):
    assert load(STATE_DIR=str(tmp_path)) == (0, "False True\n")


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"DEBUG": "true"}, "DEBUG is on"),
        ({"DEMONSTRATION": "true"}, "DEMONSTRATION is on"),
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing, a default or short"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is missing, a default or short"),
        (
            {"SECRET_KEY": "django-insecure-" + SAFE["SECRET_KEY"]},
            "SECRET_KEY is missing, a default or short",
        ),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS is empty"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS is empty or '*'"),
        ({"DATABASE_URL": ""}, "DATABASE_URL is missing"),
        ({"CELERY_BROKER_URL": ""}, "CELERY_BROKER_URL is missing"),
        ({"SESSION_COOKIE_SECURE": "false"}, "SESSION_COOKIE_SECURE is off"),
        ({"CSRF_COOKIE_SECURE": "false"}, "CSRF_COOKIE_SECURE is off"),
        ({"SITE_URL": "http://grants.example.org"}, "SITE_URL is missing or not https"),
        ({"CLAMAV_ADDRESS": "clamav:3310"}, "CLAMAV_ADDRESS must be like tcp://HOST:3310"),
        ({"ENVIRONMENT": "staging"}, "ENVIRONMENT must be development or production"),
    ],
)
def test_an_unsafe_setting_is_refused_with_what_to_do(tmp_path, variables, sentence):
    status, output = load(STATE_DIR=str(tmp_path), **variables)

    assert status == 1
    assert "ImproperlyConfigured" in output
    assert sentence in output


def test_everything_to_put_right_is_said_at_once(tmp_path):
    _, output = load(STATE_DIR=str(tmp_path), DEBUG="true", SECRET_KEY="", ALLOWED_HOSTS="")

    assert all(name in output for name in ("DEBUG is on", "SECRET_KEY is missing", "ALLOWED_HOSTS is empty"))


def test_a_refused_start_makes_nothing(tmp_path):
    load(STATE_DIR=str(tmp_path / "state"), SECRET_KEY="")

    assert not (tmp_path / "state").exists()


def test_development_needs_nothing_set_and_keeps_its_key_private(tmp_path):
    nothing = dict.fromkeys(SAFE, "")
    status, _ = load(**nothing | {"STATE_DIR": str(tmp_path)})
    key = tmp_path / "secret_key"
    first = key.read_text()
    load(**nothing | {"STATE_DIR": str(tmp_path)})

    assert status == 0
    assert len(first) > 50
    assert key.read_text() == first
    assert key.stat().st_mode & 0o777 == 0o600
