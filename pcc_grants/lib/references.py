"""References that can be read aloud: no letter or figure that is taken for another, and a check character.

`SIK-0218-7K`: fund, round 02 of 2018, number 7, check K (screens.md 1.8). The number comes from a
locked counter (`office.services.next_number`), never from the last row.
"""

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def encode(number: int) -> str:
    """A positive number in the unambiguous alphabet. Raises ValueError below 1."""
    if number < 1:
        raise ValueError("A reference number starts at 1.")
    text = ""
    while number:
        number, digit = divmod(number - 1, len(ALPHABET))
        text = ALPHABET[digit] + text
    return text


def check_character(text: str) -> str:
    """Catches one wrong character and two neighbours swapped: a weighted sum."""
    values = [ord(c) for c in text if c.isalnum()]
    return ALPHABET[sum((i + 1) * v for i, v in enumerate(values)) % len(ALPHABET)]


def build(prefix: str, number: int) -> str:
    """`build("SIK-0218", 7)` → 'SIK-0218-8X': prefix, number, check character."""
    body = f"{prefix}-{encode(number)}"
    return body + check_character(body)
