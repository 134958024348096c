"""Pages that belong to no app: the front page, those in the footer, and those for what fails."""

from django.contrib.sessions.exceptions import SessionInterrupted
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.http import escape_leading_slashes
from django.utils.text import capfirst
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pcc_grants.lib.access import public
from pcc_grants.lib.text import clean

from .context import Site, address
from .gallery import examples

# Parts of field names whose values are never shown again.
SECRET = ("password", "code", "token", "otp", "secret", "pin", "sort", "account_number", "login")
MOST_SHOWN = 50


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


@never_cache
def csrf_failure(request, reason=""):
    """An out-of-date form: nothing was saved, and nothing that was typed is lost (screens.md 6.24).

    Text sent from another site's page is not shown: nobody may put words on our pages.
    """
    typed = [] if sent_from_elsewhere(request) else typed_text(request)
    return render(request, "errors/out_of_date.html", {"typed": typed, "back": request.path})


def sent_from_elsewhere(request) -> bool:
    """Whether the browser says that the form stood on a page of another site."""
    origin = request.headers.get("Origin")
    if origin is not None:
        return origin != f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none")


def typed_text(request) -> list[tuple[str, str]]:
    """(label, text) of what was sent, without secrets, ids and files."""
    try:
        sent = list(request.POST.lists())[: MOST_SHOWN * 2]
    except OSError:  # the connection broke off before everything had arrived
        return []
    typed = []
    for name, values in sent:
        words = name.lower()
        if words == "csrfmiddlewaretoken" or any(part in words for part in SECRET):
            continue
        text = clean("\n".join(values))
        if text:
            typed.append((capfirst(clean(words).replace("_", " ").replace("-", " "))[:80], text))
    return typed[:MOST_SHOWN]
