"""Feedback for the applicant: a text for each criterion, beside what was given and why."""

from django.contrib import messages
from django.shortcuts import redirect, render

from accounts.permissions import Permission
from applications import services
from applications.forms.moderating import FeedbackForm
from applications.services.feedback import why_no_feedback
from applications.services.scores import is_blind
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken

from .moderate import side_by_side
from .recommend import _application, application_crumbs, posted, status_of


@requires(Permission.READ_APPLICATIONS, write=Permission.MANAGE_APPLICATIONS)
def office_feedback(request, ref):
    """What the applicant will be told of each criterion, beside the reasons it can be taken from."""
    application = _application(request, ref)
    context = {
        "heading": f"Feedback on {application.reference}",
        "application": application,
        "round": application.round,
        "crumbs": application_crumbs(application),
        "scores_hidden": is_blind(application, request.user),
    }
    if context["scores_hidden"]:
        if request.method == "POST":
            return redirect("office_feedback", ref=ref)
        return render(request, "applications/feedback.html", context)
    written = {one.criterion_id: one for one in application.feedback.select_related("written_by")}
    rows = side_by_side(application)
    form = FeedbackForm(
        posted(request),
        criteria=[row["criterion"] for row in rows],
        initial={f"criterion_{pk}": one.text for pk, one in written.items()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.write_feedback(by=request.user, application=application, texts=form.texts())
        except RuleBroken as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "The feedback has been saved. The applicant does not see it yet.")
            return redirect("office_feedback", ref=ref)
    refusal = why_no_feedback(application)
    for row in rows:
        row["field"] = form[f"criterion_{row['criterion'].pk}"]
        row["written"] = written.get(row["criterion"].pk)
    context |= {
        "form": form,
        "rows": rows,
        "gaps": [] if refusal else services.feedback_gaps(application),
        "refusal": refusal,
        "may_write": not refusal and request.user.may(Permission.MANAGE_APPLICATIONS),
    }
    return render(request, "applications/feedback.html", context, status=status_of(form))
