"""Settings, all of them, driven by the environment. docs/running.md explains each variable.

`ENVIRONMENT` is `development` (the default: everything needed is started from this folder) or `production`,
which refuses to start until every unsafe setting is put right.
"""

import os
import secrets
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from pcc_grants.embedded import server as embedded_server

BASE_DIR = Path(__file__).resolve().parent.parent

TESTING = "pytest" in sys.modules
env = environ.Env()
_env_file = Path(env.str("ENV_FILE", default=str(BASE_DIR / ".env")))
if _env_file.is_file() and not TESTING:  # tests are the same whatever this machine is set up for
    env.read_env(_env_file)

ENVIRONMENT = env.str("ENVIRONMENT", default="development")
if ENVIRONMENT not in ("development", "production"):
    raise ImproperlyConfigured(f"ENVIRONMENT must be development or production, not {ENVIRONMENT!r}.")
PRODUCTION = ENVIRONMENT == "production"

# -- State: everything that is written lives in one folder ---------------------------------------------------

STATE_DIR = Path(env.str("STATE_DIR", default=str(BASE_DIR / "var"))).expanduser().resolve()
if TESTING:
    TEST_SCRATCH = tempfile.TemporaryDirectory(prefix="pcc-grants-test-", ignore_cleanup_errors=True)
    WRITE_DIR = Path(TEST_SCRATCH.name)
else:
    WRITE_DIR = STATE_DIR


def development_secret_key() -> str:
    """The key in var/secret_key, made once. Two processes starting together agree on one key."""
    path = STATE_DIR / "secret_key"
    try:
        if not path.exists():
            STATE_DIR.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f"secret_key.{os.getpid()}")
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(64))
            try:
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return path.read_text()
    except OSError as error:
        raise ImproperlyConfigured(
            f"The folder {STATE_DIR} cannot be written ({error.strerror}). "
            "Put that right, or set STATE_DIR to another folder."
        ) from error


# -- Core ----------------------------------------------------------------------------------------------------

DEBUG = env.bool("DEBUG", default=False)
DEMONSTRATION = env.bool("DEMONSTRATION", default=not PRODUCTION)
PORT = env.int("PORT", default=8000)
SITE_URL = env.str("SITE_URL", default=f"http://localhost:{PORT}").rstrip("/")

SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY and not PRODUCTION:
    SECRET_KEY = development_secret_key()
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

ROOT_URLCONF = "pcc_grants.urls"
WSGI_APPLICATION = "pcc_grants.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "crispy_forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_filters",
    "audit",
    "office",
    "notifications",
    "accounts",
    "organisations",
    "questionnaires",
    "funds",
    "applications",
    "awards",
    "monitoring",
    "reports",
    "demonstration",
    "pcc_grants",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "pcc_grants.sessions.extend_session",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.KeepTypedText",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "pcc_grants.methods.explain_refused_method",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pcc_grants.context.site",
            ],
            "builtins": ["pcc_grants.templatetags.tokens"],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "govuk"
CRISPY_TEMPLATE_PACK = "govuk"
CRISPY_FAIL_SILENTLY = False
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# -- Database ------------------------------------------------------------------------------------------------

DATABASE_URL = env.str("DATABASE_URL", default="")
if DATABASE_URL:
    _database = env.db_url("DATABASE_URL")
    _database["ENGINE"] = "django.db.backends.postgresql"  # the only engine (docs/adr/0002)
else:
    _database = {
        "ENGINE": "pcc_grants.embedded",
        "NAME": "postgres",
        "USER": "postgres",
        "HOST": str(embedded_server.configure(STATE_DIR / "postgres")),
    }
_database["TEST"] = {"NAME": env.str("TEST_DATABASE_NAME", default="test_pcc_grants")}
_database["CONN_MAX_AGE"] = 0 if TESTING else 60
_database["CONN_HEALTH_CHECKS"] = True
if TESTING:
    _database.setdefault("OPTIONS", {})["options"] = "-c synchronous_commit=off"
DATABASES = {"default": _database}

# Sign-in limits are counted here: shared between the web processes, so not local memory (docs/adr/0005).
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    if TESTING
    else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
}

# -- Language and time ---------------------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English")]
TIME_ZONE = "Europe/London"
USE_TZ = True

# -- Accounts ------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "after_sign_in"
LOGOUT_REDIRECT_URL = "sign_in"

_VALIDATION = "django.contrib.auth.password_validation."
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": _VALIDATION + "UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["name", "email"]},
    },
    {"NAME": _VALIDATION + "MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": _VALIDATION + "CommonPasswordValidator"},
]
if TESTING:  # the real hasher takes 0.3 s a password
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # the code, or the link of an invitation, proves the address
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = int(timedelta(minutes=15).total_seconds())
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 6}
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {  # besides allauth's own, such as 5 wrong passwords in 5 minutes
    "request_login_code": "20/m/ip,3/m/key,20/h/key",
    "try_login_code": "20/m/ip,3/15m/key",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = env.str("MFA_TOTP_ISSUER", default="PCC Grants")

SESSION_ENGINE = "pcc_grants.sessions"
SESSION_COOKIE_AGE = int(timedelta(hours=2).total_seconds())
SESSION_EXTEND_EVERY = int(timedelta(minutes=5).total_seconds())
SESSION_WARNING_SECONDS = int(timedelta(minutes=5).total_seconds())  # before the end (screens.md 1.4)

# -- Browser security ----------------------------------------------------------------------------------------

SESSION_COOKIE_SECURE = env.bool("SESSION_COOKIE_SECURE", default=PRODUCTION)
CSRF_COOKIE_SECURE = env.bool("CSRF_COOKIE_SECURE", default=PRODUCTION)
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "pcc_grants.views.csrf_failure"
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=PRODUCTION)
SECURE_REDIRECT_EXEMPT = [r"^health/?$"]
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000 if PRODUCTION else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=PRODUCTION)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=PRODUCTION)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Only behind a proxy that removes the header from what it receives; else anybody could claim https.
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # limits count the address that the proxy saw

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

# -- Files and uploads ---------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(STATE_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = env.str("MEDIA_ROOT", default=str(WRITE_DIR / "media"))  # never served: views hand files out
_static_storage = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if TESTING
    else "pcc_grants.static_files.HashedStaticFiles"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _static_storage},
}
if TESTING:  # straight from the source folders: tests need no collectstatic
    WHITENOISE_USE_FINDERS = True
    WHITENOISE_AUTOREFRESH = True
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 4
FILE_UPLOAD_HANDLERS = ["pcc_grants.uploads.BoundedUploadHandler"]  # to disk, and no more than we take
MOST_UPLOAD_MB = env.int("MOST_UPLOAD_MB", default=20)
CLAMAV_ADDRESS = "" if TESTING else env.str("CLAMAV_ADDRESS", default="")
if CLAMAV_ADDRESS and not CLAMAV_ADDRESS.startswith(("tcp://", "unix:///")):
    raise ImproperlyConfigured(
        f"CLAMAV_ADDRESS must be like tcp://HOST:3310 or unix:///PATH, not {CLAMAV_ADDRESS!r}."
    )

# -- E-mail --------------------------------------------------------------------------------------------------

if env.str("EMAIL_URL", default=""):
    globals().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(WRITE_DIR / "mail")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="grants@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# -- Background work -----------------------------------------------------------------------------------------

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="")
if TESTING:
    CELERY_BROKER_URL = "memory://"
elif not CELERY_BROKER_URL:
    CELERY_BROKER_URL = "filesystem://localhost"
    CELERY_BROKER_TRANSPORT_OPTIONS = embedded_server.broker_folders(STATE_DIR / "broker")
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 3600,
        "socket_connect_timeout": 2,
        "socket_timeout": 5,
        "max_retries": 1,  # a page that queues something does not wait for a broker that is away
        "interval_start": 0,
        "interval_step": 0.2,
    }
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # the worker waits for it, however long
CELERY_TASK_PUBLISH_RETRY = False  # the sweep recovers what could not be queued
CELERY_TASK_ALWAYS_EAGER = env.bool("CELERY_TASK_ALWAYS_EAGER", default=False)
CELERY_TASK_EAGER_PROPAGATES = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = CELERY_BROKER_URL.startswith(("redis", "rediss"))
CELERY_TASK_SOFT_TIME_LIMIT = 300
CELERY_TASK_TIME_LIMIT = 360
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_POOL = "prefork"  # the others ignore time limits
CELERY_WORKER_CONCURRENCY = env.int("WORKER_CONCURRENCY", default=2)
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = CELERY_TASK_ACKS_LATE  # they come again
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(WRITE_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "send-messages": {
        "task": "notifications.tasks.send_due_messages",
        "schedule": timedelta(seconds=60),
        "options": {"expires": 60},
    },
    "close-rounds": {
        "task": "applications.tasks.close_rounds",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 300},
    },
    "scan-documents": {
        "task": "organisations.tasks.scan_documents",
        "schedule": timedelta(seconds=60),
        "options": {"expires": 60},
    },
    "sweep-files": {
        "task": "organisations.tasks.sweep_files",
        "schedule": timedelta(hours=6),
        "options": {"expires": 3600},
    },
    "erase-removed-documents": {
        "task": "applications.tasks.erase_removed_documents",
        "schedule": timedelta(hours=6),
        "options": {"expires": 3600},
    },
    "delete-kept-texts": {
        "task": "accounts.tasks.delete_kept_texts",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "make-copies-of-applications": {
        "task": "applications.tasks.make_copies",
        "schedule": timedelta(seconds=60),
        "options": {"expires": 60},
    },
    "run-bulk-actions": {
        "task": "applications.tasks.run_bulk_actions",
        "schedule": timedelta(seconds=60),
        "options": {"expires": 60},
    },
    "remind-drafts": {
        "task": "applications.tasks.remind_drafts",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 300},
    },
    "remind-assessors": {
        "task": "applications.tasks.remind_assessors",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "tell-drafts-of-new-closing-times": {
        "task": "applications.tasks.tell_of_new_closing_time",
        "schedule": timedelta(minutes=5),
        "options": {"expires": 300},
    },
    "release-outcomes": {
        "task": "applications.tasks.release_outcomes",
        "schedule": timedelta(seconds=60),
        "options": {"expires": 60},
    },
    "sweep-questions": {
        "task": "applications.tasks.sweep_questions",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "sweep-decision-points": {
        "task": "awards.tasks.sweep_decision_points",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "refresh-gates-of-next-years": {
        "task": "monitoring.tasks.refresh_gates",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "tell-approvers-what-waits": {
        "task": "reports.tasks.tell_approvers",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
    "open-returns-and-chase": {
        "task": "monitoring.tasks.chase",
        "schedule": timedelta(hours=1),
        "options": {"expires": 3600},
    },
}

# -- Logging: to standard output, quiet, and nothing that names a person ------------------------------------

LOG_LEVEL = env.str("LOG_LEVEL", default="WARNING")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {
        "stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "plain"}
    },
    "root": {"handlers": ["stdout"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        # 404 and 403 lines carry addresses, and addresses may carry one-time keys.
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "django.security.csrf": {"level": "ERROR"},
    },
}

# -- Production refuses to start unsafe ----------------------------------------------------------------------

if PRODUCTION:
    _is_weak = len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5 or "insecure" in SECRET_KEY.lower()
    _refusals = {
        "DEBUG is on: set DEBUG=false.": DEBUG,
        "DEMONSTRATION is on: set DEMONSTRATION=false.": DEMONSTRATION,
        "SECRET_KEY is missing, a default or short: set it to 50 or more random characters.": _is_weak,
        "ALLOWED_HOSTS is empty or '*': set it to the names this service answers to.": (
            not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS
        ),
        "DATABASE_URL is missing: set it to postgres://USER:PASSWORD@HOST/NAME.": not DATABASE_URL,
        "CELERY_BROKER_URL is missing: set it to redis://HOST:6379/0.": (
            not env.str("CELERY_BROKER_URL", default="")
        ),
        "SESSION_COOKIE_SECURE is off: set it to true.": not SESSION_COOKIE_SECURE,
        "CSRF_COOKIE_SECURE is off: set it to true.": not CSRF_COOKIE_SECURE,
        "SITE_URL is missing or not https: set it to the address in the links of e-mails.": (
            not SITE_URL.startswith("https://")
        ),
    }
    _problems = [sentence for sentence, refused in _refusals.items() if refused]
    if _problems:
        raise ImproperlyConfigured("Production will not start. " + " ".join(_problems))
