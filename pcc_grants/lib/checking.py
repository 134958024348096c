"""What `manage.py verify` collects: each app's `verify.py` yields violations in sentences."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Violation:
    """Something that must always hold and does not."""

    rule: str
    about: str
    sentence: str
