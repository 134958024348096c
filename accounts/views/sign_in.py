"""Signing in and out. Whoever asks gets the same answer, whether or not there is an account."""

from itertools import groupby

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from allauth.account.utils import get_next_redirect_url, passthrough_next_redirect_url
from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts import services
from accounts.codes import CodeSignIn, may_use_code, send_refusal
from accounts.forms import (
    AddressForm,
    ChoosePasswordForm,
    CodeForm,
    CreateAccountForm,
    ForgottenForm,
    PasswordSignInForm,
)
from accounts.models import User
from accounts.permissions import HOMES, Role
from pcc_grants.lib.access import public, signed_in

EXPIRED = "This code has expired. Codes last 15 minutes and work once. Get a new code"
WRONG_CODE = "Enter the code from the email. The one you entered is not it"
WRONG_TOO_OFTEN = "You have entered a wrong code 3 times. Get a new code"
TOO_MANY = "You have tried too many times. Wait 5 minutes and try again"
NO_MATCH = "Enter the email address and password of your account. The ones you entered do not match"
LINK_KEY = "password_link_key"


@public
@never_cache
def sign_in(request):
    """Ask for the address and send a code. In a demonstration, also offer the sample accounts."""
    if request.user.is_authenticated:
        return redirect("after_sign_in")
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _may_ask(request, form):
        CodeSignIn.begin(request, email=form.cleaned_data["email"])
        return redirect(passthrough_next_redirect_url(request, reverse("sign_in_code"), "next"))
    context = {
        "form": form,
        "next": get_next_redirect_url(request) or "",
        "is_kept": (get_next_redirect_url(request) or "").startswith("/kept/"),
        "sample_accounts": _sample_accounts() if settings.DEMONSTRATION else [],
    }
    return render(request, "accounts/sign_in.html", context, status=422 if form.errors else 200)


@public
@never_cache
def create_account(request):
    """A name and an address; the account is made when the code has proved the address."""
    if request.user.is_authenticated:
        return redirect("after_sign_in")
    form = CreateAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _may_ask(request, form):
        CodeSignIn.begin(request, email=form.cleaned_data["email"], name=form.cleaned_data["name"])
        return redirect(passthrough_next_redirect_url(request, reverse("sign_in_code"), "next"))
    context = {"form": form, "next": get_next_redirect_url(request) or ""}
    return render(request, "accounts/create_account.html", context, status=422 if form.errors else 200)


@public
@never_cache
def sign_in_code(request):
    """Take the code that was sent. It works once, within 15 minutes, for 3 attempts."""
    if request.user.is_authenticated:
        return redirect("after_sign_in")
    process = CodeSignIn.pending(request)
    if request.method != "POST" and not process:
        return redirect("sign_in")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        refusal = _judge_code(process, form.cleaned_data["code"])
        if not refusal:
            response = process.finish(get_next_redirect_url(request))
            if response:
                return response
            refusal = EXPIRED
        form.add_error("code", refusal)
    again = passthrough_next_redirect_url(request, reverse("sign_in"), "next")
    context = {"form": form, "email": process.email if process else "", "back_url": again}
    return render(request, "accounts/sign_in_code.html", context, status=422 if form.errors else 200)


def _judge_code(process: CodeSignIn | None, typed: str) -> str:
    """Why the code is refused; empty when it is right."""
    if process is None:
        return EXPIRED
    if not process.may_try():
        return WRONG_TOO_OFTEN
    if process.matches(typed):
        return ""
    return WRONG_CODE if process.record_invalid_attempt() else WRONG_TOO_OFTEN


@public
@never_cache
@sensitive_post_parameters("password")
def sign_in_password(request):
    """For accounts of the office and the Panel."""
    if request.user.is_authenticated:
        return redirect("after_sign_in")
    form = PasswordSignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        credentials = form.cleaned_data
        try:
            person = get_adapter(request).authenticate(request, **credentials)
        except ValidationError:
            form.add_error(None, TOO_MANY)
        else:
            if person and person.is_active and person.is_staff_member:
                login = Login(user=person, email=person.email, redirect_url=get_next_redirect_url(request))
                return perform_password_login(request, credentials, login)
            form.add_error(None, NO_MATCH)
    context = {"form": form, "back_url": reverse("sign_in")}
    return render(request, "accounts/sign_in_password.html", context, status=422 if form.errors else 200)


@public
@never_cache
def password_forgotten(request):
    """Send a link with which to choose a new password, to those who have one."""
    form = ForgottenForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _may_ask(request, form):
        email = form.cleaned_data["email"]
        person = User.objects.filter(email__iexact=email).first()
        if person is None or not person.is_active:
            send_refusal(email, "no_account")
        elif may_use_code(person):
            send_refusal(email, "use_code")
        else:
            services.send_password_link(person=person)
        return redirect("password_link_sent")
    context = {"form": form, "back_url": reverse("sign_in_password")}
    return render(request, "accounts/password_forgotten.html", context, status=422 if form.errors else 200)


@public
def password_link_sent(request):
    return render(request, "accounts/password_link_sent.html", {"back_url": reverse("sign_in_password")})


@public
@never_cache
@sensitive_post_parameters("password")
def choose_password(request, uid, key):
    """Choose a password by a link from an e-mail. The key moves into the session, out of the address."""
    if key != "new":
        if services.person_of_link(uid, key):
            request.session[LINK_KEY] = key
            return redirect("choose_password", uid=uid, key="new")
        return render(request, "accounts/password_link_used.html", status=410)
    person = services.person_of_link(uid, request.session.get(LINK_KEY, ""))
    if person is None:
        return render(request, "accounts/password_link_used.html", status=410)
    form = ChoosePasswordForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        person = services.choose_password(person=person, password=form.cleaned_data["password"])
        logout(request)
        messages.success(request, "Your password has been saved")
        return perform_password_login(
            request, {"email": person.email}, Login(user=person, email=person.email)
        )
    return render(
        request,
        "accounts/choose_password.html",
        {"form": form, "person": person},
        status=422 if form.errors else 200,
    )


@public
@require_POST
def sign_out(request):
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@signed_in
def after_sign_in(request):
    return redirect(request.user.home)


@public
@never_cache
def sign_in_as(request, pk):
    """One click into a sample account. Only in a demonstration: elsewhere there is no such page."""
    if not settings.DEMONSTRATION or request.method != "POST":
        raise Http404
    person = get_object_or_404(User, pk=pk, is_sample=True, is_active=True)
    logout(request)
    get_adapter(request).login(request, person)
    return redirect(get_adapter(request).get_login_redirect_url(request))


def _may_ask(request, form) -> bool:
    """Whether this address, and this browser's, may ask for another e-mail; else the form says why not."""
    if ratelimit.consume(request, action="request_login_code", key=form.cleaned_data["email"]):
        return True
    form.add_error(None, TOO_MANY)
    return False


def _sample_accounts() -> list[tuple[str, list[User]]]:
    """Sample accounts by the first of their roles, in the order in which roles give people their home."""
    order = [role for role, _ in HOMES]

    def first_role(person):
        return min(order.index(role) for role in person.roles)

    people = sorted(User.objects.filter(is_sample=True, is_active=True), key=first_role)
    return [(Role(order[index]).label, list(group)) for index, group in groupby(people, key=first_role)]
