"""Finance: one instalment with its checklist, marked as paid; and the payments made."""

from django.core.paginator import Paginator
from django.db.models import Q, Sum
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.permissions import Permission
from awards import services
from awards.forms.finance import PaymentForm, PaymentsFilter
from awards.models import Condition, Instalment, Payment, Status
from pcc_grants.lib import clock
from pcc_grants.lib.access import requires
from pcc_grants.lib.money import format_money

from .steps import award_crumbs, posted, step


@requires(Permission.READ_PAYMENTS, write=Permission.PAY)
def finance_instalment(request, pk):
    instalment = get_object_or_404(
        Instalment.objects.visible_to(request.user)
        .with_standing()
        .select_related("award__agreement__countersigned_by", "payment__paid_by")
        .prefetch_related("conditions__met_by"),
        pk=pk,
    )
    award = instalment.award
    is_own = instalment.approved_by_id == request.user.pk
    is_payable = instalment.status == Instalment.Status.APPROVED and award.status == Status.ACTIVE
    return step(
        request,
        form=PaymentForm(posted(request), initial={"paid_on": clock.today(), "amount": instalment.amount}),
        act=lambda form: services.record_payment(by=request.user, instalment=instalment, **form.cleaned_data),
        back=request.path,
        done=f"Instalment {instalment.number} of {award.reference} is marked as paid",
        template="awards/finance/instalment.html",
        page={
            "award": award,
            "instalment": instalment,
            "standing": services.standing(instalment),
            "checklist": checklist(instalment),
            "may_pay": is_payable and request.user.may(Permission.PAY) and not is_own,
            "is_own": is_payable and is_own,
            "heading": f"Instalment {instalment.number}: {format_money(instalment.amount)} "
            f"to {award.organisation}",
            "button": "Mark as paid",
            "crumbs": award_crumbs(award),
            "cancel_url": None,
        },
    )


def checklist(instalment: Instalment) -> list[dict]:
    """What must be so before money leaves, with who says so: agreement, conditions, release."""
    rows = [_agreement_row(instalment.award)]
    for condition in instalment.conditions.all():
        if condition.kind == Condition.Kind.AGREEMENT:
            continue
        rows.append(
            {
                "title": (condition.waiting_for[:1].upper() + condition.waiting_for[1:])
                or condition.get_kind_display(),
                "is_done": condition.met_at is not None,
                "text": f"{condition.evidence} Recorded by {condition.met_by} on "
                f"{clock.format_date(condition.met_at)}."
                if condition.met_at
                else "Not yet",
            }
        )
    rows.append(
        {
            "title": "Released for payment",
            "is_done": instalment.approved_at is not None,
            "text": f"By {instalment.approved_by} on {clock.format_date(instalment.approved_at)}."
            if instalment.approved_at
            else "Not yet",
        }
    )
    return rows


def _agreement_row(award) -> dict:
    agreement = getattr(award, "agreement", None)
    if agreement is None or agreement.countersigned_at is None:
        return {"title": "Agreement signed", "is_done": False, "text": "Not yet"}
    how = " on paper" if agreement.on_paper else ""
    return {
        "title": "Agreement signed",
        "is_done": True,
        "text": f"Signed{how} by {agreement.signed_name} on {clock.format_date(agreement.signed_at)}. "
        f"Countersigned by {agreement.countersigned_by} on {clock.format_date(agreement.countersigned_at)}.",
    }


@requires(Permission.READ_PAYMENTS)
@require_safe
def finance_payments(request):
    form = PaymentsFilter(request.GET or None)
    payments = _filtered(Payment.objects.visible_to(request.user), form)
    shown = payments.select_related(
        "instalment__award__organisation",
        "instalment__award__fund",
        "instalment__approved_by",
        "paid_by",
    )
    context = {
        "page_obj": Paginator(shown, 25).get_page(request.GET.get("page")),
        "total": payments.aggregate(total=Sum("amount"))["total"],
        "filter_form": form,
        "heading": "Payments",
    }
    return render(request, "awards/finance/payments.html", context)


def _filtered(payments, form):
    if not form.is_bound:
        return payments
    if not form.is_valid():
        return payments.none()
    asked = form.cleaned_data
    for word in asked["words"].split()[:10]:
        payments = payments.filter(
            Q(finance_reference__icontains=word)
            | Q(instalment__award__reference__icontains=word)
            | Q(instalment__award__organisation__name__icontains=word)
        )
    if asked["fund"]:
        payments = payments.filter(instalment__award__fund=asked["fund"])
    if asked["paid_from"]:
        payments = payments.filter(paid_on__gte=asked["paid_from"])
    if asked["paid_to"]:
        payments = payments.filter(paid_on__lte=asked["paid_to"])
    return payments
