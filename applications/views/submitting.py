"""Check, sign and submit; the receipt; and what can be undone afterwards."""

import logging

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.permissions import Permission
from pcc_grants.lib import clock
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken

from .. import services
from ..forms.submitting import AskSignatureForm, SubmitForm, WithdrawForm
from ..models import MOVES, Copy, Part, Status
from ..services.completeness import (
    accepts_submission,
    closes_at,
    ended_sentence,
    is_before_closing,
    submissions_end_at,
)
from ..services.people import SIGNERS, WRITERS
from .case_parts import case_context
from .common import context_of, find_application, posted

logger = logging.getLogger(__name__)


@requires(Permission.APPLY)
def application_submit(request, ref):
    """Check all answers, declare, sign, submit. What is missing stands at the top, each with its link.

    Who cannot sign hands it over here, to somebody who can.
    """
    received_at = clock.now()  # before anything else: the time that counts is when the request reached us
    application = find_application(request, ref)
    if application.status == Status.DRAFT and not accepts_submission(application):
        if request.method != "POST":
            return redirect("application", application.reference)
    elif application.status != Status.DRAFT:
        return _already(request, application)
    part_held = services.part_of(request.user, application)
    reading = services.reading_of(application)
    gaps = [*services.gaps_of(reading), *services.gaps_of_case(application)]
    may_sign = part_held in SIGNERS
    others = [user for user in services.signers_of(application) if user.pk != request.user.pk]
    form = SubmitForm(posted(request) if "hand_over" not in request.POST else None) if may_sign else None
    hand_over = AskSignatureForm(
        posted(request) if "hand_over" in request.POST else None, signers=_as_rows(others)
    )
    closed = _is_closed(application, received_at)
    if closed:
        gaps = []  # what is missing no longer matters
    elif request.method == "POST" and not gaps:
        response = _act(request, application, form, hand_over, received_at)
        if response is not None:
            return response
    context = context_of(
        application,
        heading="Check and submit",
        form=form if "hand_over" not in request.POST else hand_over,
        sign_form=form,
        hand_over=hand_over if others and part_held in WRITERS else None,
        nobody_signs=not may_sign and not others,
        may_invite=part_held == Part.LEAD,
        may_take_back=_may_take_back(request.user, application, part_held),
        gaps=[(gap.message, gap.url(application.reference)) for gap in gaps],
        page_errors=closed or [gap.message for gap in gaps],
        reading=reading,
        may_sign=may_sign,
        may_write=part_held in WRITERS,
        closes_at=closes_at(application),
        totals=services.totals_of(application, reading),
        **case_context(application),
        back_url=reverse("application", args=[application.reference]),
    )
    status = 422 if request.method == "POST" else 200
    return render(request, "applications/applicant/submit.html", context, status=status)


def _may_take_back(user, application, part_held) -> bool:
    """Whether the person can end the waiting for a signature: whoever writes, or whoever was asked."""
    is_asked = application.signature_asked_of_id == user.pk
    return application.signature_asked_at is not None and (is_asked or part_held in WRITERS)


@requires(Permission.APPLY)
@require_POST
def application_signature_take_back(request, ref):
    """Stop waiting for a signature, or say no to the request for one's own."""
    application = find_application(request, ref)
    is_own = application.signature_asked_of_id == request.user.pk
    try:
        services.take_back_signature_request(by=request.user, application=application)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        done = (
            "We have passed on that you will not sign"
            if is_own
            else "The request to sign has been taken back"
        )
        messages.success(request, f"{done}. The application is not submitted yet.")
    return redirect("application", application.reference)


def _is_closed(application, received_at) -> list[str]:
    """That it came too late, as the errors of a page that was left open; empty when it did not."""
    if received_at.replace(microsecond=0) <= submissions_end_at(application):
        return []
    return [f"{ended_sentence(application)}. Your application was not submitted."]


def _as_rows(users):
    from accounts.models import User

    return User.objects.filter(pk__in=[user.pk for user in users]).order_by("name", "pk")


def _act(request, application, form, hand_over, received_at):
    """Submit, or hand over for a signature. None when the page has something to say first."""
    if "hand_over" in request.POST:
        if not hand_over.is_valid():
            return None
        try:
            services.ask_signature(by=request.user, application=application, **hand_over.cleaned_data)
        except RuleBroken as broken:
            hand_over.add_error(None, str(broken))
            return None
        signatory = hand_over.cleaned_data["signatory"]
        messages.success(request, f"We have asked {signatory} to sign. It is not submitted yet.")
        return redirect("application", application.reference)
    if form is None or not form.is_valid():
        return None
    try:
        services.submit(
            by=request.user,
            application=application,
            signed_name=form.cleaned_data["signed_name"],
            signed_role=form.cleaned_data["signed_role"],
            received_at=received_at,
        )
    except RuleBroken as broken:
        form.add_error(None, str(broken))
        return None
    return redirect("application_submitted", application.reference)


def _already(request, application):
    """Back after submitting: says so, and creates nothing."""
    if application.submitted_at is None:
        return redirect("application", application.reference)
    if request.method == "POST":
        return redirect("application_submitted", application.reference)
    context = context_of(application, heading="You have already submitted this application")
    return render(request, "applications/applicant/already.html", context)


@requires(Permission.APPLY)
def application_submitted(request, ref):
    """The receipt: it can be kept as a bookmark."""
    application = find_application(request, ref)
    if application.submitted_at is None:
        return redirect("application", application.reference)
    leads = services.part_of(request.user, application) == Part.LEAD
    context = context_of(
        application,
        heading="Application submitted",
        people=services.people_of(application),
        copy=application.copies.filter(kind=Copy.Kind.SUBMITTED).first(),
        may_reopen=leads and application.status == Status.SUBMITTED and is_before_closing(application),
        closes_at=closes_at(application),
    )
    return render(request, "applications/applicant/submitted.html", context)


@requires(Permission.APPLY)
def application_copy(request, ref):
    """The PDF of the application as submitted, or of the draft that was not: the latest copy of it."""
    application = find_application(request, ref)
    copy = get_object_or_404(application.copies.select_related("attachment")[:1])
    try:
        content = services.content_of(copy)
    except Exception:  # whatever the renderer stumbles over, the answers can be read as a page
        logger.exception("The PDF of copy %s could not be made.", copy.pk)
        messages.error(request, "We could not make the PDF. Contact us if you need it.")
        return redirect("application", application.reference)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{copy.attachment.name}"'
    return response


@requires(Permission.APPLY)
def application_reopen(request, ref):
    """Make it a draft again, after saying plainly what that means."""
    application = find_application(request, ref)
    context = context_of(
        application,
        heading="Reopen your application to make a change?",
        closes_at=closes_at(application),
        back_url=reverse("application", args=[application.reference]),
    )
    if request.method == "POST":
        try:
            services.reopen(by=request.user, application=application)
        except RuleBroken as broken:
            context["page_errors"] = [str(broken)]
        else:
            messages.success(request, "You can change your application now. You must submit it again.")
            return redirect("application", application.reference)
    elif not (application.status == Status.SUBMITTED and is_before_closing(application)):
        return redirect("application", application.reference)
    status = 422 if context.get("page_errors") else 200
    return render(request, "applications/applicant/reopen.html", context, status=status)


@requires(Permission.APPLY)
def application_withdraw(request, ref):
    """Withdraw an application or delete a draft, after a question."""
    application = find_application(request, ref)
    is_draft = application.status in (Status.DRAFT, Status.NOT_SUBMITTED)
    form = WithdrawForm(posted(request)) if not is_draft else None
    back = reverse("application", args=[application.reference])
    context = context_of(
        application,
        heading="Delete this draft?" if is_draft else "Withdraw this application?",
        is_draft=is_draft,
        form=form,
        back_url=back,
        cancel_url=back,
    )
    if request.method == "POST" and (form is None or form.is_valid()):
        reason = form.cleaned_data["reason"] if form else ""
        try:
            services.withdraw(by=request.user, application=application, reason=reason)
        except RuleBroken as broken:
            context["page_errors"] = [str(broken)]
        else:
            done = "The draft has been deleted" if is_draft else "The application has been withdrawn"
            messages.success(request, done)
            return redirect(back)
    elif request.method != "POST" and (
        Status.WITHDRAWN not in MOVES[application.status] or services.why_not_withdrawable(application)
    ):
        return redirect(back)
    status = 422 if request.method == "POST" else 200
    return render(request, "applications/applicant/withdraw.html", context, status=status)


@requires(Permission.APPLY)
def application_restore(request, ref):
    """Bring a deleted draft back."""
    application = find_application(request, ref)
    back = reverse("application", args=[application.reference])
    context = context_of(application, heading="Restore this draft?", back_url=back, cancel_url=back)
    if request.method == "POST":
        try:
            services.restore_draft(by=request.user, application=application)
        except RuleBroken as broken:
            context["page_errors"] = [str(broken)]
        else:
            messages.success(request, "The draft has been restored")
            return redirect(back)
    elif not services.is_restorable(application):
        return redirect(back)
    status = 422 if context.get("page_errors") else 200
    return render(request, "applications/applicant/restore.html", context, status=status)
