"""Addresses of funds and rounds."""

from django.urls import path

from .urls_set_up import set_up_urls
from .views import checking, office, public, rounds

urlpatterns = [
    path("funding/", public.funding, name="funding"),
    path("funding/<slug:fund>/", public.fund_page, name="fund_page"),
    path("funding/<slug:fund>/<slug:round>/", public.round_page, name="round_page"),
    path("funding/<slug:fund>/<slug:round>/check/<int:number>/", checking.round_check, name="round_check"),
    path(
        "funding/<slug:fund>/<slug:round>/check/result/",
        checking.round_check_result,
        name="round_check_result",
    ),
    path("office/funds/", office.office_funds, name="office_funds"),
    path("office/funds/new/", office.office_fund_new, name="office_fund_new"),
    path("office/funds/<slug:code>/", office.office_fund, name="office_fund"),
    path("office/funds/<slug:code>/edit/", office.office_fund_edit, name="office_fund_edit"),
    path("office/funds/<slug:code>/end/", office.office_fund_end, name="office_fund_end"),
    path("office/funds/<slug:code>/themes/new/", office.office_theme_new, name="office_theme_new"),
    path("office/funds/<slug:code>/criteria/new/", office.office_criterion_new, name="office_criterion_new"),
    path(
        "office/funds/<slug:code>/criteria/<int:position>/",
        office.office_criterion_edit,
        name="office_criterion_edit",
    ),
    path(
        "office/funds/<slug:code>/criteria/<int:position>/delete/",
        office.office_criterion_delete,
        name="office_criterion_delete",
    ),
    path("office/funds/<slug:code>/budgets/new/", office.office_budget_new, name="office_budget_new"),
    path("office/funds/<slug:code>/rounds/new/", rounds.office_round_new, name="office_round_new"),
    path("office/sources/", office.office_sources, name="office_sources"),
    path("office/sources/new/", office.office_source_new, name="office_source_new"),
    path("office/rounds/", rounds.office_rounds, name="office_rounds"),
    path("office/rounds/<int:pk>/", rounds.office_round, name="office_round"),
    path("office/rounds/<int:pk>/edit/", rounds.office_round_edit, name="office_round_edit"),
    path("office/rounds/<int:pk>/publish/", rounds.office_round_publish, name="office_round_publish"),
    path("office/rounds/<int:pk>/copy/", rounds.office_round_copy, name="office_round_copy"),
    *set_up_urls,
]
