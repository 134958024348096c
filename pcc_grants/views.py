"""Pages that belong to no app: the front page, those in the footer, and those for what fails."""

from django.contrib.sessions.exceptions import SessionInterrupted
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.http import escape_leading_slashes
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.keeping import keep_request, to_sign_in
from pcc_grants.lib.access import public
from pcc_grants.lib.sent import (
    KEPT_TEXT,
    MOST_FIELDS,
    files_of,
    has_secret,
    made_for,
    sendable,
    sent_fields,
    sent_from_elsewhere,
    shown,
)

from .context import Site, address
from .gallery import examples


@public
@require_safe
def landing(request):
    """The front page: what the service is, and the way in."""
    return render(
        request,
        "pages/landing.html",
        {
            "funding_url": address("funding"),
            "sign_in_url": address("sign_in"),
            "links": [
                (address(name), label, sentence)
                for name, label, sentence in (
                    ("what_we_fund", "What we fund", "Every grant and contract, who receives it and why."),
                    ("decisions", "Decisions we have made", "Each decision with its number and its reasons."),
                    ("spending", "Spending we have published", "Each payment, month by month."),
                    ("panel_papers", "Panel papers", "What the Police and Crime Panel has been told."),
                )
                if address(name)
            ],
        },
    )


@public
@require_safe
def help_page(request):
    return render(request, "pages/help.html")


@public
@require_safe
def accessibility(request):
    return render(request, "pages/accessibility.html")


@public
@require_safe
def cookies(request):
    return render(request, "pages/cookies.html")


@public
@require_safe
def privacy(request):
    return render(request, "pages/privacy.html")


@public
@require_safe
def gallery(request):
    """Every component once, for developers; not routed in production."""
    return render(request, "pages/gallery.html", examples(request))


# -- When something fails ------------------------------------------------------------------------------------


def bad_request(request, exception=None):
    """What could not be read. A session that ended while a page was made was only overtaken by another click:
    that page is asked for again, as whoever is signed in by now.
    """
    if isinstance(exception, SessionInterrupted):
        return redirect(escape_leading_slashes(request.get_full_path()))
    return render(request, "400.html", status=400)


def permission_denied(request, exception=None):
    return render(request, "403.html", status=403)


def page_not_found(request, exception=None):
    return render(request, "404.html", status=404)


def server_error(request):
    """Shown when our own code has failed: touches neither the database nor the session."""
    return HttpResponse(render_to_string("500.html", {"site": Site()}), status=500)


def service_unavailable(request, exception=None):
    """Shown while the service is being worked on, or its database cannot be reached."""
    response = HttpResponse(render_to_string("503.html", {"site": Site()}), status=503)
    response["Retry-After"] = "300"
    return response


OUT_OF_DATE = "Not saved. This page is out of date. Save it, and send it again from the page that comes."


@never_cache
def csrf_failure(request, reason=""):
    """An out-of-date form: nothing was saved, and nothing that was typed is lost (screens.md 6.24).

    It is offered to be sent again with a fresh token. What was typed on a page made for somebody else is kept
    for that person, and not shown. Text sent from another site's page is neither shown nor kept: nobody may
    put words on our pages.
    """
    if request.method == "PATCH":  # a script asks, and says it
        return JsonResponse({"message": OUT_OF_DATE}, status=403)
    context = {"back": request.path, "typed": [], "fields": [], "is_of_another": False}
    if sent_from_elsewhere(request):
        return render(request, "errors/out_of_date.html", context)
    try:
        owner, fields = made_for(request), sent_fields(request)
    except OSError:  # the connection broke off before everything had arrived
        owner, fields = None, []
    if owner is None or owner == request.user.pk:
        context["typed"] = shown(fields)
        if owner and len(fields) <= MOST_FIELDS and not has_secret(fields):
            context |= {"fields": sendable(fields), "files": files_of(fields)}
            context["action"] = request.get_full_path()
            context["kept_key"] = request.POST.get(KEPT_TEXT, "")
        return render(request, "errors/out_of_date.html", context)
    kept = keep_request(request)
    if kept and not request.user.is_authenticated:
        return to_sign_in(kept)
    context["is_of_another"] = True
    return render(request, "errors/out_of_date.html", context)
