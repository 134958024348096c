"""What an application said, as plain data: kept with each copy, and rendered as a page and a PDF."""

from django.template.loader import render_to_string

from office.models import OfficeSettings
from pcc_grants.lib import clock
from pcc_grants.lib.money import format_money
from questionnaires.reading import Reading

from .models import Copy, Project

LAYOUT = 1  # the version of this layout of data, so that copies of an older one can still be rendered


def copy_of(application, kind, reading: Reading, closes_at) -> dict:
    """Everything an application says now, as JSON-ready data; `closes_at` is when it had to be submitted."""
    office = OfficeSettings.objects.current()
    is_submitted = kind == Copy.Kind.SUBMITTED
    facts = [
        ("Reference", application.reference),
        ("Organisation", application.organisation.name),
        ("Fund", str(application.round)),
    ]
    if is_submitted:
        facts += [
            ("Received", f"At {clock.format_deadline(application.submitted_at)}"),
            ("Signed by", f"{application.signed_name}, {application.signed_role}"),
        ]
        if application.received_in_grace:
            facts.append(("Note", f"Received in the {application.round.grace_minutes} minutes after closing"))
    else:
        facts.append(("Closed", f"At {clock.format_deadline(closes_at)}"))
    amounts = [amount for amount in application.amounts if amount]
    if amounts:
        facts.append(("Amount asked for", format_money(sum(amounts))))
    return {
        "layout": LAYOUT,
        "title": application.title or f"Application to the {application.fund}",
        "office": office.office_name if office else "Office of the Police and Crime Commissioner",
        "is_submitted": is_submitted,
        "facts": facts,
        "sections": [*sections_of(reading), *sections_of_case(application)],
    }


def sections_of(reading: Reading) -> list[dict]:
    """Sections with questions and answers as they are read."""
    return [
        {
            "title": part.section.title,
            "answers": [
                {
                    "question": entry.question.text,
                    "text": entry.shown.text or ("" if entry.shown.rows else "Not provided"),
                    "document": entry.shown.document.name if entry.shown.document else "",
                    "headers": list(entry.shown.headers),
                    "rows": entry.shown.rows,
                    "numeric": list(entry.shown.numeric),
                }
                for entry in part.asked
            ],
        }
        for part in reading.needed
    ]


def sections_of_case(application) -> list[dict]:
    """The projects of a business case and its tactical pot, as one section; none for other applications."""
    from .services.projects import projects_of  # services take copies

    if not application.round.is_allocated:
        return []
    plain = {"document": "", "headers": [], "rows": [], "numeric": []}
    answers = [
        plain | {"question": f"Project {project.number}: {project.title}", "text": _project_text(project)}
        for project in projects_of(application)
        if project.status != Project.Status.WITHDRAWN
    ]
    case = getattr(application, "business_case", None)
    if case and case.round.has_tactical_pot:
        answers.append(plain | {"question": "Tactical pot", "text": format_money(case.tactical_pot)})
    return [{"title": "Projects and tactical pot", "answers": answers}] if answers else []


def _project_text(project) -> str:
    """Everything a project says, a paragraph each."""
    provider = project.provider_name
    if project.provider_number:
        provider += f", number {project.provider_number}"
    facts = (
        ("Amount", format_money(project.amount)),
        ("Who delivers it", provider),
        ("Where", ", ".join(one.name for one in project.districts.all())),
        ("Schools", project.schools),
        ("What it will do", project.aims),
        ("What will change", project.outcomes),
        ("Evidence of need", project.evidence),
    )
    return "\n\n".join(f"{label}: {value}" for label, value in facts if value)


def copy_html(data: dict) -> str:
    """The page of a copy, whole: what its PDF is made of."""
    return render_to_string("papers/application.html", {"copy": data})
