"""The public register of decisions: what was approved, for whom and why, unless that is withheld.

A row of the register is built here alone, so that the list, the page and the file withhold the same.
"""

from collections.abc import Iterator

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.text import capfirst

from applications import outcome_papers
from applications.models import Decision
from funds.models import Round
from pcc_grants.lib import clock
from pcc_grants.lib.spreadsheets import plain_number

from .services import registration

COLUMNS = (
    "number", "date", "decided_by", "fund", "recipient", "recipient_registration", "amount", "purpose",
    "reasons", "conditions", "legal_power", "above_maximum_reason", "districts", "part_of", "why_withheld",
    "url",
)  # fmt: skip


def register():
    """Every decision on the register, newest first, with what a row says of it."""
    return (
        Decision.objects.on_the_register()
        .select_related(
            "fund", "organisation", "application__round", "business_case", "project__business_case__decision",
            "award", "extension_option__award",
        )
        .prefetch_related("application__districts", "project__districts", "award__districts",
                          "extension_option__award__districts")
    )  # fmt: skip


def containing(decisions, words: str):
    """Those that the register shows with these words: what is withheld is not found by them either."""
    return decisions.filter(Q(withheld="") | Q(number__iexact=words)).containing(words)


def lines(decisions) -> list[dict]:
    """The rows of the list: nothing in them is withheld."""
    return [_line(decision) for decision in decisions]


def _line(decision) -> dict:
    hides = bool(decision.withheld)
    place = None if hides else outcome_papers.place_of(decision)
    return {
        "number": decision.number,
        "decided_at": decision.decided_at,
        "fund": decision.fund.name,
        "amount": decision.amount,
        "recipient": "" if hides else decision.organisation.name,
        "purpose": "" if hides else capfirst(decision.purpose),
        "place": "" if place is None else place,
        "part_of": _part_of(decision),
        "why_withheld": decision.withheld,
    }


def _part_of(decision) -> str:
    """Of a project: the number of the decision on the allocation that holds its money already."""
    allocation = decision.project and getattr(decision.project.business_case, "decision", None)
    return allocation.number if allocation else ""


def csv_rows(decisions) -> Iterator[list]:
    """A row per decision, ISO dates, in the order of COLUMNS."""
    title_on = outcome_papers.titles()
    for decision in decisions.iterator(chunk_size=500):
        line, hides = _line(decision), bool(decision.withheld)
        day = clock.london_date(decision.decided_at)
        yield [
            decision.number,
            day.isoformat(),
            title_on(day),
            line["fund"],
            line["recipient"],
            "" if hides else registration(decision.organisation),
            plain_number(decision.amount),
            line["purpose"],
            "" if hides else decision.reasons,
            "" if hides else decision.conditions,
            outcome_papers.legal_power_of(decision),
            "" if hides else decision.exception_reason,
            line["place"],
            line["part_of"],
            decision.withheld,
            settings.SITE_URL + reverse("decision_public", args=[decision.number]),
        ]


def rounds_decided():
    """Rounds with outcomes that are told: how many applied, were funded and were not. Nobody is named."""
    told = Q(applications__outcome_released_at__isnull=False)
    return (
        Round.objects.published()
        .select_related("fund")
        .annotate(
            applied=Count("applications", filter=~Q(applications__submitted_at=None)),
            funded=Count("applications", filter=told & Q(applications__status="approved")),
            not_funded=Count(
                "applications", filter=told & Q(applications__status__in=["declined", "ineligible"])
            ),
        )
        .filter(Q(funded__gt=0) | Q(not_funded__gt=0))
        .order_by("-closes_at", "pk")
    )
