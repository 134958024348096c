"""The office's pages about funds: what they are, what they are judged by, and the money behind them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, DecimalField, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.permissions import Permission
from pcc_grants.lib import clock
from pcc_grants.lib.access import requires
from pcc_grants.lib.financial_year import FinancialYear
from pcc_grants.lib.rules import RuleBroken

from .. import services
from ..forms import (
    BudgetForm,
    CriterionForm,
    EndFundForm,
    FundFilter,
    FundForm,
    NewFundForm,
    SourceForm,
    ThemeForm,
)
from ..models import Budget, Fund, FundingSource

PAGE = 25
MONEY = DecimalField(max_digits=14, decimal_places=2)
manages = requires(Permission.MANAGE_FUNDS)


def posted(request):
    return request.POST if request.method == "POST" else None


def page_of(request, rows):
    return Paginator(rows, PAGE).get_page(request.GET.get("page"))


def get_fund(request, code) -> Fund:
    return get_object_or_404(Fund.objects.visible_to(request.user), code=code)


def crumbs(fund=None) -> list[tuple[str, str]]:
    found = [("Funds", reverse("office_funds"))]
    return found + [(fund.name, reverse("office_fund", args=[fund.code]))] if fund else found


def _sum(budgets, expression):
    """One sum over a fund's budgets as a subquery, so that sums do not multiply each other."""
    summed = budgets.order_by().values("fund").annotate(sum=Sum(expression)).values("sum")
    return Coalesce(Subquery(summed, output_field=MONEY), Value(0, output_field=MONEY))


def form_page(request, form, save, *, heading, done, back, trail, button="Save", template="funds/form.html"):
    """One form of the office: show it, hand the cleaned data to `save`, say that it is done."""
    if request.method == "POST" and form.is_valid():
        try:
            save(**form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, done)
            return redirect(back)
    context = {"heading": heading, "form": form, "crumbs": trail, "button": button, "cancel_url": back}
    return render(request, template, context, status=422 if form.errors else 200)


# -- Funds -----------------------------------------------------------------------------------------------


@requires(Permission.READ_FUNDS)
def office_funds(request):
    """Every fund, with what is left of this financial year's budgets."""
    filter_form = FundFilter(request.GET or None)
    wanted = filter_form.cleaned_data if filter_form.is_valid() else {}
    funds = Fund.objects.visible_to(request.user)
    if words := wanted.get("q"):
        funds = funds.filter(Q(name__icontains=words) | Q(code__iexact=words))
    if wanted.get("route"):
        funds = funds.filter(route=wanted["route"])
    year = FinancialYear.containing(clock.today())
    budgets = Budget.objects.filter(fund=OuterRef("pk"), start_year=year.start_year)
    funds = funds.annotate(
        round_count=Count("rounds"),
        budget=_sum(budgets, "amount"),
        committed=_sum(budgets, F("commitments__amount") - F("commitments__released")),
    ).annotate(left=F("budget") - F("committed"))
    context = {
        "heading": "Funds",
        "page_obj": page_of(request, funds.order_by("name")),
        "filter_form": filter_form,
        "year": str(year),
        "may_manage": request.user.may(Permission.MANAGE_FUNDS),
    }
    return render(request, "funds/office_list.html", context)


@requires(Permission.READ_FUNDS)
def office_fund(request, code):
    """Everything about one fund."""
    fund = get_fund(request, code)
    budgets = (
        fund.budgets.select_related("source")
        .annotate(
            committed=Coalesce(
                Sum(F("commitments__amount") - F("commitments__released")),
                Value(0, output_field=MONEY),
                output_field=MONEY,
            )
        )
        .annotate(left=F("amount") - F("committed"))
        .order_by("-start_year", "source__name")
    )
    context = {
        "heading": fund.name,
        "crumbs": crumbs(),
        "fund": fund,
        "themes": fund.themes.all(),
        "criteria": fund.criteria.all(),
        "budgets": budgets,
        "page_obj": page_of(request, fund.rounds.with_state().order_by("-number")),
        "may_manage": request.user.may(Permission.MANAGE_FUNDS),
    }
    return render(request, "funds/office_detail.html", context)


@manages
def office_fund_new(request):
    """Set up a fund; themes, criteria and budgets follow on its page."""
    form = NewFundForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            fund = services.create_fund(by=request.user, **form.cleaned_data)
        except RuleBroken as broken:
            form.add_error(None, str(broken))
        else:
            messages.success(request, "The fund has been set up. Add its criteria and budgets.")
            return redirect("office_fund", fund.code)
    context = {
        "heading": "Set up a fund",
        "form": form,
        "crumbs": crumbs(),
        "button": "Set up fund",
        "cancel_url": reverse("office_funds"),
    }
    return render(request, "funds/form.html", context, status=422 if form.errors else 200)


@manages
def office_fund_edit(request, code):
    """Change what is said of a fund."""
    fund = get_fund(request, code)
    facts = {name: getattr(fund, name) for name in FundForm.base_fields}
    return form_page(
        request,
        FundForm(posted(request), initial=facts),
        lambda **fields: services.update_fund(by=request.user, fund=fund, **fields),
        heading="Change the fund",
        done="The changes have been saved",
        back=reverse("office_fund", args=[code]),
        trail=crumbs(fund),
    )


@manages
def office_fund_end(request, code):
    """End a fund, with the notice that its recipients were given."""
    fund = get_fund(request, code)
    return form_page(
        request,
        EndFundForm(posted(request)),
        lambda **fields: services.end_fund(by=request.user, fund=fund, **fields),
        heading="End the fund",
        done="The end of the fund has been recorded",
        back=reverse("office_fund", args=[code]),
        trail=crumbs(fund),
        button="End fund",
    )


@manages
def office_theme_new(request, code):
    """Add a type of project that the fund supports."""
    fund = get_fund(request, code)
    return form_page(
        request,
        ThemeForm(posted(request)),
        lambda **fields: services.add_theme(by=request.user, fund=fund, **fields),
        heading="Add a type of project",
        done="The type of project has been added",
        back=reverse("office_fund", args=[code]),
        trail=crumbs(fund),
        button="Add",
    )


@manages
def office_criterion_new(request, code):
    """Add something to judge applications by."""
    fund = get_fund(request, code)
    return form_page(
        request,
        CriterionForm(posted(request)),
        lambda **fields: services.add_criterion(by=request.user, fund=fund, **fields),
        heading="Add a criterion",
        done="The criterion has been added",
        back=reverse("office_fund", args=[code]),
        trail=crumbs(fund),
        button="Add",
    )


@manages
def office_criterion_edit(request, code, position):
    """Change a criterion of the fund, for its later rounds."""
    fund = get_fund(request, code)
    criterion = get_object_or_404(fund.criteria, position=position)
    facts = {name: getattr(criterion, name) for name in CriterionForm.base_fields}
    return form_page(
        request,
        CriterionForm(posted(request), initial=facts),
        lambda **fields: services.update_criterion(by=request.user, criterion=criterion, **fields),
        heading="Change the criterion",
        done="The changes have been saved",
        back=reverse("office_fund", args=[code]),
        trail=crumbs(fund),
    )


@manages
def office_criterion_delete(request, code, position):
    """Take a criterion off the fund, after a question."""
    fund = get_fund(request, code)
    criterion = get_object_or_404(fund.criteria, position=position)
    back = reverse("office_fund", args=[code])
    context = {
        "heading": f"Delete the criterion “{criterion}”?",
        "sentence": "You cannot undo this.",
        "button": "Delete criterion",
        "warning": True,
        "crumbs": crumbs(fund),
        "cancel_url": back,
    }
    if request.method == "POST":
        try:
            services.delete_criterion(by=request.user, criterion=criterion)
        except RuleBroken as broken:
            context["page_errors"] = [str(broken)]
        else:
            messages.success(request, "The criterion has been deleted")
            return redirect(back)
    return render(request, "funds/confirm.html", context, status=422 if context.get("page_errors") else 200)


# -- Money -----------------------------------------------------------------------------------------------


@manages
def office_budget_new(request, code):
    """Set what a source gives the fund for a financial year; the same source and year again changes it."""
    fund = get_fund(request, code)
    this_year = FinancialYear.containing(clock.today()).start_year
    return form_page(
        request,
        BudgetForm(posted(request), initial={"start_year": this_year}),
        lambda **fields: services.set_budget(by=request.user, fund=fund, **fields),
        heading="Set a budget",
        done="The budget has been set",
        back=reverse("office_fund", args=[code]),
        trail=crumbs(fund),
        button="Set budget",
        template="funds/budget_form.html",
    )


@requires(Permission.READ_FUNDS)
def office_sources(request):
    """Where money comes in from."""
    sources = FundingSource.objects.annotate(
        budget_count=Count("budgets"), total=Coalesce(Sum("budgets__amount"), Value(0, output_field=MONEY))
    ).order_by("name")
    context = {
        "heading": "Sources of money",
        "crumbs": crumbs(),
        "page_obj": page_of(request, sources),
        "may_manage": request.user.may(Permission.MANAGE_FUNDS),
    }
    return render(request, "funds/office_sources.html", context)


@manages
def office_source_new(request):
    """Record where money comes in from."""
    return form_page(
        request,
        SourceForm(posted(request)),
        lambda **fields: services.create_source(by=request.user, **fields),
        heading="Add a source of money",
        done="The source has been added",
        back=reverse("office_sources"),
        trail=[*crumbs(), ("Sources of money", reverse("office_sources"))],
        button="Add",
    )
