"""What the applicant's pages share: finding the application, and what every page of a draft shows."""

from django.shortcuts import get_object_or_404
from django.urls import reverse

from funds.models import Round
from pcc_grants.lib import clock

from ..models import Application, Status
from ..services.completeness import closes_at, ended_sentence, has_more_time, submissions_end_at

SAVED = "Your answers have been saved"


def find_application(request, ref) -> Application:
    """An application in which the person takes part; a reference it had before a move finds it too."""
    applications = Application.objects.of_applicant(request.user).select_related(
        "round__fund",
        "organisation",
        "theme",
        "response__questionnaire",
        "submitted_by",
        "withdrawn_by",
        "signature_asked_of",
        "signature_asked_by",
    )
    return get_object_or_404(applications.called(ref))


def start_of(application) -> str:
    """Where a page of the form leads back to: the task list, or our question that opened the section."""
    is_asked = application.status == Status.CLARIFICATION
    return reverse("application_messages" if is_asked else "application", args=[application.reference])


def posted(request):
    return request.POST if request.method == "POST" else None


def next_round(round) -> Round | None:
    """Where people can go on who missed a round: the next of its fund that is open or announced."""
    return (
        Round.objects.published()
        .filter(fund=round.fund_id, closes_at__gt=clock.now())
        .exclude(pk=round.pk)
        .select_related("fund")
        .order_by("closes_at", "pk")
        .first()
    )


def closing_note(application) -> str:
    """From 24 hours before closing: 'This fund closes at 5pm today. It is now 2:40pm.' (screens.md 3.12)."""
    now, closes = clock.now(), closes_at(application)
    if (closes - now).total_seconds() > 24 * 3600:
        return ""
    time_now = f"It is now {clock.format_time(now)}."
    day = "today" if clock.london_date(closes) == clock.today() else "tomorrow"
    if now <= closes:
        if has_more_time(application):
            return f"You have until {clock.format_time(closes)} {day} to submit. {time_now}"
        return f"This fund closes at {clock.format_time(closes)} {day}. {time_now}"
    if now <= submissions_end_at(application):
        until = clock.format_time(submissions_end_at(application))
        return f"{ended_sentence(application)}. You can still submit until {until}. {time_now}"
    return ""


def context_of(application, **more) -> dict:
    context = {
        "application": application,
        "round": application.round,
        "fund": application.round.fund,
        "document_page": "application_document",
        "document_key": application.reference,
    }
    if application.status == Status.DRAFT:
        context["closing_note"] = closing_note(application)
        if application.signature_asked_at:
            context["signature_by"] = closes_at(application)
    return context | more
