"""Names and sizes of files."""

import re
import unicodedata

MOST_CHARACTERS = 150
MOST_OF_EXTENSION = 10


def clean_file_name(name: str) -> str:
    """A name that can be shown and saved anywhere: no path, nothing unseen, at most 150 characters.

    The extension stays whatever is cut. Marks that turn the direction of text, which make a program look
    like a letter, are gone; so are the signs that Windows refuses.
    """
    name = re.split(r"[\\/]", str(name or ""))[-1]
    name = unicodedata.normalize("NFC", name)
    name = "".join(one if unicodedata.category(one)[0] != "Z" else " " for one in name)
    name = "".join(one for one in name if unicodedata.category(one)[0] != "C")
    name = " ".join(re.sub(r'[<>:"|?*]', " ", name).split()).rstrip(". ")
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > MOST_OF_EXTENSION:
        stem, dot, extension = name, "", ""
    stem = stem.strip(". ") or "document"
    return stem[: MOST_CHARACTERS - len(dot + extension)].rstrip(". ") + dot + extension


def format_size(size: int) -> str:
    """'214KB', '1.2MB', '20MB' (screens.md section 5); at least 1KB."""
    kilobytes = max(1, round(size / 1024))
    if kilobytes < 1000:
        return f"{kilobytes}KB"
    return f"{size / 1024 / 1024:.1f}".removesuffix(".0") + "MB"
