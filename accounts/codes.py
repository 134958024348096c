"""Signing in with a code sent by e-mail: for applicants, and for those who create an account.

Allauth keeps the code, its time and its failed attempts in the session. Here it is also decided who may
have one: never an account of the office, and never a closed one. Whoever asks sees the same page.
"""

from urllib.parse import urlsplit
from uuid import uuid4

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.models import Login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.core import ratelimit
from allauth.core.internal.cryptokit import compare_user_code
from django.db import transaction
from django.urls import Resolver404, resolve, reverse

from notifications.services import queue

from . import services
from .models import User


class CodeSignIn(LoginCodeVerificationProcess):
    """One code, from the page that asks for the address to the page that takes the code."""

    @classmethod
    def begin(cls, request, *, email: str, name: str = "") -> "CodeSignIn":
        """Send a code, or a message that says why there is none. A name means: create an account if new."""
        user = User.objects.filter(email__iexact=email).first()
        applicant = user if user and may_use_code(user) else None
        login = Login(user=applicant, email=email)
        login.state["stages"] = {"current": LoginByCodeStage.key}
        stage = LoginByCodeStage(LoginStageController(request, login), request, login)
        stage.state.update(
            cls.initial_state(user=applicant, email=email),
            initiated_by_user=True,
            new_name="" if user else name,
            refusal="" if applicant else _refusal_for(user),
        )
        process = cls(stage)
        process.send()
        process.persist()
        return process

    @classmethod
    def pending(cls, request) -> "CodeSignIn | None":
        """The code this browser waits for; None when there is none, or it has expired or been used."""
        stage = LoginStageController.enter(request, LoginByCodeStage.key)
        return cls(stage).abort_if_invalid() if stage else None

    @property
    def email(self) -> str:
        return self.state["email"]

    def send_by_email(self, email, skip_enumeration_mails=False):
        if not self.user and not self.state["new_name"]:
            send_refusal(email, self.state["refusal"])
            return
        facts = {"code": self.generate_code(), "is_new": not self.user}
        get_adapter(self.request).send_mail("account/email/login_code", email, facts)

    def may_try(self) -> bool:
        """Counts attempts where parallel requests cannot outrun the count."""
        key = f"{self.email}:{self.state['at']}"
        return ratelimit.consume(self.request, action="try_login_code", key=key)

    def matches(self, typed: str) -> bool:
        return compare_user_code(actual=typed, expected=self.code)

    def finish(self, redirect_url=None):
        """Sign the person in, making the account of a new one now that the address is proved. Once."""
        if self.user is None:
            self._user = services.register_applicant(email=self.email, name=self.state["new_name"])
            redirect_url = _organisation_first(redirect_url)
        if not may_use_code(self.user):
            self.abort()
            return None
        return super().finish(redirect_url)


# Pages at which an invitation is accepted: who comes for one needs no organisation of their own first.
JOINING = {"organisation_join", "application_join"}


def _organisation_first(then: str | None) -> str:
    """Where a new person begins: at the invitation they came for; else first at their organisation."""
    if then and _names_invitation(then):
        return then
    return reverse("organisation_new", query={"next": then} if then else None)


def _names_invitation(address: str) -> bool:
    try:
        return resolve(urlsplit(address).path).url_name in JOINING
    except Resolver404:
        return False


def may_use_code(user: User) -> bool:
    return user.is_active and not user.is_staff_member


def _refusal_for(user: User | None) -> str:
    return "use_password" if user and user.is_active else "no_account"


def send_refusal(email: str, template: str) -> None:
    """Tell the owner of an address, and nobody else, why no code or link came."""
    with transaction.atomic():
        queue(key=f"{template}:{uuid4().hex}", to=email, template=f"accounts/{template}", context={})
