"""What the pages of one step share: the form is asked, its service acts, the browser is sent on."""

from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from awards import papers
from pcc_grants.lib.rules import RuleBroken


def step(request, *, form, act, back, done, page, template="awards/office/step.html"):
    """Show a form; when it is sent, run `act(form)` and go on to `back`, or say what rule stands in the way.

    `page` is the rest of the context: heading, sentence, button, warning, crumbs.
    """
    if request.method == "POST" and form.is_valid():
        try:
            act(form)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, done)
            return redirect(back)
    context = {"form": form, "cancel_url": back, **page}
    return render(request, template, context, status=422 if form.errors else 200)


def posted(request):
    """What a form binds to: an empty POST binds too."""
    return request.POST if request.method == "POST" else None


def award_url(award) -> str:
    return reverse("office_award", args=[award.reference])


def award_crumbs(award=None) -> list[tuple[str, str]]:
    crumbs = [("Awards", reverse("office_awards"))]
    return [*crumbs, (award.reference, award_url(award))] if award else crumbs


def agreement_download(agreement) -> HttpResponse:
    """The agreement as a file."""
    response = HttpResponse(papers.agreement_pdf(agreement), content_type="application/pdf")
    name = quote(f"{agreement.award.reference} agreement.pdf")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


def timeline(events, name_of=None) -> list[dict]:
    """Audit events for components/timeline.html; `name_of(event)` says who, when not the person's name."""
    return [{"title": event.sentence, "by": (name_of or _actor)(event), "at": event.at} for event in events]


def _actor(event) -> str:
    """Who did it, unless the sentence begins with the name."""
    return "" if event.sentence.startswith(event.actor_name) else event.actor_name
