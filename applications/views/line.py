"""The line through a round's ranked list: how many are recommended, previewed and then done at once."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.permissions import Permission
from applications import services
from applications.forms.recommending import LineForm, first_guess
from applications.models import Status
from applications.services.drawing_the_line import open_rows
from funds.models import Round
from pcc_grants.lib.access import requires
from pcc_grants.lib.money import format_money
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.sent import sendable, sent_fields

from .recommend import round_crumbs, status_of

BUTTONS = ("confirm", "change", "seen")


@requires(Permission.READ_APPLICATIONS, write=Permission.MANAGE_APPLICATIONS)
def office_round_line(request, pk):
    """Set the line, look at what it would do, and recommend them all."""
    round = get_object_or_404(Round.objects.visible_to(request.user).select_related("fund"), pk=pk)
    left, rows = open_rows(round, seen_by=request.user)
    data = request.POST if request.method == "POST" else None
    form = LineForm(data, rows=rows, initial=first_guess(rows, left))
    if data is None or "change" in data or not form.is_valid():
        return _line_page(request, round, form, left)
    try:
        line = services.draw_line(round, form.wanted, by=request.user)
        if "confirm" in data:
            return _recommend(request, round, form.wanted)
    except RuleBroken as broken:
        form.add_error(None, str(broken))
        return _line_page(request, round, form, left)
    return _preview(request, round, line)


def _recommend(request, round, wanted):
    made = services.recommend_by_line(
        by=request.user, round=round, wanted=wanted, seen=request.POST.get("seen", "")
    )
    if made:
        count = len(made)
        messages.success(request, f"{count} recommendation{'' if count == 1 else 's'} saved")
    else:
        messages.success(request, "Every application carries its recommendation already. Nothing changed")
    return redirect("office_round_recommend", pk=round.pk)


def _line_page(request, round, form, left):
    is_again = request.method == "POST" and "change" in request.POST
    if is_again:
        form.is_valid()
    context = {
        "heading": f"Recommend by the line: {round}",
        "round": round,
        "form": form,
        "left": left,
        "may_recommend": request.user.may(Permission.MANAGE_APPLICATIONS),
        "crumbs": _crumbs(round),
    }
    status = 200 if is_again or not form.is_bound else status_of(form)
    return render(request, "applications/recommend/line.html", context, status=status)


def _preview(request, round, line):
    counts = [row.outcome for row in line.rows]
    short = line.remaining < 0
    context = {
        "heading": "Check what will be recommended",
        "round": round,
        "line": line,
        "changed": len(line.changed),
        "stays": sum(row.stays for row in line.rows),
        "money_columns": ["Money", "Amount"],
        "money_rows": [
            ["Left in the fund", format_money(line.left, pence=True)],
            [f"Recommended: {counts.count(Status.RECOMMENDED)}", format_money(line.total, pence=True)],
            ["Missing" if short else "Left after that", format_money(abs(line.remaining), pence=True)],
        ],
        "is_short": short,
        "hidden": [pair for pair in sendable(sent_fields(request)) if pair[0] not in BUTTONS],
        "crumbs": _crumbs(round),
    }
    return render(request, "applications/recommend/line_preview.html", context)


def _crumbs(round):
    return round_crumbs(round, ("Recommendation", reverse("office_round_recommend", args=[round.pk])))
