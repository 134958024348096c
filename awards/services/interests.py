"""An approver's interest in a direct award or an extension: declared, and handed on to another approver."""

from django.db import transaction

from accounts.permissions import Permission
from audit.services import record
from awards.models import Award, ExtensionOption, Status
from organisations.services import hand_on, others_who_decide
from pcc_grants.lib.rules import RuleBroken

from .locking import locked_award


def bodies_of_award(award: Award) -> list:
    """The organisations that an award concerns: the recipient, the partners, and whose money is retained."""
    projects = [
        one.project
        for one in award.retentions.select_related(
            "project__business_case__organisation", "project__provider"
        )
    ]
    bodies = [award.organisation, *award.partners.all(), *retained_from(projects)]
    return list(dict.fromkeys(bodies))


def retained_from(projects) -> list:
    """The partnerships that give up the money of these projects, and who was to deliver them."""
    return [
        *(project.business_case.organisation for project in projects),
        *(project.provider for project in projects if project.provider),
    ]


def extension_to_decide(award: Award) -> ExtensionOption | None:
    """The extension of the award that waits for a decision, if one does."""
    waiting = ExtensionOption.objects.to_decide().filter(award=award)
    return next((option for option in waiting if not option.is_past_its_date), None)


def others_for_award(user, award: Award):
    """The approvers who may decide in place of `user` on a direct award, or on its extension."""
    return others_who_decide(user, bodies_of_award(award), but=[_proposer(award)])


def _proposer(award: Award):
    """Who put to the approvers what waits for a decision now."""
    option = extension_to_decide(award)
    return option.added_by if option else award.proposed_by


@transaction.atomic
def hand_award_on(*, by, award, organisations, interest, handed_to=None) -> Award:
    """An approver declares an interest in an award that waits, and says who decides instead.

    It waits when it is proposed, or has an extension to decide. Without `handed_to` only when no other
    approver could decide. Twice changes nothing. Raises RuleBroken.
    """
    by.require(Permission.DECIDE)
    award = locked_award(award)
    if award.status != Status.PROPOSED and extension_to_decide(award) is None:
        raise RuleBroken(
            f"This award does not wait for a decision. It is: {award.get_status_display().lower()}."
        )
    is_news = hand_on(
        by=by,
        bodies=bodies_of_award(award),
        organisations=organisations,
        interest=interest,
        handed_to=handed_to,
        proposed_by=_proposer(award),
    )
    if is_news:
        record(
            "award.decision_handed_on",
            award,
            f"{by} has an interest in the award and takes no part in the decision"
            + (f"; {handed_to} decides instead." if handed_to else "."),
            by=by,
            changes={"handed_to": handed_to and handed_to.pk},
        )
    return award
