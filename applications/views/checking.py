"""The office's check of an application, with the checklist of its round."""

from django.contrib import messages
from django.shortcuts import redirect, render

from accounts.permissions import Permission
from funds.eligibility import Check
from funds.models import CheckItem
from pcc_grants.lib.access import requires
from pcc_grants.lib.clock import format_date, format_moment
from pcc_grants.lib.money import format_money
from pcc_grants.lib.rules import RuleBroken

from .. import services
from ..forms.checking import CheckForm
from .case_parts import case_context
from .office import crumbs_of, find_application, posted

About = CheckItem.About


@requires(Permission.MANAGE_APPLICATIONS)
def office_application_check(request, ref):
    """Is it complete, and may the fund support it? Can be left half-way, and finished later."""
    application = find_application(request, ref)
    lines = services.checklist_of(application)
    later = "later" in request.POST
    form = CheckForm(posted(request), lines=lines, later=later, initial={"notes": application.check_notes})
    reading = services.sent_reading_of(application)
    if request.method == "POST" and form.is_valid():
        try:
            _save(request.user, application, form, later)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(
                request, "Your answers have been saved" if later else "The check has been recorded"
            )
            return redirect("office_application", application.reference)
    problems = [*services.gaps_of(reading), *services.gaps_of_case(application)]
    context = {
        "heading": "Check the application",
        "crumbs": crumbs_of(application),
        "application": application,
        "round": application.round,
        "fund": application.round.fund,
        "problems": problems,
        **case_context(application, for_office=True),
        "form": form,
        "groups": _groups(application, form, problems),
        "reading": reading,
        "document_page": "office_application_document",
        "document_key": application.reference,
    }
    return render(request, "applications/office/check.html", context, status=422 if form.errors else 200)


def _save(by, application, form, later) -> None:
    if later:
        notes = form.cleaned_data["notes"]
        services.answer_checklist(by=by, application=application, answers=form.answers, notes=notes)
        return
    services.check(
        by=by,
        application=application,
        eligible=form.cleaned_data["eligible"] == "yes",
        notes=form.cleaned_data["notes"],
        answers=form.answers,
    )


# -- What the service knows already ------------------------------------------------------------------------


def _groups(application, form, problems) -> list[dict]:
    """The facts about eligibility and completeness, each with the lines that they help with."""
    fields = {group["about"]: group["fields"] for group in form.groups()}
    facts = {
        About.ELIGIBILITY: _of_eligibility(application),
        About.COMPLETENESS: _of_completeness(application, problems),
    }
    return [{"label": about.label, "facts": facts[about], "fields": fields.get(about, [])} for about in About]


def _of_eligibility(application) -> list[tuple]:
    round, organisation = application.round, application.organisation
    takes = round.kinds_that_may_apply
    kind = organisation.get_kind_display()
    if takes and organisation.kind not in round.who_may_apply:
        kind += f". This round takes: {', '.join(takes)}"
    said = Check(round, list(round.eligibility_questions.all()), application.eligibility or {}).shown()
    return [
        ("Type of organisation", kind),
        (
            "Amount asked for",
            f"{format_money(application.amount_asked)}, of {format_money(round.maximum)} at most",
        ),
        (
            "Dates",
            f"{_from_to(application.starts_on, application.ends_on)}. "
            f"The round takes {_from_to(round.projects_start_on, round.projects_end_on)}",
        ),
        *((question.text, f"They answered: {answer}") for _, question, answer in said if answer),
    ]


def _from_to(start, end) -> str:
    return f"{format_date(start)} to {format_date(end)}"


def _of_completeness(application, problems) -> list[tuple]:
    received = format_moment(application.submitted_at)
    if application.received_in_grace:
        received += f", in the {application.round.grace_minutes} minutes after closing"
    documents = services.documents_of(application)
    partners = application.named_partners.select_related("organisation")
    return [
        ("Against the rules of the round", "\n".join(gap.message for gap in problems) or "Nothing"),
        ("Received", received),
        *(("More time", one.in_words) for one in services.more_time_of(application)),
        ("Documents", "\n".join(f"{one.name}: {one.get_scan_display()}" for one in documents) or "None"),
        ("Partners", "\n".join(map(_partner_in_words, partners)) or "None named"),
        (
            "Declaration",
            f"Signed by {application.signed_name}, {application.signed_role}; "
            f"submitted by {application.submitted_by}",
        ),
    ]


def _partner_in_words(partner) -> str:
    return f"{partner}: {'in' if partner.organisation_id else 'not linked to'} our register"
