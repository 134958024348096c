"""Finance's home: what can be paid, what cannot and why, what was paid this month, months to publish."""

from decimal import Decimal

from django.core.paginator import Paginator
from django.db.models import Count, Sum
from django.shortcuts import render

from accounts.permissions import Permission
from awards.models import Instalment, Payment
from awards.services import approved_to_pay, blocked_instalments, ready_to_release, standing
from pcc_grants.lib import clock
from pcc_grants.lib.access import requires
from reports.services import first_of, month_after, months

PAGE = 25
MOST = 25


@requires(Permission.READ_PAYMENTS)
def finance_home(request):
    user = request.user
    ready = approved_to_pay()
    blocked = blocked_instalments()
    paid = _paid_this_month()
    context = {
        "heading": "Ready to pay",
        "page_obj": Paginator(ready, PAGE).get_page(request.GET.get("page")),
        "ready_total": _sum(ready),
        "to_release": ready_to_release().count(),
        "blocked": [_blocked_row(instalment) for instalment in blocked[:MOST]],
        "blocked_count": blocked.count(),
        "paid": list(paid[:MOST]),
        "paid_in_all": paid.order_by().aggregate(count=Count("pk"), sum=Sum("amount")),
        "month": clock.today(),
        "months": _months_to_publish(),
        "may_pay": user.may(Permission.PAY),
        "may_publish": user.may(Permission.PUBLISH_SPENDING),
    }
    return render(request, "reports/homes/finance.html", context)


def _sum(instalments) -> Decimal:
    pks = instalments.order_by().prefetch_related(None).values("pk")
    return Instalment.objects.filter(pk__in=pks).aggregate(sum=Sum("amount"))["sum"] or Decimal(0)


def _blocked_row(instalment) -> dict:
    return {"instalment": instalment, "says": standing(instalment)}


def _paid_this_month():
    first = first_of(clock.today())
    return (
        Payment.objects.filter(paid_on__gte=first, paid_on__lt=month_after(first))
        .select_related("instalment__award__organisation", "instalment__award__fund")
        .order_by("-paid_on", "-pk")
    )


def _months_to_publish() -> list:
    """The month that ended last, if it is not published, and earlier ones with payments that are not."""
    ended = [month for month in months() if month.has_ended]
    return [
        month
        for index, month in enumerate(ended)
        if month.waiting or (index == 0 and month.publication is None)
    ]
