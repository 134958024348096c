"""Published spend and what we fund: for everybody. Publishing a month: for finance."""

from decimal import Decimal

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q, Sum
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header

from accounts.permissions import Permission
from awards.models import Award
from awards.models import Status as AwardStatus
from funds.models import Fund
from office.services import pre_election_warning
from pcc_grants.lib import clock
from pcc_grants.lib.access import public, requires
from pcc_grants.lib.financial_year import FinancialYear
from pcc_grants.lib.rules import RuleBroken
from pcc_grants.lib.spreadsheets import csv_lines
from reports import services
from reports.forms import AwardFilter, SpendingFilter
from reports.models import Publication, PublishedItem

from .common import PAGE, page_of

# What the public is told of: money that was promised and is not refused, declined or still being prepared.
PUBLIC_AWARDS = (AwardStatus.ACTIVE, AwardStatus.SUSPENDED, AwardStatus.CLOSED, AwardStatus.ENDED_EARLY)


@public
def spending(request):
    """Every published month with its total, the totals of the years, and a search through all items."""
    counted = Publication.objects.annotate(count=Count("items"), total=Sum("items__amount"))
    months = list(counted.order_by("-month"))
    years: dict[FinancialYear, dict] = {}
    for month in months:
        year = FinancialYear.containing(month.month)
        sums = years.setdefault(year, {"count": 0, "total": Decimal(0)})
        sums["count"] += month.count
        sums["total"] += month.total or 0
    form = SpendingFilter(request.GET, years=[(str(year), str(year)) for year in years])
    facts = form.cleaned_data if form.is_valid() else {"q": "", "year": None}
    chosen = _year(facts["year"])
    context = {
        "heading": "Spending we have published",
        "filter_form": form,
        "years": [(year, sums) for year, sums in years.items() if chosen in (None, year)],
        "q": facts["q"],
    }
    if facts["q"]:
        items = search(PublishedItem.objects.all(), facts["q"])
        if chosen:
            items = items.filter(paid_on__range=(chosen.starts_on, chosen.ends_on))
        context |= {"page_obj": page_of(request, items), "total": items.aggregate(sum=Sum("amount"))["sum"]}
        return render(request, "reports/spending_search.html", context)
    shown = [month for month in months if chosen in (None, FinancialYear.containing(month.month))]
    context["page_obj"] = page_of(request, shown if form.is_valid() else [])
    return render(request, "reports/spending.html", context)


def _year(text) -> FinancialYear | None:
    return FinancialYear.parse(text) if text else None


def search(items, text: str):
    """Items whose recipient, purpose, fund or reference contains the words."""
    return items.filter(
        Q(supplier__icontains=text)
        | Q(purpose__icontains=text)
        | Q(fund__icontains=text)
        | Q(finance_reference__iexact=text)
    )


@public
def spending_month(request, month):
    """What was paid in one month, with purpose and reasons."""
    publication = get_object_or_404(Publication, month=month)
    items = publication.items.order_by("paid_on", "pk")
    context = {
        "heading": f"Spending in {month:%B %Y}",
        "publication": publication,
        "page_obj": page_of(request, items),
        "total": items.aggregate(sum=Sum("amount"))["sum"] or Decimal(0),
        "back_url": reverse("spending"),
        "back_label": "All published spending",
    }
    return render(request, "reports/spending_month.html", context)


@public
def spending_month_csv(request, month):
    """The month as open data, row by row."""
    publication = get_object_or_404(Publication, month=month)
    items = publication.items.order_by("paid_on", "pk")
    lines = csv_lines(services.COLUMNS, services.csv_rows(items, publication.month))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"spending-{month:%Y-%m}.csv"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


@public
def what_we_fund(request):
    """Who receives money, how much, for what and where, unless the place is withheld."""
    awards = (
        Award.objects.filter(status__in=PUBLIC_AWARDS)
        .select_related("organisation", "fund", "decision")
        .prefetch_related("districts", "partners")
        .order_by("-starts_on", "-pk")
    )
    form = AwardFilter(request.GET, funds=Fund.objects.filter(awards__status__in=PUBLIC_AWARDS).distinct())
    if not form.is_valid():
        awards = awards.none()
    elif form.cleaned_data["fund"]:
        awards = awards.filter(fund=form.cleaned_data["fund"])
    if form.is_valid() and (text := form.cleaned_data["q"]):
        awards = awards.filter(
            Q(organisation__name__icontains=text)
            | Q(organisation__known_as__icontains=text)
            | Q(purpose__icontains=text),
            decision__withheld="",
        )
    page = page_of(request, awards)
    for award in page.object_list:
        award.is_withheld = bool(award.decision.withheld)
        award.place_is_public = (
            award.publish_location and award.organisation.publish_location and not award.is_withheld
        )
    context = {"heading": "What we fund", "filter_form": form, "page_obj": page}
    return render(request, "reports/what_we_fund.html", context)


# -- Finance -------------------------------------------------------------------------------------------------


@requires(Permission.READ_PAYMENTS)
def finance_spending(request):
    """The months: published, ready, or waiting for something that is missing."""
    context = {
        "heading": "Published spending",
        "page_obj": page_of(request, services.months()),
        "may_publish": request.user.may(Permission.PUBLISH_SPENDING),
    }
    return render(request, "reports/finance_spending.html", context)


@requires(Permission.READ_PAYMENTS, write=Permission.PUBLISH_SPENDING)
def finance_publish(request, month):
    """What would be published for a month, what is missing, and the button that publishes it."""
    known = services.months()
    if month > clock.today() or (known and month < known[-1].first):
        raise Http404  # to come, or before anything was paid: publishing it would say nothing
    errors = []
    if request.method == "POST":
        try:
            services.publish_month(by=request.user, month=month)
        except RuleBroken as broken:
            errors = [str(broken)]
        else:
            messages.success(request, f"The spending of {month:%B %Y} has been published")
            return redirect("finance_spending")
    waiting = services.unpublished(month)
    page = Paginator(waiting, PAGE).get_page(request.GET.get("page"))
    context = {
        "heading": f"Publish the spending of {month:%B %Y}",
        "month": month,
        "ends": services.month_after(month),
        "has_ended": clock.today() >= services.month_after(month),
        "page_obj": page,
        "total": waiting.aggregate(sum=Sum("amount"))["sum"] or Decimal(0),
        "missing": services.blocking(month),
        "publication": Publication.objects.filter(month=month).first(),
        "may_publish": request.user.may(Permission.PUBLISH_SPENDING),
        "pre_election": pre_election_warning(clock.today()),
        "page_errors": errors,
        "crumbs": [("Published spending", reverse("finance_spending"))],
    }
    return render(request, "reports/finance_publish.html", context, status=422 if errors else 200)
