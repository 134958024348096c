"""What the public register does not tell: who was given money, where naming them could put people at risk."""

from django.db import transaction
from django.db.models import Q

from accounts.permissions import Permission
from audit.services import record
from organisations.services import refuse_tie
from pcc_grants.lib.locking import locked
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean

from .. import outcome_papers
from ..models import Decision
from .conflicts import refuse_conflict


@transaction.atomic
def withhold_decision(*, by, decision, reason) -> Decision:
    """Keep the recipient, the purpose and the reasons out of the public register, and say why there.

    Decisions that follow from it, on extensions and on projects, are withheld with it; each is named again on
    its own. Raises RuleBroken without a reason.
    """
    by.require(Permission.PUBLISH_DECISIONS)
    decision = locked(Decision.objects.select_related("fund", "organisation"), decision.pk)
    reason = clean(reason)
    if not reason:
        raise RuleBroken("Enter the reason, which the register shows.")
    if decision.withheld == reason:
        return decision
    _refuse_interest(decision, by)
    for one in [decision, *_naming_the_same(decision)]:
        before, one.withheld = one.withheld, reason
        one.save(update_fields=["withheld"])
        record(
            "decision.withheld",
            one,
            f"{by} withheld the recipient of decision {one.number} from the register.",
            by=by,
            changes={"withheld": [before, reason]},
        )
    return decision


def _naming_the_same(decision: Decision):
    """Those that would name the recipient still: extensions of its award, and projects of the allocation."""
    follows = Q(extension_option__award__decision=decision)
    if decision.business_case_id:
        follows |= Q(project__business_case=decision.business_case_id)
    keys = Decision.objects.filter(follows, withheld="").values("pk")
    return Decision.objects.filter(pk__in=keys).select_for_update(no_key=True).order_by("pk")


def _refuse_interest(decision: Decision, person) -> None:
    """Whoever has an interest does not say whether the recipient is named. Raises RuleBroken."""
    what_to_do = "Someone else must do this."
    about = decision.application or (decision.project and decision.project.business_case.application)
    if about:
        refuse_conflict(about, person, what_to_do=what_to_do)
    award = outcome_papers.award_of(decision)
    partners = award.partners.all() if award else ()
    refuse_tie(person, [decision.organisation, *partners], what_to_do=what_to_do)


@transaction.atomic
def name_decision(*, by, decision, reason) -> Decision:
    """Show in full again what was withheld. Raises RuleBroken without a reason, which stays in the trail."""
    by.require(Permission.PUBLISH_DECISIONS)
    decision = locked(Decision.objects.select_related("fund", "organisation"), decision.pk)
    if not decision.withheld:
        return decision
    _refuse_interest(decision, by)
    reason = clean(reason)
    if not reason:
        raise RuleBroken("Enter why the recipient can be named now.")
    before, decision.withheld = decision.withheld, ""
    decision.save(update_fields=["withheld"])
    record(
        "decision.named",
        decision,
        f"{by} put the recipient of decision {decision.number} on the register.",
        by=by,
        changes={"withheld": [before, ""], "reason": reason},
    )
    return decision
