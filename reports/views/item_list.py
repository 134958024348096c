"""The list of published items that a paper is filled from: for Panel officers and for the office."""

from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Prefetch, Q
from django.db.models.functions import Lower
from django.http import QueryDict
from django.shortcuts import redirect

from funds.models import LegalPower
from reports.forms import ItemFilter
from reports.models import PaperItem, PaperStatus, PublishedItem

from .common import page_of
from .spending import search

ITEMS_A_PAGE = 50
FILTERS = ("q", "fund", "kind", "amount_from", "amount_to", "new_only", "all_years")
# What the columns sort by: the name in the address, the words, and whether it is a number.
SORTS = (
    ("paid_on", "Date paid", False),
    ("supplier", "Recipient", False),
    ("amount", "Amount", True),
    ("purpose", "Purpose", False),
    ("fund", "Fund", False),
)
KIND_IS = {
    "grant": Q(is_grant=True),
    "contract": Q(is_grant=False, legal_power=LegalPower.CONTRACT),
    "other": Q(is_grant=False) & ~Q(legal_power=LegalPower.CONTRACT),
}
REPORTED = (PaperStatus.APPROVED, PaperStatus.PUBLISHED)


@dataclass(frozen=True)
class Column:
    """A heading that sorts: `target` is what pressing it sorts by, `sorted` how it is now, for aria-sort."""

    name: str
    numeric: bool
    target: str
    sorted: str


def sort_of(data) -> str:
    """How the list is sorted; newest first for anything unknown."""
    wanted = data.get("sort", "")
    return wanted if wanted.lstrip("-") in {name for name, _, _ in SORTS} else "-paid_on"


def columns(sort: str) -> list[Column]:
    found = []
    for name, label, numeric in SORTS:
        is_sorted = sort.lstrip("-") == name
        upward = sort == name
        state = ("ascending" if upward else "descending") if is_sorted else "none"
        found.append(Column(label, numeric, f"-{name}" if upward else name, state))
    return found


def listed(request, paper) -> dict:
    """The context of the list: the filters, the page of items, the columns.

    Each item carries `reported_in`, the paper's items by which it reached earlier papers.
    """
    data = request.POST if request.method == "POST" else request.GET
    funds = PublishedItem.objects.order_by("fund").values_list("fund", flat=True).distinct()
    form, sort = ItemFilter(data, funds=list(funds)), sort_of(data)
    items = _filtered(form, paper) if form.is_valid() else PublishedItem.objects.none()
    earlier = (
        PaperItem.objects.filter(paper__status__in=REPORTED)
        .exclude(paper=paper)
        .select_related("paper")
        .order_by("-paper__meeting_on")
    )
    items = items.order_by(_ordering(sort), "pk").prefetch_related(
        Prefetch("paper_items", queryset=earlier, to_attr="reported_in")
    )
    return {
        "filter_form": form,
        "page_obj": page_of(request, items, ITEMS_A_PAGE),
        "columns": columns(sort),
        "sort": sort,
    }


def _ordering(sort: str):
    """Words are sorted as people do, whatever their case."""
    name = sort.lstrip("-")
    key = F(name) if name in ("paid_on", "amount") else Lower(name)
    return key.desc() if sort.startswith("-") else key.asc()


def _filtered(form, paper):
    facts = form.cleaned_data
    items = PublishedItem.objects.all()
    if not facts["all_years"]:
        items = items.filter(paid_on__range=(paper.period_start, paper.period_end))
    if facts["q"]:
        items = search(items, facts["q"])
    if facts["fund"]:
        items = items.filter(fund=facts["fund"])
    if facts["kind"]:
        items = items.filter(KIND_IS[facts["kind"]])
    if facts["amount_from"] is not None:
        items = items.filter(amount__gte=facts["amount_from"])
    if facts["amount_to"] is not None:
        items = items.filter(amount__lte=facts["amount_to"])
    if facts["new_only"]:
        earlier = PaperItem.objects.filter(published_item=OuterRef("pk"), paper__status__in=REPORTED)
        items = items.filter(~Exists(earlier.exclude(paper=paper)))
    return items


def ticked(request, name: str) -> list[PublishedItem]:
    """The items whose keys were sent under a name. What is no key of an item is passed over."""
    keys = {int(text) for text in request.POST.getlist(name) if text.isascii() and text.isdigit()}
    return list(PublishedItem.objects.filter(pk__in=[key for key in keys if key < 2**63]))


def go_on(request, url_name: str, paper, review_url_name: str):
    """Where a button of the list leads once the ticks are kept: the review, or the list as asked for."""
    action, _, value = request.POST.get("go", "").partition(":")
    if action == "review":
        return redirect(review_url_name, paper.meeting_on)
    query = QueryDict(mutable=True)
    for name in FILTERS:
        if request.POST.get(name):
            query[name] = request.POST[name]
    sort = sort_of({"sort": value}) if action == "sort" else sort_of(request.POST)
    if sort != "-paid_on":
        query["sort"] = sort
    if action == "page" and value.isascii() and value.isdigit():
        query["page"] = value[:9]
    response = redirect(url_name, paper.meeting_on)
    if query:
        response["Location"] += f"?{query.urlencode()}"
    return response
