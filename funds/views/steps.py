"""What the pages of the steps share: for those who manage funds, until the round is published."""

from functools import wraps

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from pcc_grants.lib.rules import RuleBroken

from ..services.changing import ROUND_FIXED
from .office import form_page, manages
from .rounds import find_round, round_crumbs


def step(view):
    """A page of the set-up of a round; its view takes the round. Of a published round it says why not."""

    @manages
    @wraps(view)
    def page(request, pk, **more):
        round = find_round(request, pk)
        if round.published_at:
            return _published(request, round)
        return view(request, round, **more)

    return page


def _published(request, round):
    is_refused = request.method not in ("GET", "HEAD", "OPTIONS")
    context = {
        "heading": "This round is published",
        "round": round,
        "sentence": ROUND_FIXED,
        "page_errors": [ROUND_FIXED] if is_refused else [],
        "crumbs": round_crumbs(round),
    }
    return render(request, "funds/set_up/published.html", context, status=422 if is_refused else 200)


def step_url(name: str, round, *more) -> str:
    return reverse(name, args=[round.pk, *more])


def trail_of(round, *more: tuple[str, str]) -> list[tuple[str, str]]:
    """The breadcrumbs of a step: the fund, the round, and the pages between."""
    return [*round_crumbs(round), *more]


def step_form(
    request, round, form, save, *, back="office_round", trail=(), template="funds/form.html", **more
):
    """One form of a step: show it, hand the cleaned data to `save`, go back."""
    return form_page(
        request,
        form,
        save,
        back=step_url(back, round),
        trail=trail_of(round, *trail),
        template=template,
        **{"done": "The changes have been saved"} | more,
    )


def do(request, round, act, *, done, back, failed):
    """What a button does: act, say so, go back. `failed(sentence)` answers when a rule stands in the way."""
    try:
        act()
    except RuleBroken as broken:
        return failed(str(broken))
    messages.success(request, done)
    return redirect(step_url(back, round))


def confirm(request, round, act, *, heading, sentence, button, done, back, trail=(), warning=True):
    """ "Are you sure?", and the doing of it."""
    context = {
        "heading": heading,
        "sentence": sentence,
        "button": button,
        "warning": warning,
        "crumbs": trail_of(round, *trail),
        "cancel_url": step_url(back, round),
    }

    def failed(refusal):
        context["page_errors"] = [refusal]
        return render(request, "funds/confirm.html", context, status=422)

    if request.method == "POST":
        return do(request, round, act, done=done, back=back, failed=failed)
    return render(request, "funds/confirm.html", context)
