"""Screening of free text for what may name a person (domain.md section 2, UK GDPR).

It finds forms, not meanings: it helps a writer who forgot, and cannot find every name.
"""

import re

# Every repetition is bounded, so that no text, however long, takes long to search.
_FORMS = (
    ("an email address", re.compile(r"(?<=[^\s@<>])@[^\s@<>]{1,255}?\.[a-z]{2}", re.IGNORECASE)),
    ("a phone number", re.compile(r"(?<![\d£.,])(?:\+44|0044|0)(?:[ ().-]{0,2}\d){9,10}(?![\d,])")),
    (
        "a National Insurance number",
        re.compile(r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?(?:\d{2} ?){3}[A-D]\b", re.IGNORECASE),
    ),
    (
        "a full postcode",
        re.compile(r"\b(?:GIR ?0AA|[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2})\b", re.IGNORECASE),
    ),
)
_TEN_DIGITS = re.compile(r"(?<![\d£.,-])\d{3}[ -]?\d{3}[ -]?\d{4}(?![\d,])")


def findings(text: str) -> list[str]:
    """What the text seems to hold, each kind once: 'an email address', 'a full postcode'."""
    found = [label for label, form in _FORMS if form.search(text)]
    if any(_is_nhs_number(match.group()) for match in _TEN_DIGITS.finditer(text)):
        found.append("an NHS number")
    return found


def _is_nhs_number(text: str) -> bool:
    """Ten digits whose last checks the others, modulo 11 (NHS Data Model and Dictionary)."""
    digits = [int(character) for character in text if character.isdigit()]
    check = 11 - sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return check % 11 == digits[9] and check != 10
