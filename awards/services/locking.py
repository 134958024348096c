"""Rows under lock. The award comes first, always: instalments, agreement and options follow it."""

from awards.models import MOVES, Award, Instalment
from pcc_grants.lib.locking import locked
from pcc_grants.lib.rules import RuleBroken, require_move


def locked_award(award) -> Award:
    """The award as it is now, locked until the transaction ends."""
    related = Award.objects.select_related("organisation", "fund", "decision", "responsible_officer")
    return locked(related, award.pk)


def locked_instalment(instalment) -> tuple[Award, Instalment]:
    """The award and the instalment as they are now, both locked.

    Raises RuleBroken for an instalment that was taken out of the plan meanwhile.
    """
    award = locked_award(Award(pk=instalment.award_id))
    found = Instalment.objects.select_for_update(no_key=True).filter(pk=instalment.pk, award=award).first()
    if found is None:
        raise RuleBroken("This instalment was changed meanwhile. Look at the award again.")
    found.award = award
    return award, found


def require_award_move(award, target, message: str) -> None:
    """Refuse a move of the award that the table of legal moves does not have."""
    require_move(MOVES, award.status, target, f"{message} It is: {award.get_status_display().lower()}.")
