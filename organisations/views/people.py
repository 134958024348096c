"""Who acts for an organisation: its lead invites, changes, removes and answers; a person joins and leaves."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.permissions import Permission
from pcc_grants.lib import clock
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken

from .. import services
from ..forms import AnswerRequestForm, RoleForm
from ..models import JoinRequest, Organisation
from .common import find_led, find_organisation, invite_person, posted

SENT_AGAIN = "We have written to {email} again. They can accept until {day}."


@requires(Permission.APPLY)
def organisation_person_new(request, ref):
    """Invite a colleague by e-mail address. The answer is the same whoever it belongs to."""
    organisation = find_led(request, ref)
    return invite_person(request, organisation, "organisation", {"heading": "Invite a colleague"})


@requires(Permission.APPLY)
def organisation_person_role(request, ref, pk):
    """Make a member a lead, or a lead a member."""
    organisation = find_led(request, ref)
    people = organisation.memberships.filter(ended_at=None).select_related("user")
    membership = get_object_or_404(people, pk=pk)
    form = RoleForm(posted(request), initial={"role": membership.role})
    back = reverse("organisation", args=[ref])
    if request.method == "POST" and form.is_valid():
        try:
            services.change_role(by=request.user, membership=membership, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, "The role has been changed")
            return redirect(back)
    context = {
        "heading": "Change the role",
        "organisation": organisation,
        "membership": membership,
        "form": form,
        "back_url": back,
        "cancel_url": back,
    }
    return render(request, "organisations/person_role.html", context, status=422 if form.errors else 200)


@requires(Permission.APPLY)
def organisation_person_remove(request, ref, pk):
    """Take a person off the organisation, after a question."""
    organisation = find_organisation(request, ref)
    membership = get_object_or_404(organisation.memberships.select_related("user"), pk=pk)
    back = reverse("organisation", args=[ref])
    is_own = membership.user_id == request.user.pk
    if not is_own and not services.is_lead(request.user, organisation):
        raise PermissionDenied
    context = {
        "heading": "Leave this organisation?" if is_own else "Remove this person?",
        "organisation": organisation,
        "membership": membership,
        "is_own": is_own,
        "back_url": back,
        "cancel_url": back,
    }
    if request.method == "POST":
        try:
            services.end_membership(by=request.user, membership=membership)
        except RuleBroken as broken:
            context["page_errors"] = [str(broken)]
        else:
            messages.success(request, "The person can no longer act for this organisation")
            return redirect("my_organisations") if is_own else redirect(back)
    status = 422 if context.get("page_errors") else 200
    return render(request, "organisations/person_remove.html", context, status=status)


# -- Invitations -------------------------------------------------------------------------------------------


@requires(Permission.APPLY)
@require_POST
def organisation_invitation_send(request, ref, pk):
    """Send an invitation again: it can be accepted for 14 more days."""
    organisation = find_led(request, ref)
    invitation = get_object_or_404(organisation.invitations, pk=pk)
    try:
        invitation = services.send_invitation_again(by=request.user, invitation=invitation)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        day = clock.format_date(invitation.expires_at)
        messages.success(request, SENT_AGAIN.format(email=invitation.email, day=day))
    return redirect("organisation", ref)


@requires(Permission.APPLY)
def organisation_invitation_cancel(request, ref, pk):
    """Take an invitation back, after a question."""
    organisation = find_led(request, ref)
    invitation = get_object_or_404(organisation.invitations, pk=pk)
    back = reverse("organisation", args=[ref])
    context = {
        "heading": "Cancel this invitation?",
        "caption": organisation.name,
        "sentence": f"{invitation.email} will not be able to accept it. You can invite them again.",
        "button": "Cancel invitation",
        "warning": True,
        "back_url": back,
        "cancel_url": back,
        "cancel_label": "Keep it",
    }
    if request.method == "POST":
        try:
            services.cancel_invitation(by=request.user, invitation=invitation)
        except RuleBroken as broken:
            context["page_errors"] = [str(broken)]
        else:
            messages.success(request, "The invitation has been cancelled")
            return redirect(back)
    status = 422 if context.get("page_errors") else 200
    return render(request, "organisations/confirm.html", context, status=status)


@requires(Permission.APPLY)
def organisation_join(request, ref):
    """Accept an invitation: for the address that it was sent to. Nobody else finds the page."""
    organisation = get_object_or_404(Organisation, reference=ref)
    if services.is_member(request.user, organisation):
        return redirect("organisation", ref)
    invitation = organisation.invitations.addressed_to(request.user).select_related("invited_by").first()
    if invitation is None:
        raise Http404
    context = {
        "heading": f"Join {organisation}?",
        "organisation": organisation,
        "invitation": invitation,
        "why_not": services.why_not_acceptable(invitation),
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
            messages.success(request, f"You can now act for {organisation}")
            return redirect("organisation", ref)
    status = 422 if context.get("page_errors") else 200
    return render(request, "organisations/join.html", context, status=status)


# -- Requests to join --------------------------------------------------------------------------------------


@requires(Permission.APPLY)
def organisation_request(request, ref, pk):
    """Let somebody who asked act for the organisation, or not: its lead decides."""
    organisation = find_led(request, ref)
    join_requests = JoinRequest.objects.visible_to(request.user).select_related("user", "decided_by")
    join_request = get_object_or_404(join_requests, organisation=organisation, pk=pk)
    form = AnswerRequestForm(posted(request))
    back = reverse("organisation", args=[ref])
    if request.method == "POST" and form.is_valid():
        accept = form.cleaned_data["answer"] == "yes"
        try:
            services.decide_join_request(by=request.user, join_request=join_request, accept=accept)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            done = "They can now act for the organisation" if accept else "The request has been declined"
            messages.success(request, f"{done}. We have written to them.")
            return redirect(back)
    context = {
        "heading": "A request to join",
        "organisation": organisation,
        "join_request": join_request,
        "form": form,
        "back_url": back,
    }
    return render(request, "organisations/request.html", context, status=422 if form.errors else 200)
