"""How a person comes to act for an organisation: finding it, asking to join it, or registering it.

Nobody is shown a list. What was typed stands in the address of the next page, and is looked up there again:
a page can only be reached with words that somebody typed themselves.
"""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.permissions import Permission
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken

from .. import services
from ..forms import AskToJoinForm, FindForm, OrganisationForm
from ..models import Invitation, JoinRequest, Membership
from .common import page_of, posted

ASKED = "We have passed on your request. We will write to you when it has been answered."


@requires(Permission.APPLY)
def my_organisations(request):
    """The organisations a person acts for, and those they asked to join; the only one is opened at once."""
    mine = Membership.objects.filter(user=request.user, ended_at=None).select_related("organisation")
    page = page_of(request, mine.order_by("organisation__name", "pk"))
    invitations = Invitation.objects.visible_to(request.user).select_related("organisation", "invited_by")
    asked = JoinRequest.objects.waiting().filter(user=request.user).select_related("organisation")
    context = {
        "heading": "Your organisations",
        "page_obj": page,
        "invitations": list(invitations),
        "asked": list(asked),
    }
    if page.paginator.count == 1 and not context["invitations"] and not context["asked"]:
        return redirect("organisation", page.object_list[0].organisation.reference)
    return render(request, "organisations/mine.html", context)


@requires(Permission.APPLY)
def organisation_new(request):
    """Ask for the number or name of the organisation first: we may already know it.

    `next` in the address is the page to go on to at the end.
    """
    form = FindForm(posted(request))
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["words"]
        if services.find(words) is None:
            return redirect(_address(request, "organisation_register", **{_field_of(words): words}))
        return redirect(_address(request, "organisation_ask", words=words))
    context = {"heading": "Add your organisation", "form": form, "back_url": reverse("my_organisations")}
    return render(request, "organisations/find.html", context, status=422 if form.errors else 200)


@requires(Permission.APPLY)
def organisation_ask(request):
    """Ask to join the organisation that the words in the address name; or go on when it is another one."""
    words = request.GET.get("words", "")
    found = services.find(words)
    if found is None:
        return redirect(_address(request, "organisation_new"))
    form = AskToJoinForm(posted(request))
    context = {
        "heading": "We may already know your organisation",
        "words": words,
        "form": form,
        "back_url": _address(request, "organisation_new"),
    }
    if isinstance(found, services.Several):
        context |= {"form": None, "register_url": _address(request, "organisation_register", name=words)}
        return render(request, "organisations/ask.html", context)
    organisation = found.organisation
    if services.is_member(request.user, organisation):
        messages.success(request, "You already act for this organisation")
        return redirect("organisation", organisation.reference)
    if organisation.invitations.visible_to(request.user).exists():
        return redirect("organisation_join", organisation.reference)
    if request.method == "POST" and form.is_valid():
        try:
            services.ask_to_join(by=request.user, organisation=organisation, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, ASKED)
            return redirect("my_organisations")
    context["is_exact"] = found.is_exact
    if not found.is_exact:
        context["register_url"] = _address(request, "organisation_register", name=words)
    return render(request, "organisations/ask.html", context, status=422 if form.errors else 200)


@requires(Permission.APPLY)
def organisation_register(request):
    """Register an organisation; whoever does so leads it. What was typed on the way is kept."""
    typed = {name: request.GET.get(name, "") for name in ("name", "charity_number", "company_number")}
    form = OrganisationForm(posted(request), initial=typed)
    context = {
        "heading": "Tell us about your organisation",
        "form": form,
        "back_url": _address(request, "organisation_new"),
    }
    if request.method == "POST" and form.is_valid():
        try:
            made = services.register(by=request.user, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
            if known := _known_words(form.cleaned_data):
                context["ask_url"] = _address(request, "organisation_ask", words=known)
        else:
            messages.success(request, "Your organisation has been added")
            if following := _next(request):
                return HttpResponseRedirect(following)
            return redirect("organisation", made.reference)
    return render(request, "organisations/register.html", context, status=422 if form.errors else 200)


def _known_words(facts) -> str:
    """The number or name, as it was typed, under which we know an organisation already."""
    typed = [facts[name] for name in ("charity_number", "company_number", "name")]
    for words in filter(None, typed):
        found = services.find(words)
        if isinstance(found, services.Found) and found.is_exact:
            return words
    return ""


def _field_of(words: str) -> str:
    """Which field of the registering form these words fill."""
    number = words.replace(" ", "").upper()
    if services.CHARITY_NUMBER.fullmatch(number):
        return "charity_number"
    return "company_number" if services.COMPANY_NUMBER.fullmatch(number) else "name"


def _next(request) -> str:
    """The page of ours to go on to; empty for none, and for anything else."""
    following = request.GET.get("next", "")
    is_ours = following.startswith("/") and url_has_allowed_host_and_scheme(following, allowed_hosts=None)
    return following if is_ours else ""


def _address(request, page: str, /, **query) -> str:
    """A page on the way, with what it needs and the page to go on to."""
    following = _next(request)
    return reverse(page, query=query | ({"next": following} if following else {}) or None)
