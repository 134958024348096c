"""The office's pages of returns: the list, asking for one, reviewing, another due date, no longer needed."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.permissions import Permission
from awards.models import Award, Condition, Instalment
from awards.services import standing
from monitoring import answers, services
from monitoring.forms import CancelForm, DueDateForm, FilterForm, ReviewForm, ScheduleForm
from monitoring.models import UNFINISHED, Return, Status
from notifications.models import Message
from pcc_grants.lib import clock
from pcc_grants.lib.access import requires
from pcc_grants.lib.money import format_money
from pcc_grants.lib.rules import RuleBroken

PAGE = 25


def _find(request, ref) -> Return:
    visible = Return.objects.visible_to(request.user).select_related(
        "award__organisation", "award__fund", "award__responsible_officer", "submitted_by", "reviewed_by"
    )
    return get_object_or_404(visible, reference=ref)


def _crumbs(award_return: Return) -> list[tuple[str, str]]:
    return [
        ("Returns", reverse("office_returns")),
        (award_return.reference, reverse("office_return", args=[award_return.reference])),
    ]


@requires(Permission.READ_RETURNS)
def office_returns(request):
    """Every return, those due first on top; filtered by status, fund and words."""
    form = FilterForm(request.GET)
    returns = (
        form.filter(Return.objects.visible_to(request.user), clock.today())
        .select_related("award__organisation", "award__fund")
        .defer("narrative", "difficulties", "feedback")
        .order_by("due_on", "id")
    )
    context = {
        "heading": "Returns",
        "filter_form": form,
        "page_obj": Paginator(returns, PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "monitoring/office/list.html", context)


@requires(Permission.READ_RETURNS, write=Permission.REVIEW_RETURNS)
def office_return_new(request, ref):
    """Ask the recipient of an award for a return, and say which instalment waits for it."""
    award = get_object_or_404(
        Award.objects.visible_to(request.user).select_related("organisation"), reference=ref
    )
    conditions = (
        Condition.objects.filter(instalment__award=award, kind=Condition.Kind.RETURN, met_at=None)
        .filter(Q(fulfilled_by=None) | Q(fulfilled_by__status=Status.UNSATISFACTORY))
        .select_related("instalment")
        .order_by("instalment__number")
    )
    initial = services.propose(award)
    form = ScheduleForm(
        request.POST if request.method == "POST" else None, initial=initial, conditions=conditions
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = services.schedule(by=request.user, award=award, **form.asked())
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(
                request, f"{made.reference} has been asked for, due {clock.format_date(made.due_on)}"
            )
            return redirect("office_return", ref=made.reference)
    context = {
        "heading": "Ask for a return",
        "award": award,
        "form": form,
        "may_ask": request.user.may(Permission.REVIEW_RETURNS) and award.status in services.CAN_BE_ASKED,
        "crumbs": [("Awards", reverse("office_awards")), (award.reference, _award_url(award))],
    }
    return render(request, "monitoring/office/new.html", context, status=422 if form.errors else 200)


def _award_url(award) -> str:
    return reverse("office_award", args=[award.reference])


@requires(Permission.READ_RETURNS, write=Permission.REVIEW_RETURNS)
def office_return(request, ref):
    """The last return and this one side by side, the judgement, the reminders, and what it unlocks."""
    award_return = _find(request, ref)
    form = ReviewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            _judge(request, award_return, form)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            return redirect("office_return", ref=ref)
    may_write = request.user.may(Permission.REVIEW_RETURNS)
    last = _last_before(award_return)
    context = {
        "heading": f"{award_return.get_kind_display()}: {award_return.award.organisation}",
        "return": award_return,
        "award": award_return.award,
        "last": last,
        "answers": answers.side_by_side(award_return, last),
        "facts": _facts(award_return),
        "paid": services.paid_so_far(award_return.award),
        "reminders": _reminders(award_return),
        "instalment": _instalment(request, award_return),
        "form": form,
        "may_review": may_write
        and award_return.status == Status.SUBMITTED
        and award_return.submitted_by_id != request.user.pk,
        "is_own": award_return.status == Status.SUBMITTED and award_return.submitted_by_id == request.user.pk,
        "may_change": may_write and award_return.status in UNFINISHED and not award_return.award.is_over,
        "crumbs": _crumbs(award_return)[:1],
    }
    return render(request, "monitoring/office/review.html", context, status=422 if form.errors else 200)


def _judge(request, award_return, form) -> None:
    feedback = form.cleaned_data["feedback"]
    move, says = {
        ReviewForm.ACCEPT: (services.accept, "You have accepted the return"),
        ReviewForm.CHANGES: (services.request_changes, "You have asked for changes"),
        ReviewForm.UNSATISFACTORY: (
            services.mark_unsatisfactory,
            "You have judged the return as not satisfactory",
        ),
    }[form.cleaned_data["outcome"]]
    move(by=request.user, award_return=award_return, feedback=feedback)
    messages.success(request, f"{says}. The organisation has been told.")


def _last_before(award_return: Return) -> Return | None:
    """The return of the same award that was sent for the period before."""
    return (
        Return.objects.filter(award=award_return.award_id, period_end__lt=award_return.period_end)
        .exclude(submitted_at=None)
        .prefetch_related("districts")
        .order_by("-period_end", "-id")
        .first()
    )


def _facts(award_return: Return) -> list[tuple]:
    award = award_return.award
    facts = [
        ("Organisation", award.organisation.name),
        ("Project", award.title, _award_url(award), "View the award"),
        ("Fund", award.fund.name),
        (
            "Period",
            f"{clock.format_date(award_return.period_start)} to {clock.format_date(award_return.period_end)}",
        ),
        ("Opens", clock.format_date(award_return.opens_on)),
        ("Due", clock.format_date(award_return.due_on) + _relative(award_return)),
        ("Responsible officer", award.responsible_officer.name),
    ]
    if award_return.submitted_at:
        facts.append(("Received", clock.format_moment(award_return.submitted_at)))
        facts.append(("Signed by", f"{award_return.signed_name}, {award_return.signed_role}"))
    if award_return.reviewed_at:
        judged = f"{award_return.reviewed_by}, {clock.format_moment(award_return.reviewed_at)}"
        facts.append(("Last review", judged))
        facts.append(("What we said", award_return.feedback))
    return facts


def _relative(award_return: Return) -> str:
    return f" ({clock.relative_days(award_return.due_on)})" if award_return.is_owed else ""


def _reminders(award_return: Return) -> list[dict]:
    """Each stage that was told or given to the office, with how the e-mails about it stand."""
    chasers = list(award_return.chasers.filter(superseded=False).order_by("id"))
    with_key = Q(pk__in=())
    for chaser in chasers:
        if chaser.message_key:
            with_key |= Q(key__startswith=f"{chaser.message_key}:")
    states: dict[str, set] = {}
    for message in Message.objects.filter(with_key):
        states.setdefault(message.key.rpartition(":")[0], set()).add(message.get_state_display())
    return [
        {"chaser": chaser, "states": ", ".join(sorted(states.get(chaser.message_key, ())))}
        for chaser in chasers
    ]


def _instalment(request, award_return: Return) -> dict | None:
    """The instalment that this return unlocks, how it stands, and whether this person may release it now."""
    if not award_return.condition_id:
        return None
    instalment = (
        Instalment.objects.select_related("award")
        .prefetch_related("conditions")
        .get(conditions=award_return.condition_id)
    )
    says = standing(instalment)
    return {
        "row": instalment,
        "says": says.sentence,
        "may_release": says.label == "Ready to release" and request.user.may(Permission.APPROVE_PAYMENTS),
        "text": f"Release instalment {instalment.number} of {format_money(instalment.amount)}",
    }


@requires(Permission.READ_RETURNS, write=Permission.REVIEW_RETURNS)
def office_return_due_date(request, ref):
    """Another due date, with the reason that the organisation reads."""
    award_return = _find(request, ref)
    form = DueDateForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            moved = services.move_due_date(by=request.user, award_return=award_return, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, f"{ref} is now due on {clock.format_date(moved.due_on)}")
            return redirect("office_return", ref=ref)
    return _change(request, award_return, form, "Change the due date", "monitoring/office/due_date.html")


@requires(Permission.READ_RETURNS, write=Permission.REVIEW_RETURNS)
def office_return_cancel(request, ref):
    """No longer needed, with the reason. It cannot be undone; another can be asked for."""
    award_return = _find(request, ref)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.cancel(by=request.user, award_return=award_return, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, f"{ref} is no longer needed")
            return redirect("office_return", ref=ref)
    return _change(request, award_return, form, "Cancel this return?", "monitoring/office/cancel.html")


def _change(request, award_return, form, heading, template):
    context = {
        "heading": heading,
        "return": award_return,
        "award": award_return.award,
        "form": form,
        "may_change": request.user.may(Permission.REVIEW_RETURNS)
        and award_return.status in UNFINISHED
        and not award_return.award.is_over,
        "crumbs": _crumbs(award_return),
        "cancel_url": reverse("office_return", args=[award_return.reference]),
    }
    return render(request, template, context, status=422 if form.errors else 200)
