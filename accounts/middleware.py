"""What is sent after a session has ended is not lost (screens.md 3.6 and 6.23)."""

from django.http import JsonResponse

from pcc_grants.lib.sent import KEPT_TEXT, made_for
from pcc_grants.views import csrf_failure

from .keeping import drop, keep_request, to_sign_in

SIGNED_OUT = "Not saved. You have been signed out. Save this page: we keep what you wrote until you sign in."


class KeepTypedText:
    """Stands after the check of the token and before the one that asks visitors to sign in."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        by, key = getattr(request, "puts_back", (None, ""))
        if key and response.status_code in (200, 302, 303, 422):  # it is saved, or on the page again
            drop(by=by, key=key)
        return response

    def process_view(self, request, view, args, kwargs):
        """Only reached with a valid token: what is kept stood on a page of our own."""
        if request.method not in ("POST", "PATCH") or not getattr(view, "login_required", True):
            return None
        if request.user.is_authenticated:
            return self._of_a_person(request)
        if request.method == "PATCH":
            return JsonResponse({"message": SIGNED_OUT}, status=401)
        kept = keep_request(request)
        return to_sign_in(kept) if kept else None

    @staticmethod
    def _of_a_person(request):
        """A page made for somebody else is refused, whosever token it carries; a kept text is put back."""
        if request.method != "POST":
            return None
        try:
            owner = made_for(request)
        except OSError:  # the connection broke off before everything had arrived
            return None
        if owner is not None and owner != request.user.pk:
            return csrf_failure(request)
        request.puts_back = (request.user, request.POST.get(KEPT_TEXT, ""))
        return None
