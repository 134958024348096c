"""Text as people type and paste it: counted as the page counts it, stored as the database can hold it."""

import re
import unicodedata

# What the database refuses (NUL) and what no one can see: control characters other than tab and new line,
# half surrogates, and the marks that turn the direction of the text after them.
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# Spaces and marks without width by their category, and the letters and marks that are drawn as nothing.
_UNSEEN_CATEGORIES = {"Cc", "Cf", "Zs", "Zl", "Zp"}
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\ufe0e\ufe0f\uffa0")


def clean(text: str) -> str:
    """The text without characters that cannot be stored or that disguise it; plain line ends; trimmed.

    Text in which there is nothing to see is empty: a signature of spaces without width is none.
    """
    text = _UNSTORABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return text if any(map(_is_seen, text)) else ""


def _is_seen(character: str) -> bool:
    return unicodedata.category(character) not in _UNSEEN_CATEGORIES and character not in _UNSEEN


def clean_line(text: str) -> str:
    """`clean` for a one-line field: every run of white space becomes one space."""
    return " ".join(clean(text).split())


def count_words(text: str) -> int:
    """How many words, split on white space: the same count as on the page (screens.md 3.5)."""
    return len(text.split())
