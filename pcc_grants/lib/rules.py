"""Broken rules, and the one rule that holds everywhere: four eyes."""


class RuleBroken(Exception):
    """A rule of the office stands in the way.

    The message says what is wrong and what to do, in a sentence that a person can be shown.
    """


def require_someone_else(by, *other_ids, message: str) -> None:
    """Refuse when `by` is one of the people with `other_ids` (GovS 015: no one approves their own proposal).

    `other_ids` are user primary keys; None is passed over. Raises RuleBroken(message).
    """
    if by.pk in [other_id for other_id in other_ids if other_id is not None]:
        raise RuleBroken(message)


def require_move(moves: dict, current, target, message: str) -> None:
    """Refuse a move that the table of legal moves does not have. Raises RuleBroken(message)."""
    if target not in moves.get(current, ()):
        raise RuleBroken(message)
