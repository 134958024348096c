"""How allauth behaves here: its e-mails go through the outbox, and nobody is sent to another site."""

from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from django.db import transaction
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from notifications.services import queue

# Allauth's e-mails that can come up here, and our templates for them.
TEMPLATES = {"account/email/login_code": "accounts/sign_in_code"}


class AccountAdapter(DefaultAccountAdapter):
    def send_mail(self, template_prefix, email, context):
        """Queue the e-mail as a secret one. Raises KeyError for one that has no template of ours."""
        facts = {name: value for name, value in context.items() if name != "request"}
        with transaction.atomic():
            queue(
                key=f"{template_prefix}:{uuid4().hex}",
                to=email,
                template=TEMPLATES[template_prefix],
                context=facts,
                secret=True,
            )

    def get_login_redirect_url(self, request):
        """What was kept of the person when they were signed out comes first; else their home."""
        kept = request.user.kept_texts.order_by("-kept_at", "-pk").first()
        return reverse("kept_text", args=[kept.key]) if kept else reverse(request.user.home)

    def is_safe_url(self, url):
        """Only pages of this very site."""
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={self.request.get_host()}, require_https=self.request.is_secure()
        )

    def add_message(self, *args, **kwargs):
        """Our own pages say what happened."""
