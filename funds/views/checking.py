"""Check you can apply: one question a page, before signing in; the answers stay in the session."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.permissions import Permission
from pcc_grants.lib.access import public

from ..eligibility import Check
from ..forms import CheckForm
from ..models import Round
from .office import posted

OTHER_FUNDS = 5


@public
def round_check(request, fund, round, number):
    """One question of the check. An earlier one that was not answered comes first."""
    round = _round(request, fund, round)
    check = Check.of(round, request.session)
    if not check.questions:
        return redirect("round_page", round.fund.slug, round.slug)
    if round.has_closed:
        return _closed(request, round)
    question = dict(check.asked).get(number)
    if question is None or (check.next_number is not None and number > check.next_number):
        return _go_on(check)
    is_change = "change" in request.GET  # from the result, and back to it
    form = CheckForm(question, posted(request), initial={"answer": check.answer_to(question)})
    if request.method == "POST" and form.is_valid():
        check.answers[question.key] = form.cleaned_data["answer"]
        check.keep(request.session)
        return _to(round, check.next_number if is_change else check.after(number))
    before = check.before(number)
    back = _address(round, before) if before else _round_url(round)
    context = {
        "heading": question.text,
        "round": round,
        "fund": round.fund,
        "form": form,
        "place": [other for other, _ in check.asked].index(number) + 1,
        "back_url": _address(round, None) if is_change and check.is_complete else back,
    }
    return render(request, "funds/check/question.html", context, status=422 if form.errors else 200)


@public
def round_check_result(request, fund, round):
    """Whether they can apply, why not, and what they can do instead. "No" is a result, never an error."""
    round = _round(request, fund, round)
    check = Check.of(round, request.session)
    if not check.questions:
        return redirect("round_page", round.fund.slug, round.slug)
    if round.has_closed:
        return _closed(request, round)
    if not check.is_complete:
        return _go_on(check)
    user = request.user
    context = {
        "heading": f"You {'can' if check.may_apply else 'cannot'} apply to the {round.fund}",
        "round": round,
        "fund": round.fund,
        "check": check,
        "rows": [(q.text, answer, f"{_address(round, n)}?change=yes") for n, q, answer in check.shown()],
        "may_start": not user.is_authenticated or user.may(Permission.APPLY),
        "others": _others(round) if check.refusals else [],
        "back_url": _address(round, check.asked[-1][0]),
    }
    return render(request, "funds/check/result.html", context)


def _round(request, fund, round) -> Round:
    rounds = Round.objects.visible_to(request.user).with_state().select_related("fund")
    return get_object_or_404(rounds, fund__slug=fund, slug=round)


def _closed(request, round):
    context = {"heading": "Closed", "round": round, "fund": round.fund, "back_url": _round_url(round)}
    return render(request, "funds/check/closed.html", context)


def _others(round):
    """Other rounds that are open now, the next to close first."""
    rounds = Round.objects.published().in_order_of_interest().filter(state="open").exclude(fund=round.fund)
    return rounds.select_related("fund")[:OTHER_FUNDS]


def _go_on(check):
    return _to(check.round, check.next_number)


def _to(round, number):
    """The page of a question; the result after the last."""
    return redirect(_address(round, number))


def _address(round, number) -> str:
    if number is None:
        return reverse("round_check_result", args=[round.fund.slug, round.slug])
    return reverse("round_check", args=[round.fund.slug, round.slug, number])


def _round_url(round) -> str:
    return reverse("round_page", args=[round.fund.slug, round.slug])
