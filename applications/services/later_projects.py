"""Projects that come during the year, once a business case is approved: each is sent on its own.

Tactical ones are paid from the pot, planned ones from what is left unassigned of the allocation.
"""

from django.db import transaction

from audit.services import record
from notifications.services import queue
from pcc_grants.lib import clock
from pcc_grants.lib.rules import RuleBroken

from ..models import Application, BusinessCase, Project, Status
from . import people
from .allocating import lock_case
from .assessing import locked_application
from .balances import PENDING, require_room
from .overlaps import find_overlaps_of
from .projects import EVERY_SECTION, Kind, State, keep_project, missing_of, own_project, writes_everything


def may_propose(user, application: Application) -> bool:
    """Whether this person can add projects during the year: once the case is approved and known to be."""
    return _takes_projects(application) and writes_everything(user, application)


def _takes_projects(application) -> bool:
    return application.status == Status.APPROVED and application.outcome_released_at is not None


@transaction.atomic
def save_later_project(*, by, application, kind, project=None, districts=(), **facts) -> Project:
    """Add or change a project during the year: a tactical one, or a planned one from unassigned money.

    It stays a draft until `submit_project`. `facts` are FACTS. Raises RuleBroken.
    """
    application, case = _lock_approved(by, application)
    if kind == Kind.TACTICAL and not case.round.has_tactical_pot:
        raise RuleBroken("This grant has no tactical pot.")
    if project is not None:
        project = own_project(case, project, State.DRAFT)
        kind = project.kind
    return keep_project(by, application, case, project, kind, districts, facts)


@transaction.atomic
def submit_project(*, by, application, project) -> Project:
    """Send a project of the year to the office. A second time by the same person changes nothing.

    A tactical one may ask for what is left of the pot, a planned one for what is unassigned and not waiting
    for a decision. Its people get mail. Raises RuleBroken.
    """
    application, case = _lock_approved(by, application)
    found = case.projects.filter(pk=project.pk).first()
    if found and found.status == State.SUBMITTED and found.submitted_by_id == by.pk:
        return found
    project = own_project(case, project, State.DRAFT)
    if missing := missing_of(project):
        raise RuleBroken(f"{missing[0]} before you send it.")
    require_room(case, project, project.amount)
    project.status, project.submitted_by, project.submitted_at = State.SUBMITTED, by, clock.now()
    project.save(update_fields=["status", "submitted_by", "submitted_at"])
    find_overlaps_of(project)
    record(
        "project.submitted",
        application,
        f"{by} sent the {project.get_kind_display().lower()} project {project.reference}.",
        by=by,
        changes={"project": project.pk, "amount": project.amount},
    )
    once = project.submitted_at.isoformat()
    write_about_project(application, project, "project_submitted", once)
    if application.recommended_by:
        queue(
            key=f"project-waiting:{project.pk}:{once}",
            to=application.recommended_by,
            template="applications/project_waiting",
            context={"application": application, "project": project},
            about=application,
        )
    return project


@transaction.atomic
def withdraw_project(*, by, application, project) -> None:
    """Delete a draft of the year, or take one back before its decision. A second time changes nothing."""
    application, case = _lock_approved(by, application)
    found = case.projects.filter(pk=project.pk).first()
    if found is None or found.status == State.WITHDRAWN:
        return
    if found.status not in (State.DRAFT, *PENDING):
        raise RuleBroken("There is a decision on this project, so it can no longer be taken back.")
    was_draft = found.status == State.DRAFT and not found.decisions.exists()
    if was_draft:
        found.delete()
    else:
        found.status = State.WITHDRAWN
        found.save(update_fields=["status"])
    record(
        "project.withdrawn",
        application,
        f"{by} {'deleted the draft' if was_draft else 'took back the project'} “{found.title}”.",
        by=by,
    )


def _lock_approved(by, application) -> tuple[Application, BusinessCase]:
    application = locked_application(application)
    people.require_writer(by, application, [EVERY_SECTION])
    case = BusinessCase.objects.filter(application=application).first()
    if case is None or not application.round.is_allocated or not _takes_projects(application):
        raise RuleBroken("Projects can be added during the year once the business case has been approved.")
    return application, lock_case(case)


def write_about_project(application, project, template, once) -> None:
    """One message about a project to everyone who takes part in its business case."""
    for person in people.people_of(application):
        queue(
            key=f"{template}:{project.pk}:{once}:{person.pk}",
            to=person,
            template=f"applications/{template}",
            context={"application": application, "project": project, "user": person},
            about=application,
        )
