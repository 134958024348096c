"""Our questions about an application, on the applicant's pages: the open one, and the earlier ones."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.permissions import Permission
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken

from .. import services
from ..forms.asking import ReplyForm
from ..models import Part
from ..services.completeness import why_not_answerable
from .common import context_of, find_application, posted


@requires(Permission.APPLY)
def application_messages(request, ref):
    """Answer our open question; earlier questions with the old answers and the new ones side by side."""
    application = find_application(request, ref)
    earlier = services.questions_with_changes(application)
    question = next((one for one in earlier if one.ended_at is None), None)
    over = why_not_answerable(question)
    may_answer = (
        question is not None
        and not over
        and services.part_of(request.user, application) in (Part.LEAD, Part.CONTRIBUTOR)
    )
    form = ReplyForm(posted(request)) if may_answer or request.method == "POST" else None
    gaps = []
    if request.method == "POST" and form.is_valid():
        if may_answer:
            reading = services.reading_of(application)
            gaps = services.answer_gaps(application, question, reading)
        if not gaps:
            try:
                services.answer_question(
                    by=request.user, application=application, reply=form.cleaned_data["reply"]
                )
            except RuleBroken as broken:
                form.add_error(None, str(broken))
            else:
                messages.success(request, "Your answer has been sent")
                return redirect("application_messages", application.reference)
    context = context_of(
        application,
        heading="Questions from us",
        question=question,
        over=over,
        sections=_sections(request.user, application, question),
        form=form,
        may_answer=may_answer,
        gaps=[(gap.message, gap.url(application.reference)) for gap in gaps],
        page_errors=[gap.message for gap in gaps],
        earlier=[one for one in earlier if one is not question],
        back_url=reverse("application", args=[application.reference]),
    )
    status = 422 if request.method == "POST" else 200
    return render(request, "applications/applicant/messages.html", context, status=status)


def _sections(user, application, question) -> list[tuple]:
    """The sections that the question opened, each with whether this person may change it."""
    if question is None:
        return []
    return [
        (section, services.may_write_now(user, application, section))
        for section in sorted(question.sections.all(), key=lambda section: section.position)
    ]
