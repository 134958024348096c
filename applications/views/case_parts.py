"""What pages show of a business case: its projects as rows of facts, and where its money is."""

from pcc_grants.lib.clock import format_date
from pcc_grants.lib.money import format_money

from .. import services
from ..models import Decision, Project
from ..services.case_facts import case_of

DECIDED = (Project.Status.APPROVED, Project.Status.REFUSED, Project.Status.RETAINED)


def case_context(application, *, for_office=False) -> dict:
    """The projects of a business case with its parts, for a page; nothing for other applications.

    Applicants see decisions once they are released; the office always does.
    """
    if not application.round.is_allocated or case_of(application) is None:
        return {}
    projects = services.projects_of(application)
    is_told = for_office or application.outcome_released_at is not None
    cards = [card_of(project, is_told=is_told, for_office=for_office) for project in projects]
    return {
        "case": case_of(application),
        "case_projects": with_overlaps(cards) if for_office else cards,
        "case_parts": services.parts_of(case_of(application)),
    }


def card_of(project, *, is_told=True, for_office=False) -> dict:
    """A project as a card: its heading, and rows of facts."""
    kind = "" if project.kind == Project.Kind.PLANNED else " (tactical)"
    return {
        "project": project,
        "title": f"Project {project.number}{kind}: {project.title}",
        "rows": [*facts_of(project), *(_outcome(project, for_office) if is_told else ())],
    }


def with_overlaps(cards: list[dict]) -> list[dict]:
    """Cards with what of each project overlaps with others: for the office alone."""
    found = services.overlaps_by_project([card["project"] for card in cards])
    return [card | {"overlaps": found[card["project"].pk]} for card in cards]


def facts_of(project) -> list[tuple]:
    provider = project.provider_name
    if project.provider_number:
        provider += f", number {project.provider_number}"
    facts = [
        ("Amount", format_money(project.amount)),
        ("Who delivers it", provider),
        ("Where", ", ".join(one.name for one in project.districts.all())),
        ("What it will do", project.aims),
        ("What will change", project.outcomes),
        ("Evidence of need", project.evidence),
    ]
    if project.schools:
        facts.insert(3, ("Schools", project.schools))
    return facts


def _outcome(project, for_office) -> list[tuple]:
    if not for_office and project.status not in DECIDED:
        return [("Status", "Waiting for a decision")] if project.submitted_at else []
    rows = [("Status", project.get_status_display())]
    if for_office and project.recommended_at:
        words = "Approve" if project.recommends_approval else "Do not approve"
        if project.recommended_amount:
            words += f" {format_money(project.recommended_amount)}"
        when = f"{project.recommended_by}, {format_date(project.recommended_at)}"
        rows.append(("Recommendation", f"{words}. {when}\n{project.recommendation}"))
    if project.approved_amount is not None:
        rows.append(("Approved", format_money(project.approved_amount)))
    if project.status == Project.Status.RETAINED and not for_office:
        retention = project.retention
        rows.append(
            (
                "Kept to fund directly",
                f"{format_money(retention.amount)}: {retention.award.organisation}, "
                f"to {retention.award.purpose}",
            )
        )
    if project.status in DECIDED:
        decision = project.decisions.exclude(outcome=Decision.Outcome.DEFERRED).first()
        if decision:
            if decision.purpose:
                rows.append(("The money is to", decision.purpose))
            rows += [
                ("Reasons", decision.reasons),
                ("Decision", f"{decision.number}, {format_date(decision.decided_at)}"),
            ]
    return rows


def balance_context(case) -> dict:
    """Where the money of a business case is, as tables."""
    balance = services.balance_of(case)

    def pence(amount):
        return format_money(amount, pence=True)

    rows = [["Approved projects", pence(balance.projects)]]
    if case.round.has_tactical_pot:
        rows += [
            ["Tactical pot, used", pence(balance.pot_used)],
            ["Tactical pot, left", pence(balance.pot_left)],
        ]
    if balance.retained:
        rows.append(["Retained to fund providers directly", pence(balance.retained)])
    rows.append(["Not assigned to a project", pence(balance.unassigned)])
    return {
        "balance": balance,
        "balance_columns": ["Part", "Amount"],
        "balance_rows": rows,
        "balance_total": ["Allocation", pence(balance.allocation)],
        "pot_columns": ["Tactical project", "Approved on", "Decision", "Amount", "Left in the pot"],
        "pot_rows": [
            [f"{line.project.reference} {line.project}", format_date(line.on), line.decision]
            + [pence(line.amount), pence(line.left)]
            for line in balance.lines
        ],
    }
