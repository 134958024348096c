"""What the approver decides from, as plain data: frozen when the pack is issued, and rendered from there.

The money, the ranked list with its line, and for each application its ask, scores, advice and dissent.
"""

import hashlib
import json

from django.db.models import Prefetch, prefetch_related_objects

from applications.models import Assessment, Extension, Status
from applications.services.deciding import WAITING
from applications.services.pack_pages import page_of
from applications.services.recommending import RankedApplication, Ranking, budgets_with_committed
from applications.services.scores import submitted_assessments, totals
from funds.models import Budget
from office.models import OfficeSettings
from organisations.models import DeclaredInterest
from pcc_grants.lib.financial_year import FinancialYear
from pcc_grants.lib.money import format_money

LAYOUT = 1  # the version of this layout of data, so that packs of an older one can still be rendered
TABLE = ("Rank", "Application", "Score", "Spread", "Asked", "Recommended", "Running total", "Recommendation")
LINE_OF_MONEY = "The money left runs out here"
LINE_OF_RECOMMENDATION = "The recommendation for approval ends here"


def pack_content(ranked: Ranking) -> dict:
    """The whole pack of a round as it stands now, as JSON-ready data; without its number and dates."""
    office = OfficeSettings.objects.current()
    round = ranked.round
    prepare(row.application for row in ranked.rows)
    waiting = [row for row in ranked.rows if row.application.status in (*WAITING, Status.ASSESSED)]
    content = {
        "layout": LAYOUT,
        "title": f"Decision pack: {round}",
        "office": office.office_name if office else "Office of the Police and Crime Commissioner",
        "left": str(ranked.left),
        "money": _money(ranked),
        "columns": list(TABLE),
        "ranked": [_ranked_row(row) for row in ranked.rows],
        "reserve": [
            f"{row.application.reference}, {row.application.organisation}: {_amount(row)}"
            for row in ranked.reserve
        ],
        "still_scoring": round.applications.filter(status=Status.ELIGIBLE).count(),
        "applications": [page_of(row, ranked, _totals(row)) for row in waiting],
    }
    return json.loads(json.dumps(content))


def prepare(applications) -> None:
    """Load what the pages of these applications tell, so that they cost the same however many there are."""
    prefetch_related_objects(
        list(applications),
        "partners",
        "districts",
        "theme",
        "agreed_scores__criterion",
        Prefetch(
            "assessments",
            Assessment.objects.filter(status=Assessment.Status.RECUSED).select_related("assessor"),
            to_attr="recused",
        ),
        Prefetch(
            "extensions",
            Extension.objects.filter(confirmed_at__isnull=False)
            .select_related("proposed_by", "confirmed_by")
            .order_by("pk"),
            to_attr="more_time",
        ),
        "organisation__due_diligence",
        Prefetch(
            "organisation__declared_interests",
            DeclaredInterest.objects.filter(ended_at=None).select_related("user", "handed_to"),
            to_attr="current_interests",
        ),
        "organisation__applications__round__fund",
        "organisation__awards__fund",
    )


def _totals(row: RankedApplication) -> dict:
    application = row.application
    return totals(application) | {"assessments": submitted_assessments(application)}


def _money(ranked: Ranking) -> dict:
    """What each source gives, what is committed of it, and what is left before and after."""
    round = ranked.round
    budgets = Budget.objects.filter(fund=round.fund, start_year=round.start_year).select_related("source")
    rows = [
        [
            budget.source.name,
            _pounds(budget.amount),
            _pounds(budget.committed),
            _pounds(budget.amount - budget.committed),
        ]
        for budget in budgets_with_committed(budgets).order_by("pk")
    ]
    short = ranked.remaining < 0
    return {
        "heading": f"Money of the {round.fund} for {FinancialYear(round.start_year)}",
        "columns": ["Source", "Budget", "Committed", "Left"],
        "rows": rows,
        "facts": [
            ["Left in all", _pounds(ranked.left)],
            ["Recommended, and asked for where nothing is recommended yet", _pounds(ranked.total)],
            ["Missing" if short else "Left after that", _pounds(abs(ranked.remaining))],
        ],
    }


def _ranked_row(row: RankedApplication) -> dict:
    application = row.application
    line = ""
    if row.first_below_line:
        line = LINE_OF_MONEY
    elif row.first_not_recommended:
        line = LINE_OF_RECOMMENDATION
    return {
        "line": line,
        "cells": [
            str(row.rank),
            f"{application.reference}, {application.organisation}: {application.title}",
            "None" if row.percentage is None else f"{row.percentage}%",
            f"{row.spread} points apart: wide" if row.is_wide else str(row.spread),
            _pounds(application.amount_asked),
            _amount(row),
            _pounds(row.running_total),
            application.get_status_display() + "".join(f". Does not pass “{name}”" for name in row.failed),
        ],
    }


def _amount(row: RankedApplication) -> str:
    amount = row.application.recommended_amount
    return _pounds(amount) if amount else "–"


def _pounds(amount) -> str:
    return format_money(amount, pence=True)


def content_hash(content: dict) -> str:
    """SHA-256 of the pack's data in one canonical form of JSON."""
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
