"""People who have an account, and their roles."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts import services
from accounts.forms import PeopleFilter, PersonForm, RolesForm
from accounts.models import User
from accounts.permissions import Permission as P
from audit.models import Event
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken

EVENTS_SHOWN = 20


@requires(P.READ_PEOPLE)
def people(request):
    form = PeopleFilter(request.GET or None)
    rows = _filtered(User.objects.visible_to(request.user), form)
    page = Paginator(rows, 25).get_page(request.GET.get("page"))
    return render(request, "accounts/people.html", {"page_obj": page, "filter_form": form})


def _filtered(rows, form):
    if not form.is_bound:
        return rows
    if not form.is_valid():
        return rows.none()
    asked = form.cleaned_data
    for word in asked["words"].split():
        rows = rows.filter(Q(name__icontains=word) | Q(email__icontains=word))
    if asked["role"]:
        rows = rows.filter(roles__contains=[asked["role"]])
    if asked["state"] == "unused":
        return rows.filter(is_active=True, last_login=None)
    if asked["state"]:
        return rows.filter(is_active=asked["state"] == "open")
    return rows


@requires(P.MANAGE_PEOPLE)
def person_new(request):
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = services.add_person(by=request.user, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, f"{person} has been added and invited by email")
            return redirect("person", pk=person.pk)
    context = {"form": form, "crumbs": _crumbs()}
    return render(request, "accounts/person_new.html", context, status=422 if form.errors else 200)


@requires(P.READ_PEOPLE)
def person(request, pk):
    found = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    events = Event.objects.about(found)[:EVENTS_SHOWN]
    context = {
        "person": found,
        "rows": [
            ("Email address", found.email),
            ("Roles", found.roles_in_words),
        ],
        "timeline": [{"title": e.sentence, "by": e.actor_name, "at": e.at} for e in events],
        "may_manage": request.user.may(P.MANAGE_PEOPLE),
        "is_self": found.pk == request.user.pk,
        "crumbs": _crumbs(),
    }
    return render(request, "accounts/person.html", context)


@requires(P.MANAGE_PEOPLE)
def person_roles(request, pk):
    found = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    # An empty POST is somebody who unticked everything, so it binds as well.
    form = RolesForm(request.POST if request.method == "POST" else None, initial={"roles": found.roles})
    if request.method == "POST" and form.is_valid():
        try:
            services.change_roles(by=request.user, person=found, roles=form.cleaned_data["roles"])
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, f"The roles of {found} have been saved")
            return redirect("person", pk=found.pk)
    context = {"form": form, "person": found, "crumbs": _crumbs(found)}
    return render(request, "accounts/person_roles.html", context, status=422 if form.errors else 200)


@requires(P.MANAGE_PEOPLE)
def person_close(request, pk):
    """Confirm, then close the account."""
    found = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    page_errors = []
    if request.method == "POST":
        try:
            services.deactivate(by=request.user, person=found)
        except RuleBroken as broken:
            page_errors = [str(broken)]
        else:
            messages.success(request, f"The account of {found} has been closed")
            return redirect("person", pk=found.pk)
    context = {"person": found, "page_errors": page_errors, "crumbs": _crumbs(found)}
    return render(request, "accounts/person_close.html", context, status=422 if page_errors else 200)


@requires(P.MANAGE_PEOPLE)
@require_POST
def person_open(request, pk):
    found = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    services.reactivate(by=request.user, person=found)
    messages.success(request, f"The account of {found} is open again")
    return redirect("person", pk=found.pk)


@requires(P.MANAGE_PEOPLE)
@require_POST
def person_invite(request, pk):
    found = get_object_or_404(User.objects.visible_to(request.user), pk=pk)
    try:
        services.invite_again(by=request.user, person=found)
    except RuleBroken as broken:
        messages.error(request, str(broken))
    else:
        messages.success(request, f"{found} has been invited again")
    return redirect("person", pk=found.pk)


def _crumbs(found=None):
    crumbs = [("Service health", reverse("manage_home")), ("People", reverse("people"))]
    return [*crumbs, (found.name, reverse("person", args=[found.pk]))] if found else crumbs
