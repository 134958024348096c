"""The words in which a decision is published: proposed with the recommendation, made with the decision."""

from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean, clean_line


def clean_purpose(purpose: str) -> str:
    """The words that finish “They were awarded £x to …”: on one line, without the “to” and the full stop.

    Raises RuleBroken when they do not start with a verb in lower case, as far as that can be seen.
    """
    purpose = clean_line(purpose).rstrip(".").rstrip()
    if not purpose:
        raise RuleBroken("Enter what the money is for, to finish the sentence.")
    if purpose.casefold().startswith("to ") or purpose.casefold() == "to":
        raise RuleBroken("Start with the verb: leave out “to”, which is already in the sentence.")
    if not purpose[0].islower():
        raise RuleBroken("Start with a verb in lower case, such as: deliver workshops in schools.")
    return purpose


def one_a_line(text: str) -> str:
    """Conditions as they are kept: one a line, without empty lines and bullets."""
    lines = (line.strip().lstrip("•*–-").strip() for line in clean(text).splitlines())
    return "\n".join(line for line in lines if line)
