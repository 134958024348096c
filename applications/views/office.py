"""The office's pages about one application: what it says. The list is in `lists`, the check in `checking`."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from audit.models import Event
from organisations.handing_out import hand_out
from pcc_grants.lib.access import requires

from .. import services
from ..models import FINAL, Application, Status
from .case_parts import case_context

HISTORY = 50
# What a history is not about: how the answers came to be before they were sent.
QUIET = (
    "application.saved",
    "application.answer_restored",
    "application.section_completed",
    "application.section_reopened",
)


def find_application(request, ref) -> Application:
    """An application the office may see; a reference it had before a move finds it too."""
    applications = Application.objects.visible_to(request.user).select_related(
        "round__fund",
        "organisation",
        "theme",
        "response__questionnaire",
        "submitted_by",
        "checked_by",
        "recommended_by",
        "withdrawn_by",
    )
    return get_object_or_404(applications.called(ref))


def posted(request):
    return request.POST if request.method == "POST" else None


def crumbs_of(application=None) -> list[tuple[str, str]]:
    crumbs = [("Applications", reverse("office_applications"))]
    if application:
        crumbs.append((application.reference, reverse("office_application", args=[application.reference])))
    return crumbs


@requires(Permission.READ_APPLICATIONS)
def office_application(request, ref):
    """One application: what it says, what was found, what may be done now, and its history."""
    application = find_application(request, ref)
    reading = services.sent_reading_of(application)
    transfers = list(
        application.transfers.select_related("from_round__fund", "to_round__fund", "moved_by", "returned_by")
    )
    history = Event.objects.about(application).exclude(verb__in=QUIET)[:HISTORY]
    context = {
        "heading": application.title,
        "crumbs": crumbs_of(),
        "application": application,
        "round": application.round,
        "fund": application.round.fund,
        "more_time": services.more_time_of(application),
        "transfers": transfers,
        "returnable": _returnable(application, transfers),
        "questions": services.questions_with_changes(application),
        "partners": application.named_partners.select_related("organisation"),
        "former": services.former_answers(application) if transfers else [],
        "checklist": services.checklist_of(application),
        "diligence_gaps": services.diligence_gaps_of(application),
        "decisions": services.decisions_about(application).select_related("decided_by"),
        "history": [{"title": event.sentence, "at": event.at} for event in history],
        "actions": _actions(request.user, application),
        "reading": reading,
        "totals": services.totals_of(application, reading),
        **case_context(application, for_office=True),
        "document_page": "office_application_document",
        "document_key": application.reference,
    }
    return render(request, "applications/office/detail.html", context)


def _returnable(application, transfers):
    """The move that can be taken back: the last one, while the application waits for its check."""
    standing = [one for one in transfers if one.returned_at is None]
    is_as_moved = standing and application.submitted_at < standing[-1].moved_at
    return standing[-1] if is_as_moved and application.status == Status.SUBMITTED else None


def _actions(user, application) -> list[tuple[str, str]]:
    """What this person may do with the application now: (words, address)."""
    table = (
        ("Check it", "office_application_check", Permission.MANAGE_APPLICATIONS, {Status.SUBMITTED}),
        ("Ask a question", "office_clarify", Permission.MANAGE_APPLICATIONS, {Status.SUBMITTED}),
        (
            "Move it to another fund",
            "office_application_move",
            Permission.MANAGE_APPLICATIONS,
            {Status.SUBMITTED},
        ),
        (
            "Take the question back",
            "office_clarify_take_back",
            Permission.MANAGE_APPLICATIONS,
            {Status.CLARIFICATION},
        ),
        ("Assign assessors", "office_assign", Permission.MANAGE_APPLICATIONS, {Status.ELIGIBLE}),
        ("Recommend", "office_recommend", Permission.MANAGE_APPLICATIONS, RECOMMENDABLE),
        ("Moderate the scores", "office_moderate", Permission.MANAGE_APPLICATIONS, {Status.ASSESSED}),
        ("Write feedback", "office_feedback", Permission.MANAGE_APPLICATIONS, FEEDBACK),
        ("Decide", "decide_application", Permission.DECIDE, DECIDABLE),
    )
    return [
        (words, reverse(name, args=[application.reference]))
        for words, name, permission, statuses in (CASE_ACTIONS if application.round.is_allocated else table)
        if application.status in statuses and user.may(permission)
        if name != "office_feedback" or application.outcome_released_at is None
        if name != "office_application_move" or not application.round.is_by_invitation
    ]


DECIDABLE = {Status.RECOMMENDED, Status.RESERVE, Status.NOT_RECOMMENDED, Status.DEFERRED}
RECOMMENDABLE = DECIDABLE | {Status.ASSESSED}
FEEDBACK = RECOMMENDABLE | set(FINAL)
# What may be done with a business case whose projects are decided one by one.
CASE_ACTIONS = (
    ("Check it", "office_application_check", Permission.MANAGE_APPLICATIONS, {Status.SUBMITTED}),
    ("Ask a question", "office_clarify", Permission.MANAGE_APPLICATIONS, {Status.SUBMITTED}),
    (
        "Take the question back",
        "office_clarify_take_back",
        Permission.MANAGE_APPLICATIONS,
        {Status.CLARIFICATION},
    ),
    ("Assign assessors", "office_assign", Permission.MANAGE_APPLICATIONS, {Status.ELIGIBLE}),
    (
        "Recommend the projects",
        "office_projects",
        Permission.MANAGE_APPLICATIONS,
        RECOMMENDABLE | {Status.APPROVED},
    ),
    ("Decide on the projects", "decide_projects", Permission.DECIDE, DECIDABLE | {Status.APPROVED}),
    ("See where the allocation is", "office_balance", Permission.READ_APPLICATIONS, set(Status.values)),
)


@requires(Permission.READ_APPLICATIONS)
@require_safe
def office_application_document(request, ref, pk):
    """A document that an application gives, now or before it was moved."""
    application = find_application(request, ref)
    document = get_object_or_404(services.documents_of(application), pk=pk)
    back = reverse("office_application", args=[application.reference])
    return hand_out(request, document, back_url=back)
