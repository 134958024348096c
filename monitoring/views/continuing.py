"""The office asks recipients to go on: one award, all of a round, or all current ones of a fund."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.permissions import Permission
from awards.models import IN_FORCE, Award, Continuation
from awards.services import rounds_to_go_on_in, usual_amount
from funds.models import Fund, Round
from monitoring import services
from monitoring.forms_continuing import ContinueForm, ContinueManyForm
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken

PAGE = 50
RELATED = ("organisation", "fund", "application__round", "continues__application__round")


def _posted(request):
    return request.POST if request.method == "POST" else None


def _award_url(award) -> str:
    return reverse("office_award", args=[award.reference])


@requires(Permission.MANAGE_AWARDS)
def office_award_continue(request, ref):
    """Ask the recipient of one award for a business case."""
    award = get_object_or_404(Award.objects.visible_to(request.user).select_related(*RELATED), reference=ref)
    rounds = rounds_to_go_on_in(award.fund)
    first = rounds.filter(start_year__gt=award.start_year).first() or rounds.first()
    initial = {"round": first, "amount": usual_amount(award, first) if first else None}
    form = ContinueForm(_posted(request), rounds=rounds, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.ask_for_next_year(by=request.user, award=award, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, f"{award.organisation} has been asked for a business case")
            return redirect(_award_url(award))
    context = {
        "heading": "Ask for a business case",
        "award": award,
        "form": form,
        "has_rounds": first is not None,
        "is_in_force": award.status in IN_FORCE,
        "cancel_url": _award_url(award),
        "crumbs": [("Awards", reverse("office_awards")), (award.reference, _award_url(award))],
    }
    return render(request, "monitoring/office/continue.html", context, status=422 if form.errors else 200)


@requires(Permission.MANAGE_AWARDS)
def office_round_continue(request, pk):
    """All awards of a round: who goes on, with how much."""
    round = get_object_or_404(Round.objects.visible_to(request.user).select_related("fund"), pk=pk)
    return _many(
        request,
        fund=round.fund,
        awards=Award.objects.visible_to(request.user).filter(application__round=round),
        source=round.name,
        back=reverse("office_round", args=[round.pk]),
        not_in=round,
    )


@requires(Permission.MANAGE_AWARDS)
def office_fund_continue(request, code):
    """All current recipients of a fund."""
    fund = get_object_or_404(Fund.objects.visible_to(request.user), code=code)
    return _many(
        request,
        fund=fund,
        awards=Award.objects.visible_to(request.user).filter(fund=fund, status__in=IN_FORCE),
        source=fund.name,
        back=reverse("office_fund", args=[fund.code]),
    )


def _many(request, *, fund, awards, source, back, not_in=None):
    """A page of awards with a tick and an amount each, for one round that can still be written for."""
    rounds = [one for one in rounds_to_go_on_in(fund) if one != not_in]
    target = _target(request, rounds)
    found = awards.filter(decision__outcome="approved").select_related(*RELATED)
    page = Paginator(found.order_by("organisation__name", "pk"), PAGE).get_page(request.GET.get("page"))
    form, failures = None, []
    if target:
        form = _form(request, page, target)
        if request.method == "POST" and form.is_valid():
            failures = _ask(request, form, target)
            if not failures:
                return redirect(f"{request.path}?to={target.pk}")
            for sentence in failures:
                form.add_error(None, sentence)
    context = {
        "heading": "Ask for business cases",
        "source": source,
        "fund": fund,
        "rounds": rounds,
        "target": target,
        "form": form,
        "rows": _rows(page, target, form),
        "page_obj": page,
        "back": back,
        "crumbs": [("Funds", reverse("office_funds")), (fund.name, reverse("office_fund", args=[fund.code]))],
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "monitoring/office/continue_many.html", context, status=status)


def _target(request, rounds) -> Round | None:
    asked = request.GET.get("to", "")
    chosen = [one for one in rounds if str(one.pk) == asked]
    return chosen[0] if chosen else rounds[0] if len(rounds) == 1 else None


def _form(request, page, target) -> ContinueManyForm:
    asked = _cases(page, target)
    open_awards = [one for one in page if one.pk not in asked and one.status in IN_FORCE]
    amounts = {one.pk: usual_amount(one, target) for one in open_awards}
    return ContinueManyForm(_posted(request), awards=open_awards, amounts=amounts, round=target)


def _cases(page, target) -> dict:
    """The continuations of a page's awards in the target's financial year, by award."""
    found = Continuation.objects.with_case().filter(
        award__in=[one.pk for one in page],
        business_case__round__start_year=target.start_year,
        business_case__ended_at=None,
    )
    return {one.award_id: one for one in found}


def _ask(request, form, target) -> list[str]:
    """Ask each that was ticked, in a transaction of its own; what was refused comes back in sentences."""
    failures, asked = [], 0
    for award, amount in form.chosen:
        try:
            services.ask_for_next_year(
                by=request.user,
                award=award,
                round=target,
                amount=amount,
                message=form.cleaned_data["message"],
            )
        except RuleBroken as broken:
            failures.append(f"{award.organisation}: {broken}")
        else:
            asked += 1
    if asked:
        people = "1 organisation has" if asked == 1 else f"{asked} organisations have"
        messages.success(request, f"{people} been asked for a business case")
    return failures


def _rows(page, target, form) -> list[dict]:
    if target is None:
        return []
    asked = _cases(page, target)
    offered = {award.pk for award in form.awards}
    rows = []
    for award in page:
        row = {"award": award, "case": asked[award.pk].business_case if award.pk in asked else None}
        if award.pk in offered and row["case"] is None:
            row["ask"], row["amount"] = form.fields_of(award)
        rows.append(row)
    return rows


@requires(Permission.REVIEW_RETURNS)
@require_POST
def office_gate_check(request, pk):
    """Work out again what a next year waits for."""
    continuations = Continuation.objects.visible_to(request.user).select_related("award", "business_case")
    continuation = get_object_or_404(continuations, pk=pk)
    waits_for = services.check_again(by=request.user, continuation=continuation)
    messages.info(request, waits_for or "Nothing stands in the way of the next year")
    return redirect(_award_url(continuation.award))
