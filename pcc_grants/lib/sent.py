"""What a form sent, so that it can be kept, shown and sent again: without tokens, secrets and files.

Every form of a signed-in person says, signed, whom its page was made for (`templatetags/tokens.py`): what it
sends after the sign-in has ended is then kept for that person and shown to nobody else (screens.md 3.6).
"""

import re

from django.core import signing
from django.utils.text import capfirst

from .text import clean

MADE_FOR = "made-for"  # hidden field: the person, signed
KEPT_TEXT = "kept-text"  # hidden field: the key of the kept text that is put back
TOKENS = frozenset({"csrfmiddlewaretoken", MADE_FOR, KEPT_TEXT})
# Whole names of fields, never parts of them: a question about an opinion is no secret.
SECRETS = frozenset({
    "account_name", "account_number", "authenticator_code", "login", "new_password", "new_password1",
    "new_password2", "old_password", "otp", "otp_token", "password", "password1", "password2", "pin",
    "recovery_code", "roll_number", "secret", "sort_code", "token",
})  # fmt: skip
MOST_FIELDS = 1_900  # a little below what one request may hold, so that they can be sent again
MOST_SHOWN = 50
_SALT = "pcc_grants.made_for"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# Fields that a page sends for itself: sent again, but nothing that a person wrote.
_OF_THE_PAGE = re.compile(r"revision-.*|section|question|version|hand_over|later|add|remove")


def sign_for(user) -> str:
    """The value of the hidden field on pages made for this person."""
    return signing.dumps(user.pk, salt=_SALT)


def made_for(request) -> int | None:
    """The primary key of the person whom the page that sent this was made for; None when it does not say."""
    try:
        pk = signing.loads(request.POST.get(MADE_FOR, ""), salt=_SALT)
    except signing.BadSignature:
        return None
    return pk if type(pk) is int else None


def sent_fields(request) -> list[list]:
    """[[name, value], …] as sent, without tokens. The value is None for a file: files cannot be kept."""
    fields = [
        [_UNSTORABLE.sub("", name), _UNSTORABLE.sub("", value)]
        for name, values in request.POST.lists()
        if name not in TOKENS
        for value in values
    ]
    return fields + [[_UNSTORABLE.sub("", name), None] for name in request.FILES]


def is_secret(name: str, value: str | None = "") -> bool:
    """Whether a field takes a password, bank details or a code that signs somebody in.

    A code of figures alone is one of those; the code of a fund or a district has letters.
    """
    plain = name.lower().replace("-", "_")
    return plain in SECRETS or (plain == "code" and (value or "").strip().isdigit())


def has_secret(fields) -> bool:
    return any(is_secret(name, value) for name, value in fields)


def label_of(name: str) -> str:
    """'q-costs-0-what' → 'Costs 1 what': a field's name as words."""
    words = re.sub(r"^q-", "", clean(name).lower())
    words = re.sub(r"-([0-9]{1,3})-", lambda found: f" {int(found[1]) + 1} ", words)
    return capfirst(re.sub(r"[-_]+", " ", words).strip())[:80]


def shown(fields) -> list[tuple[str, str]]:
    """[(label, text), …] of what a person wrote or chose, without secrets and files; the first fifty."""
    texts: dict[str, list[str]] = {}
    for name, value in fields:
        if value is not None and not is_secret(name, value) and not _OF_THE_PAGE.fullmatch(name):
            texts.setdefault(name, []).append(value)
    found = [(label_of(name), clean("\n".join(values))) for name, values in texts.items()]
    return [(label, text) for label, text in found if text][:MOST_SHOWN]


def files_of(fields) -> list[str]:
    """The labels of the files that were sent along and could not be kept."""
    return [label_of(name) for name, value in fields if value is None]


def sendable(fields) -> list[tuple[str, str]]:
    """(name, value) of the fields that are sent again."""
    return [(name, value) for name, value in fields if value is not None]


def sent_from_elsewhere(request) -> bool:
    """Whether the browser says that the form stood on a page of another site."""
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin != f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none")
