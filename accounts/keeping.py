"""Keeping what a person sent after their session had ended, for them alone, for a week (screens.md 3.6)."""

import re
from datetime import timedelta
from secrets import token_urlsafe

from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.urls import reverse

from pcc_grants.lib import clock
from pcc_grants.lib.locking import locked
from pcc_grants.lib.sent import MOST_FIELDS, has_secret, made_for, sent_fields, shown

from .models import KeptText, User

KEPT_FOR = timedelta(days=7)
MOST_KEPT = 30  # of one person; the oldest make room
MOST_OF_A_PATH = 500


def keep_request(request) -> KeptText | None:
    """Keep what a request sent, for the person whom its page was made for.

    None when there is nothing to keep: the page does not say for whom, or not in our hand; the account is
    closed; nothing was written; or it held a password, a code or bank details, which are never kept. How much
    one request may hold is bounded by `settings.DATA_UPLOAD_MAX_MEMORY_SIZE`.
    """
    try:
        owner = made_for(request)
        fields = sent_fields(request) if owner else []
    except OSError:  # the connection broke off before everything had arrived
        return None
    path = _path_of(request)
    if not path or len(fields) > MOST_FIELDS or has_secret(fields) or not shown(fields):
        return None
    user = User.objects.filter(pk=owner, is_active=True).first()
    return keep(user=user, path=path, fields=fields) if user else None


@transaction.atomic
def keep(*, user: User, path: str, fields: list) -> KeptText:
    """Keep [[name, value], …] that were sent to a path of ours. The same again gives what is there."""
    locked(User.objects, user.pk)
    same = user.kept_texts.filter(path=path, fields=fields).first()
    if same:
        return same
    kept = user.kept_texts.create(key=token_urlsafe(32), path=path, fields=fields)
    too_many = user.kept_texts.order_by("-kept_at", "-pk").values_list("pk", flat=True)[MOST_KEPT:]
    KeptText.objects.filter(pk__in=list(too_many)).delete()
    return kept


def to_sign_in(kept: KeptText):
    """The way on: to the sign-in page, and from there to what was kept."""
    return redirect_to_login(reverse("kept_text", args=[kept.key]), reverse("sign_in"))


def drop(*, by: User, key: str) -> None:
    """Delete what was kept for this person, once it is put back or they do not want it."""
    if re.fullmatch(r"[-\w]{43}", key, re.ASCII):
        KeptText.objects.visible_to(by).filter(key=key).delete()


def delete_old() -> int:
    """Delete what nobody came back for within a week. How many there were."""
    deleted, _ = KeptText.objects.filter(kept_at__lt=clock.now() - KEPT_FOR).delete()
    return deleted


def _path_of(request) -> str:
    """The address it was sent to, with its query where that is short enough; empty when it cannot be kept."""
    return next((path for path in (request.get_full_path(), request.path) if len(path) <= MOST_OF_A_PATH), "")
