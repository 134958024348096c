"""Changing a row, and telling the trail what changed."""


def apply_changes(thing, fields) -> dict:
    """Set the fields that differ and answer what changed: {field: [before, after]}."""
    changes = {}
    for field, value in fields.items():
        before = getattr(thing, field)
        if before != value:
            changes[field] = [before, value]
            setattr(thing, field, value)
    return changes
