"""The office moves an application to another fund, after comparing; and takes a mistaken move back."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.permissions import Permission
from funds.models import Round, Route
from pcc_grants.lib import clock
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken

from .. import services
from ..forms.office import MoveForm, ReturnMoveForm, WhereToForm
from .office import crumbs_of, find_application, posted

ROUNDS_TO_MOVE_TO = 25


@requires(Permission.MANAGE_APPLICATIONS)
def office_application_move(request, ref):
    """Choose a round of another fund; compare; say why, and what the applicant is told."""
    application = find_application(request, ref)
    rounds = _rounds(application)
    if request.method == "POST":  # a second click finds the move made: the service judges the round
        where = WhereToForm({"to": request.POST.get("to", "")}, rounds=_with_facts(Round.objects.published()))
    else:
        where = WhereToForm(request.GET if "to" in request.GET else None, rounds=rounds)
    to_round = where.cleaned_data["to"] if where.is_bound and where.is_valid() else None
    context = {
        "heading": "Move to another fund",
        "crumbs": crumbs_of(application),
        "application": application,
        "own_round": application.round,
        "rounds": rounds,
        "form": where,
    }
    if to_round is None:
        status = 422 if where.is_bound else 200
        return render(request, "applications/office/move.html", context, status=status)
    form = MoveForm(posted(request), initial={"to": to_round.pk})
    if request.method == "POST" and form.is_valid():
        try:
            moved = services.transfer(
                by=request.user,
                application=application,
                to_round=to_round,
                reason=form.cleaned_data["reason"],
                message=form.cleaned_data["message"],
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, f"The application has been moved. It is now {moved.reference}.")
            return redirect("office_application", moved.reference)
    context |= {
        "heading": f"Move to the {to_round.fund}",
        "comparison": services.compare_rounds(application, to_round),
        "form": form,
        "other_url": reverse("office_application_move", args=[application.reference]),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "applications/office/move_compare.html", context, status=status)


def _rounds(application):
    """The latest rounds of other funds that have opened."""
    latest = (
        Round.objects.published()
        .filter(opens_at__lte=clock.now(), route=Route.OPEN)
        .exclude(fund=application.round.fund_id)
        .order_by("-closes_at", "pk")
        .values_list("pk", flat=True)[:ROUNDS_TO_MOVE_TO]
    )
    return _with_facts(Round.objects.filter(pk__in=list(latest)))


def _with_facts(rounds):
    return (
        rounds.select_related("fund", "questionnaire")
        .prefetch_related("criteria", "fund__themes")
        .order_by("-closes_at", "pk")
    )


@requires(Permission.MANAGE_APPLICATIONS)
def office_application_move_return(request, ref):
    """Take the last move back, after a question and with the reason."""
    application = find_application(request, ref)
    back = reverse("office_application", args=[application.reference])
    moves = application.transfers.select_related("from_round__fund", "to_round__fund")
    move = moves.standing().last() or moves.last()
    if move is None:
        raise Http404
    if request.method != "POST" and move.returned_at:
        return redirect(back)
    form = ReturnMoveForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            returned = services.return_transfer(
                by=request.user, transfer=move, reason=form.cleaned_data["reason"]
            )
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(
                request, f"The move has been taken back. The application is {returned.reference} again."
            )
            return redirect("office_application", returned.reference)
    context = {
        "heading": "Take the move back?",
        "crumbs": crumbs_of(application),
        "application": application,
        "move": move,
        "form": form,
        "cancel_url": back,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "applications/office/move_return.html", context, status=status)
