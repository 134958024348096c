"""A whole round on one page: a decision for each application, previewed and then made together."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.permissions import Permission
from applications import services
from applications.forms.batch import BatchForm
from applications.models import Decision
from applications.services.deciding import WAITING
from applications.services.deciding_at_once import approved_total, why_not
from applications.services.recommending import ranking
from funds.models import Round
from office.services import pre_election_warning
from pcc_grants.lib import clock
from pcc_grants.lib.access import requires
from pcc_grants.lib.financial_year import FinancialYear
from pcc_grants.lib.money import format_money
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.sent import sendable, sent_fields

PAGE = 50
BUTTONS = ("confirm", "change")


@requires(Permission.READ_DECISIONS, write=Permission.DECIDE)
def decide_round(request, pk):
    """The ranked list with its line, a decision beside each application; nothing is made before a preview."""
    round = get_object_or_404(Round.objects.visible_to(request.user).select_related("fund"), pk=pk)
    ranked = ranking(round, seen_by=request.user)
    page = Paginator(ranked.rows, PAGE).get_page(request.GET.get("page"))
    prefetch_related_objects([row.application for row in page], "partners")
    barred = why_not(request.user, [row.application for row in page])
    open_rows = [
        row
        for row in page
        if row.application.status in WAITING and row.application.pk not in barred and not row.scores_hidden
    ]
    data = request.POST if request.method == "POST" else None
    may_decide = request.user.may(Permission.DECIDE)
    form = BatchForm(data, open_rows if may_decide else [], choose=request.GET.get("choose", ""))
    show = _Page(request, round, ranked, page, barred, form)
    if data is None or "change" in data:
        return show.form()
    already, lost = _no_longer_open(request, round, form)
    for application in lost:
        form.add_error(f"{application.reference} cannot be decided here any more. Check the list again")
    if "confirm" in data and already and not lost and not form.has_choice:
        messages.success(request, "These decisions are already recorded")
        return redirect("decide_round", pk=round.pk)
    if not form.is_valid():
        return show.form()
    if approved_total([row.facts for row in form.chosen]) > ranked.left:
        form.add_error(_too_much(round, form, ranked.left))
        return show.form()
    return _decide(request, round, form, show) if "confirm" in data else show.preview()


def _no_longer_open(request, round, form) -> tuple[list, list]:
    """Of the applications sent with a decision: those that this person has decided already, and others lost.

    Somebody else was quicker, it was withdrawn, or the person may not decide on it.
    """
    keys = {
        name[1:].removesuffix("-decision")
        for name, value in request.POST.items()
        if name.startswith("a") and name.endswith("-decision") and value
    }
    open_now = {row.application.pk for row in form.forms}
    sent = {int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 10} - open_now
    gone = round.applications.filter(pk__in=sent).order_by("pk")
    mine = gone.filter(decisions__decided_by=request.user).distinct()
    decided = set(mine.values_list("pk", flat=True))
    return (
        [application for application in gone if application.pk in decided],
        [application for application in gone if application.pk not in decided],
    )


def _too_much(round, form, left) -> str:
    total = approved_total([row.facts for row in form.chosen])
    return (
        f"There is {format_money(left)} left in the {round.fund} for {FinancialYear(round.start_year)}. "
        f"These approvals need {format_money(total)}."
    )


def _decide(request, round, form, show):
    try:
        decisions = services.decide_batch(
            by=request.user, round=round, rows=[row.facts for row in form.chosen]
        )
    except RuleBroken as broken:
        form.add_error(str(broken))
        return show.form()
    count = len(decisions)
    messages.success(request, f"{count} decision{' is' if count == 1 else 's are'} recorded")
    return redirect("decide_round", pk=round.pk)


class _Page:
    """What both faces of the page show."""

    def __init__(self, request, round, ranked, page, barred, form):
        self.request, self.round, self.ranked, self.page = request, round, ranked, page
        self.barred, self.batch = barred, form

    def form(self):
        """The list with a decision beside each application."""
        forms = {form.application.pk: form for form in self.batch.forms}
        is_again = self.batch.is_bound and "change" in self.request.POST
        pack = services.latest_pack(self.round)
        context = self._context() | {
            "heading": f"Decide on {self.round}",
            "form": self.batch,
            "entries": [
                {
                    "row": row,
                    "form": forms.get(row.application.pk),
                    "why_not": self.barred.get(row.application.pk, "")
                    if row.application.status in WAITING
                    else "",
                    "left_after": self.ranked.left - row.running_total,
                }
                for row in self.page
            ],
            "waiting": sum(row.application.status in WAITING for row in self.ranked.rows),
            "pack": pack,
            "changes": services.changes_since(pack) if pack else [],
            "may_decide": self.request.user.may(Permission.DECIDE),
            "page_obj": self.page,
        }
        status = 422 if self.batch.is_bound and not is_again and self.batch.errors else 200
        return render(self.request, "applications/decide/batch.html", context, status=status)

    def preview(self):
        """What would be decided, and the money that it would leave."""
        left, entries = self.ranked.left, []
        for row in self.batch.chosen:
            facts = row.facts
            if facts["outcome"] == Decision.Outcome.APPROVED:
                left -= facts["amount"]
            entries.append(
                {
                    "application": row.application,
                    "facts": facts,
                    "outcome": Decision.Outcome(facts["outcome"]).label,
                    "left_after": left,
                }
            )
        context = self._context() | {
            "heading": "Check your decisions",
            "entries": entries,
            "money_columns": ["Money", "Amount"],
            "money_rows": [
                ["Left now", format_money(self.ranked.left, pence=True)],
                ["You approve", format_money(self.ranked.left - left, pence=True)],
                ["Left after that", format_money(left, pence=True)],
            ],
            "hidden": [pair for pair in sendable(sent_fields(self.request)) if pair[0] not in BUTTONS],
            "count": len(entries),
        }
        return render(self.request, "applications/decide/batch_preview.html", context)

    def _context(self) -> dict:
        round = self.round
        return {
            "round": round,
            "ranking": self.ranked,
            "year": FinancialYear(round.start_year),
            "pre_election": pre_election_warning(clock.today()),
            "crumbs": [("Waiting for your decision", reverse("decide_home"))],
        }
