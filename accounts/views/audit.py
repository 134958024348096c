"""The audit trail, searched. Paged by the events' numbers: the last page costs what the first does."""

from datetime import time, timedelta

from django.apps import apps
from django.db.models import Q
from django.shortcuts import render

from accounts.forms import AuditFilter
from accounts.permissions import Permission as P
from audit.models import Event
from pcc_grants.lib import clock
from pcc_grants.lib.access import requires

A_PAGE = 25
LARGEST_ID = 2**63 - 1


@requires(P.READ_AUDIT)
def audit(request):
    form = AuditFilter(request.GET or None, kinds=kinds())
    rows = _filtered(Event.objects.visible_to(request.user), form)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and int(before) <= LARGEST_ID:
        rows = rows.filter(pk__lt=int(before))
    events = list(rows[: A_PAGE + 1])
    context = {
        "events": events[:A_PAGE],
        "older": events[A_PAGE - 1].pk if len(events) > A_PAGE else None,
        "is_first": not before,
        "filter_form": form,
        "kind_names": dict(kinds()),
    }
    return render(request, "audit/trail.html", context)


def _filtered(rows, form):
    if not form.is_bound:
        return rows
    if not form.is_valid():
        return rows.none()
    asked = form.cleaned_data
    for word in asked["words"].split():
        rows = rows.filter(Q(sentence__icontains=word) | Q(target_name__icontains=word))
    for word in asked["person"].split():
        rows = rows.filter(actor_name__icontains=word)
    if asked["kind"]:
        rows = rows.filter(target_type=asked["kind"])
    if asked["since"]:
        rows = rows.filter(at__gte=clock.london(asked["since"], time.min))
    if asked["until"]:
        rows = rows.filter(at__lt=clock.london(asked["until"] + timedelta(days=1), time.min))
    return rows


def kinds() -> list[tuple[str, str]]:
    """Every kind of record of ours, by the words for it."""
    ours = [model for model in apps.get_models() if not model.__module__.startswith(("django.", "allauth."))]
    names = {model._meta.label_lower: str(model._meta.verbose_name).capitalize() for model in ours}
    return sorted(names.items(), key=lambda pair: pair[1])
