"""The projects of a business case and its tactical pot: written with it, and what is missing (domain.md 3).

Projects of the year: `later_projects`. How both are recommended and decided: `cases`. What they come to:
`balances`. Whoever may change the whole application may change its projects.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.urls import reverse

from audit.services import record
from pcc_grants.lib import clock
from pcc_grants.lib.money import PENNY, format_money
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.text import clean, clean_line

from ..models import Application, BusinessCase, Part, Project, Status
from . import people
from .allocating import lock_case
from .answering import lock_for_writing, mirror_facts
from .balances import PENDING, is_part, most_of_a_pot, parts_of
from .case_facts import case_of
from .completeness import why_not_changeable
from .overlaps import find_overlaps_of_all

Kind, State = Project.Kind, Project.Status
EVERY_SECTION = -1  # of a contributor who is limited to some sections, the projects are not one
NOTHING = Decimal(0)
FACTS = (
    "title", "provider_name", "provider_number", "schools", "amount", "aims", "outcomes", "evidence",
)  # fmt: skip
LONG = ("schools", "aims", "outcomes", "evidence")
# What a project must say before it is sent: the field, and the sentence when it is empty.
NEEDED = {
    "title": "Enter the name of the project",
    "provider_name": "Enter who delivers it",
    "aims": "Enter what it will do",
    "outcomes": "Enter what will change",
    "evidence": "Enter the evidence of need",
}


# -- Written with the case -----------------------------------------------------------------------------------


def may_write_projects(user, application: Application) -> bool:
    """Whether this person can change the planned projects now: as a draft, by whoever writes all of it."""
    if application.status != Status.DRAFT or why_not_changeable(application):
        return False
    return writes_everything(user, application)


def writes_everything(user, application) -> bool:
    part = people.part_of(user, application)
    if part == Part.CONTRIBUTOR:
        return people.sections_of(user, application) is None
    return part == Part.LEAD


@transaction.atomic
def save_project(*, by, application, project=None, districts=(), **facts) -> Project:
    """Add or change a planned project of a draft; what is not written yet may stay empty, but for its name,
    its provider and its amount. `facts` are FACTS. Raises RuleBroken.
    """
    application, case = _lock_draft(by, application)
    if project is not None:
        project = own_project(case, project, State.DRAFT)
    return keep_project(by, application, case, project, Kind.PLANNED, districts, facts)


@transaction.atomic
def remove_project(*, by, application, project) -> None:
    """Take a planned project out of a draft; those after it move up. A second time changes nothing."""
    application, case = _lock_draft(by, application)
    found = case.projects.filter(pk=project.pk, kind=Kind.PLANNED, status=State.DRAFT).first()
    if found is None:
        return
    title = found.title
    found.delete()
    _number(list(case.projects.order_by("number")))
    mirror_facts(application)
    record(
        "project.removed", application, f"{by} removed the project “{title}” from {application.reference}.",
        by=by,
    )  # fmt: skip


@transaction.atomic
def move_project(*, by, application, project, up: bool) -> None:
    """Put a planned project of a draft one place earlier or later. At the end of the list nothing changes."""
    application, case = _lock_draft(by, application)
    rows = list(case.projects.order_by("number"))
    index = next((place for place, one in enumerate(rows) if one.pk == project.pk), None)
    if index is None:
        raise RuleBroken("This project has been removed.")
    other = index - 1 if up else index + 1
    if not 0 <= other < len(rows):
        return
    rows[index], rows[other] = rows[other], rows[index]
    _number(rows)
    record(
        "project.moved", application, f"{by} changed the order of the projects of {application.reference}.",
        by=by,
    )  # fmt: skip


@transaction.atomic
def set_tactical_pot(*, by, application, amount) -> BusinessCase:
    """Keep pounds of a draft's allocation for needs that arise during the year: up to a third, or nothing."""
    application, case = _lock_draft(by, application)
    if not case.round.has_tactical_pot:
        raise RuleBroken("This grant has no tactical pot.")
    if amount < 0 or amount != amount.quantize(PENNY):
        raise RuleBroken("The tactical pot must be £0 or more, in pounds and pence.")
    most = most_of_a_pot(case.amount)
    if amount > most:
        raise RuleBroken(
            f"The tactical pot must be {format_money(most)} or less, a third of your allocation. "
            f"It is {format_money(amount)}."
        )
    if amount != case.tactical_pot:
        before, case.tactical_pot = case.tactical_pot, amount
        case.save(update_fields=["tactical_pot"])
        record(
            "business_case.pot_set",
            application,
            f"{by} set the tactical pot of {application.reference} to {format_money(amount)}.",
            by=by,
            changes={"tactical_pot": [before, amount]},
        )
    return case


def _lock_draft(by, application) -> tuple[Application, BusinessCase]:
    application = lock_for_writing(by, application)
    people.require_writer(by, application, [EVERY_SECTION])
    if application.status != Status.DRAFT:
        raise RuleBroken("The projects can only be changed while the business case is a draft.")
    case = BusinessCase.objects.filter(application=application).first()
    if case is None or not application.round.is_allocated:
        raise RuleBroken("This application has no projects of its own.")
    return application, lock_case(case)


# -- What is missing -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ProjectGap:
    """Something that the projects of a business case lack, and where it is put right."""

    message: str
    project: Project | None = None
    control: str = ""

    def url(self, reference: str) -> str:
        if self.project is None:
            return reverse("application_projects", args=[reference]) + (self.control and f"#{self.control}")
        address = reverse("application_project_edit", args=[reference, self.project.number])
        return f"{address}#{self.control}"


def missing_of(project: Project) -> list[str]:
    """The sentences for what a project does not say yet."""
    return [sentence for name, sentence in _lacks(project)]


def _lacks(project: Project) -> list[tuple[str, str]]:
    found = [(name, sentence) for name, sentence in NEEDED.items() if not getattr(project, name)]
    if not project.districts.all():
        found.append(("districts", "Select at least one district where it takes place"))
    return found


def gaps_of_case(application: Application) -> list[ProjectGap]:
    """What stops a business case from being submitted, beside its answers. Empty for other applications."""
    case = _case_with_projects(application)
    if case is None:
        return []
    written = [one for one in case.projects.all() if is_part(one)]
    found = [
        ProjectGap(f"Project {one.number}, {one.title}: {sentence}", one, _control(name))
        for one in written
        for name, sentence in _lacks(one)
    ]
    parts = parts_of(case)
    if not written and not case.tactical_pot:
        found.append(ProjectGap("Add at least one project", control="projects"))
    elif parts.left:
        found.append(ProjectGap(parts.sentence, control="projects"))
    return found


def _control(name: str) -> str:
    return "id_districts_0" if name == "districts" else f"id_{name}"


def _case_with_projects(application: Application) -> BusinessCase | None:
    if not application.round.is_allocated:
        return None
    return (
        BusinessCase.objects.filter(application=application)
        .select_related("round")
        .prefetch_related("projects__districts")
        .first()
    )


def projects_of(application: Application) -> list[Project]:
    """The planned projects that were sent or are written, and later ones, in order; with their districts."""
    case = _case_with_projects(application)
    return list(case.projects.all()) if case else []


# -- Following the application -------------------------------------------------------------------------------


def follow_application(application: Application, *, by) -> None:
    """Planned projects are sent, opened again and withdrawn with the business case they belong to."""
    case = case_of(application)
    if case is None:
        return
    planned = case.projects.filter(kind=Kind.PLANNED)
    if application.status == Status.SUBMITTED:
        planned.filter(status=State.DRAFT).update(
            status=State.SUBMITTED, submitted_by=by, submitted_at=application.submitted_at
        )
        find_overlaps_of_all(planned.select_related("business_case__round", "business_case__application"))
    elif application.status == Status.DRAFT:
        planned.filter(status__in=[State.SUBMITTED, State.WITHDRAWN]).update(
            status=State.DRAFT, submitted_by=None, submitted_at=None
        )
    elif application.status == Status.WITHDRAWN:
        planned.filter(status__in=PENDING).update(status=State.WITHDRAWN)


# -- Within this module --------------------------------------------------------------------------------------


def own_project(case: BusinessCase, project: Project, status: str) -> Project:
    found = case.projects.filter(pk=project.pk).first()
    if found is None:
        raise RuleBroken("This project has been removed.")
    if found.status != status:
        raise RuleBroken("This project has been sent, so it cannot be changed.")
    return found


def keep_project(by, application, case, project, kind, districts, facts) -> Project:
    facts = _tidy(facts)
    is_new = project is None
    if is_new:
        same = case.projects.filter(kind=kind, status=State.DRAFT, created_by=by, **facts).first()
        if same:  # a form sent twice
            return same
        project = Project(
            business_case=case, kind=kind, created_by=by, created_at=clock.now(), number=_next_number(case)
        )
    for name, value in facts.items():
        setattr(project, name, value)
    project.save()
    project.districts.set(districts)
    if kind == Kind.PLANNED and application.status == Status.DRAFT:
        mirror_facts(application)
    record(
        "project.added" if is_new else "project.changed",
        application,
        f"{by} {'added' if is_new else 'changed'} the project “{project.title}” of {application.reference}.",
        by=by,
        changes={"project": project.pk, "amount": project.amount},
    )
    return project


def _tidy(facts: dict) -> dict:
    tidied = {}
    for name in FACTS:
        value = facts.get(name, "")
        if name == "amount":
            tidied[name] = _amount(facts.get("amount"))
        else:
            tidied[name] = (
                clean(value) if name in ("schools", "aims", "outcomes", "evidence") else clean_line(value)
            )
    for name in ("title", "provider_name"):
        if not tidied[name]:
            raise RuleBroken(NEEDED[name])
    return tidied


def _amount(amount) -> Decimal:
    if not isinstance(amount, Decimal) or amount < PENNY or amount != amount.quantize(PENNY):
        raise RuleBroken("The amount of the project must be more than £0, in pounds and pence.")
    return amount


def _next_number(case: BusinessCase) -> int:
    return (case.projects.aggregate(last=Max("number"))["last"] or 0) + 1


def _number(rows: list[Project]) -> None:
    """Number the projects of a draft 1, 2, 3 in this order; each number is taken by one at a time."""
    free = max((one.number for one in rows), default=0) + 1
    for place, one in enumerate(rows):
        one.number = free + place
        one.save(update_fields=["number"])
    for place, one in enumerate(rows, start=1):
        one.number = place
        one.save(update_fields=["number"])
