"""Two idle hours end a session: staying signed in, and the page for whom it has ended."""

import time

from allauth.account.utils import get_next_redirect_url
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from pcc_grants.lib.access import public, signed_in
from pcc_grants.sessions import LAST_SEEN, seconds_left


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def stay(request):
    """How long the session still lasts: {"seconds": 7200}. A POST puts its end off to two hours from now.

    A script that only asks, because another window may have been used, says so in a header and is no activity
    (`pcc_grants.sessions`).
    """
    if request.method == "POST":
        request.session[LAST_SEEN] = int(time.time())
    return JsonResponse({"seconds": seconds_left(request)})


@public
@never_cache
@require_safe
def signed_out(request):
    """Where a page goes whose session has ended while it was open."""
    if request.user.is_authenticated:
        return redirect(get_next_redirect_url(request) or "after_sign_in")
    return render(request, "accounts/signed_out.html", {"next": get_next_redirect_url(request) or ""})
