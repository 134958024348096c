"""The office asks an applicant about their application, and may take the question back."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.permissions import Permission
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken
from questionnaires.models import Section

from .. import services
from ..forms.asking import ClarifyForm
from ..models import Status
from .office import crumbs_of, find_application, posted


@requires(Permission.MANAGE_APPLICATIONS)
def office_clarify(request, ref):
    """Ask a question, with the sections it opens; while one is open, what it says and until when."""
    application = find_application(request, ref)
    reading = services.sent_reading_of(application)
    sections = Section.objects.filter(pk__in=[part.section.pk for part in reading.needed]).order_by(
        "position"
    )
    form = ClarifyForm(posted(request), sections=sections)
    if request.method == "POST" and form.is_valid():
        try:
            asked = services.ask_applicant(by=request.user, application=application, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            last = asked.reply_by
            messages.success(
                request, f"The question has been sent. The last day for the answer is {last:%A}."
            )
            return redirect("office_application", application.reference)
    context = {
        "heading": "Ask a question",
        "crumbs": crumbs_of(application),
        "application": application,
        "question": services.open_question(application),
        "may_ask": application.status == Status.SUBMITTED,
        "form": form,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "applications/office/clarify.html", context, status=status)


@requires(Permission.MANAGE_APPLICATIONS)
def office_clarify_take_back(request, ref):
    """Take the open question back, after a question."""
    application = find_application(request, ref)
    back = reverse("office_application", args=[application.reference])
    context = {
        "heading": "Take the question back?",
        "crumbs": crumbs_of(application),
        "application": application,
        "cancel_url": back,
    }
    if request.method == "POST":
        try:
            services.take_back(by=request.user, application=application)
        except RuleBroken as broken:
            context["page_errors"] = [str(broken)]
        else:
            messages.success(request, "The question has been taken back")
            return redirect(back)
    elif application.status != Status.CLARIFICATION:
        return redirect(back)
    status = 422 if request.method == "POST" else 200
    return render(request, "applications/office/clarify_take_back.html", context, status=status)
