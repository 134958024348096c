"""The people on one application: who takes part, inviting, changing and removing; and joining it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.permissions import Permission
from organisations.services import why_not_acceptable
from pcc_grants.lib import clock
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken

from .. import services
from ..forms.people import InviteForm, PartForm
from ..models import PART_HINTS, Application, Part
from .common import context_of, find_application, posted

PAGE = 25
INVITED = "We have written to {email}. They can take part once they have accepted."
SENT_AGAIN = "We have written to {email} again. They can accept until {day}."


@requires(Permission.APPLY)
def application_people(request, ref):
    """Who takes part, and in what part; for a lead, who is invited. Everyone who takes part reads it."""
    application = find_application(request, ref)
    standings = services.standings_of(application)
    leads = services.part_of(request.user, application) == Part.LEAD
    why_not = services.why_people_stay(application)
    unanswered = application.invitations.unanswered().order_by("expires_at", "pk")
    context = context_of(
        application,
        heading="People on this application",
        page_obj=Paginator(standings, PAGE).get_page(request.GET.get("page")),
        leads=leads,
        why_not=why_not,
        may_change=leads and not why_not,
        invitations=list(unanswered[:PAGE]) if leads else [],
        own=request.user,
        back_url=reverse("application", args=[application.reference]),
    )
    return render(request, "applications/applicant/people.html", context)


@requires(Permission.APPLY)
def application_person_new(request, ref):
    """Invite somebody to take part. The answer is the same whoever the address belongs to."""
    application = _led(request, ref)
    form = InviteForm(posted(request), sections=_sections(application))
    if request.method == "POST" and form.is_valid():
        try:
            services.invite(by=request.user, application=application, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, INVITED.format(email=form.cleaned_data["email"]))
            return redirect("application_people", application.reference)
    return _form_page(
        request,
        application,
        form,
        heading="Invite somebody",
        sentence="They see this application only, once they have accepted. They have 14 days.",
        button="Send invitation",
    )


@requires(Permission.APPLY)
def application_person(request, ref, pk):
    """Give somebody who takes part another part, or other sections."""
    application = _led(request, ref)
    standing, sections = _standing(application, pk), _sections(application)
    keys = [section.key for section in standing.sections]  # since a move to another fund, of another form
    limited = sections.filter(key__in=keys).values_list("pk", flat=True)
    initial = {"part": standing.part, "sections": list(limited)}
    form = PartForm(posted(request), initial=initial, sections=sections)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_part(
                by=request.user, application=application, user=standing.user, **form.cleaned_data
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, "The part has been changed")
            return redirect("application_people", application.reference)
    return _form_page(
        request,
        application,
        form,
        heading="Change what they do",
        sentence=f"{standing.user.name}, {standing.user.email}",
        button="Save",
    )


@requires(Permission.APPLY)
def application_person_remove(request, ref, pk):
    """Take somebody off the application, or leave it, after a question."""
    application = find_application(request, ref)
    is_own = pk == request.user.pk
    if not is_own:
        application = _led(request, ref)
    standing = _standing(application, pk)

    def remove():
        services.remove_person(by=request.user, application=application, user=standing.user)

    who = "You" if is_own else f"{standing.user.name}, {standing.user.email},"
    return _confirm(
        request,
        application,
        remove,
        done="You no longer take part" if is_own else "The person no longer takes part",
        then=reverse("home") if is_own else None,
        heading="Leave this application?" if is_own else "Remove this person?",
        sentence=f"{who} will no longer see this application. A lead can invite "
        f"{'you' if is_own else 'them'} again.",
        button="Leave" if is_own else "Remove",
    )


# -- Invitations -------------------------------------------------------------------------------------------


@requires(Permission.APPLY)
@require_POST
def application_invitation_send(request, ref, pk):
    """Send an invitation again: it can be accepted for 14 more days."""
    application = _led(request, ref)
    invitation = get_object_or_404(application.invitations, pk=pk)
    try:
        invitation = services.send_invitation_again(by=request.user, invitation=invitation)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        day = clock.format_date(invitation.expires_at)
        messages.success(request, SENT_AGAIN.format(email=invitation.email, day=day))
    return redirect("application_people", application.reference)


@requires(Permission.APPLY)
def application_invitation_cancel(request, ref, pk):
    """Take an invitation back, after a question."""
    application = _led(request, ref)
    invitation = get_object_or_404(application.invitations, pk=pk)
    return _confirm(
        request,
        application,
        lambda: services.cancel_invitation(by=request.user, invitation=invitation),
        done="The invitation has been cancelled",
        heading="Cancel this invitation?",
        sentence=f"{invitation.email} will not be able to accept it. You can invite them again.",
        button="Cancel invitation",
        cancel_label="Keep it",
    )


@requires(Permission.APPLY)
def application_join(request, ref):
    """Accept an invitation: for the address that it was sent to. Nobody else finds the page."""
    related = Application.objects.select_related("round__fund", "organisation").prefetch_related("extensions")
    application = get_object_or_404(related.called(ref))
    if services.part_of(request.user, application):
        return redirect("application", application.reference)
    addressed = application.invitations.addressed_to(request.user)
    invitation = addressed.select_related("invited_by").prefetch_related("sections").first()
    if invitation is None:
        raise Http404
    context = {
        "heading": "Take part in this application?",
        "application": application,
        "invitation": invitation,
        "part": invitation.get_part_display(),
        "part_hint": PART_HINTS[invitation.part],
        "why_not": why_not_acceptable(invitation) or services.why_people_stay(application),
        "back_url": reverse("home"),
    }
    if request.method == "POST":
        try:
            if "decline" in request.POST:
                services.cancel_invitation(by=request.user, invitation=invitation)
                messages.success(request, "You have declined the invitation")
                return redirect("home")
            services.accept_invitation(by=request.user, invitation=invitation)
        except RuleBroken as broken:
            context |= {"page_errors": [str(broken)], "why_not": str(broken)}
        else:
            messages.success(request, "You now take part in this application")
            return redirect("application", application.reference)
    status = 422 if context.get("page_errors") else 200
    return render(request, "applications/applicant/join.html", context, status=status)


# -- Within this module ------------------------------------------------------------------------------------


def _led(request, ref) -> Application:
    """An application that the person leads: 404 for a stranger, 403 for whoever takes another part."""
    application = find_application(request, ref)
    if services.part_of(request.user, application) != Part.LEAD:
        raise PermissionDenied
    return application


def _standing(application, pk):
    standing = next((one for one in services.standings_of(application) if one.user.pk == pk), None)
    if standing is None:
        raise Http404
    return standing


def _sections(application):
    return application.response.questionnaire.sections.order_by("position")


def _form_page(request, application, form, **context):
    people = reverse("application_people", args=[application.reference])
    why_not = services.why_people_stay(application)
    if why_not and request.method != "POST":
        return redirect(people)
    context = context_of(application, form=form, back_url=people, cancel_url=people, **context)
    status = 422 if form.errors else 200
    return render(request, "applications/applicant/person.html", context, status=status)


def _confirm(request, application, act, *, done, then=None, **context):
    """A question before something is taken away; then back to the people, or wherever `then` says."""
    people = reverse("application_people", args=[application.reference])
    context = context_of(application, back_url=people, cancel_url=people, warning=True, **context)
    if request.method == "POST":
        try:
            act()
        except RuleBroken as broken:
            context["page_errors"] = [str(broken)]
        else:
            messages.success(request, done)
            return redirect(then or people)
    status = 422 if context.get("page_errors") else 200
    return render(request, "applications/applicant/confirm.html", context, status=status)
