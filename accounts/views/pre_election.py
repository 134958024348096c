"""The weeks before elections, in which announcements need care."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.forms import PreElectionForm
from accounts.permissions import Permission as P
from office import services
from office.models import PreElectionPeriod
from pcc_grants.lib import clock
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken

PAGE = 25


@requires(P.READ_OFFICE_SETTINGS)
def pre_elections(request):
    """Every period, the latest first, and whether one runs today."""
    page = Paginator(PreElectionPeriod.objects.order_by("-starts_on", "-pk"), PAGE)
    context = {
        "heading": "Pre-election periods",
        "page_obj": page.get_page(request.GET.get("page")),
        "today": clock.today(),
        "warning": services.pre_election_warning(clock.today()),
    }
    return render(request, "office/pre_elections.html", context)


@requires(P.MANAGE_OFFICE)
def pre_election_new(request):
    return _period_form(
        request,
        heading="Add a pre-election period",
        initial={},
        act=lambda facts: services.add_pre_election(by=request.user, **facts),
        done="The pre-election period has been added",
    )


@requires(P.MANAGE_OFFICE)
def pre_election_edit(request, pk):
    period = get_object_or_404(PreElectionPeriod, pk=pk)
    return _period_form(
        request,
        heading="Change the pre-election period",
        initial={name: getattr(period, name) for name in ("name", "starts_on", "ends_on")},
        act=lambda facts: services.change_pre_election(by=request.user, period=period, **facts),
        done="The changes have been saved",
    )


def _period_form(request, *, heading, initial, act, done):
    form = PreElectionForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, done)
            return redirect("pre_elections")
    context = {
        "heading": heading,
        "form": form,
        "cancel_url": reverse("pre_elections"),
        "crumbs": _crumbs(),
    }
    return render(request, "office/pre_election.html", context, status=422 if form.errors else 200)


@requires(P.MANAGE_OFFICE)
def pre_election_remove(request, pk):
    """Remove it, after a question."""
    period = get_object_or_404(PreElectionPeriod, pk=pk)
    if request.method == "POST":
        services.remove_pre_election(by=request.user, period=period)
        messages.success(request, "The pre-election period has been removed")
        return redirect("pre_elections")
    context = {
        "heading": "Remove this pre-election period?",
        "sentence": f"{period.in_words}. Nobody will be warned in these weeks. You can add it again.",
        "button": "Remove the period",
        "warning": True,
        "cancel_url": reverse("pre_elections"),
        "crumbs": _crumbs(),
    }
    return render(request, "office/pre_election.html", context)


def _crumbs():
    return [("Pre-election periods", reverse("pre_elections"))]
