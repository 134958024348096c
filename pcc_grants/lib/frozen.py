"""Data that is kept as it was issued: in one form of JSON, with a hash that shows any change."""

import hashlib
import json


def frozen(content: dict) -> dict:
    """The data as it comes back from the database: lists for tuples, text for what JSON does not know."""
    return json.loads(json.dumps(content, default=str))


def hash_of(content: dict) -> str:
    """SHA-256 of the data in one canonical form of JSON."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
