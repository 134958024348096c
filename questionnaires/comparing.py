"""Two states of an answer side by side, with what differs marked."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from .kinds import Asking, Shown, show
from .models import Question

MOST_WORDS = 4000  # of both texts together: beyond it they are shown whole


@dataclass(frozen=True)
class Change:
    """One question with its answer before and after."""

    question: Question
    before: Shown
    after: Shown

    @property
    def before_parts(self) -> list[tuple[str, bool]]:
        return differences(self.after.text, self.before.text)

    @property
    def after_parts(self) -> list[tuple[str, bool]]:
        return differences(self.before.text, self.after.text)


def compare(question: Question, before, after, asking: Asking) -> Change:
    """Two stored values of one question, as they are read."""
    return Change(question, show(question, before, asking), show(question, after, asking))


def differences(other: str, text: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it differs from the other text; whole when it is very long."""
    mine, others = text.split(" "), other.split(" ")
    if len(mine) + len(others) > MOST_WORDS:
        return [(text, False)]
    pieces = []
    for tag, _, _, start, end in SequenceMatcher(None, others, mine, autojunk=False).get_opcodes():
        if start < end:
            pieces.append((" ".join(mine[start:end]), tag != "equal"))
    return pieces
