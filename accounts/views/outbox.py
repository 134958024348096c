"""The outbox: what was sent to whom, and what was not."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.forms import OutboxFilter
from accounts.permissions import Permission as P
from notifications import services
from notifications.models import Message
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken


@requires(P.READ_MESSAGES)
def outbox(request):
    form = OutboxFilter(request.GET or None)
    rows = Message.objects.visible_to(request.user).defer("body")
    if form.is_bound and form.is_valid():
        if form.cleaned_data["state"]:
            rows = rows.filter(state=form.cleaned_data["state"])
        if words := form.cleaned_data["address"]:
            rows = rows.filter(Q(to__icontains=words) | Q(subject__icontains=words))
    elif form.is_bound:
        rows = rows.none()
    page = Paginator(rows, 25).get_page(request.GET.get("page"))
    return render(request, "notifications/outbox.html", {"page_obj": page, "filter_form": form})


@requires(P.READ_MESSAGES, write=P.MANAGE_MESSAGES)
def message(request, pk):
    """One message. Its text is shown to nobody when it is secret. One that failed can be sent again."""
    found = get_object_or_404(Message.objects.visible_to(request.user), pk=pk)
    page_errors = []
    if request.method == "POST":
        try:
            services.send_again(by=request.user, message=found)
        except RuleBroken as broken:
            page_errors = [str(broken)]
        else:
            messages.success(request, "The email will be sent again within a minute")
            return redirect("message", pk=pk)
    context = {
        "message": found,
        "page_errors": page_errors,
        "may_send_again": (
            found.state == Message.State.FAILED and not found.secret and request.user.may(P.MANAGE_MESSAGES)
        ),
        "crumbs": [("Service health", reverse("manage_home")), ("Emails", reverse("outbox"))],
    }
    return render(request, "notifications/message.html", context, status=422 if page_errors else 200)
