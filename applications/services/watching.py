"""The drafts of a round as the office sees them: whose they are and how far, never what they say."""

from datetime import timedelta

from django.db.models import Max, Q
from django.db.models.functions import Coalesce

from pcc_grants.lib import clock
from questionnaires.reading import progress_of

from ..models import Application, Status
from .completeness import closes_at, has_more_time
from .extending import why_no_more_time
from .people import people_of_each

QUIET_FOR = timedelta(days=7)
# What the office may look for among the drafts of a round.
SHOWN = {
    "all": "All drafts",
    "quiet": "Not changed for 7 days",
    "signature": "Waiting for a signature",
    "missed": "Not submitted in time",
}


def drafts_of(user, round, show="all"):
    """The drafts of a round that this person may see, the longest untouched first, with `changed_at`."""
    found = (
        Application.objects.drafts_visible_to(user)
        .filter(round=round)
        .annotate(changed_at=Coalesce(Max("response__answers__changed_at"), "created_at"))
    )
    wanted = {
        "quiet": Q(status=Status.DRAFT, changed_at__lte=clock.now() - QUIET_FOR),
        "signature": Q(signature_asked_at__isnull=False),
        "missed": Q(status=Status.NOT_SUBMITTED),
    }
    if show in wanted:
        found = found.filter(wanted[show])
    return (
        found.select_related("organisation", "round__fund", "signature_asked_of")
        .prefetch_related("extensions__proposed_by")
        .order_by("changed_at", "pk")
    )


def rows_of(drafts) -> list[dict]:
    """What a page of drafts says of each, in a constant number of queries."""
    drafts = list(drafts)
    if not drafts:
        return []
    progress = progress_of(drafts[0].round.questionnaire_id, [draft.response_id for draft in drafts])
    people = people_of_each(drafts)
    return [
        {
            "draft": draft,
            "completed": progress[draft.response_id][0],
            "sections": progress[draft.response_id][1],
            "people": people[draft.pk],
            "until": closes_at(draft) if has_more_time(draft) else None,
            "waiting": _waiting(draft),
            "may_have_more_time": not why_no_more_time(draft),
        }
        for draft in drafts
    ]


def _waiting(draft):
    """Its extension that waits for a second officer."""
    proposed = [one for one in draft.extensions.all() if not one.confirmed_at and not one.refused_at]
    return proposed[0] if proposed else None
