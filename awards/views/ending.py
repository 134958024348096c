"""A fund that ends: who is told, and what their plans say."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.permissions import Permission
from awards import services
from awards.forms.ending import EndingForm, PlanForm, ReviewPlanForm
from awards.models import IN_FORCE, Award, EndingNotice
from funds.models import Fund
from pcc_grants.lib import clock
from pcc_grants.lib.access import requires
from pcc_grants.lib.rules import RuleBroken

from .steps import award_crumbs, award_url, posted, step

PAGE = 50


@requires(Permission.READ_AWARDS, write=Permission.MANAGE_AWARDS)
def office_fund_ending(request, code):
    """The recipients of a fund that ends: who was told, and how their plans stand."""
    fund = get_object_or_404(Fund.objects.visible_to(request.user), code=code)
    recipients = services.recipients_of(fund)
    untold = recipients.filter(ending_notice=None, status__in=IN_FORCE)
    may_tell = request.user.may(Permission.MANAGE_AWARDS) and untold.exists()
    form = None
    if fund.ended_on and (may_tell or request.method == "POST"):
        form = EndingForm(posted(request), awards=untold, fund=fund)
    preview = None
    if request.method == "POST" and form and form.is_valid():
        if "send" in request.POST:
            failures = _tell(request, form)
            if not failures:
                return redirect("office_fund_ending", code=fund.code)
            for sentence in failures:
                form.add_error(None, sentence)
        else:
            preview = form.cleaned_data
    context = {
        "heading": f"The end of the {fund}",
        "fund": fund,
        "counts": _counts(recipients),
        "page_obj": Paginator(recipients, PAGE).get_page(request.GET.get("page")),
        "form": form,
        "preview": preview,
        "may_manage_fund": request.user.may(Permission.MANAGE_FUNDS),
        "crumbs": [("Funds", reverse("office_funds")), (fund.name, reverse("office_fund", args=[fund.code]))],
    }
    status = 422 if form is not None and form.errors else 200
    return render(request, "awards/office/ending.html", context, status=status)


def _counts(recipients) -> dict:
    today = clock.today()
    waiting = Q(ending_notice__plan_sent_at=None) | Q(ending_notice__is_satisfactory=False)
    told = Q(ending_notice__isnull=False)
    return recipients.order_by().aggregate(
        all=Count("pk"),
        told=Count("pk", filter=told),
        overdue=Count("pk", filter=told & waiting & Q(ending_notice__plan_due_on__lt=today)),
        to_review=Count(
            "pk",
            filter=Q(ending_notice__plan_sent_at__isnull=False, ending_notice__is_satisfactory=None),
        ),
        accepted=Count("pk", filter=Q(ending_notice__is_satisfactory=True)),
    )


def _tell(request, form) -> list[str]:
    """Tell each that was chosen, in a transaction of its own; what was refused comes back in sentences."""
    facts = {name: form.cleaned_data[name] for name in ("message", "plan_due_on", "reason")}
    failures, told = [], 0
    for award in form.cleaned_data["awards"]:
        try:
            services.send_ending_notice(by=request.user, award=award, **facts)
        except RuleBroken as broken:
            failures.append(f"{award.organisation}: {broken}")
        else:
            told += 1
    if told:
        messages.success(request, f"{told} {'recipient has' if told == 1 else 'recipients have'} been told")
    return failures


@requires(Permission.READ_AWARDS, write=Permission.MANAGE_AWARDS)
def office_ending_plan(request, pk):
    """One recipient's plan, and what we make of it."""
    notices = EndingNotice.objects.visible_to(request.user).select_related(
        "award__organisation", "award__fund", "sent_by", "plan_sent_by", "reviewed_by"
    )
    notice = get_object_or_404(notices, pk=pk)
    award = notice.award
    is_open = notice.plan_sent_at is not None and notice.reviewed_at is None
    return step(
        request,
        form=ReviewPlanForm(posted(request)),
        act=lambda form: services.review_plan(
            by=request.user,
            notice=notice,
            is_satisfactory=form.cleaned_data["is_satisfactory"] == "yes",
            review=form.cleaned_data["review"],
            due_on=form.cleaned_data["due_on"],
        ),
        back=reverse("office_fund_ending", args=[award.fund.code]),
        done="Your review has been recorded",
        template="awards/office/plan.html",
        page={
            "award": award,
            "notice": notice,
            "may_review": is_open and request.user.may(Permission.MANAGE_AWARDS),
            "heading": "Plan for after the fund’s end",
            "button": "Record the review",
            "crumbs": award_crumbs(award),
            "award_url": award_url(award),
        },
    )


@requires(Permission.APPLY)
def grant_plan(request, ref):
    """The recipient's plan of how the work goes on without the fund."""
    awards = Award.objects.visible_to(request.user).of_member(request.user)
    awards = awards.filter(ending_notice__isnull=False).select_related("organisation", "fund")
    award = get_object_or_404(awards, reference=ref)
    notice = award.ending_notice
    back = reverse("grant", args=[ref])
    return step(
        request,
        form=PlanForm(posted(request), initial={"plan": notice.plan}),
        act=lambda form: services.send_plan(by=request.user, award=award, **form.cleaned_data),
        back=back,
        done="Your plan has been sent",
        template="awards/plan.html",
        page={
            "award": award,
            "notice": notice,
            "may_send": not notice.is_satisfactory,
            "heading": "Your plan for after the fund’s end",
            "button": "Send your plan" if notice.is_with_recipient else "Send this plan instead",
            "back_url": back,
        },
    )
